/* shapes_gemm.c - the sets of matrix products.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "shapes.h"

struct product {
    const char *name;
    size_t M, N, K, batch; /* batch 0: one product */
};

struct product_set {
    const char *name;
    const struct product *products;
    size_t n;
    bool rows_per_image; /* M is that of one image: --batch multiplies it */
};

// clang-format off
static const struct product square[] = {
    { NULL, 16, 16, 16, 0 }, { NULL, 32, 32, 32, 0 }, { NULL, 64, 64, 64, 0 },
    { NULL, 96, 96, 96, 0 }, { NULL, 128, 128, 128, 0 }, { NULL, 256, 256, 256, 0 },
    { NULL, 384, 384, 384, 0 }, { NULL, 512, 512, 512, 0 }, { NULL, 640, 640, 640, 0 },
    { NULL, 768, 768, 768, 0 }, { NULL, 1024, 1024, 1024, 0 }, { NULL, 1536, 1536, 1536, 0 },
    { NULL, 2048, 2048, 2048, 0 }, { NULL, 3072, 3072, 3072, 0 }, { NULL, 4096, 4096, 4096, 0 },
};

static const struct product skinny[] = {
    { NULL, 1, 4096, 4096, 0 }, { NULL, 2, 4096, 4096, 0 }, { NULL, 4, 4096, 4096, 0 },
    { NULL, 8, 4096, 4096, 0 }, { NULL, 16, 4096, 4096, 0 }, { NULL, 4096, 1, 4096, 0 },
    { NULL, 4096, 2, 4096, 0 }, { NULL, 4096, 4, 4096, 0 }, { NULL, 4096, 8, 4096, 0 },
    { NULL, 4096, 16, 4096, 0 },
};

static const struct product batched[] = {
    { NULL, 32, 32, 32, 1024 }, { NULL, 64, 64, 64, 256 }, { NULL, 128, 128, 128, 64 },
};

/* ResNet-50's convolutions as products of P Q x C R S by C R S x K, BERT-base on 128 tokens, and a
 * multilayer perceptron. */
static const struct product dnn[] = {
    { "resnet50.conv1",    12544,   64,  147, 0 },
    { "resnet50.2.1x1a",    3136,   64,   64, 0 },
    { "resnet50.2.3x3",     3136,   64,  576, 0 },
    { "resnet50.2.1x1b",    3136,  256,   64, 0 },
    { "resnet50.3.3x3",      784,  128, 1152, 0 },
    { "resnet50.3.1x1b",     784,  512,  128, 0 },
    { "resnet50.4.3x3",      196,  256, 2304, 0 },
    { "resnet50.4.1x1b",     196, 1024,  256, 0 },
    { "resnet50.5.3x3",       49,  512, 4608, 0 },
    { "resnet50.5.1x1b",      49, 2048,  512, 0 },
    { "resnet50.fc",           1, 1000, 2048, 0 },
    { "bert.qkv",            128, 2304,  768, 0 },
    { "bert.proj",           128,  768,  768, 0 },
    { "bert.ffn1",           128, 3072,  768, 0 },
    { "bert.ffn2",           128,  768, 3072, 0 },
    { "mlp4096",               1, 4096, 4096, 0 },
};
// clang-format on

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct product_set sets[] = {
    { "square", square, COUNT(square), false },
    { "skinny", skinny, COUNT(skinny), false },
    { "batched", batched, COUNT(batched), false },
    { "dnn", dnn, COUNT(dnn), true },
};

static const struct product_set *find_set(const char *name)
{
    for (size_t i = 0; i < COUNT(sets); i++)
        if (!strcmp(sets[i].name, name)) return &sets[i];
    bench_usage("no set %s of products; there are square, skinny, batched and dnn", name);
    return NULL;
}

static void add_transpositions(const struct bench_options *o, const struct product *p,
                               struct job *jobs, size_t *n)
{
    const size_t n_trans = o->n_trans ? o->n_trans : 1;

    for (size_t t = 0; t < n_trans && *n < SHAPES_MAX; t++) {
        const char *trans = o->n_trans ? o->trans[t] : "NN";
        jobs[(*n)++] = (struct job){
            .kind = &job_gemm,
            .name = p->name,
            .gemm = { .M = p->M,
                      .N = p->N,
                      .K = p->K,
                      .batch = p->batch,
                      .type = o->type,
                      .trans_a = trans[0] == 'T',
                      .trans_b = trans[1] == 'T',
                      .variant = o->variant },
        };
    }
}

static void add_batches(const struct bench_options *o, const struct product *p, struct job *jobs,
                        size_t *n)
{
    static const size_t usual[] = { 1, 8, 32 };
    const size_t *images = o->n_batches ? o->batches : usual;
    const size_t n_images = o->n_batches ? o->n_batches : COUNT(usual);

    for (size_t i = 0; i < n_images; i++) {
        struct product all = *p;
        all.M *= images[i];
        add_transpositions(o, &all, jobs, n);
    }
}

size_t shapes_gemm(const struct bench_options *o, struct job *jobs)
{
    const struct product_set *set = find_set(o->set ? o->set : "square");
    size_t n = 0;

    if (!set) return 0;
    for (size_t i = 0; i < o->n_sizes; i++) {
        const struct bench_size *s = &o->sizes[i];
        add_transpositions(o, &(struct product){ NULL, s->M, s->N, s->K, 0 }, jobs, &n);
    }
    for (size_t i = 0; !o->n_sizes && i < set->n; i++) {
        if (set->rows_per_image)
            add_batches(o, &set->products[i], jobs, &n);
        else
            add_transpositions(o, &set->products[i], jobs, &n);
    }
    return n;
}
