/* helper_find.c - where the helper's program lies.
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* dladdr */
#include <dlfcn.h>
#ifdef HAVE_GETAUXVAL
#include <sys/auxv.h>
#endif
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/helper.h"
#include "base/privilege.h"

/* Beside the library, or below it once installed. */
static const char *const places[] = {
    "",
    "yoke/",
#ifdef YOKE_HELPERS_IN_BUILD_TREE /* the tests' own copy of the library */
    "../src/",
#endif
};

/* The file of the mapping that holds an address, as the system itself knows it; false without
 * /proc. Its name comes last, behind blanks. */
static bool find_mapping(const void *address, char path[PATH_MAX])
{
    char line[PATH_MAX + 128];
    uintptr_t from, to;
    bool found = false;
    FILE *maps = fopen("/proc/self/maps", "re");

    if (!maps) return false;
    while (!found && fgets(line, sizeof line, maps)) {
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR, &from, &to) != 2) continue;
        if ((uintptr_t)address < from || (uintptr_t)address >= to) continue;
        const char *name = strchr(line, '/');
        found = name && snprintf(path, PATH_MAX, "%.*s", (int)strcspn(name, "\n"), name) < PATH_MAX;
        if (!found) break;
    }
    fclose(maps);
    return found;
}

/* The dynamic linker's name for it counts where it is absolute, and of a library: that of the
 * program itself is what its caller said. */
static bool find_library(const void *address, char path[PATH_MAX])
{
    Dl_info self, program;

#ifdef HAVE_GETAUXVAL
    const void *entry = (const void *)getauxval(AT_ENTRY); /* NOLINT */
#else
    const void *entry = NULL;
#endif
    if (!entry || !dladdr(address, &self) || !self.dli_fname || self.dli_fname[0] != '/')
        return false;
    if (dladdr(entry, &program) && program.dli_fbase == self.dli_fbase) return false;
    return snprintf(path, PATH_MAX, "%s", self.dli_fname) < PATH_MAX;
}

bool yoke_helper_find(char path[PATH_MAX])
{
    char own[PATH_MAX];

    if (yoke_is_privileged() || (!find_mapping(places, own) && !find_library(places, own)))
        return false;
    const int dir = (int)(strrchr(own, '/') - own) + 1;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const int n = snprintf(path, PATH_MAX, "%.*s%syoke-helper", dir, own, places[i]);
        if (n < PATH_MAX && access(path, X_OK) == 0) return true;
    }
    return false;
}
