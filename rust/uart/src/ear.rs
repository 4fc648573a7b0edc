// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a receiver makes of the levels of its line: a falling edge begins a frame, and each of its bits is sampled around its middle.
//!
//! The samples are those at 7, 8 and 9 sixteenths of a bit, of which two decide, as most receivers that sample 16 times a bit have it.
//! From the middle of the first stop bit on the next edge counts; a second stop bit is not looked at.
//!
//! **Invariant:** what is heard is a function of the levels and the settings; in how many pieces the levels come does not show.

use crate::wave::{mask, parity_bit};
use crate::{Heard, Settings, Wave};

/// The samples of a bit.
const SAMPLES: u32 = 3;
/// The place of the first one in a bit, in sixteenths.
const FIRST_SAMPLE: u128 = 7;
const SIXTEENTHS: u128 = 16;

/// A receiver. All times are femtoseconds, from the same moment on.
#[derive(Clone, Debug)]
pub(crate) struct Ear {
    settings: Settings,
    /// Up to here the line is known.
    now_fs: u128,
    /// Its level there.
    level: bool,
    /// It is low when nothing is sent.
    is_held: bool,
    frame: Option<Frame>,
}

/// A frame that has begun.
#[derive(Clone, Copy, Debug)]
struct Frame {
    starts_fs: u128,
    /// How many samples were taken.
    samples: u32,
    /// Of these, how many of the bit in hand were high.
    high: u32,
    /// The bits that are complete, the start bit first.
    bits: u16,
    noise: bool,
}

/// Something heard.
pub(crate) struct Sound {
    /// When the last bit of the frame is over.
    pub(crate) at_fs: u128,
    pub(crate) heard: Heard,
}

impl Ear {
    /// One that has heard nothing but silence.
    pub(crate) const fn new(settings: Settings) -> Ear {
        Ear { settings, now_fs: 0, level: true, is_held: false, frame: None }
    }

    /// Listens with other settings from here on. A frame that has begun is given up.
    pub(crate) fn set(&mut self, settings: Settings) {
        if settings != self.settings {
            (self.settings, self.frame) = (settings, None);
        }
    }

    /// Whether a byte that comes now is heard alone: no frame has begun, and the line is high.
    pub(crate) const fn is_idle(&self) -> bool {
        self.frame.is_none() && !self.is_held && self.level
    }

    /// The line has these levels from `starts_fs` on; what is known already is known.
    pub(crate) fn hear(&mut self, starts_fs: u128, wave: Wave, out: &mut impl FnMut(Sound)) {
        self.quiet(starts_fs, out);
        let bit_fs = u128::from(wave.bit_fs);
        let explicit = wave.bits.min(16);
        for bit in 0..explicit {
            let level = wave.levels >> bit & 1 != 0;
            self.run(level && !self.is_held, starts_fs + u128::from(bit + 1) * bit_fs, out);
        }
        if wave.bits > explicit {
            self.run(false, starts_fs + wave.lasts_fs(), out);
        }
        // It is high again, unless somebody holds it.
        self.level = !self.is_held;
    }

    /// From `at_fs` on the line is low or high when nothing is sent.
    pub(crate) fn hold(&mut self, at_fs: u128, is_low: bool, out: &mut impl FnMut(Sound)) {
        self.quiet(at_fs, out);
        self.is_held = is_low;
        // A time without length: the edge itself.
        self.run(!is_low, self.now_fs, out);
    }

    /// Nothing is sent up to `to_fs`.
    pub(crate) fn quiet(&mut self, to_fs: u128, out: &mut impl FnMut(Sound)) {
        self.run(!self.is_held, to_fs, out);
    }

    /// When the frame that has begun has its last sample.
    pub(crate) fn last_sample_fs(&self) -> Option<u128> {
        let frame = self.frame?;
        Some(self.sample_fs(frame.starts_fs, self.samples_of_frame() - 1))
    }

    /// The level is this from now on, up to `to_fs`.
    fn run(&mut self, level: bool, to_fs: u128, out: &mut impl FnMut(Sound)) {
        if to_fs < self.now_fs {
            return;
        }
        let mut at_fs = self.now_fs;
        let falls = self.level && !level;
        if falls && self.frame.is_none() {
            self.begin(at_fs);
        }
        self.level = level;
        while let Some(mut frame) = self.frame {
            let sample_fs = self.sample_fs(frame.starts_fs, frame.samples);
            // A sample at the very edge sees what comes then.
            if sample_fs >= to_fs {
                break;
            }
            at_fs = at_fs.max(sample_fs);
            frame.samples += 1;
            frame.high += u32::from(level);
            self.frame = Some(frame);
            if frame.samples.is_multiple_of(SAMPLES) {
                self.end_of_bit(frame, out);
            }
        }
        self.now_fs = to_fs;
    }

    fn begin(&mut self, starts_fs: u128) {
        self.frame = Some(Frame { starts_fs, samples: 0, high: 0, bits: 0, noise: false });
    }

    /// All samples of a bit are there.
    fn end_of_bit(&mut self, mut frame: Frame, out: &mut impl FnMut(Sound)) {
        let bit = frame.samples / SAMPLES - 1;
        let is_high = frame.high * 2 > SAMPLES;
        frame.noise |= frame.high != 0 && frame.high != SAMPLES;
        frame.bits |= u16::from(is_high) << bit;
        frame.high = 0;
        self.frame = Some(frame);
        // What falls for a moment only is no start bit.
        if bit == 0 && is_high {
            self.frame = None;
        }
        if frame.samples == self.samples_of_frame() {
            self.frame = None;
            let at_fs = frame.starts_fs + self.settings.frame_fs();
            out(Sound { at_fs, heard: frame.heard(self.settings) });
        }
    }

    /// Up to the first stop bit.
    fn samples_of_frame(&self) -> u32 {
        let framing = self.settings.framing;
        (u32::from(framing.frame_bits()) - u32::from(framing.stop_bits()) + 1) * SAMPLES
    }

    fn sample_fs(&self, starts_fs: u128, sample: u32) -> u128 {
        let (bit, place) = (u128::from(sample / SAMPLES), u128::from(sample % SAMPLES));
        let sixteenths = bit * SIXTEENTHS + FIRST_SAMPLE + place;
        starts_fs + sixteenths * u128::from(self.settings.bit_fs) / SIXTEENTHS
    }
}

impl Frame {
    fn heard(self, settings: Settings) -> Heard {
        let framing = settings.framing;
        let data_bits = u32::from(framing.data_bits());
        let data = self.bits >> 1 & mask(data_bits);
        let byte = data as u8;
        let stop = u32::from(framing.frame_bits()) - u32::from(framing.stop_bits());
        let parity = parity_bit(data, framing);
        if self.bits == 0 {
            Heard::Break
        } else if self.bits >> stop & 1 == 0 {
            Heard::Framing(byte)
        } else if parity.is_some_and(|bit| bit != (self.bits >> (1 + data_bits) & 1 != 0)) {
            Heard::Parity(byte)
        } else if self.noise {
            Heard::Noise(byte)
        } else {
            Heard::Byte(byte)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Framing;
    use proptest::prelude::*;

    fn settings(baud: u64, framing: &str) -> Settings {
        Settings::of_baud(baud, framing.parse().unwrap()).unwrap()
    }

    /// Bytes one behind the other, then silence.
    fn heard(from: Settings, to: Settings, bytes: &[u8]) -> Vec<Heard> {
        let (mut ear, mut all) = (Ear::new(to), Vec::new());
        let mut out = |sound: Sound| all.push(sound.heard);
        for (place, byte) in (0..).zip(bytes) {
            ear.hear(1_000 + place * from.frame_fs(), Wave::of_byte(*byte, from), &mut out);
        }
        ear.quiet(u128::MAX / 2, &mut out);
        assert!(ear.is_idle());
        all
    }

    #[track_caller]
    fn check(from: (u64, &str), to: (u64, &str), bytes: &[u8], expected: &[Heard]) {
        assert_eq!(heard(settings(from.0, from.1), settings(to.0, to.1), bytes), expected);
    }

    #[test]
    fn wrong_rates_are_heard_as_on_a_bench() {
        // Twice as fast: two bits are one, and what follows is in place of the rest. One bit alone is no start bit.
        check((19_200, "8N1"), (9_600, "8N1"), &[0x66], &[Heard::Noise(0xfd)]);
        check((19_200, "8N1"), (9_600, "8N1"), b"U", &[]);
        check((19_200, "8N1"), (9_600, "8N1"), &[0xff], &[]);
        // Half as fast: each bit is seen twice.
        check((9_600, "8N1"), (19_200, "8N1"), &[0], &[Heard::Break]);
        check((9_600, "8N1"), (19_200, "8N1"), &[0xff], &[Heard::Byte(0xfe)]);
        // 12 times as slow: the start bit is a break.
        let slow = heard(settings(9_600, "8N1"), settings(115_200, "8N1"), b"U");
        assert_eq!(slow, [Heard::Break; 5]);
    }

    #[test]
    fn wrong_framings() {
        check((9_600, "8N1"), (9_600, "8E1"), &[0x01], &[Heard::Byte(0x01)]);
        check((9_600, "8N1"), (9_600, "8E1"), &[0x03], &[Heard::Parity(0x03)]);
        check((9_600, "8E1"), (9_600, "8O1"), &[0x03], &[Heard::Parity(0x03)]);
        check((9_600, "8E1"), (9_600, "8N1"), &[0x03], &[Heard::Framing(0x03)]);
        check((9_600, "8E1"), (9_600, "8N1"), &[0x01], &[Heard::Byte(0x01)]);
        check((9_600, "7E1"), (9_600, "8N1"), b"A", &[Heard::Byte(b'A')]);
        check((9_600, "7E1"), (9_600, "8N1"), b"C", &[Heard::Byte(b'C' | 0x80)]);
        check((9_600, "8N2"), (9_600, "8N1"), b"ab", &[Heard::Byte(b'a'), Heard::Byte(b'b')]);
        check((9_600, "8N1"), (9_600, "8N2"), b"ab", &[Heard::Byte(b'a'), Heard::Byte(b'b')]);
    }

    #[test]
    fn breaks_and_glitches() {
        let own = settings(9_600, "8N1");
        let bit_fs = u128::from(own.bit_fs);
        let hear = |wave| {
            let (mut ear, mut all) = (Ear::new(own), Vec::new());
            let mut out = |sound: Sound| all.push((sound.at_fs / bit_fs, sound.heard));
            ear.hear(0, wave, &mut out);
            ear.quiet(100 * bit_fs, &mut out);
            all
        };
        assert_eq!(hear(Wave::of_break(13, own.bit_fs)), [(10, Heard::Break)]);
        assert_eq!(hear(Wave::of_break(500, own.bit_fs)), [(10, Heard::Break)]);
        // Nine bits low are a byte of zeros.
        assert_eq!(hear(Wave::of_break(9, own.bit_fs)), [(10, Heard::Byte(0))]);
        assert_eq!(hear(Wave::of_break(1, own.bit_fs / 3)), []);
        // The edge lies between two samples of the first data bit.
        let noisy = Wave { bit_fs: own.bit_fs * 3 / 2 + own.bit_fs / 64, bits: 1, levels: 0 };
        assert_eq!(hear(noisy), [(10, Heard::Noise(0xfe))]);
    }

    #[test]
    fn a_line_that_is_held_low_is_one_break() {
        let own = settings(9_600, "8N1");
        let bit_fs = u128::from(own.bit_fs);
        let (mut ear, mut all) = (Ear::new(own), Vec::new());
        let mut out = |sound: Sound| all.push((sound.at_fs / bit_fs, sound.heard));
        ear.hold(5 * bit_fs, true, &mut out);
        assert!(!ear.is_idle());
        assert!(ear.last_sample_fs().is_some_and(|at_fs| at_fs < 15 * bit_fs));
        ear.quiet(90 * bit_fs, &mut out);
        assert_eq!(ear.last_sample_fs(), None);
        ear.hold(100 * bit_fs, false, &mut out);
        ear.hear(101 * bit_fs, Wave::of_byte(b'x', own), &mut out);
        assert_eq!(all, [(15, Heard::Break), (111, Heard::Byte(b'x'))]);
    }

    fn any_settings() -> impl Strategy<Value = Settings> {
        (300u64..10_000_000, "[5-8][NEO][12]").prop_map(|(baud, framing)| settings(baud, &framing))
    }

    proptest! {
        /// Whoever fits hears what was sent, whatever its rate and framing.
        #[test]
        fn who_fits_hears(
            from in any_settings(),
            ppm in -20_000i64..=20_000,
            bytes in prop::collection::vec(any::<u8>(), 0..20),
        ) {
            let bit_fs = from.bit_fs.checked_add_signed(from.bit_fs as i64 / 1_000_000 * ppm).unwrap();
            let to = Settings { bit_fs, ..from };
            prop_assert!(from.fits(to) || ppm.abs() > 19_500);
            let data = mask(from.framing.data_bits().into()) as u8;
            let expected: Vec<_> = bytes.iter().map(|byte| Heard::Byte(byte & data)).collect();
            prop_assert_eq!(heard(from, to, &bytes), expected);
        }

        /// In how many pieces silence comes does not show.
        #[test]
        fn pieces_do_not_show(
            (from, to) in (any_settings(), any_settings()),
            sent in prop::collection::vec((any::<u8>(), 0u32..40), 1..20),
            cuts in prop::collection::vec(0u32..5_000, 0..60),
        ) {
            let run = |cuts: &[u32]| {
                let (mut ear, mut all) = (Ear::new(to), Vec::new());
                let mut out = |sound: Sound| all.push((sound.at_fs, sound.heard));
                let mut at_fs = 0;
                let mut cuts_fs: Vec<_> = cuts.iter().map(|cut| u128::from(*cut) * u128::from(from.bit_fs) / 7).collect();
                cuts_fs.sort_unstable();
                for (byte, gap) in &sent {
                    let starts_fs = at_fs + u128::from(*gap) * u128::from(from.bit_fs) / 3;
                    for cut_fs in cuts_fs.iter().filter(|cut_fs| (at_fs..starts_fs).contains(*cut_fs)) {
                        ear.quiet(*cut_fs, &mut out);
                    }
                    ear.hear(starts_fs, Wave::of_byte(*byte, from), &mut out);
                    at_fs = starts_fs + from.frame_fs();
                }
                ear.quiet(u128::MAX / 2, &mut out);
                all
            };
            prop_assert_eq!(run(&cuts), run(&[]));
        }
    }

    #[test]
    fn five_of_a_hundred_are_too_much_and_four_are_not() {
        let own = settings(100_000, "8N1");
        let off = |percent: i64| Settings {
            bit_fs: own.bit_fs.checked_add_signed(own.bit_fs as i64 / 100 * percent).unwrap(),
            framing: Framing::EIGHT_N_ONE,
        };
        for percent in [-4, 4] {
            assert_eq!(heard(off(percent), own, &[0x55, 0x80]), [Heard::Byte(0x55), Heard::Byte(0x80)]);
        }
        // The stop bit of a slow sender is not there yet, that of a fast one is over.
        assert_eq!(heard(off(7), own, &[0x00]), [Heard::Break]);
        assert_ne!(heard(off(-7), own, &[0xff, 0x00]), [Heard::Byte(0xff), Heard::Byte(0x00)]);
    }
}
