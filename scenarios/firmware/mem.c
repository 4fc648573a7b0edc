// SPDX-License-Identifier: Apache-2.0 OR MIT
// The functions that a compiler calls by itself even in freestanding code (for a struct copy, for a loop that clears).
// On Arm it calls them by the names of the run-time ABI (RTABI, IHI 0043, 4.3.4), where memset's arguments are in another
// order.
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memset(void *to, int value, size_t bytes);

// no_builtin: else the compiler sees what these loops do, and makes each a call of itself.
__attribute__((no_builtin("memcpy"))) void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
    unsigned char *out = to;
    const unsigned char *in = from;
    while (bytes-- > 0) {
        *out++ = *in++;
    }
    return to;
}

__attribute__((no_builtin("memset"))) void *memset(void *to, int value, size_t bytes)
{
    unsigned char *out = to;
    while (bytes-- > 0) {
        *out++ = (unsigned char)value;
    }
    return to;
}

#if defined(__arm__)

void __aeabi_memcpy(void *restrict to, const void *restrict from, size_t bytes);
void __aeabi_memset(void *to, size_t bytes, int value);
void __aeabi_memclr(void *to, size_t bytes);

void __aeabi_memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
    memcpy(to, from, bytes);
}

void __aeabi_memset(void *to, size_t bytes, int value)
{
    memset(to, value, bytes);
}

void __aeabi_memclr(void *to, size_t bytes)
{
    memset(to, 0, bytes);
}

// The same for blocks known to be aligned to 4 or 8 bytes.
void __aeabi_memcpy4(void *restrict to, const void *restrict from, size_t bytes) __attribute__((alias("__aeabi_memcpy")));
void __aeabi_memcpy8(void *restrict to, const void *restrict from, size_t bytes) __attribute__((alias("__aeabi_memcpy")));
void __aeabi_memset4(void *to, size_t bytes, int value) __attribute__((alias("__aeabi_memset")));
void __aeabi_memset8(void *to, size_t bytes, int value) __attribute__((alias("__aeabi_memset")));
void __aeabi_memclr4(void *to, size_t bytes) __attribute__((alias("__aeabi_memclr")));
void __aeabi_memclr8(void *to, size_t bytes) __attribute__((alias("__aeabi_memclr")));

#endif
