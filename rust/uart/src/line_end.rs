// SPDX-License-Identifier: Apache-2.0 OR MIT
//! One end of a line: what its UART does becomes records for the line, and what the line says becomes bytes and errors.

use crate::ear::{Ear, Sound};
use crate::{FromLine, Heard, Line, Settings, ToLine, Wave};
use std::collections::VecDeque;

const FS_PER_NS: u128 = 1_000_000;

/// What a UART gets from its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Its receiver heard this.
    Heard(Heard),
    /// The other one has room for more (CTS), or has not.
    Cts(bool),
}

/// One end of a line, at a UART. What it does to the world, it says to `out`: records for the line, and signs for the UART.
///
/// A byte of the link's own settings, between two whose registers fit those, or who tell nothing of registers, passes as it is.
/// All others are levels, which the receiver samples at its own rate: only here are the settings of both ends known at the right time.
#[derive(Debug)]
pub struct LineEnd {
    /// None, if no link is there: then all bytes pass as they are.
    line: Option<Line>,
    own: Option<Settings>,
    /// The last settings that the line was told are strange.
    told: Option<Settings>,
    ear: Ear,
    /// How long ago what comes last had begun: what begins at `t` is known so much later.
    age_ns: u64,
    /// What is heard, and when.
    heard: VecDeque<(u64, Heard)>,
    rts: bool,
    cts: bool,
    has_asked: bool,
}

/// Something that an end says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Out {
    /// To the line, now.
    Line(ToLine),
    /// To the UART, now.
    Uart(Sign),
}

impl LineEnd {
    /// An end of such a line, whose UART has told nothing yet.
    pub fn new(line: Option<Line>) -> LineEnd {
        let settings = line.map_or(Line::DEFAULT.settings, |line| line.settings);
        LineEnd {
            line,
            own: None,
            told: None,
            ear: Ear::new(settings),
            age_ns: 0,
            heard: VecDeque::new(),
            rts: false,
            cts: false,
            has_asked: false,
        }
    }

    /// What its CTS shows, which is nothing before the other one has said anything; none without flow control.
    pub fn cts(&self) -> Option<bool> {
        self.has_flow_control().then_some(self.cts)
    }

    /// What comes while its UART is full is lost, as on a bench: it has told of its registers, and is on a line.
    pub fn overruns(&self) -> bool {
        self.line.is_some() && self.own.is_some()
    }

    /// The registers of the UART come to these settings; none: it is off.
    pub fn set(&mut self, own: Option<Settings>, out: &mut dyn FnMut(Out)) {
        self.own = own;
        let Some(line) = self.line else { return };
        self.ear.set(own.unwrap_or(line.settings));
        if own.is_some() {
            self.ask(out);
        }
    }

    /// The UART sends a byte, whose first bit begins now.
    pub fn send(&mut self, byte: u8, out: &mut dyn FnMut(Out)) {
        let strange = self.strange();
        self.tell_strange(out);
        let said = strange.map_or(ToLine::Byte(byte), |settings| ToLine::Frame { settings, byte });
        out(Out::Line(said));
    }

    /// The UART sends a break of so many bits.
    pub fn send_break(&mut self, bits: u16, out: &mut dyn FnMut(Out)) {
        self.tell_strange(out);
        let bit_fs = self.strange().map_or(0, |settings| settings.bit_fs);
        self.say(ToLine::Break { bit_fs, bits }, out);
    }

    /// The UART holds its line low, or lets it go.
    pub fn hold(&mut self, is_low: bool, out: &mut dyn FnMut(Out)) {
        self.say(ToLine::Hold(is_low), out);
    }

    /// The UART has room for more, or has not.
    pub fn rts(&mut self, has_room: bool, out: &mut dyn FnMut(Out)) {
        if std::mem::replace(&mut self.rts, has_room) != has_room && self.has_flow_control() {
            self.say(ToLine::Rts(has_room), out);
        }
        self.ask(out);
    }

    /// Something comes from the line.
    pub fn arrives(&mut self, now_ns: u64, said: FromLine, out: &mut dyn FnMut(Out)) {
        match said {
            FromLine::Byte(byte) => {
                let Some(line) = self.line else { return hear(Heard::Byte(byte), out) };
                let is_plain = self.own.is_none_or(|own| own.fits(line.settings));
                if is_plain && self.ear.is_idle() && self.heard.is_empty() {
                    return hear(Heard::Byte(byte), out);
                }
                self.wave(now_ns, line.frame_ns(), Wave::of_byte(byte, line.settings), out);
            }
            FromLine::Wave { age_ns, wave } => self.wave(now_ns, age_ns, wave, out),
            FromLine::Hold { age_ns, is_low } => {
                self.age_ns = age_ns;
                let heard = &mut self.heard;
                self.ear.hold(fs(now_ns.saturating_sub(age_ns)), is_low, &mut |sound| note(heard, sound));
                self.due(now_ns, out);
            }
            FromLine::Cts(has_room) => {
                self.cts = has_room;
                out(Out::Uart(Sign::Cts(has_room)));
            }
            FromLine::Ask => {
                let rts = self.rts;
                self.say(ToLine::Rts(rts), out);
            }
        }
    }

    /// When [`LineEnd::due`] is to be called.
    pub fn due_ns(&self) -> Option<u64> {
        let known = self.ear.last_sample_fs().map(|at_fs| ns(at_fs).saturating_add(self.age_ns));
        let heard = self.heard.front().map(|(at_ns, _)| *at_ns);
        known.into_iter().chain(heard).min()
    }

    /// Something of what came before is heard now.
    pub fn due(&mut self, now_ns: u64, out: &mut dyn FnMut(Out)) {
        loop {
            if let Some((_, heard)) = self.heard.pop_front_if(|(at_ns, _)| *at_ns <= now_ns) {
                hear(heard, out);
                continue;
            }
            let last = self.ear.last_sample_fs();
            let Some(at_fs) = last.filter(|at_fs| ns(*at_fs).saturating_add(self.age_ns) <= now_ns) else {
                return;
            };
            let heard = &mut self.heard;
            self.ear.quiet(at_fs + 1, &mut |sound| note(heard, sound));
        }
    }

    fn wave(&mut self, now_ns: u64, age_ns: u64, wave: Wave, out: &mut dyn FnMut(Out)) {
        self.tell_strange(out);
        self.age_ns = age_ns;
        let heard = &mut self.heard;
        self.ear.hear(fs(now_ns.saturating_sub(age_ns)), wave, &mut |sound| note(heard, sound));
        self.due(now_ns, out);
    }

    /// Its settings, if they do not fit the link's.
    fn strange(&self) -> Option<Settings> {
        self.own.filter(|own| self.line.is_some_and(|line| !own.fits(line.settings)))
    }

    /// The trace tells of strange settings when they begin to matter.
    fn tell_strange(&mut self, out: &mut dyn FnMut(Out)) {
        let strange = self.strange();
        if strange != self.told {
            self.told = strange;
            strange.into_iter().for_each(|settings| out(Out::Line(ToLine::Strange(settings))));
        }
    }

    fn has_flow_control(&self) -> bool {
        self.line.is_some_and(|line| line.flow_control)
    }

    /// The other one may have said its RTS before this end was there.
    fn ask(&mut self, out: &mut dyn FnMut(Out)) {
        if self.has_flow_control() && !std::mem::replace(&mut self.has_asked, true) {
            self.say(ToLine::Ask, out);
        }
    }

    /// To a line, if there is one.
    fn say(&self, said: ToLine, out: &mut dyn FnMut(Out)) {
        if self.line.is_some() {
            out(Out::Line(said));
        }
    }
}

fn hear(heard: Heard, out: &mut dyn FnMut(Out)) {
    if !matches!(heard, Heard::Byte(_)) {
        out(Out::Line(ToLine::Misheard(heard)));
    }
    out(Out::Uart(Sign::Heard(heard)));
}

fn note(heard: &mut VecDeque<(u64, Heard)>, sound: Sound) {
    heard.push_back((ns(sound.at_fs), sound.heard));
}

const fn fs(ns: u64) -> u128 {
    ns as u128 * FS_PER_NS
}

fn ns(fs: u128) -> u64 {
    u64::try_from(fs.div_ceil(FS_PER_NS)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(baud: u64, framing: &str) -> Settings {
        Settings::of_baud(baud, framing.parse().unwrap()).unwrap()
    }

    /// 1 Mbaud: a frame lasts 10 us.
    fn end(own: Option<Settings>, flow_control: bool) -> LineEnd {
        let line = Line { settings: settings(1_000_000, "8N1"), flow_control };
        let mut end = LineEnd::new(Some(line));
        end.set(own, &mut |_| {});
        end
    }

    fn said(act: impl FnOnce(&mut dyn FnMut(Out))) -> Vec<Out> {
        let mut all = Vec::new();
        act(&mut |out| all.push(out));
        all
    }

    /// What is heard of records that arrive at those times, and when.
    fn heard(end: &mut LineEnd, arrivals: &[(u64, FromLine)]) -> Vec<(u64, Heard)> {
        let mut all = Vec::new();
        let mut arrivals = arrivals.iter().copied().peekable();
        loop {
            let due_ns = end.due_ns().unwrap_or(u64::MAX);
            let next = arrivals.next_if(|(at_ns, _)| *at_ns <= due_ns);
            let at_ns = next.map_or(due_ns, |(at_ns, _)| at_ns);
            if at_ns == u64::MAX {
                return all;
            }
            let mut out = |out| {
                if let Out::Uart(Sign::Heard(heard)) = out {
                    all.push((at_ns, heard));
                }
            };
            match next {
                Some((_, said)) => end.arrives(at_ns, said, &mut out),
                None => end.due(at_ns, &mut out),
            }
        }
    }

    #[test]
    fn who_fits_or_tells_nothing_speaks_plainly() {
        for own in [None, Some(settings(1_000_000, "8N1")), Some(settings(985_000, "8N1"))] {
            let mut end = end(own, false);
            assert_eq!(said(|mut out| end.send(b'a', &mut out)), [Out::Line(ToLine::Byte(b'a'))]);
            let heard = said(|mut out| end.arrives(5, FromLine::Byte(b'b'), &mut out));
            assert_eq!(heard, [Out::Uart(Sign::Heard(Heard::Byte(b'b')))]);
            assert_eq!(end.due_ns(), None);
        }
    }

    #[test]
    fn without_a_link_all_passes() {
        let mut end = LineEnd::new(None);
        end.set(Some(settings(300, "5O2")), &mut |_| {});
        assert_eq!(said(|mut out| end.send(b'a', &mut out)), [Out::Line(ToLine::Byte(b'a'))]);
        let heard = said(|mut out| end.arrives(5, FromLine::Byte(b'b'), &mut out));
        assert_eq!(heard, [Out::Uart(Sign::Heard(Heard::Byte(b'b')))]);
        assert!(!end.overruns());
        let nothing = said(|mut out| {
            end.send_break(13, &mut out);
            end.hold(true, &mut out);
            end.rts(true, &mut out);
        });
        assert_eq!(nothing, []);
    }

    #[test]
    fn strange_settings_are_told_once() {
        let own = settings(500_000, "8E1");
        let mut end = end(Some(own), false);
        assert!(end.overruns());
        let frame = |byte| Out::Line(ToLine::Frame { settings: own, byte });
        assert_eq!(said(|mut out| end.send(b'a', &mut out)), [Out::Line(ToLine::Strange(own)), frame(b'a')]);
        assert_eq!(said(|mut out| end.send(b'b', &mut out)), [frame(b'b')]);
        let breaks = Out::Line(ToLine::Break { bit_fs: own.bit_fs, bits: 13 });
        assert_eq!(said(|mut out| end.send_break(13, &mut out)), [breaks]);
    }

    #[test]
    fn a_slow_receiver_hears_when_its_frame_is_over() {
        // 100 kbaud, and bytes of 10 us: the start bit is 10 us, too, and a frame 100 us.
        let mut end = end(Some(settings(100_000, "8N1")), false);
        let bytes =
            [(1_010_000, FromLine::Byte(0)), (1_020_000, FromLine::Byte(0)), (3_010_000, FromLine::Byte(0))];
        // 9 us low, 1 us high, 9 us low: the samples of the second bit are low, too.
        assert_eq!(heard(&mut end, &bytes), [(1_105_625, Heard::Byte(0xfe)), (3_105_625, Heard::Byte(0xff))]);
    }

    #[test]
    fn a_fast_receiver_hears_several() {
        // 10 Mbaud: 9 us low are one break; 0xaa is four of them, 2 us apart, the first with the start bit.
        let mut end = end(Some(settings(10_000_000, "8N1")), false);
        let wave = Wave::of_byte(0xaa, settings(1_000_000, "8N1"));
        let all = heard(&mut end, &[(1_010_000, FromLine::Wave { age_ns: 10_000, wave })]);
        let expected = [1_010_000, 1_010_000, 1_010_000, 1_010_000].map(|at_ns| (at_ns, Heard::Break));
        assert_eq!(all, expected);
        // It began only a microsecond before.
        let all = heard(&mut end, &[(2_001_000, FromLine::Wave { age_ns: 1_000, wave })]);
        let expected = [2_001_000, 2_004_000, 2_006_000, 2_008_000].map(|at_ns| (at_ns, Heard::Break));
        assert_eq!(all, expected);
    }

    #[test]
    fn a_held_line_is_one_break_and_then_bytes_again() {
        let mut end = end(None, false);
        let hold = |is_low| FromLine::Hold { age_ns: 10_000, is_low };
        let all = [(110_000, hold(true)), (210_000, hold(false)), (310_000, FromLine::Byte(b'x'))];
        // 9 bits and 9/16, and the age.
        assert_eq!(heard(&mut end, &all), [(119_563, Heard::Break), (310_000, Heard::Byte(b'x'))]);
    }

    #[test]
    fn what_is_no_byte_is_told_the_trace() {
        let mut end = end(None, false);
        let wave = Wave::of_byte(b'x', settings(1_000_000, "8N1")).with_wrong_bit(9);
        let all = said(|mut out| end.arrives(10_000, FromLine::Wave { age_ns: 10_000, wave }, &mut out));
        let heard = Heard::Framing(b'x');
        assert_eq!(all, [Out::Line(ToLine::Misheard(heard)), Out::Uart(Sign::Heard(heard))]);
    }

    #[test]
    fn rts_is_said_when_it_changes_and_when_asked() {
        let mut end = end(None, true);
        assert_eq!(end.cts(), Some(false));
        let first = said(|mut out| end.rts(true, &mut out));
        assert_eq!(first, [Out::Line(ToLine::Rts(true)), Out::Line(ToLine::Ask)]);
        assert_eq!(said(|mut out| end.rts(true, &mut out)), []);
        assert_eq!(said(|mut out| end.arrives(0, FromLine::Ask, &mut out)), [Out::Line(ToLine::Rts(true))]);
        assert_eq!(
            said(|mut out| end.arrives(0, FromLine::Cts(true), &mut out)),
            [Out::Uart(Sign::Cts(true))]
        );
        assert_eq!(end.cts(), Some(true));
        let mut without = super::tests::end(None, false);
        assert_eq!(without.cts(), None);
        assert_eq!(said(|mut out| without.rts(true, &mut out)), []);
    }
}
