/* yoke/team.h - devices that share the work of one operation.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TEAM_H
#define YOKE_TEAM_H

#include <stddef.h>
#include <stdint.h>

#include "yoke/device.h"
#include "yoke/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Devices opened together, over which one operation is split. Each has a context of its own, and
 * each but the first a host thread. Devices that are the same hardware under two platforms are
 * alternatives: an operation uses those of the platform that measured faster.
 *
 * Lifetime: destroy the queues, buffers and kernels of its devices first.
 * Threads:  operations may be started on one team from any thread; they run one after another.
 *           Teams may be created and destroyed in several threads at once.
 * Forks:    drivers do not survive a fork. In a child that is forked after the first team or
 *           yoke_system was created, every function that needs a device returns YOKE_ERR_DEVICE,
 *           and destroying an object leaves its memory to the end of the process. Fork before, or
 *           exec after. */
typedef struct yoke_team yoke_team;

/* The maximum number of devices of a team. */
#define YOKE_TEAM_MAX 64

/* All-zero is a valid default for every field. */
struct yoke_team_params {
    /* Which devices: comma-separated terms, each an id ("0:1"), a type ("gpu", "cpu",
     * "accelerator", "custom"), a part of a name or vendor, or any of these after '!' to exclude.
     * NULL: YOKE_DEVICES in the environment, and every usable device where that is not set. */
    const char *select;

    /* Optional: called with each line of the log (without a newline) and with the build logs of
     * compilers, from any thread. It must not call Yoke. yoke_team_create logs a line when the
     * kernel cache (yoke/cache.h) cannot be used, since then every process compiles anew. */
    void (*log)(void *user, const char *line);
    void *log_user;

    /* How many microseconds a waiting thread polls before it sleeps: the caller's, the team's, and
     * on PoCL one worker thread of the driver after each operation (which would sleep at once).
     * Waking a thread takes as long as a small GEMM. A polling thread yields the processor to any
     * other that wants it. 0 is the default, 300; a negative number means never to poll. */
    double spin_us;
};

/* Open the selected devices. One that does not open is logged and left out, as long as another
 * does. params may be NULL. On success the caller owns *out; on failure it is NULL.
 *
 *   YOKE_ERR_INVALID      out is NULL, a term of the selection matches no device, or
 *                         YOKE_VECTOR_WIDTH in the environment is not 4, 8 or 16
 *   YOKE_ERR_UNSUPPORTED  no usable device, or a device selected by its id is not usable
 *   YOKE_ERR_LIMIT        more than YOKE_TEAM_MAX devices
 *   YOKE_ERR_NO_MEMORY    the host or a device is out of memory
 *   YOKE_ERR_DEVICE       no selected device could be opened, or as of yoke_system_create
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_team_create(const struct yoke_team_params *params,
                                                      yoke_team **out);

/* How many devices the team has; 0 for NULL. */
YOKE_API size_t yoke_team_device_count(const yoke_team *team);

/* The i-th device in the order of their ids, owned by the team; NULL when there are not that many.
 */
YOKE_API yoke_device *yoke_team_device(const yoke_team *team, size_t i);

/* Close the devices, free *team and set it to NULL. Does nothing when *team is already NULL. */
YOKE_API void yoke_team_destroy(yoke_team **team);

/* What one device did for one operation. Later versions may add fields at the end. */
struct yoke_share {
    const char *id;      /* the device, as in yoke_device_info.id                         */
    const char *variant; /* the variant that ran there; "" when the device got nothing    */
    double share;        /* the device's part of the operation, 0 to 1; all add up to 1   */
    double time_ms;      /* from its first upload to its last download, wall clock        */
    uint64_t bytes;      /* copied to and from the device; 0 where arrays are used in place */
};

/* What an operation did: yoke_gemm_run and its like fill it. Only yoke_report_create makes one,
 * since the library may know more fields than the caller: later versions add them at the end.
 *
 * Lifetime: independent of the team. What it points to is valid until the next run that is given
 *           this report, or until it is destroyed.
 * Threads:  free, except for a run that fills it and for destroy. */
struct yoke_report {
    double time_ms;   /* from the call to the complete result, wall clock                 */
    size_t n_devices; /* of the team; a device that got nothing is listed with share 0    */
    const struct yoke_share *const *devices; /* n_devices of them, in the team's order    */
};

/* Make an empty report, good for any number of runs on any teams. Filling it allocates memory only
 * for a team that is larger than those before. A run that fails leaves it as it was, or with share
 * 0 for every device. On success the caller owns *out; on failure it is NULL.
 *
 *   YOKE_ERR_INVALID    out is NULL
 *   YOKE_ERR_NO_MEMORY  the host is out of memory
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_report_create(struct yoke_report **out);

/* Free *report and set it to NULL. Does nothing when *report is already NULL. */
YOKE_API void yoke_report_destroy(struct yoke_report **report);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_TEAM_H */
