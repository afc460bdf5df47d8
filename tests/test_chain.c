/* test_chain.c - three products in one launch, by the bodies that their own kernels call.
 * SPDX-License-Identifier: MIT
 *
 * C = A B, D = X C and E = D B for each matrix of a batch. Work-groups draw the chunks of a product
 * from its counter and go on to the next when all are done; who has waited long enough for others,
 * or has done `limit` chunks, leaves, and the host goes on from there. */
#include <check.h>
#include <string.h>

#include "abi/gemm_skinny.h"
#include "abi/gemm_tile.h"
#include "base/text.h"
#include "harness.h"
#include "kernel/sources.h"
#include "op/options.h"
#include "op/plan.h"
#include "op/work.h"
#include "ops/gemm/args.h"
#include "ops/gemm/gemm.h"

enum { N = 32, H = 4, BATCH = 4, GROUPS = 3, STEPS = 3, MAX_LAUNCHES = 1000, RUNS = 100 };

/* Arguments lie in memory as plans keep them: a block for each step. */
static const char chain_text[] =
    "#define ARG(TYPE, name, step, at) \\\n"
    "    const TYPE name = *(__global const TYPE *)(blocks + (step) * BLOCK + (at))\n"
    "#define DRAW(step, n) \\\n"
    "    for (uint chunk; left > 0 && work_draw(counter##step, &work##step, &chunk); left--, \\\n"
    "         mem_fence(CLK_GLOBAL_MEM_FENCE), atomic_inc(done + (step)))\n"
    "bool all_done(volatile __global uint *done, const uint n, volatile __global uint *stop)\n"
    "{\n"
    "    for (uint looks = 0; looks < 100000 && atomic_add(stop, 0) == 0; looks++)\n"
    "        if (atomic_add(done, 0) == n) return true;\n"
    "    atomic_xchg(stop, 1);\n"
    "    return false;\n"
    "}\n"
    "__kernel __attribute__((reqd_work_group_size(1, 1, 1)))\n"
    "void chain(__global float *C, __global float *D, __global float *E,\n"
    "           __global const float *A, __global const float *B, __global const float *X,\n"
    "           __global float *workspace, __global const uchar *blocks,\n"
    "           volatile __global uint *counter0, volatile __global uint *counter1,\n"
    "           volatile __global uint *counter2, volatile __global uint *done,\n"
    "           const struct yoke_work work0, const struct yoke_work work1,\n"
    "           const struct yoke_work work2, const uint limit)\n"
    "{\n"
    "    ARG(struct yoke_gemm_shape, shape0, 0, SHAPE_AT);\n"
    "    ARG(struct yoke_gemm_shape, shape1, 1, SHAPE_AT);\n"
    "    ARG(struct yoke_gemm_shape, shape2, 2, SHAPE_AT);\n"
    "    ARG(struct gemm_scalars, scalars, 0, SCALARS_AT);\n"
    "    ARG(struct yoke_gemm_tile_plan, tile, 0, PLAN_AT);\n"
    "    ARG(struct yoke_gemm_skinny_plan, skinny, 1, PLAN_AT);\n"
    "    const struct gemm_tile_args args0 = { { C, A, B, C, C, &shape0, &scalars }, &tile };\n"
    "    const struct gemm_skinny_args args1 = { { D, X, C, D, D, &shape1, &scalars }, &skinny };\n"
    "    const struct gemm_args args2 = { E, D, B, E, E, &shape2, &scalars };\n"
    "    uint left = limit;\n"
    "    workspace += get_group_id(0) * WORKSPACE;\n"
    "    DRAW(0, work0) gemm_tile_chunk(&args0, chunk, workspace);\n"
    "    if (left == 0 || !all_done(done, work0.n_chunks, done + 3)) return;\n"
    "    DRAW(1, work1) gemm_skinny_chunk(&args1, chunk, workspace);\n"
    "    if (left == 0 || !all_done(done + 1, work1.n_chunks, done + 3)) return;\n"
    "    DRAW(2, work2) for (uint n = 0; n < shape2.N; n++)\n"
    "        gemm_general_element(&args2, chunk / shape2.M, chunk % shape2.M, n);\n"
    "}\n";

static const char *const variants[STEPS] = { "gemm_tile", "gemm_skinny", "gemm_general" };

struct chain {
    struct yoke_plan *plans[STEPS];
    struct yoke_step *steps[STEPS];
    size_t n_chunks[STEPS], workspace_size;
    yoke_kernel *kernel;
    struct yoke_counter counters[STEPS];
    yoke_buffer *C, *D, *E, *A, *B, *X, *workspace, *blocks, *done;
};

static float A[BATCH * N * N], B[N * N], X[H * N], E[BATCH * H * N];

static yoke_buffer *make_buffer(size_t size_bytes, void *initial)
{
    const struct yoke_buffer_params params = { .size_bytes = size_bytes, .initial = initial };
    yoke_buffer *buf = NULL;

    EXPECT_OK(yoke_buffer_create(test_device, &params, &buf));
    return buf;
}

/* One tile for all: a program has one. False where the device cannot do one of the steps. */
static bool make_plans(struct chain *c, const struct yoke_tile *tile)
{
    const struct yoke_gemm gemms[STEPS] = {
        { .M = N, .N = N, .K = N, .batch = BATCH, .stride_b = YOKE_STRIDE_SHARED },
        { .M = H, .N = N, .K = N, .batch = BATCH, .stride_a = YOKE_STRIDE_SHARED },
        { .M = H, .N = N, .K = N, .batch = BATCH, .stride_b = YOKE_STRIDE_SHARED },
    };
    struct yoke_gemm_problem p;

    for (int i = 0; i < STEPS; i++) {
        const struct yoke_variant *variant =
            yoke_variant_find(yoke_gemm_class.variants, yoke_gemm_class.n_variants, variants[i]);
        EXPECT_OK(yoke_gemm_prepare(&gemms[i], &p));
        p.tile = *tile;
        if (!variant->supports(test_device, variant, &p)) return false;
        EXPECT_OK(yoke_plan_make(test_device, variant, &p, &c->plans[i]));
        c->steps[i] = &c->plans[i]->steps[0];
        c->n_chunks[i] = c->steps[i]->n_chunks;
    }
    c->n_chunks[2] = BATCH * H;
    return true;
}

/* The program's text: what the kernels' own programs have, each part once, and the chain. */
static void add_text(struct yoke_text *text)
{
    const struct yoke_source *seen[100];
    size_t n = 0;

    for (size_t i = 0; i < STEPS * yoke_n_kernel_sources; i++) {
        const struct yoke_kernel_source *k = &yoke_kernel_sources[i % yoke_n_kernel_sources];
        if (strcmp(k->name, variants[i / yoke_n_kernel_sources]) != 0) continue;
        for (size_t part = 0; part < k->n_parts; part++) {
            size_t at = 0;
            while (at < n && seen[at] != k->parts[part])
                at++;
            if (at < n) continue;
            ck_assert_uint_lt(n, 100);
            seen[n++] = k->parts[part];
            yoke_text_add(text, "%s\n", k->parts[part]->text);
        }
    }
    yoke_text_add(text, "%s", chain_text);
}

static void make_kernel(struct chain *c, const struct yoke_tile *tile)
{
    const struct yoke_step_arg *args = c->steps[0]->args + YOKE_GEMM_OPERANDS;
    struct yoke_text text = { 0 }, options;

    yoke_gemm_options(&options, yoke_device_get_info(test_device)->fma, YOKE_F32, false);
    yoke_options_add_tile(&options, tile);
    yoke_text_add(&options, " -DBLOCK=%d -DSHAPE_AT=%zu -DSCALARS_AT=%zu", YOKE_STEP_BLOCK_BYTES,
                  args[0].at, args[1].at);
    yoke_text_add(&options, " -DPLAN_AT=%zu -DWORKSPACE=%zu", args[4].at, c->workspace_size);
    add_text(&text);
    const struct yoke_kernel_params params = { .source = yoke_text_get(&text),
                                               .name = "chain",
                                               .options = yoke_text_get(&options) };
    EXPECT_OK(yoke_kernel_create(test_device, &params, &c->kernel));
    yoke_text_deinit(&text);
    yoke_text_deinit(&options);
}

static void make_arrays(struct chain *c)
{
    static unsigned char blocks[STEPS * YOKE_STEP_BLOCK_BYTES];
    struct rng rng = { 1 };

    for (int i = 0; i < STEPS; i++)
        memcpy(blocks + i * YOKE_STEP_BLOCK_BYTES, c->steps[i]->block, c->steps[i]->block_bytes);
    for (size_t i = 0; i < BATCH * N * N; i++)
        A[i] = (float)rng_below(&rng, 3);
    for (size_t i = 0; i < N * N; i++)
        B[i] = (float)rng_below(&rng, 3);
    for (size_t i = 0; i < H * N; i++)
        X[i] = (float)rng_below(&rng, 3);
    c->A = make_buffer(sizeof A, A);
    c->B = make_buffer(sizeof B, B);
    c->X = make_buffer(sizeof X, X);
    c->C = make_buffer(sizeof A, NULL);
    c->D = make_buffer(sizeof E, NULL);
    c->E = make_buffer(sizeof E, NULL);
    c->workspace = make_buffer(GROUPS * c->workspace_size * sizeof(float), NULL);
    c->blocks = make_buffer(sizeof blocks, blocks);
    c->done = make_buffer((STEPS + 1) * sizeof(uint32_t), NULL);
}

static void chain_deinit(struct chain *c)
{
    yoke_buffer *const buffers[] = { c->C, c->D,         c->E,      c->A,   c->B,
                                     c->X, c->workspace, c->blocks, c->done };

    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        yoke_buffer_destroy(&(yoke_buffer *){ buffers[i] });
    for (int i = 0; i < STEPS; i++) {
        yoke_counter_reset(&c->counters[i]);
        yoke_plan_release(c->plans[i]);
    }
    yoke_kernel_destroy(&c->kernel);
}

/* Launch from those chunks on, and see how far it comes. */
static void launch(struct chain *c, uint32_t chunks[STEPS], uint32_t limit)
{
    const struct yoke_launch geometry = { .global = { GROUPS }, .local = { 1 } };
    uint32_t done[STEPS + 1] = { chunks[0], chunks[1], chunks[2] };
    struct yoke_work work[STEPS];

    EXPECT_OK(yoke_buffer_write(test_queue, c->done, 0, done, sizeof done));
    for (int i = 0; i < STEPS; i++) {
        yoke_work_resume(&c->counters[i], chunks[i]);
        EXPECT_OK(yoke_work_begin(&c->counters[i], test_device, c->n_chunks[i], &work[i]));
    }
    const struct yoke_arg args[] = {
        YOKE_ARG_BUFFER(c->C),
        YOKE_ARG_BUFFER(c->D),
        YOKE_ARG_BUFFER(c->E),
        YOKE_ARG_BUFFER(c->A),
        YOKE_ARG_BUFFER(c->B),
        YOKE_ARG_BUFFER(c->X),
        YOKE_ARG_BUFFER(c->workspace),
        YOKE_ARG_BUFFER(c->blocks),
        YOKE_ARG_BUFFER(c->counters[0].memory),
        YOKE_ARG_BUFFER(c->counters[1].memory),
        YOKE_ARG_BUFFER(c->counters[2].memory),
        YOKE_ARG_BUFFER(c->done),
        YOKE_ARG_VALUE(work[0]),
        YOKE_ARG_VALUE(work[1]),
        YOKE_ARG_VALUE(work[2]),
        YOKE_ARG_VALUE(limit),
    };
    EXPECT_OK(yoke_kernel_enqueue(test_queue, c->kernel, &geometry, args,
                                  sizeof args / sizeof *args, NULL));
    for (int i = 0; i < STEPS; i++) {
        yoke_work_queued(&c->counters[i], GROUPS);
        EXPECT_OK(yoke_work_read(&c->counters[i], test_queue, &chunks[i]));
    }
    EXPECT_OK(yoke_buffer_read(test_queue, c->done, 0, done, sizeof done));
    for (int i = 0; i < STEPS; i++)
        ck_assert_uint_eq(done[i], chunks[i]); /* who draws a chunk does it */
}

/* out (M x N) = a b, of small integers: exact. */
static void multiply(float *out, const float *a, const float *b, size_t M)
{
    for (size_t m = 0; m < M; m++)
        for (size_t n = 0; n < N; n++) {
            float sum = 0;
            for (size_t k = 0; k < N; k++)
                sum += a[m * N + k] * b[k * N + n];
            out[m * N + n] = sum;
        }
}

static void expect_right(struct chain *c)
{
    static float C[N * N], D[H * N], want[H * N];

    memset(E, 0xff, sizeof E);
    EXPECT_OK(yoke_buffer_read(test_queue, c->E, 0, E, sizeof E));
    EXPECT_OK(yoke_queue_finish(test_queue));
    for (size_t b = 0; b < BATCH; b++) {
        multiply(C, A + b * N * N, B, N);
        multiply(D, X, C, H);
        multiply(want, D, B, H);
        for (size_t i = 0; i < H * N; i++)
            ck_assert_msg(E[b * H * N + i] == want[i], "element %zu of matrix %zu is %g, not %g", i,
                          b, E[b * H * N + i], want[i]);
    }
}

/* NaN in place of what a run before has left. */
static void forget(struct chain *c)
{
    static float nan[BATCH * N * N];

    memset(nan, 0xff, sizeof nan);
    EXPECT_OK(yoke_buffer_write(test_queue, c->C, 0, nan, sizeof nan));
    EXPECT_OK(yoke_buffer_write(test_queue, c->D, 0, nan, sizeof E));
    EXPECT_OK(yoke_buffer_write(test_queue, c->E, 0, nan, sizeof E));
}

/* The whole chain, at most so many chunks for a work-group at a time. */
static void run(struct chain *c, uint32_t limit)
{
    uint32_t chunks[STEPS] = { 0 };
    int launches = 0;

    forget(c);
    while (chunks[STEPS - 1] < c->n_chunks[STEPS - 1]) {
        launch(c, chunks, limit);
        ck_assert_int_lt(launches++, MAX_LAUNCHES);
    }
    ck_assert_uint_ge((uint64_t)launches * limit * GROUPS,
                      c->n_chunks[0] + c->n_chunks[1] + c->n_chunks[2]);
    expect_right(c);
}

static const uint32_t limits[] = { 1000, 1, 2, 3 };

START_TEST(chain_is_right)
{
    const struct yoke_tile tile = {
        .MR = 4,
        .NV = 4,
        .VW = yoke_tile_for(test_device, YOKE_F32, 0, SIZE_MAX).VW,
    };
    struct yoke_gemm_skinny_plan skinny;
    struct yoke_gemm_tile_plan plan;
    struct chain c = { .kernel = NULL };

    if (make_plans(&c, &tile)) {
        memcpy(&plan, c.steps[0]->block + c.steps[0]->args[9].at, sizeof plan);
        memcpy(&skinny, c.steps[1]->block + c.steps[1]->args[9].at, sizeof skinny);
        c.workspace_size = plan.workspace_size + skinny.workspace_size;
        make_kernel(&c, &tile);
        make_arrays(&c);
        for (size_t i = 0; i < RUNS; i++)
            run(&c, limits[i % (sizeof limits / sizeof *limits)]);
    }
    chain_deinit(&c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("chain");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, harness_open_device, harness_close_device);
    tcase_add_test(tc, chain_is_right);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
