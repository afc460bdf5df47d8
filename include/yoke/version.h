/* yoke/version.h - which Yoke this is.
 * SPDX-License-Identifier: MIT
 *
 * The macros are the version that a program was compiled against, yoke_version() is the one that it
 * runs with. Before 1.0 a new minor version may change the interface, and then has a new soname. */
#ifndef YOKE_VERSION_H
#define YOKE_VERSION_H

#include "yoke/api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define YOKE_VERSION_MAJOR 0
#define YOKE_VERSION_MINOR 1
#define YOKE_VERSION_PATCH 0

/* A number to compare, as in #if YOKE_VERSION >= YOKE_MAKE_VERSION(0, 2, 0). */
#define YOKE_MAKE_VERSION(major, minor, patch) (((major) << 16) | ((minor) << 8) | (patch))
#define YOKE_VERSION                                                                               \
    YOKE_MAKE_VERSION(YOKE_VERSION_MAJOR, YOKE_VERSION_MINOR, YOKE_VERSION_PATCH)

/* "0.1.0", a constant string. Safe from any thread. */
YOKE_API const char *yoke_version(void);

#ifdef __cplusplus
}
#endif
#endif /* YOKE_VERSION_H */
