/* privilege.h - does this process have rights that its user has not?
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_PRIVILEGE_H
#define YOKE_BASE_PRIVILEGE_H

#include <stdbool.h>

/* A set-user-id or set-group-id program, or one with file capabilities: what its environment says
 * is somebody else's word. */
bool yoke_is_privileged(void);

#endif /* YOKE_BASE_PRIVILEGE_H */
