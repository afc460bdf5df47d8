/* yoke/status.h - how a call went, for the program and for the person.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_STATUS_H
#define YOKE_STATUS_H

#include "yoke/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Every function that can fail returns one of these. Yoke never prints and never exits. */
typedef enum yoke_status {
    YOKE_OK = 0,
    YOKE_ERR_INVALID,     /* the caller broke a documented precondition      */
    YOKE_ERR_LIMIT,       /* valid, but above a limit of this device         */
    YOKE_ERR_UNSUPPORTED, /* valid, but this device or build cannot do it    */
    YOKE_ERR_NO_MEMORY,   /* host or device memory is exhausted              */
    YOKE_ERR_BUILD,       /* an OpenCL program did not compile               */
    YOKE_ERR_DEVICE,      /* the driver failed, or the device was lost       */
    YOKE_ERR_IO,          /* a file could not be read or written             */
} yoke_status;

/* The name of the constant, such as "YOKE_ERR_LIMIT"; "unknown status" for any other number. A
 * constant string; safe from any thread. */
YOKE_API const char *yoke_status_name(yoke_status status);

/* One line that says why the last call of Yoke that failed on this thread did, such as
 * "buffer of 9663676416 bytes; gfx1100 allows 4294967296"; "" if none has failed.
 * Valid until the next call of Yoke on this thread. */
YOKE_API const char *yoke_last_error(void);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_STATUS_H */
