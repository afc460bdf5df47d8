/* peer_openblas.c - OpenBLAS as a peer, the plain one or PyPI's, whose symbols have a prefix.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "peer.h"

enum { ROW_MAJOR = 101, NO_TRANS = 111, TRANS = 112 }; /* the values of CBLAS */

/* The parameters that all types have alike, around alpha and beta of the type. */
#define PARAMETERS(scalar, number)                                                                 \
    (int order, int trans_a, int trans_b, int M, int N, int K, scalar alpha, const number *A,      \
     int lda, const number *B, int ldb, scalar beta, number *C, int ldc)

static struct {
    void(*sgemm) PARAMETERS(float, float);
    void(*dgemm) PARAMETERS(double, double);
    void(*cgemm) PARAMETERS(const void *, void);
    void(*zgemm) PARAMETERS(const void *, void);
    void (*set_num_threads)(int n);
    char *(*get_config)(void);
    char *(*get_corename)(void);
} blas;

static struct job job;

static bool take_symbols(void *library, const char *prefix)
{
    return peer_symbol(library, prefix, "cblas_sgemm", &blas.sgemm) &&
           peer_symbol(library, prefix, "cblas_dgemm", &blas.dgemm) &&
           peer_symbol(library, prefix, "cblas_cgemm", &blas.cgemm) &&
           peer_symbol(library, prefix, "cblas_zgemm", &blas.zgemm) &&
           peer_symbol(library, prefix, "openblas_set_num_threads", &blas.set_num_threads) &&
           peer_symbol(library, prefix, "openblas_get_config", &blas.get_config) &&
           peer_symbol(library, prefix, "openblas_get_corename", &blas.get_corename);
}

static const char *load(void *library, const struct peer_setup *setup, struct peer_identity *who)
{
    if (!take_symbols(library, "scipy_") && !take_symbols(library, ""))
        return "the library has no cblas_sgemm with its kin and openblas_get_config beside it";
    if (strstr(blas.get_config(), "USE64BITINT"))
        return "its integers have 64 bits; the 32-bit build is needed";
    blas.set_num_threads((int)setup->threads);
    if (sscanf(blas.get_config(), "OpenBLAS %63s", who->version) != 1)
        snprintf(who->version, sizeof who->version, "unknown");
    snprintf(who->core, sizeof who->core, "%s", blas.get_corename());
    return NULL;
}

static const float one_c64[2] = { 1.0f, 0.0f }, zero_c64[2] = { 0.0f, 0.0f };
static const double one_c128[2] = { 1.0, 0.0 }, zero_c128[2] = { 0.0, 0.0 };

static void multiply(const void *A, const void *B, void *C)
{
    const struct yoke_gemm *g = &job.gemm;
    const int M = (int)g->M, N = (int)g->N, K = (int)g->K;
    const int ta = g->trans_a ? TRANS : NO_TRANS, tb = g->trans_b ? TRANS : NO_TRANS;
    const int lda = g->trans_a ? M : K, ldb = g->trans_b ? K : N;

    if (g->type == YOKE_F32)
        blas.sgemm(ROW_MAJOR, ta, tb, M, N, K, 1.0f, A, lda, B, ldb, 0.0f, C, N);
    else if (g->type == YOKE_F64)
        blas.dgemm(ROW_MAJOR, ta, tb, M, N, K, 1.0, A, lda, B, ldb, 0.0, C, N);
    else if (g->type == YOKE_C64)
        blas.cgemm(ROW_MAJOR, ta, tb, M, N, K, one_c64, A, lda, B, ldb, zero_c64, C, N);
    else
        blas.zgemm(ROW_MAJOR, ta, tb, M, N, K, one_c128, A, lda, B, ldb, zero_c128, C, N);
}

/* A batch is a loop: OpenBLAS has no other way with distinct matrices. */
static void run(void)
{
    const struct yoke_gemm *g = &job.gemm;
    const size_t size = yoke_type_size(g->type);
    const char *A = job.lhs, *B = job.rhs;
    char *C = job.out_peer;

    for (size_t b = 0; b < (g->batch ? g->batch : 1); b++)
        multiply(A + b * g->M * g->K * size, B + b * g->K * g->N * size,
                 C + b * g->M * g->N * size);
}

static const char *prepare(const struct job *asked, struct peer_method *how)
{
    static const char *const methods[] = {
        [YOKE_F32] = "sgemm",  [YOKE_F64] = "dgemm", [YOKE_C64] = "cgemm",
        [YOKE_C128] = "zgemm", [YOKE_S32] = NULL, /* none of the others either */
    };

    if (asked->kind != &job_gemm) return "it has matrix products only";
    if (!methods[asked->gemm.type]) return "it has products of f32, f64, c64 and c128 only";
    if (job_has_epilogue(asked)) return "it has no epilogue; --against plain compares without";
    job = *asked;
    snprintf(how->name, sizeof how->name, "%s", methods[job.gemm.type]);
    how->by_norm = false;
    run();
    return NULL;
}

/* run leaves its result where it belongs. */
static void collect(void)
{
}

static const char *const system_names[] = { "libopenblas.so.0", NULL };

const struct peer_api peer_openblas = {
    "openblas", "libopenblas.so", system_names, "OPENBLAS_CORETYPE", load, prepare, run, collect
};
