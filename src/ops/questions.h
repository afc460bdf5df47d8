/* questions.h - all that operators have self-tests for (op/self_test.h).
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OPS_QUESTIONS_H
#define YOKE_OPS_QUESTIONS_H

#include "op/self_test.h"

/* NULL where there is none of that name. */
const struct yoke_question *yoke_question_find(const char *name);

#endif /* YOKE_OPS_QUESTIONS_H */
