/* helper_child.h - how the helper's program speaks to who started it (helper.h).
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_HELPER_CHILD_H
#define YOKE_BASE_HELPER_CHILD_H

#include <stdbool.h>

#include "base/helper.h"
#include "yoke/api.h"

/* First of all: close what was inherited and is not wanted, keep standard output for what is said
 * (drivers, which may print, get /dev/null), and have a thread end this process, and what it
 * started, when nobody listens any more: a driver that hangs would outlive the program that asked.
 * False where the system lacks something for it. */
bool yoke_helper_child_begin(void);

/* Say a word; with a text, whose newlines become blanks. */
void yoke_helper_say(enum yoke_helper_word word);
void yoke_helper_say_text(enum yoke_helper_word word, const char *fmt, ...) YOKE_PRINTF(2, 3);

#endif /* YOKE_BASE_HELPER_CHILD_H */
