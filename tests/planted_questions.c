/* planted_questions.c - self-tests that are wrong, hang or crash. SPDX-License-Identifier: MIT */
#include "planted_questions.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

enum { RIGHT, WRONG, BROKEN, REFUSE, LOST, CRASH, HANG, EXIT, KILLED, ONCE };

static bool always(const yoke_device *dev, const struct yoke_question *q)
{
    (void)dev, (void)q;
    return true;
}

static void go_round(void)
{
    for (volatile unsigned i = 0;; i++)
        ;
}

static bool is_first(void)
{
    const char *path = getenv("YOKE_TEST_ONCE");

    return path && open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600) >= 0;
}

static yoke_status run(yoke_device *dev, const struct yoke_question *q, uint8_t *answer)
{
    (void)dev;
    switch (q->params[0]) {
    case WRONG: return YOKE_OK;
    case BROKEN: return yoke_fail(YOKE_ERR_BUILD, "it does not\ncompile");
    case REFUSE: return yoke_fail(YOKE_ERR_LIMIT, "it is too large");
    case LOST: return yoke_fail(YOKE_ERR_DEVICE, "out of resources");
    case CRASH: abort();
    case HANG: go_round(); break;
    case EXIT: _exit(3);
    case KILLED: raise(SIGKILL); break;
    case ONCE:
        if (is_first()) abort();
        break;
    }
    *answer = 7;
    return YOKE_OK;
}

// clang-format off
#define QUESTION(name, what) { name, YOKE_N_VERDICTS - 1, { what }, 200, always, run }
static const struct yoke_question questions[] = {
    QUESTION("planted-right",  RIGHT),  QUESTION("planted-wrong", WRONG),
    QUESTION("planted-broken", BROKEN), QUESTION("planted-refuse", REFUSE),
    QUESTION("planted-lost",   LOST),   QUESTION("planted-crash", CRASH),
    QUESTION("planted-hang",   HANG),   QUESTION("planted-exit",  EXIT),
    QUESTION("planted-killed", KILLED), QUESTION("planted-once",  ONCE),
};
// clang-format on

const struct yoke_question *planted_question(const char *name)
{
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        if (strcmp(questions[i].name, name) == 0) return &questions[i];
    return NULL;
}
