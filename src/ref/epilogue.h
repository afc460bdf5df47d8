/* epilogue.h - what follows a sum: yoke/epilogue.h in plain words.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_REF_EPILOGUE_H
#define YOKE_REF_EPILOGUE_H

#include "ref/bound.h"
#include "yoke/epilogue.h"

/* A scalar as the arithmetic of the type holds it. */
double yoke_ref_scalar(double value, enum yoke_type type);

/* Apply the activation, whose clamp is as the arithmetic holds it. */
void yoke_ref_activate(struct yoke_ref_sum *sum, const struct yoke_epilogue *e);

#endif /* YOKE_REF_EPILOGUE_H */
