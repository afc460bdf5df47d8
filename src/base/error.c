/* error.c - the sentence of the last failure, one per thread.
 * SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local char last_error[1024];

yoke_status yoke_fail(yoke_status st, const char *fmt, ...)
{
    char sentence[sizeof last_error]; /* an argument may be the last error itself */
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(sentence, sizeof sentence, fmt, ap);
    va_end(ap);
    memcpy(last_error, sentence, sizeof last_error);
    return st;
}

const char *yoke_last_error(void)
{
    return last_error;
}

const char *yoke_status_name(yoke_status status)
{
    switch (status) {
    case YOKE_OK: return "YOKE_OK";
    case YOKE_ERR_INVALID: return "YOKE_ERR_INVALID";
    case YOKE_ERR_LIMIT: return "YOKE_ERR_LIMIT";
    case YOKE_ERR_UNSUPPORTED: return "YOKE_ERR_UNSUPPORTED";
    case YOKE_ERR_NO_MEMORY: return "YOKE_ERR_NO_MEMORY";
    case YOKE_ERR_BUILD: return "YOKE_ERR_BUILD";
    case YOKE_ERR_DEVICE: return "YOKE_ERR_DEVICE";
    case YOKE_ERR_IO: return "YOKE_ERR_IO";
    }
    return "unknown status";
}
