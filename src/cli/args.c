/* args.c - values on the command line. SPDX-License-Identifier: MIT */
#include "cli/args.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* Digits at *text, up to max, and step over them. strtoull would take signs and spaces too. */
static bool take_number(const char **text, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;

    if (**text < '0' || **text > '9') return false;
    for (; **text >= '0' && **text <= '9'; ++*text) {
        const uint64_t digit = (uint64_t)(**text - '0');
        if (value > (max - digit) / 10) return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

/* n sizes joined by 'x', and nothing after them. */
static bool take_dims(const char *text, size_t n, size_t min, size_t dims[])
{
    for (size_t i = 0; i < n; i++) {
        uint64_t value;
        if (i > 0 && *text++ != 'x') return false;
        if (!take_number(&text, ARG_DIM_MAX, &value) || value < min) return false;
        dims[i] = (size_t)value;
    }
    return *text == '\0';
}

uint64_t arg_number(const char *what, const char *text, uint64_t min, uint64_t max)
{
    const char *p = text;
    uint64_t value;

    if (!take_number(&p, max, &value) || *p != '\0' || value < min)
        exit(cli_usage("%s is '%s'; it must be a whole number from %" PRIu64 " to %" PRIu64, what,
                       text, min, max));
    return value;
}

double arg_real(const char *what, const char *text)
{
    char *end;
    const double value = strtod(text, &end);

    if (end == text || *end != '\0' || !isfinite(value))
        exit(cli_usage("%s is '%s'; it must be a finite number", what, text));
    return value;
}

void arg_interval(const char *what, const char *text, double ends[2])
{
    const char *p = text;
    char *end;

    for (size_t i = 0; i < 2; i++) {
        ends[i] = strtod(p, &end);
        if (end == p || *end != (i == 0 ? ',' : '\0') || !isfinite(ends[i])) break;
        p = end + 1;
        if (i == 1 && ends[0] <= ends[1]) return;
    }
    exit(cli_usage("%s is '%s'; it must be LO,HI: two numbers, the smaller one first", what, text));
}

void arg_dims(const char *what, const char *text, const char *form, size_t n, size_t min,
              size_t dims[])
{
    if (!take_dims(text, n, min, dims))
        exit(cli_usage("%s is '%s'; it must be %s, each a whole number from %zu to %u", what, text,
                       form, min, ARG_DIM_MAX));
}

void arg_pair(const char *what, const char *text, size_t min, size_t pair[2])
{
    if (take_dims(text, 1, min, pair)) {
        pair[1] = pair[0];
        return;
    }
    arg_dims(what, text, "one number, or ROWSxCOLUMNS", 2, min, pair);
}

size_t arg_choice(const char *what, const char *text, const char *const names[])
{
    char list[256] = "";

    for (size_t i = 0; names[i]; i++) {
        const size_t used = strlen(list);
        if (strcmp(text, names[i]) == 0) return i;
        snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    exit(cli_usage("%s is '%s'; it must be one of: %s", what, text, list));
}
