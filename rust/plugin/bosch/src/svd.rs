// SPDX-License-Identifier: GPL-2.0-or-later
//! The tables compared with a vendor's SVD file: NXP has an M_CAN as Bosch sells it in its LPC5500.

use crate::*;
use ::svd::{Described, Deviation};

const DEVICES: &[Described] = &[Described::new::<mcan::Full>(&[("LPC55S16.xml", "CAN0")])];

const DEVIATIONS: &[Deviation] = &[
    (
        "bosch-m-can",
        &["CREL:", "ENDN:", "RWD:", "TSCV:", "TOCV:", "XIDFC:"],
        "NXP's manual leaves it out; M_CAN's has it",
    ),
    ("bosch-m-can", &["TEST: bits 0x80", "CCCR: bits 0x8", "TXFQS: bits"], "a state, by M_CAN's manual"),
    ("bosch-m-can", &["TXBAR: bits"], "a request is taken at once, so that it reads as 0"),
    ("bosch-m-can", &["MRBA: is missing"], "NXP's own: where the message RAM is"),
];

/// No file that the tests have describes an STM32G4.
const UNDESCRIBED: [&str; 1] = ["mcan::Fixed"];

#[test]
fn registers_are_the_vendors() {
    let differences = ::svd::compare(DEVICES, DEVIATIONS).unwrap_or_else(|error| panic!("{error}"));
    assert!(differences.is_empty(), "{differences}");
    assert_eq!(::svd::forgotten(include_str!("lib.rs"), include_str!("svd.rs")), UNDESCRIBED);
}
