/* plot.c - the rows as a picture, drawn by gnuplot.
 * SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/writer.h"
#include "report.h"

static double gflops(const json_t *row, const char *peer)
{
    const json_t *side = peer ? json_object_get(json_object_get(row, "peers"), peer) : row;

    return json_real_value(json_object_get(side, "gflops"));
}

static double ratio(const json_t *row, const char *peer)
{
    return json_real_value(json_object_get(json_object_get(row, "ratio"), peer));
}

/* A data block of gnuplot: a label, our GFLOP/s, and for each peer its GFLOP/s and the ratio. */
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
        json_object_foreach(peers, name, peer)
            fprintf(gnuplot, " %g %g", gflops(row, name), ratio(row, name));
        fputc('\n', gnuplot);
    }
    fputs("EOD\n", gnuplot);
}

/* Room for a label under each row. The picture goes to a descriptor of ours. */
static void write_page(FILE *gnuplot, size_t n_rows, bool two, int fd)
{
    const size_t width = 300 + 18 * n_rows;

    fprintf(gnuplot, "set terminal svg size %zu,%d font ',12' background 'white'\n",
            width < 900 ? 900 : width, two ? 800 : 500);
    fprintf(gnuplot,
            "set output '/proc/%ld/fd/%d'\nset xrange [-0.5:%zu-0.5]\nset grid ytics\n"
            "set key above noenhanced\nset xtics noenhanced scale 0.5\n"
            "set style data linespoints\nset lmargin 9\nset rmargin 3\n",
            (long)getpid(), fd, n_rows);
}

/* GFLOP/s of all; the labels stand below the last panel only. */
static void write_gflops(FILE *gnuplot, json_t *peers, bool labels)
{
    const char *name;
    json_t *peer;
    int column = 3;

    fputs("set yrange [0:*]\nset ylabel 'GFLOP/s'\n", gnuplot);
    fputs(labels ? "set xtics rotate by 60 right\n" : "set xtics format ''\n", gnuplot);
    fprintf(gnuplot, "plot $data using 2%s lw 2 pt 7 ps 0.5 title 'yoke'",
            labels ? ":xtic(1)" : "");
    json_object_foreach(peers, name, peer)
    {
        fprintf(gnuplot, ", $data using %d pt 6 ps 0.5 title '%s'", column, name);
        column += 2;
    }
    fputc('\n', gnuplot);
}

/* Ratios, and the line above which we are faster. */
static void write_ratios(FILE *gnuplot, json_t *peers)
{
    const char *name, *separator = "";
    json_t *peer;
    int column = 4, color = 2;

    fputs("set ylabel 'ratio: above 1 yoke is faster'\nset xtics rotate by 60 right format '%s'\n"
          "set arrow from graph 0,first 1 to graph 1,first 1 nohead lw 1.5\nplot ",
          gnuplot);
    json_object_foreach(peers, name, peer)
    {
        fprintf(gnuplot, "%s$data using %d:xtic(1) lc %d pt 6 ps 0.5 title '%s'", separator, column,
                color++, name);
        separator = ", ";
        column += 2;
    }
    fputc('\n', gnuplot);
}

static int draw(const json_t *rows, int fd, const char *path)
{
    json_t *peers = json_object_get(json_array_get(rows, 0), "peers");
    const bool two = json_object_size(peers) > 0;
    FILE *gnuplot = popen("gnuplot", "w");
    int status;

    signal(SIGPIPE, SIG_IGN); /* without gnuplot nobody reads */
    if (!gnuplot) return bench_fail("%s cannot be drawn: no process for gnuplot", path);
    write_data(gnuplot, rows, peers);
    write_page(gnuplot, json_array_size(rows), two, fd);
    if (two) fputs("set multiplot layout 2,1\n", gnuplot);
    write_gflops(gnuplot, peers, !two);
    if (two) write_ratios(gnuplot, peers);
    status = pclose(gnuplot);
    if (status == 0) return BENCH_DONE;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return bench_fail("%s cannot be drawn: gnuplot is not installed", path);
    return bench_fail("gnuplot failed to draw %s", path);
}

int plot_write(const json_t *rows, const char *path)
{
    struct yoke_writer w;
    int error = yoke_writer_open(&w, AT_FDCWD, path, 0666, true);

    if (error) return bench_fail("%s: cannot write it: %s", path, strerror(error));
    const int status = draw(rows, w.fd, path);
    if (status == BENCH_DONE) error = yoke_writer_commit(&w);
    yoke_writer_abandon(&w);
    return error ? bench_fail("%s: cannot write it: %s", path, strerror(error)) : status;
}
