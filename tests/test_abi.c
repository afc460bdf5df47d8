/* test_abi.c - structs of cl/abi are the same on host and device. SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdint.h>
#include <string.h>

#include "abi_fields.h" /* by abi_fields.py */
#include "base/text.h"
#include "harness.h"
#include "kernel/sources.h"

/* A struct's size, or where a member of it begins. */
static const struct number {
    const char *tag, *member; /* NULL: the struct */
    size_t bytes;
} numbers[] = {
#define STRUCT(tag)       { #tag, NULL, sizeof(struct tag) },
#define MEMBER(tag, name) { #tag, #name, offsetof(struct tag, name) },
    ABI_FIELDS
};
enum { N_NUMBERS = sizeof numbers / sizeof *numbers };

static void add_header(struct yoke_text *text, const char *name)
{
    for (size_t i = 0; i < yoke_n_sources; i++)
        if (strcmp(yoke_sources[i].name, name) == 0)
            yoke_text_add(text, "%s\n", yoke_sources[i].text);
}

/* Every header of cl/abi; their guards make those that others use come first and once. */
static void add_headers(struct yoke_text *text)
{
    add_header(text, "abi/types.h");
    add_header(text, "abi/work.h");
    for (size_t i = 0; i < yoke_n_sources; i++)
        if (strncmp(yoke_sources[i].name, "abi/", 4) == 0) add_header(text, yoke_sources[i].name);
}

/* A kernel that writes the same numbers. */
static void add_kernel(struct yoke_text *text)
{
    yoke_text_add(text, "__kernel void layout(__global uint *out)\n{\n");
    for (int i = 0; i < N_NUMBERS; i++) {
        const struct number *n = &numbers[i];
        if (n->member)
            yoke_text_add(text, "{ struct %s s; out[%d] = (char *)&s.%s - (char *)&s; }\n", n->tag,
                          i, n->member);
        else
            yoke_text_add(text, "out[%d] = sizeof(struct %s);\n", i, n->tag);
    }
    yoke_text_add(text, "}\n");
}

static void ask_device(uint32_t out[N_NUMBERS])
{
    const struct yoke_buffer_params params = { .size_bytes = N_NUMBERS * sizeof *out,
                                               .initial = out };
    const struct yoke_launch launch = { .global = { 1 }, .local = { 1 } };
    struct yoke_text text = { 0 };
    yoke_kernel *kernel;
    yoke_buffer *buffer;

    add_headers(&text);
    add_kernel(&text);
    EXPECT_OK(yoke_kernel_create(
        test_device,
        &(struct yoke_kernel_params){ .source = yoke_text_get(&text), .name = "layout" }, &kernel));
    EXPECT_OK(yoke_buffer_create(test_device, &params, &buffer));
    const struct yoke_arg out_arg = YOKE_ARG_BUFFER(buffer);
    EXPECT_OK(yoke_kernel_enqueue(test_queue, kernel, &launch, &out_arg, 1, NULL));
    EXPECT_OK(yoke_buffer_read(test_queue, buffer, 0, out, params.size_bytes));
    yoke_buffer_destroy(&buffer);
    yoke_kernel_destroy(&kernel);
    yoke_text_deinit(&text);
}

START_TEST(host_and_device_agree)
{
    uint32_t got[N_NUMBERS];

    memset(got, 0xff, sizeof got);
    ask_device(got);
    for (int i = 0; i < N_NUMBERS; i++)
        ck_assert_msg(got[i] == numbers[i].bytes, "%s %s: %u bytes on the device, %zu here",
                      numbers[i].tag, numbers[i].member ? numbers[i].member : "", got[i],
                      numbers[i].bytes);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("abi");
    TCase *tc = tcase_create("device");

    tcase_add_checked_fixture(tc, harness_open_device, harness_close_device);
    tcase_add_test(tc, host_and_device_agree);
    suite_add_tcase(s, tc);
    return harness_main(&s, 1);
}
