/* epilogue.c - what follows a sum: yoke/epilogue.h in plain words.
 * SPDX-License-Identifier: MIT */
#include "ref/epilogue.h"

#include <math.h>
#include <stdint.h>

#include "base/element.h"

double yoke_ref_scalar(double value, enum yoke_type type)
{
    if (yoke_type_is_integer(type)) return fmin(fmax(rint(value), INT32_MIN), INT32_MAX);
    return yoke_type_is_double(type) ? value : (double)(float)value;
}

static long double activated(const struct yoke_epilogue *e, long double x)
{
    switch (e->activation) {
    case YOKE_ACT_NONE: break;
    case YOKE_ACT_RELU: return x < 0 ? 0 : x;
    case YOKE_ACT_CLAMP:
        return x < e->clamp_min ? e->clamp_min : x > e->clamp_max ? e->clamp_max : x;
    case YOKE_ACT_SIGMOID: return 1 / (1 + expl(-x));
    case YOKE_ACT_TANH: return tanhl(x);
    case YOKE_ACT_GELU: return x * (1 + erfl(x * sqrtl(0.5L))) / 2;
    }
    return x;
}

/* act moves an error of its argument by at most its largest slope: 1, or for GELU 1.129, where
 * x = sqrt(2). Its own error, in u, by the bounds of OpenCL 1.2, 7.4 (an ulp is at most 2 u of the
 * value, and at most u for values below 1):
 *
 *   SIGMOID  exp 3 ulp = 6, the sum 1, the division 2.5 ulp = 5, of a value <= 1: 12
 *   TANH     5 ulp of a value <= 1: 5
 *   GELU     t = x / sqrt(2) 2 |t|, which erf' turns into at most 1; erf 16 ulp = 16; 1 + erf 1:
 *            together 18, times |x| / 2; the last product 1, of a value <= |x|: 10 |x|
 *
 * 24 max(|x|, 1) is twice that. Where x is infinite only that much is left. */
void yoke_ref_activate(struct yoke_ref_sum *s, const struct yoke_epilogue *e)
{
    const long double x = s->want;

    if (e->activation == YOKE_ACT_NONE) return;
    s->want = activated(e, x);
    s->gain = e->activation == YOKE_ACT_GELU ? 1.13 : 1.0;
    if (e->activation >= YOKE_ACT_SIGMOID)
        s->extra = isinf(x) ? 24.0 : 24.0 * fmax((double)fabsl(x), 1.0);
    if (isinf(x)) s->magnitude = s->rounded = 0.0;
}
