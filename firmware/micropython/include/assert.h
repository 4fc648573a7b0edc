// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

// The firmware is built with NDEBUG.
#define assert(condition) ((void)0)
