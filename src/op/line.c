/* line.c - one entry of a tuning database, as a line of text.
 * SPDX-License-Identifier: MIT */
#include "op/line.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { FIELDS = 8 };
enum { VERSION, OPERATOR, TYPE, KEY, RESULT, VARIANT, KERNELS, DEVICE };

static const char version[] = "yoke-tune/2", quarantine[] = "quarantine: ";

struct field {
    const char *text;
    size_t n;
};

static bool is(struct field f, const char *text)
{
    return f.n == strlen(text) && memcmp(f.text, text, f.n) == 0;
}

/* Digits up to max, which are stepped over. */
static bool take_number(struct field *f, size_t max, size_t *out)
{
    size_t value = 0;

    if (f->n == 0 || *f->text < '0' || *f->text > '9') return false;
    for (; f->n > 0 && *f->text >= '0' && *f->text <= '9'; f->text++, f->n--) {
        const size_t digit = (size_t)(*f->text - '0');
        if (value > (max - digit) / 10) return false;
        value = 10 * value + digit;
    }
    *out = value;
    return true;
}

static bool take_char(struct field *f, char c)
{
    if (f->n == 0 || *f->text != c) return false;
    f->text++;
    f->n--;
    return true;
}

static bool copy(struct field f, char *out, size_t room)
{
    if (f.n == 0 || f.n >= room || memchr(f.text, '\0', f.n)) return false;
    memcpy(out, f.text, f.n);
    out[f.n] = '\0';
    return true;
}

static bool parse_type(struct field f, enum yoke_type *type)
{
    for (int i = YOKE_F32; i < YOKE_S32; i++) {
        *type = (enum yoke_type)i;
        if (is(f, yoke_type_name(*type))) return true;
    }
    return false;
}

static bool parse_key(struct field f, char key[YOKE_KEY_MAX])
{
    char bucket[YOKE_KEY_MAX];

    return copy(f, key, YOKE_KEY_MAX) && yoke_key_bucket(key, bucket);
}

/* "1.250": by hand, since strtod obeys the locale. */
static bool parse_ratio(struct field f, unsigned *ratio)
{
    size_t whole, part;

    if (!take_number(&f, 999999, &whole) || !take_char(&f, '.') || f.n != 3 ||
        !take_number(&f, 999, &part) || f.n != 0)
        return false;
    *ratio = (unsigned)(1000 * whole + part);
    return true;
}

static bool parse_result(const struct field *f, struct yoke_tune_line *out)
{
    struct field result = f[RESULT];
    const size_t n = sizeof quarantine - 1;

    out->quarantine = result.n > n && memcmp(result.text, quarantine, n) == 0;
    if (!out->quarantine) return parse_ratio(result, &out->ratio) && parse_key(f[KEY], out->key);
    result.text += n;
    result.n -= n;
    return copy(result, out->why, sizeof out->why) && is(f[KEY], "-");
}

bool yoke_tune_read_line(struct yoke_tune_reader *r)
{
    static const char mark[] = "\xef\xbb\xbf";
    const char *newline;

    if (r->left == 0) return false;
    r->raw = r->text = r->next;
    newline = memchr(r->raw, '\n', r->left);
    r->has_newline = newline != NULL;
    r->raw_bytes = newline ? (size_t)(newline - r->raw) + 1 : r->left;
    r->next += r->raw_bytes;
    r->left -= r->raw_bytes;
    r->n = r->raw_bytes - r->has_newline;
    r->number++;
    if (r->n >= sizeof mark - 1 && memcmp(r->text, mark, sizeof mark - 1) == 0) {
        r->text += sizeof mark - 1;
        r->n -= sizeof mark - 1;
    }
    if (r->n > 0 && r->text[r->n - 1] == '\r') r->n--;
    return true;
}

bool yoke_tune_line_parse(const char *text, size_t n, struct yoke_tune_line *out)
{
    struct field f[FIELDS];
    const char *const end = text + n;

    memset(out, 0, sizeof *out);
    if (n >= YOKE_TUNE_LINE_MAX) return false;
    for (size_t i = 0; i < FIELDS; i++) {
        const char *tab = memchr(text, '\t', (size_t)(end - text));
        if ((tab == NULL) != (i == FIELDS - 1)) return false;
        f[i] = (struct field){ text, (size_t)((tab ? tab : end) - text) };
        if (tab) text = tab + 1;
    }
    return is(f[VERSION], version) && copy(f[OPERATOR], out->op, sizeof out->op) &&
           parse_type(f[TYPE], &out->type) && parse_result(f, out) &&
           copy(f[VARIANT], out->variant, sizeof out->variant) &&
           copy(f[KERNELS], out->kernels, sizeof out->kernels) &&
           copy(f[DEVICE], out->device, sizeof out->device);
}

void yoke_tune_line_print(const struct yoke_tune_line *line, char text[YOKE_TUNE_LINE_MAX])
{
    char result[YOKE_TUNE_WHY_MAX + sizeof quarantine], *c = text;

    if (line->quarantine)
        snprintf(result, sizeof result, "%s%s", quarantine, line->why);
    else
        snprintf(result, sizeof result, "%u.%03u", line->ratio / 1000, line->ratio % 1000);
    const char *const fields[FIELDS] = { version,
                                         line->op,
                                         yoke_type_name(line->type),
                                         line->quarantine ? "-" : line->key,
                                         result,
                                         line->variant,
                                         line->kernels,
                                         line->device };
    for (size_t i = 0; i < FIELDS; i++) {
        for (const char *from = fields[i]; *from; from++) /* they fit: their rooms add up to less */
            *c++ = *from == '\t' || *from == '\n' ? ' ' : *from;
        *c++ = i + 1 < FIELDS ? '\t' : '\n';
    }
    *c = '\0';
}

bool yoke_tune_line_replaces(const struct yoke_tune_line *a, const struct yoke_tune_line *b)
{
    return strcmp(a->op, b->op) == 0 && a->type == b->type && a->quarantine == b->quarantine &&
           strcmp(a->kernels, b->kernels) == 0 && strcmp(a->device, b->device) == 0 &&
           (a->quarantine ? strcmp(a->variant, b->variant) == 0 : strcmp(a->key, b->key) == 0);
}
