// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <stdarg.h>
#include <stddef.h>

int printf(const char *format, ...);
int snprintf(char *to, size_t size, const char *format, ...);
int vprintf(const char *format, va_list arguments);
int vsnprintf(char *to, size_t size, const char *format, va_list arguments);
int putchar(int character);
int puts(const char *text);
