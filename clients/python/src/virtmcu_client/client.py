# SPDX-License-Identifier: Apache-2.0 OR MIT
"""A master of virtual time: connects, asks, and waits for the answers."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import List, Optional, Tuple, Type, TypeVar

from . import messages, model
from .model import Answer, Description, Event, Malformed, Memory, Port, Reached, Status

A = TypeVar("A")


class Refused(Exception):
    """One request was refused; the run goes on. `code` is a Code."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class RunBroke(Exception):
    """This connection is over: the run has ended, for this master or a reason of its own, or has another. `code` is a Code."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class Gone(ConnectionError):
    """The run closed the connection without a word: it was killed, or it is over."""


class Master:
    """One connection to one run. Every method waits for its answer, however long that takes."""

    def __init__(self, connection: socket.socket, name: str = "python") -> None:
        self._socket = connection
        self._file = connection.makefile("rb")
        self._sequence = 0
        self._events = 0
        self._pending: List[Event] = []
        self._description: Optional[Description] = None
        greeting = self._ask(messages.hello(self._next(), name), model.Hello)
        if greeting.version != model.VERSION:
            raise Malformed(f"the run speaks version {greeting.version}, expected {model.VERSION}")
        self.program = greeting.program

    @classmethod
    def connect(cls, path: str, name: str = "python") -> Master:
        """Connects to the socket of `virtmcu run ... --control PATH`."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(path)
            return cls(connection, name)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Goes. Before the end of the run, and without `finish` or `abandon`, this is an error of the run."""
        self._file.close()
        self._socket.close()

    def __enter__(self) -> Master:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def describe(self) -> Description:
        """Nodes, ports, links, duration. Asked once; it does not change."""
        if self._description is None:
            self._description = self._ask(messages.describe(self._next()), Description)
        return self._description

    def port(self, name: str) -> Port:
        """The port called `node.port`, such as `pinger.uart0`."""
        known = []
        for place, node in enumerate(self.describe().nodes):
            for number, port in enumerate(node.ports):
                if f"{node.name}.{port}" == name:
                    return (place, number)
                known.append(f"{node.name}.{port}")
        raise KeyError(f"there is no port {name!r}; there are {', '.join(known)}")

    def status(self) -> Status:
        """How far each node is, and what it did."""
        return self._ask(messages.status(self._next()), Status)

    def subscribe(self, frames: bool = False, lines: bool = False, power: bool = False) -> None:
        """Which events `grant` and `step` return from now on."""
        self._ask(messages.subscribe(self._next(), frames, lines, power), model.Done)

    def grant(self, until_ns: int) -> Tuple[Reached, List[Event]]:
        """Lets all nodes run up to `until_ns`, exactly; returns what happened meanwhile."""
        reached = self._ask(messages.grant(self._next(), until_ns), Reached)
        return reached, self._take_events()

    def step(self, until_ns: int, step_ns: int = 0) -> Tuple[Reached, List[Event]]:
        """As `grant`, but stops after the first step of `step_ns` in which something happened (0: the shortest horizon)."""
        reached = self._ask(messages.step(self._next(), until_ns, step_ns), Reached)
        return reached, self._take_events()

    def inject(self, port: Port, at_ns: int, data: bytes, interval_ns: int = 0) -> int:
        """Lets bytes arrive at a port, the first at `at_ns`; returns when the last one will be there."""
        message = messages.inject(self._next(), port, at_ns, interval_ns, data)
        return self._ask(message, model.Injected).last_ns

    def read_memory(self, node: int, address: int, length: int) -> bytes:
        """Memory of a node, by physical address; RAM and ROM only."""
        return self._ask(messages.read_memory(self._next(), node, address, length), Memory).data

    def finish(self) -> None:
        """Ends the run here, as if its duration were over: it is judged as any other."""
        self._ask(messages.finish(self._next()), model.Done)

    def abandon(self, reason: str) -> None:
        """Ends the run as failed."""
        self._ask(messages.abandon(self._next(), reason), model.Done)

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence

    def _take_events(self) -> List[Event]:
        events, self._pending = self._pending, []
        return events

    def _ask(self, request: bytes, expected: Type[A]) -> A:
        try:
            self._socket.sendall(request)
        except (BrokenPipeError, ConnectionResetError):
            # What the run said before it went is still to be read.
            pass
        found = self._answer()
        if isinstance(found, model.Error):
            refused = 16 <= found.code < 32
            raise (Refused if refused else RunBroke)(found.code, found.text)
        if not isinstance(found, expected):
            raise Malformed(f"the answer is {type(found).__name__}, expected {expected.__name__}")
        return found

    def _answer(self) -> Answer:
        while True:
            kind, sequence, length = messages.header(self._read(messages.HEADER.size))
            body = self._read(length)
            if messages.is_event(kind):
                if sequence != self._events:
                    raise Malformed(f"event {sequence} came, expected event {self._events}: events were lost")
                self._events += 1
                self._pending.append(messages.event(kind, body))
                continue
            found = messages.answer(kind, body)
            # An error that is about no request has sequence 0.
            if sequence != self._sequence and not isinstance(found, model.Error):
                raise Malformed(f"an answer to request {sequence} came, expected one to {self._sequence}")
            return found

    def _read(self, length: int) -> bytes:
        try:
            found = self._file.read(length)
        except ConnectionResetError:
            found = b""
        if len(found) != length:
            raise Gone("the run closed the connection; its own message says why")
        return found
