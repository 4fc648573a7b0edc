# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Each message has the bytes that Rust gives it, and comes back as it was."""

import struct
import unittest
from typing import Dict

from vectors import vectors
from virtmcu_client import messages as m
from virtmcu_client import model as t

REQUESTS: Dict[str, bytes] = {
    "hello": m.hello(1, "b\u00e4nk"),
    "describe": m.describe(2),
    "status": m.status(3),
    "subscribe": m.subscribe(4, frames=True, lines=False),
    "subscribe_lines": m.subscribe(5, frames=False, lines=True),
    "subscribe_power": m.subscribe(5, power=True),
    "grant": m.grant(6, 1_000_001),
    "step": m.step(7, 2_000_002, 86_805),
    "inject": m.inject(8, (1, 2), 3_000_003, 86_806, b"a\n\0"),
    "read_memory": m.read_memory(9, 3, 0x2000_0004, 16),
    "finish": m.finish(10),
    "abandon": m.abandon(0xFFFF_FFFF_FFFF_FFFF, "it fell"),
}

ANSWERS: Dict[str, t.Answer] = {
    "hello_reply": t.Hello(t.VERSION, "virtmcu 0.1.0"),
    "description": t.Description(
        "ping_pong",
        30_000_000,
        7,
        (
            t.Node("pinger", "qemu:mps2-an385", ("uart0", "uart1")),
            t.Node("ponger", "qemu:riscv32-virt", ("uart0",)),
        ),
        (t.Link("wire", "uart 115200 8N1 delay 0s", ((0, 1), (1, 0)), 86_805),),
    ),
    "status_reply": t.Status(4, (t.NodeStatus(5, 6, 7, 8, 9), t.NodeStatus(10, 11, 12, 13, 14))),
    "subscribed": t.Done(t.Kind.SUBSCRIBE),
    "granted": t.Reached(1_000_001, 42, False),
    "stepped": t.Reached(1_000_001, 42, True),
    "injected": t.Injected(3_173_615),
    "memory": t.Memory(0x2000_0004, b"\xde\xad"),
    "finished": t.Done(t.Kind.FINISH),
    "error": t.Error(t.Code.LATE, "too late"),
}

EVENTS: Dict[str, t.Event] = {
    "event_frame": t.Frame(1, 2, (3, 4), (5, 6), b"x"),
    "event_held": t.Held(7, (8, 9)),
    "event_line": t.Line(1, 2, (3, 4), t.CONTROL, b"ping 1\n"),
    "event_power": t.Power(10, 11, t.Change.FIRMWARE_RESET),
    "event_lost": t.Lost(12, (13, 14), ord("y")),
}

LEGACY = {"legacy_clock_advance", "legacy_clock_ready"}


class Messages(unittest.TestCase):
    def test_the_bytes_of_each_message(self) -> None:
        expected = vectors()
        for name, found in REQUESTS.items():
            self.assertEqual(found.hex(), expected[name].hex(), name)
        for name, answer in ANSWERS.items():
            kind, _, length = m.header(expected[name][: m.HEADER.size])
            self.assertEqual(length, len(expected[name]) - m.HEADER.size)
            self.assertEqual(m.answer(kind, expected[name][m.HEADER.size :]), answer, name)
        for name, event in EVENTS.items():
            kind, _, _ = m.header(expected[name][: m.HEADER.size])
            self.assertTrue(m.is_event(kind))
            self.assertEqual(m.event(kind, expected[name][m.HEADER.size :]), event, name)
        self.assertEqual(set(expected), set(REQUESTS) | set(ANSWERS) | set(EVENTS) | LEGACY)

    def test_what_is_cut_or_too_long_is_an_error(self) -> None:
        for name, data in vectors().items():
            if name not in ANSWERS and name not in EVENTS:
                continue
            kind, _, _ = m.header(data[: m.HEADER.size])
            whole = data[m.HEADER.size :]
            read = m.event if name in EVENTS else m.answer
            expected = {**ANSWERS, **EVENTS}[name]
            for length in range(len(whole)):
                try:
                    self.assertNotEqual(read(kind, whole[:length]), expected, name)
                except t.Malformed:
                    pass

    def test_nonsense_is_an_error(self) -> None:
        for length in (0, 15, m.MAX_TO_MASTER + 1, 0xFFFF_FFFF):
            with self.assertRaises(t.Malformed):
                m.header(struct.pack("<IHHQ", length, 1, 0, 0))
        with self.assertRaises(t.Malformed):
            m.header(struct.pack("<IHHQ", 16, 1, 1, 0))
        for kind in (0, 1, 5, 0x4006, 0x8000, 0x800A, 0xFFFE):
            with self.assertRaises(t.Malformed):
                m.answer(kind, b"")
        with self.assertRaisesRegex(t.Malformed, "a change of power is 5"):
            m.event(t.Kind.EVENT_POWER, struct.pack("<QHHI", 1, 2, 5, 0))
        with self.assertRaisesRegex(t.Malformed, "no run of virtmcu"):
            m.answer(0x8001, b"HTTP/1.1 200")
        with self.assertRaisesRegex(t.Malformed, "UTF-8"):
            m.answer(0xFFFF, b"\x01\0\0\0\0\0\0\0\xff")


if __name__ == "__main__":
    unittest.main()
