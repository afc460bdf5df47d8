/* yoke/yoke.h - all of Yoke except the OpenCL objects behind it (yoke/opencl.h).
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_YOKE_H
#define YOKE_YOKE_H

#include "yoke/api.h"
#include "yoke/buffer.h"
#include "yoke/cache.h"
#include "yoke/conv.h"
#include "yoke/device.h"
#include "yoke/epilogue.h"
#include "yoke/gemm.h"
#include "yoke/kernel.h"
#include "yoke/op.h"
#include "yoke/queue.h"
#include "yoke/status.h"
#include "yoke/team.h"
#include "yoke/tensor.h"
#include "yoke/tune.h"
#include "yoke/types.h"
#include "yoke/version.h"

#endif /* YOKE_YOKE_H */
