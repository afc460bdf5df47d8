/* demo_check.c - the demo's results against double precision. SPDX-License-Identifier: MIT */
#include "cli/demo_check.h"

#include <float.h>
#include <math.h>

#include "base/random.h"
#include "cli/parallel.h"
#include "ref/bound.h"

enum { SAMPLES = 1024, NEIGHBOURS = 64, BLOCK = 16 };

static const double U = 0x1p-24; /* unit roundoff of float */

static size_t pick(struct demo_check *check, size_t n)
{
    const size_t i = (size_t)(0.5 * (yoke_random_unit(&check->state) + 1.0) * (double)n);

    return i < n ? i : n - 1;
}

/* A ratio that is no number is as wrong as can be. */
static void compare(struct check_part *part, double error, double bound)
{
    const double ratio = error / bound;

    part->elements++;
    part->worst = fmax(part->worst, isfinite(ratio) ? ratio : DBL_MAX);
}

/* Pixels are integers: all sums below are exact in double. */
static double dot(const struct dataset *set, size_t test, size_t train)
{
    const size_t pixels = dataset_pixels(set);
    const uint8_t *x = set->test.pixels + test * pixels, *y = set->train.pixels + train * pixels;
    double sum = 0.0;

    for (size_t p = 0; p < pixels; p++)
        sum += (double)x[p] * y[p];
    return sum;
}

static void check_product(struct demo_check *check, const struct nearest_tile *t, size_t i,
                          size_t j)
{
    const double want = dot(check->set, t->first_test + i, t->first_train + j);
    const double got = t->products[i * t->n_train + j];
    const double K = (double)dataset_pixels(check->set);

    compare(&check->products, fabs(got - want), yoke_ref_gamma(K + 2.0, U) * want + FLT_MIN);
}

static int32_t square(int32_t d)
{
    return d * d;
}

/* The distance in integers: 128 x 128 differences of 255 stay below 2^31. Blocks of a fixed size
 * let compilers use vectors. */
static double distance(const uint8_t *x, const uint8_t *y, size_t pixels)
{
    int32_t sum = 0;
    size_t p = 0;

    for (; p + BLOCK <= pixels; p += BLOCK)
        for (size_t i = 0; i < BLOCK; i++)
            sum += square((int32_t)x[p + i] - y[p + i]);
    for (; p < pixels; p++)
        sum += square((int32_t)x[p] - y[p]);
    return sum;
}

/* How far the key |y|^2 - 2 x.y may be off: |y|^2 was rounded, x.y has the product's bound, and
 * the subtraction rounds once more. */
static double key_bound(const struct dataset *set, size_t test, size_t train)
{
    const size_t pixels = dataset_pixels(set);
    const uint8_t *y = set->train.pixels + train * pixels;
    const double K = (double)pixels, xy = dot(set, test, train);
    double yy = 0.0;

    for (size_t p = 0; p < pixels; p++)
        yy += (double)y[p] * y[p];
    const double before = U * yy + 2.0 * yoke_ref_gamma(K + 2.0, U) * xy + 2.0 * FLT_MIN;
    return before + U * (fabs(yy - 2.0 * xy) + before);
}

struct neighbour {
    size_t test, chosen;
    double error, bound;
};

struct survey {
    const struct dataset *set;
    struct neighbour sample[NEIGHBOURS];
};

/* The chosen one may be farther than the nearest by as much as both keys may be off. */
static void survey_one(const struct dataset *set, struct neighbour *s)
{
    const size_t pixels = dataset_pixels(set);
    const uint8_t *x = set->test.pixels + s->test * pixels;
    double least = INFINITY;
    size_t nearest = 0;

    for (size_t j = 0; j < set->train.n; j++) {
        const double d = distance(x, set->train.pixels + j * pixels, pixels);
        if (d >= least) continue;
        least = d;
        nearest = j;
    }
    s->error = distance(x, set->train.pixels + s->chosen * pixels, pixels) - least;
    s->bound = key_bound(set, s->test, s->chosen) + key_bound(set, s->test, nearest);
}

static void survey_samples(void *ctx, size_t first, size_t last)
{
    struct survey *survey = ctx;

    for (size_t i = first; i < last; i++)
        survey_one(survey->set, &survey->sample[i]);
}

static void check_response(struct demo_check *check, const struct filters_batch *b, size_t n,
                           size_t k, size_t p, size_t q)
{
    const size_t H = check->set->rows, W = check->set->cols, pad = FILTERS_SIDE / 2;
    const uint8_t *x = check->set->test.pixels + (b->first + n) * H * W;
    const float *w = check->bank + k * FILTERS_AREA;
    double want = 0.0, size = 0.0;

    for (size_t r = 0; r < FILTERS_SIDE; r++)
        for (size_t s = 0; s < FILTERS_SIDE; s++) {
            const size_t y = p + r, z = q + s; /* in the padded image */
            if (y < pad || z < pad || y >= H + pad || z >= W + pad) continue;
            const double term = (double)w[r * FILTERS_SIDE + s] * x[(y - pad) * W + z - pad];
            want += term;
            size += fabs(term);
        }
    const double got = b->responses[((n * H + p) * W + q) * FILTERS_COUNT + k];
    compare(&check->responses, fabs(got - want),
            yoke_ref_gamma(FILTERS_AREA + 2.0, U) * size + FLT_MIN);
}

void demo_check_init(struct demo_check *check, const struct dataset *set, uint64_t seed)
{
    *check = (struct demo_check){ .set = set, .state = seed };
    filters_fill_bank(check->bank);
}

void demo_check_tile(void *check, const struct nearest_tile *tile)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        const size_t row = pick(check, tile->n_test);
        check_product(check, tile, row, pick(check, tile->n_train));
    }
}

void demo_check_batch(void *check, const struct filters_batch *batch)
{
    const struct dataset *set = ((struct demo_check *)check)->set;

    for (size_t i = 0; i < SAMPLES; i++) {
        const size_t n = pick(check, batch->n), k = pick(check, FILTERS_COUNT);
        const size_t p = pick(check, set->rows);
        check_response(check, batch, n, k, p, pick(check, set->cols));
    }
}

void demo_check_neighbours(struct demo_check *check, const struct nearest *found)
{
    const size_t n = check->set->test.n < NEIGHBOURS ? check->set->test.n : NEIGHBOURS;
    struct survey survey = { .set = check->set };

    for (size_t i = 0; i < n; i++) {
        const size_t test = n < NEIGHBOURS ? i : pick(check, check->set->test.n);
        survey.sample[i] = (struct neighbour){ .test = test, .chosen = found->index[test] };
    }
    parallel_for(n, survey_samples, &survey);
    for (size_t i = 0; i < n; i++)
        compare(&check->neighbours, survey.sample[i].error, survey.sample[i].bound);
}

static bool within(const struct check_part *part)
{
    return part->elements > 0 && part->worst <= 1.0;
}

bool demo_check_passed(const struct demo_check *check)
{
    return within(&check->products) && within(&check->neighbours) && within(&check->responses);
}
