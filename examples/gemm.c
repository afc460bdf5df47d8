/* gemm.c - a product of matrices in three calls. */
#include <stdio.h>
#include <yoke/yoke.h>

int main(void)
{
    const float A[2 * 3] = { 1, 2, 3, 4, 5, 6 }, B[3 * 2] = { 7, 8, 9, 10, 11, 12 };
    float C[2 * 2];
    yoke_team *team;

    if (yoke_team_create(NULL, &team) != YOKE_OK ||
        yoke_gemm_run(team, &(struct yoke_gemm){ .M = 2, .N = 2, .K = 3 }, C, A, B, NULL) != YOKE_OK)
        return fprintf(stderr, "%s\n", yoke_last_error()), 1;
    printf("%g %g\n%g %g\n", C[0], C[1], C[2], C[3]);
    yoke_team_destroy(&team);
    return 0;
}
