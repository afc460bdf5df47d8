/* scenarios.c - what a program does with Yoke, for the tests that make OpenCL fail meanwhile.
 * SPDX-License-Identifier: MIT
 *
 * All inputs are ones, so that a right product is K everywhere and a convolution R S C. Outputs
 * begin as NaN. */
#include "scenarios.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

enum {
    ELEMENTS = 1 << 18,
    LONG_K = 4099, /* long enough that gemm_split cuts it */
    MANY = 70001,  /* matrices, more than a driver counts groups of z */
};

static float ones[ELEMENTS], out[ELEMENTS];

static const char own_source[] = "__kernel void twice(__global float *y, __global const float *x)"
                                 "{ const size_t i = get_global_id(0); y[i] = 2 * x[i]; }";

static yoke_status make_buffers(struct world *w)
{
    yoke_status st = YOKE_OK;

    for (size_t i = 0; i < ELEMENTS; i++) {
        ones[i] = 1.0f;
        out[i] = NAN;
    }
    for (size_t i = 0; i < 3; i++)
        TRY(yoke_buffer_create(
            yoke_queue_device(w->q),
            &(struct yoke_buffer_params){ .size_bytes = sizeof ones, .initial = i ? ones : out },
            &w->buf[i]));
out:
    return st;
}

yoke_status world_open(struct world *w)
{
    yoke_status st = YOKE_OK;
    const struct yoke_kernel_params params = { .source = own_source, .name = "twice" };

    memset(w, 0, sizeof *w);
    TRY(yoke_team_create(NULL, &w->team));
    TRY(yoke_queue_create(yoke_team_device(w->team, 0), &w->q));
    TRY(yoke_kernel_create(yoke_team_device(w->team, 0), &params, &w->own));
    TRY(make_buffers(w));
out:
    if (st != YOKE_OK) world_close(w);
    return st;
}

void world_close(struct world *w)
{
    for (size_t i = 0; i < 3; i++)
        yoke_buffer_destroy(&w->buf[i]);
    yoke_kernel_destroy(&w->own);
    yoke_queue_destroy(&w->q);
    yoke_team_destroy(&w->team);
}

static bool all_are(size_t n, float value)
{
    for (size_t i = 0; i < n; i++)
        if (out[i] != value) return false;
    return true;
}

static void forget_out(void)
{
    for (size_t i = 0; i < ELEMENTS; i++)
        out[i] = NAN;
}

static yoke_status multiply(struct world *w, const struct yoke_gemm *g, size_t results, bool *right)
{
    forget_out();
    const yoke_status st = yoke_gemm_run(w->team, g, out, ones, ones, NULL);
    *right = st == YOKE_OK && all_are(results, (float)g->K);
    return st;
}

static yoke_status run(struct world *w, bool *right)
{
    return multiply(w, &(struct yoke_gemm){ .M = 96, .N = 96, .K = 96 }, 96 * 96, right);
}

/* By whatever variant the device has for it, where it is none for gemm_split. */
static yoke_status split(struct world *w, bool *right)
{
    struct yoke_gemm g = { .M = 48, .N = 48, .K = LONG_K, .variant = "gemm_split" };
    yoke_status st = multiply(w, &g, 48 * 48, right);

    if (st != YOKE_ERR_UNSUPPORTED) return st;
    g.variant = NULL;
    return multiply(w, &g, 48 * 48, right);
}

static yoke_status batch(struct world *w, bool *right)
{
    const struct yoke_gemm g = { .M = 1, .N = 2, .K = 1, .batch = MANY, .variant = "gemm_general" };

    return multiply(w, &g, 2 * MANY, right);
}

static yoke_status packed(struct world *w, bool *right)
{
    struct yoke_gemm g = { .M = 40, .N = 100, .K = 50 };
    yoke_gemm_packed *B = NULL;
    yoke_status st = YOKE_OK;

    *right = false;
    TRY(yoke_gemm_pack(w->team, &g, YOKE_GEMM_SIDE_B, ones, &B));
    g.packed_b = B;
    forget_out();
    TRY(yoke_gemm_run(w->team, &g, out, ones, NULL, NULL));
    *right = all_are(40 * 100, 50);
out:
    yoke_gemm_packed_destroy(&B);
    return st;
}

static yoke_status convolve(struct world *w, bool *right)
{
    const struct yoke_conv c = {
        .N = 2, .C = 8, .H = 9, .W = 9, .K = 16, .R = 3, .S = 3, .layout = YOKE_NHWC
    };
    yoke_status st = YOKE_OK;

    *right = false;
    forget_out();
    TRY(yoke_conv_run(w->team, &c, out, ones, ones, NULL));
    *right = all_are(2 * 16 * 7 * 7, 8 * 3 * 3);
out:
    return st;
}

static yoke_status read_back(struct world *w, size_t n, float value, bool *right)
{
    yoke_status st = YOKE_OK;

    forget_out();
    TRY(yoke_buffer_read(w->q, w->buf[0], 0, out, n * sizeof *out));
    *right = all_are(n, value);
out:
    return st;
}

static yoke_status wipe(struct world *w)
{
    forget_out();
    return yoke_buffer_write(w->q, w->buf[0], 0, out, sizeof out);
}

/* Nobody holds an event of any of them: the read tells. */
static yoke_status enqueue(struct world *w, bool *right)
{
    const struct yoke_gemm g = { .M = 64, .N = 64, .K = 64 }, next = { .M = 70, .N = 70, .K = 33 };
    yoke_status st = YOKE_OK;

    *right = false;
    TRY(wipe(w));
    TRY(yoke_gemm_enqueue(w->q, &g, w->buf[0], w->buf[1], w->buf[2], NULL));
    TRY(yoke_gemm_enqueue(w->q, &next, w->buf[0], w->buf[1], w->buf[2], NULL));
    TRY(read_back(w, 70 * 70, 33, right));
out:
    return st;
}

/* The event of the second tells of the first, too. */
static yoke_status await(struct world *w, bool *right)
{
    const struct yoke_gemm g = { .M = 64, .N = 64, .K = 64 };
    const struct yoke_launch launch = { .global = { 64 * 64 } };
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(w->buf[0]), YOKE_ARG_BUFFER(w->buf[1]) };
    yoke_status st = YOKE_OK;
    yoke_event *ev = NULL;

    *right = false;
    TRY(wipe(w));
    TRY(yoke_kernel_enqueue(w->q, w->own, &launch, args, 2, NULL));
    TRY(yoke_gemm_enqueue(w->q, &g, w->buf[0], w->buf[1], w->buf[2], &ev));
    TRY(yoke_event_wait(ev));
    TRY(read_back(w, 64 * 64, 64, right));
out:
    yoke_event_destroy(&ev);
    return st;
}

static yoke_status finish(struct world *w, bool *right)
{
    const struct yoke_conv c = {
        .N = 1, .C = 4, .H = 8, .W = 8, .K = 32, .R = 3, .S = 3, .layout = YOKE_NCHW
    };
    const struct yoke_launch launch = { .global = { 32 * 36 } };
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(w->buf[0]), YOKE_ARG_BUFFER(w->buf[1]) };
    yoke_status st = YOKE_OK;

    *right = false;
    TRY(wipe(w));
    TRY(yoke_conv_enqueue(w->q, &c, w->buf[0], w->buf[1], w->buf[2], NULL));
    TRY(yoke_queue_finish(w->q));
    TRY(read_back(w, 32 * 36, 4 * 3 * 3, right));
    if (!*right) return YOKE_OK;
    TRY(yoke_kernel_enqueue(w->q, w->own, &launch, args, 2, NULL));
    TRY(yoke_queue_finish(w->q));
    TRY(read_back(w, 32 * 36, 2, right));
out:
    return st;
}

static yoke_status mark(struct world *w, bool *right)
{
    const struct yoke_gemm g = { .M = 1, .N = 1, .K = 300 };
    yoke_status st = YOKE_OK;
    yoke_event *ev = NULL;

    *right = false;
    TRY(wipe(w));
    TRY(yoke_gemm_enqueue(w->q, &g, w->buf[0], w->buf[1], w->buf[2], NULL));
    TRY(yoke_event_mark(w->q, &ev));
    TRY(yoke_event_wait(ev));
    TRY(read_back(w, 1, 300, right));
out:
    yoke_event_destroy(&ev);
    return st;
}

/* Two queues that wait for each other. What fails on the second one shows on the first, although
 * the command that is waited for, a mark, does not fail. */
static yoke_status order(struct world *w, bool *right)
{
    const struct yoke_launch launch = { .global = { 1000 } };
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(w->buf[0]), YOKE_ARG_BUFFER(w->buf[1]) },
                          again[] = { YOKE_ARG_BUFFER(w->buf[0]), YOKE_ARG_BUFFER(w->buf[0]) };
    yoke_status st = YOKE_OK;
    yoke_queue *q = NULL;
    yoke_event *ev = NULL;

    *right = false;
    TRY(yoke_queue_create(yoke_queue_device(w->q), &q));
    TRY(wipe(w));
    TRY(yoke_kernel_enqueue(w->q, w->own, &launch, args, 2, &ev));
    TRY(yoke_queue_wait(q, ev));
    yoke_event_destroy(&ev);
    TRY(yoke_kernel_enqueue(q, w->own, &launch, again, 2, NULL));
    TRY(yoke_event_mark(q, &ev));
    TRY(yoke_queue_wait(w->q, ev));
    TRY(yoke_kernel_enqueue(w->q, w->own, &launch, again, 2, NULL));
    TRY(read_back(w, 1000, 8, right));
out:
    yoke_event_destroy(&ev);
    yoke_queue_destroy(&q);
    return st;
}

const struct scenario scenarios[] = {
    { "run", run },           { "split", split },     { "batch", batch }, { "pack", packed },
    { "convolve", convolve }, { "enqueue", enqueue }, { "await", await }, { "finish", finish },
    { "mark", mark },         { "order", order },
};
const size_t n_scenarios = sizeof scenarios / sizeof *scenarios;
