/* demo_print.c - the demo's results for people and for programs. SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

#include "cli/demo.h"
#include "cli/json_text.h"
#include "cli/tally.h"

enum { BAR = 40 };

static const double MIB = 1024.0 * 1024.0;

static void print_share(const struct tally_share *s)
{
    char bar[BAR + 1];
    const int full = (int)(s->share * BAR + 0.5);

    for (int i = 0; i < BAR; i++)
        bar[i] = i < full ? '#' : '.';
    bar[BAR] = '\0';
    printf("  %-5s %s %5.1f %%  %8.1f ms  %8.1f MiB moved  %s\n", s->id, bar, 100.0 * s->share,
           s->time_ms, (double)s->bytes / MIB, s->variant[0] ? s->variant : "-");
}

static void print_shares(const struct tally *tally)
{
    for (size_t i = 0; i < tally->n_devices; i++)
        print_share(&tally->devices[i]);
}

static void print_part(const char *what, const struct check_part *part)
{
    printf("  %-11s %7zu compared, worst error %.4f of its bound%s\n", what, part->elements,
           part->worst, part->worst <= 1.0 ? "" : ": WRONG");
}

void demo_print_devices(const struct demo *demo)
{
    printf("Devices\n");
    for (size_t i = 0; i < yoke_team_device_count(demo->team); i++) {
        const struct yoke_device_info *info = yoke_device_get_info(yoke_team_device(demo->team, i));
        printf("  %-5s %s, %s, %" PRIu32 " units, driver %s\n", info->id, info->name,
               yoke_device_type_name(info->type), info->units, info->driver);
    }
    fflush(stdout); /* the next part takes its time */
}

void demo_print_neighbours(const struct demo *demo)
{
    const struct dataset *set = &demo->set;
    const struct nearest *found = &demo->nearest;
    const double flops = nearest_flops(set), ms = found->tally.time_ms;

    printf("\nNearest neighbours: %zu test images among %zu, %zu x %zu pixels (%s)\n", set->test.n,
           set->train.n, set->rows, set->cols, set->name);
    print_shares(&found->tally);
    printf("  product     %.1f ms, %.1f GFLOP/s, in %zu parts of %zu x %zu within %.0f MiB\n", ms,
           tally_gflops(flops, ms), found->n_tiles, found->tile_test, found->tile_train,
           (double)demo->memory_bytes / MIB);
    printf("  beside it   %.1f ms to start, %.1f ms to search the products on the host\n",
           demo->start_ms, found->search_ms);
    if (yoke_team_device_count(demo->team) == 1)
        printf("  best alone  %s is the only device: the same\n", demo->alone.id);
    else
        printf("  best alone  %s: %.1f ms, %.1f GFLOP/s; the team took %.2f of its time\n",
               demo->alone.id, demo->alone.ms, tally_gflops(flops, demo->alone.ms),
               ms / demo->alone.ms);
    printf("  accuracy    %.4f\n", nearest_accuracy(set, found));
    fflush(stdout);
}

void demo_print_filters(const struct demo *demo)
{
    const struct filters *filters = &demo->filters;
    const double ms = filters->tally.time_ms;

    printf("\nFilters: %d of 3 x 3 and 5 x 5 over %zu images\n", FILTERS_COUNT, demo->set.test.n);
    print_shares(&filters->tally);
    printf("  convolution %.1f ms, %.1f GFLOP/s\n", ms,
           tally_gflops(filters_flops(&demo->set), ms));
    printf("  sheet       %s\n  columns     image", demo->sheet);
    for (size_t i = 0; i < FILTERS_COUNT; i++)
        printf(",%s%s", i % 8 == 5 ? "\n              " : " ", filters_name(i));
    printf("\n");
}

void demo_print_check(const struct demo *demo)
{
    const struct demo_check *check = &demo->check;

    printf("\nChecked against double precision, seed %" PRIu64 "\n", demo->seed);
    print_part("products", &check->products);
    print_part("neighbours", &check->neighbours);
    print_part("responses", &check->responses);
    printf("  %s\n", demo_check_passed(check) ? "all within their bounds" : "NOT all right");
}

static json_t *json_part(const struct check_part *part)
{
    return json_pack("{s:I, s:f}", "elements", (json_int_t)part->elements, "worst_ratio",
                     part->worst);
}

static json_t *json_dataset(const struct dataset *set)
{
    return json_pack("{s:o, s:I, s:I, s:I, s:I}", "name", json_text(set->name), "train",
                     (json_int_t)set->train.n, "test", (json_int_t)set->test.n, "rows",
                     (json_int_t)set->rows, "cols", (json_int_t)set->cols);
}

static json_t *json_neighbours(const struct demo *demo)
{
    const struct nearest *found = &demo->nearest;
    const double flops = nearest_flops(&demo->set), ms = found->tally.time_ms;

    return json_pack("{s:{s:I, s:I, s:I}, s:I, s:I, s:o, s:f, s:f, s:f, s:f, s:s, s:f, s:f}",
                     "shape", "M", (json_int_t)demo->set.test.n, "N", (json_int_t)demo->set.train.n,
                     "K", (json_int_t)dataset_pixels(&demo->set), "tiles",
                     (json_int_t)found->n_tiles, "memory_bytes", (json_int_t)demo->memory_bytes,
                     "variant", cli_json_variants(&found->tally), "ms", ms, "gflops",
                     tally_gflops(flops, ms), "start_ms", demo->start_ms, "search_ms",
                     found->search_ms, "best_alone", demo->alone.id, "best_alone_ms",
                     demo->alone.ms, "best_alone_gflops", tally_gflops(flops, demo->alone.ms));
}

static json_t *json_filters(const struct demo *demo)
{
    const struct tally *tally = &demo->filters.tally;
    json_t *names = json_array();

    for (size_t i = 0; i < FILTERS_COUNT; i++)
        json_array_append_new(names, json_string(filters_name(i)));
    return json_pack("{s:o, s:I, s:o, s:f, s:f, s:o, s:o}", "names", names, "images",
                     (json_int_t)demo->set.test.n, "variant", cli_json_variants(tally), "ms",
                     tally->time_ms, "gflops",
                     tally_gflops(filters_flops(&demo->set), tally->time_ms), "sheet",
                     json_text(demo->sheet), "devices", cli_json_devices(demo->team, tally));
}

json_t *demo_json(const struct demo *demo)
{
    const struct demo_check *check = &demo->check;

    return json_pack("{s:s, s:o, s:f, s:b, s:o, s:o, s:{s:I, s:o, s:o, s:o}, s:o}", "schema",
                     "yoke-demo/1", "dataset", json_dataset(&demo->set), "accuracy",
                     nearest_accuracy(&demo->set, &demo->nearest), "checked",
                     demo_check_passed(check), "neighbours", json_neighbours(demo), "filters",
                     json_filters(demo), "check", "seed", (json_int_t)demo->seed, "products",
                     json_part(&check->products), "neighbours", json_part(&check->neighbours),
                     "responses", json_part(&check->responses), "devices",
                     cli_json_devices(demo->team, &demo->nearest.tally));
}
