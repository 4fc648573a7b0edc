// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Devices of the user's own: rows of the table of bindings that a scenario brings with it.

use crate::PortKind;
use crate::bindings::{Binding, Device, From, Model};

/// What a tree is read with, beside the table.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading<'a> {
    /// Devices of the user's own; they go before the table.
    pub own: &'a [OwnDevice],
    /// What nobody knows becomes a stub, as a `virtmcu,stub` is: for bring-up.
    pub permissive: bool,
}

/// What the user says of a `compatible`: which type of QEMU models it, and how a node of it becomes one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnDevice {
    /// The text in the tree: `acme,timer`.
    pub compatible: String,
    /// QEMU's name of the type.
    pub kind: String,
    /// The names of its interrupts in `interrupt-names`, in the order of its lines; without names they go by their order.
    pub interrupts: Vec<String>,
    /// Its clock inputs, all of which get the node's first clock.
    pub clocks: Vec<String>,
    /// Its properties, by name.
    pub properties: Vec<(String, OwnValue)>,
    /// Groups of lines that it drives, and the tree's property that names the pins that they lead to: `lamp-gpios`.
    pub outputs: Vec<(String, String)>,
    /// Groups of lines that it sees, and the property that names the pins that they come from.
    pub inputs: Vec<(String, String)>,
    /// It has a character device: it is a port of the node.
    pub port: bool,
}

/// Where the value of a property comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnValue {
    /// Always this.
    Number(u64),
    /// Of this property of the tree's node; without it, the device's own default stays.
    Property(String),
}

impl OwnDevice {
    /// The row of the table. It lives as long as the program, like those that are part of it: a program reads few boards,
    /// and a row is some hundred bytes.
    pub(crate) fn binding(&self) -> &'static Binding {
        let properties = self.properties.iter().map(|(name, value)| {
            let from = match value {
                OwnValue::Number(number) => From::Number(*number),
                OwnValue::Property(property) => From::PropertyIfThere(for_ever(property)),
            };
            (for_ever(name), from)
        });
        let interrupts = self.interrupts.iter().zip(0..).map(|(name, line)| (for_ever(name), line));
        let lines = |lines: &[(String, String)]| -> &'static [(&'static str, &'static str)] {
            Vec::leak(lines.iter().map(|(name, property)| (for_ever(name), for_ever(property))).collect())
        };
        let compatible = for_ever(&self.compatible);
        Box::leak(Box::new(Binding {
            compatible: Vec::leak(vec![compatible]),
            chips: &[],
            title: compatible,
            manual: "",
            model: Model::Device(Device {
                kind: for_ever(&self.kind),
                own: Some(compatible),
                modelled: "by the scenario's own module",
                properties: Vec::leak(properties.collect()),
                clocks: Vec::leak(self.clocks.iter().map(|name| for_ever(name)).collect()),
                interrupts: Vec::leak(interrupts.collect()),
                outputs: lines(&self.outputs),
                inputs: lines(&self.inputs),
                port: self.port.then_some(PortKind::Uart),
                ..Device::PLAIN
            }),
        }))
    }
}

fn for_ever(text: &str) -> &'static str {
    String::leak(text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Board, Machine, Port};
    use devicetree::Tree;
    use plan::{Input, Line, Object, Output, Step, Value};

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
	own: timer@50000000 {
		compatible = "acme,timer-v2", "acme,timer";
		reg = <0x50000000 0x1000>;
		interrupts = <7 0>, <5 0>;
		interrupt-names = "late", "early";
		interrupt-parent = <&nvic>;
		acme,width = <16>;
	};
	nvic: nvic@e000e100 { compatible = "arm,v7m-nvic"; #interrupt-cells = <2>; arm,num-irq-priority-bits = <4>; };
};
"#;

    fn own() -> OwnDevice {
        OwnDevice {
            compatible: "acme,timer".into(),
            kind: "acme-timer".into(),
            interrupts: vec!["early".into(), "late".into()],
            clocks: vec!["clk".into()],
            properties: vec![
                ("width".into(), OwnValue::Property("acme,width".into())),
                ("depth".into(), OwnValue::Property("acme,depth".into())),
                ("revision".into(), OwnValue::Number(3)),
            ],
            outputs: Vec::new(),
            inputs: Vec::new(),
            port: true,
        }
    }

    fn read(text: &str, own: &[OwnDevice]) -> Result<Board, devicetree::Errors> {
        let own = Reading { own, permissive: false };
        Board::read_with("x", &Tree::read_dts("x.dts", text, &mut |_, _| Err("none".into()))?, own)
    }

    #[test]
    fn becomes_part_of_the_plan() {
        let board = read(TREE, &[own()]).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(
            (&board.own_devices[..], &board.ports[..]),
            (&["acme,timer".to_string()][..], &[Port { flow_control: true, ..Port::uart("own") }][..])
        );
        let Machine::Tree(plan) = board.machine else { panic!("no plan") };
        let objects = plan.steps.iter().filter_map(|step| match step {
            Step::Object(object) if object.kind == "acme-timer" => Some(object),
            _ => None,
        });
        let objects: Vec<&Object> = objects.collect();
        let named = |name: &str, number| (name.to_string(), Value::Number(number));
        assert_eq!(
            objects[0].properties,
            [named("width", 16), named("revision", 3), ("chardev".to_string(), Value::Port(0))]
        );
        assert_eq!(objects[0].clocks[0].0, "clk");
        let lines = plan.steps.iter().filter_map(|step| match step {
            Step::Connect { from, to } => Some((&from.line, &to.line)),
            _ => None,
        });
        let lines: Vec<_> = lines.collect();
        assert_eq!(
            lines,
            [(&Line::Interrupt(0), &Line::Plain(5)), (&Line::Interrupt(1), &Line::Plain(7))],
            "by their names"
        );
    }

    #[test]
    fn is_unknown_without_the_users_word() {
        let errors = read(TREE, &[]).expect_err("nobody models it");
        assert_eq!(errors.list()[0].message, "nothing models \"acme,timer-v2\"");
    }

    #[test]
    fn goes_before_the_table() {
        let uart =
            OwnDevice { compatible: "arm,pl011".into(), kind: "better".into(), ..OwnDevice::default() };
        let text = TREE.replace("\"acme,timer-v2\", \"acme,timer\"", "\"arm,pl011\"");
        let text = text
            .replace("interrupts = <7 0>, <5 0>;", "")
            .replace("interrupt-names = \"late\", \"early\";", "");
        let board = read(&text, &[uart]).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(board.own_devices, ["arm,pl011"]);
    }

    const PORT: &str = r#"
	gpioa: gpio@40020000 { compatible = "st,stm32-gpio"; reg = <0x40020000 0x400>; gpio-controller; #gpio-cells = <2>; };
	own: "#;

    /// The lines of a board on which the device has `lines`, or the first mistake: its line, what is wrong, what was found.
    fn wired(lines: &str) -> Result<Vec<(Output, Input)>, (usize, String, String)> {
        let text = TREE.replacen("\n/ {", "\n/ {\n\tcompatible = \"st,stm32f4\";", 1);
        let text = text.replacen("\n\town: ", PORT, 1).replacen("acme,width = <16>;", lines, 1);
        let of = |name: &str, property: &str| vec![(name.to_string(), property.to_string())];
        let own = OwnDevice { outputs: of("lamp", "lamp-gpios"), inputs: of("hold", "hold-gpios"), ..own() };
        let board = read(&text, &[own]).map_err(|errors| {
            let first = errors.list()[0].clone();
            (first.place.map_or(0, |place| place.line), first.message, first.found.unwrap_or_default())
        })?;
        let Machine::Tree(plan) = board.machine else { panic!("no plan") };
        let lines = plan.steps.into_iter().filter_map(|step| match step {
            Step::Connect { from, to } => Some((from, to)),
            _ => None,
        });
        Ok(lines.filter(|(from, _)| matches!(from.line, Line::Named(..))).collect())
    }

    #[test]
    fn its_lines_lead_to_pins() {
        let wired =
            wired("lamp-gpios = <&gpioa 5 0>, <&gpioa 6 1>; hold-gpios = <&gpioa 3 0>;").expect("lines");
        let named = |name: &str, number| Line::Named(name.into(), number);
        let lines: Vec<_> = wired.iter().map(|(from, to)| (from.line.clone(), to.line.clone())).collect();
        assert_eq!(
            lines,
            [
                (named("out", 3), named("hold", 0)),
                (named("lamp", 0), named("in", 5)),
                (named("lamp", 1), named("in", 6))
            ]
        );
        assert!(wired[0].0.object == wired[2].1.object && wired[0].1.object == wired[2].0.object);
    }

    #[test]
    fn a_pin_that_is_none_is_told() {
        let check = |lines: &str, message: &str, found: &str| {
            assert_eq!(
                wired(lines).expect_err(lines),
                (19, message.to_string(), found.to_string()),
                "{lines}"
            );
        };
        let none = "a pin to nowhere";
        check("lamp-gpios = <&gpioa 16 0>;", none, "16");
        check("lamp-gpios = <&gpioa>;", "too few cells behind a GPIO controller", "");
        check("lamp-gpios = <&nvic 1 0>;", none, "/nvic@e000e100 is no GPIO controller");
        check(
            "lamp-gpios = <7 1 0>;",
            "\"lamp-gpios\" refers to no node",
            "the phandle 0x7, which no node has",
        );
    }
}
