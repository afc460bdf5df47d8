/* peer.h - another library, in a process of its own.
 * SPDX-License-Identifier: MIT
 *
 * The process is forked before this one touches OpenCL, and stopped whenever it has nothing to do:
 * threads of a library that spin after a call would slow down whatever is measured next. */
#ifndef YOKE_BENCH_PEER_H
#define YOKE_BENCH_PEER_H

#include <sys/types.h>

#include "job.h"

enum { PEER_MAX_REPS = 4096, PEER_SENTENCE = 512 };

struct peer_setup {
    unsigned threads;
    char device[16]; /* the id of the device, for peers that use OpenCL */
};

struct peer_identity {
    char version[64], core[64];
};

/* How it does a job. */
struct peer_method {
    char name[64];
    bool by_norm; /* no componentwise bound: Winograd */
};

/* What a peer's own file (peer_NAME.c) brings. The functions run in its process, one job at a
 * time, so they may keep state in statics. Those that return text return NULL, or a sentence that
 * says what is wrong. */
struct peer_api {
    const char *name;
    const char *built;         /* its file under build/peers; NULL: none             */
    const char *const *system; /* names for the dynamic linker, NULL-terminated     */
    const char *core_variable; /* of the environment: whose kernels to take; NULL: none */
    const char *(*load)(void *library, const struct peer_setup *setup, struct peer_identity *who);
    /* Choose the best way and run it once; whatever may be prepared beforehand is. */
    const char *(*prepare)(const struct job *job, struct peer_method *how);
    void (*run)(void);
    /* Put the last result of run into job->out_peer. */
    void (*collect)(void);
};

extern const struct peer_api peer_openblas, peer_onednn, peer_clblast;

struct peer {
    const struct peer_api *api;
    struct peer_channel *channel; /* memory shared with the process */
    pid_t pid;                    /* 0: there is none */
    int fd;
    struct peer_identity who;
    struct peer_method how; /* of the job prepared last */
};

/* The peer of that name; NULL if there is none. */
const struct peer_api *peer_find(const char *name);

/* Fork the process. library: its file, or NULL to look for it. core: the value of core_variable, or
 * NULL to let the library choose. Memory that it should see must be
 * shared and mapped before. This and the others return false after printing why. */
bool peer_start(struct peer *peer, const struct peer_api *api, const char *library,
                const char *core);

/* Load the library, with all of its settings that the environment makes undone. */
bool peer_load(struct peer *peer, const struct peer_setup *setup);

/* Get ready for a placed job, and leave its result in job->out_peer. */
bool peer_prepare(struct peer *peer, const struct job *job);

/* Run it warm_ups times, then reps (at most PEER_MAX_REPS) times, each timed. */
bool peer_burst(struct peer *peer, size_t warm_ups, size_t reps, double *ms);

/* End the process. Does nothing to a peer that is all zero. */
void peer_end(struct peer *peer);

/* In the peer's process: take a symbol of the library; false if it has none. */
bool peer_symbol(void *library, const char *prefix, const char *name, void *function_pointer);

#endif /* YOKE_BENCH_PEER_H */
