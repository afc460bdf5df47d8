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

#include "cli/cli.h"
#include "cli/npy_header.h"
#include "cli/output.h"

enum { PRELUDE_BYTES = 8, ALIGN_BYTES = 64, HEADER_MAX_BYTES = 256 };
static const char magic[] = "\x93NUMPY";

static bool host_is_little_endian(void)
{
    const uint16_t one = 1;
    unsigned char first;

    memcpy(&first, &one, 1);
    return first == 1;
}

/* Map a regular file that is not empty. */
static int map_file(struct array *a, const char *path)
{
    struct stat st;
    int status = CLI_DONE;

    /* O_NONBLOCK: opening a FIFO must not wait for a writer. */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return cli_fail("%s: cannot open it: %s", path, strerror(errno));
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        status = cli_fail("%s: not a regular file, so it cannot be mapped", path);
    } else if (st.st_size < PRELUDE_BYTES + 2 || (uintmax_t)st.st_size > SIZE_MAX) {
        status = cli_fail("%s: %jd bytes; a .npy file begins with at least 10", path,
                          (intmax_t)st.st_size);
    } else {
        a->map_bytes = (size_t)st.st_size;
        a->map = mmap(NULL, a->map_bytes, PROT_READ, MAP_PRIVATE, fd, 0);
        if (a->map == MAP_FAILED) {
            a->map = NULL;
            status = cli_fail("%s: cannot map it: %s", path, strerror(errno));
        }
    }
    close(fd);
    return status;
}

/* Where the header text begins and how long it is. */
static int find_header(const struct array *a, size_t *begin, size_t *size_bytes)
{
    const unsigned char *b = a->map;
    const unsigned major = b[6], minor = b[7];
    size_t n_length = major == 1 ? 2 : 4;

    if (memcmp(b, magic, 6) != 0)
        return cli_fail("%s: it does not begin with \\x93NUMPY, so it is no .npy file", a->name);
    if ((major != 1 && major != 2) || minor != 0)
        return cli_fail("%s: .npy format %u.%u; Yoke reads 1.0 and 2.0", a->name, major, minor);
    *begin = PRELUDE_BYTES + n_length;
    *size_bytes = 0;
    if (a->map_bytes < *begin)
        return cli_fail("%s: it ends inside its header, after %zu bytes", a->name, a->map_bytes);
    while (n_length-- > 0)
        *size_bytes = *size_bytes << 8 | b[PRELUDE_BYTES + n_length];
    if (*size_bytes > a->map_bytes - *begin)
        return cli_fail("%s: a header of %zu bytes in a file of %zu", a->name, *size_bytes,
                        a->map_bytes);
    return CLI_DONE;
}

/* NumPy has no bf16. */
static const struct {
    const char *descr;
    enum yoke_type type;
} descrs[] = {
    { "<f4", YOKE_F32 },   { "<f8", YOKE_F64 }, { "<f2", YOKE_F16 }, { "<c8", YOKE_C64 },
    { "<c16", YOKE_C128 }, { "|i1", YOKE_S8 },  { "<i4", YOKE_S32 },
};
enum { N_DESCRS = sizeof descrs / sizeof *descrs };

bool npy_has_type(enum yoke_type type)
{
    return type != YOKE_BF16;
}

static const char *descr_of(enum yoke_type type)
{
    for (size_t i = 0; i < N_DESCRS; i++)
        if (descrs[i].type == type) return descrs[i].descr;
    return "none";
}

static int set_type(struct array *a, const char *descr)
{
    size_t i = 0;

    while (i < N_DESCRS && strcmp(descrs[i].descr, descr) != 0)
        i++;
    if (i == N_DESCRS)
        return cli_fail("%s: %selements of type %s; Yoke reads " NPY_TYPES, a->name,
                        descr[0] == '>' ? "big-endian " : "", descr);
    if (!host_is_little_endian())
        return cli_fail("%s: elements of type %s; this machine is big-endian", a->name, descr);
    a->type = descrs[i].type;
    return CLI_DONE;
}

/* Shape and strides; the data must be exactly what the shape needs. */
static int set_shape(struct array *a, const struct npy_header *h, size_t data_bytes)
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
    if (n * yoke_type_size(a->type) != data_bytes)
        return cli_fail("%s: %zu bytes of data; its shape needs %zu", a->name, data_bytes,
                        n * yoke_type_size(a->type));
    return CLI_DONE;
}

static int parse_file(struct array *a)
{
    struct npy_header header;
    size_t begin = 0, header_bytes = 0;

    int status = find_header(a, &begin, &header_bytes);
    if (status != CLI_DONE) return status;
    const char *text = (const char *)a->map + begin;
    const char *error = npy_header_parse(&header, text, header_bytes);
    if (error) return cli_fail("%s: %s", a->name, error);

    status = set_type(a, header.descr);
    if (status != CLI_DONE) return status;
    a->data = text + header_bytes;
    return set_shape(a, &header, a->map_bytes - begin - header_bytes);
}

int npy_open(struct array *a, const char *path)
{
    *a = (struct array){ .name = path };
    int status = map_file(a, path);
    if (status == CLI_DONE) status = parse_file(a);
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
