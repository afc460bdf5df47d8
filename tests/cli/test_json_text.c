/* test_json_text.c - any bytes become a JSON string.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/json_text.h"
#include "unit.h"

#define BAD "\xef\xbf\xbd"

static const struct {
    const char *text, *want;
} cases[] = {
    { "", "" },
    { "plain \x01 \x7f", "plain \x01 \x7f" },
    { "\xc2\x80 \xdf\xbf", "\xc2\x80 \xdf\xbf" },
    { "\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80", "\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80" },
    { "\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf", "\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf" },
    { "caf\xe9", "caf" BAD },
    { "\x80\xbf", BAD BAD },
    { "\xc0\x80 \xc1\xbf", BAD BAD " " BAD BAD },                 /* overlong     */
    { "\xe0\x9f\xbf", BAD BAD BAD },                              /* overlong     */
    { "\xf0\x8f\xbf\xbf", BAD BAD BAD BAD },                      /* overlong     */
    { "\xed\xa0\x80", BAD BAD BAD },                              /* a surrogate  */
    { "\xf4\x90\x80\x80 \xf5\xff", BAD BAD BAD BAD " " BAD BAD }, /* past U+10FFFF */
    { "cut \xe2\x82", "cut " BAD BAD },                           /* at the end   */
    { "cut \xf0\x9f\x98 off", "cut " BAD BAD BAD " off" },
};

START_TEST(text_is_made_valid)
{
    json_t *s = json_text(cases[_i].text);

    ck_assert_ptr_nonnull(s);
    ck_assert_str_eq(json_string_value(s), cases[_i].want);
    json_decref(s);
}
END_TEST

/* Whatever jansson takes is left as it is, and what comes out it takes. */
START_TEST(all_bytes_are_taken)
{
    unsigned state = 1;
    char text[8];

    for (int i = 0; i < 200000; i++) {
        for (size_t k = 0; k < sizeof text - 1; k++) {
            state = state * 1664525u + 1013904223u;
            text[k] = (char)(state >> 24 | (state & 0x400000 ? 0x80 : 0));
        }
        text[sizeof text - 1] = '\0';
        json_t *mine = json_text(text), *theirs = json_string(text);
        ck_assert_ptr_nonnull(mine);
        if (theirs) ck_assert_str_eq(json_string_value(mine), text);
        if (!theirs) ck_assert_ptr_nonnull(strstr(json_string_value(mine), BAD));
        json_decref(mine);
        json_decref(theirs);
    }
}
END_TEST

START_TEST(nothing_is_null)
{
    json_t *s = json_text(NULL);

    ck_assert(json_is_null(s));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json-text");
    TCase *t = tcase_create("text");

    tcase_add_loop_test(t, text_is_made_valid, 0, (int)(sizeof cases / sizeof *cases));
    tcase_add_test(t, all_bytes_are_taken);
    tcase_add_test(t, nothing_is_null);
    suite_add_tcase(s, t);
    return unit_run(s);
}
