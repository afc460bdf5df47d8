/* tune_sets.c - shapes that are tuned together. SPDX-License-Identifier: MIT */
#include "cli/tune_sets.h"

#include "base/products.h"

const char *const tune_set_names[] = { "square", "dnn", NULL };

size_t tune_set_list(size_t set, struct tune_shape shapes[TUNE_SET_MAX])
{
    const struct yoke_product_set *products = yoke_product_set_find(tune_set_names[set]);
    const size_t n_images = products->per_image ? yoke_n_product_images : 1;
    size_t n = 0;

    for (size_t i = 0; i < n_images; i++)
        for (size_t k = 0; k < products->n && n < TUNE_SET_MAX; k++) {
            const struct yoke_product p = yoke_product_of_images(
                &products->products[k], products->per_image ? yoke_product_images[i] : 1);
            shapes[n++] = (struct tune_shape){ p.M, p.N, p.K, p.batch, p.trans ? p.trans : "NN" };
        }
    return n;
}
