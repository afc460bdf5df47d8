/* rates_file.c - what devices delivered, from one process to the next.
 * SPDX-License-Identifier: MIT
 *
 * A note: "yoke-rates 3", and in whole numbers per millisecond a line "bytes RATE" for what is
 * moved and a line "OPERATOR TYPE RATE" for each arithmetic that was measured. */
#include "sched/rates_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/note.h"
#include "device/open.h"
#include "kernel/sources.h"

enum { MEMORY_S = 7 * 24 * 3600 };
static const char title[] = "yoke-rates 3\n";

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

void yoke_rates_print(struct yoke_text *text, const struct yoke_rates *rates)
{
    yoke_text_add(text, "%sbytes %.0f\n", title, yoke_rate_get(&rates->bytes));
    for (const struct yoke_op_rate *r = rates->ops; r; r = r->next)
        if (r->flops.n > 0)
            yoke_text_add(text, "%s %s %.0f\n", r->op, yoke_type_name(r->type),
                          yoke_rate_get(&r->flops));
}

/* A whole number, which reads alike in every locale, and the end of its line. */
static bool read_rate(const char **text, struct yoke_rate *rate)
{
    char *end;

    if (**text < '0' || **text > '9') return false;
    yoke_rate_add(rate, (double)strtoull(*text, &end, 10), 1.0); /* 0, the unknown, is no sample */
    if (*end != '\n') return false;
    *text = end + 1;
    return true;
}

/* A word, with the blank behind it. */
static bool read_word(const char **text, char *word, size_t room)
{
    const size_t n = strcspn(*text, " \n");

    if (n == 0 || n >= room || (*text)[n] != ' ') return false;
    memcpy(word, *text, n);
    word[n] = '\0';
    *text += n + 1;
    return true;
}

static bool read_line(const char **text, struct yoke_rates *rates)
{
    char op[YOKE_RATE_OP_MAX], name[8];
    enum yoke_type type = YOKE_F32;

    if (!read_word(text, op, sizeof op) || !read_word(text, name, sizeof name)) return false;
    while (yoke_type_size(type) && strcmp(name, yoke_type_name(type)) != 0)
        type++;
    return yoke_type_size(type) && read_rate(text, &yoke_rates_of(rates, op, type)->flops);
}

bool yoke_rates_parse(const char *text, struct yoke_rates *rates)
{
    char word[8];

    if (strncmp(text, title, sizeof title - 1) != 0) return false;
    text += sizeof title - 1;
    if (!read_word(&text, word, sizeof word) || !read_rate(&text, &rates->bytes)) return false;
    while (*text)
        if (!read_line(&text, rates)) return false;
    return true;
}

static size_t count_samples(const struct yoke_rates *rates)
{
    size_t n = 0;

    for (const struct yoke_op_rate *r = rates->ops; r; r = r->next)
        n += r->flops.n;
    return n;
}

void yoke_rates_load(struct yoke_member *m)
{
    unsigned char hash[YOKE_HASH_BYTES];
    char *text = identify(m, hash) ? yoke_note_read("rate", hash, MEMORY_S) : NULL;

    if (text) yoke_rates_parse(text, &m->rates);
    free(text);
    m->n_noted = count_samples(&m->rates);
}

void yoke_rates_save(struct yoke_member *m)
{
    const size_t n_samples = count_samples(&m->rates);
    unsigned char hash[YOKE_HASH_BYTES];
    struct yoke_text text = { 0 };

    if (n_samples == m->n_noted || !identify(m, hash)) return;
    yoke_rates_print(&text, &m->rates);
    if (yoke_text_get(&text)) {
        yoke_note_write("rate", hash, yoke_text_get(&text));
        m->n_noted = n_samples;
    }
    yoke_text_deinit(&text);
}
