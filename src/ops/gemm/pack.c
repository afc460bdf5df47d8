/* pack.c - packing an operand, in the form that a device's kernels read.
 * SPDX-License-Identifier: MIT */
#include "ops/gemm/pack.h"

#include <stdint.h>
#include <stdlib.h>

#include "abi/gemm_pack.h"
#include "base/element.h"
#include "base/error.h"
#include "base/size.h"
#include "device/drivers.h"
#include "device/open.h"
#include "ops/gemm/args.h"
#include "ops/gemm/families.h"

enum { ITEMS_PER_UNIT = 4 };

yoke_status yoke_gemm_packed_prepare(const struct yoke_gemm *gemm, enum yoke_gemm_side side,
                                     struct yoke_gemm_problem *p, size_t *operand)
{
    struct yoke_gemm plain = *gemm;
    yoke_status st = YOKE_OK;

    if (side != YOKE_GEMM_SIDE_A && side != YOKE_GEMM_SIDE_B)
        return yoke_fail(YOKE_ERR_INVALID, "side %d is no yoke_gemm_side", (int)side);
    plain.packed_a = plain.packed_b = NULL;
    TRY(yoke_gemm_prepare(&plain, p));
    *operand = (side == YOKE_GEMM_SIDE_B) != p->swapped ? YOKE_GEMM_B : YOKE_GEMM_A;
out:
    return st;
}

/* A buffer for all matrices of the operand, of so many numbers of that size. */
static yoke_status make_buffer(const yoke_gemm_packed *packed, size_t numbers, size_t size_bytes,
                               struct yoke_packed_form *form)
{
    struct yoke_buffer_params params = { .size_bytes = 0 };

    if (!yoke_size_mul(packed->batch, numbers, &params.size_bytes) ||
        !yoke_size_mul(params.size_bytes, size_bytes, &params.size_bytes))
        return yoke_fail(YOKE_ERR_LIMIT,
                         "%zu matrices of %zu numbers: more bytes than size_t counts",
                         packed->batch, numbers);
    if (yoke_device_quirks(form->dev) & YOKE_QUIRK_EARLY_SCRATCH) {
        params.initial = calloc(1, params.size_bytes);
        if (!params.initial) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for zeros");
    }
    const yoke_status st = yoke_buffer_create(form->dev, &params, &form->buffer);
    free(params.initial);
    return st;
}

static yoke_status make_panels(const yoke_gemm_packed *packed, yoke_queue *q,
                               const struct yoke_gemm_problem *p, const yoke_buffer *buf,
                               struct yoke_packed_form *form)
{
    const struct yoke_device_info *info = yoke_device_get_info(form->dev);
    const struct yoke_matrix *m = &p->at[packed->operand];
    const size_t unit = yoke_gemm_packed_unit_on(packed, form),
                 extent = yoke_round_up(packed->extent, unit);
    const size_t per_chunk = yoke_round_up(yoke_div_up(extent, info->units * ITEMS_PER_UNIT), unit);
    const struct yoke_gemm_pack_shape s = {
        .row_stride = m->row,
        .col_stride = m->step,
        .batch_stride = m->batch,
        .offset = m->offset,
        .to_batch_stride = extent * yoke_gemm_packed_line(packed),
        .extent = (uint32_t)packed->extent,
        .K = (uint32_t)packed->K,
        .per_chunk = (uint32_t)per_chunk,
        .is_b = packed->operand == YOKE_GEMM_B,
        .conj = packed->conj,
    };
    const struct yoke_launch launch = { .global = { yoke_div_up(extent, per_chunk), packed->batch },
                                        .local = { 1, 1 } };
    struct yoke_text options;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    TRY(make_buffer(packed, s.to_batch_stride, yoke_gemm_number_bytes(p->type), form));
    yoke_options_begin(&options, info->fma, p->type);
    yoke_options_add_tile(&options, &form->tile);
    TRY(yoke_kernel_get_with(form->dev, "gemm_pack", &options, &kernel));
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(form->buffer), YOKE_ARG_BUFFER(buf),
                                     YOKE_ARG_VALUE(s) };
    TRY(yoke_kernel_enqueue(q, kernel, &launch, args, sizeof args / sizeof *args, NULL));
out:
    return st;
}

/* Lines that lie side by side stay so. */
static yoke_status make_copy(const yoke_gemm_packed *packed, yoke_queue *q,
                             const struct yoke_gemm_problem *p, const yoke_buffer *buf,
                             struct yoke_packed_form *form)
{
    const struct yoke_matrix *m = &p->at[packed->operand];
    const size_t rows = yoke_gemm_rows(p, packed->operand),
                 cols = yoke_gemm_cols(p, packed->operand);
    const bool by_rows = m->step == 1;
    const struct yoke_gemm_copy_shape s = {
        .row_stride = by_rows ? m->row : m->step,
        .col_stride = 1,
        .batch_stride = m->batch,
        .offset = m->offset,
        .rows = (uint32_t)(by_rows ? rows : cols),
        .cols = (uint32_t)(by_rows ? cols : rows),
    };
    struct yoke_plan plan = { .dev = form->dev };
    struct yoke_text options;
    struct yoke_step *step;
    yoke_kernel *kernel;
    yoke_status st = YOKE_OK;

    form->dense = (struct yoke_matrix){ .row = by_rows ? cols : 1,
                                        .step = by_rows ? 1 : rows,
                                        .batch = packed->batch > 1 ? rows * cols : 0,
                                        .extent = packed->batch * rows * cols };
    TRY(make_buffer(packed, rows * cols, yoke_type_size(p->type), form));
    yoke_options_begin(&options, yoke_device_get_info(form->dev)->fma, p->type);
    TRY(yoke_kernel_get_with(form->dev, "gemm_copy", &options, &kernel));
    const size_t size[3] = { s.cols, s.rows, packed->batch };
    TRY(yoke_plan_append(&plan, kernel, &step));
    yoke_step_operand(step, 0);
    yoke_step_operand(step, 1);
    yoke_step_value(step, &s, sizeof s);
    yoke_step_grid(step, size);
    TRY(yoke_plan_enqueue(q, &plan, &(struct yoke_bindings){ .operand = { { form->buffer, 0 }, { buf, 0 } } }, NULL));
out:
    yoke_plan_clear(&plan);
    return st;
}

/* Where the row that reads panels may not be chosen, a copy leaves the others. Kernels count the
 * numbers of a tile or panel in 32 bits. */
static bool wants_panels(const yoke_device *dev, const struct yoke_gemm_problem *p,
                         const struct yoke_tile *tile)
{
    const double longest = (double)p->K * (double)yoke_type_parts(p->type) *
                           (double)yoke_size_max(tile->MR, tile->NV * tile->VW);
    const char *where;

    return yoke_tile_suits(dev) && p->type != YOKE_S8 && p->K > 0 && longest <= UINT32_MAX &&
           !yoke_choice_ban(dev, &yoke_gemm_class, p->type, yoke_gemm_tile_name, &where);
}

yoke_status yoke_gemm_packed_add(yoke_gemm_packed *packed, yoke_queue *q,
                                 const struct yoke_gemm_problem *p, const yoke_buffer *buf)
{
    yoke_device *dev = yoke_queue_device(q);
    yoke_status st = YOKE_OK;

    if (packed->n_forms == YOKE_TEAM_MAX)
        return yoke_fail(YOKE_ERR_LIMIT, "an operand packed for more than %d devices",
                         YOKE_TEAM_MAX);
    struct yoke_packed_form *form =
        &packed->forms[packed->n_forms++]; /* destroyed also if it fails half-way */
    form->dev = dev;
    form->tile =
        yoke_tile_for(dev, p->type, 0,
                      packed->operand == YOKE_GEMM_A ? SIZE_MAX : p->N * yoke_type_parts(p->type));
    form->in_panels = wants_panels(dev, p, &form->tile);
    if (packed->extent == 0 || packed->K == 0) return YOKE_OK;
    TRY(form->in_panels ? make_panels(packed, q, p, buf, form)
                        : make_copy(packed, q, p, buf, form));
    TRY(yoke_queue_finish(q));
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
    if (!q || !gemm) return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_pack_buffer: a NULL argument");
    TRY(yoke_drivers_check());
    TRY(yoke_gemm_packed_prepare(gemm, side, &p, &operand));
    if (!buf && p.at[operand].extent > 0)
        return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_pack_buffer: the buffer is NULL");
    TRY(yoke_check_buffer(buf, "the operand", p.at[operand].extent, p.type));
    TRY(yoke_gemm_packed_create(&p, operand, &packed));
    TRY(yoke_gemm_packed_add(packed, q, &p, buf));
    *out = packed;
    packed = NULL;
out:
    yoke_gemm_packed_destroy(&packed);
    return st;
}
