/* test_tensor.c - arrays of several dimensions: elements, spans, order.
 * SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <string.h>

#include "unit.h"
#include "yoke/yoke.h"

enum { HALF = sizeof(size_t) * 4 }; /* bits */

static const size_t two_to_half = (size_t)1 << HALF;

static struct yoke_tensor dense(enum yoke_type type, size_t rank, const size_t *dims)
{
    struct yoke_tensor t;

    ck_assert_int_eq(yoke_tensor_dense(&t, type, rank, dims), YOKE_OK);
    ck_assert_int_eq(t.type, type);
    ck_assert_uint_eq(t.rank, rank);
    ck_assert(yoke_tensor_is_dense(&t));
    return t;
}

static size_t extent(const struct yoke_tensor *t)
{
    size_t n = 77;

    ck_assert_int_eq(yoke_tensor_extent(t, &n), YOKE_OK);
    return n;
}

static void expect_refused(yoke_status st)
{
    ck_assert_int_eq(st, YOKE_ERR_INVALID);
    ck_assert_str_ne(yoke_last_error(), "");
}

START_TEST(dense_tensors_are_row_major)
{
    const size_t dims[] = { 2, 3, 4 };
    const struct yoke_tensor t = dense(YOKE_F16, 3, dims), one = dense(YOKE_F64, 0, NULL);

    ck_assert_uint_eq(t.strides[0], 12);
    ck_assert_uint_eq(t.strides[1], 4);
    ck_assert_uint_eq(t.strides[2], 1);
    for (size_t d = 3; d < YOKE_TENSOR_RANK_MAX; d++)
        ck_assert(t.dims[d] == 0 && t.strides[d] == 0);
    ck_assert_uint_eq(yoke_tensor_elements(&t), 24);
    ck_assert_uint_eq(extent(&t), 24);
    ck_assert_uint_eq(yoke_tensor_elements(&one), 1);
    ck_assert_uint_eq(extent(&one), 1);
}
END_TEST

START_TEST(empty_tensors_span_nothing)
{
    const size_t dims[] = { SIZE_MAX, 0, SIZE_MAX };
    struct yoke_tensor t = dense(YOKE_F32, 3, dims);

    ck_assert_uint_eq(yoke_tensor_elements(&t), 0);
    ck_assert_uint_eq(extent(&t), 0);
    t.strides[0] = 5;
    ck_assert(yoke_tensor_is_dense(&t));
}
END_TEST

/* A padded matrix, its transpose, a row that is repeated, and a single column. */
START_TEST(strides_count)
{
    struct yoke_tensor t = { .type = YOKE_F32, .rank = 2, .dims = { 3, 4 }, .strides = { 10, 1 } };

    ck_assert_uint_eq(extent(&t), 24);
    ck_assert(!yoke_tensor_is_dense(&t));
    t.strides[0] = 1;
    t.strides[1] = 3;
    ck_assert_uint_eq(extent(&t), 12);
    ck_assert(!yoke_tensor_is_dense(&t));
    t.strides[0] = 0;
    t.strides[1] = 1;
    ck_assert_uint_eq(extent(&t), 4);
    ck_assert_uint_eq(yoke_tensor_elements(&t), 12);
    ck_assert(!yoke_tensor_is_dense(&t));
    t.dims[1] = 1;
    t.strides[0] = 1;
    t.strides[1] = 99;
    ck_assert_uint_eq(extent(&t), 3);
    ck_assert(yoke_tensor_is_dense(&t));
}
END_TEST

/* Just what a size_t counts, and one more; in elements, and in bytes alone. */
START_TEST(overflow_is_refused)
{
    const size_t most[] = { 2, SIZE_MAX / 2 }, dims[] = { two_to_half, two_to_half };
    struct yoke_tensor t = dense(YOKE_S8, 2, most), before;
    size_t n = 77;

    ck_assert_uint_eq(yoke_tensor_elements(&t), SIZE_MAX - 1);
    ck_assert_uint_eq(extent(&t), SIZE_MAX - 1);
    t.strides[0]++;
    ck_assert_uint_eq(extent(&t), SIZE_MAX);
    t.strides[0]++;
    expect_refused(yoke_tensor_extent(&t, &n));
    ck_assert_uint_eq(n, 0);
    t.strides[0] = 0;
    t.strides[1] = 3;
    expect_refused(yoke_tensor_extent(&t, &n));

    t = dense(YOKE_S8, 0, NULL);
    memcpy(&before, &t, sizeof t);
    expect_refused(yoke_tensor_dense(&t, YOKE_F16, 2, most));
    expect_refused(yoke_tensor_dense(&t, YOKE_S8, 2, dims));
    ck_assert_mem_eq(&t, &before, sizeof t);
    t = (struct yoke_tensor){ .type = YOKE_S8, .rank = 2, .dims = { two_to_half, two_to_half } };
    ck_assert_uint_eq(yoke_tensor_elements(&t), SIZE_MAX);
    ck_assert_uint_eq(extent(&t), 1);
    ck_assert(!yoke_tensor_is_dense(&t));
    t = (struct yoke_tensor){
        .type = YOKE_F64, .rank = 1, .dims = { SIZE_MAX / 8 + 1 }, .strides = { 1 }
    };
    expect_refused(yoke_tensor_extent(&t, &n));
    t.dims[0]--;
    ck_assert_uint_eq(extent(&t), SIZE_MAX / 8);
}
END_TEST

START_TEST(bad_arguments_are_refused)
{
    const size_t dims[YOKE_TENSOR_RANK_MAX + 1] = { 1, 1, 1, 1, 1, 1, 1, 1, 1 };
    struct yoke_tensor t = dense(YOKE_F32, YOKE_TENSOR_RANK_MAX, dims);
    size_t n;

    expect_refused(yoke_tensor_dense(NULL, YOKE_F32, 1, dims));
    expect_refused(yoke_tensor_dense(&t, YOKE_F32, 1, NULL));
    expect_refused(yoke_tensor_dense(&t, (enum yoke_type)99, 1, dims));
    expect_refused(yoke_tensor_dense(&t, YOKE_F32, YOKE_TENSOR_RANK_MAX + 1, dims));
    expect_refused(yoke_tensor_extent(NULL, &n));
    expect_refused(yoke_tensor_extent(&t, NULL));
    t.type = (enum yoke_type)99;
    expect_refused(yoke_tensor_extent(&t, &n));
    t.type = YOKE_F32;
    t.rank = YOKE_TENSOR_RANK_MAX + 1;
    expect_refused(yoke_tensor_extent(&t, &n));
    ck_assert_uint_eq(yoke_tensor_elements(&t), 0);
    ck_assert_uint_eq(yoke_tensor_elements(NULL), 0);
    ck_assert(!yoke_tensor_is_dense(&t));
    ck_assert(!yoke_tensor_is_dense(NULL));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tensor");
    TCase *tc = tcase_create("tensor");

    tcase_add_test(tc, dense_tensors_are_row_major);
    tcase_add_test(tc, empty_tensors_span_nothing);
    tcase_add_test(tc, strides_count);
    tcase_add_test(tc, overflow_is_refused);
    tcase_add_test(tc, bad_arguments_are_refused);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
