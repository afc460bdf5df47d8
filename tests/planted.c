/* planted.c - rows of matrix products that are wrong, hang or crash, to test the tuner with.
 * SPDX-License-Identifier: MIT */
#include "planted.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "device/cl_error.h"
#include "ops/gemm/gemm.h"
#include "ops/gemm/rows.h"

enum { SLOWNESS = 4 };

static yoke_status slow(yoke_queue *q, const struct yoke_variant *row, const void *problem,
                        const void *arrays, yoke_event **event)
{
    yoke_status st = YOKE_OK;

    for (int i = 1; i < SLOWNESS; i++)
        TRY(yoke_gemm_enqueue_general(q, row, problem, arrays, NULL));
    TRY(yoke_gemm_enqueue_general(q, row, problem, arrays, event));
out:
    return st;
}

/* Right but for one element of C, far from its corners; or the first one behind it. */
static yoke_status spoil(yoke_queue *q, const struct yoke_variant *row, const void *problem,
                         const void *arrays, bool behind, yoke_event **event)
{
    const struct yoke_gemm_problem *p = problem;
    const struct yoke_gemm_arrays *a = arrays;
    const struct yoke_matrix *m = &p->at[YOKE_GEMM_C];
    const size_t size = yoke_type_size(yoke_type_result(p->type));
    const size_t inside = m->offset + p->M / 2 * m->row + p->N / 3 * m->step;
    const double value[2] = { 0.015625, 0 };
    yoke_status st = YOKE_OK;

    TRY(yoke_gemm_enqueue_general(q, row, problem, arrays, event));
    TRY(yoke_buffer_write(q, (yoke_buffer *)a->at[YOKE_GEMM_C],
                          (behind ? m->extent : inside) * size, value, size));
out:
    return st;
}

static yoke_status wrong(yoke_queue *q, const struct yoke_variant *row, const void *problem,
                         const void *arrays, yoke_event **event)
{
    return spoil(q, row, problem, arrays, false, event);
}

static yoke_status stray(yoke_queue *q, const struct yoke_variant *row, const void *problem,
                         const void *arrays, yoke_event **event)
{
    return spoil(q, row, problem, arrays, true, event);
}

static yoke_status hang(yoke_queue *q, const struct yoke_variant *row, const void *problem,
                        const void *arrays, yoke_event **event)
{
    (void)q, (void)row, (void)problem, (void)arrays, (void)event;
    for (volatile unsigned i = 0;; i++)
        ;
    return YOKE_OK;
}

static yoke_status wait_for_ever(yoke_queue *q, const struct yoke_variant *row, const void *problem,
                                 const void *arrays, yoke_event **event)
{
    (void)q, (void)row, (void)problem, (void)arrays, (void)event;
    for (;;)
        pause();
    return YOKE_OK;
}

static yoke_status crash(yoke_queue *q, const struct yoke_variant *row, const void *problem,
                         const void *arrays, yoke_event **event)
{
    (void)q, (void)row, (void)problem, (void)arrays, (void)event;
    abort();
}

static yoke_status broken(yoke_queue *q, const struct yoke_variant *row, const void *problem,
                          const void *arrays, yoke_event **event)
{
    (void)q, (void)row, (void)problem, (void)arrays, (void)event;
    return yoke_fail(YOKE_ERR_BUILD, "it does not\ncompile");
}

static yoke_status killed(yoke_queue *q, const struct yoke_variant *row, const void *problem,
                          const void *arrays, yoke_event **event)
{
    (void)q, (void)row, (void)problem, (void)arrays, (void)event;
    raise(SIGKILL);
    return YOKE_OK;
}

static yoke_status interrupted(yoke_queue *q, const struct yoke_variant *row, const void *problem,
                               const void *arrays, yoke_event **event)
{
    (void)q, (void)row, (void)problem, (void)arrays, (void)event;
    raise(SIGINT);
    return YOKE_OK;
}

static yoke_status poor(yoke_queue *q, const struct yoke_variant *row, const void *problem,
                        const void *arrays, yoke_event **event)
{
    (void)q, (void)row, (void)problem, (void)arrays, (void)event;
    return yoke_cl_check(CL_OUT_OF_RESOURCES, "clEnqueueNDRangeKernel", NULL);
}

static yoke_status once(yoke_queue *q, const struct yoke_variant *row, const void *problem,
                        const void *arrays, yoke_event **event)
{
    const char *path = getenv("YOKE_TEST_ONCE");

    if (path && open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600) >= 0) abort();
    return yoke_gemm_enqueue_general(q, row, problem, arrays, event);
}

static yoke_status nap(yoke_queue *q, const struct yoke_variant *row, const void *problem,
                       const void *arrays, yoke_event **event)
{
    sleep(1);
    return yoke_gemm_enqueue_general(q, row, problem, arrays, event);
}

static bool never(const yoke_device *dev, const struct yoke_variant *row, const void *problem)
{
    (void)dev, (void)row, (void)problem;
    return false;
}

// clang-format off
#define ROW(ends, suit, run) { \
    .name = "planted_" ends, .kernel = "gemm_general", \
    .takes = yoke_variant_any_type, .suits = suit, .runs = yoke_variant_always, .enqueue = run }

const struct yoke_variant planted_rows[] = {
    ROW("slow",        yoke_variant_always, slow),
    ROW("wrong",       yoke_variant_always, wrong),
    ROW("stray",       never,               stray),
    ROW("hang",        never,               hang),
    ROW("crash",       never,               crash),
    ROW("broken",      never,               broken),
    ROW("killed",      never,               killed),
    ROW("interrupted", never,               interrupted),
    ROW("poor",        never,               poor),
    ROW("once",        never,               once),
    ROW("nap",         never,               nap),
    ROW("sleep",       never,               wait_for_ever),
    ROW("plain",       yoke_variant_always, yoke_gemm_enqueue_general),
};
// clang-format on
const size_t n_planted_rows = sizeof planted_rows / sizeof *planted_rows;
