/* test_kernel.c - a caller's own kernel. SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness.h"

// clang-format off
static const char saxpy_source[] =
    "__kernel void saxpy(__global float *y, __global const float *x, const float a, const int n)\n"
    "{\n"
    "    const int i = (int)get_global_id(0);\n"
    "    if (i < n) y[i] += a * x[i];\n"
    "}\n";
// clang-format on

/* Sums its work-group in local memory; writes the group's sum and its size. */
// clang-format off
static const char sum_source[] =
    "__kernel void sum(__global int *out, __local int *tmp)\n"
    "{\n"
    "    const size_t lid = get_local_id(0);\n"
    "    tmp[lid] = (int)get_global_id(0) * FACTOR;\n"
    "    barrier(CLK_LOCAL_MEM_FENCE);\n"
    "    if (lid == 0) {\n"
    "        int s = 0;\n"
    "        for (size_t i = 0; i < get_local_size(0); i++) s += tmp[i];\n"
    "        out[2 * get_group_id(0)] = s;\n"
    "        out[2 * get_group_id(0) + 1] = (int)get_local_size(0);\n"
    "    }\n"
    "}\n";
// clang-format on

#define N 1000

static yoke_kernel *saxpy;
static yoke_buffer *x_buf, *y_buf;
static float a = 3.0f;
static int n = N;

static void setup(void)
{
    const struct yoke_kernel_params params = { .source = saxpy_source, .name = "saxpy" };
    struct yoke_buffer_params memory = { .size_bytes = N * sizeof(float) };
    float v[N];

    setenv("YOKE_CACHE", "1", 0); /* all tests but the first take the kernel from disk */
    harness_open_device();
    EXPECT_OK(yoke_kernel_create(test_device, &params, &saxpy));
    for (int i = 0; i < N; i++)
        v[i] = (float)i;
    memory.initial = v;
    EXPECT_OK(yoke_buffer_create(test_device, &memory, &x_buf));
    EXPECT_OK(yoke_buffer_create(test_device, &memory, &y_buf));
}

static void teardown(void)
{
    yoke_buffer_destroy(&x_buf);
    yoke_buffer_destroy(&y_buf);
    yoke_kernel_destroy(&saxpy);
    harness_close_device();
}

static void expect_y(float factor)
{
    float y[N];

    EXPECT_OK(yoke_buffer_read(test_queue, y_buf, 0, y, sizeof y));
    for (int i = 0; i < N; i++)
        ck_assert_msg(y[i] == factor * (float)i, "y[%d] is %g, not %g", i, (double)y[i],
                      (double)(factor * (float)i));
}

START_TEST(own_kernel_runs)
{
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(y_buf), YOKE_ARG_BUFFER(x_buf),
                                     YOKE_ARG_VALUE(a), YOKE_ARG_VALUE(n) };
    const struct yoke_launch any = { .global = { N } };
    const struct yoke_launch rounded = { .global = { N }, .local = { 16 } }; /* 16 * 62.5 */
    yoke_event *ev = NULL;

    EXPECT_OK(yoke_kernel_enqueue(test_queue, saxpy, &any, args, 4, &ev));
    ck_assert_ptr_nonnull(ev);
    EXPECT_OK(yoke_event_wait(ev));
    yoke_event_destroy(&ev);
    expect_y(4.0f);
    EXPECT_OK(yoke_kernel_enqueue(test_queue, saxpy, &rounded, args, 4, NULL));
    EXPECT_OK(yoke_queue_finish(test_queue));
    expect_y(7.0f);
}
END_TEST

START_TEST(launches_run_in_order_and_copy_values)
{
    const struct yoke_launch launch = { .global = { N } };
    float factor = 1.0f;

    for (int i = 0; i < 10; i++) {
        const struct yoke_arg args[] = { YOKE_ARG_BUFFER(y_buf), YOKE_ARG_BUFFER(y_buf),
                                         YOKE_ARG_VALUE(factor), YOKE_ARG_VALUE(n) };
        factor = 1.0f; /* y += y */
        EXPECT_OK(yoke_kernel_enqueue(test_queue, saxpy, &launch, args, 4, NULL));
        factor = 100.0f;
    }
    expect_y(1024.0f);
}
END_TEST

START_TEST(options_and_local_memory_reach_the_kernel)
{
    char options[8192]; /* long, and what counts at the end */
    const struct yoke_kernel_params params = { sum_source, "sum", options };
    const struct yoke_launch launch = { .global = { 8 }, .local = { 1 } };
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(y_buf), YOKE_ARG_LOCAL(sizeof(int)) };
    yoke_kernel *sum = NULL;
    int out[16];

    for (size_t i = 0; i < sizeof options; i++)
        options[i] = " -DUNUSED"[i % 9];
    strcpy(options + 9 * (sizeof options / 9 - 4), " -DFACTOR=5");
    EXPECT_OK(yoke_kernel_create(test_device, &params, &sum));
    EXPECT_OK(yoke_kernel_enqueue(test_queue, sum, &launch, args, 2, NULL));
    EXPECT_OK(yoke_buffer_read(test_queue, y_buf, 0, out, sizeof out));
    for (int i = 0; i < 8; i++) {
        ck_assert_int_eq(out[2 * i], 5 * i);
        ck_assert_int_eq(out[2 * i + 1], 1);
    }
    yoke_kernel_destroy(&sum);
    ck_assert_ptr_null(sum);
}
END_TEST

START_TEST(source_that_does_not_compile_is_refused)
{
    const struct yoke_kernel_params params = { .source = "__kernel void f(void) { no_such_word }",
                                               .name = "f" };
    yoke_kernel *kernel = saxpy;

    EXPECT_FAILURE(yoke_kernel_create(test_device, &params, &kernel), YOKE_ERR_BUILD);
    ck_assert_ptr_null(kernel);
    EXPECT_FAILURE(yoke_kernel_create(test_device, &params, &kernel), YOKE_ERR_BUILD);
}
END_TEST

START_TEST(missing_fields_and_names_are_refused)
{
    const struct yoke_kernel_params no_source = { .name = "saxpy" };
    const struct yoke_kernel_params no_name = { .source = saxpy_source };
    const struct yoke_kernel_params other = { .source = saxpy_source, .name = "daxpy" };
    const struct yoke_kernel_params good = { .source = saxpy_source, .name = "saxpy" };
    yoke_kernel *kernel = saxpy;

    EXPECT_FAILURE(yoke_kernel_create(test_device, &other, &kernel), YOKE_ERR_INVALID);
    ck_assert_ptr_null(kernel);
    EXPECT_FAILURE(yoke_kernel_create(test_device, &no_source, &kernel), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_kernel_create(test_device, &no_name, &kernel), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_kernel_create(test_device, NULL, &kernel), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_kernel_create(NULL, &good, &kernel), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_kernel_create(test_device, &good, NULL), YOKE_ERR_INVALID);
}
END_TEST

static void expect_refused(const struct yoke_launch *launch, const struct yoke_arg *args,
                           size_t n_args, yoke_status want)
{
    yoke_event *ev = (yoke_event *)&n; /* to be overwritten */

    EXPECT_FAILURE(yoke_kernel_enqueue(test_queue, saxpy, launch, args, n_args, &ev), want);
    ck_assert_ptr_null(ev);
    expect_y(1.0f);
}

START_TEST(wrong_arguments_are_refused)
{
    const struct yoke_launch launch = { .global = { N } };
    const double wide = 3.0;
    const short narrow = 3;
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(y_buf), YOKE_ARG_BUFFER(x_buf),
                                     YOKE_ARG_VALUE(a), YOKE_ARG_VALUE(n), YOKE_ARG_VALUE(n) };
    const struct yoke_arg wrong[] = {
        YOKE_ARG_VALUE(wide), YOKE_ARG_VALUE(narrow), YOKE_ARG_BUFFER(x_buf),
        YOKE_ARG_LOCAL(4),    YOKE_ARG_LOCAL(8),
    };

    expect_refused(&launch, args, 3, YOKE_ERR_INVALID);
    expect_refused(&launch, args, 5, YOKE_ERR_INVALID);
    expect_refused(&launch, NULL, 0, YOKE_ERR_INVALID);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const struct yoke_arg for_a[] = { args[0], args[1], wrong[i], args[3] };
        expect_refused(&launch, for_a, 4, YOKE_ERR_INVALID);
    }
    for (size_t i = 0; i < 2; i++) {
        const struct yoke_arg for_x[] = { args[0], wrong[i], args[2], args[3] };
        expect_refused(&launch, for_x, 4, YOKE_ERR_INVALID);
    }
}
END_TEST

START_TEST(wrong_launches_are_refused)
{
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(y_buf), YOKE_ARG_BUFFER(x_buf),
                                     YOKE_ARG_VALUE(a), YOKE_ARG_VALUE(n) };
    const struct yoke_launch empty = { .global = { 0 } };
    const struct yoke_launch gap = { .global = { 0, 4 } };
    struct yoke_launch large = { .global = { N } };

    expect_refused(&empty, args, 4, YOKE_ERR_INVALID);
    expect_refused(&gap, args, 4, YOKE_ERR_INVALID);
    large.local[0] = yoke_device_get_info(test_device)->max_group + 1;
    expect_refused(&large, args, 4, YOKE_ERR_LIMIT);
}
END_TEST

/* Two bytes past what the device has: by an argument, by two, and beside what the kernel declares.
 */
START_TEST(too_much_local_memory_is_refused)
{
    static const char source[] =
        "__kernel void local_sum(__global int *out, __local int *a, __local int *b)\n"
        "{\n"
        "    __local int own[256];\n"
        "    own[get_local_id(0)] = 1;\n"
        "    a[0] = b[0] = 2;\n"
        "    barrier(CLK_LOCAL_MEM_FENCE);\n"
        "    out[0] = own[0] + a[0] + b[0];\n"
        "}\n";
    const struct yoke_kernel_params params = { .source = source, .name = "local_sum" };
    const size_t all = (size_t)yoke_device_get_info(test_device)->local_bytes, own = 256 * 4;
    const struct yoke_launch launch = { .global = { 1 }, .local = { 1 } };
    const struct {
        size_t a, b;
    } bad[] = { { all + 4, 4 },
                { all, 4 },
                { all / 2, all / 2 + 4 },
                { all - own, 4 },
                { SIZE_MAX, SIZE_MAX } };
    yoke_kernel *k;

    EXPECT_OK(yoke_kernel_create(test_device, &params, &k));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct yoke_arg args[] = { YOKE_ARG_BUFFER(y_buf), YOKE_ARG_LOCAL(bad[i].a),
                                         YOKE_ARG_LOCAL(bad[i].b) };
        EXPECT_FAILURE(yoke_kernel_enqueue(test_queue, k, &launch, args, 3, NULL), YOKE_ERR_LIMIT);
    }
    const struct yoke_arg good[] = { YOKE_ARG_BUFFER(y_buf), YOKE_ARG_LOCAL(64),
                                     YOKE_ARG_LOCAL(64) };
    EXPECT_OK(yoke_kernel_enqueue(test_queue, k, &launch, good, 3, NULL));
    EXPECT_OK(yoke_queue_finish(test_queue));
    yoke_kernel_destroy(&k);
}
END_TEST

START_TEST(null_is_refused)
{
    const struct yoke_launch launch = { .global = { N } };
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(y_buf), YOKE_ARG_BUFFER(x_buf),
                                     YOKE_ARG_VALUE(a), YOKE_ARG_VALUE(n) };

    EXPECT_FAILURE(yoke_kernel_enqueue(NULL, saxpy, &launch, args, 4, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_kernel_enqueue(test_queue, NULL, &launch, args, 4, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_kernel_enqueue(test_queue, saxpy, NULL, args, 4, NULL), YOKE_ERR_INVALID);
    EXPECT_FAILURE(yoke_kernel_enqueue(test_queue, saxpy, &launch, NULL, 4, NULL),
                   YOKE_ERR_INVALID);
    expect_y(1.0f);
}
END_TEST

/* Also after a pause that is longer than anybody looks before he sleeps. */
START_TEST(launches_in_a_row_are_waited_for)
{
    enum { LAUNCHES = 60, IN_A_ROW = 20 };
    const struct yoke_launch launch = { .global = { N } };
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(y_buf), YOKE_ARG_BUFFER(x_buf),
                                     YOKE_ARG_VALUE(a), YOKE_ARG_VALUE(n) };
    yoke_event *done;

    for (int i = 1; i <= LAUNCHES; i++) {
        EXPECT_OK(yoke_kernel_enqueue(test_queue, saxpy, &launch, args, 4, &done));
        EXPECT_OK(yoke_event_wait(done));
        yoke_event_destroy(&done);
        if (i % IN_A_ROW == 0) nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
    }
    expect_y(1.0f + LAUNCHES * a);
    EXPECT_OK(yoke_kernel_enqueue(test_queue, saxpy, &launch, args, 4, &done));
    EXPECT_OK(yoke_event_wait(done));
    yoke_event_destroy(&done);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("kernel");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, own_kernel_runs);
    tcase_add_test(tc, launches_run_in_order_and_copy_values);
    tcase_add_test(tc, options_and_local_memory_reach_the_kernel);
    tcase_add_test(tc, source_that_does_not_compile_is_refused);
    tcase_add_test(tc, missing_fields_and_names_are_refused);
    tcase_add_test(tc, wrong_arguments_are_refused);
    tcase_add_test(tc, wrong_launches_are_refused);
    tcase_add_test(tc, too_much_local_memory_is_refused);
    tcase_add_test(tc, null_is_refused);
    tcase_add_test(tc, launches_in_a_row_are_waited_for);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
