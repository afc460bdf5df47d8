/* program.h - a compiled program: from memory, from disk, or built.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_KERNEL_PROGRAM_H
#define YOKE_KERNEL_PROGRAM_H

#include <CL/cl.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/hash.h"
#include "device/device.h"
#include "kernel/sources.h"

/* What a program is made of. */
struct yoke_program_spec {
    const struct yoke_source *const *parts; /* compiled one after another, the main one last */
    size_t n_parts;
    const char *options;
};

struct yoke_program {
    struct yoke_program *next;
    unsigned char key[YOKE_HASH_BYTES];
    cl_program cl;
    bool unsaved;         /* built here, and not yet on disk */
    atomic_bool launched; /* some drivers have no whole binary before the first launch; set by
                           * whichever kernel of the program comes first */
};

/* SHA-256 over all that decides what the compiler makes of it. */
yoke_status yoke_program_key(const yoke_device *dev, const struct yoke_program_spec *spec,
                             unsigned char key[YOKE_HASH_BYTES]);

/* From the disk cache or the compiler. On success the caller owns *out (yoke_program_destroy). */
yoke_status yoke_program_create(yoke_device *dev, const struct yoke_program_spec *spec,
                                const unsigned char key[YOKE_HASH_BYTES],
                                struct yoke_program **out);
void yoke_program_destroy(struct yoke_program **program);

/* Store the binary. What goes wrong is logged, no more. */
void yoke_program_save(yoke_device *dev, struct yoke_program *program);

#endif /* YOKE_KERNEL_PROGRAM_H */
