/* fault.h - how a test tells the fault layer which OpenCL call is to fail.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_FAULT_H
#define YOKE_TESTS_FAULT_H

#include <stdatomic.h>

enum fault_mode {
    FAULT_NONE,   /* only count                                                           */
    FAULT_BEFORE, /* the call does nothing and returns the code                           */
    FAULT_AFTER,  /* the call does its work, and returns the code all the same            */
    FAULT_LAUNCH, /* of kernel launches alone: the call succeeds, the kernel never runs,
                   * and its event ends with the code                                     */
};

/* Set mode last. The layer counts calls in every mode, launches alone with FAULT_LAUNCH. */
struct fault {
    atomic_int mode;
    atomic_uint nth;     /* the call that fails; the first one is 0 */
    atomic_uint n_fail;  /* so many from there on                   */
    atomic_int code;     /* negative                                */
    atomic_uint n_calls; /* so far                                  */
    atomic_uint n_faults;
    atomic_int n_objects;     /* created, or mapped, and not yet given back */
    const char *_Atomic call; /* the last one that failed */
    atomic_int n_loading;     /* calls that load drivers, which Yoke makes one at a time */
    atomic_uint n_overlaps;   /* such calls that began during another                    */
};

/* The layer, which must be the one that OPENCL_LAYERS names; its only symbol for tests. */
typedef struct fault *fault_control_fn(void);

#endif /* YOKE_TESTS_FAULT_H */
