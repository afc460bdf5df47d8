/* shapes_conv.c - the sets of convolutions.
 * SPDX-License-Identifier: MIT */
#include "base/layers.h"
#include "shapes.h"

static const struct yoke_layer_set *find_set(const char *name)
{
    const struct yoke_layer_set *set = yoke_layer_set_find(name);

    if (!set) bench_usage("no set %s of convolutions; there are resnet and depthwise", name);
    return set;
}

static struct job job_of(const struct bench_options *o, const struct yoke_layer *l, size_t batch,
                         enum yoke_layout layout)
{
    struct job job = { .kind = &job_conv, .name = l->name, .conv = yoke_layer_conv(l, batch) };

    job.conv.type = o->type;
    job.conv.layout = layout;
    job.conv.variant = o->variant;
    return job;
}

size_t shapes_conv(const struct bench_options *o, struct job *jobs)
{
    const struct yoke_layer_set *set = find_set(o->set ? o->set : "resnet");
    const size_t *batches = o->n_batches ? o->batches : yoke_layer_images;
    const size_t n_batches = o->n_batches ? o->n_batches : yoke_n_layer_images;
    const size_t n_layouts = o->n_layouts ? o->n_layouts : 1;
    size_t n = 0;

    for (size_t y = 0; set && y < n_layouts; y++)
        for (size_t i = 0; i < set->n; i++)
            for (size_t b = 0; b < n_batches && n < SHAPES_MAX; b++)
                jobs[n++] = job_of(o, &set->layers[i], batches[b],
                                   o->n_layouts ? o->layouts[y] : YOKE_NHWC);
    return n;
}
