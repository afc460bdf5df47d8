/* test_environment.c - what compilers look at besides the device: variables and the processor.
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* sched_setaffinity */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "base/processor.h"
#include "device/device.h"
#include "kernel/program.h"
#include "op/line.h"
#include "unit.h"

static const struct variable {
    const char *name, *value;
} steering[] = { { "CL_CONFIG_CPU_TARGET_ARCH", "corei7" },
                 { "POCL_EXTRA_BUILD_FLAGS", "-O0" },
                 { "POCL_WORK_GROUP_METHOD", "workitemloops" },
                 { "IGC_ForceOCLSIMDWidth", "8" },
                 { "NEOReadDebugKeys", "1" },
                 { "NEO_FP64_EMULATION", "1" },
                 { "AMD_OCL_BUILD_OPTIONS_APPEND", "-O1" },
                 { "GPU_ENABLE_WAVE32_MODE", "1" },
                 { "HSA_OVERRIDE_GFX_VERSION", "10.3.0" },
                 { "CUDA_FORCE_PTX_JIT", "1" },
                 { "RUSTICL_FEATURES", "fp64" },
                 { "LP_NATIVE_VECTOR_WIDTH", "128" },
                 { "GALLIVM_PERF", "no_opt" },
                 { "OCLGRIND_BUILD_OPTIONS", "-O0" },
                 { "XILINX_XRT", "/opt/x" },
                 { "INTELFPGAOCLSDKROOT", "/opt/x" },
                 { "OPENCL_LAYERS", "/opt/layer.so" } },
  innocent[] = { { "POCL_CACHE_DIR", "/tmp" },        { "POCL_DEBUG", "all" },
                 { "POCL_DEVICES", "basic" },         { "POCL_SIGFPE_HANDLER", "0" },
                 { "POCL_MAX_PTHREAD_COUNT", "2" },   { "POCL_KERNEL_CACHE", "0" },
                 { "POCL_TRACING", "text" },          { "OCL_ICD_VENDORS", "/tmp" },
                 { "OCL_ICD_PLATFORM_SORT", "none" }, { "CUDA_VISIBLE_DEVICES", "0" },
                 { "CUDA_CACHE_PATH", "/tmp" },       { "NEO_CACHE_DIR", "/tmp" },
                 { "MESA_SHADER_CACHE_DIR", "/tmp" }, { "RUSTICL_ENABLE", "llvmpipe" },
                 { "LP_NUM_THREADS", "2" },           { "OCLGRIND_LOG", "/tmp/x" },
                 { "OCLGRIND_DATA_RACES", "1" } },
  others[] = { { "CLICOLOR", "1" }, { "NEO4J_HOME", "/" }, { "MY_POCL_EXTRA", "x" } };
#define N_OF(array) (sizeof array / sizeof *array)

/* Without any variable of OpenCL, whatever the environment of this test. */
static void clear(void)
{
    clearenv();
}

static const char *code(void)
{
    static char hex[YOKE_ENVIRONMENT_HEX];

    ck_assert(yoke_environment_of_code(hex));
    return hex;
}

static bool is_opencl(const struct variable *v)
{
    char entry[128];

    snprintf(entry, sizeof entry, "%s=%s", v->name, v->value);
    return yoke_environment_is_opencl(entry);
}

START_TEST(variables_that_steer_code_count)
{
    char seen[N_OF(steering)][YOKE_ENVIRONMENT_HEX];

    ck_assert_str_eq(code(), "");
    for (size_t i = 0; i < N_OF(steering); i++) {
        ck_assert_msg(is_opencl(&steering[i]), "%s", steering[i].name);
        setenv(steering[i].name, steering[i].value, 1);
        strcpy(seen[i], code());
        ck_assert_uint_eq(strlen(seen[i]), YOKE_ENVIRONMENT_HEX - 1);
        for (size_t j = 0; j < i; j++)
            ck_assert_msg(strcmp(seen[i], seen[j]) != 0, "%s", steering[i].name);
    }
    setenv(steering[0].name, "another", 1); /* the value, too */
    ck_assert_str_ne(code(), seen[N_OF(steering) - 1]);
}
END_TEST

START_TEST(other_variables_do_not)
{
    for (size_t i = 0; i < N_OF(innocent); i++) {
        ck_assert_msg(is_opencl(&innocent[i]), "%s", innocent[i].name);
        setenv(innocent[i].name, innocent[i].value, 1);
        ck_assert_msg(code()[0] == '\0', "%s", innocent[i].name);
    }
    for (size_t i = 0; i < N_OF(others); i++) {
        ck_assert_msg(!is_opencl(&others[i]), "%s", others[i].name);
        setenv(others[i].name, others[i].value, 1);
        ck_assert_str_eq(code(), "");
    }
}
END_TEST

START_TEST(order_of_variables_does_not_matter)
{
    char forth[YOKE_ENVIRONMENT_HEX];

    for (size_t i = 0; i < N_OF(steering); i++)
        setenv(steering[i].name, steering[i].value, 1);
    strcpy(forth, code());
    clearenv();
    for (size_t i = N_OF(steering); i-- > 0;)
        setenv(steering[i].name, steering[i].value, 1);
    ck_assert_str_eq(code(), forth);
}
END_TEST

/* Every processor that this process may use says the same. */
START_TEST(processor_is_the_same_on_all_cores)
{
    char first[YOKE_PROCESSOR_HEX], hex[YOKE_PROCESSOR_HEX];
    cpu_set_t all, one;

    ck_assert(yoke_processor_identity(first));
#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
    ck_assert_uint_eq(strspn(first, "0123456789abcdef"), YOKE_PROCESSOR_HEX - 1);
#endif
    ck_assert_int_eq(sched_getaffinity(0, sizeof all, &all), 0);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &all)) continue;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        ck_assert_int_eq(sched_setaffinity(0, sizeof one, &one), 0);
        ck_assert(yoke_processor_identity(hex));
        ck_assert_str_eq(hex, first);
    }
}
END_TEST

static yoke_device dev;

static void fill(void)
{
    clearenv();
    dev.rec.info = (struct yoke_device_info){
        .name = dev.rec.name,
        .vendor = dev.rec.vendor,
        .driver = dev.rec.driver,
        .version = dev.rec.version,
        .units = UINT32_MAX,
        .vector_f32 = UINT32_MAX,
    };
    strcpy(dev.rec.name, "Intel(R) Xeon(R) Processor");
    strcpy(dev.rec.processor, "0123456789abcdef");
}

static void find_key(unsigned char key[YOKE_HASH_BYTES])
{
    static const struct yoke_source source = { "x.cl", "x" };
    static const struct yoke_source *const parts[] = { &source };
    static const struct yoke_program_spec spec = { .parts = parts, .n_parts = 1, .options = "" };

    ck_assert_int_eq(yoke_program_key(&dev, &spec, key), YOKE_OK);
}

/* One name, two processors or two environments: neither binaries nor rates nor tuning are shared.
 */
START_TEST(keys_and_identities_tell_them_apart)
{
    static const char *const processors[] = { "0123456789abcdef", "0123456789abcdee", "" };
    unsigned char keys[4][YOKE_HASH_BYTES];
    char texts[4][YOKE_IDENTITY_MAX];

    for (int i = 0; i < 4; i++) {
        strcpy(dev.rec.processor, i < 3 ? processors[i] : "");
        strcpy(dev.rec.environment, i < 3 ? "" : processors[0]);
        find_key(keys[i]);
        yoke_device_identity(&dev, texts[i], sizeof texts[i]);
        for (int j = 0; j < i; j++) {
            ck_assert_mem_ne(keys[i], keys[j], YOKE_HASH_BYTES);
            ck_assert_str_ne(texts[i], texts[j]);
        }
    }
}
END_TEST

START_TEST(longest_identity_is_whole)
{
    char text[YOKE_IDENTITY_MAX];
    char *const texts[] = { dev.rec.name, dev.rec.vendor, dev.rec.driver, dev.rec.version,
                            dev.rec.platform_version };

    for (size_t i = 0; i < N_OF(texts); i++)
        memset(texts[i], 'x', sizeof dev.rec.name - 1);
    strcpy(dev.rec.environment, "fedcba9876543210");
    yoke_device_identity(&dev, text, sizeof text);
    ck_assert_str_eq(text + strlen(text) - 16, "fedcba9876543210");
    ck_assert_uint_lt(strlen(text), YOKE_TUNE_DEVICE_MAX);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("environment");
    TCase *variables = tcase_create("variables"), *record = tcase_create("record");

    tcase_add_checked_fixture(variables, clear, NULL);
    tcase_add_test(variables, variables_that_steer_code_count);
    tcase_add_test(variables, other_variables_do_not);
    tcase_add_test(variables, order_of_variables_does_not_matter);
    tcase_add_test(variables, processor_is_the_same_on_all_cores);
    tcase_add_checked_fixture(record, fill, NULL);
    tcase_add_test(record, keys_and_identities_tell_them_apart);
    tcase_add_test(record, longest_identity_is_whole);
    suite_add_tcase(s, variables);
    suite_add_tcase(s, record);
    return unit_run(s);
}
