/* trial.h - the first run of variants, in a child process that may hang or crash in our place.
 * SPDX-License-Identifier: MIT
 *
 * The child (base/helper.h) is started as
 *
 *   yoke-helper trial OPERATOR DEVICE IDENTITY MILLISECONDS TYPE KEY VARIANT...
 *
 * and is "ready" when it has the device. Each variant in turn begins; VALUE of one that passes is
 * the microseconds of a run after the first. No variant begins after so many milliseconds. After
 * the "end" it closes the device, which stores what it compiled. */
#ifndef YOKE_TUNE_TRIAL_H
#define YOKE_TUNE_TRIAL_H

#include "op/line.h"
#include "yoke/status.h"

/* The last four are failures of a variant. They stand only where a second child, for that variant
 * alone, ended in the same way, and some variant passed on this device. */
enum yoke_trial_end {
    YOKE_TRIAL_NOT_BEGUN,
    YOKE_TRIAL_UNKNOWN, /* the time was over, or what stopped it may have come from outside */
    YOKE_TRIAL_PASSED,  /* it ran, and was right                                            */
    YOKE_TRIAL_REFUSED,
    YOKE_TRIAL_WRONG,
    YOKE_TRIAL_BROKEN,
    YOKE_TRIAL_CRASHED,
    YOKE_TRIAL_HUNG,
};

struct yoke_trial {
    const char *variant; /* in */
    enum yoke_trial_end end;
    double ms; /* of a run; of those that passed */
    char why[YOKE_TUNE_WHY_MAX];
};

bool yoke_trial_failed(const struct yoke_trial *trial);

struct yoke_trials {
    const char *program;              /* the child's; NULL: yoke-helper */
    const char *op;                   /* its name */
    const char *device_id, *identity; /* as the child will find it */
    enum yoke_type type;
    const char *key;                 /* of the problem that is checked: op/key.h */
    double limit_ms;                 /* a variant that takes longer, also of the processor, hangs */
    double slice_ms;                 /* a variant that takes longer is late; not the first one */
    double soft_end_ms, deadline_ms; /* no variant begins after; all must be over (yoke_now_ms) */
    void (*begins)(void *user, const char *variant);
    void *user;
};

/* Try n variants, at most 64, in their order, in one child as long as it lives; then those again
 * that something speaks against.
 *
 *   YOKE_ERR_UNSUPPORTED  there is no program for the child
 *   YOKE_ERR_DEVICE       the child does not get as far as the device
 */
yoke_status yoke_trials_run(const struct yoke_trials *t, struct yoke_trial *trials, size_t n);

#endif /* YOKE_TUNE_TRIAL_H */
