/* profile.c - the sizes that suit a device's caches, and what its work costs: data, not constants.
 * SPDX-License-Identifier: MIT */
#include "op/profile.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "device/open.h"

static const char operator_name[] = "profile";
static const enum yoke_type line_type = YOKE_F32; /* an entry has one; a profile is of none */

#define KB ((size_t)1 << 10)
#define MB ((size_t)1 << 20)
#define GB ((size_t)1 << 30)

struct field {
    const char *name;
    size_t at, least, most;
};

// clang-format off
#define FIELD(name) #name, offsetof(struct yoke_profile, name)
static const struct field fields[] = {
    { FIELD(k_block),            32,     8192      },
    { FIELD(k_block_f64),        32,     8192      },
    { FIELD(panel_bytes),        4 * KB, GB        },
    { FIELD(packed_bytes),       4 * KB, GB        },
    { FIELD(pack_a_cost),        0,      10000     },
    { FIELD(pack_b_cost),        0,      10000     },
    { FIELD(in_place_cols),      0,      1 << 24   },
    { FIELD(in_place_cols_t),    0,      1 << 24   },
    { FIELD(conflict_bytes),     64,     GB        },
    { FIELD(spread_bytes),       0,      GB        },
    { FIELD(skinny_bytes),       0,      GB        },
    { FIELD(skinny_small_bytes), 4 * KB, GB        },
    { FIELD(skinny_sums_bytes),  4 * KB, GB        },
    { FIELD(flops_per_us),       1,      100000000 },
    { FIELD(bytes_per_us),       1,      100000000 },
    { FIELD(wake_ns),            0,      GB        },
};
// clang-format on
enum { N_FIELDS = sizeof fields / sizeof *fields };

const char *yoke_profile_name(size_t field)
{
    return field < N_FIELDS ? fields[field].name : NULL;
}

size_t yoke_profile_get(const struct yoke_profile *profile, size_t field)
{
    size_t value;

    memcpy(&value, (const char *)profile + fields[field].at, sizeof value);
    return value;
}

bool yoke_profile_set(struct yoke_profile *profile, size_t field, size_t value)
{
    if (value < fields[field].least || value > fields[field].most) return false;
    memcpy((char *)profile + fields[field].at, &value, sizeof value);
    return true;
}

/* Within the field's limits. */
static void clamp(struct yoke_profile *profile)
{
    for (size_t i = 0; i < N_FIELDS; i++) {
        const size_t value = yoke_profile_get(profile, i);
        const size_t most = yoke_size_min(value, fields[i].most);
        yoke_profile_set(profile, i, yoke_size_max(most, fields[i].least));
    }
}

/* The part of a cache that is left when some of its ways are others'. */
static size_t room_of(struct yoke_cache cache, size_t others)
{
    const size_t ways = yoke_size_max(cache.ways, others + 1);

    return cache.size_bytes / ways * (ways - others);
}

/* What many processors have, where nobody tells. */
static struct yoke_cache known(struct yoke_cache cache, size_t size_bytes)
{
    if (cache.size_bytes == 0) cache.size_bytes = size_bytes;
    if (cache.ways == 0) cache.ways = 8;
    return cache;
}

/* Blocks longer than MAX_K_BLOCK save passes over C, but C then takes less than a hundredth of the
 * time: two numbers for each MAX_K_BLOCK multiplications. */
enum { MAX_K_BLOCK = 512, MIN_K_BLOCK = 128 };

/* MR, so many rows of two vectors: they fill the registers of AVX-512, or half as many shorter ones
 * (op/tile.c). */
static size_t rows_of_tile(size_t vector_bytes)
{
    return vector_bytes >= 64 ? 12 : 6;
}

/* Whole lines of floats. */
static size_t block_of(size_t k)
{
    return yoke_size_max(yoke_size_min(k / 16 * 16, MAX_K_BLOCK), MIN_K_BLOCK);
}

/* Rows in place are pages apart, or nearly so, and each pass needs the translations of all of them.
 * Nobody tells how many a processor keeps: 1024 to 3072, of which A, C and scratch need some. */
enum { REACH_PAGES = 384, PAGE_BYTES = 4096 };

static void derive_tiles(struct yoke_profile *p, const struct yoke_profile_facts *f)
{
    const struct yoke_cache first = known(f->caches.level[0], 32 * KB),
                            second = known(f->caches.level[1], 512 * KB),
                            last = yoke_caches_last(&f->caches);
    const size_t share = last.size_bytes / yoke_size_max(2 * f->units, 1);
    /* A tile of A beside a way for the stream of B and one for C. */
    const size_t column_bytes = rows_of_tile(f->vector_bytes) * sizeof(float);
    const size_t k = room_of(first, 2) / column_bytes;

    p->k_block = block_of(k);
    p->k_block_f64 = block_of(k / 2);
    p->panel_bytes = room_of(second, 1);
    /* The last cache is others', too: no more than a few second ones. */
    p->packed_bytes = yoke_size_max(yoke_size_min(share, 8 * second.size_bytes), second.size_bytes);
    p->conflict_bytes = first.size_bytes / first.ways;
    p->spread_bytes = REACH_PAGES * PAGE_BYTES;
    p->skinny_small_bytes = second.size_bytes / 4;
    p->skinny_sums_bytes = 2 * first.size_bytes;
    p->skinny_bytes = 5 * first.size_bytes;
}

/* Counted in instructions, until somebody measures: to pack a number of A takes about 5 / 2 cycles,
 * of B half as much, in which a unit does 16 multiplications in each. A row that is read in place
 * costs a twentieth more than one that is packed, a column a sixth. */
static void derive_costs(struct yoke_profile *p, const struct yoke_profile_facts *f)
{
    const size_t clock_mhz = f->clock_mhz ? f->clock_mhz : 3000;

    p->pack_a_cost = 40;
    p->pack_b_cost = p->pack_a_cost / 2;
    p->in_place_cols = 20 * p->pack_a_cost;
    p->in_place_cols_t = 6 * p->pack_a_cost;
    p->flops_per_us = 2 * clock_mhz * yoke_size_max(f->vector_bytes / sizeof(float), 1);
    p->bytes_per_us = 20000;
    p->wake_ns = 25000;
}

void yoke_profile_derive(struct yoke_profile *out, const struct yoke_profile_facts *facts)
{
    *out = (struct yoke_profile){ 0 };
    derive_tiles(out, facts);
    derive_costs(out, facts);
    clamp(out);
}

/* Decimal digits alone. */
static bool parse(const char *text, size_t *out)
{
    size_t n = 0;

    if (!*text || strlen(text) > 10) return false;
    for (; *text >= '0' && *text <= '9'; text++)
        n = 10 * n + (size_t)(*text - '0');
    *out = n;
    return !*text;
}

/* The best entry that makes sense; how it was found, YOKE_DB_NONE where there is none. */
static unsigned take_field(struct yoke_profile *profile, size_t field, struct yoke_db *db)
{
    struct yoke_db_key key = { .op = operator_name, .type = line_type };
    size_t value;

    snprintf(key.exact, sizeof key.exact, "%s", fields[field].name);
    for (unsigned match = YOKE_DB_EXACT; match < YOKE_DB_NONE; match += 2) { /* no buckets */
        const struct yoke_db_entry *e = yoke_db_find(db, &key, (enum yoke_db_match)match);
        if (!e) continue;
        if (parse(e->variant, &value) && yoke_profile_set(profile, field, value)) return match;
        yoke_text_add(&db->remarks, "%s: the profile's %s is %s, which no device has\n",
                      db->files[e->file], key.exact, e->variant);
    }
    return YOKE_DB_NONE;
}

bool yoke_profile_take(struct yoke_profile *profile, struct yoke_db *db)
{
    bool measured = false;

    for (size_t i = 0; i < N_FIELDS; i++)
        measured |= take_field(profile, i, db) == YOKE_DB_EXACT;
    return measured;
}

void yoke_profile_line(const struct yoke_profile *profile, size_t field,
                       const struct yoke_db_owner *owner, struct yoke_tune_line *out)
{
    *out = (struct yoke_tune_line){ .type = line_type, .ratio = 1000 };
    snprintf(out->op, sizeof out->op, "%s", operator_name);
    snprintf(out->key, sizeof out->key, "%s", fields[field].name);
    snprintf(out->variant, sizeof out->variant, "%zu", yoke_profile_get(profile, field));
    memcpy(out->kernels, owner->kernels, sizeof out->kernels);
    memcpy(out->device, owner->device, sizeof out->device);
}

struct yoke_profile_facts yoke_profile_facts_of(const yoke_device *dev)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);
    struct yoke_profile_facts f = {
        .vector_bytes = info->vector_f32 * sizeof(float),
        .units = info->units,
        .clock_mhz = info->clock_mhz,
    };

    if (info->type == YOKE_DEVICE_CPU || (yoke_device_quirks(dev) & YOKE_QUIRK_HOST_CORES))
        yoke_caches_of_host(&f.caches);
    if (f.caches.level[0].size_bytes == 0 && info->cache_bytes > 0)
        f.caches.level[1].size_bytes = (size_t)info->cache_bytes;
    return f;
}
