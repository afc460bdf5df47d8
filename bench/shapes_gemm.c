/* shapes_gemm.c - the sets of matrix products.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "shapes.h"

struct product {
    const char *name;
    size_t M, N, K, batch; /* batch 0: one product                    */
    const char *trans;     /* where the options name none; NULL: "NN" */
};

struct product_set {
    const char *name;
    const struct product *products;
    size_t n;
    bool per_image; /* M, or the batch if there is one, is that of one image: --batch multiplies it
                     */
};

// clang-format off
#define CUBE(n) { NULL, n, n, n, 0, NULL }
static const struct product square[] = {
    CUBE(16), CUBE(32), CUBE(64), CUBE(96), CUBE(128), CUBE(256), CUBE(384), CUBE(512), CUBE(640),
    CUBE(768), CUBE(1024), CUBE(1536), CUBE(2048), CUBE(3072), CUBE(4096),
};

#define THIN(n) { NULL, n, 4096, 4096, 0, NULL }, { NULL, 4096, n, 4096, 0, NULL }
static const struct product skinny[] = {
    THIN(1), THIN(2), THIN(3), THIN(4), THIN(5), THIN(6), THIN(7), THIN(8),
    THIN(9), THIN(10), THIN(11), THIN(12), THIN(13), THIN(14), THIN(15), THIN(16),
};

static const struct product batched[] = {
    { NULL, 32, 32, 32, 1024, NULL }, { NULL, 64, 64, 64, 256, NULL },
    { NULL, 128, 128, 128, 64, NULL },
};

/* ResNet-50's convolutions on 224 x 224 pixels as products of P Q x C R S by C R S x K, each
 * different one once (s: the shortcut of a stage); BERT-base on 128 tokens; a layer of a multilayer
 * perceptron. */
static const struct product dnn[] = {
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
        const char *trans = o->n_trans ? o->trans[t] : p->trans ? p->trans : "NN";
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
            .epilogue = { .bias = o->bias, .activation = o->activation },
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
        *(all.batch ? &all.batch : &all.M) *= images[i];
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
        add_transpositions(o, &(struct product){ NULL, s->M, s->N, s->K, 0, NULL }, jobs, &n);
    }
    for (size_t i = 0; !o->n_sizes && i < set->n; i++) {
        if (set->per_image)
            add_batches(o, &set->products[i], jobs, &n);
        else
            add_transpositions(o, &set->products[i], jobs, &n);
    }
    return n;
}
