// SPDX-License-Identifier: Apache-2.0 OR MIT
// No work at all: what is left is the cost of starting and ending a node.
#include "scenarios/bench/firmware/work.h"

int main(void)
{
    work_done(0);
}
