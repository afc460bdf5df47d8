/* plot.c - the rows as a picture, drawn by gnuplot.
 * SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "report.h"

static double gflops(const json_t *row, const char *peer)
{
    const json_t *side = peer ? json_object_get(json_object_get(row, "peers"), peer) : row;

    return json_real_value(json_object_get(side, "gflops"));
}

/* A data block of gnuplot: a label, ours, and each peer's figure. */
static void write_data(FILE *gnuplot, const json_t *rows, json_t *peers)
{
    json_t *row, *peer;
    const char *name;
    size_t i;

    fputs("$data << EOD\n", gnuplot);
    json_array_foreach(rows, i, row)
    {
        fprintf(gnuplot, "\"%s\" %g", json_string_value(json_object_get(row, "label")),
                gflops(row, NULL));
        json_object_foreach(peers, name, peer) fprintf(gnuplot, " %g", gflops(row, name));
        fputc('\n', gnuplot);
    }
    fputs("EOD\n", gnuplot);
}

static void write_commands(FILE *gnuplot, size_t n_rows, json_t *peers, const char *path)
{
    const char *name;
    json_t *peer;
    int column = 3;

    fputs("set terminal svg size 900,500 background 'white'\nset output '", gnuplot);
    for (const char *c = path; *c; c++)
        fputs(*c == '\'' ? "''" : (const char[]){ *c, '\0' }, gnuplot);
    fprintf(gnuplot, "'\nset xrange [-0.5:%zu-0.5]\n", n_rows);
    fputs("set yrange [0:*]\nset ylabel 'GFLOP/s'\nset grid ytics\nset key top left\n"
          "set xtics rotate by -40\n"
          "plot $data using 2:xtic(1) with linespoints lw 2 title 'yoke'",
          gnuplot);
    json_object_foreach(peers, name, peer)
    {
        fprintf(gnuplot, ", $data using %d:xtic(1) with linespoints title '%s'", column++, name);
    }
    fputc('\n', gnuplot);
}

int plot_write(const json_t *rows, const char *path)
{
    json_t *peers = json_object_get(json_array_get(rows, 0), "peers");
    FILE *gnuplot = popen("gnuplot", "w");
    int status;

    signal(SIGPIPE, SIG_IGN); /* without gnuplot nobody reads */
    if (!gnuplot) return bench_fail("%s cannot be drawn: no process for gnuplot", path);
    write_data(gnuplot, rows, peers);
    write_commands(gnuplot, json_array_size(rows), peers, path);
    status = pclose(gnuplot);
    if (status == 0) return BENCH_DONE;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return bench_fail("%s cannot be drawn: gnuplot is not installed", path);
    return bench_fail("gnuplot failed to draw %s", path);
}
