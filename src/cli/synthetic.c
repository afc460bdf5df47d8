/* synthetic.c - ten classes of images that are easy to tell apart. SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "cli/cli.h"
#include "cli/dataset.h"

enum { SPOTS = 4 };

static const double NOISE = 32.0;

static double between(uint64_t *state, double low, double high)
{
    return low + (high - low) * 0.5 * (yoke_random_unit(state) + 1.0);
}

static void add_spot(float *image, size_t rows, size_t cols, uint64_t *state)
{
    const double y0 = between(state, 0.15, 0.85) * (double)rows;
    const double x0 = between(state, 0.15, 0.85) * (double)cols;
    const double radius = between(state, 0.08, 0.16) * (double)(rows < cols ? rows : cols);
    const double peak = between(state, 100.0, 200.0);

    for (size_t y = 0; y < rows; y++)
        for (size_t x = 0; x < cols; x++) {
            const double d = hypot((double)y - y0, (double)x - x0) / radius;
            image[y * cols + x] += (float)(peak * exp(-0.5 * d * d));
        }
}

static void add_noise(uint8_t *image, const float *prototype, size_t pixels, uint64_t *state)
{
    for (size_t i = 0; i < pixels; i++) {
        const double v = prototype[i] + NOISE * yoke_random_unit(state);
        image[i] = (uint8_t)(v < 0.0 ? 0.0 : v > 255.0 ? 255.0 : v);
    }
}

int dataset_synthesise(struct dataset_part *part, const struct dataset *set, size_t n,
                       uint64_t seed, uint64_t stream)
{
    const size_t pixels = dataset_pixels(set);
    float *prototypes = calloc(DATASET_CLASSES * pixels, sizeof *prototypes);
    uint64_t state = seed; /* the same prototypes for every stream */

    part->pixels = n <= SIZE_MAX / pixels ? malloc(n * pixels) : NULL;
    part->labels = malloc(n);
    if (!prototypes || !part->pixels || !part->labels) {
        free(prototypes);
        return cli_fail("no memory for %zu synthetic images", n);
    }
    for (size_t i = 0; i < DATASET_CLASSES * SPOTS; i++)
        add_spot(prototypes + i / SPOTS * pixels, set->rows, set->cols, &state);
    state += (stream + 1) << 32;
    for (size_t i = 0; i < n; i++) {
        part->labels[i] = (uint8_t)(i % DATASET_CLASSES);
        add_noise(part->pixels + i * pixels, prototypes + part->labels[i] * pixels, pixels, &state);
    }
    part->n = n;
    free(prototypes);
    return CLI_DONE;
}
