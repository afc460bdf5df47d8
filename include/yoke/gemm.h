/* yoke/gemm.h - matrix product.
 * SPDX-License-Identifier: MIT
 *
 *   C := alpha op(A) op(B) + beta C        op(X) is X or its transpose
 *
 * op(A) is M x K, op(B) is K x N, C is M x N; A is stored K x M when trans_a, B is stored N x K
 * when trans_b. With a batch, the same for each of `batch` triples. What follows in the epilogue
 * is in yoke/epilogue.h.
 *
 * alpha and beta are first rounded to the type of the arithmetic: f32 for f16 and bf16, whole
 * numbers for s8.
 *
 * Accuracy: for every element |got - want| <= e = gamma(K + 2) (|alpha| |A| |B| + |beta| |C|),
 * where gamma(n) = n u / (1 - n u) and u is the unit roundoff of the arithmetic, 2^-24 or 2^-53
 * (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., chapter 3). f16 and bf16 add
 * the rounding to storage, (|want| + e) 2^-11, at least 2^-25, or (|want| + e) 2^-8; f16 makes
 * infinity of what rounds past 65504. Where matrix units multiply (variants gemm_mma_...), which
 * cut off what others round, K + 2 is 3 K + 39. With allow_tf32 they may multiply f32, too: each
 * number of A and B is first rounded to the nearest with 10 bits after the point (tf32: PTX ISA,
 * alternate floating-point formats), by at most 2^-11 of it, while sums stay f32. With t = 2^-10 +
 * 2^-22, e counts 1 + t times, and t |alpha| |A| |B| is added; numbers from 2^128 (1 - 2^-12) on
 * become infinite. Real and imaginary parts obey it with 2 K + 2 for K, and |x| the sum of the
 * magnitudes of the parts of x. s8 is exact as long as no sum leaves 32 bits; past them it wraps
 * around. Products and results below the least normal number may be flushed to zero.
 * With beta 0, C is not read. Otherwise NaN and infinity spread as in plain loops; where in complex
 * results they end up is open. */
#ifndef YOKE_GEMM_H
#define YOKE_GEMM_H

#include <stdbool.h>
#include <stddef.h>

#include "yoke/epilogue.h"
#include "yoke/queue.h"
#include "yoke/team.h"
#include "yoke/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* For stride_a or stride_b: the same matrix for the whole batch. */
#define YOKE_STRIDE_SHARED ((size_t)-1)

/* An operand that is used again and again, such as the weights of a network, in the form and place
 * in which the devices want it, so that products need neither copy nor rearrange it.
 *
 * Lifetime: destroy it before its devices' team, and after the work that uses it.
 * Threads:  products may use it from any thread. */
typedef struct yoke_gemm_packed yoke_gemm_packed;

/* All-zero is a valid default for every field marked optional. */
struct yoke_gemm {
    size_t M, N, K;                       /* required; 0 in M or N: nothing to do; K = 0:
                                           * C := beta C                                      */
    enum yoke_type type;                  /* optional, of A, B and C: YOKE_F32. C is YOKE_S32
                                           * when A and B are YOKE_S8                         */
    enum yoke_order order;                /* optional, of A, B and C: YOKE_ROW_MAJOR          */
    bool trans_a, trans_b;                /* optional                                         */
    bool conj_a, conj_b;                  /* optional: the complex conjugate; with trans, BLAS's
                                           * 'C'. Nothing for types that are not complex      */
    bool allow_tf32;                      /* optional: matrix units may round f32 elements of A and
                                           * B to tf32, as above. false: full f32. Nothing for
                                           * other types, nor where there are no such units   */
    const double *alpha;                  /* optional: NULL is 1. Complex types: two numbers,
                                           * real and imaginary part                          */
    const double *beta;                   /* optional: NULL is 0. The same                    */
    size_t lda, ldb, ldc;                 /* optional, in elements: 0 is dense. Otherwise at
                                           * least the length of a row as stored (a column
                                           * for YOKE_COL_MAJOR)                              */
    size_t batch;                         /* optional: 0 is 1                                 */
    size_t stride_a, stride_b, stride_c;  /* optional, in elements from one matrix of the batch
                                           * to the next: 0 is one after another without gaps;
                                           * C's at least from its first element to its last  */
    size_t offset_a, offset_b, offset_c;  /* optional, in elements to the first matrix        */
    const yoke_gemm_packed *packed_a;     /* optional: take A from here; the argument A may be
                                           * NULL, and lda, trans_a, conj_a, stride_a and offset_a
                                           * are those of the packing                         */
    const yoke_gemm_packed *packed_b;     /* optional: the same for B                         */
    const struct yoke_epilogue *epilogue; /* optional: NULL is none                          */
    size_t max_workspace_bytes;           /* optional: device memory that Yoke may take for this
                                           * product, beside the caller's buffers: scratch, and for
                                           * yoke_gemm_run the copies on devices that do not work
                                           * on the host's memory. The product is cut to fit. 0:
                                           * as much as the devices have                      */
    const char *variant;                  /* optional: use this one (yoke_op_variant_name), and
                                           * for yoke_gemm_run one device: it may not take parts */
};

/* Host arrays in, host arrays out: split over the team, returns when C is complete. The arrays of
 * C may not overlap those of A or B. report may be NULL.
 *
 *   YOKE_ERR_INVALID      a NULL argument, a leading dimension too small, matrices of C that
 *                         overlap, sizes whose product overflows, or a scalar or an epilogue that
 *                         the type does not take
 *   YOKE_ERR_LIMIT        a dimension above 2^31 - 1, or arrays or sums past a device's limits
 *   YOKE_ERR_UNSUPPORTED  no device of the team has the type, or the variant asked for does not
 *                         take this product there
 *   YOKE_ERR_NO_MEMORY    the host or a device is out of memory
 *   YOKE_ERR_BUILD        no variant compiles on a device
 *   YOKE_ERR_DEVICE       a device failed
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_gemm_run(yoke_team *team, const struct yoke_gemm *gemm,
                                                   void *C, const void *A, const void *B,
                                                   struct yoke_report *report);

/* The same on device buffers of q's device; returns when the work is queued. A and B may be the
 * same buffer; C may be none of them, nor one of the epilogue. event may be NULL; otherwise the
 * caller owns *event on success, and on failure it is NULL. Statuses as above; YOKE_ERR_INVALID
 * also for a buffer that is too small or of another device. */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_gemm_enqueue(yoke_queue *q, const struct yoke_gemm *gemm,
                                                       yoke_buffer *C, const yoke_buffer *A,
                                                       const yoke_buffer *B, yoke_event **event);

enum yoke_gemm_side { YOKE_GEMM_SIDE_A = 0, YOKE_GEMM_SIDE_B };

/* Pack one operand of the products that gemm describes, for every device of the team that has the
 * type, from an array in host memory, which is no longer needed afterwards. Products that use it
 * must agree with gemm in type, order, K, the operand's other dimension, and batch, unless its
 * stride was YOKE_STRIDE_SHARED. What gemm has packed already does not count. It takes about as
 * much memory as the operand in f32 (f64, complex: as the operand, or twice as much), with its rows
 * of A or columns of B rounded up to whole tiles (at most 64). On success the caller owns *out; on
 * failure it is NULL. A product with it gives YOKE_ERR_UNSUPPORTED where its max_workspace_bytes
 * are too few for the variant that reads it packed.
 *
 * Where the variant that reads it packed is in quarantine (yoke/tune.h), it is kept as a plain copy
 * for the others. One that was packed before gives YOKE_ERR_UNSUPPORTED there: pack it anew.
 * Statuses as of yoke_gemm_run. */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_gemm_pack(yoke_team *team, const struct yoke_gemm *gemm,
                                                    enum yoke_gemm_side side, const void *array,
                                                    yoke_gemm_packed **out);

/* The same for q's device alone, from a buffer there. */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_gemm_pack_buffer(yoke_queue *q,
                                                           const struct yoke_gemm *gemm,
                                                           enum yoke_gemm_side side,
                                                           const yoke_buffer *buf,
                                                           yoke_gemm_packed **out);

/* Free *packed and set it to NULL. Does nothing when *packed is already NULL. */
YOKE_API void yoke_gemm_packed_destroy(yoke_gemm_packed **packed);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_GEMM_H */
