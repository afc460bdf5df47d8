/* guarded.c - the arrays of one call, fenced. SPDX-License-Identifier: MIT */
#include "guarded.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/element.h"
#include "ref/fill.h"

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
static void draw(struct guarded *g, size_t i, enum op_values values, struct rng *r)
{
    yoke_element_set(g->type, g->data, i, yoke_ref_draw(g->type, op_data(values), &r->state));
}

/* One to three NaNs and infinities, so that most of the output stays finite. */
static void add_specials(struct guarded *g, struct rng *r)
{
    static const double special[] = { NAN, INFINITY, -INFINITY };
    const size_t n = g->length ? 1 + rng_below(r, 3) : 0;

    for (size_t i = 0; i < n; i++) {
        const size_t at = rng_below(r, g->length);
        if (g->owned[at]) yoke_element_set(g->type, g->data, at, special[rng_below(r, 3)]);
    }
}

static void allocate(struct guarded *g, bool misaligned)
{
    const size_t bytes = g->length * g->elem_bytes;

    g->block_bytes = (PAGE_BYTES + bytes + GUARD_BYTES + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    g->block = aligned_alloc(PAGE_BYTES, g->block_bytes);
    g->before = aligned_alloc(PAGE_BYTES, g->block_bytes);
    g->owned = calloc(g->length + 1, 1);
    if (!g->block || !g->before || !g->owned)
        ck_abort_msg("no host memory for %zu elements", g->length);
    g->data = g->block + PAGE_BYTES - (misaligned ? g->elem_bytes : 0);
}

static void fill(struct guarded *g, bool read, bool specials, enum op_values values, struct rng *r)
{
    const size_t parts = yoke_type_parts(g->type), part_bytes = g->elem_bytes / parts;
    const void *gap = gap_of(yoke_type_part(g->type));

    for (size_t i = 0; i < g->block_bytes; i += part_bytes)
        memcpy(g->block + i, gap, part_bytes);
    for (size_t i = 0; i < g->length * parts; i++)
        if (g->owned[i / parts] && read) draw(g, i, values, r);
    if (read && specials) add_specials(g, r);
    memcpy(g->before, g->block, g->block_bytes);
}

void guarded_create(struct guarded g[OP_ARRAYS], const struct op_case *op, const struct op_shape *s,
                    enum yoke_type type, struct rng *r)
{
    memset(g, 0, OP_ARRAYS * sizeof *g);
    for (size_t i = 0; i < op->n_arrays; i++) {
        g[i].type = op->type_of ? op->type_of(type, i) : type;
        g[i].elem_bytes = yoke_type_size(g[i].type);
        g[i].length = op->length(s, i);
        allocate(&g[i], s->misaligned);
        op->mark(s, i, g[i].owned);
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
        free(g[i].owned);
    }
}

/* A buffer in device memory has its second guard inside; one in host memory ends where the array
 * ends, so that a buffer asked to be larger than needed shows, and has both guards around it. */
static size_t buffer_bytes(const struct guarded *g, enum op_tier tier)
{
    const size_t bytes = g->length * g->elem_bytes;

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
        const bool inside = i >= start && i - start < g->length * parts;
        if (inside && g->owned[(i - start) / parts]) continue;
        if (!memcmp(g->block + i * part_bytes, gap_of(yoke_type_part(g->type)), part_bytes))
            continue;
        snprintf(why, size, "wrote %g outside its elements, at number %lld of 0..%zu",
                 yoke_element_get(g->type, g->block, i), (long long)i - (long long)start,
                 g->length * parts);
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

const void *guarded_before(const struct guarded *g)
{
    return g->before + (g->data - g->block);
}
