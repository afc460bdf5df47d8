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
#include "sched/report.h"

struct convolution {
    struct yoke_conv_problem p;
    const char *X, *W, *bias; /* bias may be NULL */
    char *Y;
};

struct buffers {
    yoke_buffer *Y, *X, *W, *bias;
};

static size_t n_filters(const struct yoke_conv_problem *p)
{
    return p->K * p->groups;
}

static void destroy(struct buffers *b)
{
    yoke_buffer_destroy(&b->Y);
    yoke_buffer_destroy(&b->X);
    yoke_buffer_destroy(&b->W);
    yoke_buffer_destroy(&b->bias);
}

/* Only its event says for sure whether a kernel failed. Where Y lies in host memory, making it
 * visible there waits for the kernel as well: one wait instead of two. */
static yoke_status compute(const struct convolution *part, struct yoke_member *m,
                           const struct buffers *b, bool in_host_memory,
                           struct yoke_share_cost *cost)
{
    const struct yoke_bindings bindings = { { b->Y, b->X, b->W, b->bias } };
    yoke_status st = YOKE_OK;
    yoke_event *done = NULL;

    TRY(yoke_conv_queue(m->q, &part->p, &bindings, &cost->variant, &done));
    if (in_host_memory)
        TRY(yoke_buffer_read(m->q, b->Y, 0, part->Y,
                             part->p.y_elements * yoke_type_size(part->p.type)));
    TRY(yoke_event_wait(done));
out:
    if (st != YOKE_OK) yoke_queue_drain(m->q);
    yoke_event_destroy(&done);
    return st;
}

static yoke_status in_place(const struct convolution *part, struct yoke_member *m,
                            struct yoke_share_cost *cost)
{
    const struct yoke_conv_problem *p = &part->p;
    const size_t size = yoke_type_size(p->type);
    struct buffers b = { 0 };
    const double begin = yoke_now_ms();
    yoke_status st = YOKE_OK;

    TRY(yoke_buffer_lend(m->dev, part->X, p->x_elements * size, true, &b.X));
    TRY(yoke_buffer_lend(m->dev, part->W, p->w_elements * size, true, &b.W));
    if (part->bias) TRY(yoke_buffer_lend(m->dev, part->bias, n_filters(p) * size, true, &b.bias));
    TRY(yoke_buffer_lend(m->dev, part->Y, p->y_elements * size, false, &b.Y));
    TRY(compute(part, m, &b, true, cost));
    cost->compute_ms = yoke_now_ms() - begin;
out:
    destroy(&b);
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
    const size_t size = yoke_type_size(p->type), y_bytes = p->y_elements * size;
    struct buffers b = { 0 };
    yoke_status st = YOKE_OK;

    TRY(upload(m, part->X, p->x_elements * size, &b.X, cost));
    TRY(upload(m, part->W, p->w_elements * size, &b.W, cost));
    if (part->bias) TRY(upload(m, part->bias, n_filters(p) * size, &b.bias, cost));
    TRY(yoke_buffer_create(m->dev, &(struct yoke_buffer_params){ .size_bytes = y_bytes }, &b.Y));
    double begin = yoke_now_ms();
    TRY(compute(part, m, &b, false, cost));
    cost->compute_ms = yoke_now_ms() - begin;
    begin = yoke_now_ms();
    TRY(yoke_buffer_read(m->q, b.Y, 0, part->Y, y_bytes));
    cost->transfer_ms += yoke_now_ms() - begin;
    cost->bytes += y_bytes;
out:
    destroy(&b);
    return st;
}

/* The images first.. of the batch, which is the only cut. */
static yoke_status share(const void *op, struct yoke_member *m, size_t cut, size_t first,
                         size_t images, struct yoke_share_cost *cost)
{
    const struct convolution *all = op;
    const size_t size = yoke_type_size(all->p.type);
    struct convolution part = *all;

    (void)cut;
    *cost = (struct yoke_share_cost){ 0 };
    part.p = yoke_conv_part(&all->p, images);
    part.X += first * all->p.x_image * size;
    part.Y += first * all->p.y_image * size;
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

static double flops_of(const struct yoke_conv_problem *p)
{
    return 2.0 * (double)p->N * (double)p->groups * (double)p->K * (double)p->P * (double)p->Q *
           (double)p->C * (double)p->R * (double)p->S;
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
    struct convolution all = { .X = NULL };
    yoke_status st = YOKE_OK;

    TRY(yoke_conv_prepare(&conv, &all.p));
    void *X = calloc(all.p.x_elements, size), *W = calloc(all.p.w_elements, size);
    all.X = X;
    all.W = W;
    all.Y = calloc(all.p.y_elements, size);
    if (!X || !W || !all.Y) TRY(yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a known answer"));
    for (size_t i = 0; i < all.p.x_elements; i++)
        yoke_element_set(type, X, i, x_of(i % conv.C));
    for (size_t i = 0; i < all.p.w_elements; i++)
        yoke_element_set(type, W, i, w_of(i / all.p.w_filter, i % conv.C));
    TRY(share(&all, member, 0, 0, conv.N, cost));
    if (!answer_is_right(&all.p, all.Y))
        TRY(yoke_fail(YOKE_ERR_DEVICE, "a convolution with a known answer came out wrong"));
    *flops = flops_of(&all.p);
out:
    free((void *)all.X);
    free((void *)all.W);
    free(all.Y);
    return st;
}

yoke_status yoke_conv_run(yoke_team *team, const struct yoke_conv *conv, void *Y, const void *X,
                          const void *W, const void *bias, struct yoke_report *report)
{
    yoke_status st = YOKE_OK;
    struct convolution all = { .X = X, .W = W, .bias = bias, .Y = Y };
    struct yoke_job job = { .op = &all,
                            .class = YOKE_CLASS_CONV,
                            .n_cuts = 1,
                            .variant = variant,
                            .share = share,
                            .sample = sample };

    if (!team || !conv) return yoke_fail(YOKE_ERR_INVALID, "yoke_conv_run: a NULL argument");
    TRY(yoke_drivers_check());
    TRY(yoke_conv_prepare(conv, &all.p));
    if (all.p.N == 0) return yoke_report_clear(team, report);
    if (!Y || !X || !W) return yoke_fail(YOKE_ERR_INVALID, "yoke_conv_run: a NULL array");
    const double size = (double)yoke_type_size(all.p.type);
    all.p.has_bias = bias != NULL;
    job.type = all.p.type;
    job.flops = flops_of(&all.p);
    job.cuts[0] = (struct yoke_cut){ all.p.N, 1, size * (double)all.p.w_elements,
                                     size * (double)(all.p.x_image + all.p.y_image) };
    TRY(yoke_job_run(team, &job, report));
out:
    return st;
}
