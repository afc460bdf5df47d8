/* caches.c - the caches of the host's processor.
 * SPDX-License-Identifier: MIT */
#include "base/caches.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MAX_INDEX = 16, MAX_WAYS = 1024 };
static const size_t max_bytes = (size_t)1 << 34;

static bool read_word(const char *folder, int index, const char *name, char word[32])
{
    char path[512];
    const int n = snprintf(path, sizeof path, "%s/index%d/%s", folder, index, name);
    FILE *f = n > 0 && (size_t)n < sizeof path ? fopen(path, "re") : NULL;

    if (!f) return false;
    const bool ok = fscanf(f, "%31s", word) == 1;
    fclose(f);
    return ok;
}

/* "48K"; 0 where it is none, or past `max`. */
static size_t number_of(const char *word, size_t max)
{
    size_t n = 0;

    for (; *word >= '0' && *word <= '9' && n <= max / 10; word++)
        n = 10 * n + (size_t)(*word - '0');
    if (*word >= '0' && *word <= '9') return 0;
    if (*word == 'K' || *word == 'M') n *= (size_t)1 << (*word == 'K' ? 10 : 20);
    return n <= max ? n : 0;
}

static void read_index(const char *folder, int index, struct yoke_caches *out)
{
    char word[32];
    size_t level;

    if (!read_word(folder, index, "level", word)) return;
    level = number_of(word, YOKE_CACHE_LEVELS);
    if (level == 0 || !read_word(folder, index, "type", word) || strcmp(word, "Instruction") == 0)
        return;
    struct yoke_cache *cache = &out->level[level - 1];
    if (read_word(folder, index, "size", word)) cache->size_bytes = number_of(word, max_bytes);
    if (read_word(folder, index, "ways_of_associativity", word))
        cache->ways = number_of(word, MAX_WAYS);
}

void yoke_caches_of_folder(const char *folder, struct yoke_caches *out)
{
    *out = (struct yoke_caches){ 0 };
    for (int i = 0; i < MAX_INDEX; i++)
        read_index(folder, i, out);
}

#if defined(_SC_LEVEL1_DCACHE_SIZE)
static void ask_system(struct yoke_caches *out)
{
    static const int names[YOKE_CACHE_LEVELS][2] = {
        { _SC_LEVEL1_DCACHE_SIZE, _SC_LEVEL1_DCACHE_ASSOC },
        { _SC_LEVEL2_CACHE_SIZE, _SC_LEVEL2_CACHE_ASSOC },
        { _SC_LEVEL3_CACHE_SIZE, _SC_LEVEL3_CACHE_ASSOC },
        { _SC_LEVEL4_CACHE_SIZE, _SC_LEVEL4_CACHE_ASSOC },
    };

    for (size_t i = 0; i < YOKE_CACHE_LEVELS; i++) {
        const long size = sysconf(names[i][0]), ways = sysconf(names[i][1]);
        if (size <= 0 || (size_t)size > max_bytes) continue;
        out->level[i].size_bytes = (size_t)size;
        out->level[i].ways = ways > 0 && ways <= MAX_WAYS ? (size_t)ways : 0;
    }
}
#else
static void ask_system(struct yoke_caches *out)
{
    (void)out;
}
#endif

void yoke_caches_of_host(struct yoke_caches *out)
{
    yoke_caches_of_folder("/sys/devices/system/cpu/cpu0/cache", out);
    if (out->level[0].size_bytes == 0) ask_system(out);
}

struct yoke_cache yoke_caches_last(const struct yoke_caches *caches)
{
    for (size_t i = YOKE_CACHE_LEVELS; i-- > 0;)
        if (caches->level[i].size_bytes > 0) return caches->level[i];
    return (struct yoke_cache){ 0 };
}
