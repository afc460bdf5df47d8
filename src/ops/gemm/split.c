/* split.c - a matrix product with long sums and few results: parts of K, then their sum.
 * SPDX-License-Identifier: MIT */
#include <stdint.h>

#include "base/error.h"
#include "base/size.h"
#include "op/profile.h"
#include "op/tile.h"
#include "ops/gemm/args.h"
#include "ops/gemm/families.h"

enum {
    MAX_RESULTS = 1 << 14, /* more of them keep all units busy             */
    LEAST_SLENDER = 32,    /* K / M and K / N: shorter sums gain less      */
    LEAST_BLOCKS = 2,      /* of k in a part: fewer gain nothing           */
    PARTS_PER_UNIT = 4,    /* so that all units end at about the same time */
    PART_TILE = 16,        /* parts begin at a multiple of it              */
};

/* K is cut into parts of `length`, side by side in memory; the last one may be shorter. */
struct parts {
    size_t length, whole, rest, n;
};

static size_t least_k(const yoke_device *dev)
{
    return LEAST_BLOCKS * yoke_profile_of(dev)->k_block;
}

static struct parts parts_of(const yoke_device *dev, const struct yoke_gemm_problem *p)
{
    const size_t units = yoke_device_get_info(dev)->units;
    const size_t most = yoke_size_min(units * PARTS_PER_UNIT, p->K / least_k(dev));
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

/* The first other variant that is preferred and not in quarantine, or the last; parts are no
 * candidates for being cut again. */
static const struct yoke_variant *variant_of_parts(const yoke_device *dev,
                                                   const struct yoke_gemm_problem *p)
{
    const struct yoke_variant *v = yoke_gemm_class.variants;
    const struct yoke_variant *const last = v + yoke_gemm_class.n_variants - 1;
    const char *where;

    while (v < last && (v->plan == yoke_gemm_split_plan || !v->prefers(dev, v, p) ||
                        yoke_choice_ban(dev, &yoke_gemm_class, p->type, v->name, &where)))
        v++;
    return v;
}

static size_t workspace_of_parts(const yoke_device *dev, const struct yoke_gemm_problem *all,
                                 size_t n, size_t K, size_t length)
{
    const struct yoke_gemm_problem p = product_of(all, 0, n, K, length);
    const struct yoke_variant *v = variant_of_parts(dev, &p);

    return v->workspace ? v->workspace(dev, v, &p) : 0;
}

/* The products of the whole parts and that of the rest take turns. */
size_t yoke_gemm_split_workspace(const yoke_device *dev, const struct yoke_variant *variant,
                                 const void *problem)
{
    const struct yoke_gemm_problem *all = problem;
    const struct parts s = parts_of(dev, all);
    const size_t whole = workspace_of_parts(dev, all, s.whole, s.length, s.length);
    const size_t rest = s.rest ? workspace_of_parts(dev, all, 1, s.rest, s.length) : 0;

    (void)variant;
    return partials_bytes(dev, all) + yoke_size_max(whole, rest);
}

bool yoke_gemm_split_supports(const yoke_device *dev, const struct yoke_variant *variant,
                              const void *problem)
{
    const struct yoke_gemm_problem *p = problem;

    return variant->accepts(p->type) && yoke_tile_runs(dev) && p->batch == 1 &&
           p->K >= 2 * least_k(dev) && p->M > 0 && p->N > 0 && p->M <= MAX_RESULTS / p->N &&
           (!p->max_workspace_bytes ||
            yoke_gemm_split_workspace(dev, variant, p) <= p->max_workspace_bytes);
}

bool yoke_gemm_split_prefers(const yoke_device *dev, const struct yoke_variant *variant,
                             const void *problem)
{
    const struct yoke_gemm_problem *p = problem;

    return yoke_tile_suits(dev) && yoke_gemm_split_supports(dev, variant, problem) &&
           yoke_gemm_units(dev, p) > 1 && p->K / LEAST_SLENDER >= yoke_size_max(p->M, p->N);
}

/* Append a product whose result goes to the partial sums. */
static yoke_status append_parts(struct yoke_plan *plan, const struct yoke_gemm_problem *all,
                                size_t first, size_t n, size_t K, size_t length)
{
    const struct yoke_gemm_problem p = product_of(all, first, n, K, length);
    const struct yoke_variant *own = plan->variant;
    const size_t n_before = plan->n_steps;
    yoke_status st = YOKE_OK;

    plan->variant = variant_of_parts(plan->dev, &p);
    st = plan->variant->plan(plan->dev, plan->variant, &p, plan);
    plan->variant = own;
    TRY(st);
    for (size_t i = n_before; i < plan->n_steps; i++)
        for (size_t j = 0; j < plan->steps[i].n_args; j++) {
            struct yoke_step_arg *arg = &plan->steps[i].args[j];
            if (arg->from == YOKE_FROM_OPERAND && arg->operand == YOKE_GEMM_C)
                arg->from = YOKE_FROM_PARTIALS;
        }
out:
    return st;
}

/* C, the partial sums for A, nothing for B. */
static yoke_status append_sum(struct yoke_plan *plan, const struct yoke_gemm_problem *p,
                              uint32_t n_parts)
{
    const size_t size[3] = { p->N, p->M, 1 };
    struct yoke_text options;
    struct yoke_step *step;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    yoke_gemm_options_for(&options, plan->dev, p);
    TRY(yoke_kernel_get_with(plan->dev, plan->variant->kernel, &options, &kernel));
    TRY(yoke_plan_append(plan, kernel, &step));
    yoke_gemm_step_begin(step, p);
    step->args[YOKE_GEMM_A].from = YOKE_FROM_PARTIALS;
    for (size_t i = YOKE_GEMM_B; i + 1 < step->n_args; i++)
        step->args[i] = step->args[i + 1];
    step->n_args--;
    yoke_step_value(step, &n_parts, sizeof n_parts);
    yoke_step_grid(step, size);
out:
    return st;
}

yoke_status yoke_gemm_split_plan(yoke_device *dev, const struct yoke_variant *variant,
                                 const void *problem, struct yoke_plan *plan)
{
    const struct yoke_gemm_problem *p = problem;
    const struct parts s = parts_of(dev, p);
    yoke_status st = YOKE_OK;

    (void)variant;
    TRY(append_parts(plan, p, 0, s.whole, s.length, s.length));
    if (s.rest > 0) TRY(append_parts(plan, p, s.whole, 1, s.rest, s.length));
    TRY(append_sum(plan, p, (uint32_t)s.n));
    yoke_plan_need(plan, 0, partials_bytes(dev, p));
out:
    return st;
}
