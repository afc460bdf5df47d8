/* variants.c - every program that the variant tables can ask a compiler for, one a line.
 * SPDX-License-Identifier: MIT
 *
 * Prints KERNEL<tab>OPTIONS; cl/embed.py knows the parts of a kernel's program. With the argument
 * "gpu" only those of rows for GPUs, as NAME<tab>TYPE<tab>MAKER<tab>RATE<tab>KERNEL<tab>OPTIONS for
 * A and B by rows: RATE is how the library ranks the row among those for the maker, 0 where it
 * never chooses it. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "op/tile.h"
#include "ops/conv/args.h"
#include "ops/gemm/args.h"
#include "ops/gemm/dot_probe.h"
#include "ops/gemm/families.h"
#include "ops/gemm/gemm.h"
#include "ops/gemm/gpu.h"
#include "ops/gemm/mma.h"

#define MAX_TILES 200

/* What an operator asks op/tile.c for. */
struct runs {
    size_t max_rows, min_cols;
};
static const struct runs of_gemm = { 64, 16 }, of_conv = { 60, 1 };

/* Every tile that op/tile.c can choose for a type. */
static size_t list_tiles(enum yoke_type type, struct runs runs, struct yoke_tile tiles[MAX_TILES])
{
    size_t n = 0;

    for (size_t native = 1; native <= 16; native *= 2) {
        for (size_t rows = 0; rows <= runs.max_rows; rows++) {
            for (size_t cols = runs.min_cols; cols <= 33; cols++) {
                const struct yoke_tile t = yoke_tile_for_width(native, type, rows, cols);
                size_t i = 0;
                while (i < n && (tiles[i].MR != t.MR || tiles[i].NV != t.NV || tiles[i].VW != t.VW))
                    i++;
                assert(i < MAX_TILES);
                if (i == n) tiles[n++] = t;
            }
        }
    }
    return n;
}

/* Frees the options. */
static void print_program(const char *kernel, struct yoke_text *options)
{
    printf("%s\t%s\n", kernel, yoke_text_get(options));
    yoke_text_deinit(options);
}

static struct yoke_text copy_of(const struct yoke_text *options)
{
    struct yoke_text copy = { 0 };

    yoke_text_add(&copy, "%s", yoke_text_get(options));
    return copy;
}

/* Every stride-th tile from `first` on: options that do not meet tiles need not meet each of them.
 */
static void print_row(const struct yoke_variant *row, const struct yoke_text *options,
                      enum yoke_type type, struct runs runs, size_t first, size_t stride)
{
    struct yoke_tile tiles[MAX_TILES];

    if (!row->kernel) return; /* another library's */
    const size_t n = row->tiled ? list_tiles(type, runs, tiles) : 0;

    for (size_t i = first; i < n; i += stride) {
        struct yoke_text tiled = copy_of(options);
        yoke_options_add_tile(&tiled, &tiles[i]);
        print_program(row->kernel, &tiled);
    }
    struct yoke_text plain = copy_of(options);
    if (n == 0) print_program(row->kernel, &plain);
    yoke_text_deinit(&plain);
}

static bool is_gpu(const struct yoke_variant *row)
{
    return row->plan == yoke_gemm_gpu_plan;
}

/* Two of the eight forms; all of them for salt 0 to 3. */
static void print_gpu(const struct yoke_variant *row, const struct yoke_text *options,
                      enum yoke_type type, int salt)
{
    for (int i = salt; i < 8; i += 4) {
        const struct yoke_gemm_gpu_form form = { i & 1, i & 2, i & 4 };
        struct yoke_text own = copy_of(options);
        yoke_gemm_gpu_add_options(&own, row, type, &form, YOKE_GPU_OTHER);
        print_program(row->kernel, &own);
    }
}

/* Four of the sixteen forms; all of them for salt 0 to 3. */
static void print_mma(const struct yoke_variant *row, enum yoke_type type, bool fma, bool epilogue,
                      int salt)
{
    for (int i = salt; i < 16; i += 4) {
        const struct yoke_mma_form form = { i & 1, i & 2, i & 4, i & 8, epilogue };
        struct yoke_text options;
        yoke_mma_options(&options, fma, type, row, &form);
        print_program(row->kernel, &options);
    }
}

/* What compilers of devices whose instructions cl/gemm/dot.clh names compile for; the first stands
 * for all others. */
static const char *const dot_targets[] = { "", " -target x86_64-linux-gnu -march=skylake-avx512",
                                           " -target spir64" };
enum { N_DOT_TARGETS = sizeof dot_targets / sizeof dot_targets[0] };

/* Of words of 32 bits, as floats are; every fourth tile. */
static void print_dot(const struct yoke_variant *row, const struct yoke_text *options, int salt)
{
    struct yoke_tile tiles[MAX_TILES];
    const size_t n = list_tiles(YOKE_F32, of_gemm, tiles);

    for (int target = 0; target < N_DOT_TARGETS; target++) {
        const struct yoke_dot dot = { .group = *(const size_t *)row->config, .native = target > 0 };
        for (size_t i = (size_t)(salt + target) % 4; i < n; i += 4) {
            struct yoke_text own = copy_of(options);
            yoke_options_add_dot(&own, &dot, &tiles[i]);
            yoke_text_add(&own, "%s", dot_targets[target]);
            print_program(row->kernel, &own);
        }
    }
}

static void print_trial(bool fma, const struct yoke_dot *dot, const char *target)
{
    struct yoke_text options;

    for (size_t VW = 4; VW <= 16; VW *= 2) {
        yoke_dot_trial_options(&options, fma, dot, VW);
        yoke_text_add(&options, "%s", target);
        print_program("dot_trial", &options);
    }
}

static void print_trials(bool fma)
{
    for (size_t group = 1; group <= 4; group *= 2)
        for (int i = 0; i < N_DOT_TARGETS; i++)
            print_trial(fma, &(struct yoke_dot){ .group = group, .native = i > 0 }, dot_targets[i]);
}

static void report_gpu(const struct yoke_variant *row, enum yoke_type type)
{
    static const char *const makers[] = { "other", "nvidia", "amd", "cdna", "intel", "max" };
    const struct yoke_gemm_gpu_form by_rows = { true, false, true };

    if (!is_gpu(row) || !row->accepts(type)) return;
    for (int maker = 0; maker < YOKE_GPU_MAKERS; maker++) {
        struct yoke_text options;
        yoke_gemm_options(&options, true, type, false);
        yoke_gemm_gpu_add_options(&options, row, type, &by_rows, (enum yoke_gpu_maker)maker);
        printf("%s\t%s\t%s\t%u\t", row->name, yoke_type_name(type), makers[maker],
               yoke_gemm_gpu_rate(row, (enum yoke_gpu_maker)maker));
        print_program(row->kernel, &options);
    }
}

static void print_gemm(enum yoke_type type, bool fma)
{
    struct yoke_text options;

    for (size_t i = 0; i < yoke_gemm_class.n_variants; i++)
        for (int epilogue = 0; epilogue < 2; epilogue++) {
            const struct yoke_variant *row = &yoke_gemm_class.variants[i];
            if (!row->accepts(type)) continue;
            if (row->plan == yoke_gemm_mma_plan) {
                print_mma(row, type, fma, epilogue, 2 * fma + epilogue);
                continue;
            }
            yoke_gemm_options(&options, fma, type, epilogue);
            if (is_gpu(row))
                print_gpu(row, &options, type, 2 * fma + epilogue);
            else if (row->plan == yoke_gemm_dot_plan)
                print_dot(row, &options, 2 * fma + epilogue);
            else
                print_row(row, &options, type, of_gemm, (size_t)(2 * fma + epilogue), 4);
            yoke_text_deinit(&options);
        }
}

/* What src/ops/gemm/pack.c compiles: panels of all but integers (every eighth tile), and copies. */
static void print_packing(enum yoke_type type, bool fma)
{
    static const struct yoke_variant pack = { .kernel = "gemm_pack", .tiled = true },
                                     copy = { .kernel = "gemm_copy" };
    struct yoke_text options;

    yoke_options_begin(&options, fma, type);
    if (type != YOKE_S8) print_row(&pack, &options, type, of_gemm, fma ? 0 : 4, 8);
    print_row(&copy, &options, type, of_gemm, 0, 1);
    yoke_text_deinit(&options);
}

static void print_conv(enum yoke_type type, bool fma)
{
    struct yoke_text options;

    for (size_t i = 0; i < yoke_conv_class.n_variants; i++)
        for (int epilogue = 0; epilogue < 2; epilogue++) {
            yoke_conv_options(&options, fma, type, epilogue);
            print_row(&yoke_conv_class.variants[i], &options, type, of_conv, (size_t)epilogue, 2);
            yoke_text_deinit(&options);
        }
}

/* The program that keeps workers awake: src/kernel/linger.h. */
static void print_linger(void)
{
    struct yoke_text options = { 0 };

    yoke_text_add(&options, "-cl-std=CL1.2");
    print_program("linger", &options);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "gpu") == 0) {
        for (size_t i = 0; i < yoke_gemm_class.n_variants; i++)
            for (int type = YOKE_F32; type < YOKE_S32; type++)
                report_gpu(&yoke_gemm_class.variants[i], (enum yoke_type)type);
        return 0;
    }
    for (int fma = 0; fma < 2; fma++) {
        for (int type = YOKE_F32; type < YOKE_S32; type++) {
            print_gemm((enum yoke_type)type, fma);
            print_packing((enum yoke_type)type, fma);
        }
        print_trials(fma);
        print_conv(YOKE_F32, fma);
        print_conv(YOKE_F64, fma);
    }
    print_linger();
    return 0;
}
