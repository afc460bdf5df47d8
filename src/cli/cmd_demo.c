/* cmd_demo.c - yoke demo: the whole job on real images. SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/demo.h"
#include "cli/output.h"
#include "cli/sheet.h"

enum { OPT_DATA = 256, OPT_SYNTHETIC, OPT_TRAIN, OPT_TEST, OPT_MEMORY, OPT_SEED };

enum { MAX_IMAGES = 10000000, MAX_MEMORY_MIB = 1 << 20 };

struct options {
    struct cli_common common;
    struct dataset_params data;
    size_t memory_mib;
    const char *sheet;
};

static const struct argp_option option_table[] = {
    { "data", OPT_DATA, "DIR", 0, "Read the four IDX files of DIR (" DATASET_DIR ")", 0 },
    { "synthetic", OPT_SYNTHETIC, NULL, 0, "Make images instead of reading them", 0 },
    { "train", OPT_TRAIN, "N", 0, "Use the first N training images only", 0 },
    { "test", OPT_TEST, "N", 0, "Use the first N test images only", 0 },
    { "memory", OPT_MEMORY, "MIB", 0, "Memory for one tile's arrays (256)", 0 },
    { "seed", OPT_SEED, "S", 0, "Seed of --synthetic and of the checked sample (1)", 0 },
    { "output", 'o', "FILE", 0, "Where the contact sheet goes (yoke-demo.png)", 0 },
    { 0 },
};

static uint64_t parse_number(struct argp_state *state, const char *name, const char *text,
                             uint64_t low, uint64_t high)
{
    char *end;

    errno = 0;
    const unsigned long long value = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || value < low || value > high)
        argp_error(state, "--%s %s: a number from %llu to %llu is wanted", name, text,
                   (unsigned long long)low, (unsigned long long)high);
    return value;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    struct options *opt = state->input;

    switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &opt->common; break;
    case OPT_DATA: opt->data.dir = arg; break;
    case OPT_SYNTHETIC: opt->data.synthetic = true; break;
    case OPT_TRAIN: opt->data.n_train = parse_number(state, "train", arg, 1, MAX_IMAGES); break;
    case OPT_TEST: opt->data.n_test = parse_number(state, "test", arg, 1, MAX_IMAGES); break;
    case OPT_MEMORY: opt->memory_mib = parse_number(state, "memory", arg, 1, MAX_MEMORY_MIB); break;
    case OPT_SEED: opt->data.seed = parse_number(state, "seed", arg, 0, INT64_MAX); break;
    case 'o': opt->sheet = arg; break;
    case ARGP_KEY_END:
        if (opt->data.dir && opt->data.synthetic)
            argp_error(state, "--data and --synthetic exclude each other");
        break;
    default: return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static int find_neighbours(yoke_team *team, struct demo *demo, bool progress)
{
    const struct nearest_params params = { .memory_bytes = demo->memory_bytes,
                                           .progress = progress,
                                           .inspect = demo_check_tile,
                                           .user = &demo->check };
    const double start = cli_now_ms();
    double ms;

    if (nearest_probe(team, &demo->set, &ms) != CLI_DONE) return CLI_FAILED;
    demo->start_ms = cli_now_ms() - start;
    if (nearest_run(team, &demo->set, &params, &demo->nearest) != CLI_DONE) return CLI_FAILED;
    demo_check_neighbours(&demo->check, &demo->nearest);
    return demo_run_alone(demo, progress);
}

static int filter_images(yoke_team *team, struct demo *demo, bool progress)
{
    size_t picks[DATASET_CLASSES];
    const size_t n_picks = sheet_pick(&demo->set, picks);
    const struct filters_params params = { .memory_bytes = demo->memory_bytes,
                                           .picks = picks,
                                           .n_picks = n_picks,
                                           .progress = progress,
                                           .inspect = demo_check_batch,
                                           .user = &demo->check };

    if (filters_run(team, &demo->set, &params, &demo->filters) != CLI_DONE) return CLI_FAILED;
    return sheet_write(demo->sheet, &demo->set, picks, n_picks, &demo->filters);
}

/* Parts are told as they are done; with --json, all at the end. */
static int run(yoke_team *team, struct demo *demo, bool json)
{
    if (!json) demo_print_devices(demo);
    if (find_neighbours(team, demo, !json) != CLI_DONE) return CLI_FAILED;
    if (!json) demo_print_neighbours(demo);
    if (filter_images(team, demo, !json) != CLI_DONE) return CLI_FAILED;
    if (!json) {
        demo_print_filters(demo);
        demo_print_check(demo);
    } else if (cli_print_json(demo_json(demo)) != CLI_DONE) {
        return CLI_FAILED;
    }
    if (demo_check_passed(&demo->check)) return CLI_DONE;
    return cli_fail("the results differ from double precision by more than their bounds");
}

int cmd_demo(int argc, char **argv)
{
    static const struct argp_child children[] = { { &cli_common_argp, 0, NULL, 0 }, { 0 } };
    static const struct argp argp = {
        option_table,
        parse_option,
        NULL,
        "Classify images by their nearest neighbours and filter them, on every OpenCL device.",
        children,
        NULL,
        NULL
    };
    struct options opt = { .data.seed = 1, .memory_mib = 256, .sheet = "yoke-demo.png" };
    struct demo demo = { 0 };
    int status;

    cli_parse(&argp, argc, argv, &opt);
    status = cli_check_output(opt.sheet);
    if (status == CLI_DONE) status = dataset_open(&demo.set, &opt.data);
    if (status != CLI_DONE) return status;

    yoke_team *team = cli_open_team(&opt.common, &status);
    if (team) {
        demo.team = team;
        demo.memory_bytes = opt.memory_mib << 20;
        demo.sheet = opt.sheet;
        demo.seed = opt.data.seed;
        demo_check_init(&demo.check, &demo.set, demo.seed);
        status = run(team, &demo, opt.common.json);
    }
    cli_close_team(&team);
    nearest_destroy(&demo.nearest);
    filters_destroy(&demo.filters);
    dataset_close(&demo.set);
    return status;
}
