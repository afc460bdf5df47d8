/* op_run.c - every shape of an operator through one variant. SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "guarded.h"

#define MAX_WRONG 25 /* lines are enough to see a pattern */
#define LEAST_RUN 12 /* until so many have run, every shape is tried: some variants take few */

/* What all shapes of one test share. */
struct session {
    const struct op_case *op;
    enum yoke_type type;
    const char *variant;
    uint64_t seed;
    size_t max_dim; /* 0: as they come */
    struct op_tally tally;
};

static struct rng rng_of(const struct session *t, size_t index, uint64_t purpose)
{
    struct rng r = { t->seed * 0x9e3779b97f4a7c15u + index * 2 + purpose };

    yoke_random_next(&r.state);
    return r;
}

static yoke_status call(const struct session *t, const struct op_shape *s,
                        struct guarded g[OP_ARRAYS])
{
    yoke_buffer *buffers[OP_ARRAYS] = { 0 };
    void *host[OP_ARRAYS] = { 0 };
    yoke_status st;

    for (size_t i = 0; i < t->op->n_arrays; i++)
        host[i] = g[i].data;
    if (s->tier == OP_RUN) return t->op->run(s, t->type, t->variant, host);

    st = guarded_upload(g, s->tier);
    if (st != YOKE_OK) return st;
    for (size_t i = 0; i < t->op->n_arrays; i++)
        buffers[i] = g[i].buffer;
    st = t->op->enqueue(s, t->type, t->variant, buffers);
    if (st != YOKE_OK) return st;
    return guarded_download(g, s->tier);
}

/* Compare the output; false, with the worst element in why. */
static bool output_is_right(const struct session *t, const struct op_shape *s,
                            const struct guarded g[OP_ARRAYS], char *why, size_t size)
{
    const void *before[OP_ARRAYS] = { NULL };
    struct yoke_ref_result r;

    for (size_t i = 0; i < t->op->n_arrays; i++)
        before[i] = guarded_before(&g[i]);
    t->op->check(s, t->type, before, g[0].data, &r);
    if (!r.passed)
        snprintf(why, size, "%s[%zu] is %.9Lg, not %.9Lg: off by %.3Lg, allowed %.3g",
                 t->op->array_names[0], r.value.at, r.got, r.value.want, r.got - r.value.want,
                 r.allowed);
    return r.passed;
}

static void report_wrong(const struct session *t, const struct op_shape *s, size_t index,
                         const char *why)
{
    char shape[768], cap[64] = "";

    t->op->print(s, shape, sizeof shape);
    if (t->max_dim) snprintf(cap, sizeof cap, " YOKE_TEST_MAX_DIM=%zu", t->max_dim);
    fprintf(stderr,
            "WRONG %s: %s; to repeat: CK_RUN_SUITE=%s-%s CK_RUN_CASE=%s YOKE_TEST_SEED=%llu "
            "YOKE_TEST_ONLY=%zu%s test_ops\n",
            shape, why, t->op->name, yoke_type_name(t->type), t->variant ? t->variant : "default",
            (unsigned long long)t->seed, index, cap);
}

static void run_shape(struct session *t, const struct op_shape *s, size_t index)
{
    struct guarded g[OP_ARRAYS];
    struct rng values = rng_of(t, index, 1);
    char why[512];
    yoke_status st;
    bool right;

    guarded_create(g, t->op, s, t->type, &values);
    st = call(t, s, g);
    if (st == YOKE_ERR_UNSUPPORTED && t->variant) {
        t->tally.n_refused++;
    } else {
        t->tally.n_run += memchr(g[0].owned, 1, g[0].length) != NULL;
        right = st == YOKE_OK && guarded_intact(g, t->op, why, sizeof why) &&
                output_is_right(t, s, g, why, sizeof why);
        if (st != YOKE_OK)
            snprintf(why, sizeof why, "%s, %s", yoke_status_name(st), yoke_last_error());
        if (!right) report_wrong(t, s, index, why);
        t->tally.n_wrong += !right;
    }
    guarded_destroy(g);
}

/* Shape `index`: an edge, or after the last edge a random one, from seed and index alone. */
static void make_shape(const struct session *t, size_t index, struct op_shape *s)
{
    struct rng r = rng_of(t, index, 0);

    *s = (struct op_shape){ 0 };
    if (!t->op->edge(index, s)) t->op->random(&r, s);
    if (t->op->fit) t->op->fit(s, t->type);
    if (t->max_dim) t->op->cap(s, t->max_dim);
}

bool op_case_has_output(const struct op_case *op, const struct op_shape *s)
{
    const size_t n = op->length(s, 0);
    unsigned char *owned = calloc(n + 1, 1);
    bool found;

    if (!owned) ck_abort_msg("no host memory for %zu elements", n);
    op->mark(s, 0, owned);
    found = memchr(owned, 1, n) != NULL;
    free(owned);
    return found;
}

struct op_tally op_case_run(const struct op_case *op, enum yoke_type type, const char *variant,
                            size_t n_random, size_t step)
{
    const size_t first = variant ? strlen(variant) % step : 0;
    struct session t = { .op = op, .type = type, .variant = variant };
    const uint64_t only = harness_env("YOKE_TEST_ONLY", UINT64_MAX);
    struct op_shape s = { 0 };
    size_t n_edges = 0;

    t.seed = harness_env("YOKE_TEST_SEED", 1);
    t.max_dim = (size_t)harness_env("YOKE_TEST_MAX_DIM", 0);
    while (op->edge(n_edges, &s))
        n_edges++;
    for (size_t i = 0; i < n_edges + n_random && t.tally.n_wrong < MAX_WRONG; i++) {
        const bool enough = t.tally.n_run >= LEAST_RUN;
        if (only != UINT64_MAX ? i != only : enough && i % step != first) continue;
        make_shape(&t, i, &s);
        run_shape(&t, &s, i);
    }
    printf("%s %s %s: %zu shapes run, %zu wrong, %zu refused; seed %llu\n", op->name,
           yoke_type_name(type), variant ? variant : "default", t.tally.n_run, t.tally.n_wrong,
           t.tally.n_refused, (unsigned long long)t.seed);
    fflush(stdout);
    return t.tally;
}
