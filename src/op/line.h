/* line.h - one entry of a tuning database, as a line of text.
 * SPDX-License-Identifier: MIT
 *
 * Nine fields with a tab between each two, and a newline at the end:
 *
 *   yoke-tune/1 OPERATOR TYPE TRANS MxNxKxBATCH VERDICT ROW KERNELS DEVICE
 *
 * VERDICT is how many times as fast as the row that would have run untuned the row was, such as
 * 1.250 (no more than 999999), or "quarantine: " and why the row may not run; TRANS and shape are
 * "-" then. KERNELS is yoke_tune_kernels(), or "*" for any. DEVICE is yoke_device_identity's text,
 * or a class: "class:cpu", "class:gpu-nvidia" (yoke_tune_classes). */
#ifndef YOKE_OP_LINE_H
#define YOKE_OP_LINE_H

#include "device/open.h"
#include "op/shape.h"

/* Longest line, newline included; longer ones are no entries. */
enum { YOKE_TUNE_LINE_MAX = 4096 };
enum { YOKE_TUNE_ROW_MAX = 32, YOKE_TUNE_WHY_MAX = 256, YOKE_TUNE_DEVICE_MAX = YOKE_IDENTITY_MAX };
enum { YOKE_TUNE_KERNELS_MAX = 17 };

enum yoke_tune_op { YOKE_TUNE_GEMM, YOKE_TUNE_CONV, YOKE_TUNE_OPS };

struct yoke_tune_line {
    enum yoke_tune_op op;
    struct yoke_tune_shape shape; /* of a quarantine, the type alone */
    bool quarantine;
    unsigned ratio;              /* in thousandths */
    char why[YOKE_TUNE_WHY_MAX]; /* of a quarantine */
    char row[YOKE_TUNE_ROW_MAX];
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

const char *yoke_tune_op_name(enum yoke_tune_op op);

#endif /* YOKE_OP_LINE_H */
