/* mma.h - what the emulation of matrix units needs.
 * SPDX-License-Identifier: MIT
 *
 * Uses     none
 */
#ifndef YOKE_ABI_MMA_H
#define YOKE_ABI_MMA_H

/* Words (32 bits) of local memory for each warp. */
enum { YOKE_MMA_EMULATION_WORDS = 192 };

#endif /* YOKE_ABI_MMA_H */
