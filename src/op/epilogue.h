/* epilogue.h - what operators check of an epilogue (yoke/epilogue.h) in the same way.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_OP_EPILOGUE_H
#define YOKE_OP_EPILOGUE_H

#include "yoke/epilogue.h"
#include "yoke/status.h"
#include "yoke/types.h"

/* YOKE_ERR_INVALID for values that are none of the enumerations', an activation that results of the
 * type do not take, or a clamp without an interval. type: of the operands. */
yoke_status yoke_epilogue_check(const struct yoke_epilogue *e, enum yoke_type type);

/* An end of a clamp as the arithmetic holds it: of integers a whole number of 32 bits. */
double yoke_epilogue_clamp(double value, enum yoke_type type);

#endif /* YOKE_OP_EPILOGUE_H */
