/* processor.c - which processor this is, as far as compilers look at it.
 * SPDX-License-Identifier: MIT */
#include "base/processor.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
#define IS_X86 1
#include <cpuid.h>
#elif defined(__linux__)
#include <sys/auxv.h>
#endif

#include "base/hash.h"

enum { MAX_WORDS = 20 };

#if defined(IS_X86)
/* Of leaf 7's edx, instructions: other bits come and go with microcode, and tell of hybrids. */
static const uint32_t instructions_of_7_edx = 0x03c1413c;
static const uint32_t has_xgetbv = 1u << 27; /* leaf 1, ecx */

/* Which registers the system saves. */
static uint64_t read_xcr0(void)
{
    uint32_t low, high;

    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

/* Vendor, model and features; never leaf 1's ebx, which holds the core's number. */
static size_t list_words(uint64_t words[MAX_WORDS])
{
    unsigned a, b, c, d;
    size_t n = 0;

    if (!__get_cpuid(0, &a, &b, &c, &d)) return 0;
    words[n++] = b, words[n++] = c, words[n++] = d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
    words[n++] = a, words[n++] = c, words[n++] = d;
    words[n++] = c & has_xgetbv ? read_xcr0() : 0;
    if (__get_cpuid(0x80000001, &a, &b, &c, &d)) words[n++] = c, words[n++] = d;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return n;
    words[n++] = b, words[n++] = c, words[n++] = d & instructions_of_7_edx;
    if (a >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d)) words[n++] = a, words[n++] = d;
    return n;
}
#elif defined(__linux__)
static size_t list_words(uint64_t words[MAX_WORDS])
{
    words[0] = getauxval(AT_HWCAP);
    words[1] = getauxval(AT_HWCAP2);
    return words[0] || words[1] ? 2 : 0;
}
#else
static size_t list_words(uint64_t words[MAX_WORDS])
{
    (void)words;
    return 0;
}
#endif

bool yoke_processor_identity(char hex[YOKE_PROCESSOR_HEX])
{
    unsigned char digest[YOKE_HASH_BYTES];
    char all[YOKE_HASH_HEX];
    uint64_t words[MAX_WORDS];
    const size_t n = list_words(words);
    struct yoke_hash h;

    hex[0] = '\0';
    yoke_hash_begin(&h);
    yoke_hash_add(&h, words, n * sizeof *words);
    if (!yoke_hash_end(&h, digest)) return false;
    yoke_hash_hex(digest, all);
    if (n > 0) snprintf(hex, YOKE_PROCESSOR_HEX, "%.16s", all);
    return true;
}
