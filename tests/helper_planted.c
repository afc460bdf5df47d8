/* helper_planted.c - a helper that hangs: says its number, and goes round for ever.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <unistd.h>

#include "base/helper_child.h"

int main(void)
{
    yoke_helper_child_begin(STDOUT_FILENO);
    printf("%ld\n", (long)getpid());
    fflush(stdout);
    for (volatile unsigned i = 0;; i++)
        ;
}
