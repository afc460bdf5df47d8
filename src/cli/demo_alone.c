/* demo_alone.c - the demo's product on the best device alone. SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "cli/demo.h"

static yoke_team *open_one(const char *id)
{
    const struct yoke_team_params params = { .select = id };
    yoke_team *team = NULL;

    if (cli_create_team(&params, &team) != YOKE_OK)
        cli_fail("device %s alone: %s", id, yoke_last_error());
    return team;
}

/* Milliseconds for a corner of the product, kernels built; infinity for a device that fails. */
static double try_one(const struct dataset *set, const char *id)
{
    yoke_team *team = open_one(id);
    double ms = INFINITY;

    if (!team || nearest_probe(team, set, &ms) != CLI_DONE ||
        nearest_probe(team, set, &ms) != CLI_DONE)
        ms = INFINITY;
    cli_close_team(&team);
    return ms;
}

static const char *find_best(const struct demo *demo)
{
    const char *best = NULL;
    double least = INFINITY;

    for (size_t i = 0; i < yoke_team_device_count(demo->team); i++) {
        const char *id = yoke_device_get_info(yoke_team_device(demo->team, i))->id;
        const double ms = try_one(&demo->set, id);
        if (!(ms < least)) continue;
        least = ms;
        best = id;
    }
    return best;
}

static int run_on(struct demo *demo, const char *id, bool progress)
{
    const struct nearest_params params = { .memory_bytes = demo->memory_bytes,
                                           .progress = progress };
    yoke_team *team = open_one(id);
    struct nearest found;
    int status = CLI_FAILED;
    double ms;

    if (team && nearest_probe(team, &demo->set, &ms) == CLI_DONE)
        status = nearest_run(team, &demo->set, &params, &found);
    if (status == CLI_DONE) {
        demo->alone.ms = found.tally.time_ms;
        nearest_destroy(&found);
    }
    cli_close_team(&team);
    return status;
}

int demo_run_alone(struct demo *demo, bool progress)
{
    const yoke_device *first = yoke_team_device(demo->team, 0);
    const bool single = yoke_team_device_count(demo->team) == 1;
    const char *id = single ? yoke_device_get_info(first)->id : find_best(demo);

    if (!id) return cli_fail("no device of the team does the product alone");
    strncpy(demo->alone.id, id, sizeof demo->alone.id - 1);
    demo->alone.ms = demo->nearest.tally.time_ms;
    return single ? CLI_DONE : run_on(demo, id, progress);
}
