/* rates_file.c - what devices delivered, from one process to the next.
 * SPDX-License-Identifier: MIT
 *
 * A note of one line: "yoke-rates 2" and, as numbers per millisecond, 0 for the unknown, the bytes
 * moved and the operations of each class. */
#include "sched/rates_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/note.h"
#include "device/open.h"
#include "kernel/sources.h"

enum { MEMORY_S = 7 * 24 * 3600 };
static const char title[] = "yoke-rates 2";

static bool identify(const struct yoke_member *m, unsigned char hash[YOKE_HASH_BYTES])
{
    char identity[YOKE_IDENTITY_MAX];
    struct yoke_hash h;

    yoke_device_identity(m->dev, identity, sizeof identity);
    yoke_hash_begin(&h);
    yoke_hash_add_sources(&h);
    yoke_hash_add_text(&h, identity);
    return yoke_hash_end(&h, hash);
}

void yoke_rates_print(struct yoke_text *text, const double *rates, size_t n)
{
    yoke_text_add(text, "%s", title);
    for (size_t i = 0; i < n; i++)
        yoke_text_add(text, " %.0f", rates[i]);
    yoke_text_add(text, "\n");
}

/* Whole numbers, which read alike in every locale. */
bool yoke_rates_parse(const char *text, double *rates, size_t n)
{
    if (strncmp(text, title, sizeof title - 1) != 0) return false;
    text += sizeof title - 1;
    for (size_t i = 0; i < n; i++) {
        char *end;
        if (text[0] != ' ' || text[1] < '0' || text[1] > '9') return false;
        rates[i] = (double)strtoull(text + 1, &end, 10);
        text = end;
    }
    return strcmp(text, "\n") == 0;
}

void yoke_rates_load(struct yoke_member *m)
{
    unsigned char hash[YOKE_HASH_BYTES];
    double rates[1 + YOKE_N_CLASSES];
    char *text = identify(m, hash) ? yoke_note_read("rate", hash, MEMORY_S) : NULL;
    const bool good = text && yoke_rates_parse(text, rates, 1 + YOKE_N_CLASSES);

    free(text);
    if (!good) return;
    yoke_rate_add(&m->bytes, rates[0], 1.0); /* 0, the unknown, is no sample */
    m->n_noted = 0;
    for (size_t i = 0; i < YOKE_N_CLASSES; i++) {
        yoke_rate_add(&m->flops[i], rates[1 + i], 1.0);
        m->n_noted += m->flops[i].n;
    }
}

void yoke_rates_save(struct yoke_member *m)
{
    unsigned char hash[YOKE_HASH_BYTES];
    double rates[1 + YOKE_N_CLASSES] = { yoke_rate_get(&m->bytes) };
    struct yoke_text text = { 0 };
    size_t n_samples = 0;

    for (size_t i = 0; i < YOKE_N_CLASSES; i++) {
        n_samples += m->flops[i].n;
        rates[1 + i] = yoke_rate_get(&m->flops[i]);
    }
    if (n_samples == m->n_noted || !identify(m, hash)) return;
    yoke_rates_print(&text, rates, 1 + YOKE_N_CLASSES);
    if (yoke_text_get(&text)) {
        yoke_note_write("rate", hash, yoke_text_get(&text));
        m->n_noted = n_samples;
    }
    yoke_text_deinit(&text);
}
