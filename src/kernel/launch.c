/* launch.c - arguments checked and set, and kernels launched.
 * SPDX-License-Identifier: MIT */
#include "base/size.h"
#include "base/stack.h"
#include "device/cl_error.h"
#include "device/drivers.h"
#include "device/event.h"
#include "device/queue.h"
#include "kernel/linger.h"
#include "kernel/registry.h"

static yoke_status check_group(const yoke_kernel *kernel, const struct yoke_launch *launch)
{
    size_t group = 1;

    for (int i = 0; i < 3; i++)
        if (launch->local[i] && !yoke_size_mul(group, launch->local[i], &group)) group = SIZE_MAX;
    if ((launch->local[1] || launch->local[2]) && !launch->local[0])
        return yoke_fail(YOKE_ERR_INVALID, "kernel %s: a work-group without local[0]",
                         kernel->name);
    for (int i = 0; i < 3; i++)
        if (launch->global[i] > SIZE_MAX - launch->local[i] ||
            launch->offset[i] > SIZE_MAX - launch->local[i] - launch->global[i])
            return yoke_fail(YOKE_ERR_LIMIT, "kernel %s: %zu work-items", kernel->name,
                             launch->global[i]);
    if (group > kernel->max_group)
        return yoke_fail(YOKE_ERR_LIMIT, "kernel %s: work-group of %zu; %s allows %zu",
                         kernel->name, group, kernel->dev->rec.name, kernel->max_group);
    return YOKE_OK;
}

/* Drivers are known to abort where it is too much. */
static yoke_status check_local_memory(const yoke_kernel *kernel, const struct yoke_arg *args,
                                      size_t n_args)
{
    const uint64_t most = kernel->dev->rec.info.local_bytes;
    uint64_t sum = kernel->local_bytes;

    for (size_t i = 0; i < n_args; i++) {
        if (args[i].buffer || args[i].value) continue;
        if (sum <= most && args[i].size_bytes <= most - sum) {
            sum += args[i].size_bytes;
            continue;
        }
        return yoke_fail(YOKE_ERR_LIMIT,
                         "kernel %s: %zu bytes of local memory beside %llu others; %s has %llu",
                         kernel->name, args[i].size_bytes, (unsigned long long)sum,
                         kernel->dev->rec.name, (unsigned long long)most);
    }
    return YOKE_OK;
}

static yoke_status check_launch(const yoke_queue *q, const yoke_kernel *kernel,
                                const struct yoke_launch *launch, const struct yoke_arg *args,
                                size_t n_args)
{
    if (!q || !kernel || !launch || (n_args > 0 && !args))
        return yoke_fail(YOKE_ERR_INVALID, "yoke_kernel_enqueue: a NULL argument");
    if (kernel->dev != q->dev)
        return yoke_fail(YOKE_ERR_INVALID, "kernel %s of device %s in a queue of %s", kernel->name,
                         kernel->dev->rec.id, q->dev->rec.id);
    if (n_args != kernel->n_args)
        return yoke_fail(YOKE_ERR_INVALID, "kernel %s takes %u arguments, not %zu", kernel->name,
                         kernel->n_args, n_args);
    if (launch->global[0] == 0)
        return yoke_fail(YOKE_ERR_INVALID, "kernel %s: a launch of 0 work-items", kernel->name);
    const yoke_status st = check_group(kernel, launch);
    return st == YOKE_OK ? check_local_memory(kernel, args, n_args) : st;
}

/* Whether the kernel wants an argument of that kind there; true where the driver does not tell. */
static bool is_right_kind(const yoke_kernel *kernel, size_t i, const struct yoke_arg *arg)
{
    switch (kernel->args[i]) {
    case CL_KERNEL_ARG_ADDRESS_GLOBAL:
    case CL_KERNEL_ARG_ADDRESS_CONSTANT: return arg->buffer != NULL;
    case CL_KERNEL_ARG_ADDRESS_LOCAL: return !arg->buffer && !arg->value && arg->size_bytes > 0;
    case CL_KERNEL_ARG_ADDRESS_PRIVATE: return !arg->buffer && arg->value;
    default: return true;
    }
}

static yoke_status set_argument(const yoke_kernel *kernel, size_t i, const struct yoke_arg *arg)
{
    cl_int err;

    if (arg->buffer && arg->buffer->dev != kernel->dev)
        return yoke_fail(YOKE_ERR_INVALID,
                         "kernel %s: argument %zu is a buffer of device %s, not %s", kernel->name,
                         i, arg->buffer->dev->rec.id, kernel->dev->rec.id);
    if (!is_right_kind(kernel, i, arg))
        return yoke_fail(YOKE_ERR_INVALID,
                         "kernel %s: argument %zu is of another kind (a buffer, a "
                         "value, local memory) than the kernel takes",
                         kernel->name, i);
    if (arg->buffer)
        err = clSetKernelArg(kernel->cl, (cl_uint)i, sizeof(cl_mem), &arg->buffer->mem);
    else
        err = clSetKernelArg(kernel->cl, (cl_uint)i, arg->size_bytes, arg->value);
    if (err == CL_SUCCESS) return YOKE_OK;
    const yoke_status st = yoke_cl_check(err, "clSetKernelArg", kernel->dev->rec.name);
    return yoke_fail(st == YOKE_ERR_DEVICE ? YOKE_ERR_INVALID : st,
                     "kernel %s: argument %zu of %zu bytes: %s", kernel->name, i, arg->size_bytes,
                     yoke_cl_error_name(err));
}

static bool is_one_group(const struct yoke_launch *launch)
{
    for (int i = 0; i < 3; i++)
        if (launch->global[i] > yoke_size_max(launch->local[i], 1)) return false;
    return true;
}

/* What yoke_kernel_enqueue was asked for. */
struct request {
    yoke_queue *q;
    yoke_kernel *kernel;
    const struct yoke_launch *launch;
    const struct yoke_arg *args;
    size_t n_args;
    yoke_event **event;
};

/* With the kernel's lock held. */
static yoke_status launch_locked(void *arg)
{
    const struct request *r = arg;
    const struct yoke_launch *launch = r->launch;
    yoke_status st = YOKE_OK;
    cl_event cl = NULL;
    const cl_uint dims = launch->global[2] ? 3 : launch->global[1] ? 2 : 1;
    const bool moved = launch->offset[0] || launch->offset[1] || launch->offset[2];
    size_t global[3], local[3];

    for (int i = 0; i < 3; i++) {
        local[i] = yoke_size_max(launch->local[i], 1);
        global[i] = yoke_round_up(yoke_size_max(launch->global[i], 1), local[i]);
    }
    for (size_t i = 0; i < r->n_args; i++)
        TRY(set_argument(r->kernel, i, &r->args[i]));
    TRY(yoke_queue_begin(r->q));
    const cl_int err =
        clEnqueueNDRangeKernel(r->q->q, r->kernel->cl, dims, moved ? launch->offset : NULL, global,
                               launch->local[0] ? local : NULL, 0, NULL, &cl);
    TRY(yoke_queue_end(r->q, err, "clEnqueueNDRangeKernel", cl, is_one_group(launch), r->event));
    TRY(yoke_queue_flush(r->q)); /* so that it starts, whoever waits for it */
    r->kernel->program->launched = true;
out:
    return st;
}

yoke_status yoke_kernel_enqueue(yoke_queue *q, yoke_kernel *kernel,
                                const struct yoke_launch *launch, const struct yoke_arg *args,
                                size_t n_args, yoke_event **event)
{
    yoke_status st = YOKE_OK;
    struct request r = { q, kernel, launch, args, n_args, event };

    if (event) *event = NULL;
    TRY(yoke_drivers_check());
    TRY(check_launch(q, kernel, launch, args, n_args));
    if (!kernel->is_own) yoke_linger_end(q->dev);
    pthread_mutex_lock(&kernel->lock);
    st = yoke_call_on_stack(YOKE_STACK_TO_LAUNCH, launch_locked, &r);
    pthread_mutex_unlock(&kernel->lock);
    if (kernel->is_own) yoke_linger(q->dev, event && *event ? yoke_event_cl(*event) : NULL);
out:
    if (st != YOKE_OK && event) yoke_event_destroy(event);
    return st;
}
