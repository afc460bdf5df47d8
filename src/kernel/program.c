/* program.c - a compiled program: from memory, from disk, or built.
 * SPDX-License-Identifier: MIT */
#include "kernel/program.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cache_dir.h"
#include "base/stack.h"
#include "base/text.h"
#include "device/cl_error.h"
#include "kernel/disk.h"

static const char key_version[] =
    "yoke program 2"; /* change it when the same sources mean something else */

/* Compilers are known not to be safe from two threads at once. */
static pthread_mutex_t compiler_lock = PTHREAD_MUTEX_INITIALIZER;

yoke_status yoke_program_key(const yoke_device *dev, const struct yoke_program_spec *spec,
                             unsigned char key[YOKE_HASH_BYTES])
{
    const struct yoke_device_info *info = &dev->rec.info;
    const unsigned char pointer_size = sizeof(void *);
    struct yoke_hash h;

    yoke_hash_begin(&h);
    yoke_hash_add_text(&h, key_version);
    for (size_t i = 0; i < spec->n_parts; i++)
        yoke_hash_add_text(&h, spec->parts[i]->text);
    yoke_hash_add_text(&h, ""); /* the end of the parts */
    yoke_hash_add_text(&h, spec->options);
    yoke_hash_add_text(&h, info->name);
    yoke_hash_add_text(&h, info->vendor);
    yoke_hash_add_text(&h, info->version);
    yoke_hash_add_text(&h, info->driver);
    yoke_hash_add_text(&h, dev->rec.platform_version);
    yoke_hash_add_text(&h, dev->rec.environment);
    yoke_hash_add_text(&h, dev->rec.processor);
    yoke_hash_add(&h, &pointer_size, 1);
    if (!yoke_hash_end(&h, key))
        return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory to hash a kernel");
    return YOKE_OK;
}

static char *build_log(const yoke_device *dev, cl_program cl)
{
    size_t size = 0;
    char *log = NULL;

    if (clGetProgramBuildInfo(cl, dev->rec.cl_id, CL_PROGRAM_BUILD_LOG, 0, NULL, &size) ==
            CL_SUCCESS &&
        size > 0 && size < 64 << 20)
        log = calloc(1, size + 1);
    if (log) clGetProgramBuildInfo(cl, dev->rec.cl_id, CL_PROGRAM_BUILD_LOG, size, log, NULL);
    return log;
}

/* The first line of a build log that speaks of an error. */
static yoke_status explain_failure(const yoke_device *dev, cl_program cl, const char *name,
                                   cl_int err)
{
    char *log = build_log(dev, cl);
    const char *line = log ? strstr(log, "error") : NULL;

    if (log) yoke_log_text(&dev->log, log);
    while (line && line > log && line[-1] != '\n')
        line--;
    if (!line) line = log ? log : "";
    const yoke_status st =
        yoke_fail(err == CL_OUT_OF_HOST_MEMORY ? YOKE_ERR_NO_MEMORY : YOKE_ERR_BUILD,
                  "%s does not compile on %s: %s (%d): %.*s", name, dev->rec.name,
                  yoke_cl_error_name(err), (int)err, (int)strcspn(line, "\n"), line);
    free(log);
    return st;
}

static yoke_status from_source(yoke_device *dev, const struct yoke_program_spec *spec,
                               cl_program *out)
{
    struct yoke_text all = { 0 };
    yoke_status st = YOKE_OK;
    cl_int err;

    if (!dev->rec.info.compiler)
        return yoke_fail(YOKE_ERR_UNSUPPORTED, "%s has no compiler for OpenCL C", dev->rec.name);
    for (size_t i = 0; i < spec->n_parts; i++)
        yoke_text_add(&all, "#line 1 \"%.60s\"\n%s\n", spec->parts[i]->name, spec->parts[i]->text);
    const char *text = yoke_text_get(&all);
    if (!text) TRY(yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a kernel's source"));
    *out = clCreateProgramWithSource(dev->ctx, 1, &text, NULL, &err);
    TRY(yoke_cl_check(err, "clCreateProgramWithSource", dev->rec.name));
    pthread_mutex_lock(&compiler_lock);
    err = clBuildProgram(*out, 1, &dev->rec.cl_id, spec->options, NULL, NULL);
    pthread_mutex_unlock(&compiler_lock);
    if (err != CL_SUCCESS)
        TRY(explain_failure(dev, *out, spec->parts[spec->n_parts - 1]->name, err));
out:
    yoke_text_deinit(&all);
    return st;
}

/* From the entry on disk; anything wrong means building. */
static bool from_disk(yoke_device *dev, const struct yoke_program_spec *spec,
                      const unsigned char *key, cl_program *out)
{
    void *binary = NULL;
    size_t size = 0;
    cl_int err, status = CL_SUCCESS;

    if (yoke_disk_load(key, &binary, &size) != YOKE_OK) return false;
    *out = clCreateProgramWithBinary(dev->ctx, 1, &dev->rec.cl_id, &size,
                                     (const unsigned char **)&binary, &status, &err);
    free(binary);
    if (*out && err == CL_SUCCESS && status == CL_SUCCESS) {
        pthread_mutex_lock(&compiler_lock);
        err = clBuildProgram(*out, 1, &dev->rec.cl_id, spec->options, NULL, NULL);
        pthread_mutex_unlock(&compiler_lock);
        if (err == CL_SUCCESS) return true;
    }
    if (*out) clReleaseProgram(*out);
    *out = NULL;
    yoke_disk_remove(key);
    return false;
}

/* What a thread of ours gets to do. */
struct work {
    yoke_device *dev;
    const struct yoke_program_spec *spec;
    struct yoke_program *program;
};

static yoke_status build(void *arg)
{
    const struct work *w = arg;
    struct yoke_program *program = w->program;
    yoke_status st = YOKE_OK;

    if (from_disk(w->dev, w->spec, program->key, &program->cl)) return YOKE_OK;
    TRY(from_source(w->dev, w->spec, &program->cl));
    program->unsaved = true;
out:
    return st;
}

yoke_status yoke_program_create(yoke_device *dev, const struct yoke_program_spec *spec,
                                const unsigned char key[YOKE_HASH_BYTES], struct yoke_program **out)
{
    yoke_status st = YOKE_OK;
    struct yoke_program *program = calloc(1, sizeof *program);

    *out = NULL;
    if (!program) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a program handle");
    memcpy(program->key, key, sizeof program->key);
    TRY(yoke_call_on_stack(YOKE_STACK_TO_BUILD, build, &(struct work){ dev, spec, program }));
    *out = program;
    program = NULL;
out:
    yoke_program_destroy(&program);
    return st;
}

void yoke_program_destroy(struct yoke_program **program)
{
    if (!*program) return;
    if ((*program)->cl) clReleaseProgram((*program)->cl);
    free(*program);
    *program = NULL;
}

static yoke_status save(void *arg)
{
    const struct work *w = arg;
    yoke_device *dev = w->dev;
    struct yoke_program *program = w->program;
    size_t size = 0;
    unsigned char *binary = NULL;
    char path[4096];
    const char *reason;

    program->unsaved = false;
    /* PoCL compiles once more for a binary: ask only when there is a place for it. */
    if (!yoke_cache_path(path, sizeof path, &reason)) return YOKE_OK;
    if (clGetProgramInfo(program->cl, CL_PROGRAM_BINARY_SIZES, sizeof size, &size, NULL) !=
            CL_SUCCESS ||
        size == 0)
        return YOKE_OK; /* a driver without binaries: nothing to store */
    binary = malloc(size);
    if (!binary || clGetProgramInfo(program->cl, CL_PROGRAM_BINARIES, sizeof binary, &binary,
                                    NULL) != CL_SUCCESS)
        yoke_log_line(&dev->log, "no binary of a kernel from %s", dev->rec.name);
    else if (yoke_disk_store(program->key, binary, size) != YOKE_OK)
        yoke_log_line(&dev->log, "kernel not cached: %s", yoke_last_error());
    free(binary);
    return YOKE_OK;
}

void yoke_program_save(yoke_device *dev, struct yoke_program *program)
{
    struct work w = { .dev = dev, .program = program };

    if (yoke_call_on_stack(YOKE_STACK_TO_BUILD, save, &w) != YOKE_OK)
        yoke_log_line(&dev->log, "kernel not cached: %s", yoke_last_error());
}
