/* questions.c - all that operators have self-tests for. SPDX-License-Identifier: MIT */
#include "ops/questions.h"

#include <string.h>

#include "ops/gemm/dot_probe.h"
#include "ops/gemm/mma.h"

static const struct {
    const struct yoke_question *questions;
    size_t n;
} tables[] = {
    { yoke_mma_questions, YOKE_N_MMA_QUESTIONS },
    { yoke_dot_questions, YOKE_N_DOT_QUESTIONS },
};

const struct yoke_question *yoke_question_find(const char *name)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (size_t k = 0; k < tables[i].n; k++)
            if (strcmp(tables[i].questions[k].name, name) == 0) return &tables[i].questions[k];
    return NULL;
}
