# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What a master and a run tell each other: kinds, codes, and the content of each message."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Tuple, Union

MAGIC = b"vmcu-ctl"
VERSION = 3

Port = Tuple[int, int]
"""A node's and a port's place in the description."""

CONTROL: Port = (0xFFFF, 0xFFFF)
"""In place of a sender: the master. In place of a receiver: none, the port is a console."""


class Kind(enum.IntEnum):
    """What a message is."""

    HELLO = 1
    DESCRIBE = 2
    STATUS = 3
    SUBSCRIBE = 4
    GRANT = 5
    STEP = 6
    INJECT = 7
    READ_MEMORY = 8
    FINISH = 9
    ANSWER = 0x8000
    ERROR = 0xFFFF
    EVENT_FRAME = 0x4001
    EVENT_HELD = 0x4002
    EVENT_LINE = 0x4003
    EVENT_POWER = 0x4004
    EVENT_LOST = 0x4005


class Code(enum.IntEnum):
    """What is wrong: below 16 the run ends, from 16 on one request was refused, from 32 on the run broke off."""

    BAD_MAGIC = 1
    BAD_VERSION = 3
    BAD_LENGTH = 3
    UNKNOWN_KIND = 4
    BAD_FIELD = 5
    OUT_OF_ORDER = 6
    BACKWARDS = 7
    BUSY = 8
    LATE = 16
    UNKNOWN_NODE = 17
    UNKNOWN_PORT = 18
    AFTER_END = 19
    FULL = 20
    NO_MEMORY = 21
    BROKE = 32


class Malformed(ValueError):
    """Bytes that are no message."""


@dataclass(frozen=True)
class Hello:
    version: int
    program: str


@dataclass(frozen=True)
class Node:
    name: str
    board: str
    ports: Tuple[str, ...]


@dataclass(frozen=True)
class Link:
    name: str
    kind: str
    ends: Tuple[Port, ...]
    horizon_ns: int


@dataclass(frozen=True)
class Description:
    """What is simulated."""

    scenario: str
    duration_ns: int
    seed: int
    nodes: Tuple[Node, ...]
    links: Tuple[Link, ...]


@dataclass(frozen=True)
class NodeStatus:
    """What a node did since the start of the run."""

    clock_ns: int
    insns: int
    sent: int
    delivered: int
    held: int


@dataclass(frozen=True)
class Status:
    now_ns: int
    nodes: Tuple[NodeStatus, ...]


@dataclass(frozen=True)
class Reached:
    """Where all nodes stand after a grant; `happened` counts all events since the start."""

    now_ns: int
    happened: int
    at_end: bool


@dataclass(frozen=True)
class Injected:
    last_ns: int


@dataclass(frozen=True)
class Memory:
    address: int
    data: bytes


@dataclass(frozen=True)
class Done:
    """The answer to a request that has nothing to tell."""

    kind: int


@dataclass(frozen=True)
class Error:
    code: int
    text: str


@dataclass(frozen=True)
class Frame:
    """A frame was sent (`sender`), or injected (`sender` is CONTROL)."""

    starts_ns: int
    arrives_ns: int
    sender: Port
    receiver: Port
    data: bytes


@dataclass(frozen=True)
class Line:
    """A line of UART output is complete."""

    starts_ns: int
    arrives_ns: int
    sender: Port
    receiver: Port
    data: bytes


@dataclass(frozen=True)
class Held:
    """A frame arrived and had to wait for the firmware."""

    at_ns: int
    port: Port


class Change(enum.IntEnum):
    """What happens to a node as a whole."""

    OFF = 0
    ON = 1
    PIN_RESET = 2
    FIRMWARE_RESET = 3
    ENDED = 4


@dataclass(frozen=True)
class Power:
    """A node was switched off or on, or reset, or its firmware ended it."""

    at_ns: int
    node: int
    change: Change
    code: int = 0
    """What the firmware said when it ended."""


@dataclass(frozen=True)
class Lost:
    """A byte is lost: it came to a node that is off, or its sender was switched off before it was out."""

    at_ns: int
    port: Port
    byte: int


Event = Union[Frame, Line, Held, Power, Lost]
Answer = Union[Hello, Description, Status, Reached, Injected, Memory, Done, Error]
