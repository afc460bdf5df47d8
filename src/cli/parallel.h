/* parallel.h - a loop over the host's processors.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_CLI_PARALLEL_H
#define YOKE_CLI_PARALLEL_H

#include <stddef.h>

/* Call body(ctx, first, last) on parts that cover 0 <= i < n, each on a thread of its own, and
 * return when all are done. Threads that cannot be started are done without. */
void parallel_for(size_t n, void (*body)(void *ctx, size_t first, size_t last), void *ctx);

#endif /* YOKE_CLI_PARALLEL_H */
