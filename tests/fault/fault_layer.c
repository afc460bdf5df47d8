/* fault_layer.c - an OpenCL layer that makes calls fail, and counts objects.
 * SPDX-License-Identifier: MIT
 *
 * The ICD loader puts it between a program and its drivers (OPENCL_LAYERS=FILE). It knows the calls
 * that Yoke makes; test fault-complete says when there are others. */
#include <CL/cl_layer.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fault.h"

static const cl_icd_dispatch *next;
static struct fault control = { .n_fail = 1, .code = CL_OUT_OF_RESOURCES };

fault_control_fn fault_control; /* for dlsym */

struct fault *fault_control(void)
{
    return &control;
}

/* Whether this call is the one. */
static bool strikes(const char *call)
{
    const unsigned n = atomic_fetch_add(&control.n_calls, 1), first = atomic_load(&control.nth);

    if (n < first || n - first >= atomic_load(&control.n_fail)) return false;
    atomic_store(&control.call, call);
    atomic_fetch_add(&control.n_faults, 1);
    return true;
}

static enum fault_mode mode_of(const char *call)
{
    const enum fault_mode mode = (enum fault_mode)atomic_load(&control.mode);

    return mode != FAULT_LAUNCH && strikes(call) ? mode : FAULT_NONE;
}

static cl_int code(void)
{
    return atomic_load(&control.code);
}

/* A call that returns its error. */
#define STATUS(name, params, args)                                                                 \
    static cl_int CL_API_CALL name params                                                          \
    {                                                                                              \
        const enum fault_mode mode = mode_of("cl" #name);                                          \
        if (mode == FAULT_BEFORE) return code();                                                   \
        const cl_int err = next->cl##name args;                                                    \
        return mode == FAULT_AFTER ? code() : err;                                                 \
    }

/* One of those that load drivers: slow, so that others come meanwhile if they may. */
#define LOADING(name, params, args)                                                                \
    static cl_int CL_API_CALL name params                                                          \
    {                                                                                              \
        const enum fault_mode mode = mode_of("cl" #name);                                          \
        if (mode == FAULT_BEFORE) return code();                                                   \
        begin_loading();                                                                           \
        const cl_int err = next->cl##name args;                                                    \
        atomic_fetch_sub(&control.n_loading, 1);                                                   \
        return mode == FAULT_AFTER ? code() : err;                                                 \
    }

static void begin_loading(void)
{
    const struct timespec a_while = { .tv_nsec = 1000000 };

    if (atomic_fetch_add(&control.n_loading, 1) > 0) atomic_fetch_add(&control.n_overlaps, 1);
    nanosleep(&a_while, NULL);
}

/* One that returns an object, and the error through `err`. */
#define OBJECT(type, name, release, params, args)                                                  \
    static type CL_API_CALL name params                                                            \
    {                                                                                              \
        const enum fault_mode mode = mode_of("cl" #name);                                          \
        cl_int own;                                                                                \
        if (!err) err = &own;                                                                      \
        type made = NULL;                                                                          \
        if (mode != FAULT_BEFORE) made = next->cl##name args;                                      \
        if (mode == FAULT_AFTER && made) next->release(made);                                      \
        if (mode != FAULT_NONE) return *err = code(), NULL;                                        \
        if (made) atomic_fetch_add(&control.n_objects, 1);                                         \
        return made;                                                                               \
    }

/* One that gives back an object: also where it says that it failed. */
#define RELEASE(type, name)                                                                        \
    static cl_int CL_API_CALL name(type object)                                                    \
    {                                                                                              \
        const enum fault_mode mode = mode_of("cl" #name);                                          \
        const cl_int err = next->cl##name(object);                                                 \
        atomic_fetch_sub(&control.n_objects, 1);                                                   \
        return mode == FAULT_NONE ? err : code();                                                  \
    }

/* One that queues a command, whose event it may give. */
#define COMMAND(name, params, args)                                                                \
    static cl_int CL_API_CALL name params                                                          \
    {                                                                                              \
        const enum fault_mode mode = mode_of("cl" #name);                                          \
        if (mode == FAULT_BEFORE) return code();                                                   \
        const cl_int err = next->cl##name args;                                                    \
        return count_event(mode, err, event);                                                      \
    }

static cl_int count_event(enum fault_mode mode, cl_int err, cl_event *event)
{
    if (mode == FAULT_AFTER) {
        if (err == CL_SUCCESS && event) next->clReleaseEvent(*event);
        if (event) *event = NULL;
        return code();
    }
    if (err == CL_SUCCESS && event) atomic_fetch_add(&control.n_objects, 1);
    return err;
}

// clang-format off
LOADING(GetPlatformIDs, (cl_uint room, cl_platform_id *ids, cl_uint *n), (room, ids, n))
STATUS(GetPlatformInfo, (cl_platform_id id, cl_platform_info what, size_t room, void *value, size_t *size),
       (id, what, room, value, size))
LOADING(GetDeviceIDs, (cl_platform_id id, cl_device_type type, cl_uint room, cl_device_id *ids, cl_uint *n),
        (id, type, room, ids, n))
STATUS(GetDeviceInfo, (cl_device_id id, cl_device_info what, size_t room, void *value, size_t *size),
       (id, what, room, value, size))
STATUS(GetProgramInfo, (cl_program p, cl_program_info what, size_t room, void *value, size_t *size),
       (p, what, room, value, size))
STATUS(GetProgramBuildInfo, (cl_program p, cl_device_id id, cl_program_build_info what, size_t room,
                             void *value, size_t *size), (p, id, what, room, value, size))
STATUS(GetKernelInfo, (cl_kernel k, cl_kernel_info what, size_t room, void *value, size_t *size),
       (k, what, room, value, size))
STATUS(GetKernelArgInfo, (cl_kernel k, cl_uint i, cl_kernel_arg_info what, size_t room, void *value,
                          size_t *size), (k, i, what, room, value, size))
STATUS(GetKernelWorkGroupInfo, (cl_kernel k, cl_device_id id, cl_kernel_work_group_info what,
                                size_t room, void *value, size_t *size), (k, id, what, room, value, size))
STATUS(GetEventInfo, (cl_event ev, cl_event_info what, size_t room, void *value, size_t *size),
       (ev, what, room, value, size))
STATUS(BuildProgram, (cl_program p, cl_uint n, const cl_device_id *ids, const char *options,
                      void (CL_CALLBACK *done)(cl_program, void *), void *user), (p, n, ids, options, done, user))
STATUS(SetKernelArg, (cl_kernel k, cl_uint i, size_t size, const void *value), (k, i, size, value))
STATUS(WaitForEvents, (cl_uint n, const cl_event *events), (n, events))
STATUS(Flush, (cl_command_queue q), (q))
STATUS(Finish, (cl_command_queue q), (q))

OBJECT(cl_context, CreateContext, clReleaseContext,
       (const cl_context_properties *properties, cl_uint n, const cl_device_id *ids,
        void (CL_CALLBACK *notify)(const char *, const void *, size_t, void *), void *user, cl_int *err),
       (properties, n, ids, notify, user, err))
OBJECT(cl_command_queue, CreateCommandQueue, clReleaseCommandQueue,
       (cl_context ctx, cl_device_id id, cl_command_queue_properties properties, cl_int *err),
       (ctx, id, properties, err))
OBJECT(cl_mem, CreateBuffer, clReleaseMemObject,
       (cl_context ctx, cl_mem_flags flags, size_t size, void *host, cl_int *err), (ctx, flags, size, host, err))
OBJECT(cl_program, CreateProgramWithSource, clReleaseProgram,
       (cl_context ctx, cl_uint n, const char **texts, const size_t *sizes, cl_int *err),
       (ctx, n, texts, sizes, err))
OBJECT(cl_program, CreateProgramWithBinary, clReleaseProgram,
       (cl_context ctx, cl_uint n, const cl_device_id *ids, const size_t *sizes,
        const unsigned char **binaries, cl_int *statuses, cl_int *err),
       (ctx, n, ids, sizes, binaries, statuses, err))
OBJECT(cl_kernel, CreateKernel, clReleaseKernel, (cl_program p, const char *name, cl_int *err), (p, name, err))

RELEASE(cl_context, ReleaseContext)
RELEASE(cl_command_queue, ReleaseCommandQueue)
RELEASE(cl_mem, ReleaseMemObject)
RELEASE(cl_program, ReleaseProgram)
RELEASE(cl_kernel, ReleaseKernel)
RELEASE(cl_event, ReleaseEvent)

COMMAND(EnqueueMarkerWithWaitList, (cl_command_queue q, cl_uint n, const cl_event *events, cl_event *event),
        (q, n, events, event))
COMMAND(EnqueueBarrierWithWaitList, (cl_command_queue q, cl_uint n, const cl_event *events, cl_event *event),
        (q, n, events, event))
COMMAND(EnqueueReadBuffer, (cl_command_queue q, cl_mem buf, cl_bool blocking, size_t offset, size_t size,
                            void *to, cl_uint n, const cl_event *events, cl_event *event),
        (q, buf, blocking, offset, size, to, n, events, event))
COMMAND(EnqueueWriteBuffer, (cl_command_queue q, cl_mem buf, cl_bool blocking, size_t offset, size_t size,
                             const void *from, cl_uint n, const cl_event *events, cl_event *event),
        (q, buf, blocking, offset, size, from, n, events, event))
COMMAND(EnqueueReadBufferRect,
        (cl_command_queue q, cl_mem buf, cl_bool blocking, const size_t *buffer_origin,
         const size_t *host_origin, const size_t *region, size_t buffer_row, size_t buffer_slice,
         size_t host_row, size_t host_slice, void *to, cl_uint n, const cl_event *events, cl_event *event),
        (q, buf, blocking, buffer_origin, host_origin, region, buffer_row, buffer_slice, host_row,
         host_slice, to, n, events, event))
COMMAND(EnqueueWriteBufferRect,
        (cl_command_queue q, cl_mem buf, cl_bool blocking, const size_t *buffer_origin,
         const size_t *host_origin, const size_t *region, size_t buffer_row, size_t buffer_slice,
         size_t host_row, size_t host_slice, const void *from, cl_uint n, const cl_event *events,
         cl_event *event),
        (q, buf, blocking, buffer_origin, host_origin, region, buffer_row, buffer_slice, host_row,
         host_slice, from, n, events, event))
// clang-format on

/* Like a release: it unmaps also where it says that it failed. */
static cl_int CL_API_CALL EnqueueUnmapMemObject(cl_command_queue q, cl_mem mem, void *mapped,
                                                cl_uint n, const cl_event *events, cl_event *event)
{
    const enum fault_mode mode = mode_of("clEnqueueUnmapMemObject");
    const cl_int err = next->clEnqueueUnmapMemObject(q, mem, mapped, n, events, event);

    if (err == CL_SUCCESS) atomic_fetch_sub(&control.n_objects, 1);
    return count_event(mode == FAULT_BEFORE ? FAULT_AFTER : mode, err, event);
}

static cl_int CL_API_CALL RetainEvent(cl_event event)
{
    const enum fault_mode mode = mode_of("clRetainEvent");

    if (mode == FAULT_BEFORE) return code();
    const cl_int err = next->clRetainEvent(event);
    if (mode == FAULT_AFTER && err == CL_SUCCESS) next->clReleaseEvent(event);
    if (mode == FAULT_AFTER) return code();
    if (err == CL_SUCCESS) atomic_fetch_add(&control.n_objects, 1);
    return err;
}

/* Unmapped again where it is to fail: the buffer would stay mapped for good. */
static void *CL_API_CALL EnqueueMapBuffer(cl_command_queue q, cl_mem buf, cl_bool blocking,
                                          cl_map_flags flags, size_t offset, size_t size, cl_uint n,
                                          const cl_event *events, cl_event *event, cl_int *err)
{
    const enum fault_mode mode = mode_of("clEnqueueMapBuffer");
    void *mapped = NULL;

    if (mode != FAULT_BEFORE)
        mapped =
            next->clEnqueueMapBuffer(q, buf, blocking, flags, offset, size, n, events, event, err);
    if (mode == FAULT_AFTER && mapped) next->clEnqueueUnmapMemObject(q, buf, mapped, 0, NULL, NULL);
    if (mode == FAULT_NONE && mapped) atomic_fetch_add(&control.n_objects, 1);
    if (mode == FAULT_NONE) return mapped;
    *err = code();
    return NULL;
}

/* Behind an event that fails: the kernel is dropped, as where a driver loses it. */
static cl_int launch_in_vain(cl_command_queue q, cl_kernel k, cl_uint dims, const size_t *offset,
                             const size_t *global, const size_t *local, cl_event *event)
{
    cl_context ctx = NULL;
    cl_int err = next->clGetCommandQueueInfo(q, CL_QUEUE_CONTEXT, sizeof ctx, &ctx, NULL);
    cl_event gate = err == CL_SUCCESS ? next->clCreateUserEvent(ctx, &err) : NULL;

    if (!gate) return err;
    err = next->clEnqueueNDRangeKernel(q, k, dims, offset, global, local, 1, &gate, event);
    next->clSetUserEventStatus(gate, code());
    next->clReleaseEvent(gate);
    return err;
}

static cl_int CL_API_CALL EnqueueNDRangeKernel(cl_command_queue q, cl_kernel k, cl_uint dims,
                                               const size_t *offset, const size_t *global,
                                               const size_t *local, cl_uint n,
                                               const cl_event *events, cl_event *event)
{
    static const char name[] = "clEnqueueNDRangeKernel";
    const bool in_vain = atomic_load(&control.mode) == FAULT_LAUNCH && n == 0 && strikes(name);
    const enum fault_mode mode = mode_of(name);
    cl_int err;

    if (mode == FAULT_BEFORE) return code();
    if (in_vain)
        err = launch_in_vain(q, k, dims, offset, global, local, event);
    else
        err = next->clEnqueueNDRangeKernel(q, k, dims, offset, global, local, n, events, event);
    return count_event(mode, err, event);
}

#define WRAPS(X)                                                                                   \
    X(GetPlatformIDs)                                                                              \
    X(GetPlatformInfo)                                                                             \
    X(GetDeviceIDs)                                                                                \
    X(GetDeviceInfo)                                                                               \
    X(GetProgramInfo) X(GetProgramBuildInfo) X(GetKernelInfo) X(GetKernelArgInfo)                  \
        X(GetKernelWorkGroupInfo) X(GetEventInfo) X(BuildProgram) X(SetKernelArg) X(WaitForEvents) \
            X(Flush) X(Finish) X(CreateContext) X(CreateCommandQueue) X(CreateBuffer)              \
                X(CreateProgramWithSource) X(CreateProgramWithBinary) X(CreateKernel)              \
                    X(ReleaseContext) X(ReleaseCommandQueue) X(ReleaseMemObject) X(ReleaseProgram) \
                        X(ReleaseKernel) X(ReleaseEvent) X(RetainEvent)                            \
                            X(EnqueueMarkerWithWaitList) X(EnqueueBarrierWithWaitList)             \
                                X(EnqueueReadBuffer) X(EnqueueWriteBuffer)                         \
                                    X(EnqueueReadBufferRect) X(EnqueueWriteBufferRect)             \
                                        X(EnqueueUnmapMemObject) X(EnqueueMapBuffer)               \
                                            X(EnqueueNDRangeKernel)

CL_API_ENTRY cl_int CL_API_CALL clGetLayerInfo(cl_layer_info what, size_t room, void *value,
                                               size_t *size)
{
    static const cl_layer_api_version version = CL_LAYER_API_VERSION_100;

    if (what != CL_LAYER_API_VERSION || (value && room < sizeof version)) return CL_INVALID_VALUE;
    if (size) *size = sizeof version;
    if (value) memcpy(value, &version, sizeof version);
    return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL clInitLayer(cl_uint n, const cl_icd_dispatch *target,
                                            cl_uint *n_out, const cl_icd_dispatch **layer)
{
    static cl_icd_dispatch own;

    if (n > sizeof own / sizeof(void *)) n = sizeof own / sizeof(void *);
    next = target;
    memcpy(&own, target, n * sizeof(void *));
#define WRAP(name) own.cl##name = name;
    WRAPS(WRAP)
    *n_out = n;
    *layer = &own;
    return CL_SUCCESS;
}
