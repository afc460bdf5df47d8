/* layers.h - sets of convolutions that are measured and tuned together.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_LAYERS_H
#define YOKE_BASE_LAYERS_H

#include <stddef.h>

#include "yoke/conv.h"

/* A layer on square images with square filters. */
struct yoke_layer {
    const char *name;
    size_t size, C, K, filter, stride, pad, groups;
};

struct yoke_layer_set {
    const char *name;
    const struct yoke_layer *layers;
    size_t n;
};

extern const struct yoke_layer_set yoke_layer_sets[];
extern const size_t yoke_n_layer_sets;

/* Its convolution of so many images; type, layout and variant are the caller's. */
struct yoke_conv yoke_layer_conv(const struct yoke_layer *layer, size_t images);

/* How many images at once, usually. */
extern const size_t yoke_layer_images[];
extern const size_t yoke_n_layer_images;

/* NULL where there is none of that name. */
const struct yoke_layer_set *yoke_layer_set_find(const char *name);

#endif /* YOKE_BASE_LAYERS_H */
