/* packed.c - a packed operand: what it fits, and where its elements lie.
 * SPDX-License-Identifier: MIT */
#include "ops/gemm/packed.h"

#include <stdlib.h>

#include "base/element.h"
#include "base/error.h"
#include "base/size.h"
#include "device/open.h"

yoke_status yoke_gemm_packed_create(const struct yoke_gemm_problem *p, size_t operand,
                                    yoke_gemm_packed **out)
{
    yoke_gemm_packed *packed = calloc(1, sizeof *packed);

    *out = packed;
    if (!packed) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a packed operand");
    packed->type = p->type;
    packed->operand = operand;
    packed->extent = operand == YOKE_GEMM_A ? p->M : p->N;
    packed->K = p->K;
    packed->batch = p->at[operand].batch ? p->batch : 1;
    packed->conj = operand == YOKE_GEMM_A ? p->conj_a : p->conj_b;
    return YOKE_OK;
}

void yoke_gemm_packed_destroy(yoke_gemm_packed **packed)
{
    if (!packed || !*packed) return;
    for (size_t i = 0; i < (*packed)->n_forms; i++)
        yoke_buffer_destroy(&(*packed)->forms[i].buffer);
    free(*packed);
    *packed = NULL;
}

size_t yoke_gemm_packed_unit_on(const yoke_gemm_packed *packed, const struct yoke_packed_form *form)
{
    if (!form->in_panels) return 1;
    return packed->operand == YOKE_GEMM_A
               ? form->tile.MR
               : form->tile.NV * form->tile.VW / yoke_type_parts(packed->type);
}

size_t yoke_gemm_packed_line(const yoke_gemm_packed *packed)
{
    const size_t parts = yoke_type_parts(packed->type);

    return packed->K * parts * (packed->operand == YOKE_GEMM_A ? 1 : parts);
}

yoke_status yoke_gemm_packed_check(const yoke_gemm_packed *packed,
                                   const struct yoke_gemm_problem *p, size_t operand)
{
    const size_t extent = operand == YOKE_GEMM_A ? p->M : p->N;
    const char *name = (operand == YOKE_GEMM_A) != p->swapped ? "packed_a" : "packed_b";

    if (packed->type != p->type || packed->operand != operand)
        return yoke_fail(YOKE_ERR_INVALID,
                         "%s was packed for another operand, order or type than %s", name,
                         yoke_type_name(p->type));
    if (packed->extent != extent || packed->K != p->K)
        return yoke_fail(YOKE_ERR_INVALID, "%s has %zu x K = %zu; the product has %zu x K = %zu",
                         name, packed->extent, packed->K, extent, p->K);
    if (packed->batch != 1 && packed->batch != p->batch)
        return yoke_fail(YOKE_ERR_INVALID, "%s has %zu matrices; the product has %zu", name,
                         packed->batch, p->batch);
    return YOKE_OK;
}

struct yoke_matrix yoke_gemm_packed_place(const yoke_gemm_packed *packed)
{
    return (struct yoke_matrix){ .row = packed->operand == YOKE_GEMM_A,
                                 .step = packed->operand == YOKE_GEMM_B,
                                 .batch = packed->batch > 1 ? packed->extent : 0 };
}

size_t yoke_gemm_packed_unit(const yoke_gemm_packed *packed)
{
    size_t common = 1;

    for (size_t i = 0; i < packed->n_forms; i++) {
        const size_t unit = yoke_gemm_packed_unit_on(packed, &packed->forms[i]);
        size_t multiple = common;
        while (multiple % unit != 0)
            multiple += common;
        common = multiple;
    }
    return common;
}

static yoke_status resolve(const yoke_gemm_packed *packed, const yoke_device *dev,
                           struct yoke_gemm_problem *p, struct yoke_bindings *bindings)
{
    const size_t operand = packed->operand, offset = p->at[operand].offset;
    const size_t matrix = offset / yoke_size_max(packed->extent, 1),
                 line = offset - matrix * packed->extent;
    struct yoke_matrix *m = &p->at[operand];
    const struct yoke_packed_form *form = NULL;

    for (size_t i = 0; i < packed->n_forms && !form; i++)
        if (packed->forms[i].dev == dev) form = &packed->forms[i];
    if (!form)
        return yoke_fail(YOKE_ERR_UNSUPPORTED, "nothing was packed for %s",
                         yoke_device_get_info(dev)->name);
    if (bindings) bindings->operand[operand] = (struct yoke_binding){ form->buffer, 0 };
    *(operand == YOKE_GEMM_A ? &p->conj_a : &p->conj_b) = packed->conj && !form->in_panels;
    p->in_panels[operand] = form->in_panels;
    if (!form->in_panels) {
        *m = form->dense;
        m->offset = matrix * m->batch + line * (operand == YOKE_GEMM_A ? m->row : m->step);
        return YOKE_OK;
    }
    m->batch = packed->batch > 1
                   ? yoke_round_up(packed->extent, yoke_gemm_packed_unit_on(packed, form)) *
                         yoke_gemm_packed_line(packed)
                   : 0;
    m->offset = matrix * m->batch + line * yoke_gemm_packed_line(packed);
    if (operand == YOKE_GEMM_A) {
        p->tile.MR = form->tile.MR;
    } else {
        p->tile.NV = form->tile.NV;
        p->tile.VW = form->tile.VW;
    }
    return YOKE_OK;
}

static size_t alignment_of(const struct yoke_binding *b, enum yoke_type type)
{
    const size_t offset_bytes = b->offset * yoke_type_size(type);
    size_t bytes = YOKE_GEMM_ALIGNED;

    while (b->buffer && bytes > 1 &&
           (offset_bytes % bytes != 0 || !yoke_buffer_is_aligned(b->buffer, bytes)))
        bytes /= 2;
    return bytes;
}

yoke_status yoke_gemm_packed_resolve(const yoke_device *dev, struct yoke_gemm_problem *p,
                                     struct yoke_bindings *bindings)
{
    yoke_status st = YOKE_OK;

    if (p->packed[YOKE_GEMM_A] || p->packed[YOKE_GEMM_B])
        p->tile = yoke_tile_for(dev, p->type, 0, p->N * yoke_type_parts(p->type));
    for (size_t i = YOKE_GEMM_A; i <= YOKE_GEMM_B; i++)
        if (p->packed[i]) TRY(resolve(p->packed[i], dev, p, bindings));
    for (size_t i = 0; bindings && i < YOKE_GEMM_OPERANDS; i++)
        p->alignment_bytes[i] = alignment_of(&bindings->operand[i], yoke_gemm_type(p, i));
out:
    return st;
}
