/* harness.h - what every test of a device shares: the device, numbers, failing calls.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_HARNESS_H
#define YOKE_TESTS_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"
#include "yoke/yoke.h"

struct Suite; /* of Check */

/* meson shows SKIP for a test that ends with it. */
#define HARNESS_SKIP 77

/* Open between setup and teardown of a checked fixture, never in the parent: Check forks. */
extern yoke_team *test_team;
extern yoke_device *test_device; /* the first of the team */
extern yoke_queue *test_queue;

/* Opening spares binaries. It fails where the team has fewer devices than YOKE_TEST_TEAM says. */
void harness_open_device(void);
void harness_close_device(void);

/* Is there a usable device? Asked in a child, since OpenCL does not survive a fork. */
bool harness_device_exists(void);

/* Run n suites and return what main returns: HARNESS_SKIP where there is no device. */
int harness_main(struct Suite *const *suites, size_t n);

/* Is the device PoCL's? */
bool harness_is_pocl(const yoke_device *dev);

/* On PoCL, unless YOKE_CACHE is set, turn Yoke's cache off: PoCL compiles a kernel once more to
 * give its binary away, and has a cache of its own. */
void harness_spare_binaries(const yoke_device *dev);

/* Where a call should fail: aborts the test unless it gives `want`, and a sentence of its own. */
#define EXPECT_FAILURE(call, want)                                                                 \
    do {                                                                                           \
        harness_before_failure();                                                                  \
        harness_after_failure((call), (want), #call, __FILE__, __LINE__);                          \
    } while (0)
void harness_before_failure(void);
void harness_after_failure(yoke_status got, yoke_status want, const char *call, const char *file,
                           int line);

/* Where a call should succeed. */
#define EXPECT_OK(call) harness_expect_ok((call), #call, __FILE__, __LINE__)
void harness_expect_ok(yoke_status got, const char *call, const char *file, int line);

/* The environment variable as a number, or `otherwise` when it is not set. */
uint64_t harness_env(const char *name, uint64_t otherwise);

/* Tagged descriptors. */
#define OF_GEMM(g) (&(const struct yoke_op){ .kind = YOKE_OP_GEMM, .gemm = (g) })
#define OF_CONV(c) (&(const struct yoke_op){ .kind = YOKE_OP_CONV, .conv = (c) })

/* Seeded random numbers, of base/random.h. */
struct rng {
    uint64_t state;
};

/* 0 .. n - 1. */
static inline size_t rng_below(struct rng *r, size_t n)
{
    return yoke_random_below(&r->state, n);
}

/* True that often. */
static inline bool rng_percent(struct rng *r, unsigned percent)
{
    return rng_below(r, 100) < percent;
}

#endif /* YOKE_TESTS_HARNESS_H */
