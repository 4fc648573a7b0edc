// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Chips on a board's I2C and SPI buses, whichever microcontroller they are beside.

use super::From::{Must, Number};
use super::{Binding, BusKind, Device, Model};

const fn on_i2c(
    compatible: &'static [&'static str],
    title: &'static str,
    manual: &'static str,
    device: Device,
) -> Binding {
    let device = Device { sits_on: Some(BusKind::I2c), ..device };
    Binding { compatible, chips: &[], title, manual, model: Model::Device(device) }
}

const EEPROM: Device = Device {
    kind: "at24c-eeprom",
    modelled: "reading and writing, at once; empty (0) at the start; two bytes of address above 256 bytes",
    ..Device::PLAIN
};

/// An EEPROM whose name says its size.
const fn eeprom(
    compatible: &'static [&'static str],
    size_bytes: &'static [(&'static str, super::From)],
) -> Binding {
    let device = Device { properties: size_bytes, ..EEPROM };
    on_i2c(compatible, "EEPROM", "Microchip 24AA01/24AA02 and 24AA256 data sheets", device)
}

/// JEDEC's numbers of SPI flashes, and QEMU's types for them (`known_devices` in its hw/block/m25p80.c).
const FLASHES: &[(&[u8], &str)] = &[
    (&[0x01, 0x02, 0x15], "s25sl032a"),
    (&[0x01, 0x02, 0x16], "s25sl064a"),
    (&[0x20, 0x20, 0x14], "m25p80"),
    (&[0x20, 0x20, 0x15], "m25p16"),
    (&[0x20, 0x20, 0x16], "m25p32"),
    (&[0x20, 0x20, 0x17], "m25p64"),
    (&[0x20, 0xba, 0x16], "n25q032a13"),
    (&[0x20, 0xba, 0x17], "n25q064a13"),
    (&[0x20, 0xba, 0x18], "n25q128a13"),
    (&[0x20, 0xba, 0x19], "n25q256a13"),
    (&[0x20, 0xbb, 0x18], "n25q128a11"),
    (&[0x9d, 0x60, 0x16], "is25lp032"),
    (&[0x9d, 0x60, 0x17], "is25lp064"),
    (&[0x9d, 0x60, 0x18], "is25lp128"),
    (&[0x9d, 0x70, 0x18], "is25wp128"),
    (&[0x9d, 0x70, 0x19], "is25wp256"),
    (&[0xc2, 0x20, 0x14], "mx25l8005"),
    (&[0xc2, 0x20, 0x15], "mx25l1606e"),
    (&[0xc2, 0x20, 0x16], "mx25l3205d"),
    (&[0xc2, 0x20, 0x17], "mx25l6405d"),
    (&[0xc2, 0x20, 0x18], "mx25l12805d"),
    (&[0xc2, 0x20, 0x19], "mx25l25635f"),
    (&[0xc8, 0x40, 0x16], "gd25q32"),
    (&[0xc8, 0x40, 0x17], "gd25q64"),
    (&[0xef, 0x40, 0x14], "w25q80bl"),
    (&[0xef, 0x40, 0x16], "w25q32"),
    (&[0xef, 0x40, 0x17], "w25q64"),
    (&[0xef, 0x40, 0x19], "w25q256"),
    (&[0xef, 0x40, 0x20], "w25q512jv"),
    (&[0xef, 0x60, 0x16], "w25q32dw"),
];

/// A chip of which there is no model: it acknowledges nothing, and drives no line.
const fn absent(compatible: &'static [&'static str], title: &'static str, manual: &'static str) -> Binding {
    let why = "nobody answers on the bus at its address";
    Binding { compatible, chips: &[], title, manual, model: Model::Missing(why) }
}

pub(super) const BINDINGS: &[Binding] = &[
    on_i2c(
        &["ti,tmp105", "ti,tmp75"],
        "temperature sensor",
        "TI TMP105 data sheet (SBOS648)",
        Device {
            kind: "tmp105",
            modelled: "all registers; it is always 0 degrees Celsius, and its alert line is low until a limit is written",
            outputs: &[("", "alert-gpios"), ("", "int-gpios")],
            interrupts: &[("", 0)],
            ..Device::PLAIN
        },
    ),
    on_i2c(
        &["dallas,ds1307", "dallas,ds1338", "maxim,ds1307"],
        "real-time clock",
        "Maxim DS1307 and DS1338 data sheets",
        Device {
            kind: "ds1338",
            modelled: "date, time, RAM; the date is that of the run's start; no square wave, it cannot be stopped",
            ..Device::PLAIN
        },
    ),
    on_i2c(
        &["st,lsm303dlhc-magn"],
        "magnetometer",
        "ST LSM303DLHC data sheet (DocID018771), 7.2",
        Device { kind: "lsm303dlhc_mag", modelled: "all registers; it measures 0", ..Device::PLAIN },
    ),
    eeprom(&["atmel,at24"], &[("rom-size", Must("size"))]),
    eeprom(&["atmel,24c01"], &[("rom-size", Number(128))]),
    eeprom(&["atmel,24c02"], &[("rom-size", Number(256))]),
    eeprom(&["atmel,24c32"], &[("rom-size", Number(4 << 10))]),
    eeprom(&["atmel,24c64"], &[("rom-size", Number(8 << 10))]),
    eeprom(&["atmel,24c128"], &[("rom-size", Number(16 << 10))]),
    eeprom(&["atmel,24c256"], &[("rom-size", Number(32 << 10))]),
    Binding {
        compatible: &["jedec,spi-nor"],
        chips: &[],
        title: "SPI flash",
        manual: "data sheet of the part that jedec-id says",
        model: Model::Device(Device {
            kind: "m25p80",
            kinds_by: ("jedec-id", FLASHES),
            sits_on: Some(BusKind::Spi),
            modelled: "reading, erasing, programming, at once; erased (0xff) at the start; no SFDP of most parts",
            inputs: &[("WP#", "wp-gpios")],
            ..Device::PLAIN
        }),
    },
    absent(&["st,lsm6dsl"], "accelerometer and gyroscope", "ST LSM6DSL data sheet (DocID028475)"),
    absent(&["st,lis3mdl-magn"], "magnetometer", "ST LIS3MDL data sheet (DocID024204)"),
    absent(&["st,hts221"], "hygrometer", "ST HTS221 data sheet (DocID026333)"),
    absent(&["st,lps22hb-press"], "barometer", "ST LPS22HB data sheet (DocID027083)"),
    absent(&["st,vl53l0x"], "range finder", "ST VL53L0X data sheet (DocID029104)"),
    absent(&["st,hci-spi-v1"], "Bluetooth controller", "ST SPBTLE-RF data sheet (DocID027920)"),
    absent(&["inventek,eswifi"], "Wi-Fi module", "Inventek ISM43362-M3G-L44 data sheet"),
    absent(&["cirrus,cs43l22"], "audio converter", "Cirrus Logic CS43L22 data sheet (DS792)"),
];
