// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Memory that is part of devices, the last region of each. Several devices may have the same one, or parts of it.

use super::devices::Site;
use super::view::{self, Region};
use devicetree::{Mistake, NodeId};
use plan::Step;

/// The regions of a device with memory; those of its registers are free of others.
pub(super) fn regions(site: &mut Site<'_>, id: NodeId) -> Result<Vec<Region>, Mistake> {
    let all = view::regions(site.tree, id)?;
    let Some((memory, registers)) = all.split_last().filter(|(_, registers)| !registers.is_empty()) else {
        let mistake = site.tree.node(id).place.mistake("a device without its memory");
        let mistake = mistake.found(format!("regions in \"reg\": {}", all.len()));
        return Err(mistake.expected("two: reg = <0x40006400 0x400>, <0x4000a400 0x350>;"));
    };
    for region in registers {
        if let Some(other) = site.other_in(region) {
            return Err(view::overlap(site.tree, (id, *region), other));
        }
        site.take(id, *region);
    }
    site.shared.push((id, *memory));
    Ok(all)
}

/// Makes the memories: one of those that overlap.
pub(super) fn place(site: &mut Site<'_>) -> Result<(), Mistake> {
    let mut all = std::mem::take(&mut site.shared);
    all.sort_by_key(|(_, region)| (region.at, u64::MAX - region.size_bytes));
    let mut joined: Vec<(NodeId, Region)> = Vec::new();
    for (id, region) in all {
        match joined.last_mut() {
            Some((_, last)) if region.at < last.at + last.size_bytes => {
                let end = (region.at + region.size_bytes).max(last.at + last.size_bytes);
                last.size_bytes = end - last.at;
            }
            _ => joined.push((id, region)),
        }
    }
    for (id, region) in joined {
        if let Some(other) = site.other_in(&region) {
            return Err(view::overlap(site.tree, (id, region), other));
        }
        site.take(id, region);
        site.parts.step(Step::Memory {
            name: format!("{} memory", site.tree.path(id)),
            size_bytes: region.size_bytes,
            read_only: false,
            erased: false,
            at: vec![region.at],
            elsewhere: Vec::new(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::{Board, Machine};
    use devicetree::{Errors, Tree};
    use plan::{Object, Step, Value};

    const BOARD: &str = r#"/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	cpus {
		#address-cells = <1>;
		#size-cells = <0>;
		cpu@0 { compatible = "arm,cortex-m4"; reg = <0>; clock-frequency = <8000000>; };
	};
	memory@20000000 { device_type = "memory"; reg = <0x20000000 0x1000>; };
	clk: clk { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <40000000>; };
	can0: can@40001000 { compatible = "bosch,m_can"; reg = <0x40001000 0x400>, <0x40010000 0x1400>; clocks = <&clk>; };
	can1: can@40002000 { compatible = "bosch,m_can"; reg = <0x40002000 0x400>, <0x40010000 0x2800>; clocks = <&clk>; };
	can2: can@40003000 { compatible = "bosch,m_can"; reg = <0x40003000 0x400>, <0x40020000 0x1000>; clocks = <&clk>; };
	nvic: nvic@e000e100 { compatible = "arm,v7m-nvic"; #interrupt-cells = <2>; arm,num-irq-priority-bits = <4>; };
};
"#;

    fn read(text: &str) -> Result<Vec<Step>, Errors> {
        let tree = Tree::read_dts("x.dts", text, &mut |_, _| Err("none".into()))?;
        let Machine::Tree(plan) = Board::read("x", &tree)?.machine else { panic!("no plan") };
        assert_eq!(plan.check(), Ok(()));
        Ok(plan.steps)
    }

    #[test]
    fn what_is_shared_is_there_once() {
        let steps = read(BOARD).unwrap_or_else(|errors| panic!("{errors}"));
        let memories = steps.iter().filter_map(|step| match step {
            Step::Memory { at, size_bytes, .. } => Some((at[0], *size_bytes)),
            _ => None,
        });
        let memories: Vec<_> = memories.collect();
        assert_eq!(memories, [(0x2000_0000, 0x1000), (0x4001_0000, 0x2800), (0x4002_0000, 0x1000)]);
        let rams = steps.iter().filter_map(|step| match step {
            Step::Object(Object { kind, properties, .. }) if kind == "virtmcu-bosch-m-can" => {
                Some(properties[0].clone())
            }
            _ => None,
        });
        let ram = |at| ("ram".to_string(), Value::Number(at));
        assert_eq!(rams.collect::<Vec<_>>(), [ram(0x4001_0000), ram(0x4001_0000), ram(0x4002_0000)]);
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let first = |text: &str| {
            let errors = read(text).expect_err("it does not fit");
            let mistake = errors.list()[0].clone();
            (mistake.place.map_or(0, |place| place.line), mistake.message)
        };
        let none = BOARD.replace(", <0x40020000 0x1000>", "");
        assert_eq!(first(&none), (14, "a device without its memory".to_string()));
        let over = BOARD.replace("<0x40020000 0x1000>", "<0x40001000 0x1000>");
        assert_eq!(first(&over), (14, "/can@40003000 and /can@40001000 overlap".to_string()));
        let over = BOARD.replace("<0x40003000 0x400>", "<0x40002000 0x400>");
        assert_eq!(first(&over), (14, "/can@40003000 and /can@40002000 overlap".to_string()));
    }
}
