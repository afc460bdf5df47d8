/* shape.c - the plain matrix products that stand for others: to be tuned, checked, measured with.
 * SPDX-License-Identifier: MIT
 *
 * Plain is dense and row-major, with alpha 1 and beta 0. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/element.h"
#include "ops/gemm/gemm.h"

/* Of what a reference takes a fraction of a second for. */
static const double most_macs = 1.5e8, most_elements = 0x1p22;

/* "NT 100x200x300x1": M, N, K and batch after it was turned row-major, so that both orders of one
 * product have one key. */
void yoke_gemm_key(const void *problem, char key[YOKE_KEY_MAX])
{
    const struct yoke_gemm_problem *p = problem;

    snprintf(key, YOKE_KEY_MAX, "%c%c %zux%zux%zux%zu", p->at[YOKE_GEMM_A].step > 1 ? 'T' : 'N',
             p->at[YOKE_GEMM_B].step > 1 ? 'T' : 'N', p->M, p->N, p->K, p->batch);
}

bool yoke_gemm_describe(enum yoke_type type, const char *key, void *descriptor)
{
    struct yoke_gemm g = { .type = type };
    struct yoke_gemm_problem p;
    char trans[3] = "", again[YOKE_KEY_MAX];

    if (sscanf(key, "%2[NT] %zux%zux%zux%zu", trans, &g.M, &g.N, &g.K, &g.batch) != 5) return false;
    g.trans_a = trans[0] == 'T';
    g.trans_b = trans[1] == 'T';
    if (yoke_gemm_prepare(&g, &p) != YOKE_OK) return false;
    yoke_gemm_key(&p, again);
    memcpy(descriptor, &g, sizeof g);
    return strcmp(key, again) == 0;
}

static bool is_large(const struct yoke_gemm *g)
{
    const double M = (double)g->M, N = (double)g->N, K = (double)g->K, batch = (double)g->batch;

    return M * N * K * batch > most_macs ||
           fmax(M * K, fmax(K * N, M * N)) * batch > most_elements;
}

/* Long dimensions are halved again and again, keeping their remainders by 128; the batch first: its
 * matrices are alike. */
void yoke_gemm_shrink(void *descriptor)
{
    struct yoke_gemm *g = descriptor;
    size_t *const dims[] = { &g->M, &g->N, &g->K };

    while (is_large(g)) {
        size_t *longest = &g->batch;
        for (size_t i = 0; i < 3 && g->batch <= 4; i++)
            if (i == 0 || *dims[i] > *longest) longest = dims[i];
        const size_t half = *longest / 2, rest = longest != &g->batch ? *longest % 128 : 0;
        *longest = half >= 256 ? half - half % 128 + rest : half;
    }
}

void yoke_gemm_sample(enum yoke_type type, int level, void *descriptor)
{
    static const struct yoke_gemm sizes[YOKE_SAMPLE_LEVELS] = {
        { .M = 48, .N = 128, .K = 128 },
        { .M = 96, .N = 512, .K = 256 },
        { .M = 192, .N = 768, .K = 512 },
    };
    struct yoke_gemm *g = descriptor;

    *g = sizes[level];
    g->type = type;
}

/* Products of vectors a b' with factors along k. */
static double a_of(size_t m, size_t k)
{
    return (double)(m % 4 + 1) * (k % 2 ? -1 : 1);
}
static double b_of(size_t k, size_t n)
{
    return ((double)(n % 5) - 2) * (double)(k % 3 + 1);
}

/* Of the factors of all k: those of six add up to 0. */
static double sum_of(size_t K)
{
    static const double partial[] = { 0, 1, -1, 2, 1, 3 };

    return partial[K % 6];
}

/* Both parts of a complex element get the value: (a + a i) (b + b i) = 2 a b i. */
double yoke_gemm_known(const void *descriptor, size_t operand, size_t i)
{
    const struct yoke_gemm *g = descriptor;
    const size_t parts = yoke_type_parts(g->type), e = i / parts;

    if (operand == YOKE_GEMM_A) return a_of(e / g->K, e % g->K);
    if (operand == YOKE_GEMM_B) return b_of(e / g->N, e % g->N);
    const double value = a_of(e / g->N, 0) * ((double)(e % g->N % 5) - 2) * sum_of(g->K);
    return parts == 1 ? value : i % 2 ? 2 * value : 0;
}
