/* output.c - the files that the commands write, whole or not at all.
 * SPDX-License-Identifier: MIT */
#include "cli/output.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/writer.h"
#include "cli/cli.h"

int cli_check_output(const char *path)
{
    const int error = yoke_writer_check(AT_FDCWD, path);

    return error ? cli_fail("%s: cannot write it: %s", path, strerror(error)) : CLI_DONE;
}

int cli_write_output(const char *path, const void *head, size_t head_bytes, const void *body,
                     size_t body_bytes)
{
    struct yoke_writer w;
    int error;

    fflush(stdout); /* it may be that */
    error = yoke_writer_open(&w, AT_FDCWD, path, 0666, true);
    if (!error) error = yoke_writer_add(&w, head, head_bytes);
    if (!error) error = yoke_writer_add(&w, body, body_bytes);
    if (!error) error = yoke_writer_commit(&w);
    if (!error) return CLI_DONE;
    yoke_writer_abandon(&w);
    return cli_fail("%s: cannot write it: %s", path, strerror(error));
}
