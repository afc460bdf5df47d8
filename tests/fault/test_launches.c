/* test_launches.c - kernel launches that fail after they were queued, each in its turn.
 * SPDX-License-Identifier: MIT
 *
 * Drivers report this by the command's event alone: clFinish returns success. Whatever waits next
 * must tell, and once it has told everything works again. */
#include <CL/cl.h>
#include <check.h>

#include "control.h"
#include "harness.h"
#include "scenarios.h"

static struct world world;
static struct fault *fault;
static int objects; /* that were there before */

static void open_world(void)
{
    fault = fault_open();
    objects = atomic_load(&fault->n_objects);
    EXPECT_OK(world_open(&world));
    harness_spare_binaries(yoke_team_device(world.team, 0));
}

static void close_world(void)
{
    world_close(&world);
    ck_assert_int_eq(atomic_load(&fault->n_objects), objects);
}

/* Without a fault it must go through, and be right. */
static void expect_right(const struct scenario *s, const char *when, unsigned n)
{
    bool right;

    fault_disarm(fault);
    const yoke_status st = s->run(&world, &right);
    ck_assert_msg(st == YOKE_OK, "%s, %s launch %u: %s", s->name, when, n, yoke_last_error());
    ck_assert_msg(right, "%s, %s launch %u: wrong numbers and YOKE_OK", s->name, when, n);
}

static unsigned count_launches(const struct scenario *s)
{
    bool right;

    expect_right(s, "before", 0); /* compiles */
    fault_arm(fault, FAULT_LAUNCH, CL_OUT_OF_RESOURCES, 0, 0);
    EXPECT_OK(s->run(&world, &right));
    ck_assert(right);
    return fault_disarm(fault);
}

/* n launches from the nth on are lost. */
static void lose(const struct scenario *s, unsigned nth, unsigned n)
{
    bool right;

    fault_arm(fault, FAULT_LAUNCH, CL_OUT_OF_RESOURCES, nth, n);
    harness_before_failure();
    const yoke_status st = s->run(&world, &right);
    ck_assert_uint_ge(atomic_load(&fault->n_faults), 1);
    ck_assert_msg(st != YOKE_OK, "%s: launch %u was lost: YOKE_OK, %s numbers", s->name, nth,
                  right ? "right" : "wrong");
    harness_after_failure(st, YOKE_ERR_DEVICE, s->name, __FILE__, __LINE__);
}

START_TEST(each_lost_launch_is_told)
{
    const struct scenario *s = &scenarios[_i];
    const unsigned n = count_launches(s);

    ck_assert_uint_ge(n, 1);
    for (unsigned i = 0; i < n; i++) {
        lose(s, i, 1);
        for (size_t k = 0; k < n_scenarios; k++)
            expect_right(&scenarios[k], "after", i);
    }
    lose(s, 0, n);
    expect_right(s, "after all from", 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("launches");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, open_world, close_world);
    tcase_add_loop_test(tc, each_lost_launch_is_told, 0, (int)n_scenarios);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
