// SPDX-License-Identifier: GPL-2.0-or-later
//! FTFC, the controller of the flash (S32K1xx Reference Manual, chapter "Flash Memory Module"). Commands take as long as the S32K1xx
//! Data Sheet says is typical, and change the memory when they end.
//!
//! **Limits:** of the commands there are: program phrase, erase sector, block and all blocks. The others, FlexRAM's and CSEc's among them, end
//! with ACCERR, and are reported. Protection is not enforced, and the flash can be read while a command runs. What is programmed
//! is gone when the node's power is.

use crate::GATED;
use device::{Context, Device, Lines, MemoryFault, Place, Property, Register, Width, Written};
use serde::{Deserialize, Serialize};

const FSTAT: u32 = 0x00;
const FCCOB: u32 = 0x04;
const FPROT: u32 = 0x10;
const FEPROT: u32 = 0x14;

// FSTAT, and FCNFG above it.
const MGSTAT0: u32 = 1 << 0;
const FPVIOL: u32 = 1 << 4;
const ACCERR: u32 = 1 << 5;
const RDCOLERR: u32 = 1 << 6;
const CCIF: u32 = 1 << 7;
const CCIE: u32 = 1 << 15;
/// FSEC and FOPT in the same word.
const FROM_FLASH: u32 = 0xffff_0000;

/// Where the flash configuration field has FPROT, and behind it FSEC, FOPT, FEPROT and FDPROT.
const CONFIGURATION: u64 = 0x408;
/// Where the second flash lies, FlexNVM, and the bit of a command's address that means it.
const DATA_FLASH: u64 = 0x1000_0000;
const IN_DATA_FLASH: u32 = 1 << 23;
const SECTOR_BYTES: u64 = 4096;
const PHRASE_BYTES: u32 = 8;

// Commands, and how long they take.
const PROGRAM_PHRASE: u8 = 0x07;
const ERASE_BLOCK: u8 = 0x08;
const ERASE_SECTOR: u8 = 0x09;
const ERASE_ALL: u8 = 0x44;
const ERASE_ALL_UNSECURE: u8 = 0x49;
const PROGRAM_PHRASE_NS: u64 = 90_000;
const ERASE_SECTOR_NS: u64 = 12_000_000;
const ERASE_BLOCK_NS: u64 = 250_000_000;
const ERASE_ALL_NS: u64 = 400_000_000;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Ftfc {
    /// The command that runs.
    command: Option<Command>,
    /// The flash configuration field was read since the reset.
    is_configured: bool,
}

/// What is to be done when its time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Command {
    Program {
        at: u64,
        phrase: [u8; PHRASE_BYTES as usize],
    },
    Erase {
        at: u64,
        bytes: u64,
    },
    /// From here on, as far as there is memory.
    EraseBlock {
        at: u64,
    },
    EraseAll,
}

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::ANY)
}

impl Device for Ftfc {
    const NAME: &'static str = "s32k1-ftfc";
    const BLOCK: &'static str = "FTFC";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        // FSTAT, FCNFG, FSEC, FOPT.
        register("FSTAT", FSTAT, CCIF | 0x0200)
            .rw(0xd000)
            .rc_w1(FPVIOL | ACCERR | RDCOLERR)
            .wo(CCIF)
            .unmodelled(0x1000)
            .on_read()
            .on_write(),
        // FCCOB3 to FCCOB0, 7 to 4, B to 8: the command and its address make a word, and so do the halves of a phrase.
        register("FCCOB", FCCOB, 0).rw(u32::MAX).array(3, 4),
        register("FPROT", FPROT, 0).rw(u32::MAX).on_read(),
        // FEPROT and FDPROT in the upper half.
        register("FEPROT", FEPROT, 0).rw(0xffff_0000).on_read(),
        // FCSESTAT, FERSTAT, FERCNFG.
        register("FCSESTAT", 0x2c, 0).rw(0x2200_0000).rc_w1(0x0002_0000),
    ];
    const INPUTS: &'static [Lines] = &[GATED];
    const GATE: Option<usize> = Some(0);
    const IRQS: &'static [&'static str] = &["command-complete", "read-collision", "double-bit"];
    const PROPERTIES: &'static [Property] = &[Property { name: "data-sector-bytes", default: 2048 }];
    const TIMERS: usize = 1;
    const HAS_DMA: bool = true;

    fn read(&mut self, at: Place, cx: &mut Context<'_>) -> u32 {
        self.configure(cx);
        cx.get(at.offset)
    }

    fn before_write(&mut self, _at: Place, cx: &mut Context<'_>) {
        self.configure(cx);
    }

    fn write(&mut self, _at: Place, written: Written, cx: &mut Context<'_>) {
        // Writing does not clear CCIF but by starting a command.
        cx.put(FSTAT, CCIF, self.command.is_none());
        if written.value & CCIF != 0 && self.command.is_none() {
            if cx.get(FSTAT) & (ACCERR | FPVIOL) != 0 {
                cx.report("FTFC is to start a command while FSTAT has ACCERR or FPVIOL: it does not");
            } else {
                self.start(cx);
            }
        }
        drive(cx);
    }

    fn timer(&mut self, _timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
        if let Some(command) = self.command.take() {
            let is_done = finish(command, cx);
            cx.put(FSTAT, MGSTAT0, !is_done);
        }
        cx.put(FSTAT, CCIF, true);
        drive(cx);
    }
}

fn drive(cx: &mut Context<'_>) {
    let pending = cx.has(FSTAT, CCIF | CCIE);
    cx.irq(0, pending);
}

impl Ftfc {
    /// Takes over what the flash says; not earlier than somebody asks, because the flash gets its bytes at the reset, too.
    fn configure(&mut self, cx: &mut Context<'_>) {
        let mut bytes = [0; 8];
        if std::mem::replace(&mut self.is_configured, true)
            || cx.read_memory(CONFIGURATION, &mut bytes).is_err()
        {
            return;
        }
        let [p0, p1, p2, p3, fsec, fopt, feprot, fdprot] = bytes;
        // FPROT3 lies lowest.
        cx.set(FPROT, u32::from_be_bytes([p0, p1, p2, p3]));
        let low = cx.get(FSTAT) & !FROM_FLASH;
        cx.set(FSTAT, u32::from_le_bytes([0, 0, fsec, fopt]) | low);
        cx.set(FEPROT, u32::from_le_bytes([0, 0, feprot, fdprot]));
    }

    fn start(&mut self, cx: &mut Context<'_>) {
        cx.put(FSTAT, MGSTAT0, false);
        let word = cx.get_at(FCCOB, 0);
        let (code, address) = ((word >> 24) as u8, word & 0x00ff_ffff);
        let is_data = address & IN_DATA_FLASH != 0;
        let (base, sector_bytes) = if is_data { (DATA_FLASH, cx.property(0)) } else { (0, SECTOR_BYTES) };
        let at = base + u64::from(address & !IN_DATA_FLASH);
        let command = match code {
            PROGRAM_PHRASE if address % PHRASE_BYTES == 0 => {
                let halves = [cx.get_at(FCCOB, 1), cx.get_at(FCCOB, 2)];
                let phrase = (u64::from(halves[1]) << 32 | u64::from(halves[0])).to_le_bytes();
                Some((Command::Program { at, phrase }, PROGRAM_PHRASE_NS))
            }
            ERASE_SECTOR if address % PHRASE_BYTES == 0 => {
                let first = at - at % sector_bytes.max(1);
                Some((Command::Erase { at: first, bytes: sector_bytes }, ERASE_SECTOR_NS))
            }
            ERASE_BLOCK => Some((Command::EraseBlock { at: base }, ERASE_BLOCK_NS)),
            ERASE_ALL | ERASE_ALL_UNSECURE => Some((Command::EraseAll, ERASE_ALL_NS)),
            PROGRAM_PHRASE | ERASE_SECTOR => {
                cx.report(format!(
                    "FTFC: {address:#x} is not the address of a phrase, which has 8 bytes (ACCERR)"
                ));
                None
            }
            _ => {
                cx.report(format!("FTFC: the command {code:#04x} is not modelled (ACCERR)"));
                None
            }
        };
        let is_there = |cx: &mut Context<'_>| cx.read_memory(at, &mut [0; PHRASE_BYTES as usize]).is_ok();
        match command {
            Some((command, span_ns)) if is_there(cx) => {
                self.command = Some(command);
                cx.put(FSTAT, CCIF, false);
                let due_ns = cx.now_ns() + span_ns;
                cx.arm(0, due_ns);
            }
            Some(_) => {
                cx.report(format!("FTFC: there is no flash at {at:#x} (ACCERR)"));
                cx.put(FSTAT, ACCERR, true);
            }
            None => cx.put(FSTAT, ACCERR, true),
        }
    }
}

/// Does what a command does in the end; false if the flash does not hold what it should.
fn finish(command: Command, cx: &mut Context<'_>) -> bool {
    match command {
        Command::Program { at, phrase } => {
            let mut before = phrase;
            if cx.read_memory(at, &mut before).is_err() {
                return false;
            }
            if before != [0xff; PHRASE_BYTES as usize] {
                cx.report(format!(
                    "FTFC programs the phrase at {at:#x}, which is not erased: only zeros are added"
                ));
            }
            let now: [u8; PHRASE_BYTES as usize] = std::array::from_fn(|n| before[n] & phrase[n]);
            cx.program_memory(at, &now).is_ok() && now == phrase
        }
        Command::Erase { at, bytes } => (0..bytes)
            .step_by(PHRASE_BYTES as usize)
            .all(|offset| cx.program_memory(at + offset, &[0xff; PHRASE_BYTES as usize]).is_ok()),
        Command::EraseBlock { at } => {
            erase_from(at, cx);
            true
        }
        Command::EraseAll => {
            erase_from(0, cx);
            erase_from(DATA_FLASH, cx);
            true
        }
    }
}

fn erase_from(at: u64, cx: &mut Context<'_>) {
    let mut erase = |at: u64| -> Result<(), MemoryFault> {
        cx.read_memory(at, &mut [0; 8])?;
        cx.program_memory(at, &[0xff; SECTOR_BYTES as usize / 2])
    };
    let mut sectors = (at..).step_by(SECTOR_BYTES as usize / 2);
    while sectors.next().is_some_and(|at| erase(at).is_ok()) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    fn launch(ftfc: &mut Bench<Ftfc>, code: u8, address: u32) {
        ftfc.write(FCCOB, u32::from(code) << 24 | address);
        ftfc.write_bytes(FSTAT, 1, CCIF);
    }

    /// 16 KB of flash in which all is programmed.
    fn bench() -> Bench<Ftfc> {
        let mut ftfc = Bench::<Ftfc>::default();
        *ftfc.memory() = (0..0x4000u32).map(|n| n as u8).collect();
        ftfc
    }

    #[test]
    fn resets_and_the_configuration_field() {
        assert_eq!(Bench::<Ftfc>::default().differs_after_reset(), []);
        let mut ftfc = bench();
        ftfc.memory()[0x408..0x410].copy_from_slice(&[1, 2, 3, 4, 0xfe, 0x7f, 5, 6]);
        assert_eq!(ftfc.read(FSTAT), 0x7ffe_0280);
        assert_eq!((ftfc.read(FPROT), ftfc.read_bytes(0x17, 1)), (0x0102_0304, 6));
    }

    #[test]
    fn erases_and_programs() {
        let mut ftfc = bench();
        ftfc.write_bytes(FSTAT + 1, 1, 0x80);
        assert!(ftfc.irq(0));
        launch(&mut ftfc, ERASE_SECTOR, 0x2010);
        assert_eq!((ftfc.read(FSTAT) & CCIF, ftfc.irq(0)), (0, false));
        ftfc.save_and_restore();
        ftfc.advance_ns(ERASE_SECTOR_NS - 1);
        assert_eq!(ftfc.read(FSTAT) & CCIF, 0);
        ftfc.advance_ns(1);
        assert_eq!((ftfc.read(FSTAT) & (CCIF | MGSTAT0), ftfc.irq(0)), (CCIF, true));
        assert!(ftfc.memory()[0x2000..0x3000].iter().all(|byte| *byte == 0xff));
        assert_eq!((ftfc.memory()[0x1fff], ftfc.memory()[0x3001]), (0xff, 1));
        ftfc.write(FCCOB + 4, 0x0403_0201);
        ftfc.write(FCCOB + 8, 0x0807_0605);
        launch(&mut ftfc, PROGRAM_PHRASE, 0x2008);
        ftfc.advance_ns(PROGRAM_PHRASE_NS);
        assert_eq!(ftfc.memory()[0x2008..0x2010], [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(ftfc.take_mistakes(), [] as [String; 0]);
        ftfc.write(FCCOB + 4, 0x0403_0207);
        launch(&mut ftfc, PROGRAM_PHRASE, 0x2008);
        ftfc.advance_ns(PROGRAM_PHRASE_NS);
        assert_eq!((ftfc.read(FSTAT) & MGSTAT0, ftfc.memory()[0x2008]), (MGSTAT0, 1));
        assert_eq!(ftfc.take_mistakes().len(), 1);
    }

    #[test]
    fn what_it_does_not_do() {
        let check = |code: u8, address: u32| {
            let mut ftfc = bench();
            launch(&mut ftfc, code, address);
            assert_eq!(ftfc.read(FSTAT) & (CCIF | ACCERR), CCIF | ACCERR, "{code:#x} {address:#x}");
            assert_eq!(ftfc.take_mistakes().len(), 1);
            launch(&mut ftfc, ERASE_SECTOR, 0);
            assert_eq!(ftfc.read(FSTAT) & CCIF, CCIF, "not before the error is cleared");
            ftfc.write_bytes(FSTAT, 1, ACCERR);
            launch(&mut ftfc, ERASE_SECTOR, 0);
            assert_eq!(ftfc.read(FSTAT) & (CCIF | ACCERR), 0);
        };
        check(PROGRAM_PHRASE, 4);
        check(ERASE_SECTOR, 0x4000);
        check(ERASE_SECTOR, IN_DATA_FLASH);
        check(0x81, 0);
    }

    #[test]
    fn erases_a_block() {
        let mut ftfc = bench();
        launch(&mut ftfc, ERASE_BLOCK, 0);
        ftfc.advance_ns(ERASE_BLOCK_NS);
        assert!(ftfc.memory().iter().all(|byte| *byte == 0xff));
    }
}
