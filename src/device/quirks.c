/* quirks.c - what implementations do that they should not, by table.
 * SPDX-License-Identifier: MIT */
#include "device/quirks.h"

#include <stdio.h>
#include <string.h>

/* The first row counts whose parts occur in the names. Seen on PoCL 3.1, Mesa 22.3, Oclgrind 21.10,
 * Intel FPGA emulator 2025.0; from PoCL 4 on "basic" is "cpu-minimal" and "pthread" is "cpu". */
// clang-format off
static const struct {
    const char *platform, *device;
    uint32_t quirks;
} table[] = {
    { "rusticl",                      "llvmpipe", YOKE_QUIRK_SLOW_COMPILER | YOKE_QUIRK_NO_SUB_DEVICES |
                                                  YOKE_QUIRK_EARLY_FINISH | YOKE_QUIRK_SHORT_LOOPS },
    { "Oclgrind",                     "",         YOKE_QUIRK_INTERPRETER | YOKE_QUIRK_NO_SUB_DEVICES |
                                                  YOKE_QUIRK_HOST_CORES | YOKE_QUIRK_MAP_TO_WRITE |
                                                  YOKE_QUIRK_EARLY_SCRATCH |
                                                  YOKE_QUIRK_OWN_EVENTS_ONLY },
    { "FPGA Emulation",               "",         YOKE_QUIRK_HOST_CORES },
    { "Portable Computing Language",  "pthread-", YOKE_QUIRK_SHARED_POOL | YOKE_QUIRK_TRULY_IN_PLACE |
                                                  YOKE_QUIRK_SLEEPY },
    { "Portable Computing Language",  "cpu-minimal", YOKE_QUIRK_TRULY_IN_PLACE },
    { "Portable Computing Language",  "cpu-",     YOKE_QUIRK_SHARED_POOL | YOKE_QUIRK_TRULY_IN_PLACE |
                                                  YOKE_QUIRK_SLEEPY },
    { "Portable Computing Language",  "basic-",   YOKE_QUIRK_TRULY_IN_PLACE },
};

static const struct {
    uint32_t quirk;
    const char *name;
} names[] = {
    { YOKE_QUIRK_SLOW_COMPILER,  "slow-compiler" },
    { YOKE_QUIRK_INTERPRETER,    "interpreter" },
    { YOKE_QUIRK_NO_SUB_DEVICES, "no-sub-devices" },
    { YOKE_QUIRK_HOST_CORES,     "host-cores" },
    { YOKE_QUIRK_SHARED_POOL,    "shared-pool" },
    { YOKE_QUIRK_MAP_TO_WRITE,   "map-to-write" },
    { YOKE_QUIRK_EARLY_SCRATCH,  "early-scratch" },
    { YOKE_QUIRK_TRULY_IN_PLACE, "truly-in-place" },
    { YOKE_QUIRK_SLEEPY,         "sleepy" },
    { YOKE_QUIRK_EARLY_FINISH,   "early-finish" },
    { YOKE_QUIRK_SHORT_LOOPS,    "short-loops" },
    { YOKE_QUIRK_OWN_EVENTS_ONLY, "own-events-only" },
};
// clang-format on

uint32_t yoke_quirks_find(const char *platform_name, const char *device_name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strstr(platform_name, table[i].platform) && strstr(device_name, table[i].device))
            return table[i].quirks;
    return 0;
}

void yoke_quirks_print(uint32_t quirks, char *text, size_t size_bytes)
{
    size_t n = 0;

    text[0] = '\0';
    for (size_t i = 0; i < sizeof names / sizeof *names && n < size_bytes; i++)
        if (quirks & names[i].quirk)
            n += (size_t)snprintf(text + n, size_bytes - n, "%s%s", n ? "," : "", names[i].name);
}
