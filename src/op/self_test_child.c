/* self_test_child.c - the child process that runs kernels with known answers first.
 * SPDX-License-Identifier: MIT */
#include <unistd.h>

#include "base/error.h"
#include "base/helper_child.h"
#include "op/self_test.h"

enum { DEVICE, IDENTITY, FIRST_QUESTION };

static enum yoke_helper_word word_for(yoke_status st)
{
    switch (st) {
    case YOKE_ERR_BUILD: return YOKE_HELPER_BROKEN;
    case YOKE_ERR_NO_MEMORY:
    case YOKE_ERR_DEVICE: return YOKE_HELPER_LOST;
    default: return YOKE_HELPER_REFUSE;
    }
}

/* False where the device failed: what runs on it next would say nothing. */
static bool answer(yoke_device *dev, const struct yoke_question *q)
{
    uint8_t value = 0;

    yoke_helper_say(YOKE_HELPER_BEGIN);
    const yoke_status st =
        q ? q->run(dev, q, &value) : yoke_fail(YOKE_ERR_UNSUPPORTED, "does not know the question");
    const enum yoke_helper_word word = word_for(st);
    if (st != YOKE_OK)
        yoke_helper_say_text(word, "%s", yoke_last_error());
    else if (value == 0)
        yoke_helper_say_text(YOKE_HELPER_WRONG, "found a wrong answer");
    else
        yoke_helper_say_text(YOKE_HELPER_PASS, "%u", (unsigned)value);
    return st == YOKE_OK || word != YOKE_HELPER_LOST;
}

void yoke_self_test_answer(const struct yoke_question *(*find)(const char *name), int argc,
                           char **argv)
{
    yoke_device *dev = NULL;
    yoke_status st = YOKE_OK;

    if (argc < FIRST_QUESTION)
        TRY(yoke_fail(YOKE_ERR_INVALID, "is asked for what is no self-test"));
    TRY(yoke_device_open_again(argv[DEVICE], argv[IDENTITY], &dev));
    yoke_helper_say(YOKE_HELPER_READY);
    for (int i = FIRST_QUESTION; i < argc; i++)
        if (!answer(dev, find(argv[i]))) _exit(0);
    yoke_helper_say(YOKE_HELPER_END);
out:
    if (st != YOKE_OK) yoke_helper_say_text(YOKE_HELPER_SORRY, "%s", yoke_last_error());
    _exit(0); /* who asked waits, and nothing that was compiled here is worth storing */
}
