// SPDX-License-Identifier: Apache-2.0 OR MIT
//! An asynchronous serial line: when a byte starts, ends and arrives.

use crate::Framing;
use ::uart::{Line, Settings};
use vtime::{Instant, Span};

const NS_PER_SECOND: u64 = 1_000_000_000;
const FS_PER_NS: u64 = 1_000_000;

/// A UART link: two wires, one for each direction, with the same baud rate, framing and delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uart {
    baud: u32,
    framing: Framing,
    delay: Span,
    flow_control: bool,
}

/// Why there can be no such UART.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The baud rate is 0.
    #[error("a UART with baud rate 0 sends nothing: write the bits per second, such as 115200")]
    Baud,
}

/// One byte on its way, in whole nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// When its start bit begins.
    pub starts: Instant,
    /// When its last stop bit has left. A byte that follows at once starts here.
    pub ends: Instant,
    /// When the whole byte is at the receiver: `ends` and the link's delay.
    pub arrives: Instant,
}

impl Uart {
    /// A UART of `baud` bits per second whose wires delay every byte by `delay`.
    pub const fn new(baud: u32, framing: Framing, delay: Span) -> Result<Uart, Error> {
        if baud == 0 {
            return Err(Error::Baud);
        }
        Ok(Uart { baud, framing, delay, flow_control: false })
    }

    /// The same with RTS of each end joined to CTS of the other one.
    ///
    /// A receiver takes its RTS back when it has a byte, which is in the middle of the stop bit, and a sender looks at its CTS before
    /// the next start bit. So bytes arrive half a bit before they end, and RTS takes a quarter of one.
    #[must_use]
    pub const fn with_flow_control(self) -> Uart {
        Uart { flow_control: true, ..self }
    }

    /// Whether RTS and CTS are joined.
    pub const fn flow_control(self) -> bool {
        self.flow_control
    }

    /// What UARTs at its ends are told of it.
    pub const fn line(self) -> Line {
        Line { settings: self.settings(), flow_control: self.flow_control }
    }

    /// Its own settings.
    pub const fn settings(self) -> Settings {
        match Settings::of_baud(self.baud as u64, self.framing) {
            Some(settings) => settings,
            // No `u32` but 0 is a baud rate without settings, and that is none.
            None => Settings { bit_fs: 1, framing: self.framing },
        }
    }

    /// From the start of what differs from the link's own settings until its receiver knows of it: a frame of the link's, rounded up,
    /// whatever its own length, and the delay.
    pub(crate) fn lag(self) -> Span {
        let (frame_ns, rest) = self.frame();
        Span::from_ns(frame_ns + u64::from(rest > 0) - self.early_ns()) + self.delay
    }

    /// How long before its end a byte is taken.
    const fn early_ns(self) -> u64 {
        if self.flow_control { NS_PER_SECOND / 2 / self.baud as u64 } else { 0 }
    }

    /// Bits per second.
    pub const fn baud(self) -> u32 {
        self.baud
    }

    /// The bits of a frame.
    pub const fn framing(self) -> Framing {
        self.framing
    }

    /// How long a byte travels after its last bit has left.
    pub const fn delay(self) -> Span {
        self.delay
    }

    /// The least time from handing anything over to its arrival: one frame, rounded down, and the delay. Never zero: the
    /// shortest frame, 7 bits, at the highest baud rate, 2^32 - 1, lasts 1.6 ns. With flow control it is a quarter of a bit.
    pub fn lookahead(self) -> Span {
        let (frame_ns, _) = self.frame();
        let quarter_ns = (NS_PER_SECOND / 4 / u64::from(self.baud)).max(1);
        Span::from_ns(if self.flow_control { quarter_ns } else { frame_ns }) + self.delay
    }

    /// The time of one frame: whole nanoseconds, and the rest in units of 1/baud ns.
    const fn frame(self) -> (u64, u64) {
        let scaled = self.framing.frame_bits() as u64 * NS_PER_SECOND;
        (scaled / self.baud as u64, scaled % self.baud as u64)
    }
}

/// One direction of a [`Uart`]: how long it is busy with the bytes handed over so far.
#[derive(Clone, Debug)]
pub struct Wire {
    uart: Uart,
    /// When the wire is free: this many whole nanoseconds ...
    free_ns: u64,
    /// ... and this many parts of one; less than `parts`.
    free_rest: u64,
    /// The baud rate, or femtoseconds.
    parts: u64,
}

impl Wire {
    /// A wire on which nothing was sent yet.
    pub const fn new(uart: Uart) -> Wire {
        Wire { uart, free_ns: 0, free_rest: 0, parts: 1 }
    }

    /// Hands over a byte at `now`. It starts at once, or when the bytes before it have left.
    ///
    /// The exact times are kept; those returned are rounded up. So a byte starts at `now` or later, never before the one
    /// before it ends, and arrives at `now + lookahead` or later.
    pub fn send(&mut self, now: Instant) -> Sent {
        let (frame_ns, rest) = self.uart.frame();
        self.occupy(now, frame_ns, rest, self.uart.baud.into())
    }

    /// Hands over what lasts `lasts_fs` femtoseconds, by settings of its own. When it arrives, the receiver knows at least how it began.
    pub(crate) fn send_lasting(&mut self, now: Instant, lasts_fs: u128) -> Sent {
        let whole_ns = u64::try_from(lasts_fs / u128::from(FS_PER_NS)).unwrap_or(u64::MAX);
        let rest = (lasts_fs % u128::from(FS_PER_NS)) as u64;
        let sent = self.occupy(now, whole_ns, rest, FS_PER_NS);
        Sent { arrives: sent.starts + self.uart.lag(), ..sent }
    }

    /// Nothing else starts before `until`.
    pub(crate) fn wait(&mut self, until: Instant) {
        if self.free_at() <= until {
            (self.free_ns, self.free_rest) = (until.as_ns(), 0);
        }
    }

    fn occupy(&mut self, now: Instant, whole_ns: u64, rest: u64, parts: u64) -> Sent {
        // Between bytes of one rate nothing is rounded.
        if self.parts != parts {
            (self.free_ns, self.free_rest) = (self.free_at().as_ns(), 0);
            self.parts = parts;
        }
        // Idle means free at or before `now`, exactly: a rest of a nanosecond past `now` is still busy.
        self.wait(now);
        let starts = self.free_at();
        let rest = self.free_rest + rest;
        self.free_ns = self.free_ns.saturating_add(whole_ns).saturating_add(rest / parts);
        self.free_rest = rest % parts;
        let ends = self.free_at();
        let taken = Instant::from_ns(ends.as_ns().saturating_sub(self.uart.early_ns()));
        Sent { starts, ends, arrives: taken + self.uart.delay }
    }

    /// The soonest that a byte can arrive which is handed over at `from` or later.
    pub fn earliest(&self, from: Instant) -> Instant {
        self.free_at().max(from) + self.uart.lookahead()
    }

    /// When the wire is free for the next byte, rounded up.
    pub fn free_at(&self) -> Instant {
        Instant::from_ns(self.free_ns.saturating_add(u64::from(self.free_rest > 0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn uart(baud: u32, framing: &str, delay_ns: u64) -> Uart {
        Uart::new(baud, framing.parse().unwrap(), Span::from_ns(delay_ns)).unwrap()
    }

    /// Sends at `now_ns`, one after the other; expects (starts, ends, arrives) in ns.
    fn check(uart: Uart, sends: &[(u64, (u64, u64, u64))]) {
        let mut wire = Wire::new(uart);
        for &(now_ns, expected) in sends {
            let sent = wire.send(Instant::from_ns(now_ns));
            let told = (sent.starts.as_ns(), sent.ends.as_ns(), sent.arrives.as_ns());
            assert_eq!(told, expected, "sent at {now_ns}");
        }
    }

    #[test]
    fn bytes_queue_on_the_wire() {
        // 10 bits at 1 Mbaud: 10 us a byte.
        check(
            uart(1_000_000, "8N1", 500),
            &[
                (100, (100, 10_100, 10_600)),
                (100, (10_100, 20_100, 20_600)),
                (15_000, (20_100, 30_100, 30_600)),
                (30_100, (30_100, 40_100, 40_600)),
                (50_000, (50_000, 60_000, 60_500)),
            ],
        );
    }

    #[test]
    fn thirds_of_a_nanosecond_add_up() {
        // 10 bits at 30 Mbaud: 333 1/3 ns a byte; three of them are exactly 1000 ns.
        check(
            uart(30_000_000, "8N1", 0),
            &[(0, (0, 334, 334)), (0, (334, 667, 667)), (0, (667, 1000, 1000)), (0, (1000, 1334, 1334))],
        );
    }

    /// The sum of two times as floating-point numbers. Where clippy did not object to it, the expectation would not be met, and
    /// the build would fail.
    #[expect(clippy::float_arithmetic, reason = "planted")]
    fn float_sum(a: f64, b: f64) -> f64 {
        a + b
    }

    #[test]
    fn planted_floats() {
        let mut wire = Wire::new(uart(115_200, "8N1", 0));
        let mut ends_ns = 0.0;
        let wrong = (1..100_000).find(|_| {
            ends_ns = float_sum(ends_ns, 1e10 / 115_200.0);
            wire.send(Instant::START).ends.as_ns() != ends_ns.ceil() as u64
        });
        assert_eq!(wrong, Some(63), "the byte of a burst that floats have at another nanosecond");
    }

    #[test]
    fn a_byte_handed_over_after_the_exact_end_starts_a_burst() {
        // The first byte ends at 333 1/3 ns; at 333 ns the wire is busy, at 334 it is idle.
        check(uart(30_000_000, "8N1", 0), &[(0, (0, 334, 334)), (333, (334, 667, 667))]);
        check(uart(30_000_000, "8N1", 0), &[(0, (0, 334, 334)), (334, (334, 668, 668))]);
    }

    #[test]
    fn what_has_settings_of_its_own_takes_its_own_time() {
        // 10 us a frame; half as fast, and three times as fast.
        let mut wire = Wire::new(uart(1_000_000, "8N1", 500));
        let mut check = |lasts_fs: u128, expected: (u64, u64, u64)| {
            let sent = wire.send_lasting(Instant::START, lasts_fs);
            assert_eq!((sent.starts.as_ns(), sent.ends.as_ns(), sent.arrives.as_ns()), expected);
        };
        check(20_000_000_000, (0, 20_000, 10_500));
        check(3_333_333_333, (20_000, 23_334, 30_500));
        // Thirds add up.
        check(3_333_333_334, (23_334, 26_667, 33_834));
        check(3_333_333_333, (26_667, 30_000, 37_167));
        let plain = wire.send(Instant::START);
        assert_eq!((plain.starts.as_ns(), plain.arrives.as_ns()), (30_000, 40_500));
    }

    /// It ends sooner than half a bit of the link's after the start of time.
    #[test]
    fn what_is_fast_and_first_does_not_wrap() {
        let mut wire = Wire::new(uart(100, "8N1", 0).with_flow_control());
        let sent = wire.send_lasting(Instant::START, 1_000_000_000);
        let times = (sent.starts.as_ns(), sent.ends.as_ns(), sent.arrives.as_ns());
        assert_eq!(times, (0, 1_000, 95_000_000));
    }

    #[test]
    fn lookahead_is_one_frame_rounded_down_and_the_delay() {
        assert_eq!(uart(115_200, "8N1", 0).lookahead(), Span::from_ns(86_805));
        assert_eq!(uart(115_200, "8N1", 1_000).lookahead(), Span::from_ns(87_805));
        assert_eq!(uart(9_600, "8E2", 0).lookahead(), Span::from_ns(1_250_000));
    }

    #[test]
    fn there_is_no_uart_without_lookahead() {
        assert_eq!(Uart::new(0, Framing::default(), Span::from_ns(5)), Err(Error::Baud));
        assert_eq!(uart(u32::MAX, "5N1", 0).lookahead(), Span::from_ns(1));
    }

    #[test]
    fn the_end_of_time_does_not_wrap() {
        let mut wire = Wire::new(Uart::new(1, Framing::default(), Span::MAX).unwrap());
        for _ in 0..3 {
            let sent = wire.send(Instant::FAR);
            assert_eq!((sent.starts, sent.arrives), (Instant::FAR, Instant::FAR));
        }
    }

    fn any_uart() -> impl Strategy<Value = Uart> {
        (1u32.., "[5-9][NEO][12]", 0u64..1_000_000)
            .prop_map(|(baud, framing, delay_ns)| uart(baud, &framing, delay_ns))
    }

    proptest! {
        #[test]
        fn keeps_its_promises(uart in any_uart(), gaps_ns in prop::collection::vec(0u64..200_000, 1..200)) {
            let mut wire = Wire::new(uart);
            let mut now = Instant::START;
            let mut before: Option<Sent> = None;
            for gap_ns in gaps_ns {
                now = now + Span::from_ns(gap_ns);
                let sent = wire.send(now);
                prop_assert!(sent.starts >= now);
                prop_assert!(sent.ends > sent.starts);
                prop_assert!(sent.arrives >= now + uart.lookahead());
                prop_assert_eq!(sent.arrives, sent.ends + uart.delay());
                if let Some(before) = before {
                    prop_assert!(sent.starts >= before.ends, "two bytes overlap");
                    prop_assert_eq!(sent.starts, now.max(before.ends), "the wire idles while a byte waits");
                }
                before = Some(sent);
            }
        }

        #[test]
        fn bursts_do_not_drift(uart in any_uart(), start_ns in 0u64..1_000_000_000, bytes in 1u64..3000) {
            let mut wire = Wire::new(uart);
            for k in 1..=bytes {
                let sent = wire.send(Instant::from_ns(start_ns));
                let bits = u128::from(k) * u128::from(uart.framing().frame_bits());
                let burst_ns = (bits * u128::from(NS_PER_SECOND)).div_ceil(uart.baud().into());
                prop_assert_eq!(u128::from(sent.ends.as_ns()), u128::from(start_ns) + burst_ns);
            }
        }
    }
}
