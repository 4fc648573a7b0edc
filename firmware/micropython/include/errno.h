// SPDX-License-Identifier: Apache-2.0 OR MIT
// MicroPython uses error numbers of its own (MICROPY_USE_INTERNAL_ERRNO).
#pragma once
