/* sources.c - the .cl files as part of what things depend on.
 * SPDX-License-Identifier: MIT */
#include "kernel/sources.h"

#include "yoke/version.h"

void yoke_hash_add_sources(struct yoke_hash *h)
{
    yoke_hash_add_text(h, yoke_version());
    for (size_t i = 0; i < yoke_n_sources; i++) {
        yoke_hash_add_text(h, yoke_sources[i].name);
        yoke_hash_add_text(h, yoke_sources[i].text);
    }
}
