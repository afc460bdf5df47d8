/* privilege.c - does this process have rights that its user has not?
 * SPDX-License-Identifier: MIT */
#include "base/privilege.h"

#ifdef HAVE_GETAUXVAL
#include <sys/auxv.h>
#endif
#include <unistd.h>

bool yoke_is_privileged(void)
{
#ifdef HAVE_GETAUXVAL
    if (getauxval(AT_SECURE)) return true;
#endif
    return geteuid() != getuid() || getegid() != getgid();
}
