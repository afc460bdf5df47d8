/* probe.c - ask in a child process first, since drivers are known to abort when asked.
 * SPDX-License-Identifier: MIT */
#include "device/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/helper.h"
#include "device/probe_memo.h"

/* A second child that is just as silent need not be heard as long. */
static const double second_part = 0.5;

/* Children that fell over the same thing, and that were killed. */
struct falls {
    int bad, killed;
};

/* The questions, put to one child after another. */
struct inquiry {
    const char *path;
    double limit_s;
    bool unsorted;
    size_t first; /* platform that has not come back yet */
    struct falls at_loader, at_platform;
    struct yoke_probe *probe;
};

static bool start(const struct inquiry *q, struct yoke_helper *child)
{
    const bool second = q->at_loader.bad + q->at_platform.bad > 0;
    const double limit_ms = 1e3 * q->limit_s * (second ? second_part : 1);
    char number[16];
    char *argv[] = { "yoke-helper", "probe", number, q->unsorted ? "unsorted" : NULL, NULL };

    snprintf(number, sizeof number, "%zu", q->first);
    if (!yoke_helper_start(child, q->path, argv)) return false;
    yoke_helper_allow(child, limit_ms, yoke_now_ms() + limit_ms);
    return true;
}

/* Count a child that fell. True when two did: *bad says whether over what it was asked, or killed
 * from outside. What might be otherwise the next time is not remembered. */
static bool is_second(struct falls *falls, enum yoke_helper_fate fate, struct yoke_probe *probe,
                      bool *bad)
{
    *bad = fate != YOKE_FATE_KILLED;
    if (fate == YOKE_FATE_DOUBTFUL) probe->sure = false;
    if (fate == YOKE_FATE_LATE) probe->late = true;
    return (*bad ? ++falls->bad : ++falls->killed) == 2;
}

/* Ask one child; true when there is nothing more to ask. */
static bool ask(struct inquiry *q)
{
    struct yoke_probe *probe = q->probe;
    struct yoke_helper child;
    bool listed = false, bad;
    enum yoke_helper_word word;
    char rest[YOKE_HELPER_LINE_MAX];

    if (!start(q, &child)) {
        probe->ran = false;
        return true;
    }
    while ((word = yoke_helper_hear(&child, rest)) != YOKE_HELPER_SILENT &&
           word != YOKE_HELPER_END) {
        if (word == YOKE_HELPER_READY) probe->loader_ok = listed = true;
        if (word != YOKE_HELPER_PASS || q->first >= YOKE_PROBE_MAX) continue;
        probe->verdict[q->first++] = '+';
        q->at_platform = (struct falls){ 0 };
    }
    const bool end = word == YOKE_HELPER_END;
    const enum yoke_helper_fate fate =
        yoke_helper_end(&child, end ? NULL : probe->how, sizeof probe->how);
    if (end) return true;
    if (!is_second(listed ? &q->at_platform : &q->at_loader, fate, probe, &bad)) return false;
    if (!bad)
        probe->ran = false;
    else if (!listed)
        probe->loader_ok = false;
    else if (q->first < YOKE_PROBE_MAX)
        probe->verdict[q->first++] = '-';
    q->at_platform = (struct falls){ 0 };
    return !bad || !listed || q->first >= YOKE_PROBE_MAX;
}

static void ask_all(const char *path, double limit_s, bool unsorted, struct yoke_probe *probe)
{
    struct inquiry q = { .path = path, .limit_s = limit_s, .unsorted = unsorted, .probe = probe };

    *probe = (struct yoke_probe){ .ran = true, .sure = true };
    memset(probe->verdict, '?', sizeof probe->verdict);
    while (!ask(&q))
        ;
}

/* From memory, or from children. */
static void find_out(double limit_s, bool unsorted, struct yoke_probe *probe)
{
    char path[PATH_MAX];
    unsigned char circumstances[YOKE_HASH_BYTES];
    const bool known = yoke_probe_circumstances(unsorted, circumstances);

    if (known && yoke_probe_recall(circumstances, probe)) return;
    memset(probe, 0, sizeof *probe);
    if (!yoke_helper_find(path)) return;
    ask_all(path, limit_s, unsorted, probe);
    if (known && probe->ran && probe->sure) yoke_probe_remember(circumstances, probe);
}

void yoke_probe_run(double limit_s, struct yoke_probe *probe)
{
    const char *sort = getenv(YOKE_SORT_VARIABLE);
    struct yoke_probe unsorted;

    find_out(limit_s, false, probe);
    if (!probe->ran || probe->loader_ok || (sort && strcmp(sort, "none") == 0)) return;
    find_out(limit_s, true, &unsorted);
    probe->unsorted_ok = unsorted.ran && unsorted.loader_ok;
}
