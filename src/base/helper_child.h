/* helper_child.h - what a helper's program does first (helper.h).
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_HELPER_CHILD_H
#define YOKE_BASE_HELPER_CHILD_H

/* Close what was inherited and is not wanted, and have a thread end this process, and what it
 * started, when nobody listens any more at the other end of to_parent: a driver that hangs would
 * outlive the program that asked. */
void yoke_helper_child_begin(int to_parent);

#endif /* YOKE_BASE_HELPER_CHILD_H */
