/* wait.c - how long a thread looks before it sleeps: the one policy of all that waits.
 * SPDX-License-Identifier: MIT */
#include "device/wait.h"

#include <sched.h>

#include "base/clock.h"

static const double default_us = 300;

double yoke_wait_ms(double spin_us)
{
    if (spin_us < 0) return 0;
    return (spin_us > 0 ? spin_us : default_us) * 1e-3;
}

bool yoke_wait_look(double look_ms, bool (*is_done)(const void *arg), const void *arg)
{
    const double until = yoke_now_ms() + look_ms;

    while (!is_done(arg)) {
        if (yoke_now_ms() >= until) return false;
        sched_yield();
    }
    return true;
}
