/* team.c - open devices and keep them together.
 * SPDX-License-Identifier: MIT */
#include "sched/team.h"

#include <stdlib.h>

#include "base/cache_dir.h"
#include "base/error.h"
#include "device/drivers.h"
#include "device/open.h"
#include "device/wait.h"
#include "sched/rates_file.h"

/* The same hardware as an earlier member's? Then also its side, or a new one. */
static void place_member(yoke_team *team, size_t i)
{
    struct yoke_member *m = &team->members[i];

    m->hardware = i;
    m->side = 0;
    for (size_t j = 0; j < i; j++) {
        const struct yoke_member *other = &team->members[j];
        if (!yoke_device_same_hardware(m->dev, other->dev)) continue;
        if (m->hardware == i) m->hardware = other->hardware;
        if (!yoke_device_is_alternative(m->dev, other->dev)) {
            m->side = other->side;
            return;
        }
        if (other->side >= m->side) m->side = other->side + 1;
    }
}

static yoke_status start_member(yoke_team *team, size_t i, double look_ms)
{
    yoke_status st = YOKE_OK;
    struct yoke_member *m = &team->members[i];

    TRY(yoke_queue_create(m->dev, &m->q));
    /* The first member's share is the calling thread's. */
    if (i > 0) TRY(yoke_worker_create(&m->worker, look_ms));
    place_member(team, i);
out:
    return st;
}

yoke_status yoke_team_create(const struct yoke_team_params *params, yoke_team **out)
{
    static const struct yoke_team_params defaults;
    yoke_status st = YOKE_OK;
    yoke_team *team = NULL;
    yoke_device *devices[YOKE_TEAM_MAX];

    if (!out) return yoke_fail(YOKE_ERR_INVALID, "yoke_team_create: out is NULL");
    *out = NULL;
    if (yoke_drivers_check() != YOKE_OK) return YOKE_ERR_DEVICE;
    if (!params) params = &defaults;
    team = calloc(1, sizeof *team);
    if (!team) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a team handle");
    if (pthread_mutex_init(&team->lock, NULL) != 0) {
        free(team);
        return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a lock");
    }
    team->log = (struct yoke_log){ params->log, params->log_user };
    const double look_ms = yoke_wait_ms(params->spin_us);
    TRY(yoke_devices_open(params->select ? params->select : getenv("YOKE_DEVICES"), &team->log,
                          look_ms, devices, YOKE_TEAM_MAX, &team->n));
    for (size_t i = 0; i < team->n; i++)
        team->members[i].dev = devices[i];
    yoke_cache_log(&team->log);
    for (size_t i = 0; i < team->n; i++)
        TRY(start_member(team, i, look_ms));
    for (size_t i = 0; i < team->n && team->n > 1; i++)
        yoke_rates_load(&team->members[i]);
    *out = team;
    team = NULL;
out:
    yoke_team_destroy(&team);
    return st;
}

size_t yoke_team_device_count(const yoke_team *team)
{
    return team ? team->n : 0;
}

yoke_device *yoke_team_device(const yoke_team *team, size_t i)
{
    return team && i < team->n ? team->members[i].dev : NULL;
}

void yoke_team_destroy(yoke_team **team)
{
    if (team && yoke_drivers_are_lost()) *team = NULL; /* left to the end of the process */
    if (!team || !*team) return;
    for (size_t i = 0; i < (*team)->n; i++) {
        struct yoke_member *m = &(*team)->members[i];
        if ((*team)->n > 1 && m->dev) yoke_rates_save(m);
        yoke_worker_destroy(&m->worker);
        yoke_rates_deinit(&m->rates);
        yoke_queue_destroy(&m->q);
        yoke_device_close(&m->dev);
    }
    pthread_mutex_destroy(&(*team)->lock);
    free(*team);
    *team = NULL;
}
