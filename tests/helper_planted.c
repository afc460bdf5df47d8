/* helper_planted.c - a helper that hangs: says its number, and goes round for ever.
 * SPDX-License-Identifier: MIT */
#include <unistd.h>

#include "base/helper_child.h"

int main(void)
{
    if (!yoke_helper_child_begin()) return 2;
    yoke_helper_say_text(YOKE_HELPER_PASS, "%ld", (long)getpid());
    for (volatile unsigned i = 0;; i++)
        ;
}
