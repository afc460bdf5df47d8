/* profile.h - the sizes that suit a device's caches, and what its work costs: data, not constants.
 * SPDX-License-Identifier: MIT
 *
 * Each field comes from the first of these that knows it: what was measured on the device
 * (yoke_tune_device_profile), what ships for its caches or its kind, what follows from its caches.
 * The first two are entries of a tuning database (op/line.h), one for each field: OPERATOR is
 * "profile", TYPE f32, KEY the field's name, VARIANT its value in decimal digits.
 *
 * What follows from caches is derived as in Low, Igual, Smith and Quintana-Orti, "Analytical
 * Modeling Is Enough for High-Performance BLIS", ACM Trans. Math. Softw. 43, 2016, with A and B in
 * exchanged roles: a tile of A (MR x k_block) stays in the first cache while panels of B stream
 * past it from the second, which holds as many of them as there is room for beside a way for the
 * stream of A and C. */
#ifndef YOKE_OP_PROFILE_H
#define YOKE_OP_PROFILE_H

#include "base/caches.h"
#include "op/db.h"
#include "yoke/device.h"

/* Every field has a least and a greatest value (profile.c), within which any plan is right. */
struct yoke_profile {
    /* Kernels of register tiles. */
    size_t k_block;         /* most products that are summed in registers                     */
    size_t k_block_f64;     /* the same in double precision                                   */
    size_t panel_bytes;     /* of B packed, or read in place, at once: the second cache       */
    size_t packed_bytes;    /* of A packed by a unit at once: its share of the last cache     */
    size_t pack_a_cost;     /* packing a number of A takes as long as so many columns of it   */
    size_t pack_b_cost;     /* packing a number of B takes as long as so many rows of it      */
    size_t in_place_cols;   /* for more columns it pays to pack rows of A                     */
    size_t in_place_cols_t; /* the same where A is transposed                                 */
    size_t conflict_bytes;  /* rows so far apart share the ways of the first cache            */
    size_t spread_bytes;    /* rows of B that are read in place lie within so many            */

    /* Products of few rows: of the large matrix for each row of the small one; of the small one at
     * a time; of an item's sums. */
    size_t skinny_bytes, skinny_small_bytes, skinny_sums_bytes;

    /* Of one compute unit, roughly, in a microsecond, and what waking another takes. */
    size_t flops_per_us, bytes_per_us, wake_ns;
};

/* What plans divide by, or others by them: each at its least. */
#define YOKE_PROFILE_LEAST                                                                         \
    {                                                                                              \
        .k_block = 32, .k_block_f64 = 32, .conflict_bytes = 64, .skinny_small_bytes = 4096,        \
        .skinny_sums_bytes = 4096, .flops_per_us = 1, .bytes_per_us = 1                            \
    }

/* What the sizes follow from. Zero is unknown, and then what many processors have. */
struct yoke_profile_facts {
    struct yoke_caches caches;
    size_t vector_bytes; /* of a register */
    size_t units, clock_mhz;
};

void yoke_profile_derive(struct yoke_profile *out, const struct yoke_profile_facts *facts);

/* Take what a database knows, the device's own entries before those of its classes. A value that is
 * none, or past the field's limits, is left out, with a remark in the database. Whether any is the
 * device's own: measured. */
bool yoke_profile_take(struct yoke_profile *profile, struct yoke_db *db);

/* By number, from 0: a field's name, NULL past the last one; its value; whether `value` is within
 * its limits, in which case it is set. */
const char *yoke_profile_name(size_t field);
size_t yoke_profile_get(const struct yoke_profile *profile, size_t field);
bool yoke_profile_set(struct yoke_profile *profile, size_t field, size_t value);

/* The operator's name, the key and the value of a field's entry; the rest is the owner's. */
void yoke_profile_line(const struct yoke_profile *profile, size_t field,
                       const struct yoke_db_owner *owner, struct yoke_tune_line *out);

/* The device's profile, without a lock; it lives as long as the device (op/choice.c). */
const struct yoke_profile *yoke_profile_of(const yoke_device *dev);

/* Whether any of it was measured on the device. */
bool yoke_profile_is_measured(const yoke_device *dev);

/* Plans that are made from now on follow `profile`, which must live until this is called with NULL.
 * For who measures: meanwhile nobody else should plan on the device. */
void yoke_profile_try(const yoke_device *dev, const struct yoke_profile *profile);

/* What the device's sizes follow from. */
struct yoke_profile_facts yoke_profile_facts_of(const yoke_device *dev);

#endif /* YOKE_OP_PROFILE_H */
