/* shapes_conv.c - the sets of convolutions.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "shapes.h"

/* A layer on square images with square filters. */
struct layer {
    const char *name;
    size_t size, C, K, filter, stride, pad, groups;
};

struct layer_set {
    const char *name;
    const struct layer *layers;
    size_t n;
};

// clang-format off
static const struct layer resnet[] = {
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

static const struct layer depthwise[] = {
    { "112",     112,   32,   32, 3, 1, 1, 32 },
    { "14",       14,  512,  512, 3, 1, 1, 512 },
};
// clang-format on

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct layer_set sets[] = {
    { "resnet", resnet, COUNT(resnet) },
    { "depthwise", depthwise, COUNT(depthwise) },
};

static const struct layer_set *find_set(const char *name)
{
    for (size_t i = 0; i < COUNT(sets); i++)
        if (!strcmp(sets[i].name, name)) return &sets[i];
    bench_usage("no set %s of convolutions; there are resnet and depthwise", name);
    return NULL;
}

static struct job job_of(const struct bench_options *o, const struct layer *l, size_t batch,
                         enum yoke_layout layout)
{
    return (struct job){
        .kind = &job_conv,
        .name = l->name,
        .conv = { .N = batch,
                  .C = l->C,
                  .H = l->size,
                  .W = l->size,
                  .K = l->K,
                  .R = l->filter,
                  .S = l->filter,
                  .type = o->type,
                  .layout = layout,
                  .stride_h = l->stride,
                  .stride_w = l->stride,
                  .pad_h = { l->pad, l->pad },
                  .pad_w = { l->pad, l->pad },
                  .groups = l->groups,
                  .variant = o->variant },
        .epilogue = { .bias = o->bias ? YOKE_BIAS_CHANNEL : YOKE_BIAS_NONE,
                      .activation = o->activation },
    };
}

size_t shapes_conv(const struct bench_options *o, struct job *jobs)
{
    static const size_t usual[] = { 1, 8 };
    const struct layer_set *set = find_set(o->set ? o->set : "resnet");
    const size_t *batches = o->n_batches ? o->batches : usual;
    const size_t n_batches = o->n_batches ? o->n_batches : COUNT(usual);
    const size_t n_layouts = o->n_layouts ? o->n_layouts : 1;
    size_t n = 0;

    for (size_t y = 0; set && y < n_layouts; y++)
        for (size_t i = 0; i < set->n; i++)
            for (size_t b = 0; b < n_batches && n < SHAPES_MAX; b++)
                jobs[n++] = job_of(o, &set->layers[i], batches[b],
                                   o->n_layouts ? o->layouts[y] : YOKE_NHWC);
    return n;
}
