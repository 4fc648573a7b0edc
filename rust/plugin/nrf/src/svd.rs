// SPDX-License-Identifier: GPL-2.0-or-later
//! The tables compared with Nordic's SVD files of the nRF51, the nRF52832 and the nRF52840.

use crate::*;
use ::svd::{Described, Deviation};

const NRF51: &str = "nrf51.svd";
const NRF52832: &str = "nrf52.svd";
const NRF52840: &str = "nrf52840.svd";

const DEVICES: &[Described] = &[
    Described::new::<clock::Nrf51>(&[(NRF51, "CLOCK"), (NRF51, "POWER")]),
    Described::new::<clock::Nrf52>(&[(NRF52840, "CLOCK"), (NRF52840, "POWER")]),
    Described::new::<gpio::Gpio>(&[(NRF51, "GPIO"), (NRF52840, "P0"), (NRF52840, "P1")]).from(0x500),
    Described::new::<gpiote::Gpiote>(&[(NRF51, "GPIOTE"), (NRF52840, "GPIOTE")]),
    Described::new::<ecb::Ecb>(&[(NRF51, "ECB"), (NRF52832, "ECB"), (NRF52840, "ECB")]),
    Described::new::<egu::Egu>(&[(NRF52840, "EGU0")]),
    Described::new::<ficr::Ficr51>(&[(NRF51, "FICR")]),
    Described::new::<ficr::Ficr52832>(&[(NRF52832, "FICR")]),
    Described::new::<ficr::Ficr52840>(&[(NRF52840, "FICR")]),
    Described::new::<nvmc::Nvmc>(&[(NRF51, "NVMC"), (NRF52840, "NVMC")]),
    Described::new::<ppi::Ppi>(&[(NRF51, "PPI"), (NRF52840, "PPI")]),
    Described::new::<radio::Radio>(&[(NRF52832, "RADIO"), (NRF52840, "RADIO")]),
    Described::new::<rtc::Rtc>(&[(NRF51, "RTC0"), (NRF52840, "RTC0")]),
    Described::new::<rng::Rng>(&[(NRF51, "RNG"), (NRF52840, "RNG")]),
    Described::new::<serial::Serial>(&[
        (NRF51, "SPI0"),
        (NRF51, "TWI0"),
        (NRF52840, "SPI0"),
        (NRF52840, "TWI0"),
        (NRF52840, "TWIM0"),
    ]),
    Described::new::<temp::Temp>(&[(NRF51, "TEMP"), (NRF52840, "TEMP")]),
    Described::new::<timer::Timer>(&[(NRF51, "TIMER0"), (NRF52840, "TIMER0"), (NRF52840, "TIMER3")]),
    Described::new::<uart::Uart>(&[(NRF51, "UART0")]),
    Described::new::<uart::Uarte>(&[(NRF52840, "UART0"), (NRF52840, "UARTE0")]),
    Described::new::<wdt::Wdt>(&[(NRF51, "WDT"), (NRF52840, "WDT")]),
];

const FACTORY: &str = "what the factory writes, of which the file does not know";
const RUNS: &str = "HFCLK and the RAM are on while the CPU runs; the file has 0 for states";
const ANOMALY: &str = "it has no name: start-up code writes it, by the list of anomalies";
const READS_0: &str = "it is done at once and reads as 0";
const READY: &str = "the controller is always ready";

const DEVIATIONS: &[Deviation] = &[
    ("*", &["POWER: resets"], "a block is on after a reset; the file has 0"),
    ("nrf52-uarte", &["POWER: is not"], "anomalies of the nRF52 are worked around by it"),
    ("nrf51-clock", &["HFCLKSTAT: resets", "RAMSTATUS: resets"], RUNS),
    ("nrf51-clock", &["ANOMALY16: is not"], ANOMALY),
    ("nrf52-clock", &["ANOMALY31: is not", "ANOMALY108: is not"], ANOMALY),
    ("nrf52-clock", &["HFCLKSTAT: resets"], RUNS),
    ("nrf52-clock", &["LFRCMODE: bits 0x10000"], "the state is read-only, by PS 5.4.4"),
    ("nrf52-clock", &["RAM_POWERSET: resets", "RAM_POWERCLR: resets"], "they are write-only, and read as 0"),
    ("nrf-gpiote", &["ANOMALY31: is not"], ANOMALY),
    (
        "nrf51-ficr",
        &["CODEPAGESIZE:", "CODESIZE:", "NUMRAMBLOCK:", "SIZERAMBLOCKS:", "CONFIGID:", "DEVICE"],
        FACTORY,
    ),
    ("nrf52832-ficr", &["CODEPAGESIZE:", "CODESIZE:", "DEVICE", "INFO."], FACTORY),
    ("nrf52832-ficr", &["REVISION: is not", "REVISION.MINOR: is not", "ANOMALY"], ANOMALY),
    ("nrf52832-ficr", &["TEMP."], "the file is older than the manual"),
    ("nrf52840-ficr", &["CODEPAGESIZE:", "CODESIZE:", "DEVICE", "INFO."], FACTORY),
    ("nrf52840-ficr", &["REVISION: is not"], ANOMALY),
    ("nrf-nvmc", &["READYNEXT: resets"], READY),
    ("nrf-nvmc", &["ERASE"], READS_0),
    ("nrf52-radio", &["UNUSED0: is missing"], "it is unused"),
    ("nrf52-radio", &["ANOMALY182: is not", "ANOMALY102: is not"], ANOMALY),
    ("nrf51-uart", &["BAUDRATE: resets"], "250000 baud, by RM 29.10"),
];

#[test]
fn registers_are_the_vendors() {
    let differences = ::svd::compare(DEVICES, DEVIATIONS).unwrap_or_else(|error| panic!("{error}"));
    assert!(differences.is_empty(), "{differences}");
    // No vendor has a file of the ROM table, which is Arm's.
    assert_eq!(
        ::svd::forgotten(include_str!("lib.rs"), include_str!("svd.rs")),
        ["rom::RomTable51", "rom::RomTable52832"]
    );
}
