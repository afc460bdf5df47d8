/* activation.h - activation functions by number.
 * SPDX-License-Identifier: MIT
 *
 * Their numbers are those of enum yoke_activation of yoke/epilogue.h, which kernels cannot include:
 * src/ops/gemm/args.c compares them.
 *
 * Uses     none
 */
#ifndef YOKE_ABI_ACTIVATION_H
#define YOKE_ABI_ACTIVATION_H

enum yoke_kernel_activation {
    YOKE_KERNEL_NO_ACTIVATION,
    YOKE_KERNEL_RELU,
    YOKE_KERNEL_CLAMP,
    YOKE_KERNEL_SIGMOID,
    YOKE_KERNEL_TANH,
    YOKE_KERNEL_GELU
};

#endif /* YOKE_ABI_ACTIVATION_H */
