/* npy_header.c - the text that a .npy file begins with. SPDX-License-Identifier: MIT */
#include "cli/npy_header.h"

#include <stdint.h>
#include <string.h>

#include "cli/npy.h"

struct cursor {
    const char *p, *end;
};

/* What Python takes for space. */
static void skip_space(struct cursor *c)
{
    while (c->p < c->end && (*c->p == ' ' || (*c->p >= '\t' && *c->p <= '\r' && *c->p != '\v')))
        c->p++;
}

static bool accept(struct cursor *c, char wanted)
{
    skip_space(c);
    if (c->p == c->end || *c->p != wanted) return false;
    c->p++;
    return true;
}

static bool take_word(struct cursor *c, const char *word)
{
    const size_t n = strlen(word);

    if ((size_t)(c->end - c->p) < n || memcmp(c->p, word, n) != 0) return false;
    c->p += n;
    return true;
}

/* A quoted string of printable ASCII without escapes, shorter than size. Python 2 wrote u before
 * those that were not bytes. */
static bool take_string(struct cursor *c, char *out, size_t size)
{
    const bool prefix = accept(c, 'u') || accept(c, 'U');
    if (prefix && (c->p == c->end || (*c->p != '\'' && *c->p != '"'))) return false;
    const char quote = accept(c, '\'') ? '\'' : accept(c, '"') ? '"' : '\0';
    size_t n = 0;

    if (!quote) return false;
    for (; c->p < c->end && *c->p != quote; c->p++) {
        if (*c->p < ' ' || *c->p > '~' || *c->p == '\\' || n + 1 == size) return false;
        out[n++] = *c->p;
    }
    if (c->p == c->end) return false;
    c->p++;
    out[n] = '\0';
    return true;
}

static bool take_size(struct cursor *c, size_t *out)
{
    size_t value = 0;

    if (c->p == c->end || *c->p < '0' || *c->p > '9') return false;
    for (; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++) {
        const size_t digit = (size_t)(*c->p - '0');
        if (value > (SIZE_MAX - digit) / 10) return false;
        value = value * 10 + digit;
    }
    take_word(c, "L"); /* Python 2 wrote long integers so */
    *out = value;
    return true;
}

static const char *take_shape(struct cursor *c, struct npy_header *header)
{
    static const char wrong[] = "its shape is not a tuple of sizes";
    bool comma = true;

    if (!accept(c, '(')) return wrong;
    for (header->ndim = 0; !accept(c, ')'); header->ndim++) {
        if (!comma) return wrong;
        if (header->ndim == ARRAY_MAX_DIMS) return "it has more than 4 dimensions";
        skip_space(c);
        if (!take_size(c, &header->dims[header->ndim])) return wrong;
        comma = accept(c, ',');
    }
    return header->ndim == 1 && !comma ? wrong : NULL;
}

static const char *take_bool(struct cursor *c, bool *out)
{
    *out = take_word(c, "True");
    return *out || take_word(c, "False") ? NULL : "its fortran_order is neither True nor False";
}

/* One value, by its key; seen has a bit for each key met. */
static const char *take_value(struct cursor *c, const char *key, struct npy_header *header,
                              unsigned *seen)
{
    static const char *const keys[] = { "descr", "fortran_order", "shape" };
    unsigned i = 0;

    while (i < 3 && strcmp(key, keys[i]) != 0)
        i++;
    if (i == 3) return "its header has a key besides descr, fortran_order and shape";
    if (*seen & (1u << i)) return "its header has a key twice";
    *seen |= 1u << i;

    skip_space(c);
    switch (i) {
    case 0:
        return take_string(c, header->descr, sizeof header->descr)
                   ? NULL
                   : "its descr is not a simple type; Yoke reads " NPY_TYPES;
    case 1: return take_bool(c, &header->fortran);
    default: return take_shape(c, header);
    }
}

const char *npy_header_parse(struct npy_header *header, const char *text, size_t size_bytes)
{
    static const char wrong[] = "its header is not a Python dictionary";
    struct cursor c = { text, text + size_bytes };
    char key[32];
    unsigned seen = 0;
    bool comma = true;

    *header = (struct npy_header){ 0 };
    if (!accept(&c, '{')) return wrong;
    while (!accept(&c, '}')) {
        if (!comma || !take_string(&c, key, sizeof key) || !accept(&c, ':')) return wrong;
        const char *error = take_value(&c, key, header, &seen);
        if (error) return error;
        comma = accept(&c, ',');
    }
    skip_space(&c);
    if (c.p != c.end) return "its header goes on after the dictionary";
    return seen == 7 ? NULL : "its header lacks descr, fortran_order or shape";
}
