/* cmd_devices.c - `yoke devices`: what OpenCL offers. SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/json_text.h"

enum { ID, TYPE, NAME, PLATFORM, UNITS, MEMORY, VECTOR, N_COLUMNS };

/* A line of the table; the last column is as wide as it likes. */
struct row {
    char cell[N_COLUMNS][256];
    const char *state;
};

struct devices_options {
    struct cli_common common;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    struct devices_options *opt = state->input;

    switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &opt->common; return 0;
    case ARGP_KEY_ARG: argp_error(state, "argument '%s'; this command takes none", arg); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = { { &cli_common_argp, 0, NULL, 0 }, { 0 } };
static const struct argp devices_argp = {
    .parser = parse_option,
    .doc = "List every OpenCL platform and device, and whether Yoke can use it.",
    .children = children,
};

/* With a selection only its devices are listed; team is NULL without one. */
static bool selected(const yoke_team *team, const struct yoke_device_info *dev)
{
    if (!team) return true;
    for (size_t i = 0; i < yoke_team_device_count(team); i++)
        if (strcmp(yoke_device_get_info(yoke_team_device(team, i))->id, dev->id) == 0) return true;
    return false;
}

static size_t count_usable(const yoke_system *sys, const yoke_team *team)
{
    const struct yoke_platform_info *p;
    size_t n = 0;

    for (size_t i = 0; (p = yoke_system_platform(sys, i)); i++)
        for (size_t d = 0; d < p->n_devices; d++)
            n += p->devices[d]->usable && selected(team, p->devices[d]);
    return n;
}

static json_t *json_device(const struct yoke_device_info *d)
{
    json_t *words =
        json_pack("{ss so so ss so so so so}", "id", d->id, "name", json_text(d->name), "vendor",
                  json_text(d->vendor), "type", yoke_device_type_name(d->type), "driver",
                  json_text(d->driver), "version", json_text(d->version), "reason",
                  json_text(d->reason), "quirks", json_text(d->quirks));
    json_t *flags =
        json_pack("{sb sb sb sb sb sb sb sb}", "usable", d->usable, "compiler", d->compiler, "fp16",
                  d->fp16, "fp64", d->fp64, "fma", d->fma, "host_memory", d->host_memory,
                  "sub_groups", d->sub_groups, "sub_devices", d->sub_devices);
    json_t *numbers = json_pack(
        "{sI sI sI sI sI sI sI sI sI sI}", "units", (json_int_t)d->units, "clock_mhz",
        (json_int_t)d->clock_mhz, "vector_f32", (json_int_t)d->vector_f32, "vector_f64",
        (json_int_t)d->vector_f64, "address_bits", (json_int_t)d->address_bits, "max_group",
        (json_int_t)d->max_group, "memory_bytes", (json_int_t)d->memory_bytes, "max_alloc_bytes",
        (json_int_t)d->max_alloc_bytes, "local_bytes", (json_int_t)d->local_bytes, "cache_bytes",
        (json_int_t)d->cache_bytes);

    json_object_update(words, flags);
    json_object_update(words, numbers);
    json_decref(flags);
    json_decref(numbers);
    return words;
}

static int print_json(const yoke_system *sys, const yoke_team *team)
{
    json_t *platforms = json_array();
    const struct yoke_platform_info *p;

    for (size_t i = 0; (p = yoke_system_platform(sys, i)); i++) {
        json_t *devices = json_array();
        for (size_t d = 0; d < p->n_devices; d++)
            if (selected(team, p->devices[d]))
                json_array_append_new(devices, json_device(p->devices[d]));
        json_array_append_new(platforms,
                              json_pack("{so so so so so}", "name", json_text(p->name), "vendor",
                                        json_text(p->vendor), "version", json_text(p->version),
                                        "reason", json_text(p->reason), "devices", devices));
    }
    return cli_print_json(json_pack("{ss so}", "schema", "yoke-devices/1", "platforms", platforms));
}

/* Characters, not bytes, of UTF-8. */
static int text_width(const char *s)
{
    int n = 0;

    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

/* Copy at most max characters, whole ones. */
static void copy_text(char *cell, size_t size, const char *s, int max)
{
    size_t n = 0;

    for (int width = 0; s[n] && n + 1 < size; n++) {
        const bool starts = ((unsigned char)s[n] & 0xc0) != 0x80;
        if (starts && width++ == max) break;
        cell[n] = s[n];
    }
    cell[n] = '\0';
}

static void fill_row(struct row *r, const struct yoke_platform_info *p,
                     const struct yoke_device_info *d)
{
    const size_t size = sizeof r->cell[0];

    copy_text(r->cell[ID], size, d->id, 16);
    copy_text(r->cell[TYPE], size, yoke_device_type_name(d->type), 16);
    copy_text(r->cell[NAME], size, d->name, 48);
    copy_text(r->cell[PLATFORM], size, p->name, 32);
    snprintf(r->cell[UNITS], size, "%" PRIu32, d->units);
    snprintf(r->cell[MEMORY], size, "%.1f GiB", (double)d->memory_bytes / 0x1p30);
    snprintf(r->cell[VECTOR], size, "%" PRIu32, d->vector_f32);
    r->state = d->usable ? "usable" : d->reason;
}

static void print_row(const struct row *r, const int width[N_COLUMNS])
{
    for (int c = 0; c < N_COLUMNS; c++)
        printf("%s%*s  ", r->cell[c], width[c] - text_width(r->cell[c]), "");
    puts(r->state);
}

/* rows[0] is the heading. */
static void print_rows(const struct row rows[], size_t n)
{
    int width[N_COLUMNS] = { 0 };

    if (n < 2) return;
    for (size_t i = 0; i < n; i++)
        for (int c = 0; c < N_COLUMNS; c++) {
            const int w = text_width(rows[i].cell[c]);
            if (w > width[c]) width[c] = w;
        }
    for (size_t i = 0; i < n; i++)
        print_row(&rows[i], width);
}

static int print_table(const yoke_system *sys, const yoke_team *team)
{
    const struct yoke_platform_info *p;
    size_t n = 1;

    for (size_t i = 0; (p = yoke_system_platform(sys, i)); i++)
        n += p->n_devices;
    struct row *rows = malloc(n * sizeof *rows);
    if (!rows) return cli_fail("no memory for a table of %zu devices", n - 1);

    rows[0] = (struct row){ { "ID", "TYPE", "NAME", "PLATFORM", "UNITS", "MEMORY", "F32 VECTOR" },
                            "STATE" };
    n = 1;
    for (size_t i = 0; (p = yoke_system_platform(sys, i)); i++)
        for (size_t d = 0; d < p->n_devices; d++)
            if (selected(team, p->devices[d])) fill_row(&rows[n++], p, p->devices[d]);
    print_rows(rows, n);
    free(rows);

    for (size_t i = 0; !team && (p = yoke_system_platform(sys, i)); i++)
        if (p->n_devices == 0) printf("platform %zu, %s: %s\n", i, p->name, p->reason);
    return CLI_DONE;
}

static int list_devices(const struct cli_common *common, const yoke_team *team)
{
    yoke_system *sys;

    if (cli_create_system(&sys) != YOKE_OK) return cli_fail("%s", yoke_last_error());
    int status = common->json ? print_json(sys, team) : print_table(sys, team);
    if (status == CLI_DONE && count_usable(sys, team) == 0)
        status = cli_fail("no usable OpenCL device; install a driver, such as pocl-opencl-icd");
    yoke_system_destroy(&sys);
    return status;
}

int cmd_devices(int argc, char **argv)
{
    struct devices_options opt = { 0 };
    yoke_team *team = NULL;
    int status = CLI_DONE;

    cli_parse(&devices_argp, argc, argv, &opt);
    if (opt.common.devices) {
        team = cli_open_team(&opt.common, &status);
        if (!team) return status;
    }
    status = list_devices(&opt.common, team);
    cli_close_team(&team);
    return status;
}
