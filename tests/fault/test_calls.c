/* test_calls.c - every OpenCL call of a program fails in its turn.
 * SPDX-License-Identifier: MIT
 *
 * Once before doing its work and once after. Whatever fails: no crash, no hang, a status and a
 * sentence or right numbers, nothing leaked, and the next use goes through. */
#include <CL/cl.h>
#include <check.h>

#include "control.h"
#include "harness.h"
#include "scenarios.h"

static struct fault *fault;

/* From nothing to a result, and back to nothing. */
static yoke_status live(struct world *w, bool *right)
{
    yoke_status st = world_open(w);

    *right = false;
    if (st == YOKE_OK) st = scenarios[0].run(w, right);
    world_close(w);
    return st;
}

/* What is made to fail: a scenario in a world that is open, or a whole life. */
struct target {
    const char *name;
    yoke_status (*run)(struct world *w, bool *right);
    struct world world;
};

static void expect_right(struct target *t, const char *call)
{
    bool right;

    const yoke_status st = t->run(&t->world, &right);
    ck_assert_msg(st == YOKE_OK, "%s, after %s failed: %s", t->name, call, yoke_last_error());
    ck_assert_msg(right, "%s, after %s failed: wrong numbers and YOKE_OK", t->name, call);
}

/* A program that left before it waited hears now what the driver told of earlier commands. */
static void hear_the_rest(yoke_queue *q)
{
    const yoke_status st = yoke_queue_finish(q);

    ck_assert_msg(st == YOKE_OK || st == YOKE_ERR_DEVICE || st == YOKE_ERR_NO_MEMORY, "%s",
                  yoke_last_error());
}

/* n calls from the nth on fail. */
static void break_calls(struct target *t, enum fault_mode mode, int code, unsigned nth, unsigned n)
{
    bool right = false;

    fault_arm(fault, mode, code, nth, n);
    harness_before_failure();
    const yoke_status st = t->run(&t->world, &right);
    const char *call = atomic_load(&fault->call);
    fault_disarm(fault);
    ck_assert_msg(st != YOKE_OK || right, "%s: call %u (%s) failed: wrong numbers and YOKE_OK",
                  t->name, nth, call);
    if (st != YOKE_OK) {
        harness_after_failure(st, st, call, __FILE__, __LINE__);
        if (t->world.q) hear_the_rest(t->world.q);
    }
    expect_right(t, call);
}

static void break_each(struct target *t, enum fault_mode mode, int code)
{
    enum { STEP = 7 };

    expect_right(t, "nothing"); /* compiles */
    fault_arm(fault, mode, code, 0, 0);
    expect_right(t, "nothing");
    const unsigned n = fault_disarm(fault);

    ck_assert_uint_gt(n, 0);
    for (unsigned i = 0; i < n; i++)
        break_calls(t, mode, code, i, 1);
    for (unsigned i = 0; i < n; i += STEP) /* and all after it */
        break_calls(t, mode, code, i, n);
}

static void break_life(enum fault_mode mode, int code)
{
    struct target t = { .name = "a life", .run = live };

    expect_right(&t, "nothing"); /* asks for the drivers, in a child process */
    const int objects = atomic_load(&fault->n_objects);
    break_each(&t, mode, code);
    ck_assert_int_eq(atomic_load(&fault->n_objects), objects);
}

static void break_scenario(const struct scenario *s, enum fault_mode mode, int code)
{
    struct target t = { .name = s->name, .run = s->run };
    const int objects = atomic_load(&fault->n_objects);

    EXPECT_OK(world_open(&t.world));
    break_each(&t, mode, code);
    world_close(&t.world);
    ck_assert_int_eq(atomic_load(&fault->n_objects), objects);
}

static void open_layer(void)
{
    fault = fault_open();
}

START_TEST(life_before)
{
    break_life(FAULT_BEFORE, _i ? CL_OUT_OF_HOST_MEMORY : CL_OUT_OF_RESOURCES);
}
END_TEST

START_TEST(life_after)
{
    break_life(FAULT_AFTER, _i ? CL_INVALID_VALUE : CL_OUT_OF_RESOURCES);
}
END_TEST

START_TEST(before)
{
    break_scenario(&scenarios[_i], FAULT_BEFORE, CL_OUT_OF_RESOURCES);
}
END_TEST

START_TEST(after)
{
    break_scenario(&scenarios[_i], FAULT_AFTER, CL_MEM_OBJECT_ALLOCATION_FAILURE);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("calls");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, open_layer, NULL);
    tcase_add_loop_test(tc, life_before, 0, 2);
    tcase_add_loop_test(tc, life_after, 0, 2);
    tcase_add_loop_test(tc, before, 0, (int)n_scenarios);
    tcase_add_loop_test(tc, after, 0, (int)n_scenarios);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
