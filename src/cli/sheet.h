/* sheet.h - a contact sheet: images and their filter responses in one PNG.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_CLI_SHEET_H
#define YOKE_CLI_SHEET_H

#include <stddef.h>

#include "cli/dataset.h"
#include "cli/filters.h"

/* Head row: the filters' weights. Below, one row for each picked test image: the image, then its
 * responses. Weights and responses of filters that add up to 0 are blue below 0, orange above.
 * CLI_DONE, or CLI_FAILED after a sentence. */
int sheet_write(const char *path, const struct dataset *set, const size_t *picks, size_t n_picks,
                const struct filters *filters);

/* The first test image of each class, ascending, in picks[DATASET_CLASSES]; how many there are. */
size_t sheet_pick(const struct dataset *set, size_t *picks);

#endif /* YOKE_CLI_SHEET_H */
