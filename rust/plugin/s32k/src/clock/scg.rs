// SPDX-License-Identifier: GPL-2.0-or-later
//! SCG: four sources (SOSC, SIRC, FIRC, SPLL), of which each power mode chooses one for the system, with its dividers.

use super::{CORE, DIVIDED, HSRUN, LPO_128K, SOURCE, VLPR};
use device::{Context, Place, Register, Written};

const CSR: u32 = 0x010;
const RCCR: u32 = 0x014;
const VCCR: u32 = 0x018;
const HCCR: u32 = 0x01c;
const SPLLCFG: u32 = 0x608;
/// The registers of a source: CSR, DIV and CFG lie together.
const SOURCES: [u32; 4] = [0x100, 0x200, 0x300, 0x600];
const SOSC: usize = 0;
const DIV: u32 = 4;
const CFG: u32 = 8;

/// What SCS says for each source.
const SCS: [u32; 4] = [1, 2, 3, 6];
const SCS_SHIFT: u32 = 24;

// CSR of a source.
const EN: u32 = 1 << 0;
const LK: u32 = 1 << 23;
const VLD: u32 = 1 << 24;
const SEL: u32 = 1 << 25;
const ERR: u32 = 1 << 26;

/// The fields of CSR, RCCR, VCCR, HCCR.
const SYSTEM: u32 = 0x0f0f_00ff;

pub(super) const REGISTERS: [Register; 19] = [
    Register::new("VERID", 0x000, 0x0100_0000),
    Register::new("PARAM", 0x004, 0xf800_00fe),
    Register::new("CSR", CSR, 0x0300_0001),
    Register::new("RCCR", RCCR, 0x0300_0001).rw(SYSTEM).on_write(),
    Register::new("VCCR", VCCR, 0x0200_0001).rw(SYSTEM).on_write(),
    Register::new("HCCR", HCCR, 0x0300_0001).rw(SYSTEM).on_write(),
    Register::new("CLKOUTCNFG", 0x020, 0x0300_0000).rw(0x0f00_0000),
    Register::new("SOSCCSR", 0x100, 0).rw(0x0083_0001).rc_w1(ERR).unmodelled(0x0003_0000).on_write(),
    Register::new("SOSCDIV", 0x104, 0).rw(0x0707).on_write(),
    Register::new("SOSCCFG", 0x108, 0x10).rw(0x3c).on_write(),
    Register::new("SIRCCSR", 0x200, 0x0100_0005).rw(0x0080_0007).on_write(),
    Register::new("SIRCDIV", 0x204, 0).rw(0x0707).on_write(),
    Register::new("SIRCCFG", 0x208, 1).rw(1).on_write(),
    Register::new("FIRCCSR", 0x300, 0x0300_0001).rw(0x0080_0009).rc_w1(ERR).on_write(),
    Register::new("FIRCDIV", 0x304, 0).rw(0x0707).on_write(),
    Register::new("FIRCCFG", 0x308, 0).rw(3).unmodelled(3).on_write(),
    Register::new("SPLLCSR", 0x600, 0).rw(0x0083_0001).rc_w1(ERR).unmodelled(0x0003_0000).on_write(),
    Register::new("SPLLDIV", 0x604, 0).rw(0x0707).on_write(),
    Register::new("SPLLCFG", SPLLCFG, 0).rw(0x001f_0700).on_write(),
];

const NAMES: [&str; 4] = ["SOSC", "SIRC", "FIRC", "SPLL"];

pub(super) fn write(at: Place, written: Written, cx: &mut Context<'_>) {
    let Some((number, csr)) =
        SOURCES.into_iter().enumerate().find(|(_, csr)| (*csr..=*csr + CFG).contains(&at.offset))
    else {
        return;
    };
    let name = NAMES[number];
    let is_locked = match at.offset - csr {
        0 => written.before & LK != 0 && written.value & LK != 0,
        DIV => false,
        _ => cx.get(csr) & EN != 0 && cx.get(at.offset) != written.before,
    };
    if is_locked {
        cx.set(at.offset, written.before);
        let why = if at.offset == csr { "LK is set" } else { "its source is enabled" };
        cx.report(format!("SCG_{name} is configured while {why}: nothing changes"));
    }
    if at.offset == csr && cx.get(csr) & EN == 0 && written.before & SEL != 0 {
        cx.set(csr, written.before);
        cx.report(format!("SCG_{name}CSR switches off what the system runs by: nothing changes"));
    }
}

/// The frequency that a source has when it runs.
fn source_hz(number: usize, cx: &mut Context<'_>) -> u64 {
    match number {
        SOSC => cx.property(0),
        1 => [2_000_000, 8_000_000][cx.get(0x208) as usize & 1],
        2 => 48_000_000,
        _ => {
            let (config, input_hz) = (cx.get(SPLLCFG), valid_hz(SOSC, cx));
            let (pre, mult) = (u64::from(config >> 8 & 7) + 1, u64::from(config >> 16 & 0x1f) + 16);
            input_hz / pre * mult / 2
        }
    }
}

/// The same; 0 while it is not valid.
fn valid_hz(number: usize, cx: &mut Context<'_>) -> u64 {
    if cx.has(SOURCES[number], VLD) { source_hz(number, cx) } else { 0 }
}

/// What a divider of three bits makes of a clock.
fn divided(hz: u64, div: u32) -> u64 {
    match div & 7 {
        0 => 0,
        n => hz >> (n - 1),
    }
}

/// Brings all clocks of SCG up to date; the sources divided for peripherals, for each both ways.
pub(super) fn update(cx: &mut Context<'_>) -> [[u64; 2]; 4] {
    // The PLL comes last: it runs by SOSC.
    for (number, csr) in SOURCES.into_iter().enumerate() {
        let is_valid = cx.has(csr, EN) && source_hz(number, cx) != 0;
        cx.put(csr, VLD, is_valid);
    }
    system(cx);
    let mut all = [[0; 2]; 4];
    for (number, csr) in SOURCES.into_iter().enumerate() {
        let (hz, div) = (valid_hz(number, cx), cx.get(csr + DIV));
        all[number] = [divided(hz, div), divided(hz, div >> 8)];
        cx.set_clock(SOURCE + number, hz);
        cx.set_clock(DIVIDED + number * 2, all[number][0]);
        cx.set_clock(DIVIDED + number * 2 + 1, all[number][1]);
    }
    for (place, hz) in [128_000, 32_000, 1_000].into_iter().enumerate() {
        cx.set_clock(LPO_128K + place, hz);
    }
    all
}

/// The mode's name, its register, and the most that core, bus and slow clock may be (manual, "Clock Distribution").
fn mode(cx: &Context<'_>) -> (&'static str, u32, [u64; 3]) {
    match (cx.input(HSRUN, 0), cx.input(VLPR, 0)) {
        (true, _) => ("HSRUN", HCCR, [112_000_000, 56_000_000, 28_000_000]),
        (false, true) => ("VLPR", VCCR, [4_000_000, 4_000_000, 1_000_000]),
        _ => ("RUN", RCCR, [80_000_000, 48_000_000, 26_670_000]),
    }
}

/// The clocks of core, bus and flash.
fn system(cx: &mut Context<'_>) {
    let (mode, register, most_hz) = mode(cx);
    let wanted = cx.get(register) & SYSTEM;
    let number = SCS.iter().position(|scs| *scs == wanted >> SCS_SHIFT);
    match number.filter(|number| valid_hz(*number, cx) != 0) {
        Some(_) => cx.set(CSR, wanted),
        None => cx.report(format!(
            "SCG chooses source {} for {mode}, which is not valid: the system's clock stays",
            wanted >> SCS_SHIFT
        )),
    }
    let now = cx.get(CSR);
    let number = SCS.iter().position(|scs| *scs == now >> SCS_SHIFT).unwrap_or_default();
    for (other, csr) in SOURCES.into_iter().enumerate() {
        cx.put(csr, SEL, other == number);
    }
    let by = |shift: u32| u64::from(now >> shift & 0xf) + 1;
    let core_hz = valid_hz(number, cx) / by(16);
    let all_hz = [core_hz, core_hz / by(4), core_hz / by(0)];
    for (place, (name, (hz, most_hz))) in
        ["core", "bus", "slow"].into_iter().zip(all_hz.into_iter().zip(most_hz)).enumerate()
    {
        cx.set_clock(CORE + place, hz);
        if hz > most_hz {
            cx.report(format!("the {name} clock is {hz} Hz; in {mode} it may be {most_hz} Hz"));
        }
    }
    // What SysTick calls its external clock.
    cx.set_clock(CORE + 3, core_hz / 16);
}

#[cfg(test)]
mod tests {
    use super::super::Clock;
    use super::*;
    use device::Bench;

    /// SOSC 8 MHz, PLL (8 MHz / 1 * 40 / 2), and 80, 40, 26.7 MHz.
    fn at_80_mhz() -> Bench<Clock> {
        let mut clock = Bench::<Clock>::default();
        clock.write(0x104, 0x101);
        clock.write(0x108, 0x24);
        clock.write(0x100, EN);
        assert_eq!(clock.read(0x100), EN | VLD);
        clock.write(0x604, 0x302);
        clock.write(SPLLCFG, 24 << 16);
        clock.write(0x600, EN);
        assert_eq!(clock.read(0x600), EN | VLD);
        clock.write(RCCR, 6 << 24 | 1 << 16 | 1 << 4 | 2);
        clock
    }

    #[test]
    fn runs_by_the_pll() {
        let mut clock = at_80_mhz();
        assert_eq!(clock.read(CSR), 6 << 24 | 1 << 16 | 1 << 4 | 2);
        let check = |name: &str, hz: u64| assert_eq!(clock.clock_output_hz(name), hz, "{name}");
        check("core", 80_000_000);
        check("bus", 40_000_000);
        check("slow", 26_666_666);
        check("spll", 160_000_000);
        check("splldiv1", 80_000_000);
        check("splldiv2", 40_000_000);
        check("soscdiv2", 8_000_000);
        assert_eq!(clock.read(0x600), EN | VLD | SEL);
        assert_eq!(clock.read(0x300), EN | VLD);
        assert_eq!(clock.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn what_runs_is_protected() {
        let mut clock = at_80_mhz();
        clock.write(0x600, 0);
        assert_eq!(clock.read(0x600), EN | VLD | SEL);
        clock.write(SPLLCFG, 0);
        assert_eq!(clock.read(SPLLCFG), 24 << 16);
        assert_eq!(clock.take_mistakes().len(), 2);
        clock.write(0x300, LK | EN);
        clock.write(0x300, LK);
        assert_eq!(clock.read(0x300) & (LK | EN), LK | EN);
        clock.write(0x300, 0);
        assert_eq!(clock.read(0x300), 0, "LK can be cleared");
    }

    #[test]
    fn a_source_that_is_not_there() {
        let mut clock = Bench::<Clock>::new(&[], &[("sosc-hz", 0)]);
        clock.write(0x100, EN);
        clock.write(0x600, EN);
        assert_eq!((clock.read(0x100), clock.read(0x600)), (EN, EN));
        clock.write(RCCR, 6 << 24);
        assert_eq!((clock.read(CSR), clock.clock_output_hz("core")), (0x0300_0001, 48_000_000));
        assert_eq!(clock.take_mistakes().len(), 1);
    }

    #[test]
    fn modes_have_their_own_registers() {
        let mut clock = at_80_mhz();
        clock.write(HCCR, 6 << 24 | 1 << 4 | 4);
        clock.set_input("hsrun", 0, true);
        assert_eq!(clock.clock_output_hz("core"), 160_000_000);
        assert_eq!(clock.take_mistakes().len(), 3, "no clock of HSRUN may be so fast");
        clock.set_input("hsrun", 0, false);
        clock.write(VCCR, 2 << 24 | 1 << 16 | 7);
        clock.set_input("vlpr", 0, true);
        assert_eq!((clock.clock_output_hz("core"), clock.clock_output_hz("slow")), (4_000_000, 500_000));
        assert_eq!(clock.take_mistakes(), [] as [String; 0]);
    }
}
