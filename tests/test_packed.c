/* test_packed.c - products with packed operands. SPDX-License-Identifier: MIT
 *
 * Whole numbers, so that every way to the product has the same result, which products without
 * packing (tested by test_ops) give. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/element.h"
#include "harness.h"

static void *numbers(enum yoke_type type, size_t n, unsigned step)
{
    const size_t parts = yoke_type_parts(type);
    char *x = malloc(n * yoke_type_size(type) + 1);

    ck_assert_ptr_nonnull(x);
    for (size_t i = 0; i < n * parts; i++)
        yoke_element_set(type, x, i, (double)(i * step % 5) - 2.0);
    return x;
}

static bool has_type(enum yoke_type type)
{
    return !yoke_type_is_double(type) || yoke_device_get_info(test_device)->fp64;
}

/* The arrays of a product, with room for every transposition and gap. */
struct product {
    struct yoke_gemm gemm;
    void *A, *B, *C, *want;
    size_t n_c;
};

static struct product make(struct yoke_gemm g)
{
    const size_t batch = g.batch ? g.batch : 1;
    struct product p = { .gemm = g, .n_c = batch * g.M * g.N };

    p.A = numbers(g.type, batch * (g.M + 3) * (g.K + 3), 3);
    p.B = numbers(g.type, batch * (g.N + 3) * (g.K + 3), 7);
    p.C = numbers(yoke_type_result(g.type), p.n_c, 2);
    p.want = numbers(yoke_type_result(g.type), p.n_c, 2);
    return p;
}

static void destroy(struct product *p)
{
    free(p->A);
    free(p->B);
    free(p->C);
    free(p->want);
}

static void check_run(const struct product *p, bool pack_a, bool pack_b)
{
    const size_t bytes = p->n_c * yoke_type_size(yoke_type_result(p->gemm.type));
    yoke_gemm_packed *a = NULL, *b = NULL;
    struct yoke_gemm g = p->gemm;

    ck_assert_msg(yoke_gemm_run(test_team, &g, p->want, p->A, p->B, NULL) == YOKE_OK, "%s",
                  yoke_last_error());
    if (pack_a)
        ck_assert_msg(yoke_gemm_pack(test_team, &g, YOKE_GEMM_SIDE_A, p->A, &a) == YOKE_OK, "%s",
                      yoke_last_error());
    if (pack_b)
        ck_assert_msg(yoke_gemm_pack(test_team, &g, YOKE_GEMM_SIDE_B, p->B, &b) == YOKE_OK, "%s",
                      yoke_last_error());
    g.packed_a = a;
    g.packed_b = b;
    memset(p->C, 0xff, bytes);
    for (int again = 0; again < 2; again++)
        ck_assert_msg(yoke_gemm_run(test_team, &g, p->C, pack_a ? NULL : p->A, pack_b ? NULL : p->B,
                                    NULL) == YOKE_OK,
                      "%s", yoke_last_error());
    ck_assert_msg(memcmp(p->C, p->want, bytes) == 0, "%s %zu x %zu x %zu, packed %d %d: differs",
                  yoke_type_name(g.type), g.M, g.N, g.K, pack_a, pack_b);
    yoke_gemm_packed_destroy(&a);
    yoke_gemm_packed_destroy(&b);
}

START_TEST(packing_changes_no_result)
{
    static const size_t dims[][3] = {
        { 1, 1, 1 }, { 13, 33, 5 }, { 97, 70, 41 }, { 24, 200, 1100 }
    };
    static const enum yoke_type types[] = { YOKE_F32, YOKE_F16, YOKE_C128, YOKE_S8 };
    const enum yoke_type type = types[_i];

    for (size_t i = 0; has_type(type) && i < 2 * 4 * 4; i++) {
        const size_t *d = dims[i / 8];
        struct product p = make((struct yoke_gemm){ .M = d[0],
                                                    .N = d[1],
                                                    .K = d[2],
                                                    .type = type,
                                                    .order = (enum yoke_order)(i / 4 % 2),
                                                    .trans_a = i % 2,
                                                    .trans_b = i / 2 % 2,
                                                    .conj_a = i % 3 == 0,
                                                    .conj_b = i % 3 == 1 });
        check_run(&p, true, false);
        check_run(&p, false, true);
        check_run(&p, true, true);
        destroy(&p);
    }
}
END_TEST

START_TEST(batches_gaps_and_shared_operands)
{
    struct product p = make((struct yoke_gemm){ .M = 29, .N = 45, .K = 17, .batch = 3 });

    check_run(&p, true, true);
    p.gemm.stride_a = YOKE_STRIDE_SHARED;
    check_run(&p, true, true);
    p.gemm.lda = 19;
    p.gemm.ldb = 47;
    p.gemm.offset_a = 3;
    p.gemm.offset_b = 1;
    p.gemm.stride_b = 17 * 47;
    check_run(&p, true, true);
    destroy(&p);
}
END_TEST

/* C := beta C, and nothing is read. */
START_TEST(nothing_to_sum)
{
    const double two = 2.0;
    struct yoke_gemm g = { .M = 3, .N = 2, .beta = &two };
    float C[6] = { 1, 2, 3, 4, 5, 6 }, none = 0;
    yoke_gemm_packed *b;

    ck_assert_int_eq(yoke_gemm_pack(test_team, &g, YOKE_GEMM_SIDE_B, &none, &b), YOKE_OK);
    g.packed_b = b;
    ck_assert_msg(yoke_gemm_run(test_team, &g, C, &none, NULL, NULL) == YOKE_OK, "%s",
                  yoke_last_error());
    for (int i = 0; i < 6; i++)
        ck_assert_float_eq(C[i], 2.0f * (float)(i + 1));
    yoke_gemm_packed_destroy(&b);
}
END_TEST

/* Large enough to be cut where a team has several devices. */
START_TEST(large_products)
{
    for (int type = YOKE_F32; type <= YOKE_F16; type += YOKE_F16) {
        struct product p =
            make((struct yoke_gemm){ .M = 700, .N = 530, .K = 300, .type = (enum yoke_type)type });
        check_run(&p, true, false);
        check_run(&p, false, true);
        destroy(&p);
    }
}
END_TEST

START_TEST(from_a_buffer)
{
    struct product p = make((struct yoke_gemm){ .M = 37, .N = 66, .K = 20, .trans_b = true });
    const struct yoke_buffer_params a = { .size_bytes = 37 * 20 * 4, .initial = p.A },
                                    b = { .size_bytes = 66 * 20 * 4, .initial = p.B },
                                    c = { .size_bytes = 37 * 66 * 4 };
    yoke_buffer *A, *B, *C;
    yoke_gemm_packed *packed;

    ck_assert_int_eq(yoke_buffer_create(test_device, &a, &A), YOKE_OK);
    ck_assert_int_eq(yoke_buffer_create(test_device, &b, &B), YOKE_OK);
    ck_assert_int_eq(yoke_buffer_create(test_device, &c, &C), YOKE_OK);
    ck_assert_int_eq(yoke_gemm_run(test_team, &p.gemm, p.want, p.A, p.B, NULL), YOKE_OK);
    ck_assert_int_eq(yoke_gemm_pack_buffer(test_queue, &p.gemm, YOKE_GEMM_SIDE_B, B, &packed),
                     YOKE_OK);
    p.gemm.packed_b = packed;
    ck_assert_msg(yoke_gemm_enqueue(test_queue, &p.gemm, C, A, NULL, NULL) == YOKE_OK, "%s",
                  yoke_last_error());
    ck_assert_int_eq(yoke_buffer_read(test_queue, C, 0, p.C, c.size_bytes), YOKE_OK);
    ck_assert(memcmp(p.C, p.want, c.size_bytes) == 0);
    yoke_gemm_packed_destroy(&packed);
    yoke_buffer_destroy(&A);
    yoke_buffer_destroy(&B);
    yoke_buffer_destroy(&C);
    destroy(&p);
}
END_TEST

static void refused(struct yoke_gemm g, yoke_status want)
{
    float x[64 * 64] = { 0 };

    ck_assert_int_eq(yoke_gemm_run(test_team, &g, x, x, x, NULL), want);
    ck_assert_str_ne(yoke_last_error(), "");
}

START_TEST(what_does_not_fit_is_refused)
{
    struct yoke_gemm g = { .M = 20, .N = 30, .K = 10 };
    float x[64 * 64] = { 0 };
    yoke_gemm_packed *b = NULL;

    ck_assert_int_eq(yoke_gemm_pack(test_team, &g, YOKE_GEMM_SIDE_B, NULL, &b), YOKE_ERR_INVALID);
    ck_assert_int_eq(yoke_gemm_pack(test_team, NULL, YOKE_GEMM_SIDE_B, x, &b), YOKE_ERR_INVALID);
    ck_assert_int_eq(yoke_gemm_pack(test_team, &g, YOKE_GEMM_SIDE_B, x, NULL), YOKE_ERR_INVALID);
    ck_assert_int_eq(yoke_gemm_pack(test_team, &g, YOKE_GEMM_SIDE_B, x, &b), YOKE_OK);
    refused((struct yoke_gemm){ .M = 20, .N = 31, .K = 10, .packed_b = b }, YOKE_ERR_INVALID);
    refused((struct yoke_gemm){ .M = 20, .N = 30, .K = 11, .packed_b = b }, YOKE_ERR_INVALID);
    refused((struct yoke_gemm){ .M = 30, .N = 30, .K = 10, .packed_a = b }, YOKE_ERR_INVALID);
    refused((struct yoke_gemm){ .M = 20, .N = 30, .K = 10, .packed_b = b, .type = YOKE_F16 },
            YOKE_ERR_INVALID);
    refused((struct yoke_gemm){ .M = 20, .N = 30, .K = 10, .packed_b = b, .order = YOKE_COL_MAJOR },
            YOKE_ERR_INVALID);
    yoke_gemm_packed_destroy(&b);
    yoke_gemm_packed_destroy(&b);
    yoke_gemm_packed_destroy(NULL);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("packed");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, harness_open_device, harness_close_device);
    tcase_add_loop_test(tc, packing_changes_no_result, 0, 4);
    tcase_add_test(tc, batches_gaps_and_shared_operands);
    tcase_add_test(tc, nothing_to_sum);
    tcase_add_test(tc, large_products);
    tcase_add_test(tc, from_a_buffer);
    tcase_add_test(tc, what_does_not_fit_is_refused);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
