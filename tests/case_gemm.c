/* case_gemm.c - the matrix product as a test case. SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>

#include "cases.h"
#include "gemm_oracle.h"
#include "pairwise.h"

#define MAX_MACS 0x1p19 /* of a random shape: the oracle takes 2 ms */

/* Zero, one, and around the edges of tiles. */
static const size_t dims[] = { 0,  1,  2,  3,  7,  8,   15,  16,  17,  31,
                               32, 33, 63, 64, 65, 127, 128, 129, 255, 257 };

// clang-format off
enum factor { M, N, K, TRANS, ORDER, LDA, LDB, LDC, OFFSETS, ALPHA, BETA, BATCH, VALUES, TIER,
              OFF_PAGE };
static const unsigned char levels[] = { 20, 20, 20, 4, 2, 2, 2, 2, 2, 3, 4, 6, 3, 3, 2 };
// clang-format on
#define N_FACTORS (sizeof levels / sizeof levels[0])

enum { ALPHA_NULL, ALPHA_OTHER, ALPHA_ZERO };
enum { BETA_NULL, BETA_ZERO, BETA_ONE, BETA_OTHER };
enum { BATCH_NONE, BATCH_ONE, BATCH_PACKED, BATCH_SPACED, BATCH_SHARED_A, BATCH_SHARED_B };

// clang-format off
/* What a grid cannot hold: large, long, thin, many. */
static const struct {
    size_t M, N, K, batch;
    bool trans_a, trans_b;
    enum op_values values;
    enum op_tier tier;
} by_hand[] = {
    { 700, 513, 1100, 0, false, false, OP_UNIT, OP_DEVICE_BUFFERS },
    { 700, 513, 1100, 0, false, true, OP_INTEGERS, OP_HOST_BUFFERS },
    { 700, 513, 1100, 0, true, false, OP_INTEGERS, OP_DEVICE_BUFFERS },
    { 700, 513, 1100, 0, true, true, OP_UNIT, OP_RUN },
    { 513, 1100, 700, 0, false, false, OP_INTEGERS, OP_RUN },
    { 3, 5, 20011, 0, false, false, OP_UNIT, OP_DEVICE_BUFFERS },
    { 33, 2, 20011, 0, true, true, OP_INTEGERS, OP_DEVICE_BUFFERS },
    { 1, 3001, 509, 0, false, false, OP_UNIT, OP_DEVICE_BUFFERS },
    { 3001, 1, 509, 0, false, false, OP_UNIT, OP_DEVICE_BUFFERS },
    { 2503, 67, 2, 0, false, true, OP_INTEGERS, OP_DEVICE_BUFFERS },
    { 67, 2503, 1, 0, false, false, OP_UNIT, OP_RUN },
    { 5, 6, 7, 300, false, false, OP_INTEGERS, OP_DEVICE_BUFFERS },
    { 33, 17, 9, 64, true, false, OP_UNIT, OP_RUN },
};
// clang-format on
#define N_BY_HAND (sizeof by_hand / sizeof by_hand[0])

static void set_scalars(struct op_shape *s, unsigned char alpha, unsigned char beta)
{
    const bool integers = s->values == OP_INTEGERS;
    const double betas[] = { 0.0, 0.0, 1.0, integers ? 3.0 : (double)1.3f };
    const double alphas[] = { 1.0, integers ? -2.0 : (double)-0.7f, 0.0 };

    s->alpha = alphas[alpha];
    s->has_alpha = alpha != ALPHA_NULL;
    s->beta = betas[beta];
    s->has_beta = beta != BETA_NULL;
}

static size_t padded_ld(const struct yoke_gemm *g, size_t array, bool longer, size_t gap)
{
    return longer ? gemm_place_of(g, array).ld + gap : 0;
}

static void set_batch(struct yoke_gemm *g, unsigned char level, size_t gap)
{
    const struct gemm_place a = gemm_place_of(g, GEMM_A), b = gemm_place_of(g, GEMM_B),
                            c = gemm_place_of(g, GEMM_C);

    g->batch = level == BATCH_NONE ? 0 : level == BATCH_ONE ? 1 : level == BATCH_SPACED ? 2 : 3;
    if (level == BATCH_SPACED) {
        g->stride_a = a.stride + gap;
        g->stride_b = b.stride + 2 * gap;
        g->stride_c = c.stride + 3 * gap;
    } else if (level == BATCH_SHARED_A) {
        g->stride_a = YOKE_STRIDE_SHARED;
    } else if (level == BATCH_SHARED_B) {
        g->stride_b = YOKE_STRIDE_SHARED;
        g->stride_a = 1; /* matrices of an input may overlap */
        g->stride_c = c.stride + gap;
    }
}

/* Everything but the dimensions, which are set. */
static void set_levels(struct op_shape *s, const unsigned char *row, size_t gap)
{
    struct yoke_gemm *g = &s->gemm;

    s->values = (enum op_values)row[VALUES];
    s->tier = (enum op_tier)row[TIER];
    s->misaligned = row[OFF_PAGE];
    set_scalars(s, row[ALPHA], row[BETA]);
    g->trans_a = row[TRANS] & 1;
    g->trans_b = row[TRANS] & 2;
    g->order = row[ORDER] ? YOKE_COL_MAJOR : YOKE_ROW_MAJOR;
    g->lda = padded_ld(g, GEMM_A, row[LDA], gap);
    g->ldb = padded_ld(g, GEMM_B, row[LDB], gap + 1);
    g->ldc = padded_ld(g, GEMM_C, row[LDC], gap + 2);
    g->offset_a = row[OFFSETS] ? gap : 0;
    g->offset_b = row[OFFSETS] ? 64 : 0;
    g->offset_c = row[OFFSETS] ? 3 * gap : 0;
    set_batch(g, row[BATCH], gap);
}

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
    set_scalars(s, ALPHA_OTHER, i % 2 ? BETA_OTHER : BETA_NULL);
}

static bool edge(size_t i, struct op_shape *s)
{
    static unsigned char *rows;
    static size_t n_rows;

    if (!rows) rows = pairwise_rows(levels, N_FACTORS, &n_rows);
    ck_assert_ptr_nonnull(rows);
    if (i >= n_rows + N_BY_HAND) return false;
    if (i >= n_rows) {
        edge_by_hand(i - n_rows, s);
    } else {
        const unsigned char *row = rows + i * N_FACTORS;
        s->gemm.M = dims[row[M]];
        s->gemm.N = dims[row[N]];
        s->gemm.K = dims[row[K]];
        set_levels(s, row, 3 + i % 5);
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

static void random_shape(struct rng *r, struct op_shape *s)
{
    struct yoke_gemm *g = &s->gemm;
    unsigned char row[N_FACTORS];

    g->M = random_dim(r);
    g->N = random_dim(r);
    g->K = random_dim(r);
    while ((double)g->M * (double)g->N * (double)g->K > MAX_MACS) {
        size_t *largest = g->M > g->N ? &g->M : &g->N;
        if (g->K > *largest) largest = &g->K;
        *largest = *largest / 2 + rng_below(r, 2);
    }
    for (size_t f = 0; f < N_FACTORS; f++)
        row[f] = (unsigned char)rng_below(r, levels[f]);
    if (rng_percent(r, 80)) row[TIER] = OP_DEVICE_BUFFERS;
    if (rng_percent(r, 90) && row[ALPHA] == ALPHA_ZERO) row[ALPHA] = ALPHA_OTHER;
    if (rng_percent(r, 50)) row[BATCH] = BATCH_NONE;
    set_levels(s, row, 1 + rng_below(r, 20));
}

static void cap_dim(size_t *dim, size_t max_dim)
{
    if (*dim > max_dim) *dim = max_dim;
}

static void cap(struct op_shape *s, size_t max_dim)
{
    cap_dim(&s->gemm.M, max_dim);
    cap_dim(&s->gemm.N, max_dim);
    cap_dim(&s->gemm.K, max_dim);
    cap_dim(&s->gemm.batch, max_dim);
}

static void print(const struct op_shape *s, char *text, size_t size)
{
    static const char *const values[] = { "unit", "integers", "specials" };
    static const char *const tiers[] = { "device buffers", "host buffers", "run" };
    const struct yoke_gemm *g = &s->gemm;

    snprintf(text, size,
             "%c%c %s M=%zu N=%zu K=%zu ld=%zu,%zu,%zu batch=%zu strides=%zd,%zd,%zd "
             "offsets=%zu,%zu,%zu alpha=%g beta=%g%s, %s, %s%s",
             g->trans_a ? 'T' : 'N', g->trans_b ? 'T' : 'N', g->order ? "col" : "row", g->M, g->N,
             g->K, g->lda, g->ldb, g->ldc, g->batch, (ssize_t)g->stride_a, (ssize_t)g->stride_b,
             (ssize_t)g->stride_c, g->offset_a, g->offset_b, g->offset_c, s->alpha, s->beta,
             s->has_beta ? "" : " (NULL)", values[s->values], tiers[s->tier],
             s->misaligned ? ", off page" : "");
}

static size_t length(const struct op_shape *s, size_t array)
{
    const struct gemm_place p = gemm_place_of(&s->gemm, array);

    if (p.rows == 0 || p.cols == 0) return p.offset;
    return gemm_at(&p, p.batch - 1, p.rows - 1, p.cols - 1) + 1;
}

static void mark(const struct op_shape *s, size_t array, unsigned char *owned)
{
    const struct gemm_place p = gemm_place_of(&s->gemm, array);

    for (size_t b = 0; b < p.batch; b++)
        for (size_t i = 0; i < p.rows; i++)
            for (size_t j = 0; j < p.cols; j++)
                owned[gemm_at(&p, b, i, j)] = 1;
}

static bool takes_specials(const struct op_shape *s, size_t array)
{
    (void)s;
    (void)array;
    return true;
}

static size_t terms(const struct op_shape *s)
{
    return s->gemm.K;
}

static struct yoke_gemm descriptor(const struct op_shape *s, enum yoke_type type,
                                   const char *variant)
{
    struct yoke_gemm g = s->gemm;

    g.type = type;
    g.variant = variant;
    g.alpha = s->has_alpha ? &s->alpha : NULL;
    g.beta = s->has_beta ? &s->beta : NULL;
    return g;
}

static yoke_status enqueue(const struct op_shape *s, enum yoke_type type, const char *variant,
                           yoke_buffer *const *buffers)
{
    const struct yoke_gemm g = descriptor(s, type, variant);

    return yoke_gemm_enqueue(test_queue, &g, buffers[GEMM_C], buffers[GEMM_A], buffers[GEMM_B],
                             NULL);
}

static yoke_status run(const struct op_shape *s, enum yoke_type type, const char *variant,
                       void *const *host)
{
    const struct yoke_gemm g = descriptor(s, type, variant);

    return yoke_gemm_run(test_team, &g, host[GEMM_C], host[GEMM_A], host[GEMM_B], NULL);
}

const struct op_case gemm_case = {
    .name = "gemm",
    .array_names = { "C", "A", "B" },
    .n_arrays = 3,
    .edge = edge,
    .random = random_shape,
    .cap = cap,
    .print = print,
    .length = length,
    .mark = mark,
    .reads_output = gemm_reads_output,
    .takes_specials = takes_specials,
    .oracle = gemm_oracle,
    .terms = terms,
    .enqueue = enqueue,
    .run = run,
    .variant_name = yoke_gemm_variant_name,
};
