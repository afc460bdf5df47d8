/* bank.c - the weights of the image filters. SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "cli/filters.h"

struct filter {
    const char *name;
    int side, divisor;
    int weights[FILTERS_AREA];
};

// clang-format off
static const struct filter tables[] = {
    { "sobel x",      3, 4,  { -1, 0, 1,    -2, 0, 2,     -1, 0, 1 } },
    { "sobel y",      3, 4,  { -1, -2, -1,  0, 0, 0,      1, 2, 1 } },
    { "diagonal 45",  3, 4,  { 0, 1, 2,     -1, 0, 1,     -2, -1, 0 } },
    { "diagonal 135", 3, 4,  { 2, 1, 0,     1, 0, -1,     0, -1, -2 } },
    { "laplacian",    3, 4,  { 0, 1, 0,     1, -4, 1,     0, 1, 0 } },
    { "sharpen",      3, 1,  { 0, -1, 0,    -1, 5, -1,    0, -1, 0 } },
    { "emboss",       3, 1,  { -2, -1, 0,   -1, 1, 1,     0, 1, 2 } },
    { "gauss 3",      3, 16, { 1, 2, 1,     2, 4, 2,      1, 2, 1 } },
    { "gauss 5",      5, 256, { 1, 4, 6, 4, 1,  4, 16, 24, 16, 4,  6, 24, 36, 24, 6,
                                4, 16, 24, 16, 4,  1, 4, 6, 4, 1 } },
    { "log",          5, 16, { 0, 0, -1, 0, 0,  0, -1, -2, -1, 0,  -1, -2, 16, -2, -1,
                               0, -1, -2, -1, 0,  0, 0, -1, 0, 0 } },
    { "unsharp",      5, 256, { -1, -4, -6, -4, -1,  -4, -16, -24, -16, -4,  -6, -24, 476, -24, -6,
                                -4, -16, -24, -16, -4,  -1, -4, -6, -4, -1 } },
    { "motion",       5, 5,  { 0, 0, 0, 0, 1,  0, 0, 0, 1, 0,  0, 0, 1, 0, 0,
                               0, 1, 0, 0, 0,  1, 0, 0, 0, 0 } },
};
// clang-format on

static const char *const gabor_names[] = { "gabor 0", "gabor 45", "gabor 90", "gabor 135" };

enum { N_TABLES = sizeof tables / sizeof *tables };

_Static_assert(N_TABLES + sizeof gabor_names / sizeof *gabor_names == FILTERS_COUNT,
               "one row for each filter");

static void fill_table(float *w, const struct filter *f)
{
    const int margin = (FILTERS_SIDE - f->side) / 2;

    memset(w, 0, FILTERS_AREA * sizeof *w);
    for (int r = 0; r < f->side; r++)
        for (int s = 0; s < f->side; s++)
            w[(r + margin) * FILTERS_SIDE + s + margin] =
                (float)f->weights[r * f->side + s] / (float)f->divisor;
}

/* Gabor's wave of length 4 under a bell of sigma 1.5, without its mean, with sum |w| = 2. */
static void fill_gabor(float *w, double angle)
{
    double v[FILTERS_AREA], mean = 0.0, total = 0.0;

    for (int i = 0; i < FILTERS_AREA; i++) {
        const double x = i % FILTERS_SIDE - FILTERS_SIDE / 2;
        const double y = i / FILTERS_SIDE - FILTERS_SIDE / 2;
        const double along = x * cos(angle) - y * sin(angle);
        v[i] = exp(-(x * x + y * y) / (2.0 * 1.5 * 1.5)) * cos(acos(-1.0) * along / 2.0);
        mean += v[i] / FILTERS_AREA;
    }
    for (int i = 0; i < FILTERS_AREA; i++)
        total += fabs(v[i] - mean);
    for (int i = 0; i < FILTERS_AREA; i++)
        w[i] = (float)(2.0 * (v[i] - mean) / total);
}

const char *filters_name(size_t i)
{
    return i < N_TABLES ? tables[i].name : gabor_names[i - N_TABLES];
}

void filters_fill_bank(float *bank)
{
    for (size_t i = 0; i < FILTERS_COUNT; i++) {
        float *w = bank + i * FILTERS_AREA;
        if (i < N_TABLES)
            fill_table(w, &tables[i]);
        else
            fill_gabor(w, (double)(i - N_TABLES) * acos(-1.0) / 4.0);
    }
}
