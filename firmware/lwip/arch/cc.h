// SPDX-License-Identifier: Apache-2.0 OR MIT
// What lwIP asks of the compiler and of the C library: neither <stdio.h> nor <stdlib.h>.
#ifndef FIRMWARE_LWIP_ARCH_CC_H
#define FIRMWARE_LWIP_ARCH_CC_H

#include "scenarios/firmware/cpu.h"

#define LWIP_NO_INTTYPES_H 1
#define LWIP_NO_UNISTD_H 1
#define LWIP_NO_CTYPE_H 1
#define X8_F "x"
#define U16_F "u"
#define S16_F "d"
#define X16_F "x"
#define U32_F "u"
#define S32_F "d"
#define X32_F "x"
#define SZT_F "u"

// What must not happen ends the firmware.
#define LWIP_PLATFORM_DIAG(message) ((void)0)
#define LWIP_PLATFORM_ASSERT(message) cpu_halt()

// For finding interfaces by their names, which nobody does here: it is not linked.
int atoi(const char *text);

#endif
