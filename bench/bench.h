/* bench.h - what the commands of yoke-bench share.
 * SPDX-License-Identifier: MIT
 *
 * Data on stdout, messages on stderr. A row is checked before it is timed; a wrong one ends the
 * run. */
#ifndef YOKE_BENCH_H
#define YOKE_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "yoke/yoke.h"

enum { BENCH_DONE = 0, BENCH_FAILED = 1, BENCH_USAGE = 2 };

enum { BENCH_MAX_LIST = 64, BENCH_MAX_PEERS = 4 };

struct bench_size {
    size_t M, N, K;
};

/* What the command line says; the lists are empty where it says nothing. */
struct bench_options {
    const char *command, *devices, *set, *variant, *json_path, *plot_path;
    enum yoke_type type;
    bool bias; /* of the epilogue, as is the activation */
    enum yoke_activation activation;
    struct bench_size sizes[BENCH_MAX_LIST];
    size_t n_sizes;
    size_t batches[BENCH_MAX_LIST];
    size_t n_batches;
    const char *trans[4]; /* "NN", "NT", "TN", "TT" */
    size_t n_trans;
    enum yoke_layout layouts[2];
    size_t n_layouts;
    const char *peers[BENCH_MAX_PEERS];
    size_t n_peers;
    const char *peer_libs[BENCH_MAX_PEERS]; /* "NAME=FILE" */
    size_t n_peer_libs;
    const char *peer_cores[BENCH_MAX_PEERS]; /* "NAME=CORE" */
    size_t n_peer_cores;
    const char *against[BENCH_MAX_PEERS]; /* "f32", "plain", or a variant */
    size_t n_against;
    size_t rounds; /* 0: as many as the time of a row asks for */
    double budget_s; /* of tune, for each shape */
    uint64_t seed;
    bool first_use; /* the child of `start` */
};

struct bench_command {
    const char *name;
    int (*run)(const struct bench_options *options);
    const char *keys; /* the options it has besides those that all have (options.c) */
};

/* Which command the arguments name, with its options. Wrong usage ends in exit status 2. */
const struct bench_command *bench_parse(int argc, char **argv, struct bench_options *options);

/* The commands, one file each: cmd_NAME.c. */
int bench_gemm(const struct bench_options *options);
int bench_conv(const struct bench_options *options);
int bench_split(const struct bench_options *options);
int bench_start(const struct bench_options *options);
int bench_tune(const struct bench_options *options);
int bench_overhead(const struct bench_options *options);

/* Print "yoke-bench: " and the sentence to stderr; return BENCH_FAILED, BENCH_USAGE or
 * false. */
int bench_fail(const char *fmt, ...) YOKE_PRINTF(1, 2);
int bench_usage(const char *fmt, ...) YOKE_PRINTF(1, 2);
bool bench_false(const char *fmt, ...) YOKE_PRINTF(1, 2);

/* Open the selected devices; NULL after printing why. */
yoke_team *bench_open_team(const char *select);

/* The folder of this executable in a buffer of its own, which the caller frees; NULL if it cannot
 * be told. */
char *bench_exe_folder(void);

#endif /* YOKE_BENCH_H */
