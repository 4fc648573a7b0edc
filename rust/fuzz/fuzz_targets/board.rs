// SPDX-License-Identifier: Apache-2.0 OR MIT
//! No tree makes the reader of boards, its picture or its messages panic; and its plan is one that can be carried out.
#![no_main]

use board::{Board, Machine, Picture, Reading};
use devicetree::Tree;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(tree) = Tree::read_dts("fuzz.dts", text, &mut |_, _| Err("not there".to_string())) else { return };
    assert!(!Picture::of(&tree, Reading::default()).to_string().is_empty());
    match Board::read("fuzz.dts", &tree) {
        Err(errors) => assert!(!errors.render(true).is_empty()),
        Ok(board) => {
            let Machine::Tree(plan) = board.machine else { unreachable!("a tree gives a plan") };
            assert_eq!(plan.check(), Ok(()));
        }
    }
});
