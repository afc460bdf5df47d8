/* layers.c - sets of convolutions that are measured and tuned together.
 * SPDX-License-Identifier: MIT */
#include "base/layers.h"

#include <string.h>

/* ResNet-50 on 224 x 224 pixels: what takes most of its time. */
// clang-format off
static const struct yoke_layer resnet[] = {
    { "2.3x3",    56,   64,   64, 3, 1, 1, 1 },
    { "3.3x3",    28,  128,  128, 3, 1, 1, 1 },
    { "4.3x3",    14,  256,  256, 3, 1, 1, 1 },
    { "5.3x3",     7,  512,  512, 3, 1, 1, 1 },
    { "2.expand", 56,   64,  256, 1, 1, 0, 1 },
    { "2.reduce", 56,  256,   64, 1, 1, 0, 1 },
    { "3.reduce", 28,  512,  128, 1, 1, 0, 1 },
    { "4.reduce", 14, 1024,  256, 1, 1, 0, 1 },
    { "5.expand",  7,  512, 2048, 1, 1, 0, 1 },
    { "3.skip",   56,  256,  512, 1, 2, 0, 1 },
    { "1.7x7",   224,    3,   64, 7, 2, 3, 1 },
};

static const struct yoke_layer depthwise[] = {
    { "112",     112,   32,   32, 3, 1, 1, 32 },
    { "14",       14,  512,  512, 3, 1, 1, 512 },
};
// clang-format on

#define COUNT(table) (sizeof(table) / sizeof *(table))

const struct yoke_layer_set yoke_layer_sets[] = {
    { "resnet", resnet, COUNT(resnet) },
    { "depthwise", depthwise, COUNT(depthwise) },
};
const size_t yoke_n_layer_sets = COUNT(yoke_layer_sets);

const size_t yoke_layer_images[] = { 1, 8 };
const size_t yoke_n_layer_images = COUNT(yoke_layer_images);

const struct yoke_layer_set *yoke_layer_set_find(const char *name)
{
    for (size_t i = 0; i < yoke_n_layer_sets; i++)
        if (!strcmp(yoke_layer_sets[i].name, name)) return &yoke_layer_sets[i];
    return NULL;
}

struct yoke_conv yoke_layer_conv(const struct yoke_layer *l, size_t images)
{
    return (struct yoke_conv){
        .N = images,
        .C = l->C,
        .H = l->size,
        .W = l->size,
        .K = l->K,
        .R = l->filter,
        .S = l->filter,
        .stride_h = l->stride,
        .stride_w = l->stride,
        .pad_h = { l->pad, l->pad },
        .pad_w = { l->pad, l->pad },
        .groups = l->groups,
    };
}
