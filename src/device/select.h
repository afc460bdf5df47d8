/* select.h - the selection language.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_DEVICE_SELECT_H
#define YOKE_DEVICE_SELECT_H

#include "yoke/device.h"

/* Set chosen[i] for each of the n devices that the selection names (yoke_team_params.select). NULL,
 * "" and a selection of exclusions only start from all usable devices; unusable ones are never
 * chosen.
 *
 *   YOKE_ERR_INVALID      a term is empty or matches nothing; the sentence lists what there is
 *   YOKE_ERR_UNSUPPORTED  nothing usable is left, or a device named by id is not usable
 *   YOKE_ERR_NO_MEMORY    for lack of host memory (YOKE_NO_HOST_MEMORY)
 */
yoke_status yoke_select(const struct yoke_device_info *const *devices, size_t n,
                        const char *selection, bool *chosen);

#endif /* YOKE_DEVICE_SELECT_H */
