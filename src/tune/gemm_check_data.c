/* gemm_check_data.c - what a check computes with: arrays and a reference.
 * SPDX-License-Identifier: MIT */
#include "tune/gemm_check_data.h"

#include <math.h>
#include <stdlib.h>

#include "base/element.h"
#include "base/error.h"
#include "base/size.h"

static const double most_macs = 1.5e8, most_elements = 0x1p22;

uint64_t yoke_gemm_check_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    return z ^ (z >> 31);
}

static double macs(const struct yoke_tune_shape *s)
{
    return (double)s->dim[0] * (double)s->dim[1] * (double)s->dim[2] * (double)s->dim[3];
}

static bool is_large(const struct yoke_tune_shape *s)
{
    const double M = (double)s->dim[0], N = (double)s->dim[1], K = (double)s->dim[2];

    return macs(s) > most_macs ||
           fmax(M * K, fmax(K * N, M * N)) * (double)s->dim[3] > most_elements;
}

struct yoke_tune_shape yoke_gemm_check_shape(const struct yoke_tune_shape *shape)
{
    struct yoke_tune_shape s = *shape;

    while (is_large(&s)) {
        size_t i = 3; /* the batch first: its matrices are alike */
        for (size_t k = 0; k < 3 && s.dim[3] <= 4; k++)
            if (i == 3 || s.dim[k] > s.dim[i]) i = k;
        const size_t half = s.dim[i] / 2, rest = i < 3 ? s.dim[i] % 128 : 0;
        s.dim[i] = half >= 256 ? half - half % 128 + rest : half;
    }
    return s;
}

const struct yoke_gemm_problem *yoke_gemm_check_problem(const struct yoke_gemm_check *c)
{
    return &c->p;
}

static yoke_status prepare(const struct yoke_tune_shape *s, struct yoke_gemm_problem *p)
{
    const struct yoke_gemm gemm = {
        .M = s->dim[0],
        .N = s->dim[1],
        .K = s->dim[2],
        .batch = s->dim[3],
        .type = s->type,
        .trans_a = s->trans & 2,
        .trans_b = s->trans & 1,
        .offset_c = YOKE_GEMM_GUARD,
    };

    return yoke_gemm_prepare(&gemm, p);
}

static size_t elements(const struct yoke_gemm_problem *p, size_t operand)
{
    return p->at[operand].extent + (operand == YOKE_GEMM_C ? YOKE_GEMM_GUARD : 0);
}

/* Whole numbers small enough that no sum is rounded. 16-bit results hold few: there most elements
 * of A are 0. */
static double whole(const struct yoke_gemm_problem *p, size_t operand, uint64_t random)
{
    const bool narrow = p->type == YOKE_F16 || p->type == YOKE_BF16;

    if (!narrow) return (double)(random % 5) - 2;
    if (operand == YOKE_GEMM_A && (random >> 8) % yoke_div_up(p->K, 32) != 0) return 0;
    return random & 1 ? 1 : -1;
}

static void fill(const struct yoke_gemm_problem *p, size_t operand, enum yoke_gemm_data data,
                 void *array)
{
    const size_t n = elements(p, operand) * yoke_type_parts(p->type);
    uint64_t state = 1 + operand;

    for (size_t i = 0; i < n; i++) {
        const uint64_t random = yoke_gemm_check_next(&state);
        const double real = (double)(random >> 11) * 0x1p-52 - 1.0;
        yoke_element_set(p->type, array, i,
                         data == YOKE_GEMM_WHOLE || yoke_type_is_integer(p->type)
                             ? whole(p, operand, random)
                             : real);
    }
}

double yoke_gemm_check_at(const struct yoke_gemm_check *c, enum yoke_gemm_data data, size_t operand,
                          size_t b, size_t i, size_t j, size_t part)
{
    const struct yoke_matrix *m = &c->p.at[operand];
    const enum yoke_type type = yoke_gemm_type(&c->p, operand);
    const size_t element = m->offset + b * m->batch + i * m->row + j * m->step;

    return yoke_element_get(type, c->host[data][operand], element * yoke_type_parts(type) + part);
}

/* For one matrix of the batch: sums = A (B weights), exact. z has room for B weights. */
static void sum_rows(struct yoke_gemm_check *c, size_t b, double *z)
{
    const struct yoke_gemm_problem *p = &c->p;
    const size_t parts = yoke_type_parts(p->type);
    double *sums = c->sums + b * p->M * parts;

    for (size_t k = 0; k < p->K; k++)
        for (size_t part = 0; part < parts; part++) {
            double *to = &z[k * parts + part];
            *to = 0;
            for (size_t n = 0; n < p->N; n++)
                *to += yoke_gemm_check_at(c, YOKE_GEMM_WHOLE, YOKE_GEMM_B, b, k, n, part) *
                       c->weights[n];
        }
    for (size_t m = 0; m < p->M; m++)
        for (size_t k = 0; k < p->K; k++) {
            const double re = yoke_gemm_check_at(c, YOKE_GEMM_WHOLE, YOKE_GEMM_A, b, m, k, 0);
            const double im =
                parts == 2 ? yoke_gemm_check_at(c, YOKE_GEMM_WHOLE, YOKE_GEMM_A, b, m, k, 1) : 0;
            sums[m * parts] += re * z[k * parts] - (parts == 2 ? im * z[k * parts + 1] : 0);
            if (parts == 2) sums[m * parts + 1] += re * z[k * parts + 1] + im * z[k * parts];
        }
}

static yoke_status make_reference(struct yoke_gemm_check *c)
{
    const struct yoke_gemm_problem *p = &c->p;
    const size_t parts = yoke_type_parts(p->type);
    double *z = malloc(p->K * parts * sizeof *z);
    uint64_t state = 7;

    c->weights = malloc(p->N * sizeof *c->weights);
    c->sums = calloc(p->batch * p->M * parts, sizeof *c->sums);
    if (!z || !c->weights || !c->sums) {
        free(z);
        return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a reference");
    }
    for (size_t n = 0; n < p->N; n++) { /* none is 0, so no column is left out */
        const uint64_t random = yoke_gemm_check_next(&state);
        c->weights[n] = (double)(random % 4 + 1) * (random & 8 ? 1 : -1);
    }
    for (size_t b = 0; b < p->batch; b++)
        sum_rows(c, b, z);
    free(z);
    return YOKE_OK;
}

size_t yoke_gemm_check_bytes(const struct yoke_gemm_check *c, size_t operand)
{
    return elements(&c->p, operand) * yoke_type_size(yoke_gemm_type(&c->p, operand));
}

static yoke_status make_arrays(struct yoke_gemm_check *c, enum yoke_gemm_data data)
{
    yoke_status st = YOKE_OK;

    for (size_t i = YOKE_GEMM_C; i <= YOKE_GEMM_B; i++) {
        const struct yoke_buffer_params params = { .size_bytes = yoke_gemm_check_bytes(c, i) };
        c->host[data][i] = malloc(params.size_bytes);
        if (!c->host[data][i])
            TRY(yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for %zu bytes", params.size_bytes));
        TRY(yoke_buffer_create(yoke_queue_device(c->q), &params, &c->buf[data][i]));
        if (i == YOKE_GEMM_C) continue;
        fill(&c->p, i, data, c->host[data][i]);
        TRY(yoke_buffer_write(c->q, c->buf[data][i], 0, c->host[data][i], params.size_bytes));
    }
out:
    return st;
}

yoke_status yoke_gemm_check_create(yoke_queue *q, const struct yoke_tune_shape *shape,
                                   struct yoke_gemm_check **out)
{
    struct yoke_gemm_check *c = calloc(1, sizeof *c);
    yoke_status st = YOKE_OK;

    *out = NULL;
    if (!c) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a check");
    c->q = q;
    TRY(prepare(shape, &c->p));
    for (int data = 0; data < YOKE_GEMM_DATA; data++)
        TRY(make_arrays(c, (enum yoke_gemm_data)data));
    TRY(make_reference(c));
    *out = c;
    c = NULL;
out:
    yoke_gemm_check_destroy(&c);
    return st;
}

void yoke_gemm_check_destroy(struct yoke_gemm_check **c)
{
    if (!*c) return;
    for (int data = 0; data < YOKE_GEMM_DATA; data++)
        for (size_t i = YOKE_GEMM_C; i <= YOKE_GEMM_B; i++) {
            yoke_buffer_destroy(&(*c)->buf[data][i]);
            free((*c)->host[data][i]);
        }
    free((*c)->weights);
    free((*c)->sums);
    free(*c);
    *c = NULL;
}
