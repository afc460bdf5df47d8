/* products.c - sets of matrix products that are measured and tuned together.
 * SPDX-License-Identifier: MIT */
#include "base/products.h"

#include <string.h>

// clang-format off
#define CUBE(n) { NULL, n, n, n, 0, NULL }
static const struct yoke_product square[] = {
    CUBE(16), CUBE(32), CUBE(64), CUBE(96), CUBE(128), CUBE(256), CUBE(384), CUBE(512), CUBE(640),
    CUBE(768), CUBE(1024), CUBE(1536), CUBE(2048), CUBE(3072), CUBE(4096),
};

#define THIN(n) { NULL, n, 4096, 4096, 0, NULL }, { NULL, 4096, n, 4096, 0, NULL }
static const struct yoke_product skinny[] = {
    THIN(1), THIN(2), THIN(3), THIN(4), THIN(5), THIN(6), THIN(7), THIN(8),
    THIN(9), THIN(10), THIN(11), THIN(12), THIN(13), THIN(14), THIN(15), THIN(16),
};

static const struct yoke_product batched[] = {
    { NULL, 32, 32, 32, 1024, NULL }, { NULL, 64, 64, 64, 256, NULL },
    { NULL, 128, 128, 128, 64, NULL },
};

/* ResNet-50's convolutions on 224 x 224 pixels as products of P Q x C R S by C R S x K, each
 * different one once (s: the shortcut of a stage); BERT-base on 128 tokens; a layer of a multilayer
 * perceptron. */
static const struct yoke_product dnn[] = {
    { "resnet50.conv1",  12544,   64,  147, 0, NULL },
    { "resnet50.2.first", 3136,   64,   64, 0, NULL },
    { "resnet50.2.3x3",   3136,   64,  576, 0, NULL },
    { "resnet50.2.up",    3136,  256,   64, 0, NULL },
    { "resnet50.2.down",  3136,   64,  256, 0, NULL },
    { "resnet50.3.first", 3136,  128,  256, 0, NULL },
    { "resnet50.3.3x3",    784,  128, 1152, 0, NULL },
    { "resnet50.3.up",     784,  512,  128, 0, NULL },
    { "resnet50.3.s",      784,  512,  256, 0, NULL },
    { "resnet50.3.down",   784,  128,  512, 0, NULL },
    { "resnet50.4.first",  784,  256,  512, 0, NULL },
    { "resnet50.4.3x3",    196,  256, 2304, 0, NULL },
    { "resnet50.4.up",     196, 1024,  256, 0, NULL },
    { "resnet50.4.s",      196, 1024,  512, 0, NULL },
    { "resnet50.4.down",   196,  256, 1024, 0, NULL },
    { "resnet50.5.first",  196,  512, 1024, 0, NULL },
    { "resnet50.5.3x3",     49,  512, 4608, 0, NULL },
    { "resnet50.5.up",      49, 2048,  512, 0, NULL },
    { "resnet50.5.s",       49, 2048, 1024, 0, NULL },
    { "resnet50.5.down",    49,  512, 2048, 0, NULL },
    { "resnet50.fc",         1, 1000, 2048, 0, NULL },
    { "bert.qkv",          128, 2304,  768, 0, NULL },
    { "bert.scores",       128,  128,   64, 12, "NT" },
    { "bert.context",      128,   64,  128, 12, NULL },
    { "bert.proj",         128,  768,  768, 0, NULL },
    { "bert.ffn1",         128, 3072,  768, 0, NULL },
    { "bert.ffn2",         128,  768, 3072, 0, NULL },
    { "mlp4096",             1, 4096, 4096, 0, NULL },
};
// clang-format on

#define COUNT(table) (sizeof(table) / sizeof *(table))

const struct yoke_product_set yoke_product_sets[] = {
    { "square", square, COUNT(square), false },
    { "skinny", skinny, COUNT(skinny), false },
    { "batched", batched, COUNT(batched), false },
    { "dnn", dnn, COUNT(dnn), true },
};
const size_t yoke_n_product_sets = COUNT(yoke_product_sets);

const size_t yoke_product_images[] = { 1, 8, 32 };
const size_t yoke_n_product_images = COUNT(yoke_product_images);

const struct yoke_product_set *yoke_product_set_find(const char *name)
{
    for (size_t i = 0; i < yoke_n_product_sets; i++)
        if (!strcmp(yoke_product_sets[i].name, name)) return &yoke_product_sets[i];
    return NULL;
}

struct yoke_product yoke_product_of_images(const struct yoke_product *one, size_t images)
{
    struct yoke_product all = *one;

    *(all.batch ? &all.batch : &all.M) *= images;
    return all;
}
