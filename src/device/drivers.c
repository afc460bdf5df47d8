/* drivers.c - what drivers do not survive: two threads that open devices at once, and a fork.
 * SPDX-License-Identifier: MIT */
#include "device/drivers.h"

#include <pthread.h>
#include <stdatomic.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_bool used, lost;

void yoke_drivers_lock(void)
{
    pthread_mutex_lock(&lock);
}

void yoke_drivers_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

static void lose(void)
{
    if (atomic_load(&used)) atomic_store(&lost, true);
}

static void watch_forks(void)
{
    (void)pthread_atfork(NULL, NULL, lose); /* without memory for it, as without this file */
}

void yoke_drivers_begin(void)
{
    pthread_once(&once, watch_forks);
    atomic_store(&used, true);
}

bool yoke_drivers_are_lost(void)
{
    return atomic_load_explicit(&lost, memory_order_relaxed);
}

yoke_status yoke_drivers_check(void)
{
    if (!yoke_drivers_are_lost()) return YOKE_OK;
    return yoke_fail(YOKE_ERR_DEVICE, "this process was forked from one that had used OpenCL, which "
                                      "does not survive that: fork before, or exec after");
}
