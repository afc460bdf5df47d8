/* work.h - the chunks of one launch, as work-groups draw them from a work counter (work.clh).
 * SPDX-License-Identifier: MIT
 *
 * The counter is one number that counts up and wraps around. A chunk's number is what the counter
 * held when it was drawn, less `first`. So one counter serves launch after launch without being
 * cleared, and a launch that begins at chunk k differs from one that begins at 0 in `first` alone.
 *
 * Uses     abi/types
 */
#ifndef YOKE_ABI_WORK_H
#define YOKE_ABI_WORK_H

#ifndef __OPENCL_C_VERSION__
#include "abi/types.h"
#endif

/* A member `work` of each kernel's plan. */
struct yoke_work {
    uint32_t first, n_chunks;
};

#endif /* YOKE_ABI_WORK_H */
