/* ending.h - a command that is ended by a signal leaves no half-written file.
 * SPDX-License-Identifier: MIT
 *
 * For programs, not for the library, which installs no signal handlers. */
#ifndef YOKE_BASE_ENDING_H
#define YOKE_BASE_ENDING_H

/* From now on SIGINT, SIGTERM, SIGHUP and SIGXFSZ, unless they are ignored, first remove the
 * temporary files (base/writer.h) that this process has open, also those of the library. They are
 * found in /proc/self/fd. */
void yoke_ending_prepare(void);

#endif /* YOKE_BASE_ENDING_H */
