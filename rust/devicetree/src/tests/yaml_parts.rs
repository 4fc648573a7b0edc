// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Boards as lists of parts: which tree they are, and what is wrong in them.

use super::read;
use crate::Tree;

/// The tree that the lists say.
fn check(text: &str, source: &str) {
    let tree = Tree::read_yaml("a.yaml", text).unwrap_or_else(|errors| panic!("{errors}"));
    let expected = read(&format!("/dts-v1/;\n{source}")).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(tree.to_dts(), expected.to_dts());
}

/// The first mistake: its line, what is there, message, how to fix it.
fn check_error(text: &str, line: usize, at: &str, message: &str, fix: &str) {
    let errors = Tree::read_yaml("a.yaml", text).map(|tree| tree.to_dts()).expect_err(text);
    let first = &errors.list()[0];
    let place = first.place.as_ref().map(|place| (place.line, &text[place.start..place.end]));
    assert_eq!((place, &*first.message), (Some((line, at)), message), "{errors}");
    let told = [&first.found, &first.expected, &first.help].map(|text| text.clone().unwrap_or_default());
    assert!(told.iter().any(|text| text.contains(fix)), "{errors}");
}

/// A file of the schema that this comes from, with parts that are here.
const OLD: &str = r#"machine:
  name: test_board
  type: arm-generic-fdt
  cpus:
  - name: cpu
    type: cortex-m4-arm-cpu
    memory: sysmem
peripherals:
- name: sram
  renode_type: Memory.MappedMemory
  address: '0x20000000'
  properties:
    size: '0x08000000'
  container: sysmem
- name: uart0
  renode_type: UART.PL011
  address: '0x40004000'
  interrupts:
  - nvic@5
  container: sysmem
- name: nvic
  type: IRQControllers.NVIC
  address: 0xe000e100
"#;

#[test]
fn a_file_of_the_old_schema_is_a_tree() {
    check(
        OLD,
        r#"
/ {
    model = "test_board";
    #address-cells = <2>;
    #size-cells = <2>;
    cpus {
        #address-cells = <1>;
        #size-cells = <0>;
        cpu: cpu@0 { device_type = "cpu"; compatible = "arm,cortex-m4"; reg = <0>; };
    };
    sram: memory@20000000 { device_type = "memory"; reg = <0 0x20000000 0 0x8000000>; size = "0x08000000"; };
    uart0: uart0@40004000 {
        compatible = "arm,pl011"; reg = <0 0x40004000 0 0x1000>; interrupts-extended = <&nvic 5 0>;
    };
    nvic: nvic@e000e100 {
        compatible = "arm,v7m-nvic"; #interrupt-cells = <2>; interrupt-controller; reg = <0 0xe000e100 0 0xc00>;
    };
};
"#,
    );
}

#[test]
fn the_interrupts_of_a_gic_are_shared_ones() {
    check(
        r#"
peripherals:
- {name: gic, renode_type: IRQControllers.ARM_GenericInterruptController, address: '0x08000000'}
- {name: uart0, renode_type: UART.PL011, address: '0x09000000', interrupts: [gic@1, gic@34, 35]}
"#,
        r#"
/ {
    #address-cells = <2>;
    #size-cells = <2>;
    gic: gic@8000000 {
        compatible = "arm,gic-v2"; #interrupt-cells = <3>; interrupt-controller;
        reg = <0 0x8000000 0 0x1000 0 0x8010000 0 0x2000>;
    };
    uart0: uart0@9000000 {
        compatible = "arm,pl011"; reg = <0 0x9000000 0 0x1000>;
        interrupts-extended = <&gic 0 1 4 &gic 0 2 4>, <&{/gic@8000000} 0 3 4>;
    };
};
"#,
    );
}

#[test]
fn lists_and_a_tree_are_one_board() {
    check(
        r##"
peripherals:
  - {name: rtc, type: ["acme,rtc", rtc], parent: bus, address: 0x100, interrupts: [7]}
  - {name: bus, type: simple-bus, parent: soc, properties: {ranges: true, "#address-cells": 1, "#size-cells": 1}}
  - {name: eeprom, type: "acme,eeprom", parent: i2c, address: 0x50, properties: {size: 64}}
  - {name: i2c, type: "acme,i2c", address: 0x100000000, size: 0x10}
tree:
  "#size-cells": 1
  soc:soc: {}
  plic: {interrupt-controller: true, "#interrupt-cells": 1}
"##,
        r#"
/ {
    #size-cells = <1>;
    #address-cells = <2>;
    soc: soc {
        #address-cells = <1>;
        #size-cells = <0>;
        bus: bus {
            compatible = "simple-bus"; ranges; #address-cells = <1>; #size-cells = <1>;
            rtc: rtc@100 {
                compatible = "acme,rtc", "rtc"; reg = <0x100 0x1000>; interrupts-extended = <&{/plic} 7>;
            };
        };
    };
    plic { interrupt-controller; #interrupt-cells = <1>; };
    i2c: i2c@100000000 {
        compatible = "acme,i2c"; reg = <1 0 0x10>; #address-cells = <1>; #size-cells = <0>;
        eeprom: eeprom@50 { compatible = "acme,eeprom"; reg = <0x50>; size = <64>; };
    };
};
"#,
    );
}

#[test]
fn what_is_not_supported_says_what_is_instead() {
    let part = |kind: &str| format!("peripherals:\n- {{name: a, type: {kind}}}\n");
    let no_part = "no part of a board has this type";
    for (kind, fix) in [
        ("Timers.ARM_GenericTimer", "virtmcu board bindings"),
        ("zenoh-telemetry", "records a trace"),
        ("chardev", "[link.NAME]"),
        ("SPI.ZenohBridge", "no links of this kind yet"),
        ("UART.NS16550", "virtmcu board bindings"),
        ("mmio-socket-bridge", "docs/write-a-device.md"),
    ] {
        check_error(&part(kind), 2, kind, no_part, fix);
    }
    check_error("topology: {}\ntree: {}", 1, "topology", "\"topology\" is no part of a board", "[link.NAME]");
    check_error("nodes: [1]\ntree: {}", 1, "nodes", "\"nodes\" is no part of a board", "[node.NAME]");
    check_error("include: x\ntree: {}", 1, "include", "\"include\" is no part of a board", "into this file");
    check_error(
        "machine: {type: s32k}",
        1,
        "s32k",
        "a machine has no type: it is what its parts are",
        "leave it out",
    );
    let container = OLD.replacen("container: sysmem", "container: flash", 1);
    check_error(&container, 14, "flash", "a board has one map of addresses only", "sysmem");
}

#[test]
fn mistakes_in_parts_have_places() {
    let check = |from: &str, to: &str, line, at: &str, message: &str, fix: &str| {
        assert!(OLD.contains(from), "{from}");
        check_error(&OLD.replacen(from, to, 1), line, at, message, fix);
    };
    check("  name: t", "  nam: t", 2, "nam", "a machine has no \"nam\"", "did you mean \"name\"?");
    check("type: cortex-m4-arm-cpu", "isa: x", 5, "", "a CPU without a \"type\"", "");
    check("name: sram", "name: 1sram", 9, "1sram", "\"1sram\" is no label", "a letter first");
    check("name: sram", "name: uart0", 15, "uart0", "two parts are called \"uart0\"", "again");
    check("'0x20000000'", "'20000000'", 11, "'20000000'", "this is no number", "decimal or hexadecimal?");
    check("    size: '0x08000000'", "    ram: true", 9, "sram", "a memory without a \"size\"", "");
    check("renode_type: UART.PL011", "parent: x", 15, "", "a peripheral without a \"type\"", "");
    check("nvic@5", "nvic", 19, "nvic", "this is no interrupt", "nvic@5");
    check("nvic@5", "nvi@5", 19, "nvi@5", "no node has the label \"nvi\"", "did you mean \"nvic\"?");
    check("nvic@5", "sram@5", 19, "sram@5", "an interrupt to nowhere", "has no \"#interrupt-cells\"");
    check("- nvic@5", "- {}", 19, "{", "this is no interrupt", "nvic@5");
    check("address: '0x40004000'", "size: 5", 17, "5", "a size without an \"address\"", "");
    check("0xe000e100", "0xe000e100\n  parent: nvic", 21, "nvic", "a part inside of itself", "");
    check("0xe000e100", "0xe000e100\n  parent: n", 24, "n", "no node has the label \"n\"", "");
    check(
        "0xe000e100",
        "0xe000e100\n  properties: {compatible: x}",
        24,
        "compatible",
        "property \"compatible\" is twice in one node",
        "again",
    );
    check(
        "nvic@5\n  container: sysmem\n",
        "5\n- {name: b, properties: {interrupt-controller: true}, type: b}\n",
        19,
        "5",
        "an interrupt of which controller?",
        "more than one",
    );
    check(
        "0xe000e100",
        "1\n  parent: uart0\n  size: 3",
        25,
        "3",
        "what is in this parent has a number and no size",
        "",
    );
}
