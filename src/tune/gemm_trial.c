/* gemm_trial.c - the child process that tries rows of matrix products (tune/trial.h).
 * SPDX-License-Identifier: MIT */
#include "tune/gemm_trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/helper_child.h"
#include "device/open.h"
#include "tune/gemm_check.h"
#include "tune/trial.h"

enum { OPERATOR, DEVICE, IDENTITY, MILLISECONDS, TYPE, KEY, FIRST_ROW };

/* What the parent asked for. */
struct request {
    const char *device, *identity;
    char **rows;
    size_t n_rows;
    double end_ms;
    struct yoke_tune_shape shape;
};

static bool parse(int argc, char **argv, struct request *r)
{
    enum yoke_type type = YOKE_F32;

    if (argc < FIRST_ROW || strcmp(argv[OPERATOR], yoke_gemm_class.name) != 0) return false;
    r->device = argv[DEVICE];
    r->identity = argv[IDENTITY];
    r->end_ms = yoke_now_ms() + strtol(argv[MILLISECONDS], NULL, 10);
    r->rows = argv + FIRST_ROW;
    r->n_rows = (size_t)(argc - FIRST_ROW);
    while (type < YOKE_S32 && strcmp(argv[TYPE], yoke_type_name(type)) != 0)
        type++;
    return type < YOKE_S32 && yoke_gemm_shape_of_key(type, argv[KEY], &r->shape);
}

/* What a failure says of the row. What a device runs out of may be there again the next time. */
static enum yoke_helper_word word_for(yoke_status st)
{
    switch (st) {
    case YOKE_ERR_BUILD: return YOKE_HELPER_BROKEN;
    case YOKE_ERR_DEVICE: return YOKE_HELPER_LOST;
    default: return YOKE_HELPER_REFUSE;
    }
}

/* False where the device failed: what runs on it next would say nothing. */
static bool try_row(struct yoke_gemm_check *c, const struct yoke_variant *variant)
{
    char why[YOKE_TUNE_WHY_MAX];
    bool right;
    double ms;

    const yoke_status st = yoke_gemm_check_row(c, variant, &right, why, sizeof why, &ms);
    if (st != YOKE_OK)
        yoke_helper_say_text(word_for(st), "%.*s", YOKE_TUNE_WHY_MAX - 1, yoke_last_error());
    else if (!right)
        yoke_helper_say_text(YOKE_HELPER_WRONG, "%s", why);
    else
        yoke_helper_say_text(YOKE_HELPER_PASS, "%.0f", 1e3 * ms + 1);
    return st != YOKE_ERR_DEVICE;
}

static void try_rows(struct yoke_gemm_check *c, const struct request *r,
                     const struct yoke_variant *rows, size_t n_rows, const yoke_device *dev)
{
    for (size_t i = 0; i < r->n_rows && yoke_now_ms() < r->end_ms; i++) {
        const struct yoke_variant *variant = yoke_variant_find(rows, n_rows, r->rows[i]);
        yoke_helper_say(YOKE_HELPER_BEGIN);
        if (!variant || !variant->supports(dev, variant, yoke_gemm_check_problem(c)))
            yoke_helper_say_text(YOKE_HELPER_REFUSE, "it does not take the shape that is checked");
        else if (!try_row(c, variant))
            return;
    }
    yoke_helper_say(YOKE_HELPER_END);
}

void yoke_gemm_trial(const struct yoke_variant *rows, size_t n_rows, int argc, char **argv)
{
    struct yoke_gemm_check *c = NULL;
    yoke_device *dev = NULL;
    yoke_queue *q = NULL;
    struct request r;
    yoke_status st = YOKE_OK;

    if (!parse(argc, argv, &r)) TRY(yoke_fail(YOKE_ERR_INVALID, "is asked for what is no trial"));
    TRY(yoke_device_open_again(r.device, r.identity, &dev));
    TRY(yoke_queue_create(dev, &q));
    TRY(yoke_gemm_check_create(q, &r.shape, &c));
    yoke_helper_say(YOKE_HELPER_READY);
    try_rows(c, &r, rows, n_rows, dev);
out:
    if (st != YOKE_OK) yoke_helper_say_text(YOKE_HELPER_SORRY, "%s", yoke_last_error());
    yoke_gemm_check_destroy(&c);
    yoke_queue_destroy(&q);
    if (dev) yoke_device_close(&dev); /* stores what was compiled */
    _exit(0);                         /* drivers are known to crash in their exit handlers */
}
