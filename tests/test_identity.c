/* test_identity.c - programs and notes of one environment do not serve another.
 * SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/device.h"
#include "harness.h"

static char cache[64];

/* An own cache of binaries, also where the harness would spare them. */
static void make_cache(void)
{
    strcpy(cache, "/tmp/yoke-identity-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(cache));
    setenv("YOKE_CACHE_DIR", cache, 1);
    setenv("YOKE_CACHE", "1", 1);
    unsetenv("CL_CONFIG_CPU_TARGET_ARCH");
    unsetenv("CUDA_CACHE_PATH");
}

static void remove_cache(void)
{
    char command[96];

    snprintf(command, sizeof command, "rm -rf %s", cache);
    ck_assert_int_eq(system(command), 0);
}

/* Run a kernel in a process' worth of a team; the binaries that are stored then. */
static size_t run_and_count(void)
{
    static const char source[] = "__kernel void one(__global int *x) { x[0] = 1; }";
    const struct yoke_kernel_params params = { .source = source, .name = "one" };
    const struct yoke_buffer_params memory = { .size_bytes = sizeof(int) };
    const struct yoke_launch launch = { .global = { 1 } };
    struct yoke_cache_info *info;
    yoke_kernel *kernel = NULL;
    yoke_buffer *buf = NULL;
    int x = 0;

    harness_open_device();
    EXPECT_OK(yoke_kernel_create(test_device, &params, &kernel));
    EXPECT_OK(yoke_buffer_create(test_device, &memory, &buf));
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(buf) };
    EXPECT_OK(yoke_kernel_enqueue(test_queue, kernel, &launch, args, 1, NULL));
    EXPECT_OK(yoke_buffer_read(test_queue, buf, 0, &x, sizeof x));
    ck_assert_int_eq(x, 1);
    yoke_kernel_destroy(&kernel);
    yoke_buffer_destroy(&buf);
    harness_close_device();
    EXPECT_OK(yoke_cache_info_create(&info));
    const size_t n = info->n_entries;
    yoke_cache_info_destroy(&info);
    return n;
}

/* Whether or not this driver obeys the variable. */
START_TEST(binaries_of_another_environment_are_not_used)
{
    const size_t n = run_and_count();

    if (n == 0) return; /* a driver without binaries */
    ck_assert_uint_eq(run_and_count(), n);
    setenv("CUDA_CACHE_PATH", cache, 1);
    ck_assert_uint_eq(run_and_count(), n);
    setenv("CL_CONFIG_CPU_TARGET_ARCH", "corei7", 1);
    ck_assert_uint_eq(run_and_count(), 2 * n);
    unsetenv("CL_CONFIG_CPU_TARGET_ARCH");
    ck_assert_uint_eq(run_and_count(), 2 * n);
}
END_TEST

static void identify(char text[YOKE_IDENTITY_MAX])
{
    harness_open_device();
    yoke_device_identity(test_device, text, YOKE_IDENTITY_MAX);
    harness_close_device();
}

START_TEST(identity_has_environment_and_processor)
{
    char plain[YOKE_IDENTITY_MAX], innocent[YOKE_IDENTITY_MAX], steered[YOKE_IDENTITY_MAX];
    char processor[YOKE_PROCESSOR_HEX];

    identify(plain);
    setenv("CUDA_CACHE_PATH", cache, 1);
    identify(innocent);
    setenv("CL_CONFIG_CPU_TARGET_ARCH", "corei7", 1);
    identify(steered);
    ck_assert_str_eq(innocent, plain);
    ck_assert_str_ne(steered, plain);
    ck_assert(yoke_processor_identity(processor));
    harness_open_device();
    const bool on_host = yoke_device_get_info(test_device)->type == YOKE_DEVICE_CPU ||
                         (yoke_device_quirks(test_device) & YOKE_QUIRK_HOST_CORES);
    ck_assert_str_eq(test_device->rec.processor, on_host ? processor : "");
    ck_assert_int_eq(strstr(plain, processor) != NULL, on_host);
    harness_close_device();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("identity");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, make_cache, remove_cache);
    tcase_add_test(tc, binaries_of_another_environment_are_not_used);
    tcase_add_test(tc, identity_has_environment_and_processor);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
