/* kernel.h - kernels of a device: Yoke's own by name, a user's by source.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_KERNEL_KERNEL_H
#define YOKE_KERNEL_KERNEL_H

#include "yoke/kernel.h"

/* One of Yoke's kernels, compiled for dev with the options; the device's, not the caller's, and
 * fast to ask for again. Its file has its name: gemm_tile.cl in a folder of cl/ holds gemm_tile. */
yoke_status yoke_kernel_get(yoke_device *dev, const char *name, const char *options,
                            yoke_kernel **out);

/* Most work-items of a work-group of this kernel on its device. */
size_t yoke_kernel_max_group(const yoke_kernel *kernel);

#endif /* YOKE_KERNEL_KERNEL_H */
