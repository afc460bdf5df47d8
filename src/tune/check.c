/* check.c - is a variant right? Asked on data of its own. Of the child alone.
 * SPDX-License-Identifier: MIT */
#include "tune/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/element.h"
#include "base/error.h"
#include "base/random.h"
#include "base/size.h"
#include "op/plan.h"
#include "ref/fill.h"
#include "ref/ops.h"
#include "ref/rows.h"

enum {
    GUARD = 1024, /* elements before and behind the result that nobody may touch */
    TERMS = 32,   /* that are not 0, of a sum of whole numbers in 16 bits        */
    TIMED_RUNS = 3,
    PLACE_BYTES = 96, /* of a text that says where an element is                  */
};
static const double long_run_ms = 50;

/* The corners, and elements at random. */
static const struct yoke_ref_effort effort = { 8e6, 8e6, 64, 4096 };

/* Whole numbers, whose sums are exact, and numbers in [-1, 1). */
enum data { WHOLE, REAL, N_DATA };

/* The operands' numbers: the result is read to the first. */
struct arrays {
    void *host[YOKE_OP_OPERANDS_MAX];
    yoke_buffer *buf[YOKE_OP_OPERANDS_MAX];
    struct yoke_ref ref;
};

struct yoke_check {
    yoke_queue *q;
    const struct yoke_op_class *op;
    const struct yoke_plain *plain;
    struct yoke_operand operand[YOKE_OP_OPERANDS_MAX];
    struct arrays of[N_DATA];
    struct yoke_ref_rows *rows; /* of the whole numbers, where the operator has them */
};

static size_t elements(const struct yoke_check *c, size_t operand)
{
    return yoke_operand_extent(&c->operand[operand]) + (operand == 0 ? 2 * GUARD : 0);
}

static size_t bytes_of(const struct yoke_check *c, size_t operand)
{
    return elements(c, operand) * yoke_type_size(c->operand[operand].tensor.type);
}

/* Products that one element of the result is the sum of. */
static double terms_of(const struct yoke_check *c)
{
    return c->op->flops(c->plain->problem.bytes) / 2 /
           (double)yoke_tensor_elements(&c->operand[0].tensor);
}

/* 16-bit results hold few whole numbers: there most elements of the first operand that is read are
 * 0, the others 1 or -1. */
static void fill_sparsely(const struct yoke_check *c, size_t operand, void *array, uint64_t *seed)
{
    const double one_of = operand == 1 ? ceil(terms_of(c) / TERMS) : 1;

    for (size_t i = 0; i < elements(c, operand); i++) {
        const double one = yoke_random_below(seed, 2) ? 1.0 : -1.0;
        yoke_element_set(c->operand[operand].tensor.type, array, i,
                         yoke_random_below(seed, (size_t)one_of) ? 0.0 : one);
    }
}

static void fill(const struct yoke_check *c, size_t operand, enum data data)
{
    const enum yoke_type type = c->operand[operand].tensor.type;
    void *array = c->of[data].host[operand];
    uint64_t seed = 1 + operand;

    if (data == WHOLE && (type == YOKE_F16 || type == YOKE_BF16))
        fill_sparsely(c, operand, array, &seed);
    else
        yoke_ref_fill(type, data == WHOLE ? YOKE_REF_WHOLE : YOKE_REF_UNIT, array,
                      elements(c, operand), &seed);
}

static yoke_status make_arrays(struct yoke_check *c, enum data data)
{
    const void *counted[YOKE_OP_OPERANDS_MAX] = { NULL };
    struct arrays *a = &c->of[data];
    yoke_status st = YOKE_OK;

    for (size_t i = 0; i < c->op->n_operands; i++) {
        if (!c->operand[i].is_array) continue;
        const struct yoke_buffer_params params = { .size_bytes = bytes_of(c, i) };
        a->host[i] = malloc(params.size_bytes);
        if (!a->host[i])
            TRY(yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for %zu bytes", params.size_bytes));
        TRY(yoke_buffer_create(yoke_queue_device(c->q), &params, &a->buf[i]));
        if (i == 0) continue;
        fill(c, i, data);
        TRY(yoke_buffer_write(c->q, a->buf[i], 0, a->host[i], params.size_bytes));
        counted[c->operand[i].number] = a->host[i];
    }
    if (!yoke_ref_of(c->op->name, &a->ref, c->plain->descriptor.bytes,
                     data == WHOLE ? YOKE_REF_WHOLE : YOKE_REF_UNIT, counted))
        TRY(yoke_fail(YOKE_ERR_UNSUPPORTED, "nobody knows what %s should give", c->op->name));
out:
    return st;
}

yoke_status yoke_check_create(yoke_queue *q, const struct yoke_op_class *op,
                              const struct yoke_plain *plain, struct yoke_check **out)
{
    struct yoke_check *c = calloc(1, sizeof *c);
    yoke_status st = YOKE_OK;

    *out = NULL;
    if (!c) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a check");
    c->q = q;
    c->op = op;
    c->plain = plain;
    for (size_t i = 0; i < op->n_operands; i++)
        op->operand(plain->problem.bytes, i, &c->operand[i]);
    TRY(make_arrays(c, WHOLE));
    TRY(make_arrays(c, REAL));
    if (c->of[WHOLE].ref.rows.sum) {
        c->rows = yoke_ref_rows_create(&c->of[WHOLE].ref);
        if (!c->rows) TRY(yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a reference"));
    }
    *out = c;
    c = NULL;
out:
    yoke_check_destroy(&c);
    return st;
}

/* The result's array as the operator sees it, behind the guard. */
static const void *result_of(const struct yoke_check *c, enum data data)
{
    return (const char *)c->of[data].host[0] + GUARD * yoke_type_size(c->operand[0].tensor.type);
}

/* The result filled with bytes that are no number before, read back after. */
static yoke_status run(struct yoke_check *c, const struct yoke_plan *plan, enum data data,
                       double *ms)
{
    struct yoke_bindings bindings = { .operand = { { .offset = GUARD } } };
    const struct arrays *a = &c->of[data];
    const size_t size_bytes = bytes_of(c, 0);
    yoke_status st = YOKE_OK;
    yoke_event *done = NULL;

    for (size_t i = 0; i < c->op->n_operands; i++)
        bindings.operand[i].buffer = a->buf[i];
    memset(a->host[0], 0xff, size_bytes);
    TRY(yoke_buffer_write(c->q, a->buf[0], 0, a->host[0], size_bytes));
    const double begin = yoke_now_ms();
    TRY(yoke_plan_enqueue(c->q, plan, &bindings, &done));
    TRY(yoke_event_wait(done));
    *ms = yoke_now_ms() - begin;
    TRY(yoke_buffer_read(c->q, a->buf[0], 0, a->host[0], size_bytes));
out:
    yoke_event_destroy(&done);
    return st;
}

static bool guards_hold(const struct yoke_check *c, enum data data, char *why, size_t room)
{
    const unsigned char *bytes = c->of[data].host[0];
    const size_t all = bytes_of(c, 0), guard = GUARD * yoke_type_size(c->operand[0].tensor.type);

    for (size_t i = 0; i < guard; i++)
        if (bytes[i] != 0xff || bytes[all - 1 - i] != 0xff) {
            snprintf(why, room, "it writes %s %s", bytes[i] != 0xff ? "before" : "behind",
                     c->operand[0].name);
            return false;
        }
    return true;
}

/* "(0, 48)": number i of so many, counted row-major. */
static const char *place_of(const size_t *dims, size_t n, size_t i, char text[PLACE_BYTES])
{
    size_t at[YOKE_REF_DIMS];
    int used = 0;

    for (size_t d = n; d-- > 0; i /= dims[d])
        at[d] = i % dims[d];
    for (size_t d = 0; d < n; d++)
        used += snprintf(text + used, PLACE_BYTES - (size_t)used, "%s%zu", d ? ", " : "(", at[d]);
    snprintf(text + used, PLACE_BYTES - (size_t)used, ")");
    return text;
}

static bool integers_right(const struct yoke_check *c, char *why, size_t room)
{
    const struct yoke_ref *ref = &c->of[WHOLE].ref;
    const void *result = result_of(c, WHOLE);
    struct yoke_ref_result r;
    char place[PLACE_BYTES];

    if (c->rows)
        yoke_ref_rows_check(c->rows, result, &r);
    else
        yoke_ref_check(ref, NULL, 0, result, &r);
    if (r.passed) return true;
    snprintf(why, room, "on whole numbers, %s %s of %s is wrong", c->rows ? "row" : "element",
             c->rows ? place_of(ref->rows.dims, ref->rows.n_dims, r.element, place)
                     : place_of(ref->dims, ref->n_dims, r.element, place),
             c->operand[0].name);
    return false;
}

static bool sample_right(const struct yoke_check *c, char *why, size_t room)
{
    const struct yoke_ref *ref = &c->of[REAL].ref;
    struct yoke_ref_result r;
    char place[PLACE_BYTES];

    yoke_ref_check(ref, &effort, 11, result_of(c, REAL), &r);
    if (!r.passed)
        snprintf(why, room, "element %s of %s is %.9g, not %.9g +- %.2g",
                 place_of(ref->dims, ref->n_dims, r.element, place), c->operand[0].name,
                 (double)r.got, (double)r.value.want, r.allowed);
    return r.passed;
}

yoke_status yoke_check_variant(struct yoke_check *c, const struct yoke_variant *variant,
                               bool *right, char *why, size_t room, double *ms)
{
    struct yoke_plan *plan = NULL;
    yoke_status st = YOKE_OK;
    double again;

    *right = false;
    why[0] = '\0';
    TRY(yoke_plan_make(yoke_queue_device(c->q), variant, c->plain->problem.bytes, &plan));
    TRY(run(c, plan, WHOLE, ms));
    if (!guards_hold(c, WHOLE, why, room) || !integers_right(c, why, room)) goto out;
    TRY(run(c, plan, REAL, ms)); /* the first run compiled */
    if (!guards_hold(c, REAL, why, room) || !sample_right(c, why, room)) goto out;
    *right = true;
    for (int i = 0; i < TIMED_RUNS && *ms < long_run_ms; i++) {
        TRY(run(c, plan, REAL, &again));
        *ms = fmin(*ms, again);
    }
out:
    yoke_plan_release(plan);
    return st;
}

void yoke_check_destroy(struct yoke_check **c)
{
    if (!*c) return;
    for (int data = 0; data < N_DATA; data++)
        for (size_t i = 0; i < YOKE_OP_OPERANDS_MAX; i++) {
            yoke_buffer_destroy(&(*c)->of[data].buf[i]);
            free((*c)->of[data].host[i]);
        }
    yoke_ref_rows_destroy(&(*c)->rows);
    free(*c);
    *c = NULL;
}
