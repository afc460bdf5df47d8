/* busy.h - how much of the machine others took meanwhile.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BENCH_BUSY_H
#define YOKE_BENCH_BUSY_H

/* Seconds of processor time since some beginning. */
struct busy {
    double all; /* that passed on all processors, idle or not; 0: unknown */
    double used, ours;
};

/* What it is now. Ours are this process and the children that it has waited for. */
struct busy busy_now(void);

/* The part of all processors' time since then that others took, other machines on the same
 * hardware included; negative if that is unknown. */
double busy_others(const struct busy *since);

#endif /* YOKE_BENCH_BUSY_H */
