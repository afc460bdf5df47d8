/* test_stack.c - threads whose stack is too small for a driver's compiler.
 * SPDX-License-Identifier: MIT */
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"

#ifdef __SANITIZE_ADDRESS__
enum { STACK_BYTES = 512 << 10 }; /* its frames are larger */
#else
enum { STACK_BYTES = 80 << 10 };
#endif
enum { N = 40 };

/* What a program does from nothing on; in a source that no cache has. */
static yoke_status live(void)
{
    char source[256];
    const struct yoke_kernel_params bad = { .source = "nonsense", .name = "set" };
    struct yoke_kernel_params own = { .source = source, .name = "set" };
    const struct yoke_gemm g = { .M = N, .N = N, .K = N };
    static float ones[N * N], out[N * N];
    const struct yoke_buffer_params params = { .size_bytes = sizeof out };
    const struct yoke_launch launch = { .global = { N * N } };
    yoke_kernel *kernel = NULL;

    snprintf(source, sizeof source,
             "__kernel void set(__global float *y) { y[get_global_id(0)] = %ld * 0 + 7; }",
             (long)getpid());
    harness_open_device();
    for (size_t i = 0; i < N * N; i++)
        ones[i] = 1;
    EXPECT_FAILURE(yoke_kernel_create(test_device, &bad, &kernel), YOKE_ERR_BUILD);
    EXPECT_OK(yoke_kernel_create(test_device, &own, &kernel));
    yoke_buffer *buf;
    EXPECT_OK(yoke_buffer_create(test_device, &params, &buf));
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(buf) };
    EXPECT_OK(yoke_kernel_enqueue(test_queue, kernel, &launch, args, 1, NULL));
    EXPECT_OK(yoke_buffer_read(test_queue, buf, 0, out, sizeof out));
    ck_assert_float_eq(out[N], 7);
    EXPECT_OK(yoke_gemm_run(test_team, &g, out, ones, ones, NULL));
    ck_assert_float_eq(out[N], N);
    yoke_buffer_destroy(&buf);
    yoke_kernel_destroy(&kernel);
    harness_close_device(); /* fetches binaries */
    return YOKE_OK;
}

static void *in_thread(void *done)
{
    *(bool *)done = live() == YOKE_OK;
    return NULL;
}

static void live_on_small_stack(void)
{
    pthread_attr_t attr;
    pthread_t thread;
    bool done = false;

    ck_assert_int_eq(pthread_attr_init(&attr), 0);
    ck_assert_int_eq(pthread_attr_setstacksize(&attr, STACK_BYTES), 0);
    ck_assert_int_eq(pthread_create(&thread, &attr, in_thread, &done), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attr);
    ck_assert(done);
}

/* Caches of this process alone: everything is compiled. */
static void forget_caches(char dir[])
{
    ck_assert_ptr_nonnull(mkdtemp(dir));
    setenv("YOKE_CACHE", "1", 1);
    setenv("YOKE_CACHE_DIR", dir, 1);
    setenv("POCL_KERNEL_CACHE", "0", 1);
}

static void remove_caches(const char *dir)
{
    char command[300];

    ck_assert_int_eq(strncmp(dir, "/tmp/", 5), 0);
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    ck_assert_int_eq(system(command), 0);
}

START_TEST(all_of_a_life)
{
    char dir[] = "/tmp/yoke-stack-XXXXXX";

    forget_caches(dir);
    live_on_small_stack();
    remove_caches(dir);
}
END_TEST

/* Kernels of this one run in the thread that queues them. */
START_TEST(with_kernels_on_it)
{
    char dir[] = "/tmp/yoke-stack-XXXXXX";

    forget_caches(dir);
    setenv("POCL_DEVICES", "basic", 1);
    live_on_small_stack();
    remove_caches(dir);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("stack");
    TCase *tc = tcase_create("device");

    tcase_add_test(tc, all_of_a_life);
    tcase_add_test(tc, with_kernels_on_it);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
