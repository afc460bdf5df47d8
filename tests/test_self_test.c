/* test_self_test.c - what is concluded from children that run risky kernels, and what is
 * remembered. SPDX-License-Identifier: MIT
 *
 * The planted kernels crash: run in this process, they would end the test. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "harness.h"
#include "ops/questions.h"
#include "planted_questions.h"

static char folder[64], path[128], said[1024];

static void listen_in(void *user, const char *line)
{
    (void)user;
    snprintf(said, sizeof said, "%s", line);
}

static void open_device(void)
{
    const struct yoke_team_params params = { .log = listen_in };

    EXPECT_OK(yoke_team_create(&params, &test_team));
    test_device = yoke_team_device(test_team, 0);
    said[0] = '\0';
}

static void reopen_device(void)
{
    yoke_team_destroy(&test_team);
    open_device();
}

static void setup(void)
{
    strcpy(folder, "/tmp/yoke-self-XXXXXX");
    ck_assert(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/cache", folder);
    setenv("YOKE_CACHE_DIR", path, 1);
    setenv("YOKE_CACHE", "1", 1);
    snprintf(path, sizeof path, "%s/once", folder);
    setenv("YOKE_TEST_ONCE", path, 1);
    open_device();
}

static void teardown(void)
{
    char command[128];

    yoke_team_destroy(&test_team);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static uint8_t ask(const char *program, const char *name)
{
    const struct yoke_question *q = planted_question(name);

    ck_assert_ptr_nonnull(q);
    return yoke_self_test_by(program, test_device, q);
}

static const struct {
    const char *name;
    uint8_t answer;
    bool certain; /* and so remembered */
    const char *says;
} cases[] = {
    { "planted-right", 7, true, "" },
    { "planted-wrong", 0, true, "found a wrong answer" },
    { "planted-broken", 0, true, "it does not compile" },
    { "planted-refuse", 0, false, "it is too large" },
    { "planted-lost", 0, false, "out of resources" },
    { "planted-crash", 0, true, "signal 6" },
    { "planted-exit", 0, false, "exit status 3" },
    { "planted-killed", 0, false, "signal 9" },
    { "planted-once", 0, false, "signal 6" }, /* a second child did not see it */
};

START_TEST(answer_is_found_told_and_remembered)
{
    ck_assert_uint_eq(ask(PLANTED, cases[_i].name), cases[_i].answer);
    ck_assert_msg(strstr(said, cases[_i].says), "\"%s\"", said);
    ck_assert_int_eq(said[0] == '\0', cases[_i].answer > 0);

    said[0] = '\0'; /* the device keeps it, whatever it is */
    ck_assert_uint_eq(ask("/absent", cases[_i].name), cases[_i].answer);
    ck_assert_str_eq(said, "");

    reopen_device(); /* and the cache directory what is certain */
    ck_assert_uint_eq(ask("/absent", cases[_i].name), cases[_i].answer);
    ck_assert_msg((said[0] == '\0') == cases[_i].certain, "\"%s\"", said);
}
END_TEST

/* A child that gets little of a busy processor is late, which is not certain: then once more. */
START_TEST(hang_is_remembered)
{
    enum { TRIES = 10 };

    for (int i = 0; i < TRIES; i++) {
        ck_assert_uint_eq(ask(PLANTED, "planted-hang"), 0);
        ck_assert_msg(strstr(said, "gave no answer"), "\"%s\"", said);
        reopen_device();
        ck_assert_uint_eq(ask("/absent", "planted-hang"), 0);
        if (said[0] == '\0') return;
        reopen_device();
    }
    ck_abort_msg("not in %d times: \"%s\"", TRIES, said);
}
END_TEST

/* What was not certain is asked again by the next process. */
START_TEST(doubt_passes)
{
    ck_assert_uint_eq(ask(PLANTED, "planted-once"), 0);
    reopen_device();
    ck_assert_uint_eq(ask(PLANTED, "planted-once"), 7);
}
END_TEST

/* Memory may be what it lacked. */
START_TEST(limit_on_memory_convicts_nobody)
{
    static const char *const names[] = { "planted-crash", "planted-broken" };
    const struct rlimit limit = { (rlim_t)1 << 60, (rlim_t)1 << 60 };

    ck_assert_int_eq(setrlimit(RLIMIT_DATA, &limit), 0);
    ck_assert_uint_eq(ask(PLANTED, names[_i]), 0);
    reopen_device();
    ck_assert_uint_eq(ask("/absent", names[_i]), 0);
    ck_assert_str_ne(said, "");
}
END_TEST

/* No program, or one that is none, knows no question, or sees another device: no, and it is told.
 */
START_TEST(without_a_child_the_answer_is_no)
{
    static const char *const programs[] = { "/absent", "/bin/true", "/bin/cat" };

    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        reopen_device();
        ck_assert_uint_eq(ask(programs[i], "planted-right"), 0);
        ck_assert_str_ne(said, "");
    }
    reopen_device();
    ck_assert_uint_eq(yoke_self_test(test_device, planted_question("planted-right")), 0);
    ck_assert_ptr_nonnull(strstr(said, "does not know the question"));
    reopen_device();
    ck_assert_uint_eq(ask(PLANTED, "planted-right"), 7); /* nothing of this was remembered */
}
END_TEST

static bool never(const yoke_device *dev, const struct yoke_question *q)
{
    (void)dev, (void)q;
    return false;
}

START_TEST(what_does_not_apply_is_not_asked)
{
    struct yoke_question q = *planted_question("planted-right");

    q.applies = never;
    ck_assert_uint_eq(yoke_self_test_by(PLANTED, test_device, &q), 0);
    ck_assert_str_eq(said, "");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("self-test");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, answer_is_found_told_and_remembered, 0, sizeof cases / sizeof *cases);
    tcase_add_test(tc, hang_is_remembered);
    tcase_add_test(tc, doubt_passes);
    tcase_add_loop_test(tc, limit_on_memory_convicts_nobody, 0, 2);
    tcase_add_test(tc, without_a_child_the_answer_is_no);
    tcase_add_test(tc, what_does_not_apply_is_not_asked);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
