// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <stddef.h>

typedef long ssize_t;
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
