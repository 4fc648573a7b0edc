// SPDX-License-Identifier: Apache-2.0 OR MIT
//! NXP's S32K1. The models are ours (`rust/plugin/s32k`).
//!
//! Manual: S32K1xx Series Reference Manual, rev. 14 ("S32K1xx RM"), by chapters. Zephyr says which chip it is nowhere but in the name of the board.

use super::From::{Place, Property};
use super::{Binding, Device, Model, NEVER, Pins};
use crate::PortKind;

const K144: &[&str] = &["nxp,s32k144", "nxp,s32k144-evb"];
const K146: &[&str] = &["nxp,s32k146", "nxp,ucans32k1sic", "nxp,ucans32k1sic_s32k146"];
/// S32K144 and 146, whose clocks Zephyr counts alike.
const K144_AND_146: &[&str] =
    &["nxp,s32k144", "nxp,s32k144-evb", "nxp,s32k146", "nxp,ucans32k1sic", "nxp,ucans32k1sic_s32k146"];
const K148: &[&str] = &["nxp,s32k148", "nxp,s32k148_evb"];
const S32K1: &[&str] = &[
    "nxp,s32k144",
    "nxp,s32k144-evb",
    "nxp,s32k146",
    "nxp,ucans32k1sic",
    "nxp,ucans32k1sic_s32k146",
    "nxp,s32k148",
    "nxp,s32k148_evb",
];

/// The first PORT, and how far one is from the next (S32K1xx RM, memory map).
pub(crate) const PORT_A: u64 = 0x4004_9000;
pub(crate) const PORT_BYTES: u64 = 0x1000;
pub(crate) const GPIO_A: u64 = 0x400f_f000;
pub(crate) const GPIO_BYTES: u64 = 0x40;

/// What a chip has beside its clocks, whether a tree tells it or not: Zephyr's do not.
pub(crate) const ALWAYS: &[(u64, &str)] = &[
    (0x4000_1000, "nxp,s32k1-mscm"),
    (0x4000_d000, "nxp,sysmpu"),
    (0x4001_8000, "nxp,s32k1-erm"),
    (0x4001_9000, "nxp,s32k1-eim"),
    (0x4004_8000, "nxp,s32k1-sim"),
    (0x4007_d000, "nxp,s32k1-pmc"),
    (0x4007_e000, "nxp,s32k1-smc"),
    (0x4007_f000, "nxp,s32k1-rcm"),
];

const OURS: Device = Device { module: Some("s32k"), ..Device::PLAIN };

/// By their numbers in Zephyr's nxp_s32k146_clock.h, up to the first peripheral's.
macro_rules! clocks {
    ($($rest:expr),* $(,)?) => {
        &[
            // The CPU's comes first.
            (28, "core", "core"),
            (1, "lpo128k", "lpo128k"),
            (2, "sirc", "sirc"),
            (5, "firc", "firc"),
            (8, "sosc", "sosc"),
            (9, "spll", "spll"),
            (10, "sircdiv1", "sircdiv1"),
            (11, "sircdiv2", "sircdiv2"),
            (12, "fircdiv1", "fircdiv1"),
            (13, "fircdiv2", "fircdiv2"),
            (14, "soscdiv1", "soscdiv1"),
            (15, "soscdiv2", "soscdiv2"),
            (16, "splldiv1", "splldiv1"),
            (17, "splldiv2", "splldiv2"),
            (18, "lpo32k", "lpo32k"),
            (19, "lpo1k", "lpo1k"),
            (32, "bus", "bus"),
            (36, "slow", "slow"),
            $($rest),*
        ]
    };
}

const K146_CLOCKS: &[(u32, &str, &str)] = clocks![
    (64, "slow", "slow"),
    (65, "ftm0", "ftm0"),
    (66, "ftm1", "ftm1"),
    (67, "ftm2", "ftm2"),
    (68, "ftm3", "ftm3"),
    (72, "lpit0", "lpit0"),
    (76, "lptmr0", "lptmr0"),
    (77, "lpuart0", "lpuart0"),
    (78, "lpuart1", "lpuart1"),
    (79, "lpuart2", "lpuart2"),
    (84, "bus", "bus"),
    (85, "bus", "bus"),
    (86, "bus", "bus"),
    (87, "bus", "bus"),
    (88, "bus", "bus"),
];

const K148_CLOCKS: &[(u32, &str, &str)] = clocks![
    (65, "slow", "slow"),
    (66, "ftm0", "ftm0"),
    (67, "ftm1", "ftm1"),
    (68, "ftm2", "ftm2"),
    (69, "ftm3", "ftm3"),
    (73, "lpit0", "lpit0"),
    (77, "lptmr0", "lptmr0"),
    (78, "lpuart0", "lpuart0"),
    (79, "lpuart1", "lpuart1"),
    (80, "lpuart2", "lpuart2"),
    (85, "bus", "bus"),
    (86, "bus", "bus"),
    (87, "bus", "bus"),
    (88, "bus", "bus"),
    (89, "bus", "bus"),
];

const fn device(
    compatible: &'static [&'static str],
    title: &'static str,
    manual: &'static str,
    device: Device,
) -> Binding {
    Binding { compatible, chips: S32K1, title, manual, model: Model::Device(device) }
}

/// FlexCAN 1 and 2, and one with 16 buffers and without CAN FD.
const CAN_1: u64 = 0x4002_5000;
const CAN_2: u64 = 0x4002_b000;
const CAN: &str = "virtmcu-s32k1-flexcan";

/// Those of some chips. Which of them are the smaller ones, is in the manual's table of chip-specific FlexCAN information.
const fn flexcan(
    title: &'static str,
    chips: &'static [&'static str],
    smaller: &'static [(u64, &'static str)],
) -> Binding {
    Binding {
        compatible: &["nxp,flexcan-fd", "nxp,flexcan"],
        chips,
        title,
        manual: "S32K1xx RM, FlexCAN",
        model: Model::Device(Device {
            kind: "virtmcu-s32k1-flexcan-fd",
            kinds_at: smaller,
            modelled: "message buffers, FIFO, CAN FD; no pretended networking and DMA",
            inner_clocks: &[("sosc", "soscdiv2"), ("sys", "core")],
            interrupts: &[("warning", 0), ("error", 1), ("wake-up", 2), ("mb-0-15", 3), ("mb-16-31", 4)],
            port: Some(PortKind::Can),
            ..OURS
        }),
    }
}

const fn clock(chips: &'static [&'static str], makes_clocks: &'static [(u32, &str, &str)]) -> Binding {
    Binding {
        compatible: &["nxp,s32-clock"],
        chips,
        title: "SCG and PCC of the S32K1",
        manual: "S32K1xx RM, SCG and PCC",
        model: Model::Device(Device {
            kind: "virtmcu-s32k1-clock",
            modelled: "oscillators and PLL, ready at once; the clocks that they make; PCC's gates and selectors",
            properties: &[("sosc-hz", Property("virtmcu,sosc-hz", 8_000_000))],
            makes_clocks,
            ..OURS
        }),
    }
}

const fn missing(compatible: &'static [&'static str], title: &'static str, manual: &'static str) -> Binding {
    Binding { compatible, chips: S32K1, title, manual, model: Model::Missing("there is no model of it yet") }
}

pub(super) const BINDINGS: &[Binding] = &[
    clock(K144_AND_146, K146_CLOCKS),
    clock(K148, K148_CLOCKS),
    device(
        &["nxp,lpuart", "nxp,kinetis-lpuart"],
        "LPUART of the S32K1",
        "S32K1xx RM, LPUART",
        Device {
            kind: "virtmcu-nxp-lpuart",
            modelled: "asynchronous mode with its baud rate, FIFOs, idle line; no DMA, addresses, modem control",
            clocks: &["clk"],
            interrupts: &[("", 0)],
            port: Some(PortKind::Uart),
            ..OURS
        },
    ),
    device(
        &["nxp,port-pinmux", "nxp,kinetis-pinmux"],
        "PORT of the S32K1",
        "S32K1xx RM, PORT",
        Device {
            kind: "virtmcu-kinetis-port",
            modelled: "MUX, pull-ups, locks, interrupts; no filters and DMA",
            properties: &[("port", Place(PORT_A, PORT_BYTES))],
            ..OURS
        },
    ),
    device(
        &["nxp,kinetis-gpio"],
        "GPIO of the S32K1",
        "S32K1xx RM, GPIO",
        Device {
            kind: "virtmcu-kinetis-gpio",
            modelled: "all registers; its interrupt is PORT's",
            interrupts: &[("", 0)],
            pins: Some(Pins { inputs: "in", outputs: "out", count: 32 }),
            ..OURS
        },
    ),
    device(
        &["nxp,wdog32"],
        "WDOG of the S32K1",
        "S32K1xx RM, WDOG",
        Device {
            kind: "virtmcu-s32k1-wdog",
            modelled: "all but its test modes; it counts while the CPU sleeps",
            inner_clocks: &[("bus", "bus"), ("lpo", "lpo128k"), ("sosc", "sosc"), ("sirc", "sirc")],
            interrupts: &[("", 0)],
            ..OURS
        },
    ),
    device(
        &["nxp,kinetis-ftfc"],
        "FTFC of the S32K1",
        "S32K1xx RM, FTFC",
        Device {
            kind: "virtmcu-s32k1-ftfc",
            modelled: "programming of phrases, erasing; no FlexRAM and EEPROM, CSEc, protection",
            interrupts: &[("command-complete", 0), ("read-collision", 1), ("double-bit", 2)],
            ..OURS
        },
    ),
    device(
        &["nxp,lpit"],
        "LPIT of the S32K1",
        "S32K1xx RM, LPIT",
        Device {
            kind: "virtmcu-s32k1-lpit",
            modelled: "periodic counters of 32 bits; no other modes, chains, triggers",
            clocks: &["clk"],
            interrupts: &[("", 0), ("", 1), ("", 2), ("", 3)],
            ..OURS
        },
    ),
    device(
        &["nxp,lptmr", "nxp,kinetis-lptmr"],
        "LPTMR of the S32K1",
        "S32K1xx RM, LPTMR",
        Device {
            kind: "virtmcu-s32k1-lptmr",
            modelled: "counting of SIRCDIV2, LPO and PCC's clock; no pulses",
            clocks: &["clk"],
            inner_clocks: &[("sircdiv2", "sircdiv2"), ("lpo1k", "lpo1k")],
            interrupts: &[("", 0)],
            ..OURS
        },
    ),
    device(
        &["nxp,kinetis-ftm", "nxp,ftm", "nxp,ftm-pwm", "nxp,kinetis-ftm-pwm"],
        "FTM of the S32K1",
        "S32K1xx RM, FTM",
        Device {
            kind: "virtmcu-s32k1-ftm",
            modelled: "counting up, overflow, matches of channels; no pins: no capture and PWM outputs",
            clocks: &["external"],
            inner_clocks: &[("system", "core")],
            interrupts: &[("0-1", 0), ("2-3", 1), ("4-5", 2), ("6-7", 3), ("overflow", 4)],
            ..OURS
        },
    ),
    device(
        &["nxp,s32k1-sim", "nxp,kinetis-ke1xf-sim"],
        "SIM of the S32K1",
        "S32K1xx RM, SIM",
        Device {
            kind: "virtmcu-s32k1-sim",
            modelled: "what the chip is; its selectors choose nothing",
            properties: &[("sdid", Property("virtmcu,sdid", 0x144f_14ff))],
            ..OURS
        },
    ),
    device(
        &["nxp,s32k1-pmc"],
        "PMC of the S32K1",
        "S32K1xx RM, PMC",
        Device {
            kind: "virtmcu-s32k1-pmc",
            modelled: "registers; voltages are always good",
            interrupts: &[("", 0)],
            ..OURS
        },
    ),
    device(
        &["nxp,s32k1-smc"],
        "SMC of the S32K1",
        "S32K1xx RM, SMC",
        Device { kind: "virtmcu-s32k1-smc", modelled: "modes of running; stopping is as waiting", ..OURS },
    ),
    device(
        &["nxp,s32k1-rcm"],
        "RCM of the S32K1",
        "S32K1xx RM, RCM",
        Device {
            kind: "virtmcu-s32k1-rcm",
            modelled: "causes of resets: power, software, watchdog",
            interrupts: &[("", NEVER)],
            ..OURS
        },
    ),
    device(
        &["nxp,sysmpu"],
        "MPU of the S32K1",
        "S32K1xx RM, MPU",
        Device { kind: "virtmcu-s32k1-mpu", modelled: "registers; it protects nothing", ..OURS },
    ),
    device(
        &["nxp,s32k1-mscm"],
        "MSCM of the S32K1",
        "S32K1xx RM, MSCM",
        Device { kind: "virtmcu-s32k1-mscm", modelled: "what the core is", ..OURS },
    ),
    device(
        &["nxp,s32k1-erm"],
        "ERM of the S32K1",
        "S32K1xx RM, ERM",
        Device {
            kind: "virtmcu-s32k1-erm",
            modelled: "registers; memories have no errors",
            interrupts: &[("single", 0), ("double", 1)],
            ..OURS
        },
    ),
    device(
        &["nxp,s32k1-eim"],
        "EIM of the S32K1",
        "S32K1xx RM, EIM",
        Device { kind: "virtmcu-s32k1-eim", modelled: "registers; no errors are made", ..OURS },
    ),
    flexcan("FlexCAN of the S32K144", K144, &[(CAN_1, CAN), (CAN_2, CAN)]),
    flexcan("FlexCAN of the S32K146", K146, &[(CAN_2, CAN)]),
    flexcan("FlexCAN of the S32K148", K148, &[]),
    Binding {
        compatible: &["nxp,port-pinctrl"],
        chips: &[],
        title: "uses of pins",
        manual: "",
        model: Model::Quiet("PORT's registers are its own nodes'"),
    },
    Binding {
        compatible: &["nxp,tja1463", "nxp,tja1443", "nxp,tja1153", "can-transceiver-gpio"],
        chips: &[],
        title: "CAN transceiver",
        manual: "",
        model: Model::Quiet("software sees only the pins that lead to it"),
    },
    missing(&["nxp,lpspi"], "LPSPI of the S32K1", "S32K1xx RM, LPSPI"),
    missing(&["nxp,lpi2c"], "LPI2C of the S32K1", "S32K1xx RM, LPI2C"),
    missing(&["nxp,rtc", "nxp,kinetis-rtc"], "RTC of the S32K1", "S32K1xx RM, RTC"),
    missing(&["nxp,adc12", "nxp,kinetis-adc12"], "ADC of the S32K1", "S32K1xx RM, ADC"),
    missing(&["nxp,enet"], "Ethernet of the S32K148", "S32K1xx RM, ENET"),
];
