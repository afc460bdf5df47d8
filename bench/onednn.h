/* onednn.h - the few functions of oneDNN 3 that the benchmark calls, found at run time.
 * SPDX-License-Identifier: MIT
 *
 * Names, values and prototypes as oneDNN's documentation of its C API gives them. */
#ifndef YOKE_BENCH_ONEDNN_H
#define YOKE_BENCH_ONEDNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dnnl_engine;
struct dnnl_stream;
struct dnnl_memory_desc;
struct dnnl_memory;
struct dnnl_primitive_desc;
struct dnnl_primitive;
struct dnnl_primitive_attr;

struct onednn_version {
    int major, minor, patch;
    const char *hash;
    unsigned cpu_runtime, gpu_runtime;
};

struct onednn_arg {
    int arg;
    struct dnnl_memory *memory;
};

enum {
    ONEDNN_SUCCESS = 0,
    ONEDNN_RUNTIME_OMP = 2,
    ONEDNN_RUNTIME_TBB = 4,
    ONEDNN_CPU = 1,
    ONEDNN_STREAM_IN_ORDER = 1,
    ONEDNN_F32 = 3,
    ONEDNN_TAG_ANY = 1,
    ONEDNN_FORWARD_INFERENCE = 96,
    ONEDNN_DIRECT = 1,
    ONEDNN_WINOGRAD = 2,
    ONEDNN_AUTO = 3,
    ONEDNN_QUERY_IMPL_INFO_STR = 8,
    ONEDNN_QUERY_SRC_MD = 129,
    ONEDNN_QUERY_WEIGHTS_MD = 131,
    ONEDNN_QUERY_DST_MD = 133,
    ONEDNN_ARG_SRC = 1,
    ONEDNN_ARG_DST = 17,
    ONEDNN_ARG_WEIGHTS = 33,
    ONEDNN_MAX_DIMS = 12,
};

/* Memory that oneDNN allocates itself. */
#define ONEDNN_ALLOCATE ((void *)(size_t)-1)

/* X(returned type, name without "dnnl_", parameters) */
#define ONEDNN_FUNCTIONS(X)                                                                        \
    X(const struct onednn_version *, version, (void))                                              \
    X(int, engine_create, (struct dnnl_engine * *engine, int kind, size_t index))                  \
    X(int, stream_create,                                                                          \
      (struct dnnl_stream * *stream, struct dnnl_engine * engine, unsigned flags))                 \
    X(int, stream_wait, (struct dnnl_stream * stream))                                             \
    X(int, memory_desc_create_with_strides,                                                        \
      (struct dnnl_memory_desc * *desc, int n_dims, const int64_t *dims, int type,                 \
       const int64_t *strides))                                                                    \
    X(int, memory_desc_create_with_tag,                                                            \
      (struct dnnl_memory_desc * *desc, int n_dims, const int64_t *dims, int type, int tag))       \
    X(int, memory_desc_equal,                                                                      \
      (const struct dnnl_memory_desc *a, const struct dnnl_memory_desc *b))                        \
    X(int, memory_desc_destroy, (struct dnnl_memory_desc * desc))                                  \
    X(int, memory_create,                                                                          \
      (struct dnnl_memory * *memory, const struct dnnl_memory_desc *desc,                          \
       struct dnnl_engine *engine, void *handle))                                                  \
    X(int, memory_destroy, (struct dnnl_memory * memory))                                          \
    X(int, convolution_forward_primitive_desc_create,                                              \
      (struct dnnl_primitive_desc * *pd, struct dnnl_engine * engine, int propagation,             \
       int algorithm, const struct dnnl_memory_desc *src, const struct dnnl_memory_desc *weights,  \
       const struct dnnl_memory_desc *bias, const struct dnnl_memory_desc *dst,                    \
       const int64_t *strides, const int64_t *dilates, const int64_t *pad_before,                  \
       const int64_t *pad_after, const struct dnnl_primitive_attr *attr))                          \
    X(int, reorder_primitive_desc_create,                                                          \
      (struct dnnl_primitive_desc * *pd, const struct dnnl_memory_desc *src,                       \
       struct dnnl_engine *src_engine, const struct dnnl_memory_desc *dst,                         \
       struct dnnl_engine *dst_engine, const struct dnnl_primitive_attr *attr))                    \
    X(const struct dnnl_memory_desc *, primitive_desc_query_md,                                    \
      (const struct dnnl_primitive_desc *pd, int what, int index))                                 \
    X(int, primitive_desc_query,                                                                   \
      (const struct dnnl_primitive_desc *pd, int what, int index, void *result))                   \
    X(int, primitive_desc_destroy, (struct dnnl_primitive_desc * pd))                              \
    X(int, primitive_create,                                                                       \
      (struct dnnl_primitive * *primitive, const struct dnnl_primitive_desc *pd))                  \
    X(int, primitive_execute,                                                                      \
      (const struct dnnl_primitive *primitive, struct dnnl_stream *stream, int n_args,             \
       const struct onednn_arg *args))                                                             \
    X(int, primitive_destroy, (struct dnnl_primitive * primitive))                                 \
    X(int, sgemm,                                                                                  \
      (char trans_a, char trans_b, int64_t M, int64_t N, int64_t K, float alpha, const float *A,   \
       int64_t lda, const float *B, int64_t ldb, float beta, float *C, int64_t ldc))

struct onednn {
#define ONEDNN_MEMBER(type, name, parameters) type(*name) parameters;
    ONEDNN_FUNCTIONS(ONEDNN_MEMBER)
#undef ONEDNN_MEMBER
    struct dnnl_engine *engine; /* these two made by peer_onednn.c */
    struct dnnl_stream *stream;
};

struct job;

/* One way to do a convolution: primitive and memory, weights already in the form it likes. All-zero
 * is none (onednn_conv.c). */
struct onednn_conv {
    struct dnnl_memory_desc *plain[3]; /* src, weights, dst as the job has them */
    struct dnnl_memory *given[3];      /* the job's arrays                      */
    struct dnnl_memory *memory[3];     /* in the primitive's own form; may be `given` */
    struct dnnl_primitive_desc *pd;
    struct dnnl_primitive *primitive;
    char name[64];
};

/* Prepare the job by an algorithm (ONEDNN_DIRECT, ...), in the job's layout or in the one that it
 * likes best. False where oneDNN has no such thing, with `conv` all zero. */
bool onednn_conv_create(const struct onednn *dnn, struct onednn_conv *conv, const struct job *job,
                        int algorithm, bool own_layout);

/* Run it. */
void onednn_conv_run(const struct onednn *dnn, const struct onednn_conv *conv);

/* Put the last result into the job's array. */
bool onednn_conv_collect(const struct onednn *dnn, const struct onednn_conv *conv);

void onednn_conv_destroy(const struct onednn *dnn, struct onednn_conv *conv);

#endif /* YOKE_BENCH_ONEDNN_H */
