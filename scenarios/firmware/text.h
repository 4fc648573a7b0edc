// SPDX-License-Identifier: Apache-2.0 OR MIT
// Making and reading short lines of text, with bounds, without a C library.
#ifndef SCENARIOS_FIRMWARE_TEXT_H
#define SCENARIOS_FIRMWARE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_MAX 64U // with the closing '\0'

// Text being made. Start from an all-zero value. What no longer fits is left out, and `cut` tells.
struct text {
    size_t length;
    bool cut;
    char chars[TEXT_MAX];
};

void text_add(struct text *text, const char *more);
void text_add_u32(struct text *text, uint32_t value);   // decimal, no leading zeros
void text_add_hex32(struct text *text, uint32_t value); // 8 lower-case digits

// Reading: each moves the cursor past what it read, or leaves it and returns false.
bool text_skip(const char **cursor, const char *expected);
bool text_read_u32(const char **cursor, uint32_t *value); // decimal; false when it does not fit
bool text_read_hex32(const char **cursor, uint32_t *value); // exactly 8 lower-case digits

// Is nothing left?
static inline bool text_at_end(const char *cursor)
{
    return *cursor == '\0';
}

#endif
