/* types.h - integers that have one size on host and device, for the structs of this folder.
 * SPDX-License-Identifier: MIT
 *
 * A struct that a kernel gets as an argument stands here once, and C and OpenCL C both include it.
 * Members go from large to small, and those of 4 bytes are even in number, so that no compiler has
 * anything to pad; test abi compares what compilers make of them.
 *
 * Uses     none
 */
#ifndef YOKE_ABI_TYPES_H
#define YOKE_ABI_TYPES_H

#ifdef __OPENCL_C_VERSION__
#define int32_t  int
#define uint32_t uint
#define int64_t  long
#define uint64_t ulong
#else
#include <stdint.h>
#endif

#endif /* YOKE_ABI_TYPES_H */
