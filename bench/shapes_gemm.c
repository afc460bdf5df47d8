/* shapes_gemm.c - the sets of matrix products.
 * SPDX-License-Identifier: MIT */
#include "base/products.h"
#include "shapes.h"

static const struct yoke_product_set *find_set(const char *name)
{
    const struct yoke_product_set *set = yoke_product_set_find(name);

    if (!set) bench_usage("no set %s of products; there are square, skinny, batched and dnn", name);
    return set;
}

static void add_transpositions(const struct bench_options *o, const struct yoke_product *p,
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
            .epilogue = { .bias = o->bias ? YOKE_BIAS_COLUMN : YOKE_BIAS_NONE,
                          .activation = o->activation },
        };
    }
}

static void add_batches(const struct bench_options *o, const struct yoke_product *p,
                        struct job *jobs, size_t *n)
{
    const size_t *images = o->n_batches ? o->batches : yoke_product_images;
    const size_t n_images = o->n_batches ? o->n_batches : yoke_n_product_images;

    for (size_t i = 0; i < n_images; i++) {
        const struct yoke_product all = yoke_product_of_images(p, images[i]);
        add_transpositions(o, &all, jobs, n);
    }
}

size_t shapes_gemm(const struct bench_options *o, struct job *jobs)
{
    const struct yoke_product_set *set = find_set(o->set ? o->set : "square");
    size_t n = 0;

    if (!set) return 0;
    for (size_t i = 0; i < o->n_sizes; i++) {
        const struct bench_size *s = &o->sizes[i];
        add_transpositions(o, &(struct yoke_product){ NULL, s->M, s->N, s->K, 0, NULL }, jobs, &n);
    }
    for (size_t i = 0; !o->n_sizes && i < set->n; i++) {
        if (set->per_image)
            add_batches(o, &set->products[i], jobs, &n);
        else
            add_transpositions(o, &set->products[i], jobs, &n);
    }
    return n;
}
