/* profile.c - measure a device's profile (op/profile.h), and write it down.
 * SPDX-License-Identifier: MIT
 *
 * One field after the other, those first on which others depend: a few values around the one that
 * there is take turns on a few matrix products, which are what the fields are for, and one replaces
 * it by the rules of search.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/quantile.h"
#include "device/drivers.h"
#include "op/db_file.h"
#include "op/profile.h"
#include "tune/profile_timing.h"
#include "tune/search.h"

enum { MAX_SHAPES = 5, MAX_VALUES = 9 /* below YOKE_PROFILE_MAX_PLANS */ };
static const double default_budget_s = 60, search_part = 0.95, least_wait_ms = 100;

/* Which values of a field to try beside the one that there is, in sixteenths of the one that
 * follows from the caches, on which products: M, N and K, A transposed or not. */
struct question {
    const char *field;
    enum yoke_type type;
    bool trans_a;
    unsigned sixteenths[MAX_VALUES - 1]; /* END after the last */
    unsigned shapes[MAX_SHAPES][3];      /* zeros after the last */
};
#define END 9999

/* The products have few programs, each of which takes seconds to compile. Where k is cut, it is
 * cut differently by all values. */
// clang-format off
static const struct question questions[] = {
    { "k_block", YOKE_F32, false, { 16, 8, 10, 12, 24, 32, END }, { { 512, 512, 512 }, { 768, 768, 1536 } } },
    { "k_block_f64", YOKE_F64, false, { 16, 6, 8, 12, 24, 32, END },
      { { 512, 512, 512 }, { 768, 768, 1536 } } },
    { "panel_bytes", YOKE_F32, false, { 16, 2, 4, 8, 32, END }, { { 1024, 1024, 1024 }, { 768, 768, 1536 } } },
    { "in_place_cols", YOKE_F32, false, { 16, 2, 4, 6, 8, 32, END },
      { { 192, 192, 192 }, { 384, 384, 384 }, { 784, 512, 128 }, { 784, 256, 512 }, { 640, 640, 640 } } },
    { "in_place_cols_t", YOKE_F32, true, { 16, 4, 8, 32, END },
      { { 192, 192, 192 }, { 320, 320, 320 }, { 384, 384, 384 }, { 640, 640, 640 } } },
    { "spread_bytes", YOKE_F32, false, { 16, 0, 8, 32, END },
      { { 196, 640, 384 }, { 640, 640, 640 }, { 784, 1100, 784 } } },
    { "pack_a_cost", YOKE_F32, false, { 16, 4, 8, 32, END },
      { { 512, 512, 512 }, { 784, 512, 256 }, { 196, 1024, 512 } } },
    { "pack_b_cost", YOKE_F32, false, { 16, 4, 8, 32, END },
      { { 512, 512, 512 }, { 784, 512, 256 }, { 3136, 128, 256 } } },
};
// clang-format on
enum { N_QUESTIONS = sizeof questions / sizeof *questions };

struct measuring {
    yoke_device *dev;
    const struct yoke_tune_params *params;
    struct yoke_tune_profile_result *result;
    double begin_ms, budget_ms;
    struct yoke_profile profile; /* so far */
    struct yoke_db_owner owner;
    struct yoke_tune_line lines[N_QUESTIONS + 2]; /* and what one unit does, and its waking */
    size_t n_lines;
};

/* A question at work. */
struct asked {
    struct measuring *m;
    const struct question *question;
    struct yoke_profile values[MAX_VALUES];
    size_t n_values, n_shapes;
    struct yoke_profile_timing *timings[MAX_SHAPES];
};

static void tell(const struct measuring *m, const char *field)
{
    const double done = (yoke_now_ms() - m->begin_ms) / m->budget_ms;
    const struct yoke_tune_progress progress = { "measuring", field, fmin(done, 1.0) };

    if (m->params->progress) m->params->progress(m->params->progress_user, &progress);
}

static size_t field_of(const char *name)
{
    size_t i = 0;

    while (strcmp(yoke_profile_name(i), name) != 0)
        i++;
    return i;
}

/* The value that there is first, then those that differ from it and that the field allows. */
static void list_values(struct asked *a)
{
    const struct yoke_profile_facts facts = yoke_profile_facts_of(a->m->dev);
    const size_t field = field_of(a->question->field);
    const size_t now = yoke_profile_get(&a->m->profile, field);
    struct yoke_profile derived;

    yoke_profile_derive(&derived, &facts);
    a->values[a->n_values++] = a->m->profile;
    for (const unsigned *s = a->question->sixteenths; *s != END; s++) {
        struct yoke_profile *p = &a->values[a->n_values];
        const double value = (double)yoke_profile_get(&derived, field) * *s / 16;
        *p = a->m->profile;
        a->n_values += (size_t)value != now && yoke_profile_set(p, field, (size_t)value);
    }
}

static yoke_status make_timings(struct asked *a)
{
    const struct question *q = a->question;
    yoke_status st = YOKE_OK;

    for (; a->n_shapes < MAX_SHAPES && q->shapes[a->n_shapes][0]; a->n_shapes++) {
        const unsigned *s = q->shapes[a->n_shapes];
        const struct yoke_gemm gemm = {
            .M = s[0], .N = s[1], .K = s[2], .type = q->type, .trans_a = q->trans_a
        };
        TRY(yoke_profile_timing_create(a->m->dev, &gemm, &a->timings[a->n_shapes]));
    }
out:
    return st;
}

/* The geometric mean of all products: each is as important as another. */
static yoke_status take(struct asked *a, size_t value, double *mean_ms)
{
    double sum = 0;
    yoke_status st = YOKE_OK;

    yoke_profile_try(a->m->dev, &a->values[value]); /* for the plan, at the first time */
    for (size_t i = 0; i < a->n_shapes; i++) {
        double ms;
        TRY(yoke_profile_timing_take(a->timings[i], value, &ms));
        sum += log(ms);
    }
    *mean_ms = exp(sum / (double)a->n_shapes);
out:
    yoke_profile_try(a->m->dev, NULL);
    return st;
}

static bool measure(void *ctx, size_t row, double *ms)
{
    const struct asked *a = ctx;

    tell(a->m, a->question->field);
    return take(ctx, row, ms) == YOKE_OK;
}

static double now(void *ctx)
{
    (void)ctx;
    return yoke_now_ms();
}

/* Keep a value, and the line and the report of it. */
static void note(struct measuring *m, const char *name, const struct yoke_profile *found,
                 double ratio)
{
    const size_t field = field_of(name);
    struct yoke_tune_field *f = &m->result->fields[m->result->n_fields++];

    snprintf(f->name, sizeof f->name, "%s", name);
    f->before = yoke_profile_get(&m->profile, field);
    f->value = yoke_profile_get(found, field);
    f->ratio = ratio;
    yoke_profile_set(&m->profile, field, (size_t)f->value);
    yoke_profile_line(&m->profile, field, &m->owner, &m->lines[m->n_lines]);
    m->lines[m->n_lines++].ratio = (unsigned)fmin(1e3 * ratio + 0.5, 999999);
}

static yoke_status ask(struct measuring *m, const struct question *q, double deadline_ms)
{
    struct asked a = { .m = m, .question = q };
    struct yoke_search_row rows[MAX_VALUES] = { { 0 } };
    struct yoke_search s = {
        .rows = rows, .deadline_ms = deadline_ms, .now_ms = now, .measure = measure, .ctx = &a
    };
    yoke_status st = YOKE_OK;
    size_t best;

    list_values(&a);
    TRY(make_timings(&a));
    for (s.n = 0; s.n < a.n_values; s.n++)
        rows[s.n].enters = true;
    if (!yoke_search_run(&s, &best))
        TRY(yoke_fail(YOKE_ERR_DEVICE, "measuring a profile: no product can be timed: %.400s",
                      yoke_last_error()));
    note(m, q->field, &a.values[best], best ? rows[best].ratio : 1.0);
out:
    for (size_t i = 0; i < MAX_SHAPES; i++)
        yoke_profile_timing_destroy(&a.timings[i]);
    return st;
}

/* A product that one unit's caches hold, for whose sake no other is woken. */
static yoke_status make_small(struct measuring *m, unsigned n, struct yoke_profile_timing **out)
{
    const struct yoke_gemm gemm = { .M = n, .N = n, .K = n, .type = YOKE_F32 };
    struct yoke_profile alone = m->profile;
    double ms;
    yoke_status st = YOKE_OK;

    yoke_profile_set(&alone, field_of("wake_ns"), (size_t)1 << 30);
    TRY(yoke_profile_timing_create(m->dev, &gemm, out));
    yoke_profile_try(m->dev, &alone); /* for the plan */
    TRY(yoke_profile_timing_take(*out, 0, &ms));
out:
    yoke_profile_try(m->dev, NULL);
    return st;
}

static yoke_status measure_rate(struct measuring *m)
{
    enum { N = 128, TIMES = 9 };
    struct yoke_profile found = m->profile;
    struct yoke_profile_timing *t = NULL;
    double ms, best = HUGE_VAL;
    yoke_status st = YOKE_OK;

    tell(m, "flops_per_us");
    TRY(make_small(m, N, &t));
    for (int i = 0; i < TIMES; i++) {
        TRY(yoke_profile_timing_take(t, 0, &ms));
        best = fmin(best, ms);
    }
    yoke_profile_set(&found, field_of("flops_per_us"), (size_t)(2e-3 * N * N * N / best));
    note(m, "flops_per_us", &found, 1.0);
out:
    yoke_profile_timing_destroy(&t);
    return st;
}

/* How much later a product ends where the device slept before. */
static yoke_status measure_wake(struct measuring *m)
{
    enum { N = 64, TIMES = 31 };
    static const struct timespec idle = { .tv_nsec = 2000000 };
    struct yoke_profile found = m->profile;
    struct yoke_profile_timing *t = NULL;
    double awake[TIMES], asleep[TIMES];
    yoke_status st = YOKE_OK;

    tell(m, "wake_ns");
    TRY(make_small(m, N, &t));
    for (int i = 0; i < TIMES; i++) {
        nanosleep(&idle, NULL);
        TRY(yoke_profile_timing_once(t, 0, &asleep[i]));
        TRY(yoke_profile_timing_once(t, 0, &awake[i]));
    }
    yoke_sort(awake, TIMES);
    yoke_sort(asleep, TIMES);
    const double ms = yoke_quantile(asleep, TIMES, 0.5) - yoke_quantile(awake, TIMES, 0.5);
    yoke_profile_set(&found, field_of("wake_ns"), (size_t)(1e6 * fmax(ms, 0)));
    note(m, "wake_ns", &found, 1.0);
out:
    yoke_profile_timing_destroy(&t);
    return st;
}

/* In this process first, which cannot fail for the sake of a file. */
static yoke_status write_down(struct measuring *m)
{
    const double left_ms = m->begin_ms + m->budget_ms - yoke_now_ms();
    const double wait_ms = fmin(YOKE_DB_WAIT_MS, fmax(left_ms / 2, least_wait_ms));
    yoke_status st = YOKE_OK;

    TRY(yoke_choice_learn(m->dev, m->lines, m->n_lines));
    TRY(yoke_db_store(m->params->db_path, m->lines, m->n_lines, wait_ms, m->result->path,
                      sizeof m->result->path));
out:
    return st;
}

static yoke_status measure_all(struct measuring *m)
{
    const double end_ms = m->begin_ms + search_part * m->budget_ms;
    yoke_status st = YOKE_OK;

    TRY(measure_rate(m));
    TRY(measure_wake(m));
    for (size_t i = 0; i < N_QUESTIONS; i++) {
        const double left_ms = fmax(end_ms - yoke_now_ms(), 0);
        if (questions[i].type == YOKE_F64 && !yoke_device_get_info(m->dev)->fp64) continue;
        TRY(ask(m, &questions[i], yoke_now_ms() + left_ms / (double)(N_QUESTIONS - i)));
    }
    TRY(write_down(m));
out:
    return st;
}

bool yoke_tune_has_profile(const yoke_device *dev)
{
    return dev && yoke_profile_is_measured(dev);
}

yoke_status yoke_tune_profile(yoke_device *dev, const struct yoke_tune_params *params,
                              struct yoke_tune_profile_result *result)
{
    static const struct yoke_tune_params defaults;
    struct measuring m = { .dev = dev, .params = params ? params : &defaults, .result = result };
    yoke_status st = YOKE_OK;

    if (!dev || !result) return yoke_fail(YOKE_ERR_INVALID, "yoke_tune_profile: a NULL argument");
    memset(result, 0, sizeof *result);
    if (yoke_drivers_check() != YOKE_OK) return YOKE_ERR_DEVICE;
    if (!yoke_tile_suits(dev))
        return yoke_fail(YOKE_ERR_UNSUPPORTED, "%s runs no kernels whose sizes are its profile's",
                         yoke_device_get_info(dev)->name);
    m.begin_ms = yoke_now_ms();
    m.budget_ms = 1e3 * (m.params->budget_s > 0 ? m.params->budget_s : default_budget_s);
    m.profile = *yoke_profile_of(dev);
    TRY(yoke_choice_owner(dev, &m.owner));
    st = measure_all(&m);
out:
    result->time_s = (yoke_now_ms() - m.begin_ms) * 1e-3;
    return st;
}
