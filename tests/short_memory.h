/* short_memory.h - allocations of the library that fail when a test says so.
 * SPDX-License-Identifier: MIT
 *
 * Of a program that has the library's objects in itself and is linked with short_memory_args of
 * meson.build. What drivers and libc allocate for themselves succeeds. */
#ifndef YOKE_TESTS_SHORT_MEMORY_H
#define YOKE_TESTS_SHORT_MEMORY_H

/* So many allocations succeed from now on, and none after them; -1: all do, as at first. Check's
 * own count, too: assert nothing meanwhile. Returns how many failed before this call. */
long short_memory_after(long n);

#endif /* YOKE_TESTS_SHORT_MEMORY_H */
