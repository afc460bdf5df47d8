/* tune_shapes.c - what `yoke tune` works on, of any operator.
 * SPDX-License-Identifier: MIT */
#include "cli/tune_shapes.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/layers.h"
#include "base/products.h"
#include "base/size.h"
#include "cli/args.h"

const char *const tune_op_names[] = { "gemm", "conv", NULL };

static struct yoke_gemm gemm_of(const struct tune_request *r, const struct yoke_product *p)
{
    const char *trans = r->trans ? r->trans : p->trans ? p->trans : "NN";

    return (struct yoke_gemm){
        .M = p->M,
        .N = p->N,
        .K = p->K,
        .batch = r->batch ? r->batch : p->batch,
        .type = r->type,
        .trans_a = trans[0] == 'T',
        .trans_b = trans[1] == 'T',
    };
}

static size_t list_products(const struct tune_request *r, struct tune_shape *shapes)
{
    static const char *const names[] = { "square", "dnn", NULL };
    const struct yoke_product_set *set =
        yoke_product_set_find(names[arg_choice("--set", r->set, names)]);
    const size_t n_images = set->per_image ? yoke_n_product_images : 1;
    size_t n = 0;

    for (size_t i = 0; i < n_images; i++)
        for (size_t k = 0; k < set->n && n < TUNE_SHAPES_MAX; k++) {
            const struct yoke_product p = yoke_product_of_images(
                &set->products[k], set->per_image ? yoke_product_images[i] : 1);
            shapes[n++] = (struct tune_shape){ .kind = YOKE_OP_GEMM, .gemm = gemm_of(r, &p) };
        }
    return n;
}

static size_t list_gemms(struct argp_state *state, const struct tune_request *r,
                         struct tune_shape *shapes)
{
    static const char *const what[TUNE_ARGS_MAX] = { "M", "N", "K" };
    size_t dims[TUNE_ARGS_MAX];

    if (r->conv.given) argp_error(state, "--%s is for --op conv", r->conv.given);
    if (r->set && r->n_args) argp_error(state, "'%s' and --set; give one of them", r->args[0]);
    if (r->set) return list_products(r, shapes);
    if (r->n_args == 0) return 0;
    if (r->n_args != TUNE_ARGS_MAX)
        argp_error(state, "%zu arguments; give M N K, or --set", r->n_args);
    for (size_t i = 0; i < TUNE_ARGS_MAX; i++)
        dims[i] = (size_t)arg_number(what[i], r->args[i], 1, ARG_DIM_MAX);
    const struct yoke_product p = { .M = dims[0], .N = dims[1], .K = dims[2] };
    shapes[0] = (struct tune_shape){ .kind = YOKE_OP_GEMM, .gemm = gemm_of(r, &p) };
    return 1;
}

static struct yoke_conv conv_of(const struct tune_request *r, const struct yoke_layer *l,
                                size_t images)
{
    struct yoke_conv conv = yoke_layer_conv(l, images);

    conv.type = r->type;
    conv.layout = r->conv.conv.layout;
    conv.true_convolution = r->conv.conv.true_convolution;
    return conv;
}

static size_t list_layers(const struct tune_request *r, struct tune_shape *shapes)
{
    static const char *const names[] = { "resnet", "depthwise", NULL };
    const struct yoke_layer_set *set =
        yoke_layer_set_find(names[arg_choice("--set", r->set, names)]);
    const size_t n_images = r->batch ? 1 : yoke_n_layer_images;
    size_t n = 0;

    for (size_t i = 0; i < n_images; i++)
        for (size_t k = 0; k < set->n && n < TUNE_SHAPES_MAX; k++)
            shapes[n++] = (struct tune_shape){
                .kind = YOKE_OP_CONV,
                .conv = conv_of(r, &set->layers[k], r->batch ? r->batch : yoke_layer_images[i]),
            };
    return n;
}

static size_t list_convs(struct argp_state *state, const struct tune_request *r,
                         struct tune_shape *shapes)
{
    const struct conv_options *opt = &r->conv;
    struct tune_shape shape = { .kind = YOKE_OP_CONV, .conv = opt->conv };
    size_t x[4], w[4], P, Q;

    if (r->trans) argp_error(state, "--trans is for --op gemm");
    if (r->n_args) argp_error(state, "'%s'; a convolution has --input and --filters", r->args[0]);
    if (!opt->input != !opt->filters) argp_error(state, "--input and --filters go together");
    if (opt->input && r->set) argp_error(state, "--input and --set; give one of them");
    if (r->set) return list_layers(r, shapes);
    if (r->batch) argp_error(state, "--batch is for the images of a --set");
    if (!opt->input) return 0;
    conv_options_dims(opt, x, w);
    shape.conv.type = r->type;
    const int status = conv_fit(&shape.conv, x, "--input", w, "--filters", &P, &Q);
    if (status != CLI_DONE) exit(status);
    shapes[0] = shape;
    return 1;
}

size_t tune_shapes_list(struct argp_state *state, const struct tune_request *r,
                        struct tune_shape shapes[TUNE_SHAPES_MAX])
{
    return (r->kind == YOKE_OP_GEMM ? list_gemms : list_convs)(state, r, shapes);
}

struct yoke_op tune_shape_op(const struct tune_shape *shape)
{
    return (struct yoke_op){ .kind = shape->kind, .descriptor = &shape->gemm };
}

static enum yoke_type type_of(const struct tune_shape *shape)
{
    return shape->kind == YOKE_OP_GEMM ? shape->gemm.type : shape->conv.type;
}

static const char *trans_name(const struct yoke_gemm *g)
{
    static const char *const names[] = { "NN", "NT", "TN", "TT" };

    return names[2 * g->trans_a + g->trans_b];
}

static void print_gemm(const struct yoke_gemm *g)
{
    if (g->batch > 1) printf("%zu x ", g->batch);
    printf("(%zu x %zu x %zu) %s", g->M, g->N, g->K, trans_name(g));
}

void tune_shape_print(const struct tune_shape *shape)
{
    printf("%s ", tune_op_names[shape->kind - 1]);
    if (shape->kind == YOKE_OP_GEMM)
        print_gemm(&shape->gemm);
    else
        conv_print(&shape->conv);
    printf(", %s", yoke_type_name(type_of(shape)));
}

static json_t *gemm_json(const struct yoke_gemm *g)
{
    return json_pack("{sI sI sI sI ss}", "M", (json_int_t)g->M, "N", (json_int_t)g->N, "K",
                     (json_int_t)g->K, "batch", (json_int_t)yoke_size_or_one(g->batch), "trans",
                     trans_name(g));
}

/* The sizes of the result are 0 where there is none. */
static json_t *sized_json(const struct yoke_conv *v)
{
    size_t P = 0, Q = 0;

    if (yoke_conv_output(v, &P, &Q) != YOKE_OK) P = Q = 0;
    return conv_json(v, P, Q);
}

json_t *tune_shape_json(const struct tune_shape *shape, const char *device)
{
    json_t *sizes =
        shape->kind == YOKE_OP_GEMM ? gemm_json(&shape->gemm) : sized_json(&shape->conv);

    return json_pack("{ss ss ss so}", "op", tune_op_names[shape->kind - 1], "device", device,
                     "type", yoke_type_name(type_of(shape)), "shape", sizes);
}
