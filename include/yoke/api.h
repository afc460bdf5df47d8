/* yoke/api.h - attributes of functions that the other headers use.
 * SPDX-License-Identifier: MIT */
#ifndef YOKE_API_H
#define YOKE_API_H

#if defined(__GNUC__)
#define YOKE_API __attribute__((visibility("default")))
#define YOKE_MUST_CHECK __attribute__((warn_unused_result))
#define YOKE_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define YOKE_API
#define YOKE_MUST_CHECK
#define YOKE_PRINTF(fmt, args)
#endif

#endif /* YOKE_API_H */
