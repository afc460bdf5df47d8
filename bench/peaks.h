/* peaks.h - what a device can do at most, measured today.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_BENCH_PEAKS_H
#define YOKE_BENCH_PEAKS_H

#include "bench.h"

struct peak {
    double gflops; /* of a loop of multiply-adds in registers, f64 for types of double precision and
                    * f32 for all others; 0: the device lacks the type */
    double gbs;    /* of a copy in its memory, bytes read and written */
};

/* Measure one device. False after printing why. */
bool peaks_measure(yoke_device *dev, enum yoke_type type, struct peak *peak);

#endif /* YOKE_BENCH_PEAKS_H */
