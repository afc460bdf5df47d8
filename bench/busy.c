/* busy.c - how much of the machine others took meanwhile, from Linux's /proc/stat.
 * SPDX-License-Identifier: MIT */
#include "busy.h"

#include <math.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static double seconds_of(int who)
{
    struct rusage u;

    if (getrusage(who, &u)) return 0.0;
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

struct busy busy_now(void)
{
    struct busy now = { 0.0, 0.0, seconds_of(RUSAGE_SELF) + seconds_of(RUSAGE_CHILDREN) };
    const double tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
    /* user, nice, system, idle, waiting for disks, interrupts (2), stolen by other machines */
    double t[8];
    FILE *f = fopen("/proc/stat", "r");

    if (!f) return now;
    if (fscanf(f, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &t[0], &t[1], &t[2], &t[3], &t[4], &t[5],
               &t[6], &t[7]) == 8) {
        now.used = tick * (t[0] + t[1] + t[2] + t[5] + t[6] + t[7]);
        now.all = now.used + tick * (t[3] + t[4]);
    }
    fclose(f);
    return now;
}

double busy_others(const struct busy *since)
{
    const struct busy now = busy_now();

    if (since->all <= 0.0 || now.all <= since->all) return -1.0;
    return fmax(0.0, now.used - since->used - (now.ours - since->ours)) / (now.all - since->all);
}
