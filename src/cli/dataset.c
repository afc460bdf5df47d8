/* dataset.c - images and labels from compressed IDX files. SPDX-License-Identifier: MIT */
#include "cli/dataset.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "cli/cli.h"

/* IDX: magic 0x0800 + number of dimensions (08: bytes), the dimensions, then the bytes; numbers are
 * 32 bits, big-endian. */
enum { IDX_MAGIC = 0x0800, MAX_SIDE = 128, MAX_BYTES = 1 << 30 };

struct idx {
    char path[4096];
    gzFile gz;
    size_t dims[3]; /* items, rows, columns */
};

static int open_file(struct idx *f, const char *dir, const char *name)
{
    const int len = snprintf(f->path, sizeof f->path, "%s/%s", dir, name);

    if (len < 0 || (size_t)len >= sizeof f->path)
        return cli_fail("the name of the data directory has more than %zu bytes", sizeof f->path);
    errno = 0;
    f->gz = gzopen(f->path, "rb");
    if (f->gz) return CLI_DONE;
    return cli_fail("%s: %s; install the package dataset-fashion-mnist, name a directory with "
                    "--data, or use --synthetic",
                    f->path, errno ? strerror(errno) : "out of memory");
}

/* Exactly size_bytes more bytes of the file. */
static int read_bytes(struct idx *f, void *out, size_t size_bytes)
{
    const int got = gzread(f->gz, out, (unsigned)size_bytes);
    int error;
    const char *why = gzerror(f->gz, &error);

    if (got >= 0 && (size_t)got == size_bytes) return CLI_DONE;
    if (got < 0 && error == Z_ERRNO) return cli_fail("%s: %s", f->path, strerror(errno));
    if (got < 0 && error != Z_BUF_ERROR) return cli_fail("%s: damaged: %s", f->path, why);
    return cli_fail("%s: truncated: at least %zu bytes are missing", f->path,
                    size_bytes - (got > 0 ? (size_t)got : 0));
}

/* Reading on to the end also verifies gzip's checksum of what was read. */
static int expect_end(struct idx *f)
{
    uint8_t extra;
    const int got = gzread(f->gz, &extra, 1);
    int error;
    const char *why = gzerror(f->gz, &error);

    if (got == 0 && (error == Z_OK || error == Z_STREAM_END)) return CLI_DONE;
    if (got > 0) return cli_fail("%s: holds more bytes than its header promises", f->path);
    return cli_fail("%s: damaged: %s", f->path, why);
}

static int read_header(struct idx *f, unsigned n_dims)
{
    uint8_t raw[16];
    uint32_t number[4];

    if (read_bytes(f, raw, 4 + 4 * n_dims) != CLI_DONE) return CLI_FAILED;
    for (unsigned i = 0; i <= n_dims; i++)
        number[i] = (uint32_t)raw[4 * i] << 24 | (uint32_t)raw[4 * i + 1] << 16 |
                    (uint32_t)raw[4 * i + 2] << 8 | raw[4 * i + 3];
    if (number[0] != IDX_MAGIC + n_dims)
        return cli_fail("%s: not an IDX file: magic number 0x%08x instead of 0x%08x", f->path,
                        (unsigned)number[0], IDX_MAGIC + n_dims);
    for (unsigned i = 0; i < n_dims; i++)
        f->dims[i] = number[1 + i];
    return CLI_DONE;
}

/* The items of a file of n_dims dimensions, `limit` of them at most (0: all), in *out. */
static int read_items(struct idx *f, unsigned n_dims, size_t limit, uint8_t **out)
{
    const size_t rows = n_dims == 3 ? f->dims[1] : 1, cols = n_dims == 3 ? f->dims[2] : 1;
    const size_t n = f->dims[0];

    if (rows < 1 || cols < 1 || rows > MAX_SIDE || cols > MAX_SIDE)
        return cli_fail("%s: images of %zu x %zu; 1 x 1 to %d x %d can be read", f->path, rows,
                        cols, MAX_SIDE, MAX_SIDE);
    if (n < 1 || n > MAX_BYTES / (rows * cols))
        return cli_fail("%s: %zu items of %zu bytes; 1 to %zu can be read", f->path, n, rows * cols,
                        MAX_BYTES / (rows * cols));
    if (limit > n) return cli_fail("%s: %zu items; %zu were asked for", f->path, n, limit);

    const size_t size_bytes = (limit ? limit : n) * rows * cols;
    *out = malloc(size_bytes);
    if (!*out) return cli_fail("%s: no memory for %zu bytes", f->path, size_bytes);
    if (read_bytes(f, *out, size_bytes) != CLI_DONE) return CLI_FAILED;
    return limit && limit < n ? CLI_DONE : expect_end(f);
}

static int read_file(struct idx *f, const char *dir, const char *name, unsigned n_dims,
                     size_t limit, uint8_t **out)
{
    int status = open_file(f, dir, name);

    if (status != CLI_DONE) return status;
    status = read_header(f, n_dims);
    if (status == CLI_DONE) status = read_items(f, n_dims, limit, out);
    gzclose(f->gz);
    return status;
}

static int check_labels(const char *path, const uint8_t *labels, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (labels[i] >= DATASET_CLASSES)
            return cli_fail("%s: label %zu is %d; classes are 0 to %d", path, i, labels[i],
                            DATASET_CLASSES - 1);
    return CLI_DONE;
}

static int read_part(struct dataset *set, struct dataset_part *part, const char *dir,
                     const char *prefix, size_t limit)
{
    struct idx images, labels;
    char name[64];

    snprintf(name, sizeof name, "%s-images-idx3-ubyte.gz", prefix);
    if (read_file(&images, dir, name, 3, limit, &part->pixels) != CLI_DONE) return CLI_FAILED;
    snprintf(name, sizeof name, "%s-labels-idx1-ubyte.gz", prefix);
    if (read_file(&labels, dir, name, 1, limit, &part->labels) != CLI_DONE) return CLI_FAILED;
    if (labels.dims[0] != images.dims[0])
        return cli_fail("%s: %zu labels for %zu images", labels.path, labels.dims[0],
                        images.dims[0]);
    if (set->rows && (images.dims[1] != set->rows || images.dims[2] != set->cols))
        return cli_fail("%s: images of %zu x %zu; those to compare with have %zu x %zu",
                        images.path, images.dims[1], images.dims[2], set->rows, set->cols);
    set->rows = images.dims[1];
    set->cols = images.dims[2];
    part->n = limit ? limit : images.dims[0];
    return check_labels(labels.path, part->labels, part->n);
}

static int read_set(struct dataset *set, const struct dataset_params *params)
{
    const char *dir = params->dir ? params->dir : DATASET_DIR;

    set->name = params->dir ? params->dir : "fashion-mnist";
    if (read_part(set, &set->train, dir, "train", params->n_train) != CLI_DONE) return CLI_FAILED;
    return read_part(set, &set->test, dir, "t10k", params->n_test);
}

static int synthesise_set(struct dataset *set, const struct dataset_params *params)
{
    const size_t n_train = params->n_train ? params->n_train : 60000;
    const size_t n_test = params->n_test ? params->n_test : 10000;

    set->name = "synthetic";
    set->rows = set->cols = 28;
    if (dataset_synthesise(&set->train, set, n_train, params->seed, 0) != CLI_DONE)
        return CLI_FAILED;
    return dataset_synthesise(&set->test, set, n_test, params->seed, 1);
}

int dataset_open(struct dataset *out, const struct dataset_params *params)
{
    *out = (struct dataset){ 0 };
    const int status = params->synthetic ? synthesise_set(out, params) : read_set(out, params);

    if (status != CLI_DONE) dataset_close(out);
    return status;
}

void dataset_close(struct dataset *set)
{
    free(set->train.pixels);
    free(set->train.labels);
    free(set->test.pixels);
    free(set->test.labels);
    *set = (struct dataset){ 0 };
}

void dataset_to_float(float *out, const struct dataset *set, const struct dataset_part *part,
                      size_t first, size_t n)
{
    const size_t pixels = dataset_pixels(set);
    const uint8_t *in = part->pixels + first * pixels;

    for (size_t i = 0; i < n * pixels; i++)
        out[i] = in[i];
}
