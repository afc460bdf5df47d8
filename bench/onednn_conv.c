/* onednn_conv.c - one way of oneDNN to do a convolution, with what may be prepared prepared.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "job.h"
#include "onednn.h"

enum { SRC, WEIGHTS, DST };

/* Sizes of an array in oneDNN's logical order, and its strides as it lies in memory. */
struct view {
    int n_dims;
    int64_t dims[ONEDNN_MAX_DIMS], strides[ONEDNN_MAX_DIMS];
};

struct window {
    int64_t stride[2], dilation[2], before[2], after[2];
};

static struct view images(size_t N, size_t C, size_t H, size_t W, enum yoke_layout layout)
{
    const int64_t n = (int64_t)N, c = (int64_t)C, h = (int64_t)H, w = (int64_t)W;
    struct view v = { 4, { n, c, h, w }, { c * h * w, h * w, w, 1 } };

    if (layout == YOKE_NHWC) {
        const int64_t strides[] = { h * w * c, 1, w * c, c };
        memcpy(v.strides, strides, sizeof strides);
    }
    return v;
}

/* Filters; in groups there is one dimension more, before the others. */
static struct view filters(const struct yoke_conv *conv)
{
    const int64_t groups = conv->groups ? (int64_t)conv->groups : 1;
    const int64_t k = (int64_t)conv->K / groups, c = (int64_t)conv->C / groups;
    const int64_t r = (int64_t)conv->R, s = (int64_t)conv->S;
    const int64_t dims[] = { groups, k, c, r, s };
    const int64_t nchw[] = { k * c * r * s, c * r * s, r * s, s, 1 };
    const int64_t nhwc[] = { k * c * r * s, c * r * s, 1, s * c, c };
    const int64_t *strides = conv->layout == YOKE_NHWC ? nhwc : nchw;
    const int skip = groups == 1;
    struct view v = { 5 - skip, { 0 }, { 0 } };

    memcpy(v.dims, dims + skip, (size_t)v.n_dims * sizeof *dims);
    memcpy(v.strides, strides + skip, (size_t)v.n_dims * sizeof *strides);
    return v;
}

static struct window window_of(const struct yoke_conv *c)
{
    return (struct window){
        { c->stride_h ? (int64_t)c->stride_h : 1, c->stride_w ? (int64_t)c->stride_w : 1 },
        { c->dilation_h ? (int64_t)c->dilation_h - 1 : 0,
          c->dilation_w ? (int64_t)c->dilation_w - 1 : 0 },
        { (int64_t)c->pad_h[0], (int64_t)c->pad_w[0] },
        { (int64_t)c->pad_h[1], (int64_t)c->pad_w[1] },
    };
}

static bool reorder(const struct onednn *dnn, const struct dnnl_memory_desc *to_desc,
                    struct dnnl_memory *to, const struct dnnl_memory_desc *from_desc,
                    struct dnnl_memory *from)
{
    const struct onednn_arg args[] = { { ONEDNN_ARG_SRC, from }, { ONEDNN_ARG_DST, to } };
    struct dnnl_primitive_desc *pd = NULL;
    struct dnnl_primitive *primitive = NULL;
    bool ok;

    ok = dnn->reorder_primitive_desc_create(&pd, from_desc, dnn->engine, to_desc, dnn->engine,
                                            NULL) == ONEDNN_SUCCESS &&
         dnn->primitive_create(&primitive, pd) == ONEDNN_SUCCESS &&
         dnn->primitive_execute(primitive, dnn->stream, 2, args) == ONEDNN_SUCCESS &&
         dnn->stream_wait(dnn->stream) == ONEDNN_SUCCESS;
    if (primitive) dnn->primitive_destroy(primitive);
    if (pd) dnn->primitive_desc_destroy(pd);
    return ok;
}

/* What the primitive should make of each array: as it lies, or as it likes. */
static bool describe(const struct onednn *dnn, struct onednn_conv *conv, const struct view *v,
                     bool own_layout, struct dnnl_memory_desc **asked)
{
    for (int i = 0; i < 3; i++) {
        const bool free_choice = own_layout || i == WEIGHTS;
        if (dnn->memory_desc_create_with_strides(&conv->plain[i], v[i].n_dims, v[i].dims,
                                                 ONEDNN_F32, v[i].strides))
            return false;
        if (free_choice ? dnn->memory_desc_create_with_tag(&asked[i], v[i].n_dims, v[i].dims,
                                                           ONEDNN_F32, ONEDNN_TAG_ANY)
                        : dnn->memory_desc_create_with_strides(&asked[i], v[i].n_dims, v[i].dims,
                                                               ONEDNN_F32, v[i].strides))
            return false;
    }
    return true;
}

/* The arrays in the primitive's form: the job's own where that is the same, else copies. */
static bool make_memory(const struct onednn *dnn, struct onednn_conv *conv, const struct job *job)
{
    static const int queries[] = { ONEDNN_QUERY_SRC_MD, ONEDNN_QUERY_WEIGHTS_MD,
                                   ONEDNN_QUERY_DST_MD };
    void *const arrays[] = { job->lhs, job->rhs, job->out_peer };

    for (int i = 0; i < 3; i++) {
        const struct dnnl_memory_desc *desc = dnn->primitive_desc_query_md(conv->pd, queries[i], 0);
        if (!desc || dnn->memory_create(&conv->given[i], conv->plain[i], dnn->engine, arrays[i]))
            return false;
        if (dnn->memory_desc_equal(desc, conv->plain[i])) {
            conv->memory[i] = conv->given[i];
            continue;
        }
        if (dnn->memory_create(&conv->memory[i], desc, dnn->engine, ONEDNN_ALLOCATE)) return false;
        if (i != DST && !reorder(dnn, desc, conv->memory[i], conv->plain[i], conv->given[i]))
            return false;
    }
    return true;
}

static void take_name(const struct onednn *dnn, struct onednn_conv *conv, bool own_layout)
{
    const char *name = NULL;

    if (dnn->primitive_desc_query(conv->pd, ONEDNN_QUERY_IMPL_INFO_STR, 0, &name) || !name)
        name = "?";
    snprintf(conv->name, sizeof conv->name, "%s %s", name, own_layout ? "own layout" : "in place");
}

bool onednn_conv_create(const struct onednn *dnn, struct onednn_conv *conv, const struct job *job,
                        int algorithm, bool own_layout)
{
    const struct yoke_conv *c = &job->conv;
    const struct window w = window_of(c);
    struct dnnl_memory_desc *asked[3] = { NULL, NULL, NULL };
    size_t P, Q;
    bool ok;

    *conv = (struct onednn_conv){ .primitive = NULL };
    if (yoke_conv_output(c, &P, &Q) != YOKE_OK) return false;
    const struct view views[] = { images(c->N, c->C, c->H, c->W, c->layout), filters(c),
                                  images(c->N, c->K, P, Q, c->layout) };
    ok = describe(dnn, conv, views, own_layout, asked) &&
         !dnn->convolution_forward_primitive_desc_create(
             &conv->pd, dnn->engine, ONEDNN_FORWARD_INFERENCE, algorithm, asked[SRC],
             asked[WEIGHTS], NULL, asked[DST], w.stride, w.dilation, w.before, w.after, NULL) &&
         make_memory(dnn, conv, job) && !dnn->primitive_create(&conv->primitive, conv->pd);
    if (ok) take_name(dnn, conv, own_layout);
    for (int i = 0; i < 3; i++)
        if (asked[i]) dnn->memory_desc_destroy(asked[i]);
    if (!ok) onednn_conv_destroy(dnn, conv);
    return ok;
}

void onednn_conv_run(const struct onednn *dnn, const struct onednn_conv *conv)
{
    const struct onednn_arg args[] = { { ONEDNN_ARG_SRC, conv->memory[SRC] },
                                       { ONEDNN_ARG_WEIGHTS, conv->memory[WEIGHTS] },
                                       { ONEDNN_ARG_DST, conv->memory[DST] } };

    dnn->primitive_execute(conv->primitive, dnn->stream, 3, args);
    dnn->stream_wait(dnn->stream);
}

bool onednn_conv_collect(const struct onednn *dnn, const struct onednn_conv *conv)
{
    if (conv->memory[DST] == conv->given[DST]) return true;
    return reorder(dnn, conv->plain[DST], conv->given[DST],
                   dnn->primitive_desc_query_md(conv->pd, ONEDNN_QUERY_DST_MD, 0),
                   conv->memory[DST]);
}

void onednn_conv_destroy(const struct onednn *dnn, struct onednn_conv *conv)
{
    if (conv->primitive) dnn->primitive_destroy(conv->primitive);
    for (int i = 0; i < 3; i++) {
        if (conv->memory[i] && conv->memory[i] != conv->given[i])
            dnn->memory_destroy(conv->memory[i]);
        if (conv->given[i]) dnn->memory_destroy(conv->given[i]);
        if (conv->plain[i]) dnn->memory_desc_destroy(conv->plain[i]);
    }
    if (conv->pd) dnn->primitive_desc_destroy(conv->pd);
    *conv = (struct onednn_conv){ .primitive = NULL };
}
