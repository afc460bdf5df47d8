/* yoke/team.h - the devices that pull together.
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

/* Devices opened together, each with a context and, but for the first, a host thread of its own,
 * over which one operation is split. Devices that are the same hardware under two platforms are
 * alternatives: an operation uses those of one platform, the one that measured faster.
 *
 * Lifetime: destroy queues, buffers and kernels of its devices first.
 * Threads:  operations may be started on one team from any thread; they run one after another.
 *           Teams may be created and destroyed in several threads at once.
 * Forks:    a child that is forked after the first team or yoke_system cannot use OpenCL, whose
 *           drivers do not survive that: there every function that comes to a device gives
 *           YOKE_ERR_DEVICE, and what is destroyed is left to the end of the process. Fork before,
 *           or exec after. */
typedef struct yoke_team yoke_team;

/* Most devices of one team. */
#define YOKE_TEAM_MAX 64

/* All-zero is a valid default for every field. */
struct yoke_team_params {
    /* Which devices: comma-separated terms, each an id ("0:1"), a type ("gpu", "cpu",
     * "accelerator", "custom"), a part of a name or vendor, or any of these after '!' to exclude.
     * NULL: the environment's YOKE_DEVICES, and without it every usable device. */
    const char *select;

    /* Called with each log line (no newline) and with compilers' build logs, from any thread. It
     * must not call Yoke. A line of yoke_team_create says so where the kernel cache (yoke/cache.h)
     * cannot be used, since then every process compiles anew. */
    void (*log)(void *user, const char *line);
    void *log_user;

    /* How many microseconds a thread that waits looks before it sleeps: your own, the team's, and
     * on PoCL one of the driver's after each operation (its own sleep at once). Being woken up
     * takes as long as a small product. While it looks it leaves the processor to others that want
     * it. 0 is the default, 300; a negative number never looks. */
    double spin_us;
};

/* Open the selected devices. params may be NULL. On success the caller owns *out; on failure it
 * is NULL.
 *
 *   YOKE_ERR_INVALID      out is NULL, a term of the selection matches nothing, or the
 *                         environment's YOKE_VECTOR_WIDTH is none of 4, 8, 16
 *   YOKE_ERR_UNSUPPORTED  no usable device, or a device asked for by id is not usable
 *   YOKE_ERR_LIMIT        more than YOKE_TEAM_MAX devices
 *   YOKE_ERR_NO_MEMORY    the host or a device is out of memory
 *   YOKE_ERR_DEVICE       no selected device could be opened, or as of yoke_system_create
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_team_create(const struct yoke_team_params *params,
                                                      yoke_team **out);

/* Devices in the team, in the order of their ids. */
YOKE_API size_t yoke_team_device_count(const yoke_team *team);

/* The i-th device, owned by the team; NULL when there are not that many. */
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
