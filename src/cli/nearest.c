/* nearest.c - nearest neighbours by a tiled matrix product. SPDX-License-Identifier: MIT */
#include "cli/nearest.h"

#include <math.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/parallel.h"
#include "cli/tally.h"

enum { LANES = 16, BLOCK = 512, PROBE_TEST = 256, PROBE_TRAIN = 4096 };

struct job {
    const struct dataset *set;
    float *test, *train, *products; /* of the tile at hand    */
    float *norm;                    /* |y|^2 of all training images */
    float *least;                   /* of each test image, so far   */
    struct nearest_tile tile;
    struct yoke_report *report; /* of the last tile */
    struct nearest *out;
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t tiles_of(size_t n, size_t tile)
{
    return (n + tile - 1) / tile;
}

/* Test images take a quarter of the budget at most; training images and products share the rest.
 * Both kinds of tile are made as equal as they come. */
static bool choose_tiles(const struct dataset *set, size_t memory_bytes, struct nearest *out)
{
    const size_t floats = memory_bytes / sizeof(float), pixels = dataset_pixels(set);
    const size_t test = smaller(set->test.n, floats / 4 / pixels);
    const size_t train = smaller(set->train.n, (floats - test * pixels) / (pixels + test));

    if (test < 1 || train < 1) return false;
    out->tile_test = tiles_of(set->test.n, tiles_of(set->test.n, test));
    out->tile_train = tiles_of(set->train.n, tiles_of(set->train.n, train));
    out->n_tiles = tiles_of(set->test.n, out->tile_test) * tiles_of(set->train.n, out->tile_train);
    return true;
}

/* |y|^2 in integers: 128 x 128 images of 255 stay below 2^31. */
static void compute_norms(void *ctx, size_t first, size_t last)
{
    const struct job *job = ctx;
    const size_t pixels = dataset_pixels(job->set);

    for (size_t i = first; i < last; i++) {
        const uint8_t *y = job->set->train.pixels + i * pixels;
        int32_t sum = 0;
        for (size_t p = 0; p < pixels; p++)
            sum += (int32_t)y[p] * y[p];
        job->norm[i] = (float)sum;
    }
}

static float key(float norm, float product)
{
    return norm - 2.0f * product;
}

/* In lanes, so that a compiler may use vectors without changing the result. */
static float least_key(const float *norm, const float *products, size_t n)
{
    float lane[LANES], least = INFINITY;
    size_t j = 0;

    for (size_t l = 0; l < LANES; l++)
        lane[l] = INFINITY;
    for (; j + LANES <= n; j += LANES)
        for (size_t l = 0; l < LANES; l++) {
            const float k = key(norm[j + l], products[j + l]);
            lane[l] = k < lane[l] ? k : lane[l];
        }
    for (; j < n; j++)
        lane[0] = fminf(lane[0], key(norm[j], products[j]));
    for (size_t l = 0; l < LANES; l++)
        least = fminf(least, lane[l]);
    return least;
}

/* Only a block whose least key is a new least is searched for its place: few are. */
static void search_row(const struct job *job, size_t row)
{
    const struct nearest_tile *t = &job->tile;
    const float *products = t->products + row * t->n_train;
    const float *norm = job->norm + t->first_train;
    float *least = &job->least[t->first_test + row];

    for (size_t j = 0; j < t->n_train; j += BLOCK) {
        const size_t n = smaller(BLOCK, t->n_train - j);
        const float k = least_key(norm + j, products + j, n);
        if (!(k < *least)) continue;

        size_t at = j;
        while (at + 1 < j + n && key(norm[at], products[at]) > k)
            at++;
        *least = k;
        job->out->index[t->first_test + row] = (uint32_t)(t->first_train + at);
    }
}

static void search_rows(void *ctx, size_t first, size_t last)
{
    for (size_t row = first; row < last; row++)
        search_row(ctx, row);
}

static int run_tile(yoke_team *team, struct job *job)
{
    const struct nearest_tile *t = &job->tile;
    const struct dataset *set = job->set;
    const struct yoke_gemm gemm = {
        .M = t->n_test, .N = t->n_train, .K = dataset_pixels(set), .trans_b = true
    };
    const double part = (double)t->n_test * (double)t->n_train;

    dataset_to_float(job->train, set, &set->train, t->first_train, t->n_train);
    if (yoke_gemm_run(team, &gemm, job->products, job->test, job->train, job->report) != YOKE_OK)
        return cli_fail("nearest neighbours: %s", yoke_last_error());
    tally_add(&job->out->tally, job->report, part / ((double)set->test.n * (double)set->train.n));

    const double start = cli_now_ms();
    parallel_for(t->n_test, search_rows, job);
    job->out->search_ms += cli_now_ms() - start;
    return CLI_DONE;
}

static int run_tiles(yoke_team *team, struct job *job, const struct nearest_params *params)
{
    const struct dataset *set = job->set;
    struct nearest_tile *t = &job->tile;
    size_t done = 0;

    t->products = job->products;
    cli_progress(params->progress, "neighbours", 0.0, (double)job->out->n_tiles);
    for (size_t i = 0; i < set->test.n; i += job->out->tile_test) {
        t->first_test = i;
        t->n_test = smaller(job->out->tile_test, set->test.n - i);
        dataset_to_float(job->test, set, &set->test, i, t->n_test);
        for (size_t j = 0; j < set->train.n; j += job->out->tile_train) {
            t->first_train = j;
            t->n_train = smaller(job->out->tile_train, set->train.n - j);
            if (run_tile(team, job) != CLI_DONE) return CLI_FAILED;
            if (params->inspect) params->inspect(params->user, t);
            cli_progress(params->progress, "neighbours", (double)++done, (double)job->out->n_tiles);
        }
    }
    return CLI_DONE;
}

static bool allocate(struct job *job)
{
    const struct nearest *out = job->out;
    const size_t pixels = dataset_pixels(job->set);

    job->test = malloc(out->tile_test * pixels * sizeof(float));
    job->train = malloc(out->tile_train * pixels * sizeof(float));
    job->products = malloc(out->tile_test * out->tile_train * sizeof(float));
    job->norm = malloc(job->set->train.n * sizeof(float));
    job->least = malloc(job->set->test.n * sizeof(float));
    job->out->index = calloc(job->set->test.n, sizeof *out->index);
    return job->test && job->train && job->products && job->norm && job->least && out->index &&
           yoke_report_create(&job->report) == YOKE_OK;
}

double nearest_flops(const struct dataset *set)
{
    return 2.0 * (double)set->test.n * (double)set->train.n * (double)dataset_pixels(set);
}

int nearest_run(yoke_team *team, const struct dataset *set, const struct nearest_params *params,
                struct nearest *out)
{
    struct job job = { .set = set, .out = out };
    int status = CLI_FAILED;

    *out = (struct nearest){ 0 };
    if (!choose_tiles(set, params->memory_bytes, out))
        return cli_fail("a memory budget of %zu bytes does not hold one image's tile; it takes %zu",
                        params->memory_bytes, 4 * (dataset_pixels(set) + 1) * sizeof(float));
    if (allocate(&job)) {
        for (size_t i = 0; i < set->test.n; i++)
            job.least[i] = INFINITY;
        parallel_for(set->train.n, compute_norms, &job);
        status = run_tiles(team, &job, params);
    } else {
        cli_fail("no memory for tiles of %zu x %zu images", out->tile_test, out->tile_train);
    }
    free(job.test);
    free(job.train);
    free(job.products);
    free(job.norm);
    free(job.least);
    yoke_report_destroy(&job.report);
    if (status != CLI_DONE) nearest_destroy(out);
    return status;
}

void nearest_destroy(struct nearest *found)
{
    free(found->index);
    found->index = NULL;
}

int nearest_probe(yoke_team *team, const struct dataset *set, double *ms)
{
    const struct nearest_params params = { .memory_bytes = SIZE_MAX };
    struct dataset corner = *set;
    struct nearest found;

    corner.test.n = smaller(set->test.n, PROBE_TEST);
    corner.train.n = smaller(set->train.n, PROBE_TRAIN);
    if (nearest_run(team, &corner, &params, &found) != CLI_DONE) return CLI_FAILED;
    *ms = found.tally.time_ms;
    nearest_destroy(&found);
    return CLI_DONE;
}

double nearest_accuracy(const struct dataset *set, const struct nearest *found)
{
    size_t right = 0;

    for (size_t i = 0; i < set->test.n; i++)
        right += set->train.labels[found->index[i]] == set->test.labels[i];
    return (double)right / (double)set->test.n;
}
