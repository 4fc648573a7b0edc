// SPDX-License-Identifier: GPL-2.0-or-later
//! Whatever firmware and bus do, in any order: nothing breaks.

use crate::mcan::Mcan;
use can::{Error, Frame, FromBus, Id, Kind, State, Status};
use device::{Bench, Device};

/// Numbers without order, the same ones in each run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as u32
    }

    fn below(&mut self, end: u32) -> u32 {
        self.next() % end
    }

    fn frame(&mut self) -> Frame {
        let id = match self.below(2) {
            0 => Id::Standard(self.below(0x800) as u16),
            _ => Id::Extended(self.below(1 << 29)),
        };
        let kind = match self.below(3) {
            0 => Kind::Data,
            1 => Kind::Remote,
            _ => Kind::Fd { switches_rate: self.below(2) == 0, is_passive: self.below(2) == 0 },
        };
        let len = Frame::len_of_dlc(self.below(16) as u8, kind.is_fd());
        Frame::new(id, kind, &[0x5a; 64][..len]).expect("a frame")
    }

    fn said(&mut self) -> FromBus {
        let mailbox = 255 - self.below(4) as u8;
        let mailbox = if self.below(2) == 0 { mailbox } else { mailbox - 128 };
        match self.below(8) {
            0..=2 => FromBus::Received(self.frame()),
            3 | 4 => FromBus::Sent { mailbox },
            5 => FromBus::Failed { mailbox },
            6 => FromBus::Withdrawn { mailbox },
            _ => {
                let state = [State::Active, State::Passive, State::Off][self.below(3) as usize];
                let last = [None, Some(Error::Form)][self.below(2) as usize];
                let (transmit_errors, receive_errors) = (self.below(300) as u16, self.below(256) as u16);
                FromBus::Status(Status { transmit_errors, receive_errors, state, last })
            }
        }
    }
}

fn one<const IS_FIXED: bool>(numbers: &mut Numbers) -> Bench<Mcan<IS_FIXED>> {
    let mut can = Bench::new(&[24_000_000], &[]);
    *can.memory() = (0..0x1_0000).map(|_| numbers.next() as u8).collect();
    can
}

fn check<const IS_FIXED: bool>(seed: u64) {
    let mut numbers = Numbers(seed);
    let mut can = one::<IS_FIXED>(&mut numbers);
    let registers = Mcan::<IS_FIXED>::REGISTERS;
    let mut frames = 0;
    for step in 0..20_000 {
        match numbers.below(12) {
            // In and out of configuration, so that both are long enough to see something.
            0 => {
                can.write(0x18, 3 | numbers.next() & 0xf3f8 & if numbers.below(8) == 0 { !0 } else { !0x30 })
            }
            1 => {
                let cccr = can.read(0x18);
                can.write(0x18, cccr & !3);
                can.advance_ns(1_000_000);
            }
            2..=5 => {
                let register = &registers[numbers.below(registers.len() as u32) as usize];
                // Slow enough for no time to be out of reach.
                let value = if register.name() == "NBTP" { 0x0000_2508 } else { numbers.next() };
                if register.name() != "CCCR" && register.writable() != 0 {
                    can.write(register.offset(), value & register.writable());
                }
            }
            6 => {
                let register = &registers[numbers.below(registers.len() as u32) as usize];
                can.read(register.offset());
            }
            7 => can.advance_ns(numbers.below(2_000_000).into()),
            _ => {
                let said = numbers.said();
                frames += u32::from(matches!(said, FromBus::Received(_)));
                can.on_bus(said);
            }
        }
        if step % 500 == 0 {
            can.save_and_restore();
        }
        can.take_to_bus();
    }
    assert!(frames > 1_000);
}

#[test]
fn nothing_breaks() {
    for seed in 0..4 {
        check::<true>(seed);
        check::<false>(seed);
    }
}
