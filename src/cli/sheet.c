/* sheet.c - a contact sheet of images and filter responses. SPDX-License-Identifier: MIT */
#include "cli/sheet.h"

#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/output.h"

enum { SCALE = 3, MARGIN = 6, RGB = 3 };

static const uint8_t paper[RGB] = { 48, 52, 60 };
static const uint8_t below[RGB] = { 90, 160, 255 }, above[RGB] = { 255, 160, 60 };
static const uint8_t white[RGB] = { 255, 255, 255 };

/* A grid of cells of equal size, with a margin around each. */
struct canvas {
    size_t cell_w, cell_h, width, height;
    uint8_t *rgb;
};

/* What a cell shows: every step-th value, `full` in full colour, 0 black. */
struct picture {
    const float *values;
    size_t rows, cols, step;
    float full;
    bool two_signs; /* below 0 in another colour, small values lifted; else black */
};

static int open_canvas(struct canvas *c, const struct dataset *set, size_t n_rows, size_t n_cols)
{
    c->cell_w = set->cols * SCALE;
    c->cell_h = set->rows * SCALE;
    c->width = MARGIN + n_cols * (c->cell_w + MARGIN);
    c->height = MARGIN + n_rows * (c->cell_h + MARGIN);
    c->rgb = malloc(c->width * c->height * RGB);
    if (!c->rgb) return cli_fail("no memory for a sheet of %zu x %zu", c->width, c->height);
    for (size_t i = 0; i < c->width * c->height; i++)
        memcpy(c->rgb + i * RGB, paper, RGB);
    return CLI_DONE;
}

static void paint(uint8_t *rgb, const struct picture *p, float value)
{
    const uint8_t *full = !p->two_signs ? white : value < 0.0f ? below : above;
    const float size = p->full > 0.0f ? value / p->full : 0.0f;
    const float part = p->two_signs ? sqrtf(fabsf(size)) : size;

    for (int i = 0; i < RGB; i++)
        rgb[i] = (uint8_t)(fminf(fmaxf(part, 0.0f), 1.0f) * full[i]);
}

static void draw(struct canvas *c, size_t row, size_t col, const struct picture *p)
{
    const size_t top = MARGIN + row * (c->cell_h + MARGIN);
    const size_t left = MARGIN + col * (c->cell_w + MARGIN);

    for (size_t y = 0; y < c->cell_h; y++)
        for (size_t x = 0; x < c->cell_w; x++) {
            const size_t from = y * p->rows / c->cell_h * p->cols + x * p->cols / c->cell_w;
            paint(c->rgb + ((top + y) * c->width + left + x) * RGB, p, p->values[from * p->step]);
        }
}

static float largest(const float *values, size_t n, size_t step)
{
    float most = 0.0f;

    for (size_t i = 0; i < n; i++)
        most = fmaxf(most, fabsf(values[i * step]));
    return most;
}

static bool adds_up_to_zero(const float *w)
{
    float sum = 0.0f;

    for (size_t i = 0; i < FILTERS_AREA; i++)
        sum += w[i];
    return fabsf(sum) < 0.5f;
}

/* Column k + 1: filter k's weights, then its responses, all to one scale. */
static void draw_filter(struct canvas *c, const struct dataset *set, const struct filters *filters,
                        size_t n_picks, size_t k)
{
    const size_t pixels = dataset_pixels(set);
    const float *w = filters->bank + k * FILTERS_AREA, *responses = filters->picked + k;
    const bool edges = adds_up_to_zero(w);
    const struct picture head = { w,   FILTERS_SIDE, FILTERS_SIDE, 1, largest(w, FILTERS_AREA, 1),
                                  true };
    struct picture cell = { responses, set->rows, set->cols, FILTERS_COUNT, 255.0f, edges };

    if (edges) cell.full = largest(responses, n_picks * pixels, FILTERS_COUNT);
    draw(c, 0, k + 1, &head);
    for (size_t i = 0; i < n_picks; i++) {
        cell.values = responses + i * pixels * FILTERS_COUNT;
        draw(c, i + 1, k + 1, &cell);
    }
}

static int draw_images(struct canvas *c, const struct dataset *set, const size_t *picks,
                       size_t n_picks)
{
    float *image = malloc(dataset_pixels(set) * sizeof *image);

    if (!image) return cli_fail("no memory for one image");
    for (size_t i = 0; i < n_picks; i++) {
        dataset_to_float(image, set, &set->test, picks[i], 1);
        draw(c, i + 1, 0, &(struct picture){ image, set->rows, set->cols, 1, 255.0f, false });
    }
    free(image);
    return CLI_DONE;
}

static int write_png(const char *path, const struct canvas *c)
{
    png_image png = { .version = PNG_IMAGE_VERSION,
                      .width = (png_uint_32)c->width,
                      .height = (png_uint_32)c->height,
                      .format = PNG_FORMAT_RGB };
    png_alloc_size_t size_bytes = PNG_IMAGE_PNG_SIZE_MAX(png);
    void *data = malloc(size_bytes);
    int status;

    if (!data) return cli_fail("%s: no memory for %zu bytes", path, (size_t)size_bytes);
    if (png_image_write_to_memory(&png, data, &size_bytes, 0, c->rgb, 0, NULL))
        status = cli_write_output(path, data, size_bytes, "", 0);
    else
        status = cli_fail("%s: cannot be drawn: %s", path, png.message);
    free(data);
    return status;
}

int sheet_write(const char *path, const struct dataset *set, const size_t *picks, size_t n_picks,
                const struct filters *filters)
{
    struct canvas canvas;

    if (open_canvas(&canvas, set, n_picks + 1, FILTERS_COUNT + 1) != CLI_DONE) return CLI_FAILED;
    int status = draw_images(&canvas, set, picks, n_picks);
    for (size_t k = 0; k < FILTERS_COUNT; k++)
        draw_filter(&canvas, set, filters, n_picks, k);
    if (status == CLI_DONE) status = write_png(path, &canvas);
    free(canvas.rgb);
    return status;
}

size_t sheet_pick(const struct dataset *set, size_t *picks)
{
    bool seen[DATASET_CLASSES] = { false };
    size_t n = 0;

    for (size_t i = 0; i < set->test.n && n < DATASET_CLASSES; i++) {
        if (seen[set->test.labels[i]]) continue;
        seen[set->test.labels[i]] = true;
        picks[n++] = i;
    }
    return n;
}
