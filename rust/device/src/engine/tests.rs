// SPDX-License-Identifier: Apache-2.0 OR MIT
use crate::{
    Bench, Bus, BusCall, BusKind, Context, Core, Device, Effect, Fault, Host, Lines, MemoryFault, Place,
    Property, Register, Width, Written,
};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

const CR: u32 = 0x00;
const SR: u32 = 0x04;
const DR: u32 = 0x08;
const CH: u32 = 0x10;
const IDR: u32 = 0x18;

/// Sends what is written to DR a microsecond later, and counts it.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Echo {
    count: u32,
    byte: Option<u8>,
}

impl Device for Echo {
    const NAME: &'static str = "test-echo";
    const BLOCK: &'static str = "ECHO";
    const SIZE: u32 = 0x40;
    const REGISTERS: &'static [Register] = &[
        Register::new("CR", CR, 0x81).rw(0xff).unmodelled(0xf0).width(Width::ANY),
        Register::new("SR", SR, 0).rc_w1(1).rc_r(2).on_write(),
        Register::new("DR", DR, 0).wo(0xff).on_read().on_write().width(Width::HALF),
        Register::new("CH", CH, 7).rw(u32::MAX).array(2, 0x10),
        Register::new("IDR", IDR, 5),
    ];
    const IRQS: &'static [&'static str] = &["sent"];
    const OUTPUTS: &'static [Lines] = &[Lines { name: "busy", count: 1 }];
    const INPUTS: &'static [Lines] = &[Lines { name: "pin", count: 2 }];
    const CLOCKS: &'static [&'static str] = &["pclk"];
    const CLOCK_OUTPUTS: &'static [&'static str] = &["half"];
    const PROPERTIES: &'static [Property] = &[Property { name: "delay-ns", default: 1000 }];
    const TIMERS: usize = 1;

    fn read(&mut self, _at: Place, _cx: &mut Context<'_>) -> u32 {
        self.count
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            DR => {
                self.byte = Some(written.value as u8);
                cx.output(0, 0, true);
                cx.arm(0, cx.now_ns() + cx.property(0));
            }
            _ => {
                let pending = cx.has(SR, 1);
                cx.irq(0, pending);
            }
        }
    }

    fn timer(&mut self, _timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
        if let Some(byte) = self.byte.take() {
            self.count += 1;
            cx.send(byte);
        }
        cx.put(SR, 3, true);
        cx.output(0, 0, false);
        cx.irq(0, true);
    }

    fn input(&mut self, _group: usize, index: usize, level: bool, cx: &mut Context<'_>) {
        cx.put(IDR, 1 << (8 + index), level);
    }

    fn clock(&mut self, _clock: usize, cx: &mut Context<'_>) {
        cx.set_clock(0, cx.clock_hz(0) / 2);
    }
}

#[test]
fn registers_act_and_hold() {
    let mut bench = Bench::<Echo>::new(&[8_000_000], &[]);
    assert_eq!(bench.differs_after_reset(), []);
    assert_eq!(bench.clock_output_hz("half"), 4_000_000);
    bench.write(DR, b'a'.into());
    assert!(bench.output("busy", 0));
    bench.advance_ns(999);
    assert_eq!(bench.take_sent(), []);
    bench.advance_ns(1);
    assert_eq!((bench.take_sent(), bench.irq(0), bench.output("busy", 0)), (vec![(1000, b'a')], true, false));
    assert_eq!((bench.read(SR), bench.read(SR)), (3, 1), "reading clears bit 1 only");
    bench.write(SR, 1);
    assert_eq!((bench.read(SR), bench.irq(0), bench.read(DR)), (0, false, 1));
    bench.set_input("pin", 1, true);
    assert_eq!(bench.read(IDR), 0x205);
    bench.write(CH + 0x10, 9);
    assert_eq!((bench.read(CH), bench.read(CH + 0x10)), (7, 9));
    bench.reset();
    assert_eq!((bench.read(DR), bench.read(CH + 0x10)), (0, 7));
    assert_eq!(bench.take_mistakes(), [] as [String; 0]);
}

#[test]
fn what_the_manual_does_not_have_is_reported_once_for_its_place() {
    let check = |act: fn(&mut Bench<Echo>), told: &[&str]| {
        let mut bench = Bench::default();
        act(&mut bench);
        act(&mut bench);
        assert_eq!(bench.take_mistakes(), told);
    };
    check(
        |bench| assert_eq!(bench.read(0x0c), 0),
        &["read of 4 bytes at ECHO+0x0c, where it has no register"],
    );
    check(
        |bench| bench.write_bytes(0x3e, 2, 1),
        &["write of 2 bytes at ECHO+0x3e, where it has no register"],
    );
    check(|bench| bench.write_bytes(DR, 1, 1), &["write of 1 byte to ECHO_DR (0x08), which takes 2 or 4"]);
    check(
        |bench| assert_eq!(bench.read_bytes(CH + 2, 2), 0),
        &["read of 2 bytes to ECHO_CH (0x12), which takes 4"],
    );
    check(|bench| bench.write(IDR, 1), &["write of 0x1 to ECHO_IDR (0x18), which is read-only"]);
    check(
        |bench| bench.write(CR, 0xa1),
        &["ECHO_CR (0x00) set to 0x000000a1: the bits 0x00000020 of it are not modelled and have no effect"],
    );
    check(|bench| bench.write(CR, 0x8f), &[]);
}

#[test]
fn narrow_accesses() {
    let mut bench = Bench::<Echo>::default();
    bench.write_bytes(CR, 1, 0x8f);
    assert_eq!(
        (bench.read_bytes(CR, 1), bench.read_bytes(CR + 1, 1), bench.read_bytes(CR, 2)),
        (0x8f, 0, 0x8f)
    );
    assert_eq!(bench.take_mistakes(), [] as [String; 0]);
    bench.write_bytes(CH, 1, 0xab);
    assert_eq!(bench.read(CH), 0xabab_abab, "a bridge that passes words only repeats the byte");
    bench.write_bytes(CH + 2, 2, 0x1234);
    assert_eq!(bench.read(CH), 0x1234_1234);
}

struct Nothing;

impl Host for Nothing {
    fn now_ns(&self) -> u64 {
        0
    }
    fn read_memory(&mut self, address: u64, _bytes: &mut [u8]) -> Result<(), MemoryFault> {
        Err(MemoryFault { address })
    }
    fn program_memory(&mut self, address: u64, _bytes: &[u8]) -> Result<(), MemoryFault> {
        Err(MemoryFault { address })
    }

    fn write_memory(&mut self, address: u64, _bytes: &[u8]) -> Result<(), MemoryFault> {
        Err(MemoryFault { address })
    }
    fn bus(&mut self, _bus: usize, _call: BusCall) -> u32 {
        0
    }
}

#[test]
fn no_bus_has_such_accesses() {
    let mut core = Core::<Echo>::default();
    for (offset, bytes) in [(1, 2), (2, 4), (0, 8), (0, 3), (0, 0)] {
        assert!(core.read(offset, bytes, &mut Nothing).is_err());
        assert!(core.write(offset, bytes, 0, &mut Nothing).is_err());
    }
}

#[test]
fn goes_on_from_a_saved_state() {
    let mut bench = Bench::<Echo>::new(&[8_000_000], &[("delay-ns", 50)]);
    bench.write(DR, b'a'.into());
    bench.write(CH, 77);
    bench.set_input("pin", 0, true);
    bench.save_and_restore();
    bench.advance_ns(60);
    assert_eq!((bench.take_sent(), bench.irq(0), bench.read(CH)), (vec![(50, b'a')], true, 77));
    assert_eq!((bench.read(DR), bench.read(IDR)), (1, 0x105));
}

proptest! {
    #[test]
    fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..80), offset: u32, value: u32) {
        let mut core = Core::<Echo>::default();
        let _ = core.restore(&bytes);
        for bytes in [1, 2, 4, 8] {
            let _ = core.write(offset % 0x48, bytes, value, &mut Nothing);
            let _ = core.read(offset % 0x48, bytes, &mut Nothing);
        }
    }
}

/// One register, and a gate.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Asleep {}

impl Device for Asleep {
    const NAME: &'static str = "test-asleep";
    const BLOCK: &'static str = "ASLEEP";
    const SIZE: u32 = 4;
    const REGISTERS: &'static [Register] = &[Register::new("CR", CR, 0).rw(0xff)];
    const INPUTS: &'static [Lines] = &[Lines { name: "gated", count: 1 }];
    const GATE: Option<usize> = Some(0);
}

#[test]
fn without_its_clock_a_device_does_not_answer() {
    let mut core = Core::<Asleep>::default();
    let mut host = Nothing;
    assert_eq!(core.write(CR, 4, 5, &mut host), Ok(()));
    core.input(0, 0, true, &mut host);
    assert_eq!(core.read(CR, 4, &mut host), Err(Fault));
    assert_eq!(core.write(CR, 4, 6, &mut host), Err(Fault));
    let told: Vec<String> = core
        .take_effects()
        .into_iter()
        .map(|effect| match effect {
            Effect::Report(mistake) => mistake.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told[0], "read of 4 bytes at ASLEEP+0x00, whose clock is switched off: a bus fault");
    assert_eq!(told.len(), 2);
    core.input(0, 0, false, &mut host);
    assert_eq!(core.read(CR, 4, &mut host), Ok(5));
}

/// Sends each byte that is written to DR as a word of SPI, and to 0x48 by I2C; reads answer with what came in.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Master;

impl Device for Master {
    const NAME: &'static str = "test-master";
    const BLOCK: &'static str = "MASTER";
    const SIZE: u32 = 0x40;
    const REGISTERS: &'static [Register] = &[Register::new("DR", DR, 0).rw(0xff).on_read().on_write()];
    const BUSES: &'static [Bus] =
        &[Bus { name: "spi", kind: BusKind::Spi }, Bus { name: "i2c", kind: BusKind::I2c }];

    fn read(&mut self, _at: Place, cx: &mut Context<'_>) -> u32 {
        let acknowledged = cx.i2c_start(1, 0x48, true);
        let byte = cx.i2c_read(1);
        cx.i2c_nack(1);
        cx.i2c_stop(1);
        if acknowledged { byte.into() } else { 0xdead }
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        cx.spi_select(0, 2, false);
        let word = cx.spi_transfer(0, written.value);
        cx.spi_select(0, 2, true);
        let heard = cx.i2c_start(1, 0x48, false) && cx.i2c_write(1, word as u8);
        cx.set(at.offset, heard.into());
    }
}

#[test]
fn a_master_uses_its_buses_at_once() {
    let mut bench = Bench::<Master>::default();
    assert_eq!(bench.take_bus_calls(), []);
    bench.advance_ns(5);
    bench.answer(&[0x99, 1, 1]);
    bench.write(DR, 0x12);
    let select = |level| (5, 0, BusCall::Select { line: 2, level });
    let start = |reads| (5, 1, BusCall::Start { address: 0x48, reads });
    let (word, byte) = ((5, 0, BusCall::Transfer(0x12)), (5, 1, BusCall::Write(0x99)));
    assert_eq!(bench.take_bus_calls(), [select(false), word, select(true), start(false), byte]);
    bench.answer(&[1, 0x55]);
    assert_eq!(bench.read(DR), 0x55);
    let rest = [BusCall::Read, BusCall::Nack, BusCall::Stop].map(|call| (5, 1, call));
    assert_eq!(bench.take_bus_calls(), [&[start(true)], &rest[..]].concat());
    // Nobody is there.
    assert_eq!(bench.read(DR), 0xdead);
    bench.take_bus_calls();
    bench.reset();
    assert_eq!(bench.take_bus_calls(), [(5, 1, BusCall::Stop)], "a reset ends a transfer of I2C");
}
