/* trial_child.c - the child process that tries variants (tune/trial.h).
 * SPDX-License-Identifier: MIT */
#include "tune/trial_child.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/helper_child.h"
#include "device/open.h"
#include "tune/check.h"
#include "tune/trial.h"

enum { OPERATOR, DEVICE, IDENTITY, MILLISECONDS, TYPE, KEY, FIRST_VARIANT };

/* What the parent asked for. */
struct request {
    const struct yoke_op_class *op;
    const char *device, *identity, *key;
    enum yoke_type type;
    char **variants;
    size_t n_variants;
    double end_ms;
    struct yoke_plain plain;
};

static bool parse(const struct yoke_op_class *(*find)(const char *name), int argc, char **argv,
                  struct request *r)
{
    enum yoke_type type = YOKE_F32;

    if (argc < FIRST_VARIANT) return false;
    while (type < YOKE_S32 && strcmp(argv[TYPE], yoke_type_name(type)) != 0)
        type++;
    *r = (struct request){
        .op = find(argv[OPERATOR]),
        .device = argv[DEVICE],
        .identity = argv[IDENTITY],
        .key = argv[KEY],
        .type = type,
        .variants = argv + FIRST_VARIANT,
        .n_variants = (size_t)(argc - FIRST_VARIANT),
        .end_ms = yoke_now_ms() + (double)strtol(argv[MILLISECONDS], NULL, 10),
    };
    return r->op && type < YOKE_S32;
}

/* What a failure says of the variant. What a device runs out of may be there again the next time.
 */
static enum yoke_helper_word word_for(yoke_status st)
{
    switch (st) {
    case YOKE_ERR_BUILD: return YOKE_HELPER_BROKEN;
    case YOKE_ERR_DEVICE: return YOKE_HELPER_LOST;
    default: return YOKE_HELPER_REFUSE;
    }
}

/* False where the device failed: what runs on it next would say nothing. */
static bool try_one(struct yoke_check *c, const struct yoke_variant *variant)
{
    char why[YOKE_TUNE_WHY_MAX];
    bool right;
    double ms;

    const yoke_status st = yoke_check_variant(c, variant, &right, why, sizeof why, &ms);
    if (st != YOKE_OK)
        yoke_helper_say_text(word_for(st), "%.*s", YOKE_TUNE_WHY_MAX - 1, yoke_last_error());
    else if (!right)
        yoke_helper_say_text(YOKE_HELPER_WRONG, "%s", why);
    else
        yoke_helper_say_text(YOKE_HELPER_PASS, "%.0f", 1e3 * ms + 1);
    return st != YOKE_ERR_DEVICE;
}

static void try_all(struct yoke_check *c, const struct request *r, const yoke_device *dev)
{
    const struct yoke_op_class *op = r->op;

    for (size_t i = 0; i < r->n_variants && yoke_now_ms() < r->end_ms; i++) {
        const struct yoke_variant *variant =
            yoke_variant_find(op->variants, op->n_variants, r->variants[i]);
        yoke_helper_say(YOKE_HELPER_BEGIN);
        if (!variant || !variant->supports(dev, variant, r->plain.problem.bytes))
            yoke_helper_say_text(YOKE_HELPER_REFUSE, "it does not take the shape that is checked");
        else if (!try_one(c, variant))
            return;
    }
    yoke_helper_say(YOKE_HELPER_END);
}

void yoke_trial_answer(const struct yoke_op_class *(*find)(const char *name), int argc, char **argv)
{
    struct yoke_check *c = NULL;
    yoke_device *dev = NULL;
    yoke_queue *q = NULL;
    struct request r;
    yoke_status st = YOKE_OK;

    if (!parse(find, argc, argv, &r))
        TRY(yoke_fail(YOKE_ERR_INVALID, "is asked for what is no trial"));
    TRY(yoke_device_open_again(r.device, r.identity, &dev));
    TRY(yoke_plain_of_key(dev, r.op, r.type, r.key, &r.plain));
    TRY(yoke_queue_create(dev, &q));
    TRY(yoke_check_create(q, r.op, &r.plain, &c));
    yoke_helper_say(YOKE_HELPER_READY);
    try_all(c, &r, dev);
out:
    if (st != YOKE_OK) yoke_helper_say_text(YOKE_HELPER_SORRY, "%s", yoke_last_error());
    yoke_check_destroy(&c);
    yoke_queue_destroy(&q);
    if (dev) yoke_device_close(&dev); /* stores what was compiled */
    _exit(0);                         /* drivers are known to crash in their exit handlers */
}
