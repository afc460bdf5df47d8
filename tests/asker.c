/* asker.c - lists the platforms, in another directory if one is given.
 * SPDX-License-Identifier: MIT
 *
 * With -DINSIDE it has the library in itself, and tells its secrets. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "yoke/device.h"

#ifdef INSIDE
#include <sys/auxv.h>

#include "base/cache_dir.h"
#include "op/db_file.h"

static void tell(void)
{
    char path[4096];
    const char *reason;

    printf("secure %lu\n", getauxval(AT_SECURE));
    printf("cache %s\n", yoke_cache_path(path, sizeof path, &reason) ? path : "none");
    printf("database %s\n", yoke_db_paths(path, sizeof path, &reason) ? path : "none");
    fflush(stdout);
}
#else
static void tell(void)
{
}
#endif

int main(int argc, char **argv)
{
    yoke_system *sys = NULL;

    tell();
    if (argc > 1 && chdir(argv[1]) != 0) return 2;
    if (yoke_system_create(&sys) != YOKE_OK) fprintf(stderr, "%s\n", yoke_last_error());
    printf("%zu platforms\n", yoke_system_platform_count(sys));
    yoke_system_destroy(&sys);
    return 0;
}
