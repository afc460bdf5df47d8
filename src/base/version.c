/* version.c - which Yoke this is.
 * SPDX-License-Identifier: MIT */
#include "yoke/version.h"

#define TEXT_(x) #x
#define TEXT(x)  TEXT_(x)

const char *yoke_version(void)
{
    return TEXT(YOKE_VERSION_MAJOR) "." TEXT(YOKE_VERSION_MINOR) "." TEXT(YOKE_VERSION_PATCH);
}
