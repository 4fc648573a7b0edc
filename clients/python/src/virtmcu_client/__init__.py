# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Steers a run of virtmcu from outside.

``virtmcu run x.scenario.toml --control SOCKET`` waits for a master; this is one::

    with Master.connect(SOCKET, name="bench") as master:
        port = master.port("pinger.uart0")
        master.subscribe(lines=True)
        reached, events = master.grant(1_000_000)
        master.inject(port, at_ns=1_500_000, data=b"hello\\n")
        master.finish()

Times are whole nanoseconds of virtual time since the start of the run. The protocol is told in docs/control.md of virtmcu.
"""

from .client import Gone, Master, Refused, RunBroke
from .model import (
    CONTROL,
    VERSION,
    Change,
    Code,
    Description,
    Frame,
    Held,
    Line,
    Link,
    Lost,
    Malformed,
    Node,
    NodeStatus,
    Power,
    Reached,
    Status,
)

__all__ = [
    "CONTROL",
    "VERSION",
    "Change",
    "Code",
    "Description",
    "Frame",
    "Gone",
    "Held",
    "Line",
    "Link",
    "Lost",
    "Malformed",
    "Master",
    "Node",
    "NodeStatus",
    "Power",
    "Reached",
    "Refused",
    "RunBroke",
    "Status",
]
