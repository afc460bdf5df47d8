/* yoke/kernel.h - your own OpenCL C, compiled through Yoke's cache.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_KERNEL_H
#define YOKE_KERNEL_H

#include <stddef.h>

#include "yoke/queue.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A function of an OpenCL C program, compiled for one device.
 *
 * Lifetime: destroy it before its device's team.
 * Threads:  free; launches of one kernel take turns while they are queued, not while they run. */
typedef struct yoke_kernel yoke_kernel;

struct yoke_kernel_params {
    const char *source; /* required: OpenCL C 1.2 (or newer, if the options say so)       */
    const char *name;   /* required: the __kernel function                                */
    const char
        *options; /* optional: compiler options, such as "-DWG=64"; NULL is "-cl-std=CL1.2" */
};

/* Compile, or take from the cache in memory or on disk. The cache knows a program by its source and
 * options, not by files that the source includes: change one, and the old program is found. On
 * success the caller owns *out; on failure it is NULL. The build log goes to the team's log.
 *
 *   YOKE_ERR_INVALID      a NULL argument or required field, or the program has no such kernel
 *   YOKE_ERR_UNSUPPORTED  the device has no compiler
 *   YOKE_ERR_BUILD        it does not compile; yoke_last_error() has the log's first line
 *   YOKE_ERR_NO_MEMORY    the host or the device is out of memory
 *   YOKE_ERR_DEVICE       the driver refused
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_kernel_create(yoke_device *dev,
                                                        const struct yoke_kernel_params *params,
                                                        yoke_kernel **out);

/* An argument of a launch; make them with the macros below. */
struct yoke_arg {
    const yoke_buffer *buffer; /* a __global pointer, or NULL                        */
    const void *value;         /* else a value of size_bytes bytes, or NULL          */
    size_t size_bytes;         /* else that many bytes of __local memory             */
};

#ifdef __cplusplus
#define YOKE_ARG_MAKE(b, v, s) (yoke_arg{ (b), (v), (s) })
#else
#define YOKE_ARG_MAKE(b, v, s) ((struct yoke_arg){ (b), (v), (s) })
#endif
#define YOKE_ARG_BUFFER(buf)   YOKE_ARG_MAKE((buf), NULL, 0)
#define YOKE_ARG_VALUE(lvalue) YOKE_ARG_MAKE(NULL, &(lvalue), sizeof(lvalue))
#define YOKE_ARG_LOCAL(bytes)  YOKE_ARG_MAKE(NULL, NULL, (bytes))

/* How many work-items run it. Unused dimensions are 0. */
struct yoke_launch {
    size_t global[3]; /* required: global[0] > 0; no need to be a multiple of local  */
    size_t local[3];  /* optional: all 0 leaves the work-group size to the driver    */
    size_t offset[3]; /* optional: the first work-item's global id                   */
};

/* Queue one run of the kernel with n_args arguments. Returns at once; values are copied, buffers
 * must live until it is done. event may be NULL; otherwise the caller owns *event on success, and
 * on failure it is NULL. Where local is given, global is rounded up to a multiple of it, so the
 * kernel must check its bounds.
 *
 *   YOKE_ERR_INVALID    a NULL argument, an empty launch, the wrong number, order or size of
 *                       arguments, or a buffer or kernel of another device
 *   YOKE_ERR_LIMIT      a work-group larger than this kernel or device allows, or more local memory
 *                       than the device has, what the kernel declares itself included
 *   YOKE_ERR_NO_MEMORY  the host or the device is out of memory
 *   YOKE_ERR_DEVICE     the driver refused
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_kernel_enqueue(yoke_queue *q, yoke_kernel *kernel,
                                                         const struct yoke_launch *launch,
                                                         const struct yoke_arg *args, size_t n_args,
                                                         yoke_event **event);

/* Free *kernel and set it to NULL. Does nothing when *kernel is already NULL. */
YOKE_API void yoke_kernel_destroy(yoke_kernel **kernel);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_KERNEL_H */
