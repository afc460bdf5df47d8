/* gemm_packed.c - operands packed once for many products.
 * SPDX-License-Identifier: MIT */
#include "ops/gemm_packed.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/element.h"
#include "base/error.h"
#include "base/size.h"
#include "ops/gemm_args.h"
#include "ops/gemm_rows.h"
#include "ops/gemm_tune.h"

enum { MAX_FORMS = YOKE_TEAM_MAX, ITEMS_PER_UNIT = 4 };

/* What one device has: tiles or panels (cl/pack.clh) where its kernels read those, else a copy
 * without gaps. */
struct form {
    yoke_device *dev;
    yoke_buffer *buffer;
    bool in_panels;
    struct yoke_tile tile;
    struct yoke_matrix dense;
};

struct yoke_gemm_packed {
    enum yoke_type type;
    size_t operand;
    size_t extent, K, batch; /* rows of A or columns of B; matrices, 1 when all share one */
    bool conj;
    size_t n_forms;
    struct form forms[MAX_FORMS];
};

/* struct gemm_pack_shape of gemm_pack.cl, struct gemm_copy_shape of gemm_copy.cl. */
struct pack_shape {
    uint64_t row, step, batch, offset, to_batch;
    uint32_t extent, K, per_item, is_b, conj, gap;
};
struct copy_shape {
    uint64_t row, step, batch, offset;
    uint32_t rows, cols;
};

yoke_status yoke_gemm_packed_prepare(const struct yoke_gemm *gemm, enum yoke_gemm_side side,
                                     struct yoke_gemm_problem *p, size_t *operand)
{
    struct yoke_gemm plain = *gemm;
    yoke_status st = YOKE_OK;

    plain.packed_a = plain.packed_b = NULL;
    TRY(yoke_gemm_prepare(&plain, p));
    *operand = (side == YOKE_GEMM_SIDE_B) != p->swapped ? YOKE_GEMM_B : YOKE_GEMM_A;
out:
    return st;
}

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

/* Rows of a tile, or columns of a panel. */
static size_t unit_of(const yoke_gemm_packed *packed, const struct form *form)
{
    if (!form->in_panels) return 1;
    return packed->operand == YOKE_GEMM_A
               ? form->tile.MR
               : form->tile.NV * form->tile.VW / yoke_type_parts(packed->type);
}

/* Numbers of a packed row of A or column of B. */
static size_t line_of(const yoke_gemm_packed *packed)
{
    const size_t parts = yoke_type_parts(packed->type);

    return packed->K * parts * (packed->operand == YOKE_GEMM_A ? 1 : parts);
}

static yoke_status make_panels(const yoke_gemm_packed *packed, yoke_queue *q,
                               const struct yoke_gemm_problem *p, const yoke_buffer *buf,
                               struct form *form)
{
    static const char *const files[YOKE_MAX_PARTS] = { "yoke.clh", "tile.clh", "pack.clh",
                                                       "gemm_pack.cl" };
    const struct yoke_device_info *info = yoke_device_get_info(form->dev);
    const struct yoke_matrix *m = &p->at[packed->operand];
    const size_t unit = unit_of(packed, form), extent = yoke_round_up(packed->extent, unit);
    const size_t per_item = yoke_round_up(yoke_div_up(extent, info->units * ITEMS_PER_UNIT), unit);
    const struct pack_shape s = {
        .row = m->row,
        .step = m->step,
        .batch = m->batch,
        .offset = m->offset,
        .to_batch = extent * line_of(packed),
        .extent = (uint32_t)packed->extent,
        .K = (uint32_t)packed->K,
        .per_item = (uint32_t)per_item,
        .is_b = packed->operand == YOKE_GEMM_B,
        .conj = packed->conj,
    };
    const struct yoke_launch launch = { .global = { yoke_div_up(extent, per_item), packed->batch },
                                        .local = { 1, 1 } };
    struct yoke_options options;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    const struct yoke_buffer_params params = { .size_bytes = packed->batch * s.to_batch *
                                                             yoke_gemm_number_bytes(p->type) };
    TRY(yoke_buffer_create(form->dev, &params, &form->buffer));
    yoke_options_begin(&options, info->fma, p->type);
    yoke_options_add_tile(&options, &form->tile);
    TRY(yoke_kernel_get(form->dev, files, options.text, &kernel));
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(form->buffer), YOKE_ARG_BUFFER(buf),
                                     YOKE_ARG_VALUE(s) };
    TRY(yoke_kernel_enqueue(q, kernel, &launch, args, sizeof args / sizeof *args, NULL));
out:
    return st;
}

/* Lines that lie side by side stay so. */
static yoke_status make_copy(const yoke_gemm_packed *packed, yoke_queue *q,
                             const struct yoke_gemm_problem *p, const yoke_buffer *buf,
                             struct form *form)
{
    static const char *const files[YOKE_MAX_PARTS] = { "yoke.clh", "gemm_copy.cl" };
    const struct yoke_matrix *m = &p->at[packed->operand];
    const size_t rows = yoke_gemm_rows(p, packed->operand),
                 cols = yoke_gemm_cols(p, packed->operand);
    const bool by_rows = m->step == 1;
    const struct copy_shape s = {
        .row = by_rows ? m->row : m->step,
        .step = 1,
        .batch = m->batch,
        .offset = m->offset,
        .rows = (uint32_t)(by_rows ? rows : cols),
        .cols = (uint32_t)(by_rows ? cols : rows),
    };
    struct yoke_options options;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    const struct yoke_buffer_params params = { .size_bytes = packed->batch * rows * cols *
                                                             yoke_type_size(p->type) };
    form->dense = (struct yoke_matrix){ .row = by_rows ? cols : 1,
                                        .step = by_rows ? 1 : rows,
                                        .batch = packed->batch > 1 ? rows * cols : 0,
                                        .extent = packed->batch * rows * cols };
    TRY(yoke_buffer_create(form->dev, &params, &form->buffer));
    yoke_options_begin(&options, yoke_device_get_info(form->dev)->fma, p->type);
    TRY(yoke_kernel_get(form->dev, files, options.text, &kernel));
    const struct yoke_launch launch = yoke_launch_3d(kernel, s.cols, s.rows, packed->batch);
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(form->buffer), YOKE_ARG_BUFFER(buf),
                                     YOKE_ARG_VALUE(s) };
    TRY(yoke_kernel_enqueue(q, kernel, &launch, args, sizeof args / sizeof *args, NULL));
out:
    return st;
}

/* Where the row that reads panels may not be chosen, a copy leaves the others. */
static bool wants_panels(const yoke_device *dev, const struct yoke_gemm_problem *p)
{
    const struct yoke_choice_of of = yoke_gemm_choice_of(p);
    const char *where;

    return yoke_tile_suits(dev) && p->type != YOKE_S8 &&
           !yoke_choice_ban(dev, &of, yoke_gemm_tile_name, &where);
}

yoke_status yoke_gemm_packed_add(yoke_gemm_packed *packed, yoke_queue *q,
                                 const struct yoke_gemm_problem *p, const yoke_buffer *buf)
{
    yoke_device *dev = yoke_queue_device(q);
    yoke_status st = YOKE_OK;

    if (packed->n_forms == MAX_FORMS)
        return yoke_fail(YOKE_ERR_LIMIT, "an operand packed for more than %d devices", MAX_FORMS);
    struct form *form = &packed->forms[packed->n_forms++]; /* destroyed also if it fails half-way */
    form->dev = dev;
    form->in_panels = wants_panels(dev, p);
    form->tile =
        yoke_tile_for(dev, p->type, 0,
                      packed->operand == YOKE_GEMM_A ? SIZE_MAX : p->N * yoke_type_parts(p->type));
    if (packed->extent == 0 || packed->K == 0) return YOKE_OK;
    TRY(form->in_panels ? make_panels(packed, q, p, buf, form)
                        : make_copy(packed, q, p, buf, form));
    TRY(yoke_queue_finish(q));
out:
    return st;
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
        const size_t unit = unit_of(packed, &packed->forms[i]);
        size_t multiple = common;
        while (multiple % unit != 0)
            multiple += common;
        common = multiple;
    }
    return common;
}

static yoke_status resolve(const yoke_gemm_packed *packed, const yoke_device *dev,
                           struct yoke_gemm_problem *p, struct yoke_gemm_arrays *arrays)
{
    const size_t operand = packed->operand, offset = p->at[operand].offset;
    const size_t matrix = offset / yoke_size_max(packed->extent, 1),
                 line = offset - matrix * packed->extent;
    struct yoke_matrix *m = &p->at[operand];
    const struct form *form = NULL;

    for (size_t i = 0; i < packed->n_forms && !form; i++)
        if (packed->forms[i].dev == dev) form = &packed->forms[i];
    if (!form)
        return yoke_fail(YOKE_ERR_UNSUPPORTED, "nothing was packed for %s",
                         yoke_device_get_info(dev)->name);
    if (arrays) arrays->at[operand] = form->buffer;
    *(operand == YOKE_GEMM_A ? &p->conj_a : &p->conj_b) = packed->conj && !form->in_panels;
    p->in_panels[operand] = form->in_panels;
    if (!form->in_panels) {
        *m = form->dense;
        m->offset = matrix * m->batch + line * (operand == YOKE_GEMM_A ? m->row : m->step);
        return YOKE_OK;
    }
    m->batch = packed->batch > 1
                   ? yoke_round_up(packed->extent, unit_of(packed, form)) * line_of(packed)
                   : 0;
    m->offset = matrix * m->batch + line * line_of(packed);
    if (operand == YOKE_GEMM_A) {
        p->tile.MR = form->tile.MR;
    } else {
        p->tile.NV = form->tile.NV;
        p->tile.VW = form->tile.VW;
    }
    return YOKE_OK;
}

yoke_status yoke_gemm_packed_resolve(const yoke_device *dev, struct yoke_gemm_problem *p,
                                     struct yoke_gemm_arrays *arrays)
{
    yoke_status st = YOKE_OK;

    if (p->packed[YOKE_GEMM_A] || p->packed[YOKE_GEMM_B])
        p->tile = yoke_tile_for(dev, p->type, 0, p->N * yoke_type_parts(p->type));
    for (size_t i = YOKE_GEMM_A; i <= YOKE_GEMM_B; i++)
        if (p->packed[i]) TRY(resolve(p->packed[i], dev, p, arrays));
out:
    return st;
}

yoke_status yoke_gemm_pack_buffer(yoke_queue *q, const struct yoke_gemm *gemm,
                                  enum yoke_gemm_side side, const yoke_buffer *buf,
                                  yoke_gemm_packed **out)
{
    yoke_status st = YOKE_OK;
    struct yoke_gemm_problem p;
    yoke_gemm_packed *packed = NULL;
    size_t operand;

    if (!out) return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_pack_buffer: out is NULL");
    *out = NULL;
    if (!q || !gemm || !buf)
        return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_pack_buffer: a NULL argument");
    TRY(yoke_gemm_packed_prepare(gemm, side, &p, &operand));
    TRY(yoke_check_buffer(buf, "the operand", p.at[operand].extent, p.type));
    TRY(yoke_gemm_packed_create(&p, operand, &packed));
    TRY(yoke_gemm_packed_add(packed, q, &p, buf));
    *out = packed;
    packed = NULL;
out:
    yoke_gemm_packed_destroy(&packed);
    return st;
}
