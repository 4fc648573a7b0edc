// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Firmware as ELF, Intel HEX and raw binary: one run each, the same events.

use super::common::Place;
use super::common::small::{PING_PONG, alone};
use super::{BAD_INPUT, events};
use board::firmware::{Form, check};
use std::fmt::Write;

/// What an ELF of the workspace loads.
fn segments(place: &Place, name: &str) -> Vec<(u64, Vec<u8>)> {
    let elf = std::fs::read(place.path(&format!("fw/{name}.elf"))).expect("a file");
    let board = board::find("mps2-an385").expect("a board");
    let info = check(&board, Form::Elf, &elf).expect("firmware");
    info.segments().iter().map(|(at, bytes)| (*at, bytes.to_vec())).collect()
}

/// The segments as Intel HEX, each record with its base, without a start: the vector table has it.
fn hex(segments: &[(u64, Vec<u8>)]) -> String {
    let mut text = String::new();
    let mut record = |kind: u8, at: u64, data: &[u8]| {
        let mut bytes = vec![data.len() as u8, (at >> 8) as u8, at as u8, kind];
        bytes.extend(data);
        bytes.push(bytes.iter().fold(0u8, |sum, byte| sum.wrapping_sub(*byte)));
        let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        let _ = writeln!(text, ":{digits}");
    };
    for (start, bytes) in segments {
        for (at, part) in (*start..).step_by(16).zip(bytes.chunks(16)) {
            record(4, 0, &((at >> 16) as u16).to_be_bytes());
            record(0, at, part);
        }
    }
    record(1, 0, &[]);
    text
}

/// The segments as memory has them, zeros between.
fn binary(segments: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut image = Vec::new();
    for (at, bytes) in segments {
        image.resize((at - segments[0].0) as usize, 0);
        image.extend(bytes);
    }
    image
}

#[test]
fn each_form_gives_the_same_events() {
    let place = Place::with(PING_PONG);
    let on_tree = PING_PONG.replace("qemu:mps2-an385", "mps2-an385");
    let own = events(&place, &on_tree);
    assert!(own.contains("\"pong 3\\n\""), "{own}");
    for name in ["ping", "pong"] {
        let segments = segments(&place, name);
        assert_eq!(segments[0].0, 0, "{name}");
        place.write(&format!("fw/{name}.hex"), hex(&segments));
        place.write(&format!("fw/{name}.bin"), binary(&segments));
    }
    assert_eq!(events(&place, &on_tree.replace(".elf", ".hex")), own);
    assert_eq!(events(&place, &on_tree.replace(".elf", ".bin")), own);
    let placed = on_tree.replace("ping.elf\"", "ping.bin\"\nfirmware_at = 0");
    assert_eq!(events(&place, &placed), own);
}

#[test]
fn a_mistake_in_a_form_is_told() {
    let place = Place::with(PING_PONG);
    let told = |file: &str, more: &str, board: &str, expected: &[&str]| {
        let text = alone(board, "ping", "1ms").replace("ping.elf\"", &format!("{file}\"\n{more}"));
        place.write("test.scenario.toml", text);
        place.run(&[]).expect(BAD_INPUT, expected);
    };
    place.write("fw/bad.hex", ":0100000001FF\n");
    let line = [
        "does not run on mps2-an385",
        "test.scenario.toml:6:12",
        "line 1: found the checksum FF, expected FE",
    ];
    told("bad.hex", "", "mps2-an385", &line);
    told("bad.hex", "", "qemu:mps2-an385", &["which loads only ELF files, and this is Intel HEX"]);
    told("ping.elf", "firmware_at = 0", "mps2-an385", &["\"firmware_at\" or \"at\", is for a raw binary"]);
    place.write("fw/ping.bin", binary(&segments(&place, "ping")));
    told("ping.bin", "firmware_at = 0x2000_0000", "mps2-an385", &["nothing is loaded at 0x0, where the CPU"]);
}

/// A firmware is whole or in two files, each in a form of its own: the same events.
#[test]
fn a_file_beside_the_firmware_is_in_memory() {
    let place = Place::with(PING_PONG);
    let on_tree = PING_PONG.replace("qemu:mps2-an385", "mps2-an385");
    let own = events(&place, &on_tree);
    let image = binary(&segments(&place, "ping"));
    let (first, rest) = image.split_at((image.len() / 2) & !15);
    place.write("fw/first.hex", hex(&[(0, first.to_vec())]));
    place.write("fw/rest.bin", rest);
    let load = format!("first.hex\"\nload = [{{ file = \"fw/rest.bin\", at = {} }}]", first.len());
    assert_eq!(events(&place, &on_tree.replace("ping.elf\"", &load)), own);
}

#[test]
fn a_mistake_in_a_file_beside_the_firmware_is_told() {
    let place = Place::with(PING_PONG);
    place.write("fw/one.bin", [1]);
    let told = |board: &str, load: &str, expected: &[&str]| {
        let text = alone(board, "ping", "1ms") + &format!("load = [{{ {load} }}]\n");
        place.write("test.scenario.toml", text);
        place.run(&[]).expect(BAD_INPUT, expected);
    };
    let at = "test.scenario.toml:7:18";
    let unfit = "node \"dut\" cannot load this";
    let file = "file = \"fw/one.bin\"";
    told(
        "mps2-an385",
        "file = \"fw/none.bin\"",
        &["node \"dut\" lacks a file to load", at, "fw/none.bin: No such file"],
    );
    told("mps2-an385", file, &[unfit, at, "add its address"]);
    told(
        "mps2-an385",
        &format!("{file}, at = 0"),
        &[unfit, at, "two files of the node are both loaded at 0x0"],
    );
    told("mps2-an385", "file = \"fw/ping.elf\", at = 0", &[unfit, at, "is for a raw binary"]);
    told("qemu:mps2-an385", file, &[unfit, at, "QEMU's own machine, which loads only its firmware"]);
}
