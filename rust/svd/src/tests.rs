// SPDX-License-Identifier: Apache-2.0 OR MIT
use super::*;
use device::{Context, Place};
use serde::{Deserialize, Serialize};

#[derive(Default, Serialize, Deserialize)]
struct Block {}

impl Device for Block {
    const NAME: &'static str = "block";
    const BLOCK: &'static str = "BLOCK";
    const SIZE: u32 = 0x20;
    const REGISTERS: &'static [Register] = &[
        Register::new("CR", 0x00, 0x83).rw(0xf).rc_w1(0x100),
        Register::new("CCR", 0x04, 0).rw(0xffff).array(2, 4),
        Register::new("DR", 0x0c, 0).wo(0xff).on_read(),
        Register::new("HALVES", 0x10, 0x0002_0001).rw(0xffff_ffff),
    ];

    fn read(&mut self, _at: Place, _cx: &mut Context<'_>) -> u32 {
        0
    }
}

/// A file with one peripheral, BLOCK, of these registers; an element of `PAIRS` is one of a register.
fn words(registers: &str) -> BTreeMap<u32, Word> {
    let head = "<name>C</name><version>1</version><description>-</description><addressUnitBits>8</addressUnitBits>\
                <width>32</width><size>32</size><access>read-write</access><resetValue>0</resetValue>";
    let block = format!(
        "<peripheral><name>BLOCK</name><baseAddress>0</baseAddress><registers>{registers}</registers></peripheral>"
    );
    let text = format!("<device schemaVersion=\"1.1\">{head}<peripherals>{block}</peripherals></device>");
    let chip = Chip::parse("c.svd", &text).expect("it is an SVD");
    assert!(matches!(chip.describe("NONE", 0, &mut BTreeMap::new()), Err(Error::NoPeripheral(..))));
    let mut words = BTreeMap::new();
    chip.describe("BLOCK", 0, &mut words).expect("it has the peripheral");
    words
}

fn register(name: &str, offset: u32, rest: &str) -> String {
    format!("<register><name>{name}</name><addressOffset>{offset}</addressOffset>{rest}</register>")
}

fn field(bits: &str, access: &str) -> String {
    format!("<field><name>F</name><bitRange>[{bits}]</bitRange><access>{access}</access></field>")
}

/// As the device is.
fn right() -> [String; 5] {
    let fields = [field("3:0", "read-write"), field("7:7", "read-only"), field("8:8", "read-write")].concat();
    [
        register("CR", 0, &format!("<resetValue>0x83</resetValue><fields>{fields}</fields>")),
        register("CCR%s", 4, "<dim>2</dim><dimIncrement>4</dimIncrement>"),
        register("DR", 12, &format!("<fields>{}</fields>", field("7:0", "read-write"))),
        register("LOW", 16, "<size>16</size><resetValue>1</resetValue>"),
        register("HIGH", 18, "<size>16</size><resetValue>2</resetValue>"),
    ]
}

fn check(change: impl Fn(&mut [String; 5]), expected: &[&str]) {
    let mut registers = right();
    change(&mut registers);
    let block = Described::new::<Block>(&[]);
    assert_eq!(differences(&block, &words(&registers.concat())), expected);
}

#[test]
fn what_is_alike() {
    check(|_| (), &[]);
}

#[test]
fn what_differs() {
    check(
        |all| all[0] = all[0].replace("0x83", "0x80").replace("[3:0]", "[4:0]").replace("[8:8]", "[9:9]"),
        &[
            "CR: bits 0x100 can be written, the vendor's cannot",
            "CR: bits 0x210 cannot be written, the vendor's can",
            "CR: resets to 0x83, the vendor's to 0x80",
        ],
    );
    check(
        |all| all[1] = register("CCR", 4, "") + &register("MORE", 20, ""),
        &["CCR[1]: is not the vendor's", "MORE: is missing, at 0x14"],
    );
    check(
        |all| all[4] = all[4].replace(">2<", ">3<"),
        &["HALVES: resets to 0x20000, the vendor's to 0x30000"],
    );
    check(
        |all| all[0] = all[0].replace("read-only", "write-only").replace("[3:0]", "[2:0]"),
        &[
            "CR: bits 0x8 can be written, the vendor's cannot",
            "CR: bits 0x80 cannot be written, the vendor's can",
        ],
    );
}

#[test]
fn what_the_file_does_not_know() {
    check(
        |all| {
            all[0] = all[0]
                .replace("0x83<", "0xff83<")
                .replace("</resetValue>", "</resetValue><resetMask>0xff</resetMask>")
        },
        &[],
    );
    // Another block at the address.
    check(|all| all[0] += &register("OTHER", 0, "<resetValue>7</resetValue>"), &[]);
}

#[test]
fn none_is_forgotten() {
    let registering = "register::<a::One>();\n register::<b::Two>();";
    assert_eq!(forgotten(registering, "Described::new::<a::One>(&[])"), ["b::Two"]);
}
