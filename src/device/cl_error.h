/* cl_error.h - the one place that turns an OpenCL error into a status and a sentence.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_DEVICE_CL_ERROR_H
#define YOKE_DEVICE_CL_ERROR_H

#include <CL/cl.h>

#include "base/error.h"

/* YOKE_OK for CL_SUCCESS; otherwise the status for err, and the sentence "call: NAME (number) on
 * device". device may be NULL. */
yoke_status yoke_cl_check(cl_int err, const char *call, const char *device);

/* "CL_OUT_OF_RESOURCES"; "unknown error" for a number the standard does not have. */
const char *yoke_cl_error_name(cl_int err);

#endif /* YOKE_DEVICE_CL_ERROR_H */
