/* test_padding.c - padding is absent: it contributes nothing, whatever the weights are.
 * SPDX-License-Identifier: MIT
 *
 * Small whole numbers, so that sums are exact, and among the weights some that are infinite or NaN.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/element.h"
#include "harness.h"
#include "ref/conv.h"
#include "ref/fill.h"

enum { SHAPES = 150, MAX_DIM = 40, MAX_ELEMENTS = 1 << 16 };

static double X[MAX_ELEMENTS], W[MAX_ELEMENTS];

static struct yoke_conv random_shape(struct rng *r, enum yoke_type type)
{
    struct yoke_conv c = {
        .N = 1 + rng_below(r, 2),
        .H = 1 + rng_below(r, 8),
        .W = 1 + rng_below(r, MAX_DIM),
        .R = 1 + rng_below(r, 4),
        .S = 1 + rng_below(r, 5),
        .stride_h = 1 + rng_below(r, 2),
        .stride_w = 1 + rng_below(r, 3),
        .dilation_h = 1 + rng_below(r, 2),
        .dilation_w = 1 + rng_below(r, 3),
        .groups = 1 + rng_below(r, 2),
        .type = type,
        .layout = rng_percent(r, 50) ? YOKE_NHWC : YOKE_NCHW,
        .true_convolution = rng_percent(r, 30),
    };

    c.C = c.groups * (1 + rng_below(r, 5));
    c.K = c.groups * (1 + rng_below(r, 40));
    /* So that the filter meets the padded image, on either side. */
    c.pad_h[0] = rng_below(r, 4);
    c.pad_w[0] = rng_below(r, 9);
    c.pad_h[1] = c.dilation_h * (c.R - 1) + rng_below(r, 2);
    c.pad_w[1] = c.dilation_w * (c.S - 1) + rng_below(r, 3);
    return c;
}

static void fill(struct rng *r, const struct yoke_conv *c, size_t n_x, size_t n_w)
{
    static const double odd[] = { INFINITY, -INFINITY, NAN };

    ck_assert_uint_le(n_x, MAX_ELEMENTS);
    ck_assert_uint_le(n_w, MAX_ELEMENTS);
    yoke_ref_fill(c->type, YOKE_REF_WHOLE, X, n_x, &r->state);
    yoke_ref_fill(c->type, YOKE_REF_WHOLE, W, n_w, &r->state);
    for (size_t i = 0; i < n_w; i++)
        if (rng_percent(r, 3)) yoke_element_set(c->type, W, i, odd[rng_below(r, 3)]);
}

static void check_shape(struct rng *r, struct yoke_conv *c)
{
    struct yoke_ref_result result;
    struct yoke_ref ref;

    fill(r, c, c->N * c->C * c->H * c->W, c->K * (c->C / c->groups) * c->R * c->S);
    yoke_ref_conv(&ref, c, YOKE_REF_WHOLE, X, W);
    void *y = calloc(yoke_ref_elements(&ref), yoke_type_size(c->type));
    ck_assert_ptr_nonnull(y);
    const yoke_status st = yoke_conv_run(test_team, c, y, X, W, NULL);
    if (st != YOKE_ERR_UNSUPPORTED) { /* a variant that does not take it */
        ck_assert_msg(st == YOKE_OK, "%s", yoke_last_error());
        yoke_ref_check(&ref, NULL, 0, y, &result);
        ck_assert_msg(
            result.passed,
            "%s: element %zu is %Lg, not %Lg; N %zu C %zu H %zu W %zu K %zu R %zu S %zu, "
            "pad %zu %zu %zu %zu, stride %zu %zu, dilation %zu %zu, groups %zu, layout %d",
            c->variant, result.element, result.got, result.value.want, c->N, c->C, c->H, c->W, c->K,
            c->R, c->S, c->pad_h[0], c->pad_h[1], c->pad_w[0], c->pad_w[1], c->stride_h,
            c->stride_w, c->dilation_h, c->dilation_w, c->groups, (int)c->layout);
    }
    free(y);
}

START_TEST(non_finite_weights_do_not_touch_padding)
{
    const char *variant = yoke_conv_variant_name((size_t)_i / 2);
    const enum yoke_type type = _i % 2 ? YOKE_F64 : YOKE_F32;
    struct rng r = { harness_env("YOKE_TEST_SEED", 7) };

    if (!variant || (type == YOKE_F64 && !yoke_device_get_info(test_device)->fp64)) return;
    for (int i = 0; i < SHAPES; i++) {
        struct yoke_conv c = random_shape(&r, type);
        c.variant = variant;
        check_shape(&r, &c);
    }
}
END_TEST

/* The smallest input that showed it. */
START_TEST(rows_and_columns_agree)
{
    const float one[] = { 1 }, w[] = { INFINITY, 2, INFINITY };
    float y[3];
    struct yoke_conv c = {
        .N = 1, .C = 1, .H = 1, .W = 1, .K = 1, .R = 3, .S = 1, .pad_h = { 1, 1 }, .pad_w = { 1, 1 }
    };

    for (size_t v = 0; yoke_conv_variant_name(v); v++) {
        c.variant = yoke_conv_variant_name(v);
        c.R = 3, c.S = 1, c.pad_h[0] = c.pad_h[1] = 1, c.pad_w[0] = c.pad_w[1] = 1;
        if (yoke_conv_run(test_team, &c, y, one, w, NULL) == YOKE_ERR_UNSUPPORTED) continue;
        ck_assert_msg(y[0] == 0 && y[1] == 2 && y[2] == 0, "%s: %g %g %g", c.variant, (double)y[0],
                      (double)y[1], (double)y[2]);
        c.R = 1, c.S = 3;
        EXPECT_OK(yoke_conv_run(test_team, &c, y, one, w, NULL));
        ck_assert_msg(y[0] == 0 && y[1] == 2 && y[2] == 0, "%s: %g %g %g", c.variant, (double)y[0],
                      (double)y[1], (double)y[2]);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("padding");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, harness_open_device, harness_close_device);
    tcase_add_loop_test(tc, non_finite_weights_do_not_touch_padding, 0, 16);
    tcase_add_test(tc, rows_and_columns_agree);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
