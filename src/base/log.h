/* log.h - lines for the caller's callback.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_LOG_H
#define YOKE_BASE_LOG_H

#include "yoke/api.h"

/* Where log lines go; call is NULL where nobody listens. */
struct yoke_log {
    void (*call)(void *user, const char *line);
    void *user;
};

void yoke_log_line(const struct yoke_log *log, const char *fmt, ...) YOKE_PRINTF(2, 3);

/* Log a text of several lines, each on its own. */
void yoke_log_text(const struct yoke_log *log, const char *text);

#endif /* YOKE_BASE_LOG_H */
