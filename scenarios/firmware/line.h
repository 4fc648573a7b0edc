// SPDX-License-Identifier: Apache-2.0 OR MIT
// Whole lines from a UART.
#ifndef SCENARIOS_FIRMWARE_LINE_H
#define SCENARIOS_FIRMWARE_LINE_H

#include <stdbool.h>

#include "scenarios/firmware/text.h"

// Waits, in WFI, for the next line on `port` and stores it without its '\n', closed by '\0'.
// False: the line did not fit, or a byte was lost on this port; the line is then thrown away.
bool line_read(unsigned port, char line[TEXT_MAX]);

#endif
