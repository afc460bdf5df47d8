/* probe.c - ask in a child process first, since drivers are known to abort when asked.
 * SPDX-License-Identifier: MIT */
#include "device/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/helper.h"
#include "base/note.h"
#include "device/probe_memo.h"

enum { TIME_LIMIT_S = 20, MEMORY_S = 24 * 3600 };

/* One child, from platform `first` on; true when it came to the end. Otherwise *first is the one
 * after the platform that took it down. */
static bool ask(const char *path, struct yoke_probe *probe, size_t *first)
{
    const double deadline = yoke_now_ms() + 1e3 * TIME_LIMIT_S;
    char number[16];
    char *argv[] = { "yoke-probe", number, NULL };
    struct yoke_helper child;
    char c;

    snprintf(number, sizeof number, "%zu", *first);
    if (!yoke_helper_start(&child, path, argv)) {
        probe->ran = false;
        return true;
    }
    while ((c = yoke_helper_byte(&child, deadline)) != 0 && c != 'E') {
        if (c == 'L') probe->loader_ok = true;
        if (c == '+' && *first < YOKE_PROBE_MAX) probe->verdict[(*first)++] = '+';
    }
    if (c == 'E') {
        yoke_helper_wait(&child);
        return true;
    }
    yoke_helper_end(&child, yoke_now_ms() >= deadline ? TIME_LIMIT_S : 0, probe->how,
                    sizeof probe->how);
    if (probe->loader_ok && *first < YOKE_PROBE_MAX) probe->verdict[(*first)++] = '-';
    return !probe->loader_ok || *first >= YOKE_PROBE_MAX;
}

static void ask_all(const char *path, struct yoke_probe *probe)
{
    size_t first = 0;

    memset(probe, 0, sizeof *probe);
    memset(probe->verdict, '?', sizeof probe->verdict);
    probe->ran = true;
    while (!ask(path, probe, &first))
        ;
}

static bool all_is_well(const struct yoke_probe *probe)
{
    return probe->ran && probe->loader_ok && !memchr(probe->verdict, '-', sizeof probe->verdict);
}

void yoke_probe_run(struct yoke_probe *probe)
{
    char path[PATH_MAX], *note = NULL;
    unsigned char circumstances[YOKE_HASH_BYTES];
    const bool known = yoke_probe_circumstances(circumstances);

    memset(probe, 0, sizeof *probe);
    if (known) note = yoke_note_read("probe", circumstances, MEMORY_S);
    free(note);
    if (note) return;
    if (!yoke_helper_find("yoke-probe", path)) return;
    ask_all(path, probe);
    if (known && all_is_well(probe)) yoke_note_write("probe", circumstances, "well\n");
    if (!probe->ran || probe->loader_ok) return;
    /* ocl-icd asks for devices already to sort the platforms. Unsorted, one dead platform leaves
     * the others; this process would not survive the sorting either, so it must not sort any more.
     */
    if (setenv("OCL_ICD_PLATFORM_SORT", "none", 1) == 0) ask_all(path, probe);
}
