/* self_test.c - what known answers have shown of a device.
 * SPDX-License-Identifier: MIT */
#include "op/self_test.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/helper.h"
#include "base/note.h"
#include "kernel/sources.h"

_Static_assert((size_t)YOKE_SLOT_END <= YOKE_N_VERDICTS, "one verdict for each question");

enum {
    MEMORY_S = 30 * 24 * 3600,
    READY_MS = 20000, /* for a driver that takes its time to load */
    LIMIT_MS = 5000,
};

static const char note_kind[] = "self", note_text[] = "yoke-self-test 1 %u\n";

/* What one child had to say. */
struct testimony {
    enum yoke_helper_word word;
    enum yoke_helper_fate fate; /* where it fell silent */
    uint8_t answer;
    char why[YOKE_HELPER_LINE_MAX];
};

static bool note_hash(const yoke_device *dev, const struct yoke_question *q,
                      unsigned char hash[YOKE_HASH_BYTES])
{
    char identity[YOKE_IDENTITY_MAX];
    struct yoke_hash h;

    yoke_device_identity(dev, identity, sizeof identity);
    yoke_hash_begin(&h);
    yoke_hash_add_sources(&h);
    yoke_hash_add_text(&h, identity);
    yoke_hash_add_text(&h, q->name);
    return yoke_hash_end(&h, hash);
}

static bool recall(const unsigned char hash[YOKE_HASH_BYTES], uint8_t *answer)
{
    char *text = yoke_note_read(note_kind, hash, MEMORY_S);
    unsigned value;
    const bool good = text && sscanf(text, note_text, &value) == 1 && value < UINT8_MAX;

    if (good) *answer = (uint8_t)value;
    free(text);
    return good;
}

static void remember(const unsigned char hash[YOKE_HASH_BYTES], uint8_t answer)
{
    char text[64];

    snprintf(text, sizeof text, note_text, (unsigned)answer);
    yoke_note_write(note_kind, hash, text);
}

static bool hear_begin(struct yoke_helper *child, char why[YOKE_HELPER_LINE_MAX])
{
    yoke_helper_allow(child, READY_MS, yoke_now_ms() + READY_MS);
    return yoke_helper_hear(child, why) == YOKE_HELPER_READY &&
           yoke_helper_hear(child, why) == YOKE_HELPER_BEGIN;
}

/* The end of a child that has not begun the question says nothing of it. */
static bool ask_child(const char *path, const yoke_device *dev, const struct yoke_question *q,
                      struct testimony *t)
{
    char identity[YOKE_IDENTITY_MAX];
    const char *id = yoke_device_get_info(dev)->id;
    char *argv[] = { "yoke-helper", "self-test", (char *)id, identity, (char *)q->name, NULL };
    struct yoke_helper child;
    unsigned value = 0;

    *t = (struct testimony){ .fate = YOKE_FATE_DOUBTFUL, .why = "its program cannot be started" };
    yoke_device_identity(dev, identity, sizeof identity);
    if (!yoke_helper_start(&child, path, argv)) return false;
    const bool begun = hear_begin(&child, t->why);
    if (begun) {
        const double limit_ms = q->limit_ms > 0 ? q->limit_ms : LIMIT_MS;
        yoke_helper_allow(&child, limit_ms, INFINITY);
        t->word = yoke_helper_hear(&child, t->why);
    }
    if (t->word == YOKE_HELPER_PASS && sscanf(t->why, "%u", &value) == 1 && value < UINT8_MAX)
        t->answer = (uint8_t)value;
    const bool silent = child.state != YOKE_HELPER_TALKS;
    const enum yoke_helper_fate fate =
        yoke_helper_end(&child, silent ? t->why : NULL, sizeof t->why);
    if (begun && silent) t->fate = fate;
    return true;
}

/* Memory may be what a compiler lacked. */
static bool is_against(const struct testimony *t)
{
    switch (t->word) {
    case YOKE_HELPER_WRONG: return true;
    case YOKE_HELPER_BROKEN: return !yoke_helper_is_confined();
    case YOKE_HELPER_SILENT: return t->fate == YOKE_FATE_CRASHED || t->fate == YOKE_FATE_HUNG;
    default: return false;
    }
}

/* Whether what was found out is certain: it passed, or two children saw the same. */
static bool ask(const char *path, const yoke_device *dev, const struct yoke_question *q,
                uint8_t *answer)
{
    struct testimony first, second;

    *answer = 0;
    if (ask_child(path, dev, q, &first) && first.answer > 0) {
        *answer = first.answer;
        return true;
    }
    yoke_log_line(yoke_device_log(dev), "%s does without %s: the child process that tries it %s",
                  yoke_device_get_info(dev)->name, q->name, first.why);
    return is_against(&first) && ask_child(path, dev, q, &second) && second.word == first.word &&
           second.fate == first.fate;
}

static uint8_t find_answer(const char *program, const yoke_device *dev,
                           const struct yoke_question *q)
{
    unsigned char hash[YOKE_HASH_BYTES];
    const bool hashed = note_hash(dev, q, hash);
    char path[PATH_MAX];
    uint8_t answer = 0;

    if (hashed && recall(hash, &answer)) return answer;
    if (!program && !yoke_helper_find(path)) {
        yoke_log_line(yoke_device_log(dev), "%s does without %s: there is no yoke-helper to try it",
                      yoke_device_get_info(dev)->name, q->name);
        return 0;
    }
    if (ask(program ? program : path, dev, q, &answer) && hashed) remember(hash, answer);
    return answer;
}

uint8_t yoke_self_test_by(const char *program, const yoke_device *dev,
                          const struct yoke_question *q)
{
    static pthread_mutex_t asking = PTHREAD_MUTEX_INITIALIZER;
    _Atomic uint8_t *kept = &yoke_device_verdicts(dev)[q->slot];
    uint8_t known = atomic_load_explicit(kept, memory_order_relaxed);

    if (known) return (uint8_t)(known - 1);
    if (!q->applies(dev, q)) return 0;
    pthread_mutex_lock(&asking); /* others wait for the answer of one child */
    known = atomic_load(kept);
    if (!known) {
        known = (uint8_t)(find_answer(program, dev, q) + 1);
        atomic_store(kept, known);
    }
    pthread_mutex_unlock(&asking);
    return (uint8_t)(known - 1);
}

uint8_t yoke_self_test(const yoke_device *dev, const struct yoke_question *q)
{
    return yoke_self_test_by(NULL, dev, q);
}
