// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A board as YAML is the machine of its device tree.

use super::common::small::{PING_PONG, alone};
use super::common::{Place, root};
use super::{BAD_INPUT, board, events};
use board::{Board, file};

/// All that is known of the board in a file beside the scenarios about boards, but its name.
fn tiny(ending: &str) -> String {
    let path = root().join(format!("scenarios/boards/tiny.{ending}"));
    let board = file::read_board(&path, &root(), board::Reading::default())
        .unwrap_or_else(|errors| panic!("{errors}"));
    format!("{:#?}", Board { name: String::new(), ..board })
}

#[test]
fn a_list_of_parts_gives_the_plan_of_the_tree() {
    // Its devices are in no bus, and called by their labels.
    let tree = tiny("dts").replace("soc.uart@", "console@").replace("soc.interrupt-controller@", "nvic@");
    assert!(tree.contains("console@40004000") && tree.contains("Connect"), "{tree}");
    assert_eq!(tiny("yaml"), tree);
}

#[test]
fn it_runs_as_the_tree() {
    let place = Place::with(PING_PONG);
    let run = |name: &str| {
        place.write(name, std::fs::read(root().join("scenarios/boards").join(name)).expect("a board"));
        let scenario = PING_PONG.replacen("qemu:mps2-an385", name, 1);
        events(&place, &scenario.replace("pinger.uart0", "pinger.console"))
    };
    let own = run("tiny.dts");
    assert!(own.contains("\"pong 3\\n\""), "{own}");
    assert_eq!(run("tiny.yaml"), own);
}

#[test]
fn mistakes_are_told_with_their_places() {
    let place = Place::with(&alone("own.yml", "ping", "1ms"));
    place.write(
        "own.yml",
        "machine:\n  cpus: [{name: a, type: cortex-m1}]\nperipherals:\n  - {name: u, type: pl01}\n",
    );
    place.run(&[]).expect(BAD_INPUT, &["the board \"own.yml\" has mistakes", "own.yml:2:"]);
    let told = ["nothing models \"arm,cortex-m1\"", "own.yml:2:26", "nothing models \"pl01\"", "own.yml:4:"];
    board(&place, &["check", "own.yml"]).expect(BAD_INPUT, &told);
    place.write("own.yml", "topology: {links: []}\n");
    board(&place, &["check", "own.yml"]).expect(BAD_INPUT, &["links are in the scenario: [link.NAME]"]);
    place.write("own.yml", b"tree: {}\n# \xff");
    let told =
        ["the board cannot be read: it is not UTF-8 text: line 2 has a byte that is no character", "own.yml"];
    board(&place, &["check", "own.yml"]).expect(BAD_INPUT, &told);
    board(&place, &["check", "none.yml"])
        .expect(BAD_INPUT, &["the board cannot be read: No such file", "none.yml"]);
}
