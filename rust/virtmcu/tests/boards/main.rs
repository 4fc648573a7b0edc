// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Boards from device trees: they are what QEMU's own machines are, in whatever form the tree comes, and what is wrong with one is
//! told before anything runs.

#[path = "../common/mod.rs"]
mod common;
mod forms;
mod yaml;

use common::small::{PING_PONG, alone};
use common::{Outcome, Place, firmware, virtmcu};

const BAD_INPUT: i32 = 2;

/// All that happened in a run of `scenario`: the lines between head and foot of its trace.
fn events(place: &Place, scenario: &str) -> String {
    place.write("test.scenario.toml", scenario.replace("[golden]\ntrace = \"ping_pong.trace\"\n", ""));
    place.run(&["--trace", "run.trace"]).expect(0, &[]);
    let trace = place.read("run.trace");
    let (head, foot) = (trace.find("\n---\n").expect("a head"), trace.rfind("\n---\n").expect("a foot"));
    trace[head..foot].to_string()
}

fn board(place: &Place, args: &[&str]) -> Outcome {
    let mut command = virtmcu();
    command.current_dir(place.folder()).arg("board").args(args);
    place.finish(command)
}

/// A tree of one's own: that of a board that comes with virtmcu, changed.
fn changed(place: &Place, from: &str, to: &str) {
    let outcome = board(place, &["convert", "mps2-an385"]);
    assert!(outcome.stdout.contains(from), "{outcome}");
    place.write("own.dts", outcome.stdout.replacen(from, to, 1));
}

#[test]
fn a_tree_is_the_machine_that_qemu_has() {
    let place = Place::with(PING_PONG);
    let own = events(&place, PING_PONG);
    assert!(own.contains("\"pong 3\\n\""), "{own}");
    assert_eq!(events(&place, &PING_PONG.replace("qemu:mps2-an385", "mps2-an385")), own);
}

/// `ping` and `pong`, built for a board, give the same events on the tree and on QEMU's own machine.
#[track_caller]
fn is_qemus(tree: &str, built_for: &str) {
    let scenario = PING_PONG.replace("ping.elf", "own_ping.elf").replace("pong.elf", "own_pong.elf");
    let place = Place::with(&scenario);
    for name in ["ping", "pong"] {
        let elf = firmware("scenarios/uart/firmware", &format!("{name}_{built_for}"));
        place.link(&elf, &format!("fw/own_{name}.elf"));
    }
    let own = events(&place, &scenario.replace("qemu:mps2-an385", &format!("qemu:{tree}")));
    assert!(own.contains("\"pong 3\\n\""), "{own}");
    assert_eq!(events(&place, &scenario.replace("qemu:mps2-an385", tree)), own);
}

#[test]
fn a_tree_of_an_armv8m_is_the_machine_that_qemu_has() {
    is_qemus("mps2-an505", "an505");
    is_qemus("mps3-an547", "an547");
}

/// Its boot ROM takes as long as QEMU's, and tells the same, after a reset, too.
#[test]
fn a_tree_with_a_boot_rom_is_the_machine_that_qemu_has() {
    is_qemus("riscv32-virt", "rv32");
    for (board, cpu) in [("riscv32-virt", "rv32"), ("riscv64-virt", "rv64")] {
        let scenario = alone(board, "boot_rom", "4ms");
        let place = Place::with(&scenario);
        place.link(&firmware("scenarios/boards/firmware", &format!("boot_rom_{cpu}")), "fw/boot_rom.elf");
        let tree = events(&place, &scenario);
        for line in ["hart 0, tree at 87e00000: d00dfeed", "next: 4942534f 2 1"] {
            assert_eq!(tree.matches(line).count(), 2, "{line}: {tree}");
        }
        assert_eq!(events(&place, &scenario.replace(board, &format!("qemu:{board}"))), tree);
    }
}

/// The secure world opens memory and a UART to the other, serves its calls, and catches what it may not do.
#[test]
fn both_worlds_of_an_armv8m_are_those_that_qemu_has() {
    let scenario = alone("mps2-an505", "worlds", "4ms");
    let place = Place::with(&scenario);
    place.link(&firmware("scenarios/boards/firmware", "worlds"), "fw/worlds.elf");
    let tree = events(&place, &scenario);
    for line in [
        "non-secure: 20 + 22 is 42",
        "non-secure: tick",
        "kept from it: 32, interrupt 1024",
        "secure: the other world reads what it may not",
    ] {
        assert!(tree.contains(line), "{line}: {tree}");
    }
    assert!(!tree.contains("came back"), "{tree}");
    assert_eq!(events(&place, &scenario.replace("mps2-an505", "qemu:mps2-an505")), tree);
}

#[test]
fn an_sse_300_is_that_which_qemu_has() {
    let scenario = alone("mps3-an547", "sse_300", "6ms");
    let place = Place::with(&scenario);
    place.link(&firmware("scenarios/boards/firmware", "sse_300"), "fw/sse_300.elf");
    let tree = events(&place, &scenario);
    // Twice, for the chip is reset once.
    for (line, count) in
        [("subsystem 7e00043b 00030152", 2), ("watchdog 00000001", 2), ("timer ", 2), ("counter ", 2)]
    {
        assert_eq!(tree.matches(line).count(), count, "{line}: {tree}");
    }
    assert_eq!(events(&place, &scenario.replace("mps3-an547", "qemu:mps3-an547")), tree);
}

#[test]
fn a_tree_is_the_same_in_each_form() {
    let place = Place::with(PING_PONG);
    let own = events(&place, PING_PONG);
    board(&place, &["convert", "mps2-an385", "-o", "one.dtb"]).expect(0, &[]);
    board(&place, &["convert", "one.dtb", "-o", "two.dts"]).expect(0, &[]);
    board(&place, &["convert", "two.dts", "-o", "three.yaml"]).expect(0, &[]);
    board(&place, &["convert", "three.yaml", "-o", "three.dtb"]).expect(0, &[]);
    let bytes = |name: &str| std::fs::read(place.path(name)).unwrap();
    assert_eq!(bytes("one.dtb"), bytes("three.dtb"));
    // A blob has no labels: its ports are called by the names of their nodes.
    let blob = PING_PONG.replace("qemu:mps2-an385", "one.dtb").replace(".uart0", ".uart_40004000");
    assert_eq!(events(&place, &blob).replace(".uart_40004000", ".uart0"), own);
}

#[test]
fn a_firmware_must_fit() {
    let place = Place::with(&alone("own.dts", "ping", "1ms"));
    changed(&place, "reg = <0x0 0x400000>", "reg = <0x0 0x40>");
    place.run(&[]).expect(
        BAD_INPUT,
        &["does not run on own.dts", "bytes are loaded at 0x0 to", "it has 0x0 to 0x3f, "],
    );
    let place = Place::with(&alone("mps2-an385", "crash_rv32", "1ms"));
    place.run(&[]).expect(BAD_INPUT, &["built for 32-bit RISC-V", "mps2-an385 (Cortex-M3) runs 32-bit Arm"]);
}

#[test]
fn a_stub_tells_of_each_access() {
    let place = Place::with(&alone("own.dts", "ping", "1ms"));
    let uart = "compatible = \"arm,cmsdk-uart\"";
    changed(&place, uart, "compatible = \"virtmcu,stub\"; virtmcu,reads = <0x4 0x30>");
    let told = events(&place, &alone("own.dts", "ping", "1ms"));
    // It reads its state once for each byte, and gets what the tree says; the tenth time would be told again.
    for line in [
        "\"write32 uart0+0x8 = 0xb\\n\"",
        "\"read32 uart0+0x4 is 0x30\\n\"",
        "\"write32 uart0+0x0 = 0x70\\n\"",
    ] {
        assert_eq!(told.matches(line).count(), 1, "{line}: {told}");
    }
    assert_eq!(events(&place, &alone("own.dts", "ping", "1ms")), told);
    // What nobody knows is a mistake, but not for who is permissive.
    changed(&place, uart, "compatible = \"acme,uart\"");
    place.run(&[]).expect(BAD_INPUT, &["nothing models \"acme,uart\""]);
    let told = events(&place, &(alone("own.dts", "ping", "1ms") + "permissive = true\n"));
    assert!(told.contains("\"read32 uart0+0x4 is 0x0\\n\""), "{told}");
}

#[test]
fn a_stub_says_what_reads_give() {
    let place = Place::with(PING_PONG);
    changed(
        &place,
        "compatible = \"arm,cmsdk-uart\"",
        "compatible = \"virtmcu,stub\"; virtmcu,reads = <0x2 0x30>",
    );
    let told = ["\"virtmcu,reads\" is no list of offsets and values", "the offset 0x2 of 0x1000 bytes"];
    board(&place, &["check", "own.dts"]).expect(BAD_INPUT, &told);
}

#[test]
fn a_bad_tree_is_told_where_it_is_named() {
    let place = Place::with(&alone("own.dts", "ping", "1ms"));
    changed(&place, "arm,cmsdk-dtimer", "arm,cmsdk-dtimr");
    let told = [
        "the board \"own.dts\" has mistakes",
        "own.dts:",
        "nothing models \"arm,cmsdk-dtimr\"",
        "virtmcu board check own.dts",
    ];
    place.run(&[]).expect(BAD_INPUT, &told);
    let told = ["nothing models \"arm,cmsdk-dtimr\"", "--> own.dts:", "did you mean \"arm,cmsdk-dtimer\"?"];
    board(&place, &["check", "own.dts"]).expect(BAD_INPUT, &told);
    let outcome = board(&place, &["check", "own.dts", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(json["mistakes"][0]["message"], "nothing models \"arm,cmsdk-dtimr\"", "{outcome}");
}

#[test]
fn what_is_no_tree_is_told() {
    let place = Place::with(&alone("own.dtb", "ping", "1ms"));
    place.run(&[]).expect(BAD_INPUT, &["the board \"own.dtb\" has mistakes", "No such file"]);
    board(&place, &["convert", "mps2-an385", "-o", "own.dtb"]).expect(0, &[]);
    let blob = std::fs::read(place.path("own.dtb")).unwrap();
    place.write("own.dtb", &blob[..blob.len() / 2]);
    place.run(&[]).expect(BAD_INPUT, &["the board \"own.dtb\" has mistakes", "own.dtb"]);
    place.write("test.scenario.toml", alone("round.dts", "ping", "1ms"));
    place.write("round.dts", "/dts-v1/;\n/include/ \"round.dts\"\n/ { };\n");
    place.run(&[]).expect(BAD_INPUT, &["the board \"round.dts\" has mistakes", "round.dts:2:"]);
    place.write("test.scenario.toml", alone("/etc/own.dts", "ping", "1ms"));
    place
        .run(&[])
        .expect(BAD_INPUT, &["cannot name a board here", "an absolute path is different on every machine"]);
}

#[test]
fn a_board_is_shown() {
    let place = Place::with(PING_PONG);
    let outcome = board(&place, &["check", "mps2-an385"]);
    outcome.expect(0, &[]);
    for part in [
        "Cortex-M3",
        "0x40004000 to 0x40004fff  /soc/uart@40004000",
        "tx: 1 3 of /soc/interrupt-controller@e000e100",
        "mps2-an385: good",
    ] {
        assert!(outcome.stdout.contains(part), "{part}: {outcome}");
    }
    assert!(board(&place, &["list"]).stdout.contains("riscv32-virt"));
}

#[test]
fn the_table_in_docs_is_up_to_date() {
    let place = Place::with(PING_PONG);
    let table = board(&place, &["bindings"]).stdout;
    assert!(
        table == include_str!("../../../../docs/bindings.md"),
        "docs/bindings.md is old: virtmcu board bindings > docs/bindings.md"
    );
}
