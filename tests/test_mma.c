/* test_mma.c - tile_mma by emulation: the documented places of elements, exact answers.
 * SPDX-License-Identifier: MIT */
#include <check.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/element.h"
#include "harness.h"
#include "kernel/sources.h"
#include "ops/gemm/mma.h"
#include "ref/bound.h"

enum { TILES = 6, LANES = 32, ROWS = 16, COLS = 8, WORDS = 8, MAX_K = 32 };

/* Two warps a work-group, so that one's exchange must not disturb the other's. */
static const char kernel_text[] =
    "__kernel __attribute__((reqd_work_group_size(64, 1, 1)))\n"
    "void test_mma(__global mma_acc *d, __global const uint4 *a, __global const uint2 *b)\n"
    "{\n"
    "    __local uint scratch[2 * MMA_SCRATCH];\n"
    "    const size_t i = get_global_id(0);\n"
    "    const uint item = get_local_id(0);\n"
    "    mma_acc sum = d[i];\n"
    "    tile_mma(&sum, a[i], b[i], item % 32, scratch + item / 32 * MMA_SCRATCH);\n"
    "    d[i] = sum;\n"
    "}\n"
    "__kernel void test_round(__global uint4 *v)\n"
    "{\n"
    "    v[get_global_id(0)] = mma_round(v[get_global_id(0)]);\n"
    "}\n";

static const struct {
    enum yoke_type type;
    const char *define;
} types[] = { { YOKE_F16, "F16" }, { YOKE_BF16, "BF16" }, { YOKE_F32, "F32" }, { YOKE_S8, "S8" } };
#define N_TYPES ((int)(sizeof types / sizeof types[0]))

/* TILES products of matrices, and the same as the warps' items hold them. */
struct tiles {
    int A[TILES][ROWS][MAX_K], B[TILES][MAX_K][COLS], D[TILES][ROWS][COLS];
    uint32_t a[TILES][LANES][4], b[TILES][LANES][2], d[TILES][LANES][4];
};

static const char *source_text(const char *name)
{
    for (size_t i = 0; i < yoke_n_sources; i++)
        if (strcmp(yoke_sources[i].name, name) == 0) return yoke_sources[i].text;
    ck_abort_msg("no source %s", name);
    return "";
}

static yoke_kernel *kernel_of(const char *define, const char *name)
{
    const char *shared = source_text("yoke.clh"), *abi = source_text("abi/mma.h"),
               *mma = source_text("mma.clh");
    const size_t room = strlen(shared) + strlen(abi) + strlen(mma) + sizeof kernel_text;
    char *source = malloc(room), options[128];
    const struct yoke_kernel_params params = { .source = source, .name = name, .options = options };
    yoke_kernel *kernel;

    ck_assert_ptr_nonnull(source);
    snprintf(source, room, "%s%s%s%s", shared, abi, mma, kernel_text);
    snprintf(options, sizeof options, "-cl-std=CL1.2 -DDTYPE=%s -DCOMPLEX=0 -DHAVE_FMA=0 -DMMA=0",
             define);
    EXPECT_OK(yoke_kernel_create(test_device, &params, &kernel));
    free(source);
    return kernel;
}

static yoke_buffer *buffer_of(void *initial, size_t size_bytes)
{
    const struct yoke_buffer_params params = { .size_bytes = size_bytes, .initial = initial };
    yoke_buffer *buf;

    EXPECT_OK(yoke_buffer_create(test_device, &params, &buf));
    return buf;
}

static int small(struct rng *r)
{
    return (int)rng_below(r, 17) - 8;
}

/* Random small integers, every element where the head of mma.clh says. */
static void fill(struct tiles *t, size_t tile, enum yoke_type type, struct rng *r)
{
    const int size_bytes = (int)yoke_type_size(type), pack = 4 / size_bytes;
    const enum yoke_type sum_type = type == YOKE_S8 ? YOKE_S32 : YOKE_F32;

    for (int lane = 0; lane < LANES; lane++) {
        const int g = lane / 4, in = lane % 4;
        for (int i = 0; i < 4 * pack; i++) {
            const int reg = i / pack, k = (in + reg / 2 * 4) * pack + i % pack, v = small(r);
            t->A[tile][g + reg % 2 * 8][k] = v;
            yoke_element_set(type, t->a[tile][lane], (size_t)i, v);
        }
        for (int i = 0; i < 2 * pack; i++) {
            const int reg = i / pack, k = (in + reg * 4) * pack + i % pack, v = small(r);
            t->B[tile][k][g] = v;
            yoke_element_set(type, t->b[tile][lane], (size_t)i, v);
        }
        for (int reg = 0; reg < 4; reg++) {
            const int v = small(r);
            t->D[tile][g + reg / 2 * 8][2 * in + reg % 2] = v;
            yoke_element_set(sum_type, t->d[tile][lane], (size_t)reg, v);
        }
    }
}

/* Whether kernels of two warps run here; says so where not. */
static bool has_large_groups(void)
{
    yoke_kernel *kernel = kernel_of("F16", "test_mma");
    const bool has = yoke_kernel_max_group(kernel) >= 64;

    yoke_kernel_destroy(&kernel);
    if (!has)
        printf("mma: skipped, %s has no work-groups of 64\n",
               yoke_device_get_info(test_device)->name);
    return has;
}

static void check_tile(const struct tiles *t, size_t tile, enum yoke_type type)
{
    const int n_k = WORDS * 4 / (int)yoke_type_size(type);
    const enum yoke_type sum_type = type == YOKE_S8 ? YOKE_S32 : YOKE_F32;

    for (int lane = 0; lane < LANES; lane++)
        for (int reg = 0; reg < 4; reg++) {
            const int row = lane / 4 + reg / 2 * 8, col = 2 * (lane % 4) + reg % 2;
            const double got = yoke_element_get(sum_type, t->d[tile][lane], (size_t)reg);
            int want = t->D[tile][row][col];
            for (int k = 0; k < n_k; k++)
                want += t->A[tile][row][k] * t->B[tile][k][col];
            ck_assert_msg(got == want, "%s: tile %zu, row %d, column %d is %g, not %d",
                          yoke_type_name(type), tile, row, col, got, want);
        }
}

START_TEST(tile_is_exact)
{
    static struct tiles t;
    struct rng r = { .state = 1 + (uint64_t)_i };
    const struct yoke_launch launch = { .global = { TILES * LANES }, .local = { 64 } };

    if (!has_large_groups()) return;
    for (size_t tile = 0; tile < TILES; tile++)
        fill(&t, tile, types[_i].type, &r);
    yoke_kernel *kernel = kernel_of(types[_i].define, "test_mma");
    yoke_buffer *a = buffer_of(t.a, sizeof t.a), *b = buffer_of(t.b, sizeof t.b),
                *d = buffer_of(t.d, sizeof t.d);
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(d), YOKE_ARG_BUFFER(a), YOKE_ARG_BUFFER(b) };
    EXPECT_OK(yoke_kernel_enqueue(test_queue, kernel, &launch, args, 3, NULL));
    EXPECT_OK(yoke_buffer_read(test_queue, d, 0, t.d, sizeof t.d));
    for (size_t tile = 0; tile < TILES; tile++)
        check_tile(&t, tile, types[_i].type);
    yoke_buffer_destroy(&d);
    yoke_buffer_destroy(&b);
    yoke_buffer_destroy(&a);
    yoke_kernel_destroy(&kernel);
}
END_TEST

/* Floats become tf32: 10 bits after the point, nearest, ties away from 0. */
START_TEST(floats_are_rounded)
{
    float v[] = { 1.0f,
                  1.0f + 0x1p-11f,
                  -1.0f - 0x1p-11f,
                  1.0f + 0x1.ff8p-12f,
                  3.0f,
                  0x1.fffp-1f,
                  FLT_MAX,
                  -INFINITY,
                  NAN,
                  -NAN,
                  0.0f,
                  0x1p-149f };
    const float want[] = { 1.0f,
                           1.0f + 0x1p-10f,
                           -1.0f - 0x1p-10f,
                           1.0f,
                           3.0f,
                           1.0f,
                           INFINITY,
                           -INFINITY,
                           NAN,
                           NAN,
                           0.0f,
                           0.0f };
    const size_t n = sizeof v / sizeof v[0];
    const struct yoke_launch launch = { .global = { n / 4 } };
    yoke_kernel *kernel = kernel_of("F32", "test_round");
    yoke_buffer *buf = buffer_of(v, sizeof v);
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(buf) };

    EXPECT_OK(yoke_kernel_enqueue(test_queue, kernel, &launch, args, 1, NULL));
    EXPECT_OK(yoke_buffer_read(test_queue, buf, 0, v, sizeof v));
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(isnan(want[i]) ? isnan(v[i]) : v[i] == want[i], "%zu: %a, not %a", i,
                      (double)v[i], (double)want[i]);
    yoke_buffer_destroy(&buf);
    yoke_kernel_destroy(&kernel);
}
END_TEST

/* The test that a device's units must pass, passed by the emulation. */
START_TEST(known_answer_is_right)
{
    bool right;

    if (!has_large_groups()) return;
    EXPECT_OK(yoke_mma_known_answer(test_device, types[_i].type, false, &right));
    ck_assert_msg(right, "%s: wrong", yoke_type_name(types[_i].type));
}
END_TEST

enum { M = 70, N = 83, K = 61 };

/* The nearest number with 10 bits after the point; ties, which random numbers here are not, too. */
static double tf32(float x)
{
    int e;
    const double f = frexp((double)x, &e);

    return ldexp(round(f * 2048), e - 11);
}

/* Against the product of the numbers as they were, and of the rounded ones, in plain loops. */
static void check_tf32(const struct yoke_gemm *g, const float *A, const float *B, const float *C)
{
    const double gamma = yoke_ref_gamma(3 * K + 39, 0x1p-24), t = 0x1p-10 + 0x1p-22;
    size_t n_rounded = 0;

    for (size_t i = 0; i < M * N; i++) {
        double want = 0, rounded = 0, size = 0;
        for (size_t k = 0; k < K; k++) {
            const float a = A[g->trans_a ? k * M + i / N : i / N * K + k];
            const float b = B[g->trans_b ? i % N * K + k : k * N + i % N];
            want += (double)a * (double)b;
            rounded += tf32(a) * tf32(b);
            size += fabs((double)a * (double)b);
        }
        ck_assert_double_le(fabs((double)C[i] - rounded), gamma * (1 + t) * size);
        ck_assert_double_le(fabs((double)C[i] - want), (gamma * (1 + t) + t) * size);
        n_rounded += fabs((double)C[i] - want) > gamma * size;
    }
    ck_assert_uint_gt(n_rounded, 0); /* or it was not tf32 that was tested */
}

START_TEST(tf32_keeps_its_bound)
{
    static float A[M * K], B[K * N], C[M * N];
    struct rng r = { .state = 7 + (uint64_t)_i };
    const struct yoke_gemm g = { .M = M,
                                 .N = N,
                                 .K = K,
                                 .trans_a = _i & 1,
                                 .trans_b = _i & 2,
                                 .allow_tf32 = true,
                                 .variant = "gemm_mma_64x64" };

    if (!has_large_groups()) return;
    for (size_t i = 0; i < M * K; i++)
        A[i] = (float)yoke_random_unit(&r.state);
    for (size_t i = 0; i < K * N; i++)
        B[i] = (float)yoke_random_unit(&r.state);
    EXPECT_OK(yoke_gemm_run(test_team, &g, C, A, B, NULL));
    check_tf32(&g, A, B, C);
}
END_TEST

/* Nor with the flag in another type; and by itself only where there are units. */
START_TEST(tf32_is_not_taken_unasked)
{
    const char *name;

    if (!has_large_groups()) return;
    for (size_t i = 0; (name = yoke_gemm_variant_name(i)); i++) {
        struct yoke_gemm g = { .M = M, .N = N, .K = K, .variant = name };
        if (!strstr(name, "_mma_")) continue;
        float x[1] = { 0 };
        EXPECT_FAILURE(yoke_gemm_run(test_team, &g, x, x, x, NULL), YOKE_ERR_UNSUPPORTED);
        ck_assert_str_eq(yoke_gemm_variant(test_device, &g), "");
        g.allow_tf32 = true;
        ck_assert_str_eq(yoke_gemm_variant(test_device, &g), name);
        g.type = YOKE_C64;
        ck_assert_str_eq(yoke_gemm_variant(test_device, &g), "");
    }
    struct yoke_gemm g = { .M = M, .N = N, .K = K };
    const char *full = yoke_gemm_variant(test_device, &g);
    g.allow_tf32 = true;
    ck_assert(yoke_mma_probe(test_device, YOKE_F32) ==
              (strcmp(yoke_gemm_variant(test_device, &g), full) != 0));
    ck_assert_ptr_null(strstr(full, "_mma_"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mma");
    TCase *tc = tcase_create("emulation");

    tcase_add_checked_fixture(tc, harness_open_device, harness_close_device);
    tcase_add_loop_test(tc, tile_is_exact, 0, N_TYPES);
    tcase_add_test(tc, floats_are_rounded);
    tcase_add_loop_test(tc, known_answer_is_right, 0, N_TYPES);
    tcase_add_loop_test(tc, tf32_keeps_its_bound, 0, 4);
    tcase_add_test(tc, tf32_is_not_taken_unasked);
    suite_add_tcase(s, tc);
    return harness_main((Suite *[]){ s }, 1);
}
