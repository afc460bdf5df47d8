/* rates_file.c - what devices delivered, from one process to the next.
 * SPDX-License-Identifier: MIT
 *
 * A note of one line: "yoke-rates 2" and, as numbers per millisecond, 0 for the unknown, the bytes
 * moved and the operations of each class. */
#include "sched/rates_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/note.h"
#include "device/open.h"
#include "kernel/sources.h"
#include "yoke/version.h"

enum { MEMORY_S = 7 * 24 * 3600 };
static const char title[] = "yoke-rates 2";

static bool identify(const struct yoke_member *m, unsigned char hash[YOKE_HASH_BYTES])
{
    char identity[1400];
    struct yoke_hash h;

    yoke_device_identity(m->dev, identity, sizeof identity);
    yoke_hash_begin(&h);
    yoke_hash_add_text(&h, yoke_version());
    yoke_hash_add_text(&h, identity);
    for (size_t i = 0; i < yoke_n_sources; i++)
        yoke_hash_add_text(&h, yoke_sources[i].text);
    return yoke_hash_end(&h, hash);
}

/* Whole numbers, which read alike in every locale. */
static bool parse(const char *text, unsigned long long values[1 + YOKE_N_CLASSES])
{
    for (size_t i = 0; i < 1 + YOKE_N_CLASSES; i++) {
        char *end;
        if (text[0] != ' ' || text[1] < '0' || text[1] > '9') return false;
        values[i] = strtoull(text + 1, &end, 10);
        text = end;
    }
    return strcmp(text, "\n") == 0;
}

void yoke_rates_load(struct yoke_member *m)
{
    unsigned char hash[YOKE_HASH_BYTES];
    unsigned long long values[1 + YOKE_N_CLASSES];
    char text[512];

    if (!identify(m, hash) || !yoke_note_read("rate", hash, MEMORY_S, text, sizeof text) ||
        strncmp(text, title, sizeof title - 1) != 0 || !parse(text + sizeof title - 1, values))
        return;
    yoke_rate_add(&m->bytes, (double)values[0], 1.0); /* 0, the unknown, is no sample */
    m->n_noted = 0;
    for (size_t i = 0; i < YOKE_N_CLASSES; i++) {
        yoke_rate_add(&m->flops[i], (double)values[1 + i], 1.0);
        m->n_noted += m->flops[i].n;
    }
}

void yoke_rates_save(struct yoke_member *m)
{
    unsigned char hash[YOKE_HASH_BYTES];
    char text[512];
    size_t n_samples = 0;
    int n = snprintf(text, sizeof text, "%s %.0f", title, yoke_rate_get(&m->bytes));

    for (size_t i = 0; i < YOKE_N_CLASSES; i++) {
        n_samples += m->flops[i].n;
        n += snprintf(text + n, sizeof text - (size_t)n, " %.0f", yoke_rate_get(&m->flops[i]));
    }
    snprintf(text + n, sizeof text - (size_t)n, "\n");
    if (n_samples == m->n_noted || !identify(m, hash)) return;
    yoke_note_write("rate", hash, text);
    m->n_noted = n_samples;
}
