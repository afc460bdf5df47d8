/* short_memory.c - allocations of the library that fail when a test says so.
 * SPDX-License-Identifier: MIT */
#include "short_memory.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* What the linker makes of -Wl,--wrap. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static atomic_long left = -1, failures;

long short_memory_after(long n)
{
    atomic_store(&left, n);
    return atomic_exchange(&failures, 0);
}

static bool succeeds(void)
{
    long n = atomic_load(&left);

    while (n > 0 && !atomic_compare_exchange_weak(&left, &n, n - 1))
        ;
    if (n != 0) return true;
    atomic_fetch_add(&failures, 1);
    errno = ENOMEM;
    return false;
}

void *__wrap_malloc(size_t size)
{
    return succeeds() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t n, size_t size)
{
    return succeeds() ? __real_calloc(n, size) : NULL;
}

void *__wrap_realloc(void *old, size_t size)
{
    return succeeds() ? __real_realloc(old, size) : NULL;
}
