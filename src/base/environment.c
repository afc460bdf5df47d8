/* environment.c - the environment's variables that OpenCL loaders, drivers and compilers read.
 * SPDX-License-Identifier: MIT */
#include "base/environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

extern char **environ;

/* The first row counts that "NAME=VALUE" begins with. `code`: it may change what a compiler makes
 * of a kernel. Not so what chooses devices, threads and memory, or moves caches and logs: a
 * device's name, version and units are known besides. Nor LD_*: another library tells another
 * version. Left out for want of a prefix are the names that Intel's GPU driver reads after
 * NEOReadDebugKeys. */
// clang-format off
static const struct {
    const char *begin;
    bool code;
} table[] = {
    /* the loaders, and layers that may put other programs in place of ours */
    { "OCL_ICD_",             false },
    { "OPENCL_LAYER",         true },
    { "OPENCL_",              false },
    { "LD_",                  false },
    /* PoCL */
    { "POCL_AFFINITY",        false },
    { "POCL_CACHE_DIR",       false },
    { "POCL_CPU_MAX_CU_",     false },
    { "POCL_DEBUG",           false },
    { "POCL_DEVICES",         false },
    { "POCL_DISCOVERY",       false },
    { "POCL_KERNEL_CACHE",    false },
    { "POCL_LEAVE_",          false },
    { "POCL_MAX_COMPUTE_",    false },
    { "POCL_MAX_PTHREAD_",    false },
    { "POCL_MEMORY_LIMIT",    false },
    { "POCL_OFFLINE_COMPILE", false },
    { "POCL_SIG",             false },
    { "POCL_STARTUP_DELAY",   false },
    { "POCL_TRACING",         false },
    { "POCL_VECTORIZER_REMARKS", false },
    { "POCL_",                true },
    /* Intel's runtime for processors, its FPGA emulator; FPGAs */
    { "CL_CONFIG_CPU_EMULATE_DEVICES", false },
    { "CL_CONFIG_",           true },
    { "CL_CONTEXT_",          true },
    { "CL_",                  false },
    { "DPCPP_CPU_",           false },
    { "INTELFPGA",            true },
    { "AOCL_",                true },
    { "XILINX_",              true },
    { "XCL_",                 true },
    /* Intel's GPUs */
    { "IGC_",                 true },
    { "NEO_CACHE_",           false },
    { "NEO_",                 true },
    { "NEOReadDebugKeys",     true },
    { "ONEAPI_PVC_",          true },
    { "ZE_",                  false },
    /* AMD */
    { "AMD_DEBUG",            true },
    { "AMD_OCL_",             true },
    { "AMD_",                 false },
    { "GPU_ENABLE_",          true },
    { "GPU_FORCE_",           true },
    { "GPU_MAX_WORKGROUP_",   true },
    { "GPU_",                 false },
    { "HSA_OVERRIDE_GFX_",    true },
    { "HSA_",                 false },
    { "HIP_",                 false },
    { "LLVM_PATH",            true },
    { "ROCM_PATH",            true },
    { "ROCR_",                false },
    /* NVIDIA */
    { "CUDA_DISABLE_PTX_",    true },
    { "CUDA_FORCE_",          true },
    { "CUDA_",                false },
    { "NVIDIA_",              false },
    /* Mesa: rusticl, llvmpipe, drivers of GPUs; Beignet, of before */
    { "RUSTICL_DEVICE_TYPE",  false },
    { "RUSTICL_ENABLE",       false },
    { "RUSTICL_",             true },
    { "LP_NUM_THREADS",       false },
    { "LP_",                  true },
    { "GALLIUM_HUD",          false },
    { "GALLIUM_",             true },
    { "GALLIVM_",             true },
    { "LIBGL_",               false },
    { "MESA_DEBUG",           false },
    { "MESA_DISK_CACHE_",     false },
    { "MESA_GLSL_CACHE_",     false },
    { "MESA_LOG",             false },
    { "MESA_SHADER_CACHE_",   false },
    { "MESA_",                true },
    { "CLC_DEBUG",            true },
    { "NIR_",                 true },
    { "ACO_DEBUG",            true },
    { "R600_DEBUG",           true },
    { "INTEL_DEBUG",          true },
    { "INTEL_SIMD_DEBUG",     true },
    { "NV50_PROG_",           true },
    { "BIFROST_MESA_",        true },
    { "PAN_MESA_",            true },
    { "FD_MESA_",             true },
    { "IR3_SHADER_",          true },
    { "ZINK_",                true },
    { "OCL_",                 true },
    /* Oclgrind, clvk */
    { "OCLGRIND_BUILD_",      true },
    { "OCLGRIND_",            false },
    { "CLVK_CACHE_DIR",       false },
    { "CLVK_LOG",             false },
    { "CLVK_",                true },
};
// clang-format on
enum { N_ROWS = sizeof table / sizeof *table };

/* N_ROWS where no row fits. */
static size_t row_of(const char *entry)
{
    size_t i = 0;

    while (i < N_ROWS && strncmp(entry, table[i].begin, strlen(table[i].begin)) != 0)
        i++;
    return i;
}

bool yoke_environment_is_opencl(const char *entry)
{
    return row_of(entry) < N_ROWS;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The entries that steer code, in order; NULL where memory is short. */
static char **list_entries(size_t *n)
{
    size_t n_all = 0, row;
    char **entries;

    while (environ && environ[n_all])
        n_all++;
    entries = malloc((n_all + 1) * sizeof *entries);
    *n = 0;
    for (size_t i = 0; entries && i < n_all; i++)
        if ((row = row_of(environ[i])) < N_ROWS && table[row].code) entries[(*n)++] = environ[i];
    if (entries) qsort(entries, *n, sizeof *entries, by_text);
    return entries;
}

bool yoke_environment_of_code(char hex[YOKE_ENVIRONMENT_HEX])
{
    unsigned char digest[YOKE_HASH_BYTES];
    char all[YOKE_HASH_HEX];
    struct yoke_hash h;
    size_t n;
    char **entries = list_entries(&n);

    hex[0] = '\0';
    if (!entries) return false;
    yoke_hash_begin(&h);
    for (size_t i = 0; i < n; i++)
        yoke_hash_add_text(&h, entries[i]);
    free(entries);
    if (!yoke_hash_end(&h, digest)) return false;
    yoke_hash_hex(digest, all);
    if (n > 0) snprintf(hex, YOKE_ENVIRONMENT_HEX, "%.16s", all);
    return true;
}
