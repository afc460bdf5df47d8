/* clblast.h - CLBlast's matrix product on our queues, where Yoke is built with it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_KERNEL_CLBLAST_H
#define YOKE_KERNEL_CLBLAST_H

#include "yoke/queue.h"
#include "yoke/types.h"

enum yoke_clblast_form { YOKE_CLBLAST_PLAIN, YOKE_CLBLAST_TRANSPOSED, YOKE_CLBLAST_ADJOINT };

/* Matrices of a batch, row-major; those of A and B in one of the forms. In elements. */
struct yoke_clblast_matrix {
    const yoke_buffer *buf;
    size_t offset, ld, stride;
    enum yoke_clblast_form form;
};

/* C := alpha A B + beta C */
struct yoke_clblast_gemm {
    enum yoke_type type;   /* f32, f64, c64 or c128: its half precision sums in half precision */
    size_t M, N, K, batch; /* none of them 0 */
    double alpha[2], beta[2];
    struct yoke_clblast_matrix A, B, C;
};

/* Queue it. Buffers that lie in a caller's memory begin at a multiple of 128 bytes there: CLBlast's
 * vector loads count on it. event may be NULL. The first product of each kind compiles CLBlast's
 * kernels, which takes seconds and is kept until a device that CLBlast worked on is closed.
 *
 *   YOKE_ERR_LIMIT        its kernels need more local memory than the device has
 *   YOKE_ERR_UNSUPPORTED  it cannot do this there
 *   YOKE_ERR_INVALID      it refuses the sizes
 *   others                as of yoke_cl_check, for errors of OpenCL that it hands on
 */
yoke_status yoke_clblast_gemm(yoke_queue *q, const struct yoke_clblast_gemm *gemm,
                              yoke_event **event);

#endif /* YOKE_KERNEL_CLBLAST_H */
