/* test_select.c - the selection language, the quirks, without a device.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "device/quirks.h"
#include "device/select.h"
#include "device/system.h"
#include "unit.h"

#define DEVICE(i, n, v, t, u)                                                                      \
    {                                                                                              \
        .id = i, .name = n, .vendor = v, .reason = (u) ? "" : "it has no compiler", .type = t,     \
        .usable = u                                                                                \
    }

static const struct yoke_device_info table[] = {
    DEVICE("0:0", "pthread-skylake", "GenuineIntel", YOKE_DEVICE_CPU, true),
    DEVICE("0:1", "basic-skylake", "GenuineIntel", YOKE_DEVICE_CPU, true),
    DEVICE("1:0", "Radeon RX 7900", "Advanced Micro Devices", YOKE_DEVICE_GPU, true),
    DEVICE("2:0", "Stratix 10", "Intel", YOKE_DEVICE_ACCELERATOR, false),
};
enum { N = sizeof table / sizeof *table };

static const struct yoke_device_info *const devices[N] = { &table[0], &table[1], &table[2],
                                                           &table[3] };

/* What a selection gives, one character for each device. */
static const struct {
    const char *selection, *chosen;
} good[] = {
    { NULL, "xxx." },           { "", "xxx." },         { "cpu", "xx.." },
    { "gpu", "..x." },          { "0:1", ".x.." },      { "0:0,1:0", "x.x." },
    { "radeon", "..x." },       { "INTEL", "xx.." },    { "!gpu", "xx.." },
    { "cpu,!0:0", ".x.." },     { "!0:0,cpu", ".x.." }, { " cpu , gpu ", "xxx." },
    { "!accelerator", "xxx." }, { "! radeon", NULL },
};

START_TEST(selection_chooses)
{
    bool chosen[N];

    if (!good[_i].chosen) { /* a blank after '!' belongs to the term */
        ck_assert_int_eq(yoke_select(devices, N, good[_i].selection, chosen), YOKE_ERR_INVALID);
        return;
    }
    ck_assert_int_eq(yoke_select(devices, N, good[_i].selection, chosen), YOKE_OK);
    for (int i = 0; i < N; i++)
        ck_assert_msg(chosen[i] == (good[_i].chosen[i] == 'x'), "\"%s\": device %d",
                      good[_i].selection ? good[_i].selection : "NULL", i);
}
END_TEST

static const struct {
    const char *selection, *says;
    yoke_status want;
} bad[] = {
    { "tpu", "\"tpu\" matches no device", YOKE_ERR_INVALID },
    { "9:9", "0:1 (cpu, basic-skylake)", YOKE_ERR_INVALID },
    { "cpu,,gpu", "\"\" matches no device", YOKE_ERR_INVALID },
    { "!tpu", "\"tpu\"", YOKE_ERR_INVALID },
    { "2:0", "it has no compiler", YOKE_ERR_UNSUPPORTED },
    { "accelerator", "it has no compiler", YOKE_ERR_UNSUPPORTED },
    { "1:0,!gpu", "2:0 (Stratix 10)", YOKE_ERR_UNSUPPORTED },
};

START_TEST(wrong_selection_says_why)
{
    bool chosen[N];

    ck_assert_int_eq(yoke_select(devices, N, bad[_i].selection, chosen), bad[_i].want);
    ck_assert_msg(strstr(yoke_last_error(), bad[_i].says) != NULL, "%s", yoke_last_error());
}
END_TEST

START_TEST(no_devices_is_said)
{
    bool chosen[1];

    ck_assert_int_eq(yoke_select(devices, 0, NULL, chosen), YOKE_ERR_UNSUPPORTED);
    ck_assert(strstr(yoke_last_error(), "no OpenCL device") != NULL);
}
END_TEST

START_TEST(quirks_are_found_and_named)
{
    char names[128];

    ck_assert_uint_eq(yoke_quirks_find("AMD Accelerated Parallel Processing", "gfx1100"), 0);
    const char *pocl = "Portable Computing Language";
    ck_assert(yoke_quirks_find(pocl, "cpu-haswell-x") & YOKE_QUIRK_SHARED_POOL);
    ck_assert(!(yoke_quirks_find(pocl, "cpu-minimal-haswell-x") & YOKE_QUIRK_SHARED_POOL));
    const uint32_t quirks = yoke_quirks_find("rusticl", "llvmpipe (LLVM 15.0.6, 256 bits)");
    ck_assert(quirks & YOKE_QUIRK_SLOW_COMPILER);
    yoke_quirks_print(quirks, names, sizeof names);
    ck_assert_str_eq(names, "slow-compiler,no-sub-devices,early-finish,short-loops");
    yoke_quirks_print(quirks, names, 6); /* cut, not overrun */
    ck_assert_uint_eq(strlen(names), 5);
}
END_TEST

/* A device whose driver had no memory to tell of it is not one that Yoke does not support. */
START_TEST(no_memory_is_not_unsupported)
{
    struct yoke_device_info lacks = table[0];
    const struct yoke_device_info *const two[] = { &lacks, &table[1] };
    bool chosen[2];

    lacks.usable = false;
    lacks.reason = YOKE_NO_HOST_MEMORY;
    ck_assert_int_eq(yoke_select(two, 2, NULL, chosen), YOKE_OK);
    ck_assert(!chosen[0] && chosen[1]);
    ck_assert_int_eq(yoke_select(two, 2, "0:0", chosen), YOKE_ERR_NO_MEMORY);
    ck_assert_int_eq(yoke_select(two, 1, NULL, chosen), YOKE_ERR_NO_MEMORY);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("select");
    TCase *tc = tcase_create("select");

    tcase_add_loop_test(tc, selection_chooses, 0, sizeof good / sizeof *good);
    tcase_add_loop_test(tc, wrong_selection_says_why, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tc, no_devices_is_said);
    tcase_add_test(tc, quirks_are_found_and_named);
    tcase_add_test(tc, no_memory_is_not_unsupported);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
