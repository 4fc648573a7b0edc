// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Lines between a device of the user's own and the pins of a microcontroller, by its GPIO port's registers.

use crate::common::module;
use crate::idle;
use crate::machine::Machine;
use board::{Board, OwnDevice, Reading};
use devicetree::Tree;

const TREE: &str = r#"/dts-v1/;
/include/ "discovery.dts"
/ {
	blinker@60000000 {
		compatible = "example,blinker";
		reg = <0x60000000 0x1000>;
		lamp-gpios = <&gpioa 5 0>;
		hold-gpios = <&gpioa 6 0>;
	};
};
"#;

/// Registers of the device, and of port A (RM0090, 8.4).
const CR: u64 = 0x6000_0000;
const PERIOD: u64 = 0x6000_0008;
const TALLY: u64 = 0x6000_000c;
const MODER: u64 = 0x4002_0000;
const IDR: u64 = 0x4002_0010;
const BSRR: u64 = 0x4002_0018;

const LAMP: u32 = 1 << 5;
const HOLD: u32 = 1 << 6;
const COUNT: u64 = 0x2000_1000;

#[test]
fn its_lines_are_pins_of_the_board() {
    let discovery = board::tree("stm32f4-discovery").expect("a board").expect("a tree").to_dts();
    let included = discovery.replacen("/dts-v1/;", "", 1);
    let tree = Tree::read_dts("own.dts", TREE, &mut |name, _| Ok((name.to_string(), included.clone())));
    let of = |line: &str, property: &str| vec![(line.to_string(), property.to_string())];
    let own = OwnDevice {
        compatible: "example,blinker".into(),
        kind: "virtmcu-example-blinker".into(),
        outputs: of("lamp", "lamp-gpios"),
        inputs: of("hold", "hold-gpios"),
        ..OwnDevice::default()
    };
    let board =
        Board::read_with("own.dts", &tree.expect("a tree"), Reading { own: &[own], permissive: false })
            .expect("a board");
    let dir = tempfile::tempdir().expect("a folder");
    let modules = [module("templates/device-rust", "plugin_example")];
    let mut machine = Machine::start(&board, &idle(&board), &modules, &dir.path().join("log"));
    // Pin 6 is driven by the port, pin 5 by the lamp.
    let mode = machine.read(MODER);
    machine.write(MODER, mode & !(3 << 12) | 1 << 12);
    machine.write(TALLY, COUNT as u32);
    machine.write(PERIOD, 5);
    machine.write(CR, 1);
    for _ in 0..4 {
        let (lit, count) = (machine.read(IDR) & LAMP, machine.read(COUNT));
        assert_eq!(lit != 0, count % 2 == 1, "after {count} changes");
        machine.run_until(|machine| machine.read(COUNT) > count);
    }
    machine.write(BSRR, HOLD);
    let (lit, held) = (machine.read(IDR) & LAMP, machine.read(COUNT));
    let mut looks = 0..1000;
    machine.run_until(|machine| {
        machine.read(COUNT);
        looks.next().is_none()
    });
    assert_eq!((machine.read(IDR) & LAMP, machine.read(COUNT)), (lit, held), "it is held");
    machine.write(BSRR, HOLD << 16);
    machine.run_until(|machine| machine.read(COUNT) > held);
}
