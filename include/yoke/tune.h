/* yoke/tune.h - measure which variant of an operator is fastest here, and remember it.
 * SPDX-License-Identifier: MIT
 *
 * Without tuning, the first variant of an operator's table that suits runs. Tuning a shape measures
 * the variants that can run and writes the best one into a database, a text file with one entry a
 * line, which every later process reads: for that shape, and for others that fall into its bucket
 * (dimensions up to 16 are buckets of their own; above, each octave has two: 17 to 24, 25 to 32, 33
 * to 48, 49 to 64 and so on). Entries count for one device, driver, processor (of a device on the
 * host's cores), setting of the variables that steer compilers (yoke/cache.h) and version of the
 * kernels. Databases are merged by concatenation: later entries win.
 *
 * They are the files in $YOKE_TUNE_DB (absolute paths joined by ':', the last one is written), else
 * $XDG_DATA_HOME/yoke/tune.db, else $HOME/.local/share/yoke/tune.db; before them come the defaults
 * that Yoke ships. An empty YOKE_TUNE_DB leaves only those, YOKE_TUNE=0 turns all of it off, and in
 * a program with rights that its user has not (set-user-id, file capabilities) there are only the
 * shipped defaults. A file that is larger than 4 MiB, a symbolic link, writable by every user or
 * owned by another user than root is not read, nor are those after the thirtieth; lines that are no
 * entries, or a later version's, count for nothing and stay when the file is written. Of both the
 * team's log tells, and yoke_op_explain. A device reads them at its first operation, and
 * again after each tuning on it.
 *
 * Who writes one locks a file beside it, its name with ".lock" at the end, and waits for others for
 * 5 s at most, no longer than the budget. */
#ifndef YOKE_TUNE_H
#define YOKE_TUNE_H

#include <stdbool.h>
#include <stddef.h>

#include "yoke/op.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Why a variant serves a shape. */
enum yoke_tune_source {
    YOKE_TUNE_BY_ORDER = 0, /* nothing was tuned: the first variant that suits         */
    YOKE_TUNE_BY_SHAPE,     /* tuned for this shape on this device                     */
    YOKE_TUNE_BY_BUCKET,    /* tuned for another shape of the same bucket              */
    YOKE_TUNE_BY_CLASS,     /* an entry for all devices of this kind                   */
};

/* "order", "shape", "bucket" or "class". */
YOKE_API const char *yoke_tune_source_name(enum yoke_tune_source source);

/* What became of a variant that was a candidate. */
enum yoke_tune_outcome {
    YOKE_TUNE_UNTRIED = 0, /* the budget ended before, or what stopped it says nothing of it */
    YOKE_TUNE_BEST,        /* serves the shape from now on                             */
    YOKE_TUNE_SLOWER,      /* measured, and no faster by more than noise               */
    YOKE_TUNE_REFUSED,     /* it could not run here: memory, a limit of the device     */
    YOKE_TUNE_QUARANTINED, /* wrong, hanging or crashing: never chosen again here      */
};

/* "untried", "best", "slower", "refused" or "quarantined". */
YOKE_API const char *yoke_tune_outcome_name(enum yoke_tune_outcome outcome);

struct yoke_tune_variant {
    const char *name;
    enum yoke_tune_outcome outcome;
    double ms;       /* median of its timed runs; 0 where there were none             */
    double ratio;    /* median of the paired ratios: time of the untuned variant / its own,
                      * above 1 is faster; 0 where there were none                    */
    double spread;   /* median distance of those ratios from their median             */
    size_t n_rounds; /* of pairs                                                      */
    const char *why; /* one sentence, where something kept it from being measured; or ""  */
};

/* What a tuning found. Only yoke_op_tune makes one, with all that it points to, since the library
 * may know more fields than the caller: later versions add them at the end.
 *
 * Lifetime: independent of the device; until yoke_tune_result_destroy.
 * Threads:  free, except for destroy. */
struct yoke_tune_result {
    const char *variant; /* that serves the shape now                                 */
    const char *untuned; /* that did before anything was tuned                        */
    double ratio;        /* time of the untuned one / of this one                     */
    double time_s;       /* that tuning took                                          */
    const char *path;    /* of the database with the entry; "" where databases are off */
    const struct yoke_tune_variant *const *variants; /* in the order of the table     */
    size_t n_variants;
};

/* Free *result and set it to NULL. Does nothing when *result is NULL already. */
YOKE_API void yoke_tune_result_destroy(struct yoke_tune_result **result);

struct yoke_tune_progress {
    const char *what;    /* "checking" or "timing"                                    */
    const char *variant; /* the candidate at hand                                     */
    double done;         /* part of the budget that is spent, 0 to 1                  */
};

/* All-zero is a valid default for every field. */
struct yoke_tune_params {
    double budget_s;      /* seconds in all, compiling included; 0 is 10. What was compiled is
                           * kept, so that a second tuning gets further               */
    double trial_limit_s; /* a candidate that gives no answer in so many seconds of the processor's
                           * time hangs; 0 is 60                                      */
    const char *db_path;  /* the database to write, a file in a directory that exists; NULL: as
                           * the environment says                                     */
    void (*progress)(void *user, const struct yoke_tune_progress *progress);
    void *progress_user;
};

/* Find the fastest variant for operations of the descriptor's type and shape on dev, with arrays of
 * its own: dense, without scalars, epilogue, tf32 or packed operands, whatever the descriptor says
 * of these. Each candidate is first built, run and checked in a child process, against the bound of
 * the operator's header and on small integers exactly; one that is wrong, does not compile, crashes
 * (SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT) or uses the processor without an answer, and does so
 * again in a second child, is put into quarantine, which yoke_tune_forgive lifts. What may have
 * come from outside (another signal, a lack of memory or resources, the budget's end) leaves it
 * untried; and the last variant of the table, which takes any problem, is never put there. The
 * others run in turns with the best so far; one replaces it only where the median of the paired
 * ratios is better by 3 % and by more than their spread. params may be NULL. On success the caller
 * owns *out (yoke_tune_result_destroy), and after YOKE_ERR_IO too; otherwise it is NULL. While it
 * runs, the device should have nothing else to do.
 *
 *   YOKE_ERR_INVALID      a NULL argument, a bad descriptor, a dimension of 0, a variant asked for
 *   YOKE_ERR_LIMIT        the arrays are past the device's or the host's limits
 *   YOKE_ERR_UNSUPPORTED  the device lacks the type, or the program for the child is missing
 *   YOKE_ERR_NO_MEMORY    the host or the device is out of memory
 *   YOKE_ERR_IO           the database cannot be written, or another process has it locked; the
 *                         result is complete, and this process uses it
 *   YOKE_ERR_DEVICE       the device failed
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_op_tune(yoke_device *dev, const struct yoke_op *op,
                                                  const struct yoke_tune_params *params,
                                                  struct yoke_tune_result **out);

/* Why a variant runs. Only yoke_op_explain makes one; as of struct yoke_tune_result, later versions
 * add fields at the end, and it is independent of the device. */
struct yoke_tune_reason {
    const char *variant;          /* that serves the shape                             */
    enum yoke_tune_source source; /* why                                               */
    double ratio;         /* how many times as fast as the untuned variant, as measured then   */
    const char *sentence; /* all that in words, with the variants in quarantine, and the files and
                           * lines of databases that were not understood               */
};

/* Say which variant yoke_op_enqueue would run on dev, and why. On success the caller owns *out
 * (yoke_tune_reason_destroy); on failure it is NULL. Statuses as of yoke_op_run. */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_op_explain(yoke_device *dev, const struct yoke_op *op,
                                                     struct yoke_tune_reason **out);

/* Free *reason and set it to NULL. Does nothing when *reason is NULL already. */
YOKE_API void yoke_tune_reason_destroy(struct yoke_tune_reason **reason);

/* Lift the quarantine of a variant of any operator on dev, or of all that are in one there where
 * variant is NULL: in the database that is written, in this process, and for every type. *n (may be
 * NULL) counts the entries that went. What the other databases say stays. The next tuning tries the
 * variants again.
 *
 *   YOKE_ERR_INVALID    dev is NULL, or there is no variant of that name
 *   YOKE_ERR_IO         the database cannot be read or written
 *   YOKE_ERR_NO_MEMORY  the host is out of memory
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_tune_forgive(yoke_device *dev, const char *variant,
                                                       size_t *n);

/* Write the entries of all databases that the environment names, of whatever device or version,
 * into one file, without those that later ones replace.
 *
 *   YOKE_ERR_INVALID    path is NULL
 *   YOKE_ERR_IO         databases are off, the entries are more than 4 MiB, or the file cannot be
 *                       written
 *   YOKE_ERR_NO_MEMORY  the host is out of memory
 */
YOKE_API YOKE_MUST_CHECK yoke_status yoke_tune_export(const char *path);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_TUNE_H */
