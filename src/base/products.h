/* products.h - sets of matrix products that are measured and tuned together.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_PRODUCTS_H
#define YOKE_BASE_PRODUCTS_H

#include <stdbool.h>
#include <stddef.h>

struct yoke_product {
    const char *name;
    size_t M, N, K, batch; /* batch 0: one product                      */
    const char *trans;     /* where it is not the usual one; NULL: "NN" */
};

struct yoke_product_set {
    const char *name;
    const struct yoke_product *products;
    size_t n;
    bool per_image; /* each is that of one image */
};

extern const struct yoke_product_set yoke_product_sets[];
extern const size_t yoke_n_product_sets;

/* How many images at once, usually. */
extern const size_t yoke_product_images[];
extern const size_t yoke_n_product_images;

/* NULL where there is none of that name. */
const struct yoke_product_set *yoke_product_set_find(const char *name);

/* The product for so many images: as many times M, or the batch where there is one. */
struct yoke_product yoke_product_of_images(const struct yoke_product *one, size_t images);

#endif /* YOKE_BASE_PRODUCTS_H */
