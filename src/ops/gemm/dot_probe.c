/* dot_probe.c - what of a device's processor sums products of 8-bit integers.
 * SPDX-License-Identifier: MIT */
#include "ops/gemm/dot_probe.h"

#include <stdint.h>

#include "base/error.h"
#include "yoke/queue.h"

enum { TRIAL_BYTES = 2048 };

static void add_dot(struct yoke_text *o, const struct yoke_dot *dot)
{
    yoke_text_add(o, " -DGROUP=%zu -DNATIVE=%d", dot->group, dot->native);
}

void yoke_options_add_dot(struct yoke_text *o, const struct yoke_dot *dot,
                          const struct yoke_tile *tile)
{
    add_dot(o, dot);
    yoke_text_add(o, " -DVW=%zu -DNV=%zu -DMR=%zu", tile->VW, tile->NV, tile->MR);
}

void yoke_dot_trial_options(struct yoke_text *o, bool fma, const struct yoke_dot *dot, size_t VW)
{
    yoke_options_begin(o, fma, YOKE_S8);
    add_dot(o, dot);
    yoke_text_add(o, " -DVW=%zu -DN=%d", VW, TRIAL_BYTES);
}

/* Any bytes, then the extremes against each other in all four ways. */
static void fill(int8_t bytes[TRIAL_BYTES])
{
    static const int8_t ends[] = { INT8_MIN, INT8_MAX, INT8_MAX, INT8_MIN, INT8_MIN };
    uint32_t x = 1;

    for (size_t i = 0; i < TRIAL_BYTES; i++) {
        x = x * 1664525u + 1013904223u;
        bytes[i] = (int8_t)(x >> 24);
        if (i % 512 < 160) bytes[i] = ends[i % 512 / 32];
    }
}

yoke_status yoke_dot_known_answer(yoke_device *dev, struct yoke_dot *dot, size_t VW, bool *right)
{
    int8_t bytes[TRIAL_BYTES];
    int32_t out[2] = { 0 };
    const struct yoke_launch launch = { .global = { 1 }, .local = { 1 } };
    const struct yoke_buffer_params in_params = { .size_bytes = sizeof bytes, .initial = bytes },
                                    out_params = { .size_bytes = sizeof out, .initial = out };
    yoke_buffer *in = NULL, *result = NULL;
    struct yoke_text options;
    yoke_queue *q = NULL;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    *right = false;
    fill(bytes);
    yoke_dot_trial_options(&options, yoke_device_get_info(dev)->fma, dot, VW);
    TRY(yoke_kernel_get_with(dev, "dot_trial", &options, &kernel));
    TRY(yoke_queue_create(dev, &q));
    TRY(yoke_buffer_create(dev, &in_params, &in));
    TRY(yoke_buffer_create(dev, &out_params, &result));
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(result), YOKE_ARG_BUFFER(in) };
    TRY(yoke_kernel_enqueue(q, kernel, &launch, args, 2, NULL));
    TRY(yoke_buffer_read(q, result, 0, out, sizeof out));
    *right = out[0] == 1;
    dot->max_rows = (size_t)out[1];
out:
    yoke_queue_destroy(&q);
    yoke_buffer_destroy(&result);
    yoke_buffer_destroy(&in);
    return st;
}

/* Whether the host has the instruction for vectors of VW words. Only a CPU's code is that of the
 * host's processor. */
static bool host_has(size_t group, size_t VW)
{
#if defined(__x86_64__) && defined(__GNUC__)
    __builtin_cpu_init();
    if (group == 4)
        return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vl");
    return VW == 16 ? __builtin_cpu_supports("avx512bw") : __builtin_cpu_supports("avx2");
#else
    (void)group;
    (void)VW;
    return false;
#endif
}

static bool is_on_host(const yoke_device *dev, const struct yoke_question *q)
{
    return yoke_tile_suits(dev) && host_has(q->params[0], q->params[1]);
}

/* The rows of a tile where the body is right. */
static yoke_status run(yoke_device *dev, const struct yoke_question *q, uint8_t *answer)
{
    struct yoke_dot dot = { .group = q->params[0], .native = true };
    yoke_status st = YOKE_OK;
    bool right;

    TRY(yoke_dot_known_answer(dev, &dot, q->params[1], &right));
    if (right) *answer = (uint8_t)dot.max_rows;
out:
    return st;
}

// clang-format off
#define QUESTION(i, group, VW) \
    { "dot-" #group "x" #VW, YOKE_SLOT_DOT + i, { group, VW }, 0, is_on_host, run }
const struct yoke_question yoke_dot_questions[YOKE_N_DOT_QUESTIONS] = {
    QUESTION(0, 2, 4), QUESTION(1, 2, 8), QUESTION(2, 2, 16),
    QUESTION(3, 4, 4), QUESTION(4, 4, 8), QUESTION(5, 4, 16),
};
// clang-format on
_Static_assert(YOKE_SLOT_DOT + YOKE_N_DOT_QUESTIONS == YOKE_SLOT_END, "a slot for each body");

struct yoke_dot yoke_dot_for(const yoke_device *dev, size_t group, size_t VW)
{
    struct yoke_dot dot = { .group = group, .max_rows = SIZE_MAX };

    for (size_t i = 0; i < YOKE_N_DOT_QUESTIONS; i++) {
        const struct yoke_question *q = &yoke_dot_questions[i];
        if (q->params[0] != group || q->params[1] != VW) continue;
        const uint8_t max_rows = yoke_self_test(dev, q);
        dot.native = max_rows > 0;
        if (dot.native) dot.max_rows = max_rows;
    }
    return dot;
}
