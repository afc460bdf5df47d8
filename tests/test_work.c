/* test_work.c - kernels whose work-groups draw chunks: stopped, resumed, and after a failure.
 * SPDX-License-Identifier: MIT */
#include <check.h>
#include <string.h>

#include "base/text.h"
#include "device/queue.h"
#include "harness.h"
#include "kernel/sources.h"
#include "op/plan.h"
#include "op/work.h"
#include "ops/gemm/gemm.h"

enum { N = 70 };

static float ones[N * N];

static yoke_buffer *make_buffer_of(size_t size_bytes, void *initial)
{
    const struct yoke_buffer_params params = { .size_bytes = size_bytes, .initial = initial };
    yoke_buffer *buf = NULL;

    EXPECT_OK(yoke_buffer_create(test_device, &params, &buf));
    return buf;
}

static yoke_buffer *make_buffer(float *initial)
{
    return make_buffer_of(sizeof ones, initial);
}

/* Whether a product by the queue is right. */
static bool is_right(const yoke_buffer *A)
{
    const struct yoke_gemm g = { .M = N, .N = N, .K = N };
    static float out[N * N];
    size_t n_right = 0;

    memset(out, 0xff, sizeof out);
    yoke_buffer *C = make_buffer(out);
    EXPECT_OK(yoke_gemm_enqueue(test_queue, &g, C, A, A, NULL));
    EXPECT_OK(yoke_buffer_read(test_queue, C, 0, out, sizeof out));
    yoke_buffer_destroy(&C);
    for (size_t i = 0; i < N * N; i++)
        n_right += out[i] == (float)N;
    return n_right == N * N;
}

/* As after a launch that was counted and never ran. */
static void lose_chunks(void)
{
    yoke_queue_counter(test_queue)->next += 1000;
}

/* Wait for a command of the queue that failed. */
static void wait_for_failure(cl_int status)
{
    cl_event cl = clCreateUserEvent(test_device->ctx, NULL);
    yoke_event *ev = NULL;

    ck_assert_ptr_nonnull(cl);
    ck_assert_int_eq(clSetUserEventStatus(cl, status), CL_SUCCESS);
    EXPECT_OK(yoke_queue_begin(test_queue));
    EXPECT_OK(yoke_queue_end(test_queue, CL_SUCCESS, "a test", cl, false, &ev));
    EXPECT_FAILURE(yoke_event_wait(ev), YOKE_ERR_NO_MEMORY);
    yoke_event_destroy(&ev);
}

START_TEST(later_launches_recover)
{
    for (size_t i = 0; i < N * N; i++)
        ones[i] = 1.0f;
    yoke_buffer *A = make_buffer(ones);

    for (int i = 0; i < 2; i++) {
        ck_assert(is_right(A));
        lose_chunks();
        wait_for_failure(CL_MEM_OBJECT_ALLOCATION_FAILURE);
        ck_assert(is_right(A));
        ck_assert(is_right(A));
        lose_chunks();
        EXPECT_FAILURE(yoke_queue_check(test_queue, CL_OUT_OF_RESOURCES, "a test"),
                       YOKE_ERR_DEVICE);
    }
    ck_assert(is_right(A));
    yoke_buffer_destroy(&A);
}
END_TEST

/* The event keeps what it shares with its queue. */
START_TEST(event_outlives_queue)
{
    cl_event cl = clCreateUserEvent(test_device->ctx, NULL);
    yoke_event *ev = NULL;
    yoke_queue *q = NULL;

    ck_assert_ptr_nonnull(cl);
    ck_assert_int_eq(clSetUserEventStatus(cl, CL_MEM_OBJECT_ALLOCATION_FAILURE), CL_SUCCESS);
    EXPECT_OK(yoke_queue_create(test_device, &q));
    EXPECT_OK(yoke_queue_begin(q));
    EXPECT_OK(yoke_queue_end(q, CL_SUCCESS, "a test", cl, false, &ev));
    yoke_queue_destroy(&q);
    EXPECT_FAILURE(yoke_event_wait(ev), YOKE_ERR_NO_MEMORY);
    yoke_event_destroy(&ev);
}
END_TEST

/* The chunks of a launch of 4 work-groups, each of which leaves after two. */
enum { CHUNKS = 1001, GROUPS = 4, LIMIT = 2 };
static const char leaving[] =
    "__kernel void leaving(__global uint *times, volatile __global uint *counter,\n"
    "                      const struct yoke_work work, const uint limit)\n"
    "{\n"
    "    uint chunk;\n"
    "    for (uint i = 0; i < limit && work_draw(counter, &work, &chunk); i++)\n"
    "        atomic_inc(times + chunk);\n"
    "}\n";

static yoke_kernel *make_leaving(void)
{
    static const char *const parts[] = { "yoke.clh", "abi/types.h", "abi/work.h", "work.clh" };
    struct yoke_kernel_params params = { .name = "leaving",
                                         .options = "-DDTYPE=F32 -DCOMPLEX=0 -DHAVE_FMA=0" };
    struct yoke_text text = { 0 };
    yoke_kernel *kernel = NULL;

    for (size_t part = 0; part < sizeof parts / sizeof *parts; part++)
        for (size_t i = 0; i < yoke_n_sources; i++)
            if (strcmp(yoke_sources[i].name, parts[part]) == 0)
                yoke_text_add(&text, "%s\n", yoke_sources[i].text);
    yoke_text_add(&text, "%s", leaving);
    params.source = yoke_text_get(&text);
    EXPECT_OK(yoke_kernel_create(test_device, &params, &kernel));
    yoke_text_deinit(&text);
    return kernel;
}

/* Launch it from the counter's chunk on. */
static void launch_leaving(struct yoke_counter *c, yoke_kernel *kernel, yoke_buffer *times)
{
    const struct yoke_launch launch = { .global = { GROUPS }, .local = { 1 } };
    const uint32_t limit = LIMIT;
    struct yoke_work work;

    EXPECT_OK(yoke_work_begin(c, test_device, CHUNKS, &work));
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(times), YOKE_ARG_BUFFER(c->memory),
                                     YOKE_ARG_VALUE(work), YOKE_ARG_VALUE(limit) };
    EXPECT_OK(yoke_kernel_enqueue(test_queue, kernel, &launch, args, 4, NULL));
    yoke_work_queued(c, GROUPS);
}

/* Groups that leave early, and a host that goes on where they left, do every chunk once. The
 * counter wraps around on the way. */
START_TEST(host_resumes_what_was_left)
{
    static uint32_t times[CHUNKS];
    uint32_t start = UINT32_MAX - CHUNKS / 2, chunk = 0;
    struct yoke_counter c = { .memory = make_buffer_of(sizeof start, &start), .next = start };
    yoke_buffer *buf = make_buffer_of(sizeof times, times);
    yoke_kernel *kernel = make_leaving();
    int launches = 0;

    for (; chunk < CHUNKS; launches++) {
        yoke_work_resume(&c, chunk);
        launch_leaving(&c, kernel, buf);
        const uint32_t before = chunk;
        EXPECT_OK(yoke_work_read(&c, test_queue, &chunk));
        ck_assert_uint_eq(chunk,
                          before + GROUPS * LIMIT < CHUNKS ? before + GROUPS * LIMIT : CHUNKS);
    }
    ck_assert_int_eq(launches, CHUNKS / (GROUPS * LIMIT) + 1);
    EXPECT_OK(yoke_buffer_read(test_queue, buf, 0, times, sizeof times));
    for (int i = 0; i < CHUNKS; i++)
        ck_assert_msg(times[i] == 1, "chunk %d was drawn %u times", i, times[i]);
    yoke_kernel_destroy(&kernel);
    yoke_buffer_destroy(&buf);
    yoke_counter_reset(&c);
}
END_TEST

/* Products whose chunks are run in parts: C := A B + C, of ones, so that an element is 1 + SIDE
 * where its chunk has been done once. Chunks do not reach from matrix to matrix. */
enum { BATCH = 4, SIDE = N / 2 };

struct parts {
    struct yoke_plan *plan;
    yoke_buffer *C, *A;
    struct yoke_step whole; /* as planned */
    size_t n_chunks;
};

static void parts_init(struct parts *x, const char *variant, size_t M)
{
    const double one = 1;
    const struct yoke_gemm g = {
        .M = M,
        .N = SIDE,
        .K = SIDE,
        .beta = &one,
        .variant = variant,
        .batch = BATCH,
        .stride_a = YOKE_STRIDE_SHARED,
        .stride_b = YOKE_STRIDE_SHARED,
    };
    struct yoke_gemm_problem p;

    for (size_t i = 0; i < N * N; i++)
        ones[i] = 1.0f;
    EXPECT_OK(yoke_gemm_prepare(&g, &p));
    EXPECT_OK(yoke_plan_make(
        test_device,
        yoke_variant_find(yoke_gemm_class.variants, yoke_gemm_class.n_variants, variant), &p,
        &x->plan));
    ck_assert_uint_eq(x->plan->n_steps, 1);
    x->A = make_buffer(ones);
    x->C = make_buffer(ones);
    x->whole = x->plan->steps[0];
    x->n_chunks = x->whole.n_chunks;
    ck_assert_uint_ge(x->n_chunks, BATCH);
}

static void parts_deinit(struct parts *x)
{
    yoke_plan_release(x->plan);
    yoke_buffer_destroy(&x->C);
    yoke_buffer_destroy(&x->A);
}

/* Launch all chunks before `to`. */
static void parts_launch(struct parts *x, size_t to)
{
    const struct yoke_bindings bindings = { { x->C, x->A, x->A } };
    struct yoke_step *step = &x->plan->steps[0];
    struct yoke_work work;

    *step = x->whole;
    step->n_chunks = to;
    memcpy(&work, step->block + step->work_at, sizeof work);
    ck_assert_uint_eq(work.n_chunks, x->n_chunks);
    work.n_chunks = (uint32_t)to;
    memcpy(step->block + step->work_at, &work, sizeof work);
    EXPECT_OK(yoke_plan_enqueue(test_queue, x->plan, &bindings, NULL));
}

/* Run chunks from..to - 1 and ask the counter how far it came. */
static void parts_run(struct parts *x, size_t from, size_t to)
{
    struct yoke_counter *counter = yoke_queue_counter(test_queue);
    uint32_t chunk;

    if (to == 0) return;
    yoke_work_resume(counter, (uint32_t)from);
    parts_launch(x, to);
    EXPECT_OK(yoke_work_read(counter, test_queue, &chunk));
    ck_assert_uint_eq(chunk, to);
}

/* How many of the first n elements of C have been done so many times; C is then all ones again. */
static size_t parts_done(struct parts *x, size_t n, int times)
{
    static float got[N * N];
    size_t done = 0;

    EXPECT_OK(yoke_buffer_read(test_queue, x->C, 0, got, sizeof got));
    EXPECT_OK(yoke_buffer_write(test_queue, x->C, 0, ones, sizeof ones));
    EXPECT_OK(yoke_queue_finish(test_queue));
    for (size_t i = 0; i < n; i++)
        done += got[i] == 1.0f + (float)(times * SIDE);
    return done;
}

static const struct {
    const char *variant;
    size_t M;
} stopped[] = { { "gemm_tile", SIDE }, { "gemm_skinny", 2 } };

START_TEST(products_resume_at_every_chunk)
{
    const size_t M = stopped[_i].M, n = BATCH * M * SIDE;
    struct parts x;

    parts_init(&x, stopped[_i].variant, M);
    for (size_t k = 0; k <= x.n_chunks; k++) {
        parts_run(&x, k, x.n_chunks);
        const size_t late = parts_done(&x, n, 1);
        ck_assert_uint_eq(late == 0, k == x.n_chunks);
        ck_assert_uint_eq(late == n, k == 0);
        parts_run(&x, 0, k);
        ck_assert_uint_eq(parts_done(&x, n, 0), late);
        parts_run(&x, 0, k);
        parts_run(&x, k, x.n_chunks);
        ck_assert_uint_eq(parts_done(&x, n, 1), n);
        yoke_counter_reset(yoke_queue_counter(test_queue));
        parts_run(&x, 0, x.n_chunks);
        parts_run(&x, 0, x.n_chunks);
        ck_assert_uint_eq(parts_done(&x, n, 2), n);
        yoke_work_resume(yoke_queue_counter(test_queue), (uint32_t)k);
        parts_launch(&x, x.n_chunks);
        parts_launch(&x, x.n_chunks);
        ck_assert_uint_eq(parts_done(&x, n, 1), n - late);
    }
    parts_deinit(&x);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("work");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, harness_open_device, harness_close_device);
    tcase_add_test(tc, later_launches_recover);
    tcase_add_test(tc, event_outlives_queue);
    tcase_add_test(tc, host_resumes_what_was_left);
    tcase_add_loop_test(tc, products_resume_at_every_chunk, 0, sizeof stopped / sizeof *stopped);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
