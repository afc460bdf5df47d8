/* gemm_shape.c - the sizes of a matrix product, for those who make one to be checked or timed.
 * SPDX-License-Identifier: MIT */
#include "tune/gemm_shape.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

struct yoke_tune_shape yoke_gemm_tune_shape(const struct yoke_gemm_problem *p)
{
    return (struct yoke_tune_shape){
        .type = p->type,
        .trans = 2u * (p->at[YOKE_GEMM_A].step > 1) + (p->at[YOKE_GEMM_B].step > 1),
        .dim = { p->M, p->N, p->K, p->batch },
    };
}

struct yoke_gemm yoke_gemm_of_shape(const struct yoke_tune_shape *s)
{
    return (struct yoke_gemm){
        .M = s->dim[0],
        .N = s->dim[1],
        .K = s->dim[2],
        .batch = s->dim[3],
        .type = s->type,
        .trans_a = s->trans & 2,
        .trans_b = s->trans & 1,
    };
}

bool yoke_gemm_shape_of_key(enum yoke_type type, const char *key, struct yoke_tune_shape *out)
{
    struct yoke_tune_shape s = { .type = type };
    struct yoke_gemm_problem p;
    char trans[3], again[YOKE_KEY_MAX];

    if (sscanf(key, "%2[NT] %zux%zux%zux%zu", trans, &s.dim[0], &s.dim[1], &s.dim[2], &s.dim[3]) !=
            5 ||
        strlen(trans) != 2)
        return false;
    s.trans = 2u * (trans[0] == 'T') + (trans[1] == 'T');
    *out = s;
    const struct yoke_gemm gemm = yoke_gemm_of_shape(&s);
    if (yoke_gemm_prepare(&gemm, &p) != YOKE_OK) return false;
    yoke_gemm_class.key(&p, again);
    return strcmp(key, again) == 0;
}

yoke_status yoke_gemm_tune_plain(const struct yoke_gemm *gemm, struct yoke_gemm_problem *p)
{
    yoke_status st = YOKE_OK;
    struct yoke_gemm_problem asked;

    TRY(yoke_gemm_prepare(gemm, &asked));
    const struct yoke_tune_shape s = yoke_gemm_tune_shape(&asked);
    if (s.dim[0] == 0 || s.dim[1] == 0 || s.dim[2] == 0)
        return yoke_fail(YOKE_ERR_INVALID,
                         "tuning: a product of %zu x %zu x %zu; no dimension may be 0", gemm->M,
                         gemm->N, gemm->K);
    const struct yoke_gemm plain = yoke_gemm_of_shape(&s);
    TRY(yoke_gemm_prepare(&plain, p));
out:
    return st;
}
