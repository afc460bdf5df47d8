/* variants.c - every program that the variant tables can ask a compiler for, one a line.
 * SPDX-License-Identifier: MIT
 *
 * Prints SOURCE,SOURCE...<tab>OPTIONS. */
#include <stdio.h>

#include "ops/conv.h"
#include "ops/gemm.h"

/* The tiles of tune/tile.c, by the type and the vectors they are for. */
static const struct {
    int type, VW, NV, MR;
} tiles[] = {
    { 32, 16, 2, 12 }, { 32, 16, 2, 14 }, { 32, 16, 2, 8 }, { 32, 16, 2, 7 }, { 32, 16, 1, 12 },
    { 32, 8, 2, 6 },   { 32, 8, 2, 4 },   { 32, 8, 1, 6 },  { 32, 4, 2, 6 },  { 32, 4, 1, 12 },
    { 64, 8, 2, 12 },  { 64, 8, 2, 14 },  { 64, 8, 2, 8 },  { 64, 8, 2, 7 },  { 64, 8, 1, 12 },
    { 64, 4, 2, 6 },   { 64, 4, 2, 4 },   { 64, 2, 2, 6 },  { 64, 2, 1, 12 },
};

static void print_sources(const struct yoke_variant *row)
{
    for (int i = 0; i < YOKE_MAX_PARTS && row->files[i]; i++)
        printf("%s%s", i ? "," : "", row->files[i]);
}

static void print_row(const struct yoke_variant *row, int fma)
{
    for (size_t i = 0; row->tiled && i < sizeof tiles / sizeof *tiles; i++) {
        print_sources(row);
        printf("\t-DDTYPE=%d -DHAVE_FMA=%d -DVW=%d -DNV=%d -DMR=%d\n", tiles[i].type, fma,
               tiles[i].VW, tiles[i].NV, tiles[i].MR);
    }
    for (int type = 32; !row->tiled && type <= 64; type *= 2) {
        print_sources(row);
        printf("\t-DDTYPE=%d -DHAVE_FMA=%d\n", type, fma);
    }
}

int main(void)
{
    for (int fma = 0; fma < 2; fma++) {
        for (size_t i = 0; i < yoke_n_gemm_variants; i++)
            print_row(&yoke_gemm_variants[i], fma);
        for (size_t i = 0; i < yoke_n_conv_variants; i++)
            print_row(&yoke_conv_variants[i], fma);
    }
    return 0;
}
