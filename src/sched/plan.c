/* plan.c - who gets how much: a pure function of a model of the devices.
 * SPDX-License-Identifier: MIT */
#include "sched/plan.h"

#include <string.h>

#include "base/size.h"

/* Devices in the order of their fixed cost, the cheapest first. */
struct order {
    size_t index[YOKE_TEAM_MAX];
    size_t n;
};

static void sort_by_fixed_cost(struct order *order, const struct yoke_plan_device *devices)
{
    for (size_t i = 1; i < order->n; i++) {
        const size_t moving = order->index[i];
        size_t j = i;
        for (; j > 0 && devices[order->index[j - 1]].fixed_ms > devices[moving].fixed_ms; j--)
            order->index[j] = order->index[j - 1];
        order->index[j] = moving;
    }
}

/* The time T at which the first k devices finish together, for the first k at which the next one's
 * fixed cost is not below it: the optimum of the continuous problem. */
static double finish_time(const struct order *order, const struct yoke_plan_device *devices,
                          size_t rows)
{
    double started = (double)rows, speed = 0, finish = 0;

    for (size_t k = 0; k < order->n; k++) {
        const struct yoke_plan_device *d = &devices[order->index[k]];
        if (k > 0 && finish <= d->fixed_ms) break;
        started += d->fixed_ms / d->row_ms;
        speed += 1.0 / d->row_ms;
        finish = started / speed;
    }
    return finish;
}

static double ends_at(const struct yoke_plan_device *d, size_t rows)
{
    return rows ? d->fixed_ms + (double)rows * d->row_ms : 0;
}

/* The device that would be done soonest with `more` rows on top of its share. */
static size_t soonest(const struct order *order, const struct yoke_plan_device *devices,
                      const size_t *shares, size_t more)
{
    size_t best = order->index[0];

    for (size_t k = 1; k < order->n; k++) {
        const size_t i = order->index[k];
        if (ends_at(&devices[i], shares[i] + more) < ends_at(&devices[best], shares[best] + more))
            best = i;
    }
    return best;
}

/* Whole tiles of the continuous optimum, rounded down, then tile by tile to whoever is done first.
 */
static double round_to_tiles(const struct order *order, const struct yoke_plan_device *devices,
                             size_t rows, size_t tile, double finish, size_t *shares)
{
    size_t left = rows;
    double last = 0;

    for (size_t k = 0; k < order->n; k++) {
        const struct yoke_plan_device *d = &devices[order->index[k]];
        const double ideal = finish > d->fixed_ms ? (finish - d->fixed_ms) / d->row_ms : 0;
        const size_t whole =
            ideal < (double)left ? (size_t)ideal / tile * tile : left / tile * tile;
        shares[order->index[k]] = whole;
        left -= whole;
    }
    while (left > 0) {
        const size_t more = yoke_size_min(left, tile);
        shares[soonest(order, devices, shares, more)] += more;
        left -= more;
    }
    for (size_t k = 0; k < order->n; k++) {
        const double end = ends_at(&devices[order->index[k]], shares[order->index[k]]);
        if (end > last) last = end;
    }
    return last;
}

/* The devices of one side of one piece of hardware. */
static struct order side_of(const struct yoke_plan_device *devices, size_t n, size_t hardware,
                            size_t side)
{
    struct order order = { .n = 0 };

    for (size_t i = 0; i < n; i++)
        if (devices[i].able && devices[i].hardware == hardware && devices[i].side == side)
            order.index[order.n++] = i;
    sort_by_fixed_cost(&order, devices);
    return order;
}

/* On each piece of hardware, the side that would finish all rows soonest. */
static struct order choose_sides(const struct yoke_plan_device *devices, size_t n, size_t rows)
{
    struct order all = { .n = 0 };

    for (size_t hardware = 0; hardware < n; hardware++) {
        struct order best = { .n = 0 };
        double best_time = 0;
        for (size_t side = 0; side < n; side++) {
            const struct order order = side_of(devices, n, hardware, side);
            const double time = order.n ? finish_time(&order, devices, rows) : 0;
            if (order.n == 0 || (best.n && time >= best_time)) continue;
            best = order;
            best_time = time;
        }
        memcpy(all.index + all.n, best.index, best.n * sizeof *best.index);
        all.n += best.n;
    }
    sort_by_fixed_cost(&all, devices);
    return all;
}

double yoke_plan_split(const struct yoke_plan_device *devices, size_t n, size_t rows, size_t tile,
                       size_t shares[YOKE_TEAM_MAX])
{
    memset(shares, 0, YOKE_TEAM_MAX * sizeof *shares);
    const struct order order = choose_sides(devices, n, rows);
    if (order.n == 0 || rows == 0) return 0;
    return round_to_tiles(&order, devices, rows, tile, finish_time(&order, devices, rows), shares);
}
