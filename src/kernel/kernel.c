/* kernel.c - a kernel of a compiled program.
 * SPDX-License-Identifier: MIT */
#include "kernel/kernel.h"

#include <stdio.h>
#include <stdlib.h>

#include "device/cl_error.h"
#include "device/drivers.h"
#include "kernel/registry.h"

/* What kind of argument each is: some drivers crash on the wrong one. */
static yoke_status ask_for_arguments(yoke_kernel *kernel)
{
    kernel->args = calloc(kernel->n_args + 1, sizeof *kernel->args);
    if (!kernel->args) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a kernel handle");
    for (cl_uint i = 0; i < kernel->n_args; i++)
        if (clGetKernelArgInfo(kernel->cl, i, CL_KERNEL_ARG_ADDRESS_QUALIFIER, sizeof *kernel->args,
                               &kernel->args[i], NULL) != CL_SUCCESS)
            kernel->args[i] = 0;
    return YOKE_OK;
}

yoke_status yoke_kernel_make(yoke_device *dev, struct yoke_program *program, const char *name,
                             yoke_kernel **out)
{
    yoke_status st = YOKE_OK;
    yoke_kernel *kernel = calloc(1, sizeof *kernel);
    cl_int err;

    *out = NULL;
    if (!kernel) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a kernel handle");
    if (pthread_mutex_init(&kernel->lock, NULL) != 0) {
        free(kernel);
        return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a lock");
    }
    kernel->dev = dev;
    kernel->program = program;
    snprintf(kernel->name, sizeof kernel->name, "%s", name);
    kernel->cl = clCreateKernel(program->cl, name, &err);
    if (err == CL_INVALID_KERNEL_NAME)
        TRY(yoke_fail(YOKE_ERR_INVALID, "the program has no kernel \"%s\"", name));
    TRY(yoke_cl_check(err, "clCreateKernel", dev->rec.name));
    TRY(yoke_cl_check(clGetKernelInfo(kernel->cl, CL_KERNEL_NUM_ARGS, sizeof kernel->n_args,
                                      &kernel->n_args, NULL),
                      "clGetKernelInfo", dev->rec.name));
    TRY(ask_for_arguments(kernel));
    if (clGetKernelWorkGroupInfo(kernel->cl, dev->rec.cl_id, CL_KERNEL_WORK_GROUP_SIZE,
                                 sizeof kernel->max_group, &kernel->max_group, NULL) != CL_SUCCESS)
        kernel->max_group = dev->rec.info.max_group;
    if (clGetKernelWorkGroupInfo(kernel->cl, dev->rec.cl_id, CL_KERNEL_LOCAL_MEM_SIZE,
                                 sizeof kernel->local_bytes, &kernel->local_bytes,
                                 NULL) != CL_SUCCESS)
        kernel->local_bytes = 0;
    *out = kernel;
    kernel = NULL;
out:
    yoke_kernel_destroy(&kernel);
    return st;
}

size_t yoke_kernel_max_group(const yoke_kernel *kernel)
{
    return kernel->max_group;
}

void yoke_kernel_destroy(yoke_kernel **kernel)
{
    if (kernel && yoke_drivers_are_lost()) *kernel = NULL; /* left to the end of the process */
    if (!kernel || !*kernel) return;
    if ((*kernel)->cl) clReleaseKernel((*kernel)->cl);
    free((*kernel)->args);
    pthread_mutex_destroy(&(*kernel)->lock);
    free(*kernel);
    *kernel = NULL;
}
