/* registry.h - a kernel as the room of kernels sees it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_KERNEL_REGISTRY_H
#define YOKE_KERNEL_REGISTRY_H

#include <pthread.h>

#include "kernel/program.h"
#include "yoke/kernel.h"

struct yoke_kernel {
    yoke_device *dev;
    struct yoke_program *program; /* the registry's */
    bool is_own;                  /* one of Yoke's, not of the caller's */
    cl_kernel cl;
    cl_uint n_args;
    cl_kernel_arg_address_qualifier *args; /* of n_args; 0 where the driver does not tell */
    size_t max_group;
    cl_ulong local_bytes; /* that it declares itself */
    pthread_mutex_t lock; /* from the first clSetKernelArg to the launch */
    char name[96];
};

/* A kernel of a program. On success the caller owns *out (yoke_kernel_destroy). */
yoke_status yoke_kernel_make(yoke_device *dev, struct yoke_program *program, const char *name,
                             yoke_kernel **out);

#endif /* YOKE_KERNEL_REGISTRY_H */
