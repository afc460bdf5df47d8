/* open.c - from a selection to open devices, and what the rooms above may know of them.
 * SPDX-License-Identifier: MIT */
#include "device/open.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/cl_error.h"
#include "device/device.h"
#include "device/select.h"
#include "device/wait.h"

/* All devices of a snapshot in one list. */
struct list {
    const struct yoke_device_record **records;
    const struct yoke_device_info **infos;
    bool *chosen;
    size_t n;
};

static yoke_status flatten(const yoke_system *sys, struct list *list)
{
    size_t n = 0;

    for (size_t i = 0; i < sys->n_platforms; i++)
        n += sys->platforms[i].info.n_devices;
    list->records = calloc(n + 1, sizeof *list->records);
    list->infos = calloc(n + 1, sizeof *list->infos);
    list->chosen = calloc(n + 1, sizeof *list->chosen);
    if (!list->records || !list->infos || !list->chosen)
        return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a list of %zu devices", n);
    for (size_t i = 0; i < sys->n_platforms; i++) {
        for (size_t j = 0; j < sys->platforms[i].info.n_devices; j++) {
            list->records[list->n] = &sys->platforms[i].devices[j];
            list->infos[list->n++] = &sys->platforms[i].devices[j].info;
        }
    }
    return YOKE_OK;
}

static yoke_status open_chosen(const struct list *list, const struct yoke_log *log, double look_ms,
                               yoke_device **devices, size_t max, size_t *n)
{
    yoke_status why = YOKE_ERR_DEVICE;

    for (size_t i = 0; i < list->n; i++) {
        if (!list->chosen[i]) continue;
        if (*n == max) return yoke_fail(YOKE_ERR_LIMIT, "more than %zu devices in a team", max);
        const yoke_status st = yoke_device_open(list->records[i], log, &devices[*n]);
        if (st == YOKE_OK) {
            devices[(*n)++]->look_ms = look_ms;
            continue;
        }
        if (st == YOKE_ERR_NO_MEMORY) why = st;
        yoke_log_line(log, "device %s left out: %s", list->infos[i]->id, yoke_last_error());
    }
    if (*n == 0)
        return yoke_fail(why, "no selected device could be opened: %.900s", yoke_last_error());
    return YOKE_OK;
}

static yoke_status explain_none(const yoke_system *sys)
{
    char text[900] = "";
    size_t used = 0;

    for (size_t i = 0; i < sys->n_platforms && used < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "; platform %zu (%.80s): %s", i,
                                 sys->platforms[i].name, sys->platforms[i].reason);
    return yoke_fail(YOKE_ERR_UNSUPPORTED, "no OpenCL device on this machine%s", text);
}

yoke_status yoke_devices_open(const char *selection, const struct yoke_log *log, double look_ms,
                              yoke_device **devices, size_t max, size_t *n)
{
    yoke_status st = YOKE_OK;
    yoke_system *sys = NULL;
    struct list list = { 0 };

    *n = 0;
    TRY(yoke_system_create(&sys));
    TRY(flatten(sys, &list));
    if (list.n == 0 && sys->n_platforms > 0) TRY(explain_none(sys));
    TRY(yoke_select(list.infos, list.n, selection, list.chosen));
    TRY(open_chosen(&list, log, look_ms, devices, max, n));
out:
    if (st != YOKE_OK)
        while (*n > 0)
            yoke_device_close(&devices[--*n]);
    free(list.records);
    free(list.infos);
    free(list.chosen);
    yoke_system_destroy(&sys);
    return st;
}

uint32_t yoke_device_quirks(const yoke_device *dev)
{
    return dev->rec.quirks;
}

const struct yoke_log *yoke_device_log(const yoke_device *dev)
{
    return &dev->log;
}

bool yoke_device_same_hardware(const yoke_device *a, const yoke_device *b)
{
    return strcmp(a->rec.hardware, b->rec.hardware) == 0;
}

bool yoke_device_is_alternative(const yoke_device *a, const yoke_device *b)
{
    if (!yoke_device_same_hardware(a, b)) return false;
    return a->rec.platform != b->rec.platform ||
           ((a->rec.quirks | b->rec.quirks) & YOKE_QUIRK_SHARED_POOL) != 0;
}

void *yoke_device_keep(const yoke_device *dev, enum yoke_keep keep,
                       const struct yoke_keeper *keeper)
{
    static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;
    /* Every device was made by calloc, so none is const itself. */
    struct yoke_kept *kept = (struct yoke_kept *)&dev->kept[keep];
    void *data = atomic_load_explicit(&kept->data, memory_order_acquire);

    if (data) return data;
    pthread_mutex_lock(&making);
    data = atomic_load(&kept->data);
    if (!data && (data = keeper->make(dev)) != NULL) {
        kept->release = keeper->release;
        atomic_store_explicit(&kept->data, data, memory_order_release);
    }
    pthread_mutex_unlock(&making);
    return data;
}

_Atomic uint8_t *yoke_device_verdicts(const yoke_device *dev)
{
    return (_Atomic uint8_t *)dev->verdicts;
}

void yoke_device_identity(const yoke_device *dev, char *text, size_t size_bytes)
{
    const struct yoke_device_record *rec = &dev->rec;
    const struct yoke_device_info *info = &rec->info;

    snprintf(text, size_bytes, "%s | %s | %s | %s | %s | %u units of %u floats%s%s%s%s", info->name,
             info->vendor, info->driver, info->version, rec->platform_version,
             (unsigned)info->units, (unsigned)info->vector_f32,
             rec->processor[0] ? " | processor " : "", rec->processor,
             rec->environment[0] ? " | environment " : "", rec->environment);
}

yoke_status yoke_device_open_again(const char *id, const char *identity, yoke_device **out)
{
    const struct yoke_log silent = { NULL, NULL };
    char found[YOKE_IDENTITY_MAX];
    yoke_status st = YOKE_OK;
    size_t n;

    TRY(yoke_devices_open(id, &silent, yoke_wait_ms(0), out, 1, &n));
    yoke_device_identity(*out, found, sizeof found);
    if (strcmp(found, identity) != 0) {
        yoke_device_close(out);
        st = yoke_fail(YOKE_ERR_DEVICE, "finds another device as %s: %.200s", id, found);
    }
out:
    return st;
}
