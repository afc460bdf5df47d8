/* control.c - the fault layer as the tests of this folder use it.
 * SPDX-License-Identifier: MIT */
#include "control.h"

#include <check.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

struct fault *fault_open(void)
{
    const char *path = getenv("OPENCL_LAYERS");
    void *layer = path ? dlopen(path, RTLD_NOW) : NULL;
    fault_control_fn *control;

    ck_assert_msg(layer != NULL, "OPENCL_LAYERS names no fault layer");
    void *symbol = dlsym(layer, "fault_control");
    ck_assert_ptr_nonnull(symbol);
    memcpy(&control, &symbol, sizeof control); /* ISO C converts no such pointers */
    return control();
}

void fault_arm(struct fault *f, enum fault_mode mode, int code, unsigned nth, unsigned n)
{
    atomic_store(&f->nth, nth);
    atomic_store(&f->n_fail, n);
    atomic_store(&f->code, code);
    atomic_store(&f->n_calls, 0);
    atomic_store(&f->n_faults, 0);
    atomic_store(&f->mode, mode);
}

unsigned fault_disarm(struct fault *f)
{
    const unsigned n = atomic_load(&f->n_calls);

    atomic_store(&f->mode, FAULT_NONE);
    atomic_store(&f->n_fail, 0);
    return n;
}
