/* linger.cl - keep a worker of the device awake for the next launch.
 *
 * Arrays   page: two numbers. The host counts up the first, its launches, while the kernel runs;
 *          the kernel writes `seen` to the second when it gives up. Where one does not see in time
 *          what the other writes, the kernel ends by itself, and is started less often.
 * Launch   one work-item.
 * Memory   the two numbers.
 * Numerics none.
 *
 * Defines  none; it is a program of its own, without yoke.clh.
 * Uses     none
 */

/* Look at most `looks` times whether there have been more launches than `seen`. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void linger(volatile __global uint *page, const uint seen, const uint looks)
{
    for (uint i = 0; i < looks; i++)
        if (page[0] != seen) return;
    page[1] = seen;
}
