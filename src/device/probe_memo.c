/* probe_memo.c - drivers that answered a child process once need not be asked again.
 * SPDX-License-Identifier: MIT */
#include "device/probe_memo.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/environment.h"
#include "yoke/version.h"

extern char **environ;

static const char default_vendors[] = "/etc/OpenCL/vendors";

/* Order does not matter where parts are hashed alone and added up: directories and environments
 * have none. */
static bool add_up(unsigned char *sum, const char *a, const char *b, const struct stat *info)
{
    unsigned char digest[YOKE_HASH_BYTES];
    struct yoke_hash h;

    yoke_hash_begin(&h);
    yoke_hash_add_text(&h, a);
    yoke_hash_add_text(&h, b);
    if (info) {
        yoke_hash_add(&h, &info->st_mtim, sizeof info->st_mtim);
        yoke_hash_add(&h, &info->st_size, sizeof info->st_size);
        yoke_hash_add(&h, &info->st_ino, sizeof info->st_ino);
    }
    if (!yoke_hash_end(&h, digest)) return false;
    for (unsigned carry = 0, i = 0; i < YOKE_HASH_BYTES; i++) {
        carry += (unsigned)sum[i] + digest[i];
        sum[i] = (unsigned char)carry;
        carry >>= 8;
    }
    return true;
}

static bool add_environment(unsigned char *sum)
{
    for (char **e = environ; e && *e; e++)
        if (yoke_environment_is_opencl(*e) && !add_up(sum, "env", *e, NULL)) return false;
    return true;
}

static bool add_file(unsigned char *sum, const char *path)
{
    struct stat info;

    return add_up(sum, "file", path, stat(path, &info) == 0 ? &info : NULL);
}

/* An .icd file, and the library that its line names where that is a path. */
static bool add_icd(unsigned char *sum, const char *path)
{
    char line[1024] = "";
    FILE *f = fopen(path, "re");

    if (f) {
        if (!fgets(line, sizeof line, f)) line[0] = '\0';
        fclose(f);
    }
    line[strcspn(line, "\r\n")] = '\0';
    return add_file(sum, path) && (line[0] != '/' || add_file(sum, line));
}

static bool add_vendors(unsigned char *sum, const char *path)
{
    DIR *d = opendir(path);
    struct dirent *file;
    char name[2048];
    bool ok = true;

    if (!d) return add_icd(sum, path); /* a single .icd, or nothing */
    while (ok && (file = readdir(d)) != NULL) {
        snprintf(name, sizeof name, "%s/%s", path, file->d_name);
        if (file->d_name[0] != '.') ok = add_icd(sum, name);
    }
    closedir(d);
    return ok;
}

bool yoke_probe_circumstances(unsigned char hash[YOKE_HASH_BYTES])
{
    const char *vendors = getenv("OCL_ICD_VENDORS");

    memset(hash, 0, YOKE_HASH_BYTES);
    return add_up(hash, "yoke", yoke_version(), NULL) && add_environment(hash) &&
           add_vendors(hash, vendors && vendors[0] ? vendors : default_vendors) &&
           add_file(hash, "/etc/ld.so.cache") &&
           add_up(hash, "proc", access("/proc/self/status", R_OK) == 0 ? "yes" : "no", NULL) &&
           add_up(hash, "sys", access("/sys/devices", X_OK) == 0 ? "yes" : "no", NULL);
}
