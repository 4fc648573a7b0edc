// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Devices of the user's own: rows of the table of bindings that a scenario brings with it.

use crate::bindings::{Binding, Device, From, Model};

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
                port: self.port,
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
    use crate::{Board, Machine};
    use devicetree::Tree;
    use plan::{Line, Object, Step, Value};

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
            port: true,
        }
    }

    fn read(text: &str, own: &[OwnDevice]) -> Result<Board, devicetree::Errors> {
        Board::read("x", &Tree::read_dts("x.dts", text, &mut |_, _| Err("none".into()))?, own)
    }

    #[test]
    fn becomes_part_of_the_plan() {
        let board = read(TREE, &[own()]).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(
            (&board.own_devices[..], &board.uarts[..]),
            (&["acme,timer".to_string()][..], &["own".to_string()][..])
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
}
