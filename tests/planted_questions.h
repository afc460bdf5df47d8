/* planted_questions.h - self-tests that are wrong, hang or crash.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_PLANTED_QUESTIONS_H
#define YOKE_TESTS_PLANTED_QUESTIONS_H

#include "op/self_test.h"

/* NULL where there is none of that name. planted-right: 7. planted-once crashes where the file that
 * YOKE_TEST_ONCE names is not there yet, which it makes, and is right otherwise. The others do what
 * their names say. */
const struct yoke_question *planted_question(const char *name);

#endif /* YOKE_TESTS_PLANTED_QUESTIONS_H */
