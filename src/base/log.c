/* log.c - lines for the caller's callback.
 * SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void yoke_log_line(const struct yoke_log *log, const char *fmt, ...)
{
    char line[1024];
    va_list ap;

    if (!log->call) return;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    log->call(log->user, line);
}

void yoke_log_text(const struct yoke_log *log, const char *text)
{
    while (*text) {
        const size_t n = strcspn(text, "\n");
        if (n > 0) yoke_log_line(log, "%.*s", (int)n, text);
        text += n + (text[n] == '\n');
    }
}
