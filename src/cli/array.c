/* array.c - arrays on the host. SPDX-License-Identifier: MIT */
#include "cli/array.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/cli.h"
#include "ref/fill.h"

enum { PAGE_BYTES = 4096 };

void array_describe(struct array *a, const char *name, enum yoke_type type, size_t ndim,
                    const size_t dims[])
{
    size_t stride = 1;

    *a = (struct array){ .name = name, .type = type, .ndim = ndim };
    for (size_t i = ndim; i-- > 0;) {
        a->dims[i] = dims[i];
        a->strides[i] = stride;
        stride *= dims[i];
    }
}

size_t array_count(const struct array *a)
{
    size_t n = 1;

    for (size_t i = 0; i < a->ndim; i++)
        n *= a->dims[i];
    return n;
}

double array_bytes(const struct array *a)
{
    double bytes = (double)yoke_type_size(a->type);

    for (size_t i = 0; i < a->ndim; i++)
        bytes *= (double)a->dims[i];
    return bytes;
}

int array_check_memory(double bytes)
{
    const double most = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);

    if (bytes <= most) return CLI_DONE;
    return cli_fail("arrays of %.1f GiB; this machine has %.1f GiB of memory", bytes / 0x1p30,
                    most / 0x1p30);
}

int array_alloc(struct array *a)
{
    const int status = array_check_memory(array_bytes(a));
    if (status != CLI_DONE) return status;

    const size_t size_bytes = array_count(a) * yoke_type_size(a->type);
    a->memory = aligned_alloc(PAGE_BYTES, (size_bytes / PAGE_BYTES + 1) * PAGE_BYTES);
    if (!a->memory) return cli_fail("%s: no memory for %zu bytes", a->name, size_bytes);
    a->data = a->memory;
    return CLI_DONE;
}

int array_alloc_random(struct array *a, uint64_t *seed)
{
    const int status = array_alloc(a);

    if (status == CLI_DONE) yoke_ref_fill(a->type, YOKE_REF_UNIT, a->memory, array_count(a), seed);
    return status;
}

bool array_is_packed(const struct array *a)
{
    size_t stride = 1;

    if ((uintptr_t)a->data % yoke_type_size(a->type) != 0) return false;
    if (array_count(a) == 0) return true;
    for (size_t i = a->ndim; i-- > 0;) {
        if (a->dims[i] > 1 && a->strides[i] != stride) return false;
        stride *= a->dims[i];
    }
    return true;
}

/* Copy in C order, all dimensions from dim on; returns the end of what it wrote. */
static char *copy_dims(const struct array *a, size_t dim, const char *from, char *to)
{
    const size_t size_bytes = yoke_type_size(a->type);

    if (dim == a->ndim) {
        memcpy(to, from, size_bytes);
        return to + size_bytes;
    }
    for (size_t i = 0; i < a->dims[dim]; i++)
        to = copy_dims(a, dim + 1, from + i * a->strides[dim] * size_bytes, to);
    return to;
}

int array_pack(struct array *a)
{
    struct array packed;

    if (array_is_packed(a)) return CLI_DONE;
    array_describe(&packed, a->name, a->type, a->ndim, a->dims);
    const int status = array_alloc(&packed);
    if (status != CLI_DONE) return status;
    copy_dims(a, 0, a->data, packed.memory);
    array_deinit(a);
    *a = packed;
    return CLI_DONE;
}

static void swap(size_t *a, size_t *b)
{
    const size_t t = *a;

    *a = *b;
    *b = t;
}

void array_swap_dims(struct array *a, size_t i, size_t j)
{
    swap(&a->dims[i], &a->dims[j]);
    swap(&a->strides[i], &a->strides[j]);
}

const char *array_shape(const struct array *a, char text[ARRAY_TEXT_BYTES])
{
    size_t used = 0;

    if (a->ndim == 0) return "a single number";
    for (size_t i = 0; i < a->ndim; i++)
        used += (size_t)snprintf(text + used, ARRAY_TEXT_BYTES - used, "%s%zu", i > 0 ? " x " : "",
                                 a->dims[i]);
    return text;
}

void array_deinit(struct array *a)
{
    if (a->map) munmap(a->map, a->map_bytes);
    free(a->memory);
    *a = (struct array){ 0 };
}
