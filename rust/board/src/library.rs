// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The boards that come with virtmcu: device trees from `boards/`, and QEMU's own machines.

use crate::{Board, qemu};
use devicetree::{Errors, Tree};
use std::sync::{Arc, OnceLock};

/// What is between `boards/` and `.dts`, and the file's text.
const TREES: &[(&str, &str)] = &[
    ("cortex-a15-virt", include_str!("../../../boards/cortex-a15-virt.dts")),
    ("cortex-a53-virt", include_str!("../../../boards/cortex-a53-virt.dts")),
    ("hifive1", include_str!("../../../boards/hifive1.dts")),
    ("lm3s6965evb", include_str!("../../../boards/lm3s6965evb.dts")),
    ("mps2-an385", include_str!("../../../boards/mps2-an385.dts")),
    ("mps2-an386", include_str!("../../../boards/mps2-an386.dts")),
    ("mps2-an500", include_str!("../../../boards/mps2-an500.dts")),
    ("mps2-an505", include_str!("../../../boards/mps2-an505.dts")),
    ("mps2-an521", include_str!("../../../boards/mps2-an521.dts")),
    ("mps3-an547", include_str!("../../../boards/mps3-an547.dts")),
    ("microbit", include_str!("../../../boards/microbit.dts")),
    ("nrf52-dk", include_str!("../../../boards/nrf52-dk.dts")),
    ("nrf52840-dk", include_str!("../../../boards/nrf52840-dk.dts")),
    ("nucleo-f103rb", include_str!("../../../boards/nucleo-f103rb.dts")),
    ("nucleo-g474re", include_str!("../../../boards/nucleo-g474re.dts")),
    ("riscv32-virt", include_str!("../../../boards/riscv32-virt.dts")),
    ("riscv64-virt", include_str!("../../../boards/riscv64-virt.dts")),
    ("s32k144-evb", include_str!("../../../boards/s32k144-evb.dts")),
    ("stm32f4-discovery", include_str!("../../../boards/stm32f4-discovery.dts")),
    ("stm32l475-iot", include_str!("../../../boards/stm32l475-iot.dts")),
    ("stm32vl", include_str!("../../../boards/stm32vl.dts")),
    ("zcu102-rpu", include_str!("../../../boards/zcu102-rpu.dts")),
];

/// What they include.
const INCLUDED: &[(&str, &str)] = &[
    ("arm-virt.dtsi", include_str!("../../../boards/arm-virt.dtsi")),
    ("mps2.dtsi", include_str!("../../../boards/mps2.dtsi")),
    ("mps2-tz.dtsi", include_str!("../../../boards/mps2-tz.dtsi")),
    ("riscv-virt.dtsi", include_str!("../../../boards/riscv-virt.dtsi")),
    ("stm32f1.dtsi", include_str!("../../../boards/stm32f1.dtsi")),
];

/// All boards that come with virtmcu, in the order of their names.
pub fn all() -> &'static [Arc<Board>] {
    static ALL: OnceLock<Vec<Arc<Board>>> = OnceLock::new();
    ALL.get_or_init(|| {
        let own = qemu::BOARDS.iter().map(qemu::Fact::board);
        // The tests read each of them, so that none is missing here.
        let trees = TREES.iter().filter_map(|(name, text)| read(name, text).ok());
        let mut all: Vec<Arc<Board>> = trees.chain(own).map(Arc::new).collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    })
}

fn read(name: &str, text: &str) -> Result<Board, Errors> {
    Board::read(name, &read_tree(name, text)?)
}

fn read_tree(name: &str, text: &str) -> Result<Tree, Errors> {
    Tree::read_dts(&format!("boards/{name}.dts"), text, &mut |file, _| {
        let text = source(file).ok_or_else(|| format!("\"{file}\" is not part of the program"))?;
        Ok((format!("boards/{file}"), text.to_string()))
    })
}

/// The text of a file of `boards/`.
pub(crate) fn source(file: &str) -> Option<&'static str> {
    let tree = || TREES.iter().find(|(name, _)| file.strip_suffix(".dts") == Some(name));
    INCLUDED.iter().find(|(known, _)| *known == file).or_else(tree).map(|(_, text)| *text)
}

/// The board called `name`.
pub fn find(name: &str) -> Option<Arc<Board>> {
    all().iter().find(|board| board.name == name).cloned()
}

/// The names of all boards, in their order.
pub fn names() -> Vec<&'static str> {
    all().iter().map(|board| board.name.as_str()).collect()
}

/// The tree of the board called `name`, if it is one of `boards/`.
pub fn tree(name: &str) -> Option<Result<Tree, Errors>> {
    TREES.iter().find(|(known, _)| *known == name).map(|(name, text)| read_tree(name, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PortKind;
    use crate::{CORES_MAX, CPU_HZ, Machine};

    #[test]
    fn each_tree_is_a_board() {
        for (name, text) in TREES {
            let board = read(name, text).unwrap_or_else(|errors| panic!("{}", errors.render(false)));
            let Machine::Tree(plan) = board.machine else { panic!("{name} has no plan") };
            assert_eq!(plan.check(), Ok(()), "{name}");
            assert!(!board.ports.is_empty(), "{name}");
        }
        assert_eq!(all().len(), TREES.len() + qemu::BOARDS.len());
    }

    #[test]
    fn finds_a_board_by_its_name_only() {
        assert!(find("qemu:mps2-an385").is_some_and(|board| matches!(board.machine, Machine::Qemu { .. })));
        assert!(find("mps2-an385").is_some_and(|board| matches!(board.machine, Machine::Tree(_))));
        assert_eq!(find("an385"), None);
        assert_eq!(find(""), None);
    }

    #[test]
    fn boards_are_in_order_and_named_once() {
        let mut sorted = names();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(names(), sorted);
    }

    #[test]
    fn ports_are_in_the_order_of_qemu() {
        for board in all().iter().filter(|board| matches!(board.machine, Machine::Qemu { .. })) {
            let names: Vec<_> = board.ports.iter().map(|port| port.name.clone()).collect();
            let expected: Vec<_> = (0..board.ports.len()).map(|n| format!("uart{n}")).collect();
            assert_eq!(names, expected, "{}", board.name);
        }
        let board = find("mps2-an385").unwrap();
        assert_eq!((board.port("uart0"), board.port("uart4"), board.port("uart5")), (Some(0), Some(4), None));
    }

    #[test]
    fn which_uarts_know_rts_and_cts() {
        let knows = |board: &str, port: &str| {
            let board = find(board).unwrap();
            board.ports[usize::from(board.port(port).unwrap())].flow_control
        };
        for (board, port) in
            [("riscv32-virt", "uart0"), ("qemu:riscv32-virt", "uart0"), ("stm32f4-discovery", "usart2")]
        {
            assert!(knows(board, port), "{board} {port}");
        }
        for (board, port) in [("mps2-an385", "uart0"), ("cortex-a15-virt", "uart0"), ("hifive1", "uart0")] {
            assert!(!knows(board, port), "{board} {port}");
        }
    }

    #[test]
    fn clocks_and_cores_are_in_range() {
        for board in all() {
            assert!(CPU_HZ.contains(&board.cpu_hz), "{}", board.name);
            assert!((1..=CORES_MAX).contains(&board.cores_max), "{}", board.name);
        }
    }

    #[test]
    fn a_tree_says_what_qemus_own_machine_is() {
        let (tree, own) = (find("mps2-an385").unwrap(), find("qemu:mps2-an385").unwrap());
        let uarts: Vec<_> = tree.ports.iter().filter(|port| port.kind == PortKind::Uart).cloned().collect();
        assert_eq!((tree.isa, tree.cpu_hz, &uarts), (own.isa, own.cpu_hz, &own.ports));
        assert!(tree.memories.contains(&own.memories[0]));
    }
}
