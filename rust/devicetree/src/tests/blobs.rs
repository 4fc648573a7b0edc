// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Blobs: the bytes, the way back, and what is wrong with broken ones.

use super::{EXAMPLE, read, tree};
use crate::{Tree, limits};

fn words(list: &[u32]) -> Vec<u8> {
    list.iter().flat_map(|word| word.to_be_bytes()).collect()
}

#[test]
fn writes_the_bytes_of_dtc() {
    let tree = tree("/memreserve/ 1 2; / { reg = <1>; status-x; a { x = \"q\"; reg-y; }; };");
    let structure = [
        &words(&[1, 0, 3, 4, 0, 1, 3, 0, 4, 1, u32::from_be_bytes(*b"a\0\0\0"), 3, 2, 11])[..],
        b"q\0\0\0",
        &words(&[3, 0, 13, 2, 2, 9]),
    ]
    .concat();
    let names = b"reg\0status-x\0reg-y\0";
    let structure_at = 40 + 32;
    let names_at = structure_at + structure.len() as u32;
    let header =
        [0xd00d_feed, names_at + 19, structure_at, names_at, 40, 17, 16, 0, 19, structure.len() as u32];
    let expected = [&words(&header), &words(&[0, 1, 0, 2, 0, 0, 0, 0])[..], &structure, names].concat();
    assert_eq!(tree.to_dtb(), expected);
}

#[test]
fn source_and_blob_are_the_same_tree() {
    let tree = read(EXAMPLE).unwrap();
    let blob = tree.to_dtb();
    assert_eq!(read(&tree.to_dts()).unwrap().to_dtb(), blob);
    assert_eq!(Tree::read_dtb("a.dtb", &blob).unwrap().to_dtb(), blob);
}

#[test]
fn writes_source_for_people() {
    let text =
        tree("/ { l: a@1 { reg = <1 2>; s = \"x\\n\", [00]; w = /bits/ 16 <3>; e; r = &l; }; b { }; };")
            .to_dts();
    let expected = "/dts-v1/;\n\n/ {\n\tl: a@1 {\n\t\treg = <0x1 0x2>;\n\t\ts = \"x\\n\", [00];\n\t\tw = /bits/ 16 <0x3>;\n\t\te;\n\
                    \t\tr = \"/a@1\";\n\t};\n\n\tb {\n\t};\n};\n";
    assert_eq!(text, expected);
}

#[test]
fn errors_about_a_blob_show_the_source_that_it_says() {
    let blob = tree("/ { a { reg = <1>, \"ab\"; }; };").to_dtb();
    let tree = Tree::read_dtb("a.dtb", &blob).unwrap();
    let mistake = tree.node(tree.find("/a").unwrap()).property("reg").unwrap().u64().unwrap_err();
    let expected = r#"
error: wrong value of property "reg"
 --> a.dtb (as source):5:9
  |
5 |         reg = [00 00 00 01 61 62 00];
  |               ^^^^^^^^^^^^^^^^^^^^^^ 7 bytes
  |
  = expected: one number of 32 or 64 bits, as in <1> or <0 1>
"#;
    assert_eq!(tree.errors(vec![mistake]).unwrap_err().render(false).trim(), expected.trim());
}

/// A blob with the word at `at` changed.
fn check_word(at: usize, word: u32, expected: &str) {
    let mut blob = tree("/ { p = <1>; a { }; };").to_dtb();
    blob[at..at + 4].copy_from_slice(&word.to_be_bytes());
    check_bytes(&blob, expected);
}

fn check_bytes(blob: &[u8], expected: &str) {
    let errors = Tree::read_dtb("a.dtb", blob).unwrap_err();
    let prefix = "error: this device tree blob is broken at byte ";
    let text = errors.render(false);
    assert_eq!(text.trim_end(), format!("{prefix}{expected}\n--> a.dtb"), "{text}");
}

#[test]
fn tells_what_is_wrong_with_a_blob() {
    check_bytes(b"", "0x0: it ends too early");
    check_word(0, 0xedfe0dd0, "0x0: it begins with 0xedfe0dd0, not with 0xd00dfeed");
    check_word(4, 1000, "0x4: it says that it has 1000 bytes, but has 102");
    check_word(20, 3, "0x14: it is of version 3, for readers of version 16 and later, not of 17");
    check_word(24, 18, "0x14: it is of version 17, for readers of version 18 and later, not of 17");
    check_word(8, 57, "0x8: its structure begins at 0x39, which is no multiple of 4");
    check_word(
        8,
        u32::MAX,
        "0x8: its structure, bytes 0xffffffff..0x10000002b, is not inside of its 102 bytes",
    );
    check_word(16, 100, "0x64: it ends too early");
    check_word(32, 7, "0xc: its table of names, bytes 0x64..0x6b, is not inside of its 102 bytes");
    check_word(36, 40, "0x60: it ends too early");
    check_word(56, 2, "0x38: token 2 where nodes are 0 deep");
    check_word(60, u32::from_be_bytes(*b"a\0\0\0"), "0x38: there is not one root with an empty name");
    check_word(64, 77, "0x40: there is no token 0x4d");
    check_word(68, 77, "0x40: property \"p\" has 77 bytes, which are more than there are");
    check_word(72, 77, "0xb1: the name of a property has no end, or more than 256 bytes");
    check_word(72, 1, "0x40: a property has no name");
    check_word(84, u32::from_be_bytes(*b"a\xff\0\0"), "0x54: \"a\\xff\" is no name of a node");
    check_word(88, 9, "0x58: token 9 where nodes are 2 deep");
    check_bytes(&vec![0; limits::FILE_BYTES_MAX + 1], "0x400000: it is larger than 4 MiB");
}

#[test]
fn what_is_wrong_with_the_tree_of_a_blob_is_shown_in_its_source() {
    let mut blob = tree("/ { phandle = <1>; a { phandle = <2>; }; };").to_dtb();
    let at = blob.windows(12).position(|words| words == [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 2]).unwrap() + 8;
    blob[at + 3] = 1;
    let text = Tree::read_dtb("a.dtb", &blob).unwrap_err().render(false);
    assert!(text.starts_with("error: two nodes have the phandle 0x1\n --> a.dtb (as source):7:"), "{text}");
}

#[test]
fn a_blob_may_have_bytes_behind_it_and_gaps_in_it() {
    let tree = tree("/ { p = <1>; a { }; };");
    let mut blob = tree.to_dtb();
    blob.extend([1, 2, 3]);
    assert_eq!(Tree::read_dtb("a.dtb", &blob).unwrap().to_dtb(), tree.to_dtb());
    // No operation instead of node "a".
    for at in [80, 84, 88] {
        blob[at..at + 4].copy_from_slice(&[0, 0, 0, 4]);
    }
    assert!(Tree::read_dtb("a.dtb", &blob).unwrap().find("/a").is_none());
}

#[test]
fn no_part_of_a_blob_is_a_blob() {
    let blob = read(EXAMPLE).unwrap().to_dtb();
    for len in 0..blob.len() {
        assert!(Tree::read_dtb("a.dtb", &blob[..len]).is_err(), "{len}");
        // The same with a header that says so.
        let mut short = blob[..len].to_vec();
        if let Some(total) = short.get_mut(4..8) {
            total.copy_from_slice(&(len as u32).to_be_bytes());
            assert!(Tree::read_dtb("a.dtb", &short).is_err(), "{len}");
        }
    }
}
