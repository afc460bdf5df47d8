/* clblast.c - CLBlast's matrix product on our queues.
 * SPDX-License-Identifier: MIT */
#include "kernel/clblast.h"

#include <clblast_c.h>

#include "base/error.h"
#include "base/stack.h"
#include "device/cl_error.h"
#include "device/queue.h"
#include "device/scratch.h"

enum {
    LAST_OF_OPENCL = -1000, /* below it are CLBlast's own codes */
};

static yoke_status check(CLBlastStatusCode code, const char *device)
{
    switch (code) {
    case CLBlastSuccess: return YOKE_OK;
    case CLBlastNotImplemented:
    case CLBlastNoDoublePrecision:
    case CLBlastDatabaseError:
        return yoke_fail(YOKE_ERR_UNSUPPORTED, "CLBlast cannot do this product on %s (%d)", device,
                         (int)code);
    case CLBlastInvalidLocalMemUsage:
        return yoke_fail(YOKE_ERR_LIMIT, "CLBlast's kernels need more local memory than %s has",
                         device);
    case CLBlastUnknownError:
    case CLBlastUnexpectedError:
        return yoke_fail(YOKE_ERR_DEVICE, "CLBlast failed on %s, it does not say why (%d)", device,
                         (int)code);
    default: break;
    }
    if ((int)code > LAST_OF_OPENCL) return yoke_cl_check((cl_int)code, "CLBlast", device);
    return yoke_fail(YOKE_ERR_INVALID, "CLBlast refuses the product (%d)", (int)code);
}

/* Its programs hold on to the context. It can only forget those of all devices; the others' it
 * compiles again when they are next used. */
static void forget(yoke_device *dev)
{
    (void)dev;
    (void)CLBlastClearCache();
}

static CLBlastTranspose form_of(const struct yoke_clblast_matrix *m)
{
    return m->form == YOKE_CLBLAST_PLAIN        ? CLBlastTransposeNo
           : m->form == YOKE_CLBLAST_TRANSPOSED ? CLBlastTransposeYes
                                                : CLBlastTransposeConjugate;
}

#define CALL(letter, alpha, beta)                                                                  \
    (g->batch == 1                                                                                 \
         ? CLBlast##letter##gemm(CLBlastLayoutRowMajor, form_of(A), form_of(B), g->M, g->N, g->K,  \
                                 alpha, A->buf->mem, A->offset, A->ld, B->buf->mem, B->offset,     \
                                 B->ld, beta, C->buf->mem, C->offset, C->ld, &q->q, event)         \
         : CLBlast##letter##gemmStridedBatched(                                                    \
               CLBlastLayoutRowMajor, form_of(A), form_of(B), g->M, g->N, g->K, alpha,             \
               A->buf->mem, A->offset, A->ld, A->stride, B->buf->mem, B->offset, B->ld, B->stride, \
               beta, C->buf->mem, C->offset, C->ld, C->stride, g->batch, &q->q, event))

static CLBlastStatusCode call(yoke_queue *q, const struct yoke_clblast_gemm *g, cl_event *event)
{
    const struct yoke_clblast_matrix *A = &g->A, *B = &g->B, *C = &g->C;
    const cl_float2 alpha_c64 = { { (float)g->alpha[0], (float)g->alpha[1] } },
                    beta_c64 = { { (float)g->beta[0], (float)g->beta[1] } };
    const cl_double2 alpha_c128 = { { g->alpha[0], g->alpha[1] } },
                     beta_c128 = { { g->beta[0], g->beta[1] } };

    switch (g->type) {
    case YOKE_F32: return CALL(S, (float)g->alpha[0], (float)g->beta[0]);
    case YOKE_F64: return CALL(D, g->alpha[0], g->beta[0]);
    case YOKE_C64: return CALL(C, alpha_c64, beta_c64);
    case YOKE_C128: return CALL(Z, alpha_c128, beta_c128);
    default: return CLBlastNotImplemented;
    }
}

/* What yoke_clblast_gemm was asked for. */
struct request {
    yoke_queue *q;
    const struct yoke_clblast_gemm *gemm;
    cl_event cl;
};

static yoke_status call_it(void *arg)
{
    struct request *r = arg;

    return check(call(r->q, r->gemm, &r->cl), r->q->dev->rec.name);
}

yoke_status yoke_clblast_gemm(yoke_queue *q, const struct yoke_clblast_gemm *gemm,
                              yoke_event **event)
{
    yoke_status st = YOKE_OK;
    struct request r = { q, gemm, NULL };

    if (event) *event = NULL;
    q->dev->forget_foreign = forget;
    TRY(yoke_queue_begin(q));
    st = yoke_call_on_stack(YOKE_STACK_TO_BUILD, call_it, &r);
    if (st != YOKE_OK) yoke_queue_counter_lost(q); /* perhaps another command's */
    TRY(st);
    /* The last of its commands, which fails where one before it does. */
    st = yoke_queue_end(q, CL_SUCCESS, "CLBlast", r.cl, false, event);
    r.cl = NULL;
    TRY(st);
    TRY(yoke_queue_flush(q));
out:
    if (r.cl) clReleaseEvent(r.cl);
    if (st != YOKE_OK && event) yoke_event_destroy(event);
    return st;
}
