/* explain.c - which variant serves a problem, and why, in words.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "op/choice.h"
#include "tune/tune.h"

/* What the caller gets, and where its sentence lies. */
struct record {
    struct yoke_tune_reason shown; /* first: the caller's pointer is that of the record */
    struct yoke_text sentence;
};

const char *yoke_tune_source_name(enum yoke_tune_source source)
{
    static const char *const names[] = { "order", "shape", "bucket", "class" };

    return (size_t)source < sizeof names / sizeof *names ? names[source] : "?";
}

const char *yoke_tune_outcome_name(enum yoke_tune_outcome outcome)
{
    static const char *const names[] = { "untried", "best", "slower", "refused", "quarantined" };

    return (size_t)outcome < sizeof names / sizeof *names ? names[outcome] : "?";
}

static void add_source(struct yoke_text *text, const struct yoke_choice *c)
{
    switch (c->source) {
    case YOKE_TUNE_BY_SHAPE: yoke_text_add(text, "it was tuned for this shape, "); break;
    case YOKE_TUNE_BY_BUCKET:
        yoke_text_add(text, "it was tuned for a shape of the same bucket, ");
        break;
    case YOKE_TUNE_BY_CLASS:
        yoke_text_add(text, "an entry for all devices of this kind says so, ");
        break;
    case YOKE_TUNE_BY_ORDER:
        yoke_text_add(text, "nothing was tuned for this shape, and it is the first variant of the "
                            "table that suits");
        return;
    }
    if (c->ratio > 1.0)
        yoke_text_add(text, "%.2f times as fast as the untuned variant then (%s)", c->ratio,
                      c->where);
    else
        yoke_text_add(text, "and no variant was faster than it, which also runs untuned (%s)",
                      c->where);
}

static void add_bans(struct yoke_text *text, const yoke_device *dev, const struct yoke_op_class *op,
                     enum yoke_type type)
{
    const char *where, *between = "; in quarantine: ";

    for (size_t i = 0; i < op->n_variants; i++) {
        const char *name = op->variants[i].name;
        const char *why = yoke_choice_ban(dev, op, type, name, &where);
        if (!why) continue;
        yoke_text_add(text, "%s%s (%s; %s)", between, name, why, where);
        between = ", ";
    }
}

static void add_remarks(struct yoke_text *text, const yoke_device *dev)
{
    for (const char *line = yoke_choice_remarks(dev); *line;) {
        const size_t n = strcspn(line, "\n");
        yoke_text_add(text, "; %.*s", (int)n, line);
        line += n + (line[n] == '\n');
    }
}

static void add_all(struct yoke_text *text, const yoke_device *dev, const struct yoke_op_class *op,
                    const void *problem, const struct yoke_choice *choice)
{
    yoke_text_add(text, "%s: ", choice->variant->name);
    if (op->asked_for(problem))
        yoke_text_add(text, "it was asked for by name");
    else if (choice->because)
        yoke_text_add(text, "%s", choice->because);
    else
        add_source(text, choice);
    add_bans(text, dev, op, op->type(problem));
    add_remarks(text, dev);
}

yoke_status yoke_explain_class(yoke_device *dev, const struct yoke_op_class *op, void *problem,
                               struct yoke_tune_reason **out)
{
    struct yoke_choice choice;
    struct record *r = NULL;
    struct yoke_tune_reason *reason;
    yoke_status st = YOKE_OK;

    *out = NULL;
    TRY(yoke_op_choose(dev, op, problem, &choice));
    r = calloc(1, sizeof *r);
    if (!r) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a sentence");
    reason = &r->shown;
    add_all(&r->sentence, dev, op, problem, &choice);
    *reason = (struct yoke_tune_reason){ .variant = choice.variant->name,
                                         .source = choice.source,
                                         .ratio = choice.ratio,
                                         .sentence = yoke_text_get(&r->sentence) };
    if (!reason->sentence) {
        yoke_tune_reason_destroy(&reason);
        return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a sentence");
    }
    *out = reason;
out:
    return st;
}

void yoke_tune_reason_destroy(struct yoke_tune_reason **reason)
{
    if (!reason || !*reason) return;
    struct record *r = (struct record *)*reason;
    yoke_text_deinit(&r->sentence);
    free(r);
    *reason = NULL;
}
