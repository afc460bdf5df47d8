/* test_short.c - no host memory while devices are listed, described and opened.
 * SPDX-License-Identifier: MIT
 *
 * Linked with short_memory_args, and with -Wl,--wrap for the calls of OpenCL below. */
#include <CL/cl.h>
#include <check.h>
#include <stdlib.h>

#include "harness.h"
#include "short_memory.h"

enum { MAX_CALLS = 2000, NEVER = MAX_CALLS };

/* Calls number first .. last fail from now on. */
static long calls, first = NEVER, last;

static bool fails(void)
{
    const long i = calls++;

    return i >= first && i <= last;
}

static void let_fail(long from, long to)
{
    calls = 0;
    first = from;
    last = to;
}

/* A call that returns its error, and one that hands it to the pointer `err`. */
#define WRAP(name, parameters, arguments)                                                          \
    cl_int __real_##name parameters;                                                               \
    cl_int __wrap_##name parameters;                                                               \
    cl_int __wrap_##name parameters                                                                \
    {                                                                                              \
        return fails() ? CL_OUT_OF_HOST_MEMORY : __real_##name arguments;                          \
    }
#define WRAP_CREATE(type, name, parameters, arguments)                                             \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        if (!fails()) return __real_##name arguments;                                              \
        *err = CL_OUT_OF_HOST_MEMORY;                                                              \
        return NULL;                                                                               \
    }

WRAP(clGetPlatformIDs, (cl_uint n, cl_platform_id *ids, cl_uint *count), (n, ids, count))
WRAP(clGetPlatformInfo,
     (cl_platform_id id, cl_platform_info what, size_t room, void *value, size_t *size),
     (id, what, room, value, size))
WRAP(clGetDeviceIDs,
     (cl_platform_id id, cl_device_type type, cl_uint n, cl_device_id *ids, cl_uint *count),
     (id, type, n, ids, count))
WRAP(clGetDeviceInfo,
     (cl_device_id id, cl_device_info what, size_t room, void *value, size_t *size),
     (id, what, room, value, size))
WRAP_CREATE(cl_context, clCreateContext,
            (const cl_context_properties *properties, cl_uint n, const cl_device_id *ids,
             void(CL_CALLBACK *tell)(const char *, const void *, size_t, void *), void *user,
             cl_int *err),
            (properties, n, ids, tell, user, err))
WRAP_CREATE(cl_command_queue, clCreateCommandQueue,
            (cl_context context, cl_device_id id, cl_command_queue_properties properties,
             cl_int *err),
            (context, id, properties, err))

static yoke_status make_system(void)
{
    yoke_system *sys = NULL;
    const yoke_status st = yoke_system_create(&sys);

    yoke_system_destroy(&sys);
    return st;
}

static yoke_status make_team(void)
{
    yoke_team *team = NULL;
    const yoke_status st = yoke_team_create(NULL, &team);

    yoke_team_destroy(&team);
    return st;
}

static yoke_status make_named(void)
{
    const struct yoke_team_params params = { .select = "0:0" };
    yoke_team *team = NULL;
    const yoke_status st = yoke_team_create(&params, &team);

    yoke_team_destroy(&team);
    return st;
}

static yoke_status (*const makers[])(void) = { make_system, make_team, make_named };
enum { N_MAKERS = sizeof makers / sizeof *makers };

/* From the n-th call on nothing has memory: no other status until n is past the last call. */
START_TEST(no_memory_from_some_call_on)
{
    yoke_status st;
    long n = 0;

    do {
        let_fail(n, NEVER);
        st = makers[_i]();
        let_fail(NEVER, 0);
        if (st == YOKE_OK) break;
        ck_assert_msg(st == YOKE_ERR_NO_MEMORY, "call %ld: %s, %s", n, yoke_status_name(st),
                      yoke_last_error());
    } while (++n < MAX_CALLS);
    ck_assert_int_gt(n, 30);
    ck_assert_int_lt(n, MAX_CALLS);
    ck_assert_int_eq(makers[_i](), YOKE_OK);
}
END_TEST

/* One call alone: what lacks the answer is left out, or the status says why. */
START_TEST(no_memory_for_one_call)
{
    long n = 0, n_refused = 0;

    do {
        let_fail(n, n);
        const yoke_status st = makers[_i]();
        const long made = calls;
        let_fail(NEVER, 0);
        if (st != YOKE_OK) ck_assert_int_eq(st, YOKE_ERR_NO_MEMORY);
        n_refused += st != YOKE_OK;
        if (made <= n) break;
    } while (++n < MAX_CALLS);
    ck_assert_int_lt(n, MAX_CALLS);
    ck_assert_int_gt(n_refused, 0);
}
END_TEST

static size_t count_platforms(void)
{
    yoke_system *sys = NULL;

    ck_assert_int_eq(yoke_system_create(&sys), YOKE_OK);
    const size_t n = yoke_system_platform_count(sys);
    yoke_system_destroy(&sys);
    return n;
}

/* The same for Yoke's own allocations; what only a later platform lacks leaves devices of others.
 */
START_TEST(no_memory_from_some_allocation_on)
{
    const size_t n_platforms = count_platforms();
    yoke_status st;
    long n = 0, failures;

    do {
        short_memory_after(n);
        st = makers[_i]();
        failures = short_memory_after(-1);
        if (failures == 0) break;
        ck_assert_msg(st == YOKE_ERR_NO_MEMORY || (st == YOKE_OK && n_platforms > 1),
                      "allocation %ld: %s, %s", n, yoke_status_name(st), yoke_last_error());
    } while (++n < MAX_CALLS);
    ck_assert_int_gt(n, 5);
    ck_assert_int_lt(n, MAX_CALLS);
    ck_assert_int_eq(st, YOKE_OK);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("short");
    TCase *tc = tcase_create("device");

    tcase_add_loop_test(tc, no_memory_from_some_call_on, 0, N_MAKERS);
    tcase_add_loop_test(tc, no_memory_for_one_call, 0, N_MAKERS);
    tcase_add_loop_test(tc, no_memory_from_some_allocation_on, 0, N_MAKERS);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
