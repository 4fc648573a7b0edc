// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Tests of forms without a header: which one a file has, where it lies and starts, and what is refused.

use super::*;

/// A Cortex-M4 with its flash at 0x800_0000, and the vector table there.
const TREE: &str = r#"/dts-v1/;
/ {
	#address-cells = <1>; #size-cells = <1>;
	cpus { #address-cells = <1>; #size-cells = <0>;
		cpu@0 { compatible = "arm,cortex-m4f"; reg = <0>; clock-frequency = <80000000>; }; };
	sram0: memory@20000000 { compatible = "mmio-sram"; reg = <0x20000000 0x5000>; };
	flash0: flash@8000000 { compatible = "soc-nv-flash"; reg = <0x8000000 0x10000>; };
	nvic: interrupt-controller@e000e100 { compatible = "arm,v7m-nvic"; reg = <0xe000e100 0xc00>;
		interrupt-controller; #interrupt-cells = <2>; arm,num-irq-priority-bits = <4>; };
};
"#;

fn board(text: &str) -> Board {
    let tree = devicetree::Tree::read_dts("test.dts", text, &mut |_, _| Err("none".to_string())).unwrap();
    Board::read("test", &tree).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Stack, start, and a little code.
fn vectors(start: u32) -> Vec<u8> {
    [0x2000_5000, start, 0xe7fe_e7fe].iter().flat_map(|word: &u32| word.to_le_bytes()).collect()
}

fn told(board: &Board, form: Form, data: &[u8]) -> String {
    super::check(board, form, data).unwrap_err().to_string()
}

const BINARY: Form = Form::Binary { at: None };

#[test]
fn the_name_says_the_form() {
    let check = |name: &str, at, expected| assert_eq!(Form::of(Path::new(name), at), expected, "{name}");
    check("a/b.elf", None, Ok(Form::Elf));
    check("a/b", None, Ok(Form::Elf));
    check("a/b.HEX", None, Ok(Form::Hex));
    check("b.ihex", None, Ok(Form::Hex));
    check("b.bin", None, Ok(BINARY));
    check("b.bin", Some(0x10), Ok(Form::Binary { at: Some(0x10) }));
    check("b.elf", Some(0x10), Err(FirmwareError::AddressTwice));
    check("b.hex", Some(0), Err(FirmwareError::AddressTwice));
}

#[test]
fn a_binary_lies_where_the_board_expects_it() {
    let data = vectors(0x800_0009);
    let info = |text: &str, at| {
        let board = board(text);
        let info = super::check(&board, Form::Binary { at }, &data).unwrap();
        (info.segments()[0].0, info.entry)
    };
    assert_eq!(info(TREE, None), (0x800_0000, 0x800_0009));
    // In RAM at 0 there are the vectors, not in flash.
    let ram = TREE.replace("sram0:", "memory@0 { compatible = \"mmio-sram\"; reg = <0 0x100>; }; sram0:");
    let data = vectors(9);
    let at_zero = super::check(&board(&ram), BINARY, &data).unwrap();
    assert_eq!((at_zero.segments()[0].0, at_zero.entry), (0, 9));
    assert!(
        told(&board(&ram), Form::Binary { at: Some(0x800_0000) }, &data).contains("at 0x0, where the CPU")
    );
}

#[test]
fn a_mirror_of_the_flash_has_the_vectors_too() {
    let board = crate::find("stm32f4-discovery").unwrap();
    let data = vectors(0x800_0009);
    let info = super::check(&board, BINARY, &data).unwrap();
    assert_eq!((info.segments()[0].0, info.entry), (0x800_0000, 0x800_0009));
    let at_mirror = super::check(&board, Form::Binary { at: Some(0) }, &data).unwrap();
    assert_eq!(at_mirror.entry, 0x800_0009);
}

#[test]
fn without_vectors_the_first_byte_is_the_start() {
    let board = crate::find("riscv32-virt").unwrap();
    let info = super::check(&board, BINARY, &[0x13, 0, 0, 0]).unwrap();
    assert_eq!((info.segments()[0].0, info.entry), (0x8000_0000, 0x8000_0000));
    // Type 5 says another start.
    let hex = b":0200000480007A\n:080000001300000013000000D2\n:040000058000000473\n:00000001FF\n";
    let info = super::check(&board, Form::Hex, hex).unwrap();
    assert_eq!((info.segments()[0].0, info.entry), (0x8000_0000, 0x8000_0004));
}

#[test]
fn what_does_not_fit_is_refused() {
    let board = board(TREE);
    assert_eq!(told(&board, BINARY, &[]), "the file has no bytes to load");
    assert_eq!(told(&board, Form::Hex, b":00000001FF"), "the file has no bytes to load");
    let outside = told(&board, BINARY, &vec![0; 0x1_0001]);
    assert_eq!(
        outside,
        "bytes are loaded at 0x8000000 to 0x8010000, where test has no memory; it has 0x8000000 to 0x800ffff, 0x20000000 to 0x20004fff"
    );
    let elsewhere = told(&board, BINARY, &vectors(0x9));
    assert!(elsewhere.starts_with("the firmware starts at 0x9, which is outside"), "{elsewhere}");
    let elsewhere = told(&board, Form::Binary { at: Some(0x2000_0000) }, &vectors(0x2000_0009));
    assert!(elsewhere.starts_with("nothing is loaded at 0x8000000, where the CPU"), "{elsewhere}");
    let short = told(&board, BINARY, &[1, 2, 3, 4, 5]);
    assert!(short.starts_with("nothing is loaded at 0x8000000"), "{short}");
    let elf = told(&board, BINARY, b"\x7fELF");
    assert_eq!(
        elf,
        "this is an ELF file, and its name says that it is raw binary: give it a name that ends with .elf"
    );
    let broken = told(&board, Form::Hex, b":00000001FE");
    assert!(broken.starts_with("the Intel HEX file is broken: line 1: found the checksum FE"), "{broken}");
    let own = told(&crate::find("qemu:mps2-an385").unwrap(), Form::Hex, b":00000001FF");
    assert!(
        own.starts_with(
            "qemu:mps2-an385 is QEMU's own machine, which loads only ELF files, and this is Intel HEX"
        ),
        "{own}"
    );
}

#[test]
fn more_files_lie_beside_the_firmware() {
    let board = board(TREE);
    let data = vectors(0x800_0009);
    let firmware = super::check(&board, BINARY, &data).unwrap();
    let loaded = std::slice::from_ref(&firmware);
    let more = |form, data: &'static [u8]| check_more(&board, loaded, form, data);
    // No vector table is needed.
    let beside = more(Form::Binary { at: Some(0x800_000c) }, &[1]).unwrap();
    assert_eq!((beside.segments()[0].0, beside.entry), (0x800_000c, 0x800_000c));
    assert_eq!(more(Form::Binary { at: Some(0x800_000b) }, &[1]), Err(FirmwareError::Taken(0x800_000b)));
    assert_eq!(
        more(Form::Binary { at: Some(0x7ff_ffff) }, &[1, 2]).unwrap_err().to_string()[..26],
        *"bytes are loaded at 0x7fff"
    );
    assert_eq!(more(BINARY, &[1]), Err(FirmwareError::NoAddress));
    assert_eq!(more(Form::Hex, b":00000001FF"), Err(FirmwareError::Empty));
    assert_eq!(more(Form::Elf, &[1]), Err(FirmwareError::NotElf));
    let own = crate::find("qemu:mps2-an385").unwrap();
    let told = check_more(&own, &[], Form::Elf, &[]).unwrap_err().to_string();
    assert!(
        told.starts_with("qemu:mps2-an385 is QEMU's own machine, which loads only its firmware"),
        "{told}"
    );
    let plan = board.plan(&firmware, &[beside]).unwrap();
    assert_eq!(plan.loads.iter().map(|load| load.at).collect::<Vec<_>>(), [0x800_0000, 0x800_000c]);
    assert_eq!(plan.entry, 0x800_0009);
}

#[test]
fn harts_start_in_the_boot_rom() {
    let board = crate::find("riscv64-virt").unwrap();
    let file = |at, length| FirmwareInfo { entry: at + 4, segments: vec![(at, vec![0; length].into())] };
    // The tree, the firmware, another file, and what the ROM says of the three.
    let plan = board.plan(&file(0x8000_0000, 8), &[file(0x8020_0000, 8), file(0x8030_0000, 8)]).unwrap();
    let at: Vec<u64> = plan.loads.iter().map(|load| load.at).collect();
    assert_eq!(
        (plan.entry, &at[..]),
        (0x1000, &[0x87e0_0000, 0x8000_0000, 0x8020_0000, 0x8030_0000, 0x1000][..])
    );
    let rom = |start, tree, next| boot_rom::bytes(crate::Isa::Riscv64, start, tree, next);
    assert_eq!(plan.loads[4].bytes, rom(0x8000_0004, Some(0x87e0_0000), Some(0x8020_0004)));
    // Nothing comes next, and the firmware lies where the tree would be.
    let plan = board.plan(&file(0x87e0_0000, 8), &[]).unwrap();
    assert_eq!(plan.loads[1].bytes, rom(0x87e0_0004, None, None));
    // Nobody else may write there.
    let inside = check_more(&board, &[], Form::Binary { at: Some(0x1000) }, &[1]).unwrap_err().to_string();
    assert!(inside.ends_with("has no memory; it has 0x80000000 to 0x87ffffff"), "{inside}");
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(data in proptest::collection::vec(0u8.., 0..64), at in 0u64..) {
        for board in crate::all() {
            for form in [Form::Elf, Form::Hex, BINARY, Form::Binary { at: Some(at) }] {
                let _ = super::check(board, form, &data);
                let _ = check_more(board, &[], form, &data);
            }
        }
    }
}

#[test]
fn a_copy_of_the_tree_gives_way_to_the_firmware() {
    let chosen = "\tchosen { virtmcu,devicetree-at = <0x20000000>; };\n\tcpus {";
    let board = board(&TREE.replacen("\tcpus {", chosen, 1));
    let loads = |at| {
        let firmware = FirmwareInfo { entry: at, segments: vec![(at, vec![0; 8].into())] };
        let all = board.plan(&firmware, &[]).unwrap().loads;
        all.iter().map(|load| load.at).collect::<Vec<_>>()
    };
    let Machine::Tree(plan) = &board.machine else { panic!("no plan") };
    let copy = &plan.loads[0];
    assert!(devicetree::Tree::read_dtb("copy.dtb", &copy.bytes).is_ok());
    let end = copy.at + copy.bytes.len() as u64;
    assert_eq!(loads(end), [0x2000_0000, end]);
    assert_eq!(loads(end - 1), [end - 1]);
    assert_eq!(loads(0x2000_0000 - 8), [0x2000_0000, 0x2000_0000 - 8]);
    assert_eq!(loads(0x2000_0000 - 7), [0x2000_0000 - 7]);
}
