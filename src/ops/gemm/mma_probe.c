/* mma_probe.c - do a device's matrix units do what cl/gemm/mma.clh says?
 * SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/element.h"
#include "base/error.h"
#include "op/self_test.h"
#include "ops/gemm/families.h"
#include "ops/gemm/mma.h"

/* More than one block and a part of one each way, and a part of a staged tile. */
enum { M = 72, N = 88, K = 80 };

/* -1, 0 or 1 from a mixed-up i: so few that every sum is exact even in bf16. */
static int digit(uint32_t i)
{
    i = (i ^ i >> 7) * 0x9e3779b1u;
    i = (i ^ i >> 15) * 0x85ebca77u;
    return (int)(i >> 16) % 3 - 1;
}

/* A by rows, B by columns, as numbers of the type. */
static void fill(enum yoke_type type, void *A, void *B)
{
    for (uint32_t i = 0; i < M * K; i++)
        yoke_element_set(type, A, i, digit(i));
    for (uint32_t i = 0; i < N * K; i++)
        yoke_element_set(type, B, i, digit(i + M * K));
}

static bool is_right(enum yoke_type type, const void *C)
{
    for (uint32_t m = 0; m < M; m++)
        for (uint32_t n = 0; n < N; n++) {
            int sum = 0;
            for (uint32_t k = 0; k < K; k++)
                sum += digit(m * K + k) * digit(n * K + k + M * K);
            if (yoke_element_get(type, C, m * N + n) != sum) return false;
        }
    return true;
}

static yoke_status put(yoke_device *dev, void *initial, size_t size_bytes, yoke_buffer **out)
{
    const struct yoke_buffer_params params = { .size_bytes = size_bytes, .initial = initial };

    return yoke_buffer_create(dev, &params, out);
}

/* C = A B by the smallest tiles. */
static yoke_status multiply(yoke_device *dev, enum yoke_type type, bool units, void *C, void *A,
                            void *B)
{
    const size_t size_bytes = yoke_type_size(type);
    const struct yoke_gemm gemm = { .M = M, .N = N, .K = K, .type = type, .trans_b = true };
    yoke_buffer *a = NULL, *b = NULL, *c = NULL;
    struct yoke_plan plan = { .dev = dev, .variant = yoke_mma_smallest() };
    struct yoke_gemm_problem p;
    yoke_queue *q = NULL;
    yoke_status st = YOKE_OK;

    TRY(yoke_gemm_prepare(&gemm, &p));
    const size_t c_bytes = M * N * yoke_type_size(yoke_gemm_type(&p, YOKE_GEMM_C));
    TRY(yoke_queue_create(dev, &q));
    TRY(put(dev, A, M * K * size_bytes, &a));
    TRY(put(dev, B, N * K * size_bytes, &b));
    TRY(put(dev, NULL, c_bytes, &c));
    TRY(yoke_mma_append(&plan, units, &p));
    TRY(yoke_plan_enqueue(q, &plan, &(struct yoke_bindings){ { c, a, b } }, NULL));
    TRY(yoke_buffer_read(q, c, 0, C, c_bytes));
out:
    yoke_plan_clear(&plan);
    yoke_queue_destroy(&q);
    yoke_buffer_destroy(&c);
    yoke_buffer_destroy(&b);
    yoke_buffer_destroy(&a);
    return st;
}

yoke_status yoke_mma_known_answer(yoke_device *dev, enum yoke_type type, bool units, bool *right)
{
    yoke_status st = YOKE_OK;
    float *room = malloc((M * K + N * K + M * N) * sizeof *room); /* no type is wider */

    *right = false;
    if (!room) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a known answer");
    float *A = room, *B = A + M * K, *C = B + N * K;
    fill(type, A, B);
    TRY(multiply(dev, type, units, C, A, B));
    *right = is_right(type == YOKE_S8 ? YOKE_S32 : type, C);
out:
    free(room);
    return st;
}

/* Whose PTX cl/gemm/mma.clh has. */
static bool may_have_units(const yoke_device *dev, const struct yoke_question *q)
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);

    (void)q;
    return info->type == YOKE_DEVICE_GPU && strstr(info->vendor, "NVIDIA");
}

/* 1 where the units are right. */
static yoke_status run(yoke_device *dev, const struct yoke_question *q, uint8_t *answer)
{
    yoke_status st = YOKE_OK;
    bool right;

    TRY(yoke_mma_known_answer(dev, (enum yoke_type)q->params[0], true, &right));
    *answer = right;
out:
    return st;
}

// clang-format off
#define QUESTION(name, type) { name, YOKE_SLOT_MMA + type, { type }, 0, may_have_units, run }
const struct yoke_question yoke_mma_questions[YOKE_N_MMA_QUESTIONS] = {
    QUESTION("mma-f32",  YOKE_F32),
    QUESTION("mma-f16",  YOKE_F16),
    QUESTION("mma-bf16", YOKE_BF16),
    QUESTION("mma-s8",   YOKE_S8),
};
// clang-format on

bool yoke_mma_probe(const yoke_device *dev, enum yoke_type type)
{
    for (size_t i = 0; i < YOKE_N_MMA_QUESTIONS; i++)
        if (yoke_mma_questions[i].params[0] == (size_t)type)
            return yoke_self_test(dev, &yoke_mma_questions[i]) != 0;
    return false;
}
