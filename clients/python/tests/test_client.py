# SPDX-License-Identifier: Apache-2.0 OR MIT
"""A master and a run that is played here, over a pair of sockets."""

import socket
import struct
import threading
import unittest
from typing import Callable, List, Tuple

from virtmcu_client import CONTROL, Code, Frame, Gone, Malformed, Master, Reached, Refused, RunBroke
from virtmcu_client import messages as m
from virtmcu_client import model as t

HELLO = (t.Kind.HELLO | t.Kind.ANSWER, t.MAGIC + struct.pack("<I", t.VERSION) + b"virtmcu test")


def reached(now_ns: int) -> Tuple[int, bytes]:
    return (t.Kind.GRANT | t.Kind.ANSWER, struct.pack("<QQII", now_ns, 1, 0, 0))


def frame(starts_ns: int) -> bytes:
    return struct.pack("<QQHHHH", starts_ns, starts_ns + 5, 0, 0, *CONTROL) + b"x"


class Client(unittest.TestCase):
    def check(self, answers: List[List[Tuple[int, int, bytes]]], play: Callable[[Master], None]) -> List[bytes]:
        """Plays against a run that answers each request by messages of (kind, sequence, body), then goes."""
        ours, theirs = socket.socketpair()
        asked: List[bytes] = []

        def run() -> None:
            with theirs, theirs.makefile("rb") as file:
                for answer in answers:
                    head = file.read(m.HEADER.size)
                    if len(head) < m.HEADER.size:
                        return
                    asked.append(head + file.read(m.header(head)[2]))
                    for kind, sequence, body in answer:
                        theirs.sendall(m.message(kind, sequence, body))

        thread = threading.Thread(target=run)
        thread.start()
        try:
            with Master(ours, "test") as master:
                play(master)
        finally:
            ours.close()
            thread.join()
        return asked

    def test_events_come_with_the_grant_that_made_them(self) -> None:
        kind, body = reached(10)
        event = t.Kind.EVENT_FRAME
        answers = [
            [(HELLO[0], 1, HELLO[1])],
            [(event, 0, frame(3)), (event, 1, frame(4)), (kind, 2, body)],
            [(kind, 3, reached(20)[1])],
        ]

        def play(master: Master) -> None:
            self.assertEqual(master.program, "virtmcu test")
            expected = [Frame(at, at + 5, (0, 0), CONTROL, b"x") for at in (3, 4)]
            self.assertEqual(master.grant(10), (Reached(10, 1, False), expected))
            self.assertEqual(master.grant(20), (Reached(20, 1, False), []))

        self.assertEqual(self.check(answers, play), [m.hello(1, "test"), m.grant(2, 10), m.grant(3, 20)])

    def test_errors_are_told_apart(self) -> None:
        def error(code: Code) -> bytes:
            return struct.pack("<II", code, 0) + b"why"

        answers = [
            [(HELLO[0], 1, HELLO[1])],
            [(t.Kind.ERROR, 2, error(Code.LATE))],
            [(t.Kind.ERROR, 0, error(Code.BROKE))],
        ]

        def play(master: Master) -> None:
            with self.assertRaisesRegex(Refused, "why") as refused:
                master.inject((0, 0), 1, b"x")
            self.assertEqual(refused.exception.code, Code.LATE)
            with self.assertRaisesRegex(RunBroke, "why"):
                master.grant(5)
            with self.assertRaises(Gone):
                master.grant(6)

        self.check(answers, play)

    def test_a_lost_event_or_a_wrong_answer_is_seen(self) -> None:
        kind, body = reached(10)
        for answer in [(t.Kind.EVENT_FRAME, 1, frame(3)), (kind, 7, body), (HELLO[0], 2, HELLO[1])]:

            def play(master: Master) -> None:
                with self.assertRaises(Malformed):
                    master.grant(10)

            self.check([[(HELLO[0], 1, HELLO[1])], [answer, (kind, 2, body)]], play)

    def test_another_version_is_refused(self) -> None:
        with self.assertRaisesRegex(Malformed, f"speaks version {t.VERSION + 1}, expected {t.VERSION}"):
            self.check([[(HELLO[0], 1, t.MAGIC + struct.pack("<I", t.VERSION + 1))]], lambda master: None)


if __name__ == "__main__":
    unittest.main()
