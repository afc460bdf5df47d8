/* processor.h - which processor this is, as far as compilers look at it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_PROCESSOR_H
#define YOKE_BASE_PROCESSOR_H

#include <stdbool.h>

/* The host's processor: a text of 16 hexadecimal digits that is the same for all its cores and
 * calls, and another one for a processor with other instructions (on x86 also for one of another
 * model), whatever its name; "" where that cannot be found out. False where memory is short. */
enum { YOKE_PROCESSOR_HEX = 17 };
bool yoke_processor_identity(char hex[YOKE_PROCESSOR_HEX]);

#endif /* YOKE_BASE_PROCESSOR_H */
