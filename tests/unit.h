/* unit.h - run a suite that needs no device.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_TESTS_UNIT_H
#define YOKE_TESTS_UNIT_H

#include <check.h>

/* The exit status of a test program. */
static inline int unit_run(Suite *s)
{
    SRunner *sr = srunner_create(s);

    srunner_run_all(sr, CK_ENV);
    const int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}

#endif /* YOKE_TESTS_UNIT_H */
