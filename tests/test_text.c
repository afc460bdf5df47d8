/* test_text.c - texts that grow, and what is made of them: compilers' options, notes of rates.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "device/device.h"
#include "device/quirks.h"
#include "op/options.h"
#include "sched/rates_file.h"
#include "short_memory.h"
#include "unit.h"

enum { LONG = 100000 };

/* The numbers from 0 on, each with a blank, until there are LONG bytes. */
static void check_numbers(const char *text)
{
    char number[16];

    for (int i = 0; *text; i++) {
        const int n = snprintf(number, sizeof number, "%d ", i);
        ck_assert_mem_eq(text, number, (size_t)n);
        text += n;
    }
}

START_TEST(text_grows)
{
    struct yoke_text text = { 0 };
    char *const filler = malloc(LONG + 1);

    ck_assert_str_eq(yoke_text_get(&text), "");
    for (int i = 0; text.length < LONG; i++)
        yoke_text_add(&text, "%d ", i);
    ck_assert_uint_eq(strlen(yoke_text_get(&text)), text.length);
    check_numbers(yoke_text_get(&text));
    yoke_text_deinit(&text);

    memset(filler, 'x', LONG);
    filler[LONG] = '\0';
    yoke_text_add(&text, "<%s>", filler); /* at once */
    yoke_text_add_bytes(&text, "\0\n", 2);
    yoke_text_add(&text, "%s", "");
    ck_assert_uint_eq(text.length, LONG + 4);
    ck_assert_mem_eq(yoke_text_get(&text) + 1, filler, LONG);
    ck_assert_mem_eq(yoke_text_get(&text) + LONG + 1, ">\0\n", 4);
    yoke_text_deinit(&text);
    ck_assert_str_eq(yoke_text_get(&text), "");
    free(filler);
}
END_TEST

START_TEST(short_memory_is_remembered)
{
    struct yoke_text text = { 0 };

    short_memory_after(_i);
    for (int i = 0; i < 1000; i++)
        yoke_text_add(&text, "%d ", i);
    ck_assert_int_gt(short_memory_after(-1), 0);
    ck_assert_ptr_null(yoke_text_get(&text));
    yoke_text_add(&text, "more");
    yoke_text_add_bytes(&text, "more", 4);
    ck_assert_ptr_null(yoke_text_get(&text));
    yoke_text_deinit(&text);
    yoke_text_add(&text, "more");
    ck_assert_str_eq(yoke_text_get(&text), "more");
    yoke_text_deinit(&text);
}
END_TEST

START_TEST(options_of_any_length_are_whole)
{
    const struct yoke_tile tile = { .MR = SIZE_MAX, .NV = SIZE_MAX, .VW = SIZE_MAX };
    struct yoke_text options;
    size_t length;

    yoke_options_begin(&options, true, YOKE_BF16);
    length = options.length;
    for (int i = 1; i <= 1000; i++)
        yoke_options_add_tile(&options, &tile);
    const size_t one = (options.length - length) / 1000;
    ck_assert_uint_gt(one, strlen(" -DVW= -DNV= -DMR= -DHAVE_PREFETCH=1") + 3 * 10);
    ck_assert_uint_eq(strlen(yoke_text_get(&options)), length + 1000 * one);
    yoke_text_deinit(&options);
}
END_TEST

/* Before the device is looked at: never a program of other options. */
START_TEST(no_memory_for_options_is_no_memory)
{
    struct yoke_text options;
    yoke_kernel *kernel = NULL;

    short_memory_after(_i);
    yoke_options_begin(&options, false, YOKE_F32);
    for (int i = 0; i < 100; i++)
        yoke_text_add(&options, " -DSOMETHING_%d", i);
    const yoke_status st = yoke_kernel_get_with(NULL, "gemm_general", &options, &kernel);
    ck_assert_int_gt(short_memory_after(-1), 0);
    ck_assert_int_eq(st, YOKE_ERR_NO_MEMORY);
    ck_assert_ptr_nonnull(strstr(yoke_last_error(), "options"));
    ck_assert_ptr_null(options.data); /* freed */
}
END_TEST

START_TEST(rates_of_200_operators_come_back)
{
    enum { N = 200 };
    struct yoke_text text = { 0 };
    struct yoke_rates rates = { 0 }, back = { 0 };
    char op[YOKE_RATE_OP_MAX];

    yoke_rate_add(&rates.bytes, 4e6, 1);
    for (int i = 1; i <= N; i++) {
        snprintf(op, sizeof op, "op%d", i);
        yoke_rate_add(&yoke_rates_of(&rates, op, (enum yoke_type)(i % YOKE_S32))->flops,
                      123456789.0 * i, 1);
    }
    yoke_rates_of(&rates, "unknown", YOKE_F32); /* without a sample: not noted */
    yoke_rates_print(&text, &rates);
    ck_assert(yoke_rates_parse(yoke_text_get(&text), &back));
    ck_assert_double_eq(yoke_rate_get(&back.bytes), 4e6);
    for (int i = 1; i <= N; i++) {
        snprintf(op, sizeof op, "op%d", i);
        const struct yoke_rate *r =
            &yoke_rates_of(&back, op, (enum yoke_type)(i % YOKE_S32))->flops;
        ck_assert_double_eq(yoke_rate_get(r), 123456789.0 * i);
    }
    ck_assert_uint_eq(yoke_rates_of(&back, "unknown", YOKE_F32)->flops.n, 0);
    text.data[text.length - 1] = '\0'; /* cut off */
    ck_assert(!yoke_rates_parse(yoke_text_get(&text), &back));
    ck_assert(!yoke_rates_parse("yoke-rates 2 1 2 3\n", &back));
    ck_assert(!yoke_rates_parse("yoke-rates 3\nbytes 1\ngemm f31 7\n", &back));
    yoke_rates_deinit(&rates);
    yoke_rates_deinit(&back);
    yoke_text_deinit(&text);
}
END_TEST

/* As text, each of these takes 300 digits. */
START_TEST(huge_rates_are_noted)
{
    char cache[] = "/tmp/yoke-rates-XXXXXX", command[64];
    yoke_device *dev = calloc(1, sizeof *dev);
    struct yoke_member *m = calloc(1, sizeof *m), *again = calloc(1, sizeof *again);

    ck_assert(dev && m && again && mkdtemp(cache));
    setenv("YOKE_CACHE_DIR", cache, 1);
    unsetenv("YOKE_CACHE");
    dev->rec.info.name = dev->rec.info.vendor = dev->rec.info.driver = dev->rec.info.version = "x";
    m->dev = again->dev = dev;
    yoke_rate_add(&m->rates.bytes, 1e300, 1.0);
    yoke_rate_add(&yoke_rates_of(&m->rates, "gemm", YOKE_F32)->flops, 1e300, 1.0);
    yoke_rate_add(&yoke_rates_of(&m->rates, "conv", YOKE_F64)->flops, 1e300, 1.0);
    yoke_rates_save(m);
    ck_assert_uint_eq(m->n_noted, 2);
    yoke_rates_load(again);
    ck_assert_uint_eq(again->n_noted, 2);
    ck_assert_double_gt(yoke_rate_get(&yoke_rates_of(&again->rates, "conv", YOKE_F64)->flops),
                        1e18);
    snprintf(command, sizeof command, "rm -rf %s", cache);
    ck_assert_int_eq(system(command), 0);
    yoke_rates_deinit(&m->rates);
    yoke_rates_deinit(&again->rates);
    free(again);
    free(m);
    free(dev);
}
END_TEST

/* A record has room for the names of all quirks. */
START_TEST(names_of_all_quirks_fit)
{
    char all[1024];
    struct yoke_device_record *rec = calloc(1, sizeof *rec);

    ck_assert_ptr_nonnull(rec);
    yoke_quirks_print(UINT32_MAX, all, sizeof all);
    yoke_quirks_print(UINT32_MAX, rec->quirk_names, sizeof rec->quirk_names);
    ck_assert_str_eq(rec->quirk_names, all);
    free(rec);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("text");
    TCase *tc = tcase_create("text");

    tcase_add_test(tc, text_grows);
    tcase_add_loop_test(tc, short_memory_is_remembered, 0, 3);
    tcase_add_test(tc, options_of_any_length_are_whole);
    tcase_add_loop_test(tc, no_memory_for_options_is_no_memory, 0, 2);
    tcase_add_test(tc, rates_of_200_operators_come_back);
    tcase_add_test(tc, huge_rates_are_noted);
    tcase_add_test(tc, names_of_all_quirks_fit);
    suite_add_tcase(s, tc);
    return unit_run(s);
}
