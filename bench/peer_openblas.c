/* peer_openblas.c - OpenBLAS as a peer, the plain one or PyPI's, whose symbols have a prefix.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "peer.h"

enum { ROW_MAJOR = 101, NO_TRANS = 111, TRANS = 112 }; /* the values of CBLAS */

static struct {
    void (*sgemm)(int order, int trans_a, int trans_b, int M, int N, int K, float alpha,
                  const float *A, int lda, const float *B, int ldb, float beta, float *C, int ldc);
    void (*dgemm)(int order, int trans_a, int trans_b, int M, int N, int K, double alpha,
                  const double *A, int lda, const double *B, int ldb, double beta, double *C,
                  int ldc);
    void (*set_num_threads)(int n);
    char *(*get_config)(void);
    char *(*get_corename)(void);
} blas;

static struct job job;

static bool take_symbols(void *library, const char *prefix)
{
    return peer_symbol(library, prefix, "cblas_sgemm", &blas.sgemm) &&
           peer_symbol(library, prefix, "cblas_dgemm", &blas.dgemm) &&
           peer_symbol(library, prefix, "openblas_set_num_threads", &blas.set_num_threads) &&
           peer_symbol(library, prefix, "openblas_get_config", &blas.get_config) &&
           peer_symbol(library, prefix, "openblas_get_corename", &blas.get_corename);
}

static const char *load(void *library, const struct peer_setup *setup, struct peer_identity *who)
{
    if (!take_symbols(library, "scipy_") && !take_symbols(library, ""))
        return "the library has no cblas_sgemm with openblas_get_config beside it";
    if (strstr(blas.get_config(), "USE64BITINT"))
        return "its integers have 64 bits; the 32-bit build is needed";
    blas.set_num_threads((int)setup->threads);
    if (sscanf(blas.get_config(), "OpenBLAS %63s", who->version) != 1)
        snprintf(who->version, sizeof who->version, "unknown");
    snprintf(who->core, sizeof who->core, "%s", blas.get_corename());
    return NULL;
}

/* A batch is a loop: OpenBLAS has no other way with distinct matrices. */
static void run(void)
{
    const struct yoke_gemm *g = &job.gemm;
    const int M = (int)g->M, N = (int)g->N, K = (int)g->K;
    const int ta = g->trans_a ? TRANS : NO_TRANS, tb = g->trans_b ? TRANS : NO_TRANS;
    const int lda = g->trans_a ? M : K, ldb = g->trans_b ? K : N;

    for (size_t b = 0; b < (g->batch ? g->batch : 1); b++) {
        const size_t a_at = b * g->M * g->K, b_at = b * g->K * g->N, c_at = b * g->M * g->N;
        if (g->type == YOKE_F64)
            blas.dgemm(ROW_MAJOR, ta, tb, M, N, K, 1.0, (const double *)job.lhs + a_at, lda,
                       (const double *)job.rhs + b_at, ldb, 0.0, (double *)job.out_peer + c_at, N);
        else
            blas.sgemm(ROW_MAJOR, ta, tb, M, N, K, 1.0f, (const float *)job.lhs + a_at, lda,
                       (const float *)job.rhs + b_at, ldb, 0.0f, (float *)job.out_peer + c_at, N);
    }
}

static const char *prepare(const struct job *asked, struct peer_method *how)
{
    if (asked->kind != &job_gemm) return "it has matrix products only";
    job = *asked;
    snprintf(how->name, sizeof how->name, "%s", job.gemm.type == YOKE_F64 ? "dgemm" : "sgemm");
    how->by_norm = false;
    run();
    return NULL;
}

/* run leaves its result where it belongs. */
static void collect(void)
{
}

static const char *const system_names[] = { "libopenblas.so.0", NULL };

const struct peer_api peer_openblas = { "openblas", "libopenblas.so", system_names, load, prepare,
                                        run,        collect };
