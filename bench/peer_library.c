/* peer_library.c - find and load a peer's library at its best.
 * SPDX-License-Identifier: MIT */
#include "peer_library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ; /* POSIX has it, and no header that declares it */

static bool is_setting(const char *variable)
{
    static const char *const prefixes[] = { "OPENBLAS_", "GOTO_", "NVPL_",   "OMP_",    "GOMP_",
                                            "KMP_",      "MKL_",  "BLIS_",   "DNNL_",   "ONEDNN_",
                                            "TBB_",      "BLAS_", "VECLIB_", "CLBLAST_" };

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (!strncmp(variable, prefixes[i], strlen(prefixes[i]))) return true;
    return false;
}

void peer_library_clean_environment(unsigned threads)
{
    char name[256], number[16];
    char **e = environ;

    while (e && *e) {
        const size_t length = strcspn(*e, "=");
        if (!is_setting(*e) || length >= sizeof name) {
            e++;
            continue;
        }
        memcpy(name, *e, length);
        name[length] = '\0';
        unsetenv(name);
        e = environ; /* unsetenv moves the rest */
    }
    snprintf(number, sizeof number, "%u", threads);
    setenv("OPENBLAS_NUM_THREADS", number, 1);
    setenv("OMP_NUM_THREADS", number, 1);
}

static char *built_file(const struct peer_api *api)
{
    static const char *const middle = "/../peers/";
    char *folder = bench_exe_folder(), *path = NULL;

    if (folder && api->built) {
        const size_t bytes = strlen(folder) + strlen(middle) + strlen(api->built) + 1;
        path = malloc(bytes);
        if (path) snprintf(path, bytes, "%s%s%s", folder, middle, api->built);
    }
    free(folder);
    return path;
}

static void *open_named(const char *file, char *sentence, size_t sentence_bytes)
{
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);

    if (!library) snprintf(sentence, sentence_bytes, "%s", dlerror());
    return library;
}

void *peer_library_open(const struct peer_api *api, const char *file, char *sentence,
                        size_t sentence_bytes)
{
    char *built = file ? NULL : built_file(api);
    void *library = NULL;

    if (file) {
        library = open_named(file, sentence, sentence_bytes);
    } else if (built && access(built, R_OK) == 0) {
        library = open_named(built, sentence, sentence_bytes);
    } else {
        for (const char *const *name = api->system; !library && *name; name++)
            library = open_named(*name, sentence, sentence_bytes);
        if (!library)
            snprintf(sentence, sentence_bytes,
                     "no %s here: tools/peers brings it, or --peer-lib %s=FILE names one",
                     api->system[0], api->name);
    }
    free(built);
    return library;
}

bool peer_symbol(void *library, const char *prefix, const char *name, void *function_pointer)
{
    char full[128];
    void *symbol;

    snprintf(full, sizeof full, "%s%s", prefix, name);
    symbol = dlsym(library, full);
    memcpy(function_pointer, &symbol,
           sizeof symbol); /* C has no cast for it, POSIX has the value */
    return symbol != NULL;
}
