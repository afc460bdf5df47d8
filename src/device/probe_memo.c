/* probe_memo.c - what drivers did to a child process need not be seen again.
 * SPDX-License-Identifier: MIT */
#include "device/probe_memo.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/note.h"
#include "yoke/version.h"

enum { MEMORY_S = 24 * 3600, LATE_MEMORY_S = 600 };

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

static bool is_sorting(const char *entry)
{
    return strncmp(entry, YOKE_SORT_VARIABLE "=", sizeof YOKE_SORT_VARIABLE) == 0;
}

static bool add_environment(unsigned char *sum, bool unsorted)
{
    for (char **e = environ; e && *e; e++) {
        if (!yoke_environment_is_opencl(*e) || (unsorted && is_sorting(*e))) continue;
        if (!add_up(sum, "env", *e, NULL)) return false;
    }
    return !unsorted || add_up(sum, "env", YOKE_SORT_VARIABLE "=none", NULL);
}

static bool add_file(unsigned char *sum, const char *path)
{
    struct stat info;

    return add_up(sum, "file", path, stat(path, &info) == 0 ? &info : NULL);
}

/* A driver that is broken may be whole after the next start. */
static bool add_boot(unsigned char *sum)
{
    char id[64] = "";
    FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");

    if (f) {
        if (!fgets(id, sizeof id, f)) id[0] = '\0';
        fclose(f);
    }
    return add_up(sum, "boot", id, NULL);
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

bool yoke_probe_circumstances(bool unsorted, unsigned char hash[YOKE_HASH_BYTES])
{
    const char *vendors = getenv("OCL_ICD_VENDORS");

    memset(hash, 0, YOKE_HASH_BYTES);
    return add_up(hash, "yoke", yoke_version(), NULL) && add_environment(hash, unsorted) &&
           add_vendors(hash, vendors && vendors[0] ? vendors : default_vendors) &&
           add_file(hash, "/etc/ld.so.cache") && add_boot(hash) &&
           add_up(hash, "proc", access("/proc/self/status", R_OK) == 0 ? "yes" : "no", NULL) &&
           add_up(hash, "sys", access("/sys/devices", X_OK) == 0 ? "yes" : "no", NULL);
}

/* One word for the loader, a sign for each platform, and how the last child that fell did so. */
bool yoke_probe_recall(const unsigned char circumstances[YOKE_HASH_BYTES], struct yoke_probe *probe)
{
    char loader[16], verdict[YOKE_PROBE_MAX + 1], how[sizeof probe->how] = "";
    char *note = yoke_note_read("probe", circumstances, MEMORY_S);

    if (!note) note = yoke_note_read("late", circumstances, LATE_MEMORY_S);
    const bool good = note && sscanf(note, "%15s %64[+?-] %127[^\n]", loader, verdict, how) >= 2;

    free(note);
    *probe = (struct yoke_probe){ 0 };
    if (!good) return false;
    probe->ran = true;
    probe->loader_ok = strcmp(loader, "dead") != 0;
    memcpy(probe->verdict, verdict, strlen(verdict));
    snprintf(probe->how, sizeof probe->how, "%.80s (as remembered: yoke cache clear forgets it)",
             how);
    return true;
}

void yoke_probe_remember(const unsigned char circumstances[YOKE_HASH_BYTES],
                         const struct yoke_probe *probe)
{
    char note[512];

    snprintf(note, sizeof note, "%s %.*s %s\n", probe->loader_ok ? "alive" : "dead", YOKE_PROBE_MAX,
             probe->verdict, probe->how);
    yoke_note_write(probe->late ? "late" : "probe", circumstances, note);
}
