/* linger.cl - keep a worker of the device awake for the next launch.
 *
 * Arrays   launches: one number that the host counts up while the kernel runs. Where the device does
 *          not see that in time, the kernel ends by itself.
 * Launch   one work-item.
 * Memory   reads the one number.
 *
 * Defines  DTYPE, COMPLEX, HAVE_FMA  see yoke.clh; none matters
 */

/* Look at most `looks` times whether there have been more launches than `seen`. */
__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void linger(volatile __global const uint *launches, const uint seen, const uint looks)
{
    for (uint i = 0; i < looks; i++)
        if (*launches != seen) return;
}
