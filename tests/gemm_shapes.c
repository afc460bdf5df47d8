/* gemm_shapes.c - which products are tested. SPDX-License-Identifier: MIT */
#include "gemm_shapes.h"

#include <check.h>
#include <math.h>

#include "base/element.h"
#include "gemm_levels.h"
#include "pairwise.h"

#define MAX_MACS  0x1p19 /* of a random shape: the reference takes 2 ms            */
#define SLOW_MACS 0x1p25 /* of types that have no fast variant and a slow reference */

/* Zero, one, and around the edges of tiles. */
static const size_t dims[] = { 0,  1,  2,  3,  7,  8,   15,  16,  17,  31,
                               32, 33, 63, 64, 65, 127, 128, 129, 255, 257 };

static const unsigned char levels[N_FACTORS] = GEMM_LEVELS;

// clang-format off
/* What a grid cannot hold: large, long, thin, many. The epilogue waits for the end of a long sum. */
static const struct {
    size_t M, N, K, batch;
    bool trans_a, trans_b;
    enum op_values values;
    enum op_tier tier;
    enum yoke_bias bias;
    enum yoke_activation activation;
    bool residual;
} by_hand[] = {
    { 700, 513, 1100, 0, false, false, OP_UNIT, OP_DEVICE_BUFFERS, YOKE_BIAS_COLUMN, 0, true },
    { 700, 513, 1100, 0, false, true, OP_INTEGERS, OP_HOST_BUFFERS, 0, 0, false },
    { 700, 513, 1100, 0, true, false, OP_INTEGERS, OP_DEVICE_BUFFERS, YOKE_BIAS_ROW, 0, true },
    { 700, 513, 1100, 0, true, true, OP_UNIT, OP_RUN, 0, 0, false },
    { 513, 1100, 700, 0, false, false, OP_INTEGERS, OP_RUN, YOKE_BIAS_COLUMN, 0, true },
    { 3, 5, 20011, 0, false, false, OP_UNIT, OP_DEVICE_BUFFERS, 0, 0, false },
    { 33, 2, 20011, 0, true, true, OP_INTEGERS, OP_DEVICE_BUFFERS, YOKE_BIAS_ROW, YOKE_ACT_RELU, true },
    { 1, 1, 20011, 0, false, false, OP_UNIT, OP_RUN, 0, 0, false },
    { 7, 9, 12007, 0, true, false, OP_UNIT, OP_DEVICE_BUFFERS, YOKE_BIAS_ROW, YOKE_ACT_SIGMOID, true },
    { 17, 33, 8209, 0, false, true, OP_INTEGERS, OP_HOST_BUFFERS, YOKE_BIAS_COLUMN, YOKE_ACT_CLAMP, true },
    { 37, 70, 2100, 0, false, false, OP_UNIT, OP_DEVICE_BUFFERS, YOKE_BIAS_ROW, YOKE_ACT_GELU, true },
    { 64, 96, 1500, 0, false, true, OP_UNIT, OP_RUN, YOKE_BIAS_COLUMN, YOKE_ACT_TANH, true },
    { 1, 3001, 509, 0, false, false, OP_UNIT, OP_DEVICE_BUFFERS, YOKE_BIAS_COLUMN, YOKE_ACT_SIGMOID, false },
    { 3001, 1, 509, 0, false, false, OP_UNIT, OP_DEVICE_BUFFERS, 0, 0, false },
    { 2503, 67, 2, 0, false, true, OP_INTEGERS, OP_DEVICE_BUFFERS, 0, YOKE_ACT_CLAMP, true },
    { 67, 2503, 1, 0, false, false, OP_UNIT, OP_RUN, YOKE_BIAS_ROW, 0, false },
    { 5, 6, 7, 300, false, false, OP_INTEGERS, OP_DEVICE_BUFFERS, 0, 0, false },
    { 33, 17, 9, 64, true, false, OP_UNIT, OP_RUN, YOKE_BIAS_COLUMN, YOKE_ACT_RELU, true },
    { 262149, 1, 2, 0, false, true, OP_INTEGERS, OP_DEVICE_BUFFERS, YOKE_BIAS_ROW, 0, true },
    { 2, 1, 3, 65537, false, true, OP_INTEGERS, OP_DEVICE_BUFFERS, YOKE_BIAS_ROW, 0, true },
};
// clang-format on
#define N_BY_HAND (sizeof by_hand / sizeof by_hand[0])

static void edge_by_hand(size_t i, struct op_shape *s)
{
    s->gemm.M = by_hand[i].M;
    s->gemm.N = by_hand[i].N;
    s->gemm.K = by_hand[i].K;
    s->gemm.batch = by_hand[i].batch;
    s->gemm.trans_a = by_hand[i].trans_a;
    s->gemm.trans_b = by_hand[i].trans_b;
    s->values = by_hand[i].values;
    s->tier = by_hand[i].tier;
    gemm_set_scalars(s, ALPHA_OTHER, i % 2 ? BETA_OTHER : BETA_NULL);
    s->epilogue.bias = by_hand[i].bias;
    s->epilogue.activation = by_hand[i].activation;
    gemm_set_clamp(s);
    s->has_residual = by_hand[i].residual;
    s->has_epilogue = by_hand[i].bias || by_hand[i].activation || by_hand[i].residual;
}

/* Each row of the grid twice: with an epilogue, and without, which is a program of its own. Not one
 * after the other: every fourth shape must be of either kind. */
bool gemm_edge(size_t i, struct op_shape *s)
{
    static unsigned char *rows;
    static size_t n_rows;

    if (!rows) rows = pairwise_rows(levels, N_FACTORS, &n_rows);
    ck_assert_ptr_nonnull(rows);
    if (i >= 2 * n_rows + N_BY_HAND) return false;
    if (i >= 2 * n_rows) {
        edge_by_hand(i - 2 * n_rows, s);
    } else {
        const unsigned char *row = rows + i % n_rows * N_FACTORS;
        s->gemm.M = dims[row[M]];
        s->gemm.N = dims[row[N]];
        s->gemm.K = dims[row[K]];
        gemm_set_levels(s, row, 3 + i % n_rows % 5, i >= n_rows);
    }
    return true;
}

/* Half of them beside a multiple of a power of two, half of any size, small ones more often. */
static size_t random_dim(struct rng *r)
{
    if (rng_percent(r, 50))
        return (1 + rng_below(r, 8)) * ((size_t)4 << rng_below(r, 5)) + rng_below(r, 3) - 1;
    return rng_below(r, (size_t)2 << rng_below(r, 9));
}

/* Make the largest dimension smaller until there are so many multiply-adds. */
static void shrink(struct yoke_gemm *g, double max_macs)
{
    while ((double)g->M * (double)g->N * (double)g->K > max_macs) {
        size_t *largest = g->M > g->N ? &g->M : &g->N;
        if (g->K > *largest) largest = &g->K;
        *largest -= *largest / 3;
    }
}

void gemm_random(struct rng *r, struct op_shape *s)
{
    struct yoke_gemm *g = &s->gemm;
    unsigned char row[N_FACTORS];

    g->M = random_dim(r);
    g->N = random_dim(r);
    g->K = random_dim(r);
    shrink(g, MAX_MACS);
    for (size_t f = 0; f < N_FACTORS; f++)
        row[f] = (unsigned char)rng_below(r, levels[f]);
    if (rng_percent(r, 80)) row[TIER] = OP_DEVICE_BUFFERS;
    if (rng_percent(r, 50)) row[PACK] = 0;
    if (rng_percent(r, 90) && row[ALPHA] == ALPHA_ZERO) row[ALPHA] = ALPHA_OTHER;
    if (rng_percent(r, 50)) row[BATCH] = BATCH_NONE;
    gemm_set_levels(s, row, 1 + rng_below(r, 20), rng_percent(r, 50));
}

/* A scalar of a type that has no imaginary part, or no fractions either. */
static void fit_scalar(double x[2], bool integer)
{
    if (x[0] == 0.0) x[0] = x[1];
    if (integer && x[0] != rint(x[0])) x[0] = x[0] < 0 ? -2.0 : 3.0;
}

/* Most tiles of a type whose kernels are those of another but for loads and stores, or for the
 * width of a number, are tested with an epilogue only: half as many programs to compile. */
static void spare_programs(struct op_shape *s)
{
    if (s->has_epilogue || (s->gemm.M >= 100 && s->gemm.N >= 100)) return;
    s->has_epilogue = true;
    s->epilogue.bias = YOKE_BIAS_COLUMN;
}

void gemm_fit(struct op_shape *s, enum yoke_type type)
{
    enum yoke_activation *act = &s->epilogue.activation;
    const bool complex = yoke_type_is_complex(type), integer = yoke_type_is_integer(type);

    if ((complex || integer) && s->values == OP_SPECIALS) s->values = OP_UNIT;
    if (complex) *act = YOKE_ACT_NONE;
    if (!complex) fit_scalar(s->alpha, integer);
    if (!complex) fit_scalar(s->beta, integer);
    if (*act > YOKE_ACT_CLAMP && integer) *act = YOKE_ACT_CLAMP;
    if (*act > YOKE_ACT_CLAMP && s->values == OP_INTEGERS) *act = YOKE_ACT_RELU; /* exact */
    if (integer) {
        s->epilogue.clamp_min *= 1000.0;
        s->epilogue.clamp_max *= 10000.0;
    }
    if (type != YOKE_F32 && type != YOKE_F64) shrink(&s->gemm, SLOW_MACS);
    if (type == YOKE_BF16 || type == YOKE_C128) spare_programs(s);
}

static void cap_dim(size_t *dim, size_t max_dim)
{
    if (*dim > max_dim) *dim = max_dim;
}

void gemm_cap(struct op_shape *s, size_t max_dim)
{
    cap_dim(&s->gemm.M, max_dim);
    cap_dim(&s->gemm.N, max_dim);
    cap_dim(&s->gemm.K, max_dim);
    cap_dim(&s->gemm.batch, max_dim);
}
