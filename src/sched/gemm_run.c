/* gemm_run.c - a matrix product over a team: host arrays in, host arrays out.
 * SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "base/size.h"
#include "device/drivers.h"
#include "ops/gemm/packed.h"
#include "sched/gemm_part.h"
#include "sched/report.h"

enum { ROW_TILE = 12, COLUMN_TILE = 32 };

static yoke_status variant(const void *op, const yoke_device *dev, const char **name)
{
    const struct yoke_gemm_product *all = op;
    struct yoke_gemm_problem p = all->p;
    struct yoke_choice choice;
    const yoke_status st = yoke_gemm_choose(dev, &p, &choice);

    *name = st == YOKE_OK ? choice.variant->name : "";
    return st;
}

/* Rows or columns to cut at a time: whole tiles, and what an operand was packed in. */
static size_t cut_unit(const yoke_gemm_packed *packed, size_t tile)
{
    const size_t unit = packed ? yoke_gemm_packed_unit(packed) : 1;

    return unit > 1 ? yoke_round_up(tile, unit) : tile;
}

static void describe_cuts(const struct yoke_gemm_problem *p, struct yoke_job *job)
{
    const double size = (double)yoke_type_size(p->type), b = (double)p->batch;
    const double M = (double)p->M, N = (double)p->N;
    const double a_line = p->packed[YOKE_GEMM_A] ? 0 : size * (double)p->K;
    const double b_line = p->packed[YOKE_GEMM_B] ? 0 : size * (double)p->K;
    const double c_size = (double)yoke_type_size(yoke_type_result(p->type)) *
                          (1.0 + yoke_gemm_reads(p, YOKE_GEMM_C) + p->has_residual);

    job->cuts[job->n_cuts++] = (struct yoke_cut){ p->M, cut_unit(p->packed[YOKE_GEMM_A], ROW_TILE),
                                                  b * b_line * N, b * (a_line + c_size * N) };
    job->cuts[job->n_cuts++] =
        (struct yoke_cut){ p->N, cut_unit(p->packed[YOKE_GEMM_B], COLUMN_TILE), b * a_line * M,
                           b * (b_line + c_size * M) };
    if (p->batch > 1)
        job->cuts[job->n_cuts++] =
            (struct yoke_cut){ p->batch, 1, 0, a_line * M + b_line * N + c_size * M * N };
}

static yoke_status check_arrays(const struct yoke_gemm_product *all)
{
    for (size_t i = 0; i < YOKE_GEMM_OPERANDS; i++)
        if (yoke_gemm_is_array(&all->p, i) && !all->host[i] && all->p.at[i].extent > 0)
            return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_run: a NULL array");
    return YOKE_OK;
}

yoke_status yoke_gemm_run(yoke_team *team, const struct yoke_gemm *gemm, void *C, const void *A,
                          const void *B, struct yoke_report *report)
{
    yoke_status st = YOKE_OK;
    struct yoke_gemm_product all;
    struct yoke_job job = { .op = &all,
                            .class = YOKE_CLASS_GEMM,
                            .variant = variant,
                            .share = yoke_gemm_share,
                            .sample = yoke_gemm_sample };

    if (!team || !gemm) return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_run: a NULL argument");
    TRY(yoke_drivers_check());
    TRY(yoke_gemm_prepare(gemm, &all.p));
    if (yoke_gemm_is_nothing(&all.p)) return yoke_report_clear(team, report);
    const struct yoke_epilogue *e = gemm->epilogue;
    all.host[YOKE_GEMM_C] = C;
    all.host[YOKE_GEMM_A] = (char *)(all.p.swapped ? B : A);
    all.host[YOKE_GEMM_B] = (char *)(all.p.swapped ? A : B);
    all.host[YOKE_GEMM_R] = (char *)(e ? e->residual_array : NULL);
    all.host[YOKE_GEMM_BIAS] = (char *)(e ? e->bias_array : NULL);
    TRY(check_arrays(&all));
    job.type = all.p.type;
    job.whole = all.p.variant != NULL;
    job.flops = 2.0 * (double)all.p.batch * (double)all.p.M * (double)all.p.N *
                (double)yoke_size_max(all.p.K, 1);
    describe_cuts(&all.p, &job);
    TRY(yoke_job_run(team, &job, report));
out:
    return st;
}
