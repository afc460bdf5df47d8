/* conv_run.c - a convolution over a team: host arrays in, host arrays out.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/clock.h"
#include "base/element.h"
#include "base/error.h"
#include "device/drivers.h"
#include "device/transfer.h"
#include "ops/conv/conv.h"
#include "sched/job.h"

/* Arrays begin where their first elements that count lie: the problem's offsets are 0. */
struct convolution {
    struct yoke_conv_problem p;
    char *host[YOKE_CONV_OPERANDS]; /* only Y is written */
};

static size_t bytes_of(const struct yoke_conv_problem *p, size_t operand)
{
    return yoke_conv_elements(p, operand) * yoke_type_size(p->type);
}

static void destroy(yoke_buffer *buffers[YOKE_CONV_OPERANDS])
{
    for (size_t i = 0; i < YOKE_CONV_OPERANDS; i++)
        yoke_buffer_destroy(&buffers[i]);
}

/* Only its event says for sure whether a kernel failed. Where Y lies in host memory, making it
 * visible there waits for the kernel as well: one wait instead of two. */
static yoke_status compute(const struct convolution *part, struct yoke_member *m,
                           yoke_buffer *buffers[YOKE_CONV_OPERANDS], bool in_host_memory,
                           struct yoke_share_cost *cost)
{
    struct yoke_bindings bindings = { { NULL } };
    yoke_status st = YOKE_OK;
    yoke_event *done = NULL;

    for (size_t i = 0; i < YOKE_CONV_OPERANDS; i++)
        bindings.operand[i] = buffers[i];
    TRY(yoke_conv_queue(m->q, &part->p, &bindings, &cost->variant, &done));
    if (in_host_memory)
        TRY(yoke_buffer_read(m->q, buffers[YOKE_CONV_Y], 0, part->host[YOKE_CONV_Y],
                             bytes_of(&part->p, YOKE_CONV_Y)));
    TRY(yoke_event_wait(done));
out:
    if (st != YOKE_OK) yoke_queue_drain(m->q);
    yoke_event_destroy(&done);
    return st;
}

static yoke_status in_place(const struct convolution *part, struct yoke_member *m,
                            struct yoke_share_cost *cost)
{
    yoke_buffer *buffers[YOKE_CONV_OPERANDS] = { NULL };
    const double begin = yoke_now_ms();
    yoke_status st = YOKE_OK;

    for (size_t i = 0; i < YOKE_CONV_OPERANDS; i++)
        if (yoke_conv_has(&part->p, i))
            TRY(yoke_buffer_lend(m->dev, part->host[i], bytes_of(&part->p, i), i != YOKE_CONV_Y,
                                 &buffers[i]));
    TRY(compute(part, m, buffers, true, cost));
    cost->compute_ms = yoke_now_ms() - begin;
out:
    destroy(buffers);
    return st;
}

static yoke_status upload(struct yoke_member *m, const void *host, size_t bytes, yoke_buffer **out,
                          struct yoke_share_cost *cost)
{
    yoke_status st = YOKE_OK;
    const double begin = yoke_now_ms();
    const struct yoke_buffer_params params = { .size_bytes = bytes, .initial = (void *)host };

    TRY(yoke_buffer_create(m->dev, &params, out));
    cost->transfer_ms += yoke_now_ms() - begin;
    cost->bytes += bytes;
out:
    return st;
}

static yoke_status with_copies(const struct convolution *part, struct yoke_member *m,
                               struct yoke_share_cost *cost)
{
    const struct yoke_conv_problem *p = &part->p;
    const size_t y_bytes = bytes_of(p, YOKE_CONV_Y);
    yoke_buffer *buffers[YOKE_CONV_OPERANDS] = { NULL };
    yoke_status st = YOKE_OK;

    for (size_t i = 0; i < YOKE_CONV_OPERANDS; i++)
        if (i != YOKE_CONV_Y && yoke_conv_has(p, i))
            TRY(upload(m, part->host[i], bytes_of(p, i), &buffers[i], cost));
    TRY(yoke_buffer_create(m->dev, &(struct yoke_buffer_params){ .size_bytes = y_bytes },
                           &buffers[YOKE_CONV_Y]));
    double begin = yoke_now_ms();
    TRY(compute(part, m, buffers, false, cost));
    cost->compute_ms = yoke_now_ms() - begin;
    begin = yoke_now_ms();
    TRY(yoke_buffer_read(m->q, buffers[YOKE_CONV_Y], 0, part->host[YOKE_CONV_Y], y_bytes));
    cost->transfer_ms += yoke_now_ms() - begin;
    cost->bytes += y_bytes;
out:
    destroy(buffers);
    return st;
}

/* The images first.. of the batch, which is the only cut. */
static yoke_status share(const void *op, struct yoke_member *m, size_t cut, size_t first,
                         size_t images, struct yoke_share_cost *cost)
{
    const struct convolution *all = op;
    const size_t begin_bytes = first * yoke_type_size(all->p.type);
    struct convolution part = *all;

    (void)cut;
    *cost = (struct yoke_share_cost){ 0 };
    part.p = yoke_conv_part(&all->p, images);
    part.host[YOKE_CONV_X] += begin_bytes * all->p.x_image;
    part.host[YOKE_CONV_Y] += begin_bytes * all->p.y_image;
    if (all->p.has_residual) part.host[YOKE_CONV_R] += begin_bytes * all->p.r_image;
    return yoke_device_get_info(m->dev)->host_memory ? in_place(&part, m, cost)
                                                     : with_copies(&part, m, cost);
}

static yoke_status variant(const void *op, const yoke_device *dev, const char **name)
{
    const struct convolution *all = op;
    struct yoke_choice choice;
    const yoke_status st = yoke_conv_choose(dev, &all->p, &choice);

    *name = st == YOKE_OK ? choice.variant->name : "";
    return st;
}

/* Channels and filters in small whole numbers: exact in every type. */
static double x_of(size_t c)
{
    return (double)(c % 3) - 1;
}
static double w_of(size_t k, size_t c)
{
    return (double)(k % 4 + 1) * (double)(c % 5);
}

/* NHWC, no padding: every pixel of a filter has the same answer. */
static bool answer_is_right(const struct yoke_conv_problem *p, const void *Y)
{
    double sum = 0;

    for (size_t c = 0; c < p->C; c++)
        sum += x_of(c) * w_of(0, c) * (double)(p->R * p->S);
    for (size_t i = 0; i < p->y_elements; i++)
        if (yoke_element_get(p->type, Y, i) != sum * (double)(i % p->K % 4 + 1)) return false;
    return true;
}

static yoke_status sample(enum yoke_type type, struct yoke_member *member, int level, double *flops,
                          struct yoke_share_cost *cost)
{
    static const struct {
        size_t N, C, H, K;
    } sizes[] = { { 1, 16, 16, 32 }, { 2, 32, 30, 64 }, { 4, 64, 30, 64 } };
    const struct yoke_conv conv = {
        .N = sizes[level].N,
        .C = sizes[level].C,
        .H = sizes[level].H,
        .W = sizes[level].H,
        .K = sizes[level].K,
        .R = 3,
        .S = 3,
        .type = type,
        .layout = YOKE_NHWC,
    };
    const size_t size = yoke_type_size(type);
    struct convolution all = { .host = { NULL } };
    yoke_status st = YOKE_OK;

    TRY(yoke_conv_prepare(&conv, &all.p));
    void *X = calloc(all.p.x_elements, size), *W = calloc(all.p.w_elements, size);
    all.host[YOKE_CONV_X] = X;
    all.host[YOKE_CONV_W] = W;
    all.host[YOKE_CONV_Y] = calloc(all.p.y_elements, size);
    if (!X || !W || !all.host[YOKE_CONV_Y])
        TRY(yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a known answer"));
    for (size_t i = 0; i < all.p.x_elements; i++)
        yoke_element_set(type, X, i, x_of(i % conv.C));
    for (size_t i = 0; i < all.p.w_elements; i++)
        yoke_element_set(type, W, i, w_of(i / all.p.w_filter, i % conv.C));
    TRY(share(&all, member, 0, 0, conv.N, cost));
    if (!answer_is_right(&all.p, all.host[YOKE_CONV_Y]))
        TRY(yoke_fail(YOKE_ERR_DEVICE, "a convolution with a known answer came out wrong"));
    *flops = yoke_conv_flops(&all.p);
out:
    for (size_t i = 0; i < YOKE_CONV_OPERANDS; i++)
        free(all.host[i]);
    return st;
}

/* The arrays of a call, and where in them the elements begin. */
static yoke_status take_arrays(struct convolution *all, const struct yoke_epilogue *e, void *Y,
                               const void *X, const void *W)
{
    struct yoke_conv_problem *p = &all->p;
    const size_t size = yoke_type_size(p->type);
    const void *const arrays[YOKE_CONV_OPERANDS] = { Y, X, W, p->has_bias ? e->bias_array : NULL,
                                                     p->has_residual ? e->residual_array : NULL };

    for (size_t i = 0; i < YOKE_CONV_OPERANDS; i++) {
        if (yoke_conv_has(p, i) && !arrays[i])
            return yoke_fail(YOKE_ERR_INVALID, "yoke_conv_run: a NULL array");
        all->host[i] = (char *)arrays[i];
    }
    if (p->has_bias) all->host[YOKE_CONV_BIAS] += p->bias_offset * size;
    if (p->has_residual) all->host[YOKE_CONV_R] += p->r_offset * size;
    p->bias_elements -= p->bias_offset;
    p->r_elements -= p->r_offset;
    p->bias_offset = p->r_offset = 0;
    return YOKE_OK;
}

static struct yoke_cut images_of(const struct yoke_conv_problem *p)
{
    const double size = (double)yoke_type_size(p->type);

    return (struct yoke_cut){ p->N, 1, size * (double)p->w_elements,
                              size * (double)(p->x_image + p->y_image + p->r_image) };
}

yoke_status yoke_conv_run(yoke_team *team, const struct yoke_conv *conv, void *Y, const void *X,
                          const void *W, struct yoke_report *report)
{
    yoke_status st = YOKE_OK;
    struct convolution all;
    struct yoke_job job = { .op = &all,
                            .class = YOKE_CLASS_CONV,
                            .n_cuts = 1,
                            .variant = variant,
                            .share = share,
                            .sample = sample };

    if (!team || !conv) return yoke_fail(YOKE_ERR_INVALID, "yoke_conv_run: a NULL argument");
    TRY(yoke_drivers_check());
    TRY(yoke_conv_prepare(conv, &all.p));
    if (all.p.N == 0) {
        if (report) yoke_report_clear(team, report);
        return YOKE_OK;
    }
    TRY(take_arrays(&all, conv->epilogue, Y, X, W));
    job.type = all.p.type;
    job.flops = yoke_conv_flops(&all.p);
    job.cuts[0] = images_of(&all.p);
    TRY(yoke_job_run(team, &job, report));
out:
    return st;
}
