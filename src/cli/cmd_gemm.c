/* cmd_gemm.c - `yoke gemm`: matrix products of .npy files, or of a shape.
 * SPDX-License-Identifier: MIT */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/element.h"
#include "cli/args.h"
#include "cli/epilogue.h"
#include "ref/gemm.h"

enum { KEY_TRANS = 0x3000, KEY_ALPHA, KEY_BETA, KEY_C, KEY_BATCH, KEY_WORKSPACE, KEY_TF32 };

static const struct argp_option options[] = {
    { "trans", KEY_TRANS, "NN|NT|TN|TT", 0, "Which of A and B to transpose; with T, A holds K x M",
      1 },
    { "alpha", KEY_ALPHA, "X", 0, "Factor of the product (1)", 1 },
    { "beta", KEY_BETA, "X", 0, "Factor of C0, which is added (0)", 1 },
    { "c", KEY_C, "FILE", 0, "C0, an array of the result's shape", 1 },
    { "batch", KEY_BATCH, "B", 0, "So many products, of a shape", 1 },
    { "workspace", KEY_WORKSPACE, "BYTES", 0,
      "Take no more device memory than this beside the arrays (as much as there is)", 1 },
    { "tf32", KEY_TF32, NULL, 0,
      "Let matrix units round the elements of A and B to tf32 where that is faster", 1 },
    { 0 },
};

struct gemm_task {
    struct op_options op;
    const char *args[3], *c;
    size_t n_args, batch;
    bool batched; /* three dimensions: of files the batch may be 0 */
    bool trans_a, trans_b;
    double alpha[2], beta[2]; /* imaginary parts stay 0 */
    bool beta_given;          /* it may be 0 */

    struct array A, B, C0, C;
    struct epilogue epilogue;
    struct yoke_gemm gemm;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    static const char *const trans[] = { "NN", "NT", "TN", "TT", NULL };
    struct gemm_task *t = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &t->op;
        state->child_inputs[1] = &t->epilogue;
        return 0;
    case KEY_TRANS: {
        const size_t i = arg_choice("--trans", arg, trans);
        t->trans_a = i / 2;
        t->trans_b = i % 2;
        return 0;
    }
    case KEY_ALPHA: t->alpha[0] = arg_real("--alpha", arg); return 0;
    case KEY_BETA:
        t->beta[0] = arg_real("--beta", arg);
        t->beta_given = true;
        return 0;
    case KEY_C: t->c = arg; return 0;
    case KEY_WORKSPACE:
        t->gemm.max_workspace_bytes = (size_t)arg_number("--workspace", arg, 1, SIZE_MAX);
        return 0;
    case KEY_TF32: t->gemm.allow_tf32 = true; return 0;
    case KEY_BATCH:
        t->batch = (size_t)arg_number("--batch", arg, 1, ARG_DIM_MAX);
        t->batched = true;
        return 0;
    case ARGP_KEY_ARG:
        if (t->n_args == 3) argp_error(state, "'%s' is one argument too many", arg);
        t->args[t->n_args++] = arg;
        return 0;
    case ARGP_KEY_END:
        if (t->n_args < 2)
            argp_error(state, "%zu arguments; give A.npy B.npy, or M N K", t->n_args);
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = { { &op_argp, 0, NULL, 0 },
                                              { &epilogue_gemm_argp, 0, NULL, 0 },
                                              { 0 } };
static const struct argp gemm_argp = {
    .options = options,
    .parser = parse_option,
    .args_doc = "A.npy B.npy -o C.npy\nM N K",
    .doc = "Multiply matrices: C = act(alpha A B + beta C0 + bias + residual). In files of three "
           "dimensions, and with --batch, a batch of them.",
    .children = children,
};

/* M x K or K x M, with the batch before it. */
static void describe_matrix(struct array *a, const struct gemm_task *t, const char *name,
                            enum yoke_type type, size_t rows, size_t cols, bool trans)
{
    const size_t dims[3] = { t->batch, trans ? cols : rows, trans ? rows : cols };

    if (t->batched)
        array_describe(a, name, type, 3, dims);
    else
        array_describe(a, name, type, 2, dims + 1);
}

static int describe_shape(struct gemm_task *t)
{
    const size_t M = (size_t)arg_number("M", t->args[0], 1, ARG_DIM_MAX);
    const size_t N = (size_t)arg_number("N", t->args[1], 1, ARG_DIM_MAX);
    const size_t K = (size_t)arg_number("K", t->args[2], 1, ARG_DIM_MAX);

    if (t->c) return cli_usage("--c is '%s' with a shape; it goes with A.npy and B.npy", t->c);
    describe_matrix(&t->A, t, "A", t->op.type, M, K, t->trans_a);
    describe_matrix(&t->B, t, "B", t->op.type, K, N, t->trans_b);
    if (t->beta[0] != 0.0)
        describe_matrix(&t->C0, t, "C0", yoke_type_result(t->op.type), M, N, false);
    return CLI_DONE;
}

static int check_matrix(const struct array *a, const char *path)
{
    char text[ARRAY_TEXT_BYTES];

    if (a->ndim != 2 && a->ndim != 3)
        return cli_usage("%s is %s; it must be a matrix, or a batch of them in three dimensions",
                         path, array_shape(a, text));
    return CLI_DONE;
}

static int open_files(struct gemm_task *t)
{
    if (!t->op.output)
        return cli_usage("no -o; say where the product of %s and %s goes", t->args[0], t->args[1]);
    if (t->batched)
        return cli_usage("--batch is %zu with files; a file of three dimensions is a batch",
                         t->batch);
    if (t->beta[0] != 0.0 && !t->c)
        return cli_usage("--beta is %g without --c; say which array it is the factor of",
                         t->beta[0]);
    if (t->c && !t->beta_given)
        return cli_usage("--c is '%s' without --beta; say its factor", t->c);

    int status = op_open(&t->A, t->args[0], &t->op);
    if (status == CLI_DONE) status = check_matrix(&t->A, t->args[0]);
    if (status == CLI_DONE) status = op_open(&t->B, t->args[1], &t->op);
    if (status == CLI_DONE) status = check_matrix(&t->B, t->args[1]);
    if (status == CLI_DONE && t->c) status = op_open_result(&t->C0, t->c, &t->op);
    if (status == CLI_DONE && t->c) status = check_matrix(&t->C0, t->c);
    return status;
}

/* Read a matrix in Fortran order as its transpose, in C order; copy only what is neither. */
static int fold_order(struct array *a, bool *trans)
{
    const size_t last = a->ndim - 1;

    if (!a->data || array_is_packed(a)) return CLI_DONE;
    array_swap_dims(a, last - 1, last);
    if (array_is_packed(a)) {
        *trans = !*trans;
        return CLI_DONE;
    }
    array_swap_dims(a, last - 1, last);
    return array_pack(a);
}

/* Rows of op(a), or its columns. */
static size_t rows_of(const struct array *a, bool trans)
{
    return a->dims[a->ndim - (trans ? 1 : 2)];
}

static int fit_batches(struct gemm_task *t)
{
    const bool a = t->A.ndim == 3, b = t->B.ndim == 3;

    if (a && b && t->A.dims[0] != t->B.dims[0])
        return cli_usage("%s has %zu matrices and %s %zu; batches must be of one length", t->A.name,
                         t->A.dims[0], t->B.name, t->B.dims[0]);
    if (a) t->batch = t->A.dims[0];
    if (b) t->batch = t->B.dims[0];
    if (b && !a) t->gemm.stride_a = YOKE_STRIDE_SHARED;
    if (a && !b) t->gemm.stride_b = YOKE_STRIDE_SHARED;
    t->batched = t->batched || a || b;
    t->gemm.batch = t->batch;
    return CLI_DONE;
}

/* The descriptor, and the shape of C, which that of C0 must be. */
static int fit_shapes(struct gemm_task *t)
{
    struct yoke_gemm *g = &t->gemm;
    char text[ARRAY_TEXT_BYTES], wanted[ARRAY_TEXT_BYTES];

    if (g->allow_tf32 && t->op.type != YOKE_F32)
        return cli_usage("--tf32 with %s; it is for f32", yoke_type_name(t->op.type));
    g->type = t->op.type;
    g->trans_a = t->trans_a;
    g->trans_b = t->trans_b;
    g->variant = t->op.variant;
    g->M = rows_of(&t->A, t->trans_a);
    g->K = rows_of(&t->A, !t->trans_a);
    g->N = rows_of(&t->B, !t->trans_b);
    if (rows_of(&t->B, t->trans_b) != g->K)
        return cli_usage("%s gives %zu x %zu and %s %zu x %zu; the columns of the first must be "
                         "the rows of the second",
                         t->A.name, g->M, g->K, t->B.name, rows_of(&t->B, t->trans_b), g->N);
    const int status = fit_batches(t);
    if (status != CLI_DONE) return status;

    describe_matrix(&t->C, t, "C", yoke_type_result(g->type), g->M, g->N, false);
    if (t->beta[0] == 0.0 && !t->c) return CLI_DONE;
    if (t->C0.ndim != t->C.ndim || memcmp(t->C0.dims, t->C.dims, sizeof t->C.dims) != 0)
        return cli_usage("%s is %s; the product is %s", t->C0.name, array_shape(&t->C0, text),
                         array_shape(&t->C, wanted));
    return CLI_DONE;
}

static int check_scalar(const char *what, double value, enum yoke_type type)
{
    if (yoke_type_is_double(type) || fabs(value) <= (double)FLT_MAX) return CLI_DONE;
    return cli_usage("%s is %g; with %s it must be at most %g", what, value, yoke_type_name(type),
                     (double)FLT_MAX);
}

static int fill_scalars(struct gemm_task *t)
{
    const int status = check_scalar("--alpha", t->alpha[0], t->op.type);

    if (status != CLI_DONE) return status;
    t->gemm.alpha = t->alpha;
    t->gemm.beta = t->beta;
    return check_scalar("--beta", t->beta[0], t->op.type);
}

static int alloc_arrays(struct gemm_task *t)
{
    uint64_t seed = t->op.seed;
    double bytes = array_bytes(&t->C);

    const bool of_shape = t->n_args == 3;
    if (of_shape) bytes += array_bytes(&t->A) + array_bytes(&t->B) + array_bytes(&t->C0);
    int status = array_check_memory(bytes + epilogue_bytes(&t->epilogue));
    if (status == CLI_DONE) status = array_alloc(&t->C);
    if (status == CLI_DONE && of_shape) status = array_alloc_random(&t->A, &seed);
    if (status == CLI_DONE && of_shape) status = array_alloc_random(&t->B, &seed);
    if (status == CLI_DONE && of_shape && t->beta[0] != 0.0)
        status = array_alloc_random(&t->C0, &seed);
    if (status == CLI_DONE && t->c) status = array_pack(&t->C0);
    if (status == CLI_DONE) status = epilogue_alloc(&t->epilogue, &seed);
    if (epilogue_is_there(&t->epilogue)) t->gemm.epilogue = &t->epilogue.desc;
    return status;
}

static int prepare(void *task)
{
    struct gemm_task *t = task;
    int status = t->n_args == 3 ? describe_shape(t) : open_files(t);

    if (status == CLI_DONE) status = fold_order(&t->A, &t->trans_a);
    if (status == CLI_DONE) status = fold_order(&t->B, &t->trans_b);
    if (status == CLI_DONE) status = fit_shapes(t);
    if (status == CLI_DONE) status = fill_scalars(t);
    if (status == CLI_DONE) status = epilogue_open(&t->epilogue, &t->C, &t->op, t->n_args == 3);
    if (status == CLI_DONE) status = alloc_arrays(t);
    return status;
}

static void reset(void *task)
{
    struct gemm_task *t = task;

    if (t->C0.data) memcpy(t->C.memory, t->C0.data, array_count(&t->C) * yoke_type_size(t->C.type));
}

/* The descriptor, whose batch of 0 is one product: where there is none, of no rows. */
static struct yoke_gemm whole(const struct gemm_task *t)
{
    struct yoke_gemm g = t->gemm;

    if (t->batched && t->batch == 0) g.M = 0;
    return g;
}

static yoke_status run(const void *task, yoke_team *team, struct yoke_report *report)
{
    const struct gemm_task *t = task;
    const struct yoke_gemm g = whole(t);

    return yoke_gemm_run(team, &g, t->C.memory, t->A.data, t->B.data, report);
}

static void reference(const void *task, struct yoke_ref *ref)
{
    const struct gemm_task *t = task;
    const struct yoke_gemm g = whole(t);

    yoke_ref_gemm(ref, &g, YOKE_REF_ANY, t->C0.data, t->A.data, t->B.data);
}

static const struct array *result_of(const void *task)
{
    return &((const struct gemm_task *)task)->C;
}

static const char *trans_name(const struct yoke_gemm *g)
{
    static const char *const names[] = { "NN", "NT", "TN", "TT" };

    return names[2 * g->trans_a + g->trans_b];
}

static void describe(const void *task)
{
    const struct gemm_task *t = task;
    const struct yoke_gemm *g = &t->gemm;
    char text[64];

    if (t->batched && t->batch != 1) printf("%zu x ", t->batch);
    printf("(%zu x %zu x %zu) %s%s%s", g->M, g->N, g->K, trans_name(g),
           g->allow_tf32 ? ", tf32 allowed" : "", epilogue_text(&t->epilogue, text));
}

static json_t *shape(const void *task)
{
    const struct gemm_task *t = task;
    const struct yoke_gemm *g = &t->gemm;
    json_t *sizes = json_pack("{sI sI sI sI ss}", "M", (json_int_t)g->M, "N", (json_int_t)g->N, "K",
                              (json_int_t)g->K, "batch", (json_int_t)(t->batched ? t->batch : 1),
                              "trans", trans_name(g));

    if (g->allow_tf32) json_object_set_new(sizes, "allow_tf32", json_true());
    epilogue_json(&t->epilogue, sizes);
    return sizes;
}

static const struct op gemm_op = {
    .name = "gemm",
    .variant_name = yoke_gemm_variant_name,
    .prepare = prepare,
    .reset = reset,
    .run = run,
    .reference = reference,
    .result = result_of,
    .describe = describe,
    .shape = shape,
};

int cmd_gemm(int argc, char **argv)
{
    struct gemm_task task = { .op.last_type = YOKE_S8, .alpha = { 1.0 } };

    cli_parse(&gemm_argp, argc, argv, &task);
    const int status = op_execute(&gemm_op, &task.op, &task);
    array_deinit(&task.A);
    array_deinit(&task.B);
    array_deinit(&task.C0);
    array_deinit(&task.C);
    epilogue_deinit(&task.epilogue);
    return status;
}
