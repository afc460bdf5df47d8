/* line.h - one entry of a tuning database, as a line of text.
 * SPDX-License-Identifier: MIT
 *
 * Eight fields with a tab between each two, and a newline at the end:
 *
 *   yoke-tune/2 OPERATOR TYPE KEY RESULT VARIANT KERNELS DEVICE
 *
 * KEY is the problem's, as its operator prints it (op/key.h): "NN 512x512x512x1". RESULT is how
 * many times as fast the variant was as the one that would have run untuned, such as 1.250 (no more
 * than 999999), or "quarantine: " and why the variant may not run; KEY is "-" then. OPERATOR may be
 * one that this version does not know. KERNELS is a hash of the kernels' sources, or "*" for any.
 * DEVICE is yoke_device_identity's text, or a class: "class:cpu", "class:gpu-nvidia"
 * (yoke_tune_classes). */
#ifndef YOKE_OP_LINE_H
#define YOKE_OP_LINE_H

#include "device/open.h"
#include "op/key.h"
#include "yoke/types.h"

/* Longest line, newline included; longer ones are no entries. */
enum { YOKE_TUNE_LINE_MAX = 4096 };
enum { YOKE_TUNE_OP_MAX = 24, YOKE_TUNE_VARIANT_MAX = 32, YOKE_TUNE_WHY_MAX = 256 };
enum { YOKE_TUNE_DEVICE_MAX = YOKE_IDENTITY_MAX, YOKE_TUNE_KERNELS_MAX = 17 };

struct yoke_tune_line {
    char op[YOKE_TUNE_OP_MAX];
    enum yoke_type type;
    char key[YOKE_KEY_MAX]; /* "" of a quarantine, which is for the type */
    bool quarantine;
    unsigned ratio;              /* in thousandths */
    char why[YOKE_TUNE_WHY_MAX]; /* of a quarantine */
    char variant[YOKE_TUNE_VARIANT_MAX];
    char kernels[YOKE_TUNE_KERNELS_MAX];
    char device[YOKE_TUNE_DEVICE_MAX];
};

/* A text of entries, line by line; begin with .next and .left. The last line need not end in a
 * newline. A carriage return at the end of a line does not count, nor a byte order mark at its
 * beginning, which files that were put one after another may have anywhere. */
struct yoke_tune_reader {
    const char *next;
    size_t left;            /* bytes from there on */
    const char *raw, *text; /* a line as it stands, and without what does not count */
    size_t raw_bytes, n;
    bool has_newline; /* in raw */
    size_t number;    /* of the line, from 1 */
};

/* False after the last line. */
bool yoke_tune_read_line(struct yoke_tune_reader *r);

/* Whether n bytes, without the newline, are an entry of this version. */
bool yoke_tune_line_parse(const char *text, size_t n, struct yoke_tune_line *out);

/* The entry as text, newline included; tabs and newlines in it become blanks. */
void yoke_tune_line_print(const struct yoke_tune_line *line, char text[YOKE_TUNE_LINE_MAX]);

/* Whether a later entry b replaces an earlier a. */
bool yoke_tune_line_replaces(const struct yoke_tune_line *a, const struct yoke_tune_line *b);

#endif /* YOKE_OP_LINE_H */
