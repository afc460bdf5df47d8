/* output.h - the files that the commands write, whole or not at all.
 * SPDX-License-Identifier: MIT
 *
 * Functions return CLI_DONE, or CLI_FAILED after a sentence. */
#ifndef YOKE_CLI_OUTPUT_H
#define YOKE_CLI_OUTPUT_H

#include <stddef.h>

/* Can path be written? Asked before the work, so that the work is not lost. */
int cli_check_output(const char *path);

/* Write head, then body (base/writer.h). */
int cli_write_output(const char *path, const void *head, size_t head_bytes, const void *body,
                     size_t body_bytes);

#endif /* YOKE_CLI_OUTPUT_H */
