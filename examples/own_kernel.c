/* own_kernel.c - your own OpenCL C through Yoke's cache, from source string to result. */
#include <stdio.h>
#include <yoke/yoke.h>

#define N 1000
#define CHECK(call)                                                                                \
    if ((call) != YOKE_OK) return fprintf(stderr, "%s\n", yoke_last_error()), 1

static const char source[] = "__kernel void saxpy(__global float *y, __global const float *x,\n"
                             "                    float a, uint n)\n"
                             "{\n"
                             "    uint i = get_global_id(0);\n"
                             "    if (i < n) y[i] += a * x[i];\n"
                             "}\n";

int main(void)
{
    float x[N], y[N], a = 2;
    const unsigned n = N;
    yoke_team *team;
    yoke_queue *queue;
    yoke_kernel *saxpy;
    yoke_buffer *bx, *by;

    for (int i = 0; i < N; i++) x[i] = (float)i, y[i] = 1;
    CHECK(yoke_team_create(NULL, &team));
    yoke_device *dev = yoke_team_device(team, 0);
    CHECK(yoke_queue_create(dev, &queue));
    CHECK(yoke_kernel_create(dev, &(struct yoke_kernel_params){ source, "saxpy", NULL }, &saxpy));
    CHECK(yoke_buffer_create(dev, &(struct yoke_buffer_params){ .size_bytes = sizeof x, .initial = x }, &bx));
    CHECK(yoke_buffer_create(dev, &(struct yoke_buffer_params){ .size_bytes = sizeof y, .initial = y }, &by));
    const struct yoke_arg args[] = { YOKE_ARG_BUFFER(by), YOKE_ARG_BUFFER(bx), YOKE_ARG_VALUE(a), YOKE_ARG_VALUE(n) };
    CHECK(yoke_kernel_enqueue(queue, saxpy, &(struct yoke_launch){ .global = { N } }, args, 4, NULL));
    CHECK(yoke_buffer_read(queue, by, 0, y, sizeof y));
    printf("y[1] = %g, y[999] = %g\n", y[1], y[999]);
    yoke_buffer_destroy(&by), yoke_buffer_destroy(&bx), yoke_kernel_destroy(&saxpy);
    yoke_queue_destroy(&queue), yoke_team_destroy(&team);
    return 0;
}
