/* stack.h - a stack that is large enough for what drivers do on it.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BASE_STACK_H
#define YOKE_BASE_STACK_H

#include <stddef.h>

#include "yoke/status.h"

/* What calls into drivers need of the stack: their compilers; kernels that run in the caller. */
#define YOKE_STACK_TO_BUILD  ((size_t)4 << 20)
#define YOKE_STACK_TO_LAUNCH ((size_t)512 << 10)

/* call(arg) here, or where this thread's stack is smaller than that, on a thread of Yoke's own; the
 * sentence of a failure becomes this thread's. */
yoke_status yoke_call_on_stack(size_t least_bytes, yoke_status (*call)(void *arg), void *arg);

#endif /* YOKE_BASE_STACK_H */
