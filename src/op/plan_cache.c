/* plan_cache.c - the plans that a device made lately.
 * SPDX-License-Identifier: MIT */
#include "op/plan_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "device/open.h"

enum { SETS = 32, WAYS = 4 }; /* plans that are kept: at most so many of those that hash alike */

struct entry {
    struct yoke_plan *plan; /* NULL: none */
    const struct yoke_op_class *op;
    unsigned edition; /* of what was tuned */
    uint64_t used;    /* when, by the cache's clock */
    size_t n_words;
    uint64_t words[YOKE_DIGEST_WORDS];
};

struct cache {
    pthread_mutex_t lock; /* held to look, not to plan */
    uint64_t clock;
    struct entry entries[SETS][WAYS];
};

/* What is looked for. */
struct request {
    const struct yoke_op_class *op;
    unsigned edition;
    size_t n_words;
    uint64_t words[YOKE_DIGEST_WORDS];
};

static void release(yoke_device *dev, void *data)
{
    struct cache *c = data;

    (void)dev;
    for (size_t i = 0; i < SETS; i++)
        for (size_t j = 0; j < WAYS; j++)
            yoke_plan_release(c->entries[i][j].plan);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static void *make(const yoke_device *dev)
{
    struct cache *c = calloc(1, sizeof *c);

    (void)dev;
    if (c && pthread_mutex_init(&c->lock, NULL) == 0) return c;
    free(c);
    return NULL;
}

static size_t set_of(const struct request *r)
{
    uint64_t h = (uint64_t)(uintptr_t)r->op;

    for (size_t i = 0; i < r->n_words; i++)
        h = (h ^ r->words[i]) * 0x9e3779b97f4a7c15u;
    return (size_t)(h >> 32) % SETS;
}

static bool is(const struct entry *e, const struct request *r)
{
    return e->plan && e->op == r->op && e->edition == r->edition && e->n_words == r->n_words &&
           memcmp(e->words, r->words, r->n_words * sizeof *r->words) == 0;
}

/* A share in it, or NULL. */
static struct yoke_plan *find(struct cache *c, const struct request *r)
{
    struct entry *set = c->entries[set_of(r)];
    struct yoke_plan *plan = NULL;

    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < WAYS && !plan; i++) {
        if (!is(&set[i], r)) continue;
        set[i].used = ++c->clock;
        plan = yoke_plan_share(set[i].plan);
    }
    pthread_mutex_unlock(&c->lock);
    return plan;
}

/* In place of the one that was not used for the longest time. */
static void put(struct cache *c, const struct request *r, struct yoke_plan *plan)
{
    struct entry *set = c->entries[set_of(r)], *oldest = set;

    pthread_mutex_lock(&c->lock);
    for (size_t i = 1; i < WAYS; i++)
        if (set[i].used < oldest->used) oldest = &set[i];
    struct yoke_plan *old = oldest->plan;
    oldest->plan = yoke_plan_share(plan);
    oldest->op = r->op;
    oldest->edition = r->edition;
    oldest->used = ++c->clock;
    oldest->n_words = r->n_words;
    memcpy(oldest->words, r->words, r->n_words * sizeof *r->words);
    pthread_mutex_unlock(&c->lock);
    yoke_plan_release(old);
}

yoke_status yoke_plan_get(yoke_device *dev, const struct yoke_op_class *op, const void *problem,
                          struct yoke_plan **out)
{
    static const struct yoke_keeper keeper = { make, release };
    struct request r = { .op = op, .edition = yoke_choice_edition(dev) };
    struct cache *c = yoke_device_keep(dev, YOKE_KEEP_PLANS, &keeper);
    struct yoke_choice choice;
    yoke_status st = YOKE_OK;

    *out = NULL;
    if (!c) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for plans");
    r.n_words = op->digest(problem, r.words);
    *out = find(c, &r);
    if (*out) return YOKE_OK;
    TRY((op->choose ? op->choose : yoke_choose)(dev, op, problem, &choice));
    TRY(yoke_plan_make(dev, choice.variant, problem, out));
    put(c, &r, *out);
out:
    return st;
}
