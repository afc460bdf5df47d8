/* scenarios.h - what a program does with Yoke, for the tests that make OpenCL fail meanwhile.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_SCENARIOS_H
#define YOKE_TESTS_SCENARIOS_H

#include "yoke/yoke.h"

/* What a scenario works with; made without faults, or by the scenario `start`. */
struct world {
    yoke_team *team;
    yoke_queue *q;       /* of the first device */
    yoke_kernel *own;    /* a kernel of the program's own */
    yoke_buffer *buf[3]; /* C, A, B: ELEMENTS floats each */
};

yoke_status world_open(struct world *w);
void world_close(struct world *w);

/* YOKE_OK only where it went through; then *right says whether every number is right. */
struct scenario {
    const char *name;
    yoke_status (*run)(struct world *w, bool *right);
};
extern const struct scenario scenarios[];
extern const size_t n_scenarios;

#endif /* YOKE_TESTS_SCENARIOS_H */
