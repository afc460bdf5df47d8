/* conv.c - find vertical edges: one filter over one image. */
#include <stdio.h>
#include <yoke/yoke.h>

int main(void)
{
    const float image[4 * 6] = {
        0, 0, 0, 9, 9, 9,
        0, 0, 0, 9, 9, 9,
        0, 0, 0, 9, 9, 9,
        0, 0, 0, 9, 9, 9,
    };
    const float sobel[3 * 3] = { -1, 0, 1, -2, 0, 2, -1, 0, 1 };
    const struct yoke_conv conv = { .N = 1, .C = 1, .H = 4, .W = 6, .K = 1, .R = 3, .S = 3 };
    float edges[2 * 4];
    yoke_team *team;

    if (yoke_team_create(NULL, &team) != YOKE_OK ||
        yoke_conv_run(team, &conv, edges, image, sobel, NULL) != YOKE_OK)
        return fprintf(stderr, "%s\n", yoke_last_error()), 1;
    for (int p = 0; p < 2; p++)
        printf("%g %g %g %g\n", edges[4 * p], edges[4 * p + 1], edges[4 * p + 2], edges[4 * p + 3]);
    yoke_team_destroy(&team);
    return 0;
}
