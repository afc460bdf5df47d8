/* gemm_trial.c - the child process that tries rows of matrix products (tune/trial.h).
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* F_DUPFD_CLOEXEC beside fdopen */
#include "tune/gemm_trial.h"

#include <fcntl.h>
#include <stdarg.h>
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

enum { OPERATOR = 1, DEVICE, IDENTITY, MILLISECONDS, TYPE, KEY, FIRST_ROW };

/* What the parent asked for. */
struct request {
    const char *device, *identity;
    char **rows;
    size_t n_rows;
    double end_ms;
    struct yoke_tune_shape shape;
};

static FILE *parent;

/* One line; newlines in it become blanks. */
YOKE_PRINTF(1, 2) static void say(const char *fmt, ...)
{
    char line[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    for (char *c = line; *c; c++)
        if (*c == '\n') *c = ' ';
    fprintf(parent, "%s\n", line);
    fflush(parent);
}

/* Drivers may print: standard output becomes /dev/null for them. */
static bool take_stdout(void)
{
    const int own = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (own < 0 || null < 0 || dup2(null, STDOUT_FILENO) < 0) return false;
    close(null);
    parent = fdopen(own, "w");
    return parent != NULL;
}

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
static const char *word_for(yoke_status st)
{
    switch (st) {
    case YOKE_ERR_BUILD: return "broken";
    case YOKE_ERR_DEVICE: return "lost";
    default: return "refuse";
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
        say("%s %.*s", word_for(st), YOKE_TUNE_WHY_MAX - 1, yoke_last_error());
    else if (!right)
        say("wrong %s", why);
    else
        say("pass %.0f", 1e3 * ms + 1);
    return st != YOKE_ERR_DEVICE;
}

static void try_rows(struct yoke_gemm_check *c, const struct request *r,
                     const struct yoke_variant *rows, size_t n_rows, const yoke_device *dev)
{
    for (size_t i = 0; i < r->n_rows && yoke_now_ms() < r->end_ms; i++) {
        const struct yoke_variant *variant = yoke_variant_find(rows, n_rows, r->rows[i]);
        say("begin");
        if (!variant || !variant->supports(dev, variant, yoke_gemm_check_problem(c)))
            say("refuse it does not take the shape that is checked");
        else if (!try_row(c, variant))
            return;
    }
    say("end");
}

/* The device of that id, if it is still the one that the parent sees there. */
static yoke_status open_device(const struct request *r, yoke_device **dev)
{
    const struct yoke_log silent = { NULL, NULL };
    char identity[YOKE_TUNE_DEVICE_MAX];
    yoke_status st = YOKE_OK;
    size_t n;

    TRY(yoke_devices_open(r->device, &silent, dev, 1, &n));
    yoke_device_identity(*dev, identity, sizeof identity);
    if (strcmp(identity, r->identity) != 0) {
        yoke_device_close(dev);
        st = yoke_fail(YOKE_ERR_DEVICE, "finds another device as %s: %.200s", r->device, identity);
    }
out:
    return st;
}

int yoke_gemm_trial_main(const struct yoke_variant *rows, size_t n_rows, int argc, char **argv)
{
    struct yoke_gemm_check *c = NULL;
    yoke_device *dev = NULL;
    yoke_queue *q = NULL;
    struct request r;
    yoke_status st = YOKE_OK;

    if (!take_stdout() || !parse(argc, argv, &r)) return 2;
    yoke_helper_child_begin(fileno(parent));
    TRY(open_device(&r, &dev));
    TRY(yoke_queue_create(dev, &q));
    TRY(yoke_gemm_check_create(q, &r.shape, &c));
    say("ready");
    try_rows(c, &r, rows, n_rows, dev);
out:
    if (st != YOKE_OK) say("sorry %s", yoke_last_error());
    yoke_gemm_check_destroy(&c);
    yoke_queue_destroy(&q);
    if (dev) yoke_device_close(&dev); /* stores what was compiled */
    _exit(0);                         /* drivers are known to crash in their exit handlers */
}
