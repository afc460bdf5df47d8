/* pairwise.c - a grid in which every pair of levels meets. SPDX-License-Identifier: MIT
 *
 * Greedy: each row begins with a pair that has not met, and every other factor takes the level that
 * meets most of the row's levels for the first time. */
#include "pairwise.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

struct grid {
    const unsigned char *levels;
    size_t n_factors;
    struct rng rng;
    size_t first[PAIRWISE_FACTORS + 1]; /* number of the factor's level 0 among all levels */
    bool met[PAIRWISE_LEVELS][PAIRWISE_LEVELS];
};

#define FREE 0xff /* a factor of a row that has no level yet */

static bool *met(struct grid *g, size_t f, size_t level, size_t f2, size_t level2)
{
    return &g->met[g->first[f] + level][g->first[f2] + level2];
}

static size_t count_new(struct grid *g, const unsigned char *row, size_t f, size_t level)
{
    size_t n = 0;

    for (size_t f2 = 0; f2 < g->n_factors; f2++)
        n += f2 != f && row[f2] != FREE && !*met(g, f, level, f2, row[f2]);
    return n;
}

/* Ties go to a random level, so that factors do not march in step. */
static unsigned char best_level(struct grid *g, const unsigned char *row, size_t f)
{
    const size_t start = rng_below(&g->rng, g->levels[f]);
    size_t best = 0, most = 0;

    for (size_t i = 0; i < g->levels[f]; i++) {
        const size_t level = (i + start) % g->levels[f];
        const size_t n = count_new(g, row, f, level);
        if (i == 0 || n > most) {
            best = level;
            most = n;
        }
    }
    return (unsigned char)best;
}

/* Begin a row with the first pair that has not met; false when all have. */
static bool begin_row(struct grid *g, unsigned char *row)
{
    memset(row, FREE, g->n_factors);
    for (size_t f = 0; f < g->n_factors; f++)
        for (size_t f2 = f + 1; f2 < g->n_factors; f2++)
            for (size_t i = 0; i < g->levels[f]; i++)
                for (size_t j = 0; j < g->levels[f2]; j++)
                    if (!*met(g, f, i, f2, j)) {
                        row[f] = (unsigned char)i;
                        row[f2] = (unsigned char)j;
                        return true;
                    }
    return false;
}

static void finish_row(struct grid *g, unsigned char *row)
{
    for (size_t f = 0; f < g->n_factors; f++)
        if (row[f] == FREE) row[f] = best_level(g, row, f);
    for (size_t f = 0; f < g->n_factors; f++)
        for (size_t f2 = 0; f2 < g->n_factors; f2++)
            *met(g, f, row[f], f2, row[f2]) = true;
}

unsigned char *pairwise_rows(const unsigned char *levels, size_t n_factors, size_t *n_rows)
{
    struct grid *g = calloc(1, sizeof *g);
    unsigned char *rows = NULL, row[PAIRWISE_FACTORS];
    size_t n = 0;

    assert(n_factors <= PAIRWISE_FACTORS);
    if (!g) return NULL;
    g->levels = levels;
    g->n_factors = n_factors;
    for (size_t f = 0; f < n_factors; f++)
        g->first[f + 1] = g->first[f] + levels[f];
    assert(g->first[n_factors] <= PAIRWISE_LEVELS);
    while (begin_row(g, row)) {
        unsigned char *longer = realloc(rows, (n + 1) * n_factors);
        finish_row(g, row);
        if (!longer) {
            free(rows);
            rows = NULL;
            break;
        }
        rows = longer;
        memcpy(rows + n++ * n_factors, row, n_factors);
    }
    free(g);
    *n_rows = n;
    return rows;
}
