/* dot.c - what of a device's processor sums products of 8-bit integers.
 * SPDX-License-Identifier: MIT */
#include "ops/dot.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "device/open.h"
#include "yoke/queue.h"

enum { TRIAL_BYTES = 2048, MAX_VERDICTS = 64 };

struct verdict {
    char device[256];
    size_t VW;
    struct yoke_dot dot;
};

/* Filled from the first on, under the lock; one that does not fit is asked for again. */
static struct verdict verdicts[MAX_VERDICTS];
static size_t n_verdicts;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

const char *const yoke_dot_trial_files[YOKE_MAX_PARTS] = { "yoke.clh", "dot.clh", "dot_trial.cl" };

void yoke_options_add_dot(struct yoke_options *o, const struct yoke_dot *dot)
{
    yoke_options_add(o, " -DGROUP=%zu -DNATIVE=%d", dot->group, dot->native);
}

void yoke_dot_trial_options(struct yoke_options *o, bool fma, const struct yoke_dot *dot, size_t VW)
{
    yoke_options_begin(o, fma, YOKE_S8);
    yoke_options_add_dot(o, dot);
    yoke_options_add(o, " -DVW=%zu -DN=%d", VW, TRIAL_BYTES);
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
    struct yoke_options options;
    yoke_queue *q = NULL;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    *right = false;
    fill(bytes);
    yoke_dot_trial_options(&options, yoke_device_get_info(dev)->fma, dot, VW);
    TRY(yoke_kernel_get(dev, yoke_dot_trial_files, options.text, &kernel));
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

/* Whether the host, whose processor the device is, has the instruction for vectors of VW words. */
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

static const struct verdict *find(const struct verdict *like)
{
    for (size_t i = 0; i < n_verdicts; i++)
        if (verdicts[i].dot.group == like->dot.group && verdicts[i].VW == like->VW &&
            strcmp(verdicts[i].device, like->device) == 0)
            return &verdicts[i];
    return NULL;
}

struct yoke_dot yoke_dot_for(const yoke_device *dev, size_t group, size_t VW)
{
    const struct yoke_dot plain = { .group = group, .max_rows = SIZE_MAX };
    struct verdict v = { .VW = VW, .dot = { .group = group, .native = true } };

    /* Only a CPU's code is that of the host's processor. */
    if (group == 1 || !yoke_tile_suits(dev) || !host_has(group, VW)) return plain;
    yoke_device_identity(dev, v.device, sizeof v.device);
    pthread_mutex_lock(&lock);
    const struct verdict *known = find(&v);
    if (known) {
        v = *known;
    } else {
        bool right;
        /* The device is used like by any operation; const is a promise about what callers see. */
        const yoke_status st = yoke_dot_known_answer((yoke_device *)dev, &v.dot, VW, &right);
        if (!right) v.dot = plain;
        if (st != YOKE_ERR_NO_MEMORY && n_verdicts < MAX_VERDICTS) verdicts[n_verdicts++] = v;
    }
    pthread_mutex_unlock(&lock);
    return v.dot;
}
