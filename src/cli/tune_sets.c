/* tune_sets.c - shapes that are tuned together. SPDX-License-Identifier: MIT */
#include "cli/tune_sets.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

const char *const tune_set_names[] = { "square", "dnn", NULL };

static const size_t squares[] = { 16,  32,  64,   96,   128,  256,  384, 512,
                                  640, 768, 1024, 1536, 2048, 3072, 4096 };

/* Rows for one image, columns and depth: ResNet-50's convolutions as products, BERT-base on 128
 * tokens, a multilayer perceptron. */
// clang-format off
static const size_t layers[][3] = {
    { 12544, 64, 147 }, { 3136, 64, 64 }, { 3136, 64, 576 }, { 3136, 256, 64 },
    { 784, 128, 1152 }, { 784, 512, 128 }, { 196, 256, 2304 }, { 196, 1024, 256 },
    { 49, 512, 4608 }, { 49, 2048, 512 }, { 1, 1000, 2048 },
    { 128, 2304, 768 }, { 128, 768, 768 }, { 128, 3072, 768 }, { 128, 768, 3072 },
    { 1, 4096, 4096 },
};
// clang-format on
static const size_t images[] = { 1, 8, 32 };
_Static_assert(COUNT(layers) * COUNT(images) <= TUNE_SET_MAX, "the set fits");

size_t tune_set_list(size_t set, struct tune_shape shapes[TUNE_SET_MAX])
{
    size_t n = 0;

    for (size_t i = 0; set == 0 && i < COUNT(squares); i++)
        shapes[n++] = (struct tune_shape){ squares[i], squares[i], squares[i], 1 };
    for (size_t i = 0; set == 1 && i < COUNT(images); i++)
        for (size_t k = 0; k < COUNT(layers); k++)
            shapes[n++] =
                (struct tune_shape){ images[i] * layers[k][0], layers[k][1], layers[k][2], 1 };
    return n;
}
