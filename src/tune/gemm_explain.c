/* gemm_explain.c - which row serves a matrix product, and why, in words.
 * SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "op/choice.h"
#include "ops/gemm/gemm.h"

const char *yoke_tune_source_name(enum yoke_tune_source source)
{
    static const char *const names[] = { "order", "shape", "bucket", "class" };

    return (size_t)source < sizeof names / sizeof *names ? names[source] : "?";
}

const char *yoke_tune_verdict_name(enum yoke_tune_verdict verdict)
{
    static const char *const names[] = { "untried", "best", "slower", "refused", "quarantined" };

    return (size_t)verdict < sizeof names / sizeof *names ? names[verdict] : "?";
}

/* Append; what is past the room is cut. */
YOKE_PRINTF(2, 3) static void add(struct yoke_tune_reason *r, const char *fmt, ...)
{
    const size_t used = strlen(r->sentence);
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(r->sentence + used, sizeof r->sentence - used, fmt, ap);
    va_end(ap);
}

static void add_why(struct yoke_tune_reason *r, const struct yoke_choice *c)
{
    switch (c->source) {
    case YOKE_TUNE_BY_SHAPE: add(r, "it was tuned for this shape, "); break;
    case YOKE_TUNE_BY_BUCKET: add(r, "it was tuned for a shape of the same bucket, "); break;
    case YOKE_TUNE_BY_CLASS: add(r, "an entry for all devices of this kind says so, "); break;
    case YOKE_TUNE_BY_ORDER:
        add(r, "nothing was tuned for this shape, and it is the first row of the table that suits");
        return;
    }
    if (c->ratio > 1.0)
        add(r, "%.2f times as fast as the untuned row then (%s)", c->ratio, c->where);
    else
        add(r, "and no row was faster than it, which also runs untuned (%s)", c->where);
}

static void add_bans(struct yoke_tune_reason *r, const yoke_device *dev,
                     const struct yoke_op_class *op, enum yoke_type type)
{
    const char *where, *between = "; in quarantine: ";

    for (size_t i = 0; i < op->n_variants; i++) {
        const char *name = op->variants[i].name;
        const char *why = yoke_choice_ban(dev, op, type, name, &where);
        if (!why) continue;
        add(r, "%s%s (%s; %s)", between, name, why, where);
        between = ", ";
    }
}

static void add_remarks(struct yoke_tune_reason *r, const yoke_device *dev)
{
    for (const char *line = yoke_choice_remarks(dev); *line;) {
        const size_t n = strcspn(line, "\n");
        add(r, "; %.*s", (int)n, line);
        line += n + (line[n] == '\n');
    }
}

yoke_status yoke_gemm_tune_explain(yoke_device *dev, const struct yoke_gemm *gemm,
                                   struct yoke_tune_reason *reason)
{
    struct yoke_gemm_problem p;
    struct yoke_choice choice;
    yoke_status st = YOKE_OK;

    if (!dev || !gemm || !reason)
        return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_tune_explain: a NULL argument");
    memset(reason, 0, sizeof *reason);
    TRY(yoke_gemm_prepare(gemm, &p));
    TRY(yoke_op_choose(dev, &yoke_gemm_class, &p, &choice));
    snprintf(reason->variant, sizeof reason->variant, "%s", choice.variant->name);
    reason->source = choice.source;
    reason->ratio = choice.ratio;
    add(reason, "%s: ", choice.variant->name);
    if (p.variant)
        add(reason, "it was asked for by name");
    else if (yoke_gemm_in_panels(&p))
        add(reason, "it reads operands as they were packed here");
    else
        add_why(reason, &choice);
    add_bans(reason, dev, &yoke_gemm_class, p.type);
    add_remarks(reason, dev);
out:
    return st;
}
