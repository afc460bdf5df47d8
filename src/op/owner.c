/* owner.c - whose entries of a tuning database a device takes.
 * SPDX-License-Identifier: MIT */
#include "op/owner.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "kernel/sources.h"

static bool hash_kernels(char hex[YOKE_TUNE_KERNELS_MAX])
{
    unsigned char digest[YOKE_HASH_BYTES];
    char all[YOKE_HASH_HEX];
    struct yoke_hash h;

    yoke_hash_begin(&h);
    yoke_hash_add_sources(&h);
    if (!yoke_hash_end(&h, digest)) return false;
    yoke_hash_hex(digest, all);
    snprintf(hex, YOKE_TUNE_KERNELS_MAX, "%.16s", all);
    return true;
}

/* One word for a vendor, whatever its full name. */
static const char *vendor_word(const char *vendor)
{
    static const struct {
        const char *part, *word;
    } words[] = { { "nvidia", "nvidia" },
                  { "advanced micro", "amd" },
                  { "amd", "amd" },
                  { "intel", "intel" },
                  { "arm", "arm" },
                  { "qualcomm", "qualcomm" },
                  { "imagination", "imagination" } };
    char lower[64];
    size_t n = 0;

    for (; vendor[n] && n + 1 < sizeof lower; n++)
        lower[n] = (char)tolower((unsigned char)vendor[n]);
    lower[n] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(lower, words[i].part)) return words[i].word;
    return "other";
}

/* "class:cpu-f32x16-32k8-1024k8" (its first two caches: their size and ways), "class:cpu-f32x16",
 * "class:cpu"; "class:gpu-nvidia", "class:gpu"; "class:accelerator". */
static void list_classes(const yoke_device *dev, const struct yoke_caches *caches,
                         char classes[YOKE_DB_MAX_CLASSES][YOKE_DB_CLASS_MAX])
{
    const struct yoke_device_info *info = yoke_device_get_info(dev);
    const struct yoke_cache *first = &caches->level[0], *second = &caches->level[1];
    size_t n = 0;

    if (info->type == YOKE_DEVICE_CPU && first->size_bytes > 0 && second->size_bytes > 0)
        snprintf(classes[n++], sizeof *classes, "class:cpu-f32x%u-%zuk%zu-%zuk%zu",
                 (unsigned)info->vector_f32, first->size_bytes >> 10, first->ways,
                 second->size_bytes >> 10, second->ways);
    if (info->type == YOKE_DEVICE_CPU)
        snprintf(classes[n++], sizeof *classes, "class:cpu-f32x%u", (unsigned)info->vector_f32);
    if (info->type == YOKE_DEVICE_GPU)
        snprintf(classes[n++], sizeof *classes, "class:gpu-%s", vendor_word(info->vendor));
    snprintf(classes[n], sizeof *classes, "class:%s", yoke_device_type_name(info->type));
}

bool yoke_db_owner_of(const yoke_device *dev, const struct yoke_caches *caches,
                      struct yoke_db_owner *out)
{
    *out = (struct yoke_db_owner){ 0 };
    yoke_device_identity(dev, out->device, sizeof out->device);
    list_classes(dev, caches, out->classes);
    return hash_kernels(out->kernels);
}
