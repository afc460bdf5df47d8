/* gemm_epilogue.c - what follows a product, in plain loops. SPDX-License-Identifier: MIT */
#include <math.h>

#include "gemm_oracle.h"

void gemm_add_epilogue(const struct op_shape *s, const struct op_array *arrays, size_t parts,
                       size_t part, size_t b, size_t i, size_t j, double factor, struct op_point *p)
{
    for (size_t array = GEMM_R; array <= GEMM_BIAS; array++) {
        if (!gemm_has(s, array)) continue;
        const struct gemm_place place = gemm_place_of(s, array);
        const double v = arrays[array].value[gemm_at(&place, b, i, j) * parts + part];
        p->want += (long double)v * factor;
        p->magnitude += fabs(v * factor);
    }
}

static long double activated(const struct yoke_epilogue *e, long double x)
{
    switch (e->activation) {
    case YOKE_ACT_RELU: return x < 0 ? 0 : x;
    case YOKE_ACT_CLAMP:
        return x < e->clamp_min ? e->clamp_min : x > e->clamp_max ? e->clamp_max : x;
    case YOKE_ACT_SIGMOID: return 1 / (1 + expl(-x));
    case YOKE_ACT_TANH: return tanhl(x);
    case YOKE_ACT_GELU: return x * (1 + erfl(x * sqrtl(0.5L))) / 2;
    default: return x;
    }
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
void gemm_activate(const struct op_shape *s, struct op_point *p)
{
    const enum yoke_activation act = s->epilogue.activation;
    const long double x = p->want;

    if (!s->has_epilogue || act == YOKE_ACT_NONE) return;
    p->want = activated(&s->epilogue, x);
    p->gain = act == YOKE_ACT_GELU ? 1.13 : 1.0;
    if (act >= YOKE_ACT_SIGMOID) p->extra = isinf(x) ? 24.0 : 24.0 * fmax((double)fabsl(x), 1.0);
    if (isinf(x)) p->magnitude = 0.0;
}
