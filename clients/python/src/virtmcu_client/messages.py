# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The messages of virtmcu's control interface, as bytes and back. No input or output happens here."""

from __future__ import annotations

import struct
from typing import List, Tuple

from .model import (
    MAGIC,
    VERSION,
    Answer,
    Change,
    Description,
    Done,
    Error,
    Event,
    Frame,
    Held,
    Hello,
    Injected,
    Kind,
    Line,
    Link,
    Lost,
    Malformed,
    Memory,
    Node,
    NodeStatus,
    Port,
    Power,
    Reached,
    Status,
)

HEADER = struct.Struct("<IHHQ")
MAX_TO_MASTER = 1024 * 1024


def message(kind: int, sequence: int, body: bytes = b"") -> bytes:
    """A whole message."""
    return HEADER.pack(HEADER.size + len(body), kind, 0, sequence) + body


def hello(sequence: int, name: str, version: int = VERSION) -> bytes:
    return message(Kind.HELLO, sequence, MAGIC + struct.pack("<I", version) + name.encode())


def describe(sequence: int) -> bytes:
    return message(Kind.DESCRIBE, sequence)


def status(sequence: int) -> bytes:
    return message(Kind.STATUS, sequence)


def subscribe(sequence: int, frames: bool = False, lines: bool = False, power: bool = False) -> bytes:
    return message(Kind.SUBSCRIBE, sequence, struct.pack("<I", int(frames) | int(lines) << 1 | int(power) << 2))


def grant(sequence: int, until_ns: int) -> bytes:
    return message(Kind.GRANT, sequence, struct.pack("<Q", until_ns))


def step(sequence: int, until_ns: int, step_ns: int) -> bytes:
    return message(Kind.STEP, sequence, struct.pack("<QQ", until_ns, step_ns))


def inject(sequence: int, port: Port, at_ns: int, interval_ns: int, data: bytes) -> bytes:
    return message(Kind.INJECT, sequence, struct.pack("<HHIQQ", *port, 0, at_ns, interval_ns) + data)


def read_memory(sequence: int, node: int, address: int, length: int) -> bytes:
    return message(Kind.READ_MEMORY, sequence, struct.pack("<HHIQ", node, 0, length, address))


def finish(sequence: int) -> bytes:
    return message(Kind.FINISH, sequence, struct.pack("<I", 0))


def abandon(sequence: int, reason: str) -> bytes:
    return message(Kind.FINISH, sequence, struct.pack("<I", 1) + reason.encode())


def header(data: bytes) -> Tuple[int, int, int]:
    """Kind, sequence and the length of the body that follows."""
    length, kind, reserved, sequence = HEADER.unpack(data)
    if not HEADER.size <= length <= MAX_TO_MASTER:
        raise Malformed(f"a message of {length} bytes, expected {HEADER.size} to {MAX_TO_MASTER}")
    if reserved != 0:
        raise Malformed(f"the reserved field of a header is {reserved:#x}, expected 0")
    return kind, sequence, length - HEADER.size


class _Reader:
    """Takes fields off a body."""

    def __init__(self, kind: int, body: bytes) -> None:
        self._kind = kind
        self._body = body
        self._at = 0

    def take(self, layout: str) -> Tuple[int, ...]:
        fields = struct.Struct("<" + layout)
        end = self._at + fields.size
        if end > len(self._body):
            raise Malformed(f"a message of kind {self._kind:#06x} ends after {len(self._body)} bytes, expected {end}")
        found = fields.unpack_from(self._body, self._at)
        self._at = end
        return found

    def text(self) -> str:
        (length,) = self.take("H")
        end = self._at + length
        if end > len(self._body):
            raise Malformed(f"a message of kind {self._kind:#06x} ends within a text")
        found = self._body[self._at : end]
        self._at = end
        return _utf8(found)

    def rest(self) -> bytes:
        found = self._body[self._at :]
        self._at = len(self._body)
        return found

    def end(self) -> None:
        if self._at != len(self._body):
            raise Malformed(f"a message of kind {self._kind:#06x} has {len(self._body)} bytes, expected {self._at}")


def _utf8(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Malformed(f"a text is not UTF-8: {error}") from error


def event(kind: int, body: bytes) -> Event:
    """Reads an event."""
    reader = _Reader(kind, body)
    if kind == Kind.EVENT_HELD:
        at_ns, node, port, _ = reader.take("QHHI")
        reader.end()
        return Held(at_ns, (node, port))
    if kind == Kind.EVENT_POWER:
        at_ns, node, change, code = reader.take("QHHI")
        reader.end()
        try:
            return Power(at_ns, node, Change(change), code)
        except ValueError as error:
            raise Malformed(f"a change of power is {change}, expected 0 to 4") from error
    if kind == Kind.EVENT_LOST:
        at_ns, node, port, byte, _, _ = reader.take("QHHBBH")
        reader.end()
        return Lost(at_ns, (node, port), byte)
    starts_ns, arrives_ns, node, port, to_node, to_port = reader.take("QQHHHH")
    make = Frame if kind == Kind.EVENT_FRAME else Line
    return make(starts_ns, arrives_ns, (node, port), (to_node, to_port), reader.rest())


def is_event(kind: int) -> bool:
    return Kind.EVENT_FRAME <= kind <= Kind.EVENT_LOST


def answer(kind: int, body: bytes) -> Answer:
    """Reads the answer to a request."""
    reader = _Reader(kind, body)
    request = kind & ~Kind.ANSWER
    found: Answer
    if kind == Kind.ERROR:
        code, _ = reader.take("II")
        found = Error(code, _utf8(reader.rest()))
    elif not kind & Kind.ANSWER:
        raise Malformed(f"a message of kind {kind:#06x}, expected an answer (0x8001 to 0x8009, 0xffff)")
    elif request == Kind.HELLO:
        magic = bytes(reader.take("8B"))
        if magic != MAGIC:
            raise Malformed(f"the answer to hello has {magic!r}, expected {MAGIC!r}: this is no run of virtmcu")
        (version,) = reader.take("I")
        found = Hello(version, _utf8(reader.rest()))
    elif request == Kind.DESCRIBE:
        found = _description(reader)
    elif request == Kind.STATUS:
        (now_ns,) = reader.take("Q")
        count = (len(body) - 8) // 40
        found = Status(now_ns, tuple(NodeStatus(*reader.take("QQQQQ")) for _ in range(count)))
    elif request in (Kind.SUBSCRIBE, Kind.FINISH):
        found = Done(request)
    elif request in (Kind.GRANT, Kind.STEP):
        now_ns, happened, flags, _ = reader.take("QQII")
        found = Reached(now_ns, happened, bool(flags & 1))
    elif request == Kind.INJECT:
        found = Injected(*reader.take("Q"))
    elif request == Kind.READ_MEMORY:
        (address,) = reader.take("Q")
        found = Memory(address, reader.rest())
    else:
        raise Malformed(f"a message of kind {kind:#06x}, expected an answer (0x8001 to 0x8009, 0xffff)")
    reader.end()
    return found


def _description(reader: _Reader) -> Description:
    duration_ns, seed, node_count, link_count, _ = reader.take("QQHHI")
    scenario = reader.text()
    nodes: List[Node] = []
    for _ in range(node_count):
        name, board = reader.text(), reader.text()
        (ports,) = reader.take("H")
        nodes.append(Node(name, board, tuple(reader.text() for _ in range(ports))))
    links: List[Link] = []
    for _ in range(link_count):
        name, kind = reader.text(), reader.text()
        (count,) = reader.take("H")
        ends = tuple((node, port) for node, port in (reader.take("HH") for _ in range(count)))
        (horizon_ns,) = reader.take("Q")
        links.append(Link(name, kind, ends, horizon_ns))
    return Description(scenario, duration_ns, seed, tuple(nodes), tuple(links))
