/* describe.c - what platforms and devices say of themselves.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "device/cl_error.h"
#include "device/quirks.h"
#include "device/system.h"

/* Extensions whose constants the 1.2 headers may lack. */
enum {
    QUERY_PCI_BUS_INFO_KHR = 0x410F,
    QUERY_DEVICE_UUID_KHR = 0x106A,
    QUERY_PCI_BUS_ID_NV = 0x4008,
    QUERY_PCI_SLOT_ID_NV = 0x4009,
};

/* One line of printable text whatever the driver gave: control characters and broken UTF-8 become
 * '?', leading and trailing blanks go. */
static void clean_text(char *text)
{
    unsigned char *in = (unsigned char *)text + strspn(text, " \t"), *out = (unsigned char *)text;

    while (*in) {
        int follow = *in >= 0xf0 && *in < 0xf5 ? 3 : *in >= 0xe0 ? 2 : *in >= 0xc2 ? 1 : 0;
        bool good = (*in >= 0x20 && *in < 0x7f) || (follow > 0 && *in < 0xf5);
        for (int i = 1; good && i <= follow; i++)
            if ((in[i] & 0xc0) != 0x80) good = false;
        if (!good) follow = 0;
        *out++ = good ? *in : '?';
        in++;
        for (int i = 0; i < follow; i++)
            *out++ = *in++;
    }
    while (out > (unsigned char *)text && out[-1] == ' ')
        out--;
    *out = '\0';
}

/* Whether a driver answered. Lack of host memory is noted: what it did not tell is not absent. */
static bool answered(cl_int err, bool *no_memory)
{
    if (err == CL_OUT_OF_HOST_MEMORY) *no_memory = true;
    return err == CL_SUCCESS;
}

static bool ask(struct yoke_device_record *rec, cl_device_info what, void *value, size_t size_bytes)
{
    return answered(clGetDeviceInfo(rec->cl_id, what, size_bytes, value, NULL), &rec->no_memory);
}

/* A text property, cut to the room there is. */
static void device_text(struct yoke_device_record *rec, cl_device_info what, char *text,
                        size_t room)
{
    size_t size = 0;
    char *all = NULL;

    text[0] = '\0';
    if (!answered(clGetDeviceInfo(rec->cl_id, what, 0, NULL, &size), &rec->no_memory) ||
        size == 0 || size > 1 << 20)
        return;
    all = calloc(1, size + 1);
    if (!all) rec->no_memory = true;
    if (all && ask(rec, what, all, size)) {
        snprintf(text, room, "%s", all);
        clean_text(text);
    }
    free(all);
}

static void platform_text(struct yoke_platform_record *p, cl_platform_info what, char *text,
                          size_t room)
{
    size_t size = 0;
    char *all = NULL;

    text[0] = '\0';
    if (!answered(clGetPlatformInfo(p->cl_id, what, 0, NULL, &size), &p->no_memory) || size == 0 ||
        size > 1 << 20)
        return;
    all = calloc(1, size + 1);
    if (!all) p->no_memory = true;
    if (all && answered(clGetPlatformInfo(p->cl_id, what, size, all, NULL), &p->no_memory)) {
        snprintf(text, room, "%s", all);
        clean_text(text);
    }
    free(all);
}

/* A number property of the type that the standard gives it; 0 where the driver fails. */
#define DEFINE_NUMBER(name, type)                                                                  \
    static type name(struct yoke_device_record *rec, cl_device_info what)                          \
    {                                                                                              \
        type value = 0;                                                                            \
        return ask(rec, what, &value, sizeof value) ? value : 0;                                   \
    }
DEFINE_NUMBER(device_uint, cl_uint)
DEFINE_NUMBER(device_ulong, cl_ulong)
DEFINE_NUMBER(device_size, size_t)
DEFINE_NUMBER(device_bits, cl_bitfield)

static bool has_extension(const char *list, const char *name)
{
    const size_t n = strlen(name);

    for (const char *at = list; (at = strstr(at, name)) != NULL; at += n)
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0')) return true;
    return false;
}

static bool runs_on_host(const struct yoke_device_record *rec)
{
    return rec->info.type == YOKE_DEVICE_CPU || (rec->quirks & YOKE_QUIRK_HOST_CORES);
}

/* Intel's CPU runtimes do not say so for float; processors with registers of 8 floats have it. */
static bool has_fma(struct yoke_device_record *rec)
{
    if (device_bits(rec, CL_DEVICE_SINGLE_FP_CONFIG) & CL_FP_FMA) return true;
    return runs_on_host(rec) && device_uint(rec, CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT) >= 8;
}

static void describe_abilities(struct yoke_device_record *rec)
{
    struct yoke_device_info *info = &rec->info;
    char extensions[8192];

    device_text(rec, CL_DEVICE_EXTENSIONS, extensions, sizeof extensions);
    info->compiler = device_uint(rec, CL_DEVICE_COMPILER_AVAILABLE) != 0;
    info->fp16 = has_extension(extensions, "cl_khr_fp16");
    info->fp64 = has_extension(extensions, "cl_khr_fp64") ||
                 device_bits(rec, CL_DEVICE_DOUBLE_FP_CONFIG) != 0;
    info->fma = has_fma(rec);
    info->host_memory = runs_on_host(rec) && device_uint(rec, CL_DEVICE_HOST_UNIFIED_MEMORY) != 0;
    info->sub_groups = has_extension(extensions, "cl_khr_subgroups") ||
                       has_extension(extensions, "cl_intel_subgroups");
    info->sub_devices = !(rec->quirks & YOKE_QUIRK_NO_SUB_DEVICES) &&
                        device_uint(rec, CL_DEVICE_PARTITION_MAX_SUB_DEVICES) > 1;
}

yoke_status yoke_vector_width(uint32_t *floats)
{
    const char *text = getenv("YOKE_VECTOR_WIDTH");

    *floats = 0;
    for (uint32_t width = 4; text && *text && width <= 16; width *= 2) {
        char number[8];
        snprintf(number, sizeof number, "%u", (unsigned)width);
        if (strcmp(text, number) == 0) *floats = width;
    }
    if (!text || !*text || *floats) return YOKE_OK;
    return yoke_fail(YOKE_ERR_INVALID, "YOKE_VECTOR_WIDTH is \"%.40s\"; 4, 8 or 16 is needed",
                     text);
}

/* What a driver says, or for a processor what the environment says instead. */
static void describe_vectors(struct yoke_device_record *rec)
{
    struct yoke_device_info *info = &rec->info;
    uint32_t asked;

    info->vector_f32 = device_uint(rec, CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT);
    info->vector_f64 = device_uint(rec, CL_DEVICE_NATIVE_VECTOR_WIDTH_DOUBLE);
    if (runs_on_host(rec) && yoke_vector_width(&asked) == YOKE_OK && asked) {
        info->vector_f32 = asked;
        info->vector_f64 = asked / 2;
    }
    if (!info->fp64) info->vector_f64 = 0;
}

static void describe_sizes(struct yoke_device_record *rec)
{
    struct yoke_device_info *info = &rec->info;

    info->units = device_uint(rec, CL_DEVICE_MAX_COMPUTE_UNITS);
    if (info->units == 0) info->units = 1;
    info->clock_mhz = device_uint(rec, CL_DEVICE_MAX_CLOCK_FREQUENCY);
    info->address_bits = device_uint(rec, CL_DEVICE_ADDRESS_BITS);
    info->max_group = device_size(rec, CL_DEVICE_MAX_WORK_GROUP_SIZE);
    info->memory_bytes = device_ulong(rec, CL_DEVICE_GLOBAL_MEM_SIZE);
    info->max_alloc_bytes = device_ulong(rec, CL_DEVICE_MAX_MEM_ALLOC_SIZE);
    info->local_bytes = device_ulong(rec, CL_DEVICE_LOCAL_MEM_SIZE);
    info->cache_bytes = device_ulong(rec, CL_DEVICE_GLOBAL_MEM_CACHE_SIZE);
}

static enum yoke_device_type type_of(struct yoke_device_record *rec)
{
    const cl_device_type type = device_bits(rec, CL_DEVICE_TYPE);

    if (type & CL_DEVICE_TYPE_CUSTOM) return YOKE_DEVICE_CUSTOM;
    if (type & CL_DEVICE_TYPE_CPU) return YOKE_DEVICE_CPU; /* Oclgrind says all three */
    if (type & CL_DEVICE_TYPE_GPU) return YOKE_DEVICE_GPU;
    if (type & CL_DEVICE_TYPE_ACCELERATOR) return YOKE_DEVICE_ACCELERATOR;
    return YOKE_DEVICE_OTHER;
}

/* A text that two devices share when they are the same hardware: all CPUs of the host, else the
 * place on the bus, else vendor, name and memory. */
static void describe_hardware(struct yoke_device_record *rec)
{
    struct {
        cl_uint domain, bus, device, function;
    } pci;
    unsigned char uuid[16];
    const size_t room = sizeof rec->hardware;

    if (runs_on_host(rec)) {
        snprintf(rec->hardware, room, "host");
    } else if (ask(rec, QUERY_PCI_BUS_INFO_KHR, &pci, sizeof pci)) {
        snprintf(rec->hardware, room, "pci %x:%x:%x", pci.domain, pci.bus, pci.device);
    } else if (ask(rec, QUERY_PCI_BUS_ID_NV, &pci.bus, sizeof pci.bus) &&
               ask(rec, QUERY_PCI_SLOT_ID_NV, &pci.device, sizeof pci.device)) {
        snprintf(rec->hardware, room, "pci 0:%x:%x", pci.bus, pci.device >> 3);
    } else if (ask(rec, QUERY_DEVICE_UUID_KHR, uuid, sizeof uuid)) {
        int n = snprintf(rec->hardware, room, "uuid ");
        for (int i = 0; i < 16; i++)
            n += snprintf(rec->hardware + n, room - (size_t)n, "%02x", uuid[i]);
    } else {
        snprintf(rec->hardware, room, "%u %.200s %llu", device_uint(rec, CL_DEVICE_VENDOR_ID),
                 rec->name, (unsigned long long)rec->info.memory_bytes >> 20);
    }
}

/* What a compiler looks at besides the device's name, which says nothing of either. */
static void describe_compiler(struct yoke_device_record *rec)
{
    if (!yoke_environment_of_code(rec->environment)) rec->no_memory = true;
    if (runs_on_host(rec) && !yoke_processor_identity(rec->processor)) rec->no_memory = true;
}

static void judge(struct yoke_device_record *rec)
{
    struct yoke_device_info *info = &rec->info;

    const bool available = device_uint(rec, CL_DEVICE_AVAILABLE);

    if (rec->no_memory)
        snprintf(rec->reason, sizeof rec->reason, "%s", YOKE_NO_HOST_MEMORY);
    else if (!available)
        snprintf(rec->reason, sizeof rec->reason, "the driver says it is not available");
    else if (info->type == YOKE_DEVICE_CUSTOM)
        snprintf(rec->reason, sizeof rec->reason, "a custom device runs no OpenCL C");
    else if (!info->compiler)
        snprintf(rec->reason, sizeof rec->reason, "it has no compiler for OpenCL C");
    else if (rec->cl_version < 12)
        snprintf(rec->reason, sizeof rec->reason, "it has OpenCL %u.%u; Yoke needs 1.2",
                 rec->cl_version / 10, rec->cl_version % 10);
    else if (info->memory_bytes == 0 || info->max_alloc_bytes == 0 || info->max_group == 0)
        snprintf(rec->reason, sizeof rec->reason, "it reports no memory or no work-items");
    info->usable = rec->reason[0] == '\0';
}

void yoke_device_describe(struct yoke_device_record *rec, const char *platform_name)
{
    struct yoke_device_info *info = &rec->info;
    unsigned major = 0, minor = 0;

    device_text(rec, CL_DEVICE_NAME, rec->name, sizeof rec->name);
    device_text(rec, CL_DEVICE_VENDOR, rec->vendor, sizeof rec->vendor);
    device_text(rec, CL_DRIVER_VERSION, rec->driver, sizeof rec->driver);
    device_text(rec, CL_DEVICE_VERSION, rec->version, sizeof rec->version);
    if (sscanf(rec->version, "OpenCL %u.%u", &major, &minor) == 2)
        rec->cl_version = major * 10 + minor;
    rec->quirks = yoke_quirks_find(platform_name, rec->name);
    yoke_quirks_print(rec->quirks, rec->quirk_names, sizeof rec->quirk_names);

    *info = (struct yoke_device_info){
        .id = rec->id,
        .name = rec->name,
        .vendor = rec->vendor,
        .driver = rec->driver,
        .version = rec->version,
        .reason = rec->reason,
        .quirks = rec->quirk_names,
        .type = type_of(rec),
    };
    describe_abilities(rec);
    describe_vectors(rec);
    describe_sizes(rec);
    describe_hardware(rec);
    describe_compiler(rec);
    judge(rec);
}

/* PoCL has none where it cannot keep its cache: seen in 3.1. */
static void explain_no_devices(struct yoke_platform_record *platform)
{
    const char *own = getenv("POCL_CACHE_DIR"), *xdg = getenv("XDG_CACHE_HOME");
    const char *variable = own ? "POCL_CACHE_DIR" : xdg && xdg[0] ? "XDG_CACHE_HOME" : "HOME";
    const char *place = getenv(variable);

    snprintf(platform->reason, sizeof platform->reason, "it has no devices");
    if (strcmp(platform->name, "Portable Computing Language") != 0) return;
    if (place && yoke_dir_try(place) == YOKE_OK) return;
    snprintf(platform->reason, sizeof platform->reason,
             "it has no devices, probably for want of a place for its cache: %s is %.200s; set "
             "POCL_CACHE_DIR to a directory that can be written in",
             variable, place ? place : "not set");
}

void yoke_platform_describe(struct yoke_platform_record *platform, size_t number)
{
    cl_device_id ids[256];
    cl_uint n = 0;

    platform_text(platform, CL_PLATFORM_NAME, platform->name, sizeof platform->name);
    platform_text(platform, CL_PLATFORM_VENDOR, platform->vendor, sizeof platform->vendor);
    platform_text(platform, CL_PLATFORM_VERSION, platform->version, sizeof platform->version);

    if (platform->no_memory) {
        snprintf(platform->reason, sizeof platform->reason, "%s", YOKE_NO_HOST_MEMORY);
        return;
    }
    const cl_int err = clGetDeviceIDs(platform->cl_id, CL_DEVICE_TYPE_ALL, 256, ids, &n);
    if (n > 256) n = 256;
    if (!answered(err, &platform->no_memory)) n = 0;
    if (err == CL_DEVICE_NOT_FOUND || (err == CL_SUCCESS && n == 0))
        explain_no_devices(platform);
    else if (err != CL_SUCCESS)
        snprintf(platform->reason, sizeof platform->reason, "clGetDeviceIDs: %s (%d)",
                 yoke_cl_error_name(err), (int)err);
    if (platform->reason[0]) return;

    platform->devices = calloc(n, sizeof *platform->devices);
    platform->infos = calloc(n, sizeof *platform->infos);
    if (!platform->devices || !platform->infos) {
        snprintf(platform->reason, sizeof platform->reason, "no host memory for its devices");
        platform->no_memory = true;
        return;
    }
    for (cl_uint i = 0; i < n; i++) {
        struct yoke_device_record *rec = &platform->devices[i];
        rec->platform = platform->cl_id;
        rec->cl_id = ids[i];
        snprintf(rec->id, sizeof rec->id, "%u:%u", (unsigned)(number % 10000), (unsigned)i);
        snprintf(rec->platform_version, sizeof rec->platform_version, "%s", platform->version);
        yoke_device_describe(rec, platform->name);
        platform->infos[i] = &rec->info;
    }
    platform->info.n_devices = n;
    platform->info.devices = platform->infos;
}
