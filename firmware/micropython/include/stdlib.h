// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <stddef.h>

_Noreturn void abort(void);
_Noreturn void exit(int code);
