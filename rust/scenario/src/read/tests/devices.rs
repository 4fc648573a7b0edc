// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `[device."COMPATIBLE"]`: what is read of it, and what is wrong with it.

use super::{FILE, check, edit, told};
use crate::{Options, Target, load, parse};
use board::OwnValue;

const TREE: &str = r#"/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	cpus {
		#address-cells = <1>;
		#size-cells = <0>;
		cpu@0 { compatible = "arm,cortex-m4"; reg = <0>; clock-frequency = <8000000>; };
	};
	memory@0 { device_type = "memory"; reg = <0 0x1000>; };
	nvic: nvic@e000e100 { compatible = "arm,v7m-nvic"; #interrupt-cells = <2>; arm,num-irq-priority-bits = <4>; };
	own: timer@50000000 { compatible = "acme,timer"; reg = <0x50000000 0x1000>; };
};
"#;

const DEVICE: &str = r#"[device."acme,timer"]
module = "//acme:timer"
type = "acme-timer"
interrupts = ["early", "late"]
clocks = ["clk"]
properties = { width = 16, depth = "acme,depth" }
outputs = { lamp = "lamp-gpios" }
inputs = { hold = "hold-gpios" }
port = true

"#;

/// Loads the good scenario with this device and, on one node, a board that has it.
fn read(device: &str) -> Result<crate::Scenario, crate::Errors> {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("own.dts"), TREE).unwrap();
    let text = format!(
        "schema = 1\nduration = \"1ms\"\n\n{device}[node.a]\nboard = \"own.dts\"\nfirmware = \"a.elf\"\n\n\
         [[expect.uart]]\nport = \"a.own\"\nline = \"x\"\n"
    );
    std::fs::write(root.path().join(FILE), text).unwrap();
    load(&root.path().join(FILE), &Options { root: root.path().to_path_buf() })
}

#[test]
fn a_board_has_the_scenarios_device() {
    let scenario = read(DEVICE).unwrap_or_else(|errors| panic!("{errors}"));
    let [one] = &scenario.devices[..] else { panic!("{:?}", scenario.devices) };
    assert!(matches!(&one.module.target, Target::Label(label) if label.name == "timer"));
    assert_eq!((&*one.device.compatible, &*one.device.kind), ("acme,timer", "acme-timer"));
    assert_eq!(
        (&one.device.interrupts[..], &one.device.clocks[..]),
        (&["early".into(), "late".into()][..], &["clk".into()][..])
    );
    let properties = [("depth", OwnValue::Property("acme,depth".into())), ("width", OwnValue::Number(16))];
    assert_eq!(one.device.properties, properties.map(|(name, value)| (name.to_string(), value)));
    let lines = |name: &str, property: &str| vec![(name.to_string(), property.to_string())];
    assert_eq!(
        (&one.device.outputs, &one.device.inputs),
        (&lines("lamp", "lamp-gpios"), &lines("hold", "hold-gpios"))
    );
    assert_eq!(scenario.nodes[0].board.own_devices, ["acme,timer"]);
    assert_eq!(scenario.expects[0].about, "a.own");
}

#[test]
fn without_it_the_board_has_a_mistake() {
    let errors = read("").unwrap_err();
    assert!(errors.render(false).contains("own.dts:12:37: nothing models \"acme,timer\""), "{errors}");
}

#[test]
fn a_device_that_no_board_has() {
    check(
        "[node.pinger]",
        "[device.\"acme,timer\"]\nmodule = \"t.so\"\ntype = \"acme-timer\"\n[node.pinger]",
        "\n5:9 no node has a device \"acme,timer\"\n  found: the tree of no node's board has it, where it is enabled\n  \
         expected: a node of a tree in a .dts or .dtb file with this \"compatible\"\n",
    );
}

#[test]
fn what_is_missing_or_wrong() {
    let text = edit(
        "[node.pinger]",
        "[device.\"acme, timer\"]\ntype = \"\"\ninterrupts = \"tick\"\nproperties = { width = true }\nport = 1\n[node.pinger]",
    );
    assert_eq!(
        told(&parse(&text, FILE).unwrap_err()),
        "5:1 [device.acme, timer] has no \"module\"\n  found: \"module\" is missing\n  expected: the key \"module\"\n  \
         help: add module = \"//acme:timer\"\n\
         5:9 \"acme, timer\" is no compatible\n  found: it has a blank in it\n  expected: one word of at most 64 bytes\n\
         6:8 \"\" is no type of QEMU\n  found: it is empty\n  expected: one word of at most 64 bytes\n\
         7:14 \"interrupts\" has the wrong type\n  found: this is a string\n  \
         expected: a list of names: interrupts = [\"tick\"]\n\
         8:24 \"width\" has the wrong type\n  found: this is a boolean\n  \
         expected: an integer: a number, or the name of the tree's property that has it\n\
         9:8 \"port\" has the wrong type\n  found: this is an integer\n  expected: true or false: port = true\n"
    );
}
