/* npy.c - NumPy's .npy files. SPDX-License-Identifier: MIT */
#include "cli/npy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/size.h"
#include "cli/cli.h"
#include "cli/npy_header.h"
#include "cli/output.h"

enum { PRELUDE_BYTES = 8, ALIGN_BYTES = 64, HEADER_MAX_BYTES = 256, HEADER_MOST = 1 << 20 };
static const char magic[] = "\x93NUMPY";

/* A file as it comes: mapped, or read as far as the array goes. What follows in a pipe stays there.
 */
struct source {
    const char *path;
    int fd;
    const char *map; /* NULL: it is read */
    size_t map_bytes, at;
};

/* NumPy has no bf16. */
static const struct {
    const char *code, *letter, *name, *descr;
    enum yoke_type type;
} kinds[] = {
    { "f4", "f", "float32", "<f4", YOKE_F32 },       { "f8", "d", "float64", "<f8", YOKE_F64 },
    { "f2", "e", "float16", "<f2", YOKE_F16 },       { "c8", "F", "complex64", "<c8", YOKE_C64 },
    { "c16", "D", "complex128", "<c16", YOKE_C128 }, { "i1", "b", "int8", "|i1", YOKE_S8 },
    { "i4", "i", "int32", "<i4", YOKE_S32 },
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

static bool host_is_little_endian(void)
{
    const uint16_t one = 1;
    unsigned char first;

    memcpy(&first, &one, 1);
    return first == 1;
}

/* Where it cannot be mapped, as a pipe cannot, it is read. */
static void map_file(struct source *s, struct array *a)
{
    struct stat st;

    if (fstat(s->fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0 ||
        (uintmax_t)st.st_size > SIZE_MAX)
        return;
    void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, s->fd, 0);
    if (map == MAP_FAILED) return;
    a->map = map;
    a->map_bytes = s->map_bytes = (size_t)st.st_size;
    s->map = map;
}

/* As many of the next bytes as there are; negative where reading fails. */
static ssize_t take_some(struct source *s, char *out, size_t size_bytes)
{
    ssize_t n;

    if (s->map) {
        n = (ssize_t)yoke_size_min(size_bytes, s->map_bytes - s->at);
        memcpy(out, s->map + s->at, (size_t)n);
        return n;
    }
    do
        n = read(s->fd, out, size_bytes);
    while (n < 0 && errno == EINTR);
    return n;
}

/* Exactly the next bytes, which are a part of `what`. */
static int take(struct source *s, void *out, size_t size_bytes, const char *what)
{
    char *to = out;

    while (size_bytes > 0) {
        const ssize_t n = take_some(s, to, size_bytes);
        if (n < 0) return cli_fail("%s: cannot read it: %s", s->path, strerror(errno));
        if (n == 0)
            return cli_fail("%s: it ends after %zu bytes, inside its %s", s->path, s->at, what);
        s->at += (size_t)n;
        to += n;
        size_bytes -= (size_t)n;
    }
    return CLI_DONE;
}

/* All up to the header's text, which is so long. */
static int take_prelude(struct source *s, size_t *header_bytes)
{
    unsigned char b[PRELUDE_BYTES + 4];

    if (take(s, b, PRELUDE_BYTES, "header") != CLI_DONE) return CLI_FAILED;
    if (memcmp(b, magic, 6) != 0)
        return cli_fail("%s: it does not begin with \\x93NUMPY, so it is no .npy file", s->path);
    if (b[6] < 1 || b[6] > 3 || b[7] != 0)
        return cli_fail("%s: .npy format %u.%u; Yoke reads 1.0, 2.0 and 3.0", s->path, b[6], b[7]);
    size_t n = b[6] == 1 ? 2 : 4;
    if (take(s, b + PRELUDE_BYTES, n, "header") != CLI_DONE) return CLI_FAILED;
    while (n-- > 0)
        *header_bytes = *header_bytes << 8 | b[PRELUDE_BYTES + n];
    if (*header_bytes <= HEADER_MOST) return CLI_DONE;
    return cli_fail("%s: a header of %zu bytes; at most %d are read", s->path, *header_bytes,
                    HEADER_MOST);
}

static int take_header(struct source *s, struct npy_header *header)
{
    size_t size_bytes = 0;
    char what[48];

    if (take_prelude(s, &size_bytes) != CLI_DONE) return CLI_FAILED;
    char *text = malloc(size_bytes + 1);
    if (!text) return cli_fail("%s: no memory for its header", s->path);
    snprintf(what, sizeof what, "header of %zu bytes", size_bytes);
    int status = take(s, text, size_bytes, what);
    if (status == CLI_DONE) {
        const char *error = npy_header_parse(header, text, size_bytes);
        if (error) status = cli_fail("%s: %s", s->path, error);
    }
    free(text);
    return status;
}

bool npy_has_type(enum yoke_type type)
{
    return type != YOKE_BF16;
}

static const char *descr_of(enum yoke_type type)
{
    for (size_t i = 0; i < N_KINDS; i++)
        if (kinds[i].type == type) return kinds[i].descr;
    return "none";
}

/* An order of bytes and a type, or a name. The order of one byte says nothing; "=" and none are
 * that of the machine that reads. */
static int set_type(struct array *a, const char *descr)
{
    const bool ordered = descr[0] && strchr("<>=|", descr[0]);
    const char *type = descr + ordered;
    size_t i = 0;

    while (i < N_KINDS && strcmp(kinds[i].code, type) != 0 && strcmp(kinds[i].letter, type) != 0 &&
           (ordered || strcmp(kinds[i].name, type) != 0))
        i++;
    if (i == N_KINDS)
        return cli_fail("%s: elements of type %s; Yoke reads " NPY_TYPES, a->name, descr);
    if (descr[0] == (host_is_little_endian() ? '>' : '<') && yoke_type_size(kinds[i].type) > 1)
        return cli_fail("%s: %s-endian elements of type %s; this machine is %s-endian", a->name,
                        descr[0] == '>' ? "big" : "little", descr,
                        descr[0] == '>' ? "little" : "big");
    a->type = kinds[i].type;
    return CLI_DONE;
}

static int set_shape(struct array *a, const struct npy_header *h)
{
    size_t n = 1;

    a->ndim = h->ndim;
    for (size_t i = 0; i < h->ndim; i++) {
        const size_t dim = h->fortran ? i : h->ndim - 1 - i; /* the fastest first */
        a->dims[dim] = h->dims[dim];
        a->strides[dim] = n;
        if (n != 0 && h->dims[dim] > SIZE_MAX / yoke_type_size(a->type) / n)
            return cli_fail("%s: its sizes multiply to more than memory can hold", a->name);
        n *= h->dims[dim];
    }
    return CLI_DONE;
}

/* Of a file all that is left, which must be exactly what the shape needs. */
static int take_data(struct source *s, struct array *a)
{
    const size_t size_bytes = array_count(a) * yoke_type_size(a->type);
    char what[48];

    if (s->map && s->map_bytes - s->at != size_bytes)
        return cli_fail("%s: %zu bytes of data; its shape needs %zu", a->name, s->map_bytes - s->at,
                        size_bytes);
    if (s->map) {
        a->data = s->map + s->at;
        return CLI_DONE;
    }
    const int status = array_alloc(a);
    if (status != CLI_DONE) return status;
    snprintf(what, sizeof what, "data of %zu bytes", size_bytes);
    return take(s, a->memory, size_bytes, what);
}

int npy_open(struct array *a, const char *path)
{
    struct source s = { .path = path, .fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC) };
    struct npy_header header;

    *a = (struct array){ .name = path };
    if (s.fd < 0) return cli_fail("%s: cannot open it: %s", path, strerror(errno));
    map_file(&s, a);
    int status = take_header(&s, &header);
    if (status == CLI_DONE) status = set_type(a, header.descr);
    if (status == CLI_DONE) status = set_shape(a, &header);
    if (status == CLI_DONE) status = take_data(&s, a);
    close(s.fd);
    if (status != CLI_DONE) array_deinit(a);
    return status;
}

/* Format 1.0, with the data at a multiple of 64 bytes, as NumPy itself writes it. */
static size_t make_header(const struct array *a, char header[HEADER_MAX_BYTES])
{
    char shape[ARRAY_TEXT_BYTES] = "";
    size_t used = 0;

    for (size_t i = 0; i < a->ndim; i++)
        used += (size_t)snprintf(shape + used, sizeof shape - used, "%zu,%s", a->dims[i],
                                 i + 1 < a->ndim ? " " : "");
    const int n = snprintf(header + 10, HEADER_MAX_BYTES - 10,
                           "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }",
                           descr_of(a->type), shape);
    const size_t size_bytes = (10 + (size_t)n) / ALIGN_BYTES * ALIGN_BYTES + ALIGN_BYTES;
    memset(header + 10 + n, ' ', size_bytes - 10 - (size_t)n);
    header[size_bytes - 1] = '\n';
    memcpy(header, magic, 6);
    header[6] = 1;
    header[7] = 0;
    header[8] = (char)((size_bytes - 10) & 0xff);
    header[9] = (char)((size_bytes - 10) >> 8);
    return size_bytes;
}

int npy_write(const char *path, const struct array *a)
{
    char header[HEADER_MAX_BYTES];
    const size_t header_bytes = make_header(a, header);

    return cli_write_output(path, header, header_bytes, a->data,
                            array_count(a) * yoke_type_size(a->type));
}
