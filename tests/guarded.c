/* guarded.c - the arrays of one call, fenced. SPDX-License-Identifier: MIT */
#include "guarded.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/element.h"

#define PAGE_BYTES  4096 /* before an array that is page-aligned      */
#define GUARD_BYTES 4096 /* after every array, in host and device memory */

/* Where there is NaN, one of a rare payload; of the integers a number that is rare. */
static const uint16_t gap_f16 = 0x7e5a, gap_bf16 = 0x7fda;
static const uint32_t gap_f32 = 0x7fc5a5a5u;
static const uint64_t gap_f64 = 0x7ff85a5a5a5a5a5au;
static const int8_t gap_s8 = -91;
static const int32_t gap_s32 = 0x5a5a5a5a;

static const void *gap_of(enum yoke_type part)
{
    switch (part) {
    case YOKE_F64: return &gap_f64;
    case YOKE_F16: return &gap_f16;
    case YOKE_BF16: return &gap_bf16;
    case YOKE_S8: return &gap_s8;
    case YOKE_S32: return &gap_s32;
    default: return &gap_f32;
    }
}

/* A random value that the type holds exactly. Integers go as far as no sum of 20,011 products
 * leaves 32 bits. */
static double draw(struct rng *r, enum op_values values, enum yoke_type type)
{
    if (values == OP_INTEGERS) return (double)rng_below(r, 9) - 4.0;
    if (type == YOKE_S8) return (double)rng_below(r, 256) - 128.0;
    if (type == YOKE_S32) return (double)rng_below(r, 1 << 21) - 0x1p20;
    return yoke_element_round(type, rng_unit(r));
}

/* One to three NaNs and infinities, so that most of the output stays finite. */
static void add_specials(struct op_array *a, struct rng *r)
{
    static const double special[] = { NAN, INFINITY, -INFINITY };
    const size_t n = a->length ? 1 + rng_below(r, 3) : 0;

    for (size_t i = 0; i < n; i++) {
        const size_t at = rng_below(r, a->length);
        if (a->owned[at]) a->value[at] = special[rng_below(r, 3)];
    }
}

static void allocate(struct guarded *g, bool misaligned)
{
    const size_t bytes = g->array.length * g->elem_bytes;
    const size_t n_values = (g->array.length + 1) * yoke_type_parts(g->type);

    g->block_bytes = (PAGE_BYTES + bytes + GUARD_BYTES + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    g->block = aligned_alloc(PAGE_BYTES, g->block_bytes);
    g->before = malloc(g->block_bytes);
    g->array.owned = calloc(g->array.length + 1, 1);
    g->array.value = malloc(n_values * sizeof *g->array.value);
    if (!g->block || !g->before || !g->array.owned || !g->array.value)
        ck_abort_msg("no host memory for %zu elements", g->array.length);
    g->data = g->block + PAGE_BYTES - (misaligned ? g->elem_bytes : 0);
}

static void fill(struct guarded *g, bool read, bool specials, enum op_values values, struct rng *r)
{
    struct op_array *a = &g->array;
    const size_t parts = yoke_type_parts(g->type), part_bytes = g->elem_bytes / parts;
    const void *gap = gap_of(yoke_type_part(g->type));

    for (size_t i = 0; i < a->length * parts; i++)
        a->value[i] = a->owned[i / parts] && read ? draw(r, values, g->type) : (double)NAN;
    if (read && specials) add_specials(a, r);
    for (size_t i = 0; i < g->block_bytes; i += part_bytes)
        memcpy(g->block + i, gap, part_bytes);
    for (size_t i = 0; i < a->length * parts; i++)
        if (a->owned[i / parts] && read) yoke_element_set(g->type, g->data, i, a->value[i]);
    memcpy(g->before, g->block, g->block_bytes);
}

void guarded_create(struct guarded g[OP_ARRAYS], const struct op_case *op, const struct op_shape *s,
                    enum yoke_type type, struct rng *r)
{
    memset(g, 0, OP_ARRAYS * sizeof *g);
    for (size_t i = 0; i < op->n_arrays; i++) {
        g[i].type = op->type_of ? op->type_of(type, i) : type;
        g[i].elem_bytes = yoke_type_size(g[i].type);
        g[i].array.length = op->length(s, i);
        allocate(&g[i], s->misaligned);
        op->mark(s, i, g[i].array.owned);
        fill(&g[i], i > 0 || op->reads_output(s),
             s->values == OP_SPECIALS && op->takes_specials(s, i), s->values, r);
    }
}

void guarded_destroy(struct guarded g[OP_ARRAYS])
{
    for (size_t i = 0; i < OP_ARRAYS; i++) {
        yoke_buffer_destroy(&g[i].buffer);
        free(g[i].block);
        free(g[i].before);
        free(g[i].array.owned);
        free(g[i].array.value);
    }
}

/* A buffer in device memory has its second guard inside; one in host memory ends where the array
 * ends, so that a buffer asked to be larger than needed shows, and has both guards around it. */
static size_t buffer_bytes(const struct guarded *g, enum op_tier tier)
{
    const size_t bytes = g->array.length * g->elem_bytes;

    if (tier == OP_DEVICE_BUFFERS) return bytes + GUARD_BYTES - g->elem_bytes;
    return bytes ? bytes : g->elem_bytes;
}

yoke_status guarded_upload(struct guarded g[OP_ARRAYS], enum op_tier tier)
{
    yoke_status st = YOKE_OK;

    for (size_t i = 0; i < OP_ARRAYS && g[i].block && st == YOKE_OK; i++) {
        const struct yoke_buffer_params params = {
            .size_bytes = buffer_bytes(&g[i], tier),
            .memory = tier == OP_HOST_BUFFERS ? YOKE_MEMORY_HOST : YOKE_MEMORY_DEVICE,
            .initial = g[i].data,
        };
        st = yoke_buffer_create(test_device, &params, &g[i].buffer);
    }
    return st;
}

yoke_status guarded_download(struct guarded g[OP_ARRAYS], enum op_tier tier)
{
    yoke_status st = YOKE_OK;

    for (size_t i = 0; i < OP_ARRAYS && g[i].block && st == YOKE_OK; i++)
        st = yoke_buffer_read(test_queue, g[i].buffer, 0, g[i].data, buffer_bytes(&g[i], tier));
    return st;
}

/* In numbers, two of which make a complex element. */
static bool output_intact(const struct guarded *g, char *why, size_t size)
{
    const size_t parts = yoke_type_parts(g->type), part_bytes = g->elem_bytes / parts;
    const size_t start = (size_t)(g->data - g->block) / part_bytes;

    for (size_t i = 0; i < g->block_bytes / part_bytes; i++) {
        const bool inside = i >= start && i - start < g->array.length * parts;
        if (inside && g->array.owned[(i - start) / parts]) continue;
        if (!memcmp(g->block + i * part_bytes, gap_of(yoke_type_part(g->type)), part_bytes))
            continue;
        snprintf(why, size, "wrote %g outside its elements, at number %lld of 0..%zu",
                 yoke_element_get(g->type, g->block, i), (long long)i - (long long)start,
                 g->array.length * parts);
        return false;
    }
    return true;
}

bool guarded_intact(const struct guarded g[OP_ARRAYS], const struct op_case *op, char *why,
                    size_t size)
{
    for (size_t i = 1; i < op->n_arrays; i++)
        if (memcmp(g[i].block, g[i].before, g[i].block_bytes) != 0) {
            snprintf(why, size, "wrote into its input %s", op->array_names[i]);
            return false;
        }
    return output_intact(&g[0], why, size);
}

double *guarded_output(const struct guarded *g)
{
    const size_t n = g->array.length * yoke_type_parts(g->type);
    double *got = malloc((n + 1) * sizeof *got);

    if (!got) ck_abort_msg("no host memory for %zu numbers", n);
    for (size_t i = 0; i < n; i++)
        got[i] = yoke_element_get(g->type, g->data, i);
    return got;
}
