// SPDX-License-Identifier: Apache-2.0 OR MIT
// Who is who.
#ifndef FIRMWARE_LWIP_END_H
#define FIRMWARE_LWIP_END_H

#define CONSOLE 0U
#define CONSOLE_BAUD 115200U

#define CLIENT_HOST 1U
#define SERVER_HOST 2U
#define SERVER_PORT 5001U

#define CLIENT_PATTERN 0x636C6E74U
#define SERVER_PATTERN 0x73727672U

#endif
