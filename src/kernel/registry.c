/* registry.c - what a device has compiled so far: the cache in memory.
 * SPDX-License-Identifier: MIT */
#include "kernel/registry.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "device/drivers.h"
#include "kernel/kernel.h"
#include "kernel/sources.h"

/* One of Yoke's kernels, found by the text of its request, which is cheaper than its key. */
struct own_kernel {
    struct own_kernel *next;
    yoke_kernel *kernel;
    const struct yoke_kernel_source *source;
    char *options;
};

struct registry {
    pthread_mutex_t lock;
    struct yoke_program *programs;
    struct own_kernel *own;
};

/* Only when the device is closed and rests: PoCL 3.1 aborts when a binary is asked for while
 * another thread runs its kernel. */
static void save_programs(struct registry *reg, yoke_device *dev)
{
    static pthread_mutex_t saving = PTHREAD_MUTEX_INITIALIZER;

    pthread_mutex_lock(&saving);
    for (struct yoke_program *p = reg->programs; p; p = p->next)
        if (p->unsaved && p->launched) yoke_program_save(dev, p);
    pthread_mutex_unlock(&saving);
}

static void free_registry(yoke_device *dev, void *data)
{
    struct registry *reg = data;

    save_programs(reg, dev);
    while (reg->own) {
        struct own_kernel *k = reg->own;
        reg->own = k->next;
        yoke_kernel_destroy(&k->kernel);
        free(k->options);
        free(k);
    }
    while (reg->programs) {
        struct yoke_program *p = reg->programs;
        reg->programs = p->next;
        yoke_program_destroy(&p);
    }
    pthread_mutex_destroy(&reg->lock);
    free(reg);
}

static void *make_registry(const yoke_device *dev)
{
    struct registry *reg = calloc(1, sizeof *reg);

    (void)dev;
    if (reg && pthread_mutex_init(&reg->lock, NULL) == 0) return reg;
    free(reg);
    return NULL;
}

static yoke_status registry_of(yoke_device *dev, struct registry **out)
{
    static const struct yoke_keeper keeper = { make_registry, free_registry };

    *out = yoke_device_keep(dev, YOKE_KEEP_KERNELS, &keeper);
    return *out ? YOKE_OK : yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a list of kernels");
}

/* With the lock held. */
static yoke_status find_program(struct registry *reg, yoke_device *dev,
                                const struct yoke_program_spec *spec, struct yoke_program **out)
{
    yoke_status st = YOKE_OK;
    unsigned char key[YOKE_HASH_BYTES];

    TRY(yoke_program_key(dev, spec, key));
    for (struct yoke_program *p = reg->programs; p; p = p->next) {
        if (memcmp(p->key, key, sizeof key) == 0) {
            *out = p;
            return YOKE_OK;
        }
    }
    TRY(yoke_program_create(dev, spec, key, out));
    (*out)->next = reg->programs;
    reg->programs = *out;
out:
    return st;
}

static yoke_status get_program(yoke_device *dev, const struct yoke_program_spec *spec,
                               struct yoke_program **out)
{
    yoke_status st = YOKE_OK;
    struct registry *reg;

    TRY(registry_of(dev, &reg));
    pthread_mutex_lock(&reg->lock);
    st = find_program(reg, dev, spec, out);
    pthread_mutex_unlock(&reg->lock);
out:
    return st;
}

yoke_status yoke_kernel_create(yoke_device *dev, const struct yoke_kernel_params *params,
                               yoke_kernel **out)
{
    yoke_status st = YOKE_OK;
    struct yoke_program *program;
    struct yoke_text options = { 0 };

    if (!out) return yoke_fail(YOKE_ERR_INVALID, "yoke_kernel_create: out is NULL");
    *out = NULL;
    if (!dev || !params || !params->source || !params->name)
        return yoke_fail(YOKE_ERR_INVALID, "yoke_kernel_create: a NULL argument");
    TRY(yoke_drivers_check());
    yoke_text_add(&options, "%s -cl-kernel-arg-info",
                  params->options ? params->options : "-cl-std=CL1.2");
    const struct yoke_source source = { params->name, params->source };
    const struct yoke_source *const parts[] = { &source };
    const struct yoke_program_spec spec = { parts, 1, yoke_text_get(&options) };
    if (!spec.options)
        TRY(yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a compiler's options"));
    TRY(get_program(dev, &spec, &program));
    TRY(yoke_kernel_make(dev, program, params->name, out));
out:
    yoke_text_deinit(&options);
    return st;
}

static const struct yoke_kernel_source *find_source(const char *name)
{
    for (size_t i = 0; i < yoke_n_kernel_sources; i++)
        if (strcmp(yoke_kernel_sources[i].name, name) == 0) return &yoke_kernel_sources[i];
    return NULL;
}

static yoke_status make_own(struct registry *reg, yoke_device *dev, const char *name,
                            const char *options, struct own_kernel *own)
{
    yoke_status st = YOKE_OK;
    struct yoke_program *program;

    own->source = find_source(name);
    if (!own->source) return yoke_fail(YOKE_ERR_BUILD, "no embedded source of %s", name);
    own->options = strdup(options);
    if (!own->options) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a kernel handle");
    const struct yoke_program_spec spec = { own->source->parts, own->source->n_parts, options };
    TRY(find_program(reg, dev, &spec, &program));
    TRY(yoke_kernel_make(dev, program, name, &own->kernel));
    own->kernel->is_own = true;
out:
    return st;
}

/* With the lock held. */
static yoke_status find_own(struct registry *reg, yoke_device *dev, const char *name,
                            const char *options, yoke_kernel **out)
{
    for (struct own_kernel *k = reg->own; k; k = k->next) {
        if (strcmp(k->source->name, name) == 0 && strcmp(k->options, options) == 0) {
            *out = k->kernel;
            return YOKE_OK;
        }
    }
    struct own_kernel *own = calloc(1, sizeof *own);
    if (!own) return yoke_fail(YOKE_ERR_NO_MEMORY, "no host memory for a kernel handle");
    const yoke_status st = make_own(reg, dev, name, options, own);
    if (st != YOKE_OK) {
        free(own->options);
        free(own);
        return st;
    }
    own->next = reg->own;
    reg->own = own;
    *out = own->kernel;
    return YOKE_OK;
}

yoke_status yoke_kernel_get(yoke_device *dev, const char *name, const char *options,
                            yoke_kernel **out)
{
    yoke_status st = YOKE_OK;
    struct registry *reg;

    *out = NULL;
    TRY(registry_of(dev, &reg));
    pthread_mutex_lock(&reg->lock);
    st = find_own(reg, dev, name, options, out);
    pthread_mutex_unlock(&reg->lock);
out:
    return st;
}
