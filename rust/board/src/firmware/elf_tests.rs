// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Tests of the firmware check, on ELF files made here byte by byte.

use super::{FirmwareError, read as check};

/// An ELF file with one program header for each segment, and the segments' bytes after them.
struct Elf {
    class: u8,
    big_endian: bool,
    kind: u16,
    machine: u16,
    entry: u64,
    /// Type, address in memory and when loaded (both the same), bytes.
    segments: Vec<(u32, u64, Vec<u8>)>,
}

/// Firmware for a Cortex-M: 16 bytes at 0.
fn cortex_m() -> Elf {
    Elf {
        class: 32,
        big_endian: false,
        kind: 2,
        machine: 40,
        entry: 0x9,
        segments: vec![(1, 0, vec![7; 16])],
    }
}

impl Elf {
    fn bytes(&self) -> Vec<u8> {
        let wide = self.class == 64;
        let (header_len, segment_len) = if wide { (64, 56) } else { (52, 32) };
        let mut out =
            vec![0x7f, b'E', b'L', b'F', if wide { 2 } else { 1 }, if self.big_endian { 2 } else { 1 }, 1];
        out.resize(16, 0);
        let put = |out: &mut Vec<u8>, value: u64, len: usize| {
            let bytes = value.to_le_bytes();
            let part = bytes[..len].iter().copied();
            if self.big_endian { out.extend(part.rev()) } else { out.extend(part) }
        };
        let word = if wide { 8 } else { 4 };
        put(&mut out, self.kind.into(), 2);
        put(&mut out, self.machine.into(), 2);
        put(&mut out, 1, 4);
        put(&mut out, self.entry, word);
        put(&mut out, header_len, word);
        put(&mut out, 0, word);
        put(&mut out, 0, 4);
        for half in [header_len, segment_len, self.segments.len() as u64, 0, 0, 0] {
            put(&mut out, half, 2);
        }
        let mut offset = header_len + segment_len * self.segments.len() as u64;
        for (kind, address, bytes) in &self.segments {
            let len = bytes.len() as u64;
            put(&mut out, (*kind).into(), 4);
            if wide {
                put(&mut out, 5, 4);
            }
            for field in [offset, *address, *address, len, len] {
                put(&mut out, field, word);
            }
            if !wide {
                put(&mut out, 5, 4);
            }
            put(&mut out, 4, word);
            offset += len;
        }
        for (_, _, bytes) in &self.segments {
            out.extend(bytes);
        }
        out
    }
}

fn check_error(board: &str, elf: &[u8], expected: &str) {
    let board = crate::find(board).unwrap();
    let error = check(&board, elf).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn tells_what_is_loaded_in_the_order_of_addresses() {
    let mut elf = cortex_m();
    elf.segments =
        vec![(1, 0x2000_0000, vec![3, 4]), (4, 0, vec![9; 8]), (1, 0x2100_0000, vec![]), (1, 8, vec![1, 2])];
    let bytes = elf.bytes();
    let info = check(&crate::find("qemu:mps2-an386").unwrap(), &bytes).unwrap();
    assert_eq!(info.entry, 9);
    assert_eq!(info.segments(), [(8, vec![1, 2].into()), (0x2000_0000, vec![3, 4].into())]);
}

#[test]
fn accepts_both_riscv_classes_each_on_its_board() {
    for (class, board, other) in [(32, "qemu:riscv32-virt", "64"), (64, "qemu:riscv64-virt", "32")] {
        let mut elf = cortex_m();
        (elf.class, elf.machine, elf.entry) = (class, 243, 0x8000_0000);
        elf.segments[0].1 = 0x8000_0000;
        assert!(check(&crate::find(board).unwrap(), &elf.bytes()).is_ok());
        assert!(check(&crate::find(&format!("qemu:riscv{other}-virt")).unwrap(), &elf.bytes()).is_err());
    }
}

#[test]
fn debug_information_does_not_change_the_digest() {
    let digest = |elf: &Elf| {
        let mut fed = Vec::new();
        let bytes = elf.bytes();
        check(&crate::find("qemu:mps2-an385").unwrap(), &bytes)
            .unwrap()
            .digest(|part| fed.extend_from_slice(part));
        fed
    };
    let plain = cortex_m();
    let mut with_notes = cortex_m();
    with_notes.segments.push((4, 0, b"/home/someone/project".to_vec()));
    assert_eq!(digest(&plain), digest(&with_notes));
    let mut other = cortex_m();
    other.segments[0].2[3] ^= 1;
    assert_ne!(digest(&plain), digest(&other));
}

#[test]
fn reads_bytes_at_any_alignment() {
    let board = crate::find("qemu:mps2-an385").unwrap();
    for offset in 0..8 {
        let mut bytes = vec![0; offset];
        bytes.extend(cortex_m().bytes());
        assert!(check(&board, &bytes[offset..]).is_ok());
    }
}

#[test]
fn refuses_what_is_not_elf() {
    check_error(
        "qemu:mps2-an385",
        b":10000000",
        "this is not an ELF file, as its name says: Intel HEX is a file whose name ends with .hex, a raw binary one with .bin",
    );
    assert_eq!(check(&crate::find("qemu:mps2-an385").unwrap(), b""), Err(FirmwareError::NotElf));
}

#[test]
fn refuses_a_file_cut_off_anywhere() {
    let bytes = cortex_m().bytes();
    let board = crate::find("qemu:mps2-an385").unwrap();
    for len in 4..bytes.len() {
        assert!(matches!(check(&board, &bytes[..len]), Err(FirmwareError::Truncated(_))), "{len} bytes");
    }
    let cut = &bytes[..bytes.len() - 1];
    check_error("qemu:mps2-an385", cut, "the ELF file is cut off: its segment lies outside the file");
}

#[test]
fn names_both_cpus_when_they_differ() {
    check_error(
        "qemu:riscv32-virt",
        &cortex_m().bytes(),
        "the firmware is built for 32-bit Arm, but qemu:riscv32-virt (QEMU rv32) runs 32-bit RISC-V",
    );
    let riscv64 = Elf { class: 64, machine: 243, ..cortex_m() };
    check_error(
        "qemu:riscv32-virt",
        &riscv64.bytes(),
        "the firmware is built for 64-bit RISC-V, but qemu:riscv32-virt (QEMU rv32) runs 32-bit RISC-V",
    );
    let big = Elf { big_endian: true, ..cortex_m() };
    check_error(
        "qemu:mps2-an385",
        &big.bytes(),
        "the firmware is built for big-endian 32-bit Arm, but qemu:mps2-an385 (Arm Cortex-M3) runs 32-bit Arm",
    );
    let host = Elf { class: 64, machine: 62, ..cortex_m() };
    let error = check(&crate::find("qemu:mps2-an385").unwrap(), &host.bytes()).unwrap_err();
    assert!(error.to_string().starts_with("the firmware is built for 64-bit x86"), "{error}");
}

#[test]
fn refuses_what_cannot_be_run() {
    let board = crate::find("qemu:mps2-an385").unwrap();
    let object = Elf { kind: 1, ..cortex_m() };
    assert_eq!(check(&board, &object.bytes()), Err(FirmwareError::NotExecutable("an object file")));
    let pie = Elf { kind: 3, ..cortex_m() };
    assert!(matches!(check(&board, &pie.bytes()), Err(FirmwareError::NotExecutable(_))));
    let empty = Elf { segments: vec![(1, 0, vec![])], ..cortex_m() };
    assert_eq!(check(&board, &empty.bytes()), Err(FirmwareError::NothingToLoad));
    let far = Elf { entry: 0x100, ..cortex_m() };
    assert_eq!(check(&board, &far.bytes()), Err(FirmwareError::Entry(0x100)));
    let twice = Elf { segments: vec![(1, 0, vec![7; 16]), (1, 8, vec![7; 16])], ..cortex_m() };
    assert_eq!(check(&board, &twice.bytes()), Err(FirmwareError::Overlap(8)));
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(changes in proptest::collection::vec((0usize..100, 0u8..), 0..8), wide: bool) {
        let elf = Elf { class: if wide { 64 } else { 32 }, machine: if wide { 243 } else { 40 }, ..cortex_m() };
        let mut bytes = elf.bytes();
        for (at, value) in changes {
            let len = bytes.len();
            bytes[at % len] = value;
        }
        for board in crate::all() {
            let _ = check(board, &bytes);
        }
    }
}
