/* test_ops.c - every operator, type and variant against its reference. SPDX-License-Identifier: MIT
 *
 * YOKE_TEST_SHAPES   random shapes of the variant Yoke chooses, 2000; forced variants: a quarter;
 *                    types other than f32 and f64: a quarter of either. Rows of a family
 *                    get every third of their shapes, rows in types other than f32 every seventh
 * YOKE_TEST_SEED     of the random shapes and all values, 1
 * YOKE_TEST_MAX_DIM  no dimension above this one, for devices that are slow; rows whose tiles are
 *                    wider get as many times fewer shapes, as each costs them a whole tile
 * YOKE_TEST_ONLY     this shape alone, as a failure's line says */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/element.h"
#include "cases.h"

static const struct op_case *const op_cases[] = { &gemm_case, &conv_case };
static const enum yoke_type types[] = { YOKE_F32, YOKE_F64,  YOKE_F16, YOKE_BF16,
                                        YOKE_C64, YOKE_C128, YOKE_S8 };

#define N_OPS        (sizeof op_cases / sizeof op_cases[0])
#define N_TYPES      (sizeof types / sizeof types[0])
#define MAX_VARIANTS 64 /* in the number of a loop test, below */

/* What a loop test's number stands for. */
struct subject {
    const struct op_case *op;
    enum yoke_type type;
    const char *variant; /* NULL: the one Yoke chooses */
    bool general;        /* the last row, which takes anything */
};

static int number_of(size_t op, size_t type, size_t variant)
{
    return (int)((op * N_TYPES + type) * MAX_VARIANTS + variant);
}

static struct subject subject_of(int number)
{
    const size_t variant = (size_t)number % MAX_VARIANTS, rest = (size_t)number / MAX_VARIANTS;
    struct subject s = { .op = op_cases[rest / N_TYPES], .type = types[rest % N_TYPES] };

    if (variant > 0) {
        s.variant = yoke_op_variant_name(s.op->kind, variant - 1);
        s.general = yoke_op_variant_name(s.op->kind, variant) == NULL;
    }
    return s;
}

static bool is_usual(const struct subject *t)
{
    return t->type == YOKE_F32 || t->type == YOKE_F64;
}

static size_t random_shapes(const struct subject *t)
{
    const size_t n = (size_t)harness_env("YOKE_TEST_SHAPES", 2000);

    return n / (is_usual(t) ? 1 : 4) / (t->variant ? 4 : 1);
}

/* What a variant's name ends with when it is one of a family: the size of its tiles. Else NULL. */
static const char *size_in_name(const char *variant)
{
    const char *size = variant ? strrchr(variant, '_') : NULL;

    return size && size[1] >= '0' && size[1] <= '9' ? size + 1 : NULL;
}

/* How many times wider a row's tiles are than any matrix, 1 or more. */
static size_t tiles_too_wide(const char *size)
{
    const size_t max_dim = (size_t)harness_env("YOKE_TEST_MAX_DIM", 0);
    const size_t times = max_dim ? strtoul(size, NULL, 10) / max_dim : 1;

    return times > 1 ? times : 1;
}

/* Which shapes a row asked for by name is given: all in f32, a third where it is one of a family,
 * and a seventh in the types that share their kernels with f32. */
static size_t step_of(const struct subject *t)
{
    const char *size = size_in_name(t->variant);
    const size_t times = size ? tiles_too_wide(size) : 1;

    if (!t->variant || t->general) return 1;
    if (t->type != YOKE_F32) return 7 * times;
    return size ? 3 * times : 1;
}

/* Does a row that takes nothing of this type take something of another? Asked of the edges alone,
 * and without running them: the tests of that type do. */
static bool takes_another_type(const struct subject *t)
{
    for (size_t i = 0; i < N_TYPES; i++) {
        struct op_shape s = { 0 };
        if (!t->op->takes_type(types[i])) continue;
        for (size_t edge = 0; t->op->edge(edge, &s); edge++) {
            if (t->op->fit) t->op->fit(&s, types[i]);
            if (t->op->variant(&s, types[i], t->variant)[0] != '\0' &&
                op_case_has_output(t->op, &s))
                return true;
            s = (struct op_shape){ 0 };
        }
    }
    return false;
}

/* Rows of one family differ in the sizes of their tiles, which their names end with. All of them
 * are tested in f32, or f16 where a family has matrix units; in other types the smallest, their
 * last. */
static bool stands_for_another(const struct subject *t, size_t variant)
{
    const enum yoke_type all_in = t->variant && strstr(t->variant, "_mma_") ? YOKE_F16 : YOKE_F32;
    const char *next = t->variant ? yoke_op_variant_name(t->op->kind, variant) : NULL;
    const char *size = size_in_name(t->variant);

    return t->type != all_in && next && size &&
           strncmp(t->variant, next, (size_t)(size - t->variant)) == 0;
}

START_TEST(op_matches_reference)
{
    const struct subject t = subject_of(_i);
    struct op_tally tally;

    if (stands_for_another(&t, (size_t)_i % MAX_VARIANTS)) return;

    if (yoke_type_is_double(t.type) && !yoke_device_get_info(test_device)->fp64) {
        printf("%s %s: skipped, %s has no fp64\n", t.op->name, yoke_type_name(t.type),
               yoke_device_get_info(test_device)->name);
        return;
    }
    tally = op_case_run(t.op, t.type, t.variant, random_shapes(&t), step_of(&t));
    ck_assert_msg(tally.n_wrong == 0, "%zu shapes wrong, see above", tally.n_wrong);
    if (t.variant && harness_is_pocl(test_device) && !getenv("YOKE_TEST_ONLY"))
        ck_assert_msg(tally.n_run > 0 || takes_another_type(&t),
                      "%s took no shape of any type: nothing was tested", t.variant);
    if (t.general)
        ck_assert_msg(tally.n_refused == 0, "%s, the last, refused %zu shapes: it takes anything",
                      t.variant, tally.n_refused);
}
END_TEST

static Suite *op_suite(size_t op, size_t type)
{
    static char names[N_OPS][N_TYPES][64]; /* Check keeps the pointer */
    char *name = names[op][type];
    Suite *s = suite_create(name);

    snprintf(name, sizeof names[op][type], "%s-%s", op_cases[op]->name,
             yoke_type_name(types[type]));
    for (size_t v = 0; v == 0 || yoke_op_variant_name(op_cases[op]->kind, v - 1); v++) {
        const int number = number_of(op, type, v);
        TCase *tc =
            tcase_create(v == 0 ? "default" : yoke_op_variant_name(op_cases[op]->kind, v - 1));

        /* Checked: the device opens after Check's fork, in the process that uses it. */
        tcase_add_checked_fixture(tc, harness_open_device, harness_close_device);
        tcase_add_loop_test(tc, op_matches_reference, number, number + 1);
        suite_add_tcase(s, tc);
    }
    return s;
}

int main(void)
{
    Suite *suites[N_OPS * N_TYPES];
    size_t n = 0;

    for (size_t op = 0; op < N_OPS; op++)
        for (size_t type = 0; type < N_TYPES; type++)
            if (op_cases[op]->takes_type(types[type])) suites[n++] = op_suite(op, type);
    return harness_main(suites, n);
}
