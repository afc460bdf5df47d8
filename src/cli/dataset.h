/* dataset.h - small labelled images: Fashion-MNIST from disk, or synthetic ones.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_CLI_DATASET_H
#define YOKE_CLI_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where Debian's dataset-fashion-mnist puts its files. */
#define DATASET_DIR "/usr/share/datasets/fashion-mnist"

enum { DATASET_CLASSES = 10 };

/* n images of rows x cols bytes, one after another, and the class of each, 0 to 9. */
struct dataset_part {
    size_t n;
    uint8_t *pixels, *labels;
};

struct dataset {
    const char *name; /* "fashion-mnist", "synthetic" or the directory given */
    size_t rows, cols;
    struct dataset_part train, test;
};

/* All-zero is a valid default for every field. */
struct dataset_params {
    const char *dir;        /* directory of the IDX files; NULL: DATASET_DIR       */
    bool synthetic;         /* make images instead of reading them                 */
    uint64_t seed;          /* of the synthetic images                             */
    size_t n_train, n_test; /* only the first so many; 0: all (synthetic: as many as
                             * Fashion-MNIST has, 60000 and 10000)                 */
};

/* Read or make the images. CLI_DONE: the caller closes *out. CLI_FAILED: a sentence is printed and
 * *out is empty. Files may be of any origin: nothing in them is trusted. */
int dataset_open(struct dataset *out, const struct dataset_params *params);

/* Free what *set owns and empty it. */
void dataset_close(struct dataset *set);

/* Make n images of the set's rows and cols (in synthetic.c). Image i shows class i % 10: that
 * class's prototype, a few bright spots, under noise. stream tells parts of one seed apart. */
int dataset_synthesise(struct dataset_part *part, const struct dataset *set, size_t n,
                       uint64_t seed, uint64_t stream);

/* Bytes of one image. */
static inline size_t dataset_pixels(const struct dataset *set)
{
    return set->rows * set->cols;
}

/* Copy the pixels of n images from `first` on as floats, 0 to 255: exactly. */
void dataset_to_float(float *out, const struct dataset *set, const struct dataset_part *part,
                      size_t first, size_t n);

#endif /* YOKE_CLI_DATASET_H */
