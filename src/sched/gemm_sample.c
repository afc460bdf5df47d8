/* gemm_sample.c - small matrix products whose answers are known.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/element.h"
#include "base/error.h"
#include "sched/gemm_part.h"

/* Products of vectors a b' with factors along k, in small whole numbers: exact in every type. */
static double a_of(size_t m, size_t k)
{
    return (double)(m % 4 + 1) * (k % 2 ? -1 : 1);
}
static double b_of(size_t k, size_t n)
{
    return ((double)(n % 5) - 2) * (double)(k % 3 + 1);
}

/* Both parts of a complex element get the value: (a + a i) (b + b i) = 2 a b i. */
static void set(enum yoke_type type, void *array, size_t i, double value)
{
    const size_t parts = yoke_type_parts(type);

    for (size_t part = 0; part < parts; part++)
        yoke_element_set(type, array, i * parts + part, value);
}

static bool is(enum yoke_type type, const void *array, size_t i, double value)
{
    if (!yoke_type_is_complex(type)) return yoke_element_get(type, array, i) == value;
    return yoke_element_get(type, array, 2 * i) == 0.0 &&
           yoke_element_get(type, array, 2 * i + 1) == 2.0 * value;
}

static bool answer_is_right(const struct yoke_gemm_problem *p, const void *C)
{
    double sum = 0;

    for (size_t k = 0; k < p->K; k++)
        sum += a_of(0, k) * b_of(k, 0) / (a_of(0, 0) * b_of(0, 0));
    for (size_t m = 0; m < p->M; m++)
        for (size_t n = 0; n < p->N; n++)
            if (!is(yoke_type_result(p->type), C, m * p->N + n, a_of(m, 0) * b_of(0, n) * sum))
                return false;
    return true;
}

yoke_status yoke_gemm_sample(enum yoke_type type, struct yoke_member *member, int level,
                             double *flops, struct yoke_share_cost *cost)
{
    static const struct {
        size_t M, N, K;
    } sizes[] = { { 48, 128, 128 }, { 96, 512, 256 }, { 192, 768, 512 } };
    const size_t M = sizes[level].M, N = sizes[level].N, K = sizes[level].K;
    const struct yoke_gemm gemm = { .M = M, .N = N, .K = K, .type = type };
    struct yoke_gemm_product all = { .host = { NULL } };
    yoke_status st = YOKE_OK;

    void *A = calloc(M * K, yoke_type_size(type)), *B = calloc(K * N, yoke_type_size(type)),
         *C = calloc(M * N, yoke_type_size(yoke_type_result(type)));
    if (!A || !B || !C) TRY(yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a known answer"));
    TRY(yoke_gemm_prepare(&gemm, &all.p));
    all.host[YOKE_GEMM_C] = C;
    all.host[YOKE_GEMM_A] = A;
    all.host[YOKE_GEMM_B] = B;
    for (size_t i = 0; i < M * K; i++)
        set(type, A, i, a_of(i / K, i % K));
    for (size_t i = 0; i < K * N; i++)
        set(type, B, i, b_of(i / N, i % N));
    TRY(yoke_gemm_share(&all, member, YOKE_CUT_ROWS, 0, M, cost));
    if (!answer_is_right(&all.p, C))
        TRY(yoke_fail(YOKE_ERR_DEVICE, "a product with a known answer came out wrong"));
    *flops = 2.0 * (double)M * (double)N * (double)K;
out:
    free(A);
    free(B);
    free(C);
    return st;
}
