/* peaks.c - a loop of multiply-adds and a loop that copies, as a user's own kernels.
 * SPDX-License-Identifier: MIT */
#include "peaks.h"

#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/element.h"

enum { CHAINS = 12, RUNS = 7 };

/* A run that outweighs its launch; and runs for so long that clocks settle, and what others take of
 * the machine spares some of them. */
static const double long_enough_ms = 15.0, spread_ms = 800.0;

/* CHAINS independent sums hide the latency of a multiply-add; they converge to b / (1 - a). */
static const char fma_source[] =
    "#if FP64\n"
    "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n"
    "#endif\n"
    "#define EACH(S) S(0) S(1) S(2) S(3) S(4) S(5) S(6) S(7) S(8) S(9) S(10) S(11)\n"
    "#define START(i) V x##i = (V)(a * i);\n"
    "#define STEP(i) x##i = MAD(x##i, va, vb);\n"
    "#define ADD(i) + x##i\n"
    "__kernel void peak_fma(__global V *out, const int n, const T a, const T b)\n"
    "{\n"
    "    const V va = (V)(a), vb = (V)(b);\n"
    "    EACH(START)\n"
    "    for (int i = 0; i < n; i++) {\n"
    "        EACH(STEP)\n"
    "    }\n"
    "    out[get_global_id(0)] = (V)(0) EACH(ADD);\n"
    "}\n";

static const char copy_source[] =
    "__kernel void peak_copy(__global V *out, __global const V *in, const int n)\n"
    "{\n"
    "    const size_t id = get_global_id(0);\n"
    "    const size_t start = NEIGHBOURS ? id : id * n;\n"
    "    const size_t step = NEIGHBOURS ? get_global_size(0) : 1;\n"
    "    for (int i = 0; i < n; i++)\n"
    "        out[start + i * step] = in[start + i * step];\n"
    "}\n";

struct rig {
    yoke_queue *queue;
    yoke_kernel *kernel;
    yoke_buffer *out, *in;
};

static void rig_deinit(struct rig *rig)
{
    yoke_kernel_destroy(&rig->kernel);
    yoke_buffer_destroy(&rig->out);
    yoke_buffer_destroy(&rig->in);
    yoke_queue_destroy(&rig->queue);
}

/* One work-item for each unit of a CPU, several so that a disturbed unit is helped out; enough to
 * fill anything else. */
static size_t work_items(const struct yoke_device_info *info)
{
    const size_t units = info->units ? info->units : 1;

    return units * (info->type == YOKE_DEVICE_GPU ? 2048 : 4);
}

static struct yoke_launch launch_of(const struct yoke_device_info *info)
{
    return (struct yoke_launch){ .global = { work_items(info) },
                                 .local = { info->type == YOKE_DEVICE_GPU ? 0 : 1 } };
}

/* Milliseconds of a launch to its end; negative after a failure. */
static double launch_ms(struct rig *rig, const struct yoke_launch *launch,
                        const struct yoke_arg *args, size_t n_args)
{
    const double start = yoke_now_ms();

    if (yoke_kernel_enqueue(rig->queue, rig->kernel, launch, args, n_args, NULL) != YOKE_OK ||
        yoke_queue_finish(rig->queue) != YOKE_OK)
        return -1.0;
    return yoke_now_ms() - start;
}

static bool fma_create(yoke_device *dev, enum yoke_type type, struct rig *rig)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);
    const uint32_t width = type == YOKE_F64 ? info->vector_f64 : info->vector_f32;
    const char *scalar = type == YOKE_F64 ? "double" : "float";
    const struct yoke_buffer_params memory = { .size_bytes = work_items(info) * 16 * 8 };
    char options[160], vector[16];

    snprintf(vector, sizeof vector, width > 1 ? "%s%u" : "%s", scalar, (unsigned)width);
    snprintf(options, sizeof options, "-cl-std=CL1.2 -DFP64=%d -DT=%s -DV=%s -DMAD(x,y,z)=%s",
             type == YOKE_F64, scalar, vector, info->fma ? "fma(x,y,z)" : "((x)*(y)+(z))");
    const struct yoke_kernel_params params = { fma_source, "peak_fma", options };
    return yoke_queue_create(dev, &rig->queue) == YOKE_OK &&
           yoke_kernel_create(dev, &params, &rig->kernel) == YOKE_OK &&
           yoke_buffer_create(dev, &memory, &rig->out) == YOKE_OK;
}

static bool fma_measure(const struct yoke_device_info *info, enum yoke_type type, struct rig *rig,
                        double *gflops)
{
    const uint32_t width = type == YOKE_F64 ? info->vector_f64 : info->vector_f32;
    const struct yoke_launch launch = launch_of(info);
    const float a_f32 = 0.999f, b_f32 = 0.001f;
    const double a_f64 = 0.999, b_f64 = 0.001;
    int n = 1000;
    const struct yoke_arg args[] = {
        YOKE_ARG_BUFFER(rig->out),
        YOKE_ARG_VALUE(n),
        type == YOKE_F64 ? YOKE_ARG_VALUE(a_f64) : YOKE_ARG_VALUE(a_f32),
        type == YOKE_F64 ? YOKE_ARG_VALUE(b_f64) : YOKE_ARG_VALUE(b_f32),
    };
    double ms = launch_ms(rig, &launch, args, 4), best = INFINITY;

    /* The first launch may compile. */
    if (ms >= 0.0) ms = launch_ms(rig, &launch, args, 4);
    while (ms >= 0.0 && ms < long_enough_ms && n < 1 << 28) {
        n *= 2;
        ms = launch_ms(rig, &launch, args, 4);
    }
    const double until = yoke_now_ms() + spread_ms;
    for (int i = 0; ms >= 0.0 && (i < RUNS || yoke_now_ms() < until); i++) {
        ms = launch_ms(rig, &launch, args, 4);
        best = fmin(best, ms);
    }
    *gflops =
        2e-6 * CHAINS * (double)n * (double)(width ? width : 1) * (double)work_items(info) / best;
    return ms >= 0.0;
}

/* Memory that no cache holds, divided evenly among the work-items. */
static int copies_per_item(const struct yoke_device_info *info)
{
    uint64_t bytes = (uint64_t)256 << 20;

    if (bytes > info->max_alloc_bytes / 4) bytes = info->max_alloc_bytes / 4;
    if (bytes > info->memory_bytes / 8) bytes = info->memory_bytes / 8;
    return (int)(bytes / (16 * sizeof(float)) / work_items(info));
}

static bool copy_create(yoke_device *dev, struct rig *rig)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);
    const bool neighbours = info->type == YOKE_DEVICE_GPU;
    const size_t items = work_items(info) * (size_t)copies_per_item(info);
    const struct yoke_buffer_params memory = { .size_bytes = items * 16 * sizeof(float) };
    char options[96];

    snprintf(options, sizeof options, "-cl-std=CL1.2 -DV=float16 -DNEIGHBOURS=%d", neighbours);
    const struct yoke_kernel_params params = { copy_source, "peak_copy", options };
    return yoke_queue_create(dev, &rig->queue) == YOKE_OK &&
           yoke_kernel_create(dev, &params, &rig->kernel) == YOKE_OK &&
           yoke_buffer_create(dev, &memory, &rig->out) == YOKE_OK &&
           yoke_buffer_create(dev, &memory, &rig->in) == YOKE_OK;
}

/* There and back, so that the first two runs give every page a place. */
static bool copy_measure(const struct yoke_device_info *info, struct rig *rig, double *gbs)
{
    const struct yoke_launch launch = launch_of(info);
    const int n = copies_per_item(info);
    double best = INFINITY, ms = 0.0;

    for (int i = 0; ms >= 0.0 && i < 2 + RUNS; i++) {
        const struct yoke_arg args[] = { YOKE_ARG_BUFFER(i % 2 ? rig->in : rig->out),
                                         YOKE_ARG_BUFFER(i % 2 ? rig->out : rig->in),
                                         YOKE_ARG_VALUE(n) };
        ms = launch_ms(rig, &launch, args, 3);
        if (i >= 2) best = fmin(best, ms);
    }
    *gbs = 2e-6 * (double)yoke_buffer_size_bytes(rig->out) / best;
    return ms >= 0.0;
}

bool peaks_measure(yoke_device *dev, enum yoke_type of, struct peak *peak)
{
    const enum yoke_type type = yoke_type_is_double(of) ? YOKE_F64 : YOKE_F32;
    const struct yoke_device_info *info = yoke_device_get_info(dev);
    struct rig fma = { NULL, NULL, NULL, NULL }, copy = { NULL, NULL, NULL, NULL };
    bool ok;

    *peak = (struct peak){ 0.0, 0.0 };
    ok = (type == YOKE_F64 && !info->fp64) ||
         (fma_create(dev, type, &fma) && fma_measure(info, type, &fma, &peak->gflops));
    ok = ok && copy_create(dev, &copy) && copy_measure(info, &copy, &peak->gbs);
    if (!ok) bench_fail("the peak of %s cannot be measured: %s", info->id, yoke_last_error());
    rig_deinit(&fma);
    rig_deinit(&copy);
    return ok;
}
