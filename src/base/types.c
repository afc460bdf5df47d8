/* types.c - sizes and names of element types.
 * SPDX-License-Identifier: MIT */
#include "yoke/types.h"

size_t yoke_type_size(enum yoke_type type)
{
    switch (type) {
    case YOKE_F32: return 4;
    case YOKE_F64: return 8;
    }
    return 0;
}

const char *yoke_type_name(enum yoke_type type)
{
    switch (type) {
    case YOKE_F32: return "f32";
    case YOKE_F64: return "f64";
    }
    return "?";
}
