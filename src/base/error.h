/* error.h - a status for the program and a sentence for the person, set by one call.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_ERROR_H
#define YOKE_BASE_ERROR_H

#include "yoke/status.h"

/* Record why, for yoke_last_error(), and return st. */
yoke_status yoke_fail(yoke_status st, const char *fmt, ...) YOKE_PRINTF(2, 3);

/* Run expr; if it fails, keep its status in `st` and leave through `out`.
 * The only macro in yoke that changes control flow. */
#define TRY(expr)                                                                                  \
    do {                                                                                           \
        st = (expr);                                                                               \
        if (st != YOKE_OK) goto out;                                                               \
    } while (0)

#endif /* YOKE_BASE_ERROR_H */
