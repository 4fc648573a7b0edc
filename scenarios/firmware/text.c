// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "scenarios/firmware/text.h"

static void add_char(struct text *text, char c)
{
    if (text->length + 1 >= TEXT_MAX) {
        text->cut = true;
        return;
    }
    text->chars[text->length++] = c;
    text->chars[text->length] = '\0';
}

void text_add(struct text *text, const char *more)
{
    for (; *more != '\0'; more++) {
        add_char(text, *more);
    }
}

void text_add_u32(struct text *text, uint32_t value)
{
    char digits[10]; // 2^32 - 1 has ten
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    while (count > 0) {
        add_char(text, digits[--count]);
    }
}

void text_add_hex32(struct text *text, uint32_t value)
{
    for (int shift = 28; shift >= 0; shift -= 4) {
        add_char(text, "0123456789abcdef"[value >> shift & 15]);
    }
}

bool text_skip(const char **cursor, const char *expected)
{
    const char *at = *cursor;
    for (; *expected != '\0'; expected++, at++) {
        if (*at != *expected) {
            return false;
        }
    }
    *cursor = at;
    return true;
}

bool text_read_u32(const char **cursor, uint32_t *value)
{
    const char *at = *cursor;
    uint32_t sum = 0;
    for (; *at >= '0' && *at <= '9'; at++) {
        uint32_t digit = (uint32_t)(*at - '0');
        if (sum > (UINT32_MAX - digit) / 10) {
            return false;
        }
        sum = sum * 10 + digit;
    }
    if (at == *cursor) {
        return false;
    }
    *cursor = at;
    *value = sum;
    return true;
}

bool text_read_hex32(const char **cursor, uint32_t *value)
{
    const char *at = *cursor;
    uint32_t sum = 0;
    for (int i = 0; i < 8; i++, at++) {
        if (*at >= '0' && *at <= '9') {
            sum = sum << 4 | (uint32_t)(*at - '0');
        } else if (*at >= 'a' && *at <= 'f') {
            sum = sum << 4 | (uint32_t)(*at - 'a' + 10);
        } else {
            return false;
        }
    }
    *cursor = at;
    *value = sum;
    return true;
}
