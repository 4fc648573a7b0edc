// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#define alloca __builtin_alloca
