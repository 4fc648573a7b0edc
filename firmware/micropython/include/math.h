// SPDX-License-Identifier: Apache-2.0 OR MIT
// The C library of MicroPython is its own (shared/libc, lib/libm); these are declarations of what it has.
#pragma once
#include <stdint.h>

// Names that its libm expects of <math.h>.
#define __uint8_t uint8_t
#define __int32_t int32_t
#define __uint32_t uint32_t

#define NAN __builtin_nanf("")
#define INFINITY __builtin_inff()
#define HUGE_VAL __builtin_huge_val()
#define nanf __builtin_nanf
#define copysignf __builtin_copysignf
#define isnan(x) __builtin_isnan(x)
#define isinf(x) __builtin_isinf(x)
#define isfinite(x) __builtin_isfinite(x)
#define signbit(x) __builtin_signbit(x)
#define FP_NAN 0
#define FP_INFINITE 1
#define FP_ZERO 2
#define FP_SUBNORMAL 3
#define FP_NORMAL 4
#define fpclassify(x) __builtin_fpclassify(FP_NAN, FP_INFINITE, FP_NORMAL, FP_SUBNORMAL, FP_ZERO, x)

float acosf(float), acoshf(float), asinf(float), asinhf(float), atanf(float), atanhf(float), ceilf(float), cosf(float), coshf(float);
float erff(float), erfcf(float), expf(float), expm1f(float), fabsf(float), floorf(float), lgammaf(float), logf(float), log10f(float);
float log1pf(float), log2f(float), nearbyintf(float), rintf(float), roundf(float), sinf(float), sinhf(float), sqrtf(float);
float tanf(float), tanhf(float), tgammaf(float), truncf(float);
float atan2f(float, float), fmodf(float, float), powf(float, float);
float frexpf(float, int *), ldexpf(float, int), modff(float, float *), scalbnf(float, int);
