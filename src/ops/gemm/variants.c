/* variants.c - the ways to compute a matrix product, best first.
 * SPDX-License-Identifier: MIT */
#include "ops/gemm/gemm.h"
#include "ops/gemm/rows.h"

#define FAMILY(f)    yoke_gemm_##f##_suits, yoke_gemm_##f##_runs, yoke_gemm_enqueue_##f
#define WORKSPACE(f) yoke_gemm_##f##_workspace

// clang-format off
#define MMA "gemm_mma", false, yoke_gemm_mma_takes, FAMILY(mma)
#define DOT "gemm_dot", false, yoke_gemm_dot_takes, FAMILY(dot)
#define GPU "gemm_gpu", false, yoke_gemm_gpu_takes, FAMILY(gpu)
const struct yoke_variant yoke_gemm_variants[] = {
    /* Block of C, and that of a warp: mma.c */
    { "gemm_mma_256x128", MMA, { 256, 128, 64, 64 }, NULL },
    { "gemm_mma_128x128", MMA, { 128, 128, 64, 64 }, NULL },
    { "gemm_mma_64x64",   MMA, {  64,  64, 32, 32 }, NULL },
    { "gemm_split", "gemm_sum", false,
      yoke_variant_no_rounding, FAMILY(split), { 0 }, WORKSPACE(split) },
    { "gemm_skinny", "gemm_skinny", true,
      yoke_variant_real, FAMILY(skinny), { 0 }, WORKSPACE(skinny) },
    { yoke_gemm_tile_name, "gemm_tile", true,
      yoke_variant_not_integer, FAMILY(tile), { 0 }, WORKSPACE(tile) },
    /* Elements in a word: dot.c */
    { "gemm_dot_bytes",  DOT, { 4 }, WORKSPACE(dot) },
    { "gemm_dot_pairs",  DOT, { 2 }, WORKSPACE(dot) },
    { "gemm_dot_floats", DOT, { 1 }, WORKSPACE(dot) },
    /* BM, BN, BK, TM, TN, registers of an item on NVIDIA or 0, line of rates: gpu.c */
    { "gemm_gpu_256x128", GPU, { 256, 128, 16, 16, 8,   0, 0 }, NULL },
    { "gemm_gpu_128x128", GPU, { 128, 128, 16,  8, 8, 128, 1 }, NULL },
    { "gemm_gpu_64x64",   GPU, {  64,  64, 16,  8, 4, 128, 2 }, NULL },
    { "gemm_gpu_32x32",   GPU, {  32,  32, 16,  4, 4, 128, 3 }, NULL },
#ifdef HAVE_CLBLAST
    { "gemm_clblast", NULL, false,
      yoke_variant_no_rounding, FAMILY(clblast), { 0 }, WORKSPACE(clblast) },
#endif
    { "gemm_general", "gemm_general", false,
      yoke_variant_any_type, yoke_variant_always, yoke_variant_always, yoke_gemm_enqueue_general,
      { 0 }, NULL },
};
// clang-format on
const size_t yoke_n_gemm_variants = sizeof yoke_gemm_variants / sizeof *yoke_gemm_variants;
