/* split.c - a matrix product with long sums and few results: parts of K, then their sum.
 * SPDX-License-Identifier: MIT */
#include <stdint.h>

#include "base/error.h"
#include "base/size.h"
#include "device/scratch.h"
#include "op/tile.h"
#include "ops/gemm/args.h"
#include "ops/gemm/choice.h"
#include "ops/gemm/rows.h"

enum {
    MAX_RESULTS = 1 << 14, /* more of them keep all units busy             */
    LEAST_SLENDER = 32,    /* K / M and K / N: shorter sums gain less      */
    LEAST_K = 1024,        /* of a part                                    */
    PARTS_PER_UNIT = 4,    /* so that all units end at about the same time */
    PART_TILE = 16,        /* parts begin at a multiple of it              */
};

/* K is cut into parts of `length`, side by side in memory; the last one may be shorter. */
struct parts {
    size_t length, whole, rest, n;
};

static struct parts parts_of(const yoke_device *dev, const struct yoke_gemm_problem *p)
{
    const size_t units = yoke_device_get_info(dev)->units;
    const size_t most = yoke_size_min(units * PARTS_PER_UNIT, p->K / LEAST_K);
    struct parts s = { .length = yoke_round_up(yoke_div_up(p->K, most), PART_TILE) };

    s.whole = p->K / s.length;
    s.rest = p->K % s.length;
    s.n = s.whole + (s.rest > 0);
    return s;
}

/* The sums of all parts, side by side. */
static size_t partials_bytes(const yoke_device *dev, const struct yoke_gemm_problem *p)
{
    return parts_of(dev, p).n * p->M * p->N * yoke_type_size(p->type);
}

/* The products of n parts, the first being part `first` of `K` elements, side by side. */
static struct yoke_gemm_problem product_of(const struct yoke_gemm_problem *all, size_t first,
                                           size_t n, size_t K, size_t length)
{
    struct yoke_gemm_problem p = *all;
    struct yoke_matrix *A = &p.at[YOKE_GEMM_A], *B = &p.at[YOKE_GEMM_B];
    const size_t results = p.M * p.N;

    p.K = K;
    p.batch = n;
    A->offset += first * length * A->step;
    A->batch = length * A->step;
    B->offset += first * length * B->row;
    B->batch = length * B->row;
    p.at[YOKE_GEMM_C] =
        (struct yoke_matrix){ .row = p.N, .step = 1, .batch = results, .offset = first * results };
    p.alpha[0] = 1;
    p.alpha[1] = p.beta[0] = p.beta[1] = 0;
    p.has_bias = p.has_residual = false;
    p.activation = YOKE_ACT_NONE;
    p.max_workspace_bytes = 0;
    p.variant = NULL;
    return p;
}

/* The first other row that suits and is not in quarantine, or the last; parts are no candidates for
 * being cut again. */
static const struct yoke_variant *row_of_parts(const yoke_device *dev,
                                               const struct yoke_gemm_problem *p)
{
    const struct yoke_choice_of of = yoke_gemm_choice_of(p);
    const char *where;

    for (size_t i = 0; i < yoke_n_gemm_variants; i++) {
        const struct yoke_variant *row = &yoke_gemm_variants[i];
        if (row->enqueue != yoke_gemm_enqueue_split && row->suits(dev, row, p) &&
            !yoke_choice_ban(dev, &of, row->name, &where))
            return row;
    }
    return &yoke_gemm_variants[yoke_n_gemm_variants - 1];
}

static size_t workspace_of_parts(const yoke_device *dev, const struct yoke_gemm_problem *all,
                                 size_t n, size_t K, size_t length)
{
    const struct yoke_gemm_problem p = product_of(all, 0, n, K, length);
    const struct yoke_variant *row = row_of_parts(dev, &p);

    return row->workspace ? row->workspace(dev, row, &p) : 0;
}

/* The products of the whole parts and that of the rest take turns. */
size_t yoke_gemm_split_workspace(const yoke_device *dev, const struct yoke_variant *row,
                                 const void *problem)
{
    const struct yoke_gemm_problem *all = problem;
    const struct parts s = parts_of(dev, all);
    const size_t whole = workspace_of_parts(dev, all, s.whole, s.length, s.length);
    const size_t rest = s.rest ? workspace_of_parts(dev, all, 1, s.rest, s.length) : 0;

    (void)row;
    return partials_bytes(dev, all) + yoke_size_max(whole, rest);
}

bool yoke_gemm_split_runs(const yoke_device *dev, const struct yoke_variant *row,
                          const void *problem)
{
    const struct yoke_gemm_problem *p = problem;

    return row->takes(p->type) && yoke_tile_runs(dev) && p->batch == 1 && p->K >= 2 * LEAST_K &&
           p->M > 0 && p->N > 0 && p->M <= MAX_RESULTS / p->N &&
           (!p->max_workspace_bytes ||
            yoke_gemm_split_workspace(dev, row, p) <= p->max_workspace_bytes);
}

bool yoke_gemm_split_suits(const yoke_device *dev, const struct yoke_variant *row,
                           const void *problem)
{
    const struct yoke_gemm_problem *p = problem;

    return yoke_tile_suits(dev) && yoke_gemm_split_runs(dev, row, problem) &&
           yoke_gemm_units(dev, p) > 1 && p->K / LEAST_SLENDER >= yoke_size_max(p->M, p->N);
}

static yoke_status multiply(yoke_queue *q, const struct yoke_gemm_problem *all, size_t first,
                            size_t n, size_t K, size_t length, const yoke_buffer *partials,
                            const struct yoke_gemm_arrays *given)
{
    const struct yoke_gemm_problem p = product_of(all, first, n, K, length);
    const struct yoke_variant *row = row_of_parts(yoke_queue_device(q), &p);
    const struct yoke_gemm_arrays arrays = { { partials, given->at[YOKE_GEMM_A],
                                               given->at[YOKE_GEMM_B], NULL, NULL } };

    return row->enqueue(q, row, &p, &arrays, NULL);
}

static yoke_status add_up(yoke_queue *q, const struct yoke_variant *row,
                          const struct yoke_gemm_problem *p, uint32_t parts,
                          const yoke_buffer *partials, const struct yoke_gemm_arrays *given,
                          yoke_event **event)
{
    yoke_device *dev = yoke_queue_device(q);
    struct yoke_text options;
    struct yoke_gemm_args a;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    yoke_gemm_options_for(&options, dev, p);
    TRY(yoke_kernel_get_with(dev, row->kernel, &options, &kernel));
    yoke_gemm_args_begin(&a, p, given);
    /* C, the partial sums for A, nothing for B. */
    a.args[YOKE_GEMM_A] = YOKE_ARG_BUFFER(partials);
    for (size_t i = YOKE_GEMM_B; i + 1 < YOKE_GEMM_N_ARGS; i++)
        a.args[i] = a.args[i + 1];
    a.args[YOKE_GEMM_N_ARGS - 1] = YOKE_ARG_VALUE(parts);
    const size_t size[3] = { p->N, p->M, 1 };
    TRY(yoke_enqueue_3d(q, kernel, size, a.args, YOKE_GEMM_N_ARGS, event));
out:
    return st;
}

yoke_status yoke_gemm_enqueue_split(yoke_queue *q, const struct yoke_variant *row,
                                    const void *problem, const void *arrays, yoke_event **event)
{
    const struct yoke_gemm_problem *p = problem;
    const yoke_device *dev = yoke_queue_device(q);
    const struct parts s = parts_of(dev, p);
    const yoke_buffer *partials;
    yoke_status st = YOKE_OK;

    TRY(yoke_queue_partials(q, partials_bytes(dev, p), &partials));
    TRY(multiply(q, p, 0, s.whole, s.length, s.length, partials, arrays));
    if (s.rest > 0) TRY(multiply(q, p, s.whole, 1, s.rest, s.length, partials, arrays));
    TRY(add_up(q, row, p, (uint32_t)s.n, partials, arrays, event));
out:
    return st;
}
