/* peer.c - the process of a peer, seen from both sides.
 * SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "peer.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/paired.h"
#include "peer_library.h"

enum { ANSWER_LIMIT_MS = 600 * 1000 };

enum peer_command { PEER_LOAD, PEER_PREPARE, PEER_BURST };

/* One question and its answer; a byte over the socket says that either is there. */
struct peer_channel {
    enum peer_command command;
    struct peer_setup setup;
    struct job job;
    size_t warm_ups, reps;

    char sentence[PEER_SENTENCE]; /* "" when all is well */
    struct peer_identity who;
    struct peer_method how;
    double ms[PEER_MAX_REPS];
};

const struct peer_api *peer_find(const char *name)
{
    static const struct peer_api *const all[] = { &peer_openblas, &peer_onednn, &peer_clblast };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(all[i]->name, name)) return all[i];
    return NULL;
}

/* The process's side. */

static void answer(struct peer_channel *ch, const char *sentence)
{
    snprintf(ch->sentence, sizeof ch->sentence, "%s", sentence ? sentence : "");
}

/* What the process is told when it is forked. */
struct orders {
    const struct peer_api *api;
    const char *library, *core;
};

static void serve_load(const struct orders *orders, struct peer_channel *ch)
{
    const struct peer_api *api = orders->api;
    void *library;

    peer_library_clean_environment(ch->setup.threads);
    if (orders->core) setenv(api->core_variable, orders->core, 1);
    library = peer_library_open(api, orders->library, ch->sentence, sizeof ch->sentence);
    if (library) answer(ch, api->load(library, &ch->setup, &ch->who));
}

static void serve_prepare(const struct peer_api *api, struct peer_channel *ch)
{
    answer(ch, api->prepare(&ch->job, &ch->how));
    if (!ch->sentence[0]) api->collect();
}

static bool run_api(void *api)
{
    ((const struct peer_api *)api)->run();
    return true;
}

static void serve_burst(const struct peer_api *api, struct peer_channel *ch)
{
    answer(ch, NULL);
    yoke_burst_take(run_api, (void *)api, ch->warm_ups, ch->reps, ch->ms);
}

static _Noreturn void serve(const struct orders *orders, struct peer_channel *ch, int fd)
{
    char byte;

    /* A stopped process does not see that its parent has died. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (read(fd, &byte, 1) == 1) {
        if (ch->command == PEER_LOAD) serve_load(orders, ch);
        if (ch->command == PEER_PREPARE) serve_prepare(orders->api, ch);
        if (ch->command == PEER_BURST) serve_burst(orders->api, ch);
        if (write(fd, &byte, 1) != 1) break;
    }
    _exit(0);
}

/* Our side. */

/* Stop the process and see it stopped: the signal alone takes effect some time later. */
static bool stop(struct peer *peer)
{
    int status;
    pid_t got;

    kill(peer->pid, SIGSTOP);
    do
        got = waitpid(peer->pid, &status, WUNTRACED);
    while (got < 0 && errno == EINTR);
    if (got == peer->pid && WIFSTOPPED(status)) return true;
    if (got == peer->pid && WIFSIGNALED(status))
        bench_fail("%s died: %s", peer->api->name, strsignal(WTERMSIG(status)));
    else
        bench_fail("%s's process ended", peer->api->name);
    peer->pid = 0;
    return false;
}

static bool answered(struct peer *peer)
{
    struct pollfd ready = { peer->fd, POLLIN, 0 };
    char byte;
    int n;

    do
        n = poll(&ready, 1, ANSWER_LIMIT_MS);
    while (n < 0 && errno == EINTR);
    return n == 1 && read(peer->fd, &byte, 1) == 1;
}

static bool ask(struct peer *peer, enum peer_command command)
{
    const char byte = 0;
    bool told;

    if (!peer->pid) return false;
    peer->channel->command = command;
    kill(peer->pid, SIGCONT);
    told = send(peer->fd, &byte, 1, MSG_NOSIGNAL) == 1 && answered(peer);
    if (!stop(peer)) return false;
    if (!told) {
        bench_fail("%s did not answer within %d s", peer->api->name, ANSWER_LIMIT_MS / 1000);
        peer_end(peer);
        return false;
    }
    if (!peer->channel->sentence[0]) return true;
    return bench_false("%s: %s", peer->api->name, peer->channel->sentence);
}

bool peer_start(struct peer *peer, const struct peer_api *api, const char *library,
                const char *core)
{
    const struct orders orders = { api, library, core };
    struct peer_channel *ch;
    int fds[2];

    *peer = (struct peer){ .api = api, .fd = -1 };
    if (core && !api->core_variable)
        return bench_false("%s cannot be told which processor's kernels to take", api->name);
    ch = mmap(NULL, sizeof *ch, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (ch == MAP_FAILED)
        return bench_false("no shared memory for %s: %s", api->name, strerror(errno));
    peer->channel = ch;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds)) {
        bench_fail("no socket for %s: %s", api->name, strerror(errno));
        peer_end(peer);
        return false;
    }
    fflush(NULL);
    peer->pid = fork();
    if (peer->pid == 0) {
        close(fds[0]);
        serve(&orders, ch, fds[1]);
    }
    close(fds[1]);
    peer->fd = fds[0];
    if (peer->pid > 0) return stop(peer);
    peer->pid = 0;
    bench_fail("no process for %s: %s", api->name, strerror(errno));
    peer_end(peer);
    return false;
}

bool peer_load(struct peer *peer, const struct peer_setup *setup)
{
    peer->channel->setup = *setup;
    if (!ask(peer, PEER_LOAD)) return false;
    peer->who = peer->channel->who;
    return true;
}

bool peer_prepare(struct peer *peer, const struct job *job)
{
    peer->channel->job = *job;
    if (!ask(peer, PEER_PREPARE)) return false;
    peer->how = peer->channel->how;
    return true;
}

bool peer_burst(struct peer *peer, size_t warm_ups, size_t reps, double *ms)
{
    peer->channel->warm_ups = warm_ups;
    peer->channel->reps = reps;
    if (!ask(peer, PEER_BURST)) return false;
    memcpy(ms, peer->channel->ms, reps * sizeof *ms);
    return true;
}

void peer_end(struct peer *peer)
{
    if (peer->pid > 0) {
        kill(peer->pid, SIGKILL);
        waitpid(peer->pid, NULL, 0);
    }
    if (peer->fd >= 0 && peer->channel) close(peer->fd);
    if (peer->channel) munmap(peer->channel, sizeof *peer->channel);
    *peer = (struct peer){ .fd = -1 };
}
