#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""A physics engine in small: a pendulum upside down, and firmware that keeps it up.

    virtmcu run scenarios/control/pendulum.scenario.toml --no-golden --control pendulum.sock &
    python3 pendulum.py pendulum.sock

Every 10 ms of virtual time the firmware gets angle and rate over its UART, and answers by a torque. Only additions and
multiplications happen here, so that the numbers, and with them the trace of the run, are the same everywhere; the example
in Rust gives the same trace.
"""

from __future__ import annotations

import math
import re
import sys

from virtmcu_client import Line, Master

PERIOD_NS = 10_000_000
STEPS = 10
STEP_S = 0.001
BYTE_NS = 86_806
GRAVITY = 10.0
OFFSET = 1_000_000


class Pendulum:
    """Angle in rad, rate in rad/s, the motor's torque in rad/s^2."""

    def __init__(self) -> None:
        self.angle = 0.2
        self.rate = 0.0
        self.torque = 0.0

    def step(self) -> None:
        sine = self.angle - self.angle * self.angle * self.angle / 6.0
        self.rate += (GRAVITY * sine + self.torque) * STEP_S
        self.angle += self.rate * STEP_S

    def measurement(self) -> bytes:
        angle = math.floor(self.angle * 1000.0 + 0.5) + OFFSET
        rate = math.floor(self.rate * 1000.0 + 0.5) + OFFSET
        return f"angle {angle} rate {rate}\n".encode()


def balance(master: Master) -> Pendulum:
    duration_ns = master.describe().duration_ns
    uart = master.port("balancer.uart0")
    master.subscribe(lines=True)
    pendulum = Pendulum()
    now_ns = PERIOD_NS
    master.grant(now_ns)
    while now_ns + PERIOD_NS < duration_ns:
        for _ in range(STEPS):
            pendulum.step()
        master.inject(uart, now_ns, pendulum.measurement(), interval_ns=BYTE_NS)
        now_ns += PERIOD_NS
        _, events = master.grant(now_ns)
        for event in events:
            if isinstance(event, Line) and event.sender == uart:
                found = re.fullmatch(rb"torque (\d+)\n", event.data)
                if found:
                    pendulum.torque = (int(found[1]) - OFFSET) / 1000.0
    return pendulum


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: pendulum.py SOCKET", file=sys.stderr)
        return 2
    with Master.connect(sys.argv[1], "pendulum") as master:
        pendulum = balance(master)
        print(f"the pendulum is at {pendulum.angle:.4f} rad")
        if -0.02 < pendulum.angle < 0.02:
            master.finish()
            return 0
        master.abandon("the pendulum fell")
        return 1


if __name__ == "__main__":
    sys.exit(main())
