/* ops.c - the reference of any operator, by its name.
 * SPDX-License-Identifier: MIT */
#include "ref/ops.h"

#include <string.h>

#include "ref/conv.h"
#include "ref/gemm.h"

static void gemm(struct yoke_ref *ref, const void *descriptor, enum yoke_ref_data data,
                 const void *const arrays[])
{
    struct yoke_gemm g = *(const struct yoke_gemm *)descriptor;
    struct yoke_epilogue e;

    if (g.epilogue) {
        e = *g.epilogue;
        e.bias_array = arrays[3];
        e.residual_array = arrays[4];
        g.epilogue = &e;
    }
    yoke_ref_gemm(ref, &g, data, arrays[0], arrays[1], arrays[2]);
}

static void conv(struct yoke_ref *ref, const void *descriptor, enum yoke_ref_data data,
                 const void *const arrays[])
{
    yoke_ref_conv(ref, descriptor, data, arrays[1], arrays[2], arrays[3]);
}

static const struct {
    const char *name;
    void (*make)(struct yoke_ref *ref, const void *descriptor, enum yoke_ref_data data,
                 const void *const arrays[]);
} ops[] = {
    { "gemm", gemm },
    { "conv", conv },
};

bool yoke_ref_of(const char *op, struct yoke_ref *ref, const void *descriptor,
                 enum yoke_ref_data data, const void *const arrays[])
{
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (strcmp(ops[i].name, op) != 0) continue;
        ops[i].make(ref, descriptor, data, arrays);
        return true;
    }
    return false;
}
