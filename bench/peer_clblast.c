/* peer_clblast.c - CLBlast as a peer, on the device that we use.
 * SPDX-License-Identifier: MIT
 *
 * Its operands are on the device before it is timed. */
#include <stdio.h>
#include <string.h>

#include "peer.h"
#include "yoke/opencl.h"

enum { ROW_MAJOR = 101, NO_TRANS = 111, TRANS = 112 }; /* the values of CLBlast, as CBLAS's */

/* The parameters that all types have alike, around alpha and beta of the type. */
#define GEMM_PARAMETERS(scalar)                                                                    \
    (int order, int trans_a, int trans_b, size_t M, size_t N, size_t K, scalar alpha, cl_mem A,    \
     size_t a_offset, size_t lda, cl_mem B, size_t b_offset, size_t ldb, scalar beta, cl_mem C,    \
     size_t c_offset, size_t ldc, cl_command_queue *queue, cl_event *event)
#define BATCHED_PARAMETERS(scalar)                                                                 \
    (int order, int trans_a, int trans_b, size_t M, size_t N, size_t K, scalar alpha, cl_mem A,    \
     size_t a_offset, size_t lda, size_t a_stride, cl_mem B, size_t b_offset, size_t ldb,          \
     size_t b_stride, scalar beta, cl_mem C, size_t c_offset, size_t ldc, size_t c_stride,         \
     size_t batch, cl_command_queue *queue, cl_event *event)

static struct {
    int(*sgemm) GEMM_PARAMETERS(float);
    int(*dgemm) GEMM_PARAMETERS(double);
    int(*cgemm) GEMM_PARAMETERS(cl_float2);
    int(*zgemm) GEMM_PARAMETERS(cl_double2);
    int(*sgemm_batched) BATCHED_PARAMETERS(float);
    int(*dgemm_batched) BATCHED_PARAMETERS(double);
    int(*cgemm_batched) BATCHED_PARAMETERS(cl_float2);
    int(*zgemm_batched) BATCHED_PARAMETERS(cl_double2);
} blast;

static yoke_team *team;
static yoke_queue *queue;
static yoke_buffer *lhs, *rhs, *out;
static struct job job;
static int status;
static char sentence[PEER_SENTENCE];

static bool take_symbols(void *library)
{
    return peer_symbol(library, "CLBlast", "Sgemm", &blast.sgemm) &&
           peer_symbol(library, "CLBlast", "Dgemm", &blast.dgemm) &&
           peer_symbol(library, "CLBlast", "Cgemm", &blast.cgemm) &&
           peer_symbol(library, "CLBlast", "Zgemm", &blast.zgemm) &&
           peer_symbol(library, "CLBlast", "SgemmStridedBatched", &blast.sgemm_batched) &&
           peer_symbol(library, "CLBlast", "DgemmStridedBatched", &blast.dgemm_batched) &&
           peer_symbol(library, "CLBlast", "CgemmStridedBatched", &blast.cgemm_batched) &&
           peer_symbol(library, "CLBlast", "ZgemmStridedBatched", &blast.zgemm_batched);
}

static const char *load(void *library, const struct peer_setup *setup, struct peer_identity *who)
{
    const struct yoke_team_params params = { .select = setup->device };

    if (!take_symbols(library)) return "the library has no CLBlastSgemm with its kin";
    if (yoke_team_create(&params, &team) != YOKE_OK ||
        yoke_queue_create(yoke_team_device(team, 0), &queue) != YOKE_OK)
        return yoke_last_error();
    snprintf(who->version, sizeof who->version, "1"); /* the library cannot say more */
    snprintf(who->core, sizeof who->core, "device %s", setup->device);
    return NULL;
}

static bool upload(yoke_buffer **buf, void *data, size_t size_bytes)
{
    const struct yoke_buffer_params params = { .size_bytes = size_bytes, .initial = data };

    yoke_buffer_destroy(buf);
    return yoke_buffer_create(yoke_queue_device(queue), &params, buf) == YOKE_OK;
}

/* One product, or a batch of them without gaps. */
#define CALL(letter, alpha, beta)                                                                  \
    (batch == 1                                                                                    \
         ? blast.letter##gemm(ROW_MAJOR, ta, tb, M, N, K, alpha, A, 0, lda, B, 0, ldb, beta, C, 0, \
                              N, &q, NULL)                                                         \
         : blast.letter##gemm_batched(ROW_MAJOR, ta, tb, M, N, K, alpha, A, 0, lda, M * K, B, 0,   \
                                      ldb, K * N, beta, C, 0, N, M * N, batch, &q, NULL))

static void run(void)
{
    static const cl_float2 one_c64 = { { 1.0f, 0.0f } }, zero_c64 = { { 0.0f, 0.0f } };
    static const cl_double2 one_c128 = { { 1.0, 0.0 } }, zero_c128 = { { 0.0, 0.0 } };
    const struct yoke_gemm *g = &job.gemm;
    const size_t M = g->M, N = g->N, K = g->K, batch = g->batch ? g->batch : 1;
    const size_t lda = g->trans_a ? M : K, ldb = g->trans_b ? K : N;
    const int ta = g->trans_a ? TRANS : NO_TRANS, tb = g->trans_b ? TRANS : NO_TRANS;
    const cl_mem A = yoke_buffer_cl_mem(lhs), B = yoke_buffer_cl_mem(rhs);
    const cl_mem C = yoke_buffer_cl_mem(out);
    cl_command_queue q = yoke_queue_cl_queue(queue);

    if (g->type == YOKE_F32)
        status = CALL(s, 1.0f, 0.0f);
    else if (g->type == YOKE_F64)
        status = CALL(d, 1.0, 0.0);
    else if (g->type == YOKE_C64)
        status = CALL(c, one_c64, zero_c64);
    else
        status = CALL(z, one_c128, zero_c128);
    if (yoke_queue_finish(queue) != YOKE_OK && !status) status = -1;
}

static const char *prepare(const struct job *asked, struct peer_method *how)
{
    size_t n_out, n_lhs, n_rhs;
    const size_t el = yoke_type_size(job_type(asked));

    if (asked->kind != &job_gemm) return "it is compared for matrix products only";
    if (yoke_type_part(asked->gemm.type) != YOKE_F32 &&
        yoke_type_part(asked->gemm.type) != YOKE_F64)
        return "it is compared for f32, f64, c64 and c128 only";
    if (job_has_epilogue(asked)) return "it has no epilogue; --against plain compares without";
    job = *asked;
    job.kind->elements(&job, &n_out, &n_lhs, &n_rhs);
    if (!upload(&lhs, job.lhs, n_lhs * el) || !upload(&rhs, job.rhs, n_rhs * el) ||
        !upload(&out, job.out_peer, n_out * el))
        return yoke_last_error();
    snprintf(how->name, sizeof how->name, "device buffers");
    how->by_norm = false;
    run();
    if (!status) return NULL;
    snprintf(sentence, sizeof sentence, "its product failed with status %d", status);
    return sentence;
}

static void collect(void)
{
    if (yoke_buffer_read(queue, out, 0, job.out_peer, yoke_buffer_size_bytes(out)) != YOKE_OK)
        job_spoil(&job, job.out_peer);
}

static const char *const system_names[] = { "libclblast.so.1", NULL };

const struct peer_api peer_clblast = { "clblast", NULL,    system_names, NULL,
                                       load,      prepare, run,          collect };
