/* filters.c - a bank of filters over all test images. SPDX-License-Identifier: MIT */
#include "cli/filters.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/tally.h"

enum { WARM_IMAGES = 64 };

struct job {
    const struct dataset *set;
    const struct filters_params *params;
    struct filters *out;
    float *images, *responses;
    size_t n_kept;
};

static void keep_picks(struct job *job, const struct filters_batch *b)
{
    const size_t size = FILTERS_COUNT * dataset_pixels(job->set);

    for (; job->n_kept < job->params->n_picks; job->n_kept++) {
        const size_t pick = job->params->picks[job->n_kept];
        if (pick >= b->first + b->n) return;
        memcpy(job->out->picked + job->n_kept * size, b->responses + (pick - b->first) * size,
               size * sizeof(float));
    }
}

static yoke_status convolve(yoke_team *team, const struct job *job, size_t n,
                            struct yoke_report *report)
{
    const struct yoke_conv conv = { .N = n,
                                    .C = 1,
                                    .H = job->set->rows,
                                    .W = job->set->cols,
                                    .K = FILTERS_COUNT,
                                    .R = FILTERS_SIDE,
                                    .S = FILTERS_SIDE,
                                    .layout = YOKE_NHWC,
                                    .pad_h = { 2, 2 },
                                    .pad_w = { 2, 2 } };

    return yoke_conv_run(team, &conv, job->responses, job->images, job->out->bank, report);
}

static yoke_status run_batches(yoke_team *team, struct job *job, size_t batch)
{
    const struct dataset_part *test = &job->set->test;
    const struct filters_params *params = job->params;
    struct filters_batch b = { .responses = job->responses };
    struct yoke_report report;

    cli_progress(params->progress, "filters", 0.0, (double)test->n);
    for (b.first = 0; b.first < test->n; b.first += b.n) {
        b.n = test->n - b.first < batch ? test->n - b.first : batch;
        dataset_to_float(job->images, job->set, test, b.first, b.n);
        const yoke_status st = convolve(team, job, b.n, &report);
        if (st != YOKE_OK) return st;
        tally_add(&job->out->report, &report, (double)b.n / (double)test->n);
        keep_picks(job, &b);
        if (params->inspect) params->inspect(params->user, &b);
        cli_progress(params->progress, "filters", (double)(b.first + b.n), (double)test->n);
    }
    return YOKE_OK;
}

/* The first run builds the kernels; the times are to be those of the work. */
static yoke_status warm_up(yoke_team *team, struct job *job, size_t batch)
{
    const size_t n = batch < WARM_IMAGES ? batch : WARM_IMAGES;

    dataset_to_float(job->images, job->set, &job->set->test, 0, n);
    return convolve(team, job, n, NULL);
}

/* Images of a batch, all made as equal as they come; 0 if the budget does not hold one. */
static size_t choose_batch(const struct dataset *set, size_t memory_bytes)
{
    const size_t one = (1 + FILTERS_COUNT) * dataset_pixels(set) * sizeof(float);
    const size_t most = memory_bytes / one;

    if (most == 0) return 0;
    const size_t n_batches = (set->test.n + most - 1) / most;
    return (set->test.n + n_batches - 1) / n_batches;
}

double filters_flops(const struct dataset *set)
{
    return 2.0 * FILTERS_AREA * FILTERS_COUNT * (double)set->test.n * (double)dataset_pixels(set);
}

int filters_run(yoke_team *team, const struct dataset *set, const struct filters_params *params,
                struct filters *out)
{
    const size_t pixels = dataset_pixels(set), batch = choose_batch(set, params->memory_bytes);
    struct job job = { .set = set, .params = params, .out = out };
    int status = CLI_DONE;

    *out = (struct filters){ 0 };
    if (batch == 0)
        return cli_fail("a memory budget of %zu bytes does not hold one image and its responses",
                        params->memory_bytes);
    filters_fill_bank(out->bank);
    job.images = malloc(batch * pixels * sizeof(float));
    job.responses = malloc(batch * FILTERS_COUNT * pixels * sizeof(float));
    out->picked = malloc((params->n_picks + 1) * FILTERS_COUNT * pixels * sizeof(float));
    if (!job.images || !job.responses || !out->picked)
        status = cli_fail("no memory for the responses to %zu images", batch);
    else if (warm_up(team, &job, batch) != YOKE_OK || run_batches(team, &job, batch) != YOKE_OK)
        status = cli_fail("filters: %s", yoke_last_error());
    free(job.images);
    free(job.responses);
    if (status != CLI_DONE) filters_destroy(out);
    return status;
}

void filters_destroy(struct filters *filters)
{
    free(filters->picked);
    filters->picked = NULL;
}
