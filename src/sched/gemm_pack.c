/* gemm_pack.c - pack an operand in host memory for all devices of a team.
 * SPDX-License-Identifier: MIT */
#include "base/element.h"
#include "base/error.h"
#include "device/drivers.h"
#include "device/transfer.h"
#include "ops/gemm/pack.h"
#include "yoke/team.h"

/* From the array itself, or from a copy of it where the device has memory of its own. */
static yoke_status add_device(yoke_gemm_packed *packed, yoke_device *dev,
                              const struct yoke_gemm_problem *p, size_t operand, const void *array)
{
    const size_t size_bytes = p->at[operand].extent * yoke_type_size(p->type);
    yoke_buffer *buf = NULL;
    yoke_queue *q = NULL;
    yoke_status st = YOKE_OK;

    TRY(yoke_queue_create(dev, &q));
    if (size_bytes > 0 && yoke_device_get_info(dev)->host_memory) {
        TRY(yoke_buffer_lend(dev, array, size_bytes, true, &buf));
    } else if (size_bytes > 0) {
        TRY(yoke_buffer_create(dev, &(struct yoke_buffer_params){ .size_bytes = size_bytes },
                               &buf));
        TRY(yoke_buffer_write(q, buf, 0, array, size_bytes));
    }
    TRY(yoke_gemm_packed_add(packed, q, p, buf));
out:
    yoke_queue_destroy(&q);
    yoke_buffer_destroy(&buf);
    return st;
}

yoke_status yoke_gemm_pack(yoke_team *team, const struct yoke_gemm *gemm, enum yoke_gemm_side side,
                           const void *array, yoke_gemm_packed **out)
{
    yoke_status st = YOKE_OK;
    struct yoke_gemm_problem p;
    yoke_gemm_packed *packed = NULL;
    size_t operand;

    if (!out) return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_pack: out is NULL");
    *out = NULL;
    if (!team || !gemm) return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_pack: a NULL argument");
    TRY(yoke_drivers_check());
    TRY(yoke_gemm_packed_prepare(gemm, side, &p, &operand));
    if (!array && p.at[operand].extent > 0)
        return yoke_fail(YOKE_ERR_INVALID, "yoke_gemm_pack: the array is NULL");
    TRY(yoke_gemm_packed_create(&p, operand, &packed));
    for (size_t i = 0; i < yoke_team_device_count(team); i++) {
        yoke_device *dev = yoke_team_device(team, i);
        if (yoke_type_is_double(p.type) && !yoke_device_get_info(dev)->fp64) continue;
        TRY(add_device(packed, dev, &p, operand, array));
    }
    *out = packed;
    packed = NULL;
out:
    yoke_gemm_packed_destroy(&packed);
    return st;
}
