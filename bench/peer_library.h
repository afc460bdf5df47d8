/* peer_library.h - where a peer's library is, and what it may not inherit.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BENCH_PEER_LIBRARY_H
#define YOKE_BENCH_PEER_LIBRARY_H

#include "peer.h"

/* Unset the settings of mathematics libraries, then tell them the number of threads. Before
 * loading, because some read them when they are loaded. */
void peer_library_clean_environment(unsigned threads);

/* Load `file`, or without one what tools/peers brought, or else the system's. NULL with a
 * sentence of why. */
void *peer_library_open(const struct peer_api *api, const char *file, char *sentence,
                        size_t sentence_bytes);

#endif /* YOKE_BENCH_PEER_LIBRARY_H */
