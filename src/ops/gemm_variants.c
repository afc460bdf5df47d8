/* gemm_variants.c - the ways to compute a matrix product, best first.
 * SPDX-License-Identifier: MIT */
#include "ops/gemm.h"
#include "ops/gemm_rows.h"

// clang-format off
const struct yoke_variant yoke_gemm_variants[] = {
    { "gemm_split",   { "yoke.clh", "gemm.clh", "gemm_sum.cl" },              false, yoke_variant_no_rounding,
      yoke_gemm_split_suits, yoke_gemm_split_runs, yoke_gemm_enqueue_split, { 0 },
      yoke_gemm_split_workspace },
    { "gemm_skinny",  { "yoke.clh", "gemm.clh", "tile.clh", "gemm_skinny.cl" }, true, yoke_variant_real,
      yoke_gemm_skinny_suits, yoke_gemm_skinny_runs, yoke_gemm_enqueue_skinny, { 0 },
      yoke_gemm_skinny_workspace },
    { yoke_gemm_tile_name, { "yoke.clh", "gemm.clh", "tile.clh", "pack.clh", "gemm_tile.cl" }, true,  yoke_variant_not_integer,
      yoke_gemm_tile_suits, yoke_gemm_tile_runs, yoke_gemm_enqueue_tile, { 0 },
      yoke_gemm_tile_workspace },
    { "gemm_general", { "yoke.clh", "gemm.clh", "gemm_general.cl" },          false, yoke_variant_any_type,
      yoke_variant_always, yoke_variant_always, yoke_gemm_enqueue_general, { 0 }, NULL },
};
// clang-format on
const size_t yoke_n_gemm_variants = sizeof yoke_gemm_variants / sizeof *yoke_gemm_variants;
