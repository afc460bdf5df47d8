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
 * Lifetime: destroy it before its device's team, and after the calls that queue it.
 * Threads:  free, except for destroy. Calls that queue one kernel take turns; its runs do not. */
typedef struct yoke_kernel yoke_kernel;

struct yoke_kernel_params {
    const char *source;  /* required: OpenCL C 1.2, or newer if the options say so          */
    const char *name;    /* required: the __kernel function                                 */
    const char *options; /* optional: for the compiler, such as "-DWG=64"; NULL stands for
                          * "-cl-std=CL1.2"                                                 */
};

/* Compile the program, or take it from the cache in memory or on disk, and find its kernel. The
 * cache knows a program by its source and options. It does not see the files that the source
 * includes: when one changes, it still finds the old program. The build log goes to the team's log.
 * On success the caller owns *out; on failure it is NULL.
 *
 *   YOKE_ERR_INVALID      a NULL argument or required field, or the program has no such kernel
 *   YOKE_ERR_UNSUPPORTED  the device has no compiler
 *   YOKE_ERR_BUILD        it does not compile; yoke_last_error() has the first line of the log
 *   YOKE_ERR_NO_MEMORY    the host or the device is out of memory
 *   YOKE_ERR_DEVICE       the driver failed
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_kernel_create(yoke_device *dev,
                                                        const struct yoke_kernel_params *params,
                                                        yoke_kernel **out);

/* An argument of a launch. Make it with one of the macros below. */
struct yoke_arg {
    const yoke_buffer *buffer; /* for a __global or __constant pointer; else NULL     */
    const void *value;         /* a value of size_bytes bytes; NULL where buffer is not, or
                                * for a __local pointer                               */
    size_t size_bytes;         /* of the value or of the __local memory               */
};

#ifdef __cplusplus
#define YOKE_ARG_MAKE(b, v, s) (yoke_arg{ (b), (v), (s) })
#else
#define YOKE_ARG_MAKE(b, v, s) ((struct yoke_arg){ (b), (v), (s) })
#endif
#define YOKE_ARG_BUFFER(buf)   YOKE_ARG_MAKE((buf), NULL, 0)
#define YOKE_ARG_VALUE(lvalue) YOKE_ARG_MAKE(NULL, &(lvalue), sizeof(lvalue))
#define YOKE_ARG_LOCAL(bytes)  YOKE_ARG_MAKE(NULL, NULL, (bytes))

/* How many work-items run the kernel. Unused dimensions are 0. */
struct yoke_launch {
    size_t global[3]; /* required: global[0] > 0; need not be a multiple of local    */
    size_t local[3];  /* optional: work-items of a work-group; all 0 leaves them to the driver */
    size_t offset[3]; /* optional: the global id of the first work-item              */
};

/* Queue one run of the kernel with n_args arguments, and return at once. Values are copied; buffers
 * must live until the run is done. Where local is given, global is rounded up to a multiple of it,
 * so the kernel must check its bounds. event may be NULL; otherwise the caller owns *event on
 * success, and on failure it is NULL.
 *
 *   YOKE_ERR_INVALID    a NULL argument, a launch of 0 work-items, arguments that do not match the
 *                       kernel's in number, kind or size, or a buffer or kernel of another device
 *   YOKE_ERR_LIMIT      a work-group larger than this kernel or device allows, more work-items than
 *                       a size_t counts, or more local memory than the device has, including what
 *                       the kernel itself declares
 *   YOKE_ERR_NO_MEMORY  the host or the device is out of memory
 *   YOKE_ERR_DEVICE     the driver failed
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
