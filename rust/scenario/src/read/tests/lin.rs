// SPDX-License-Identifier: Apache-2.0 OR MIT
//! LIN buses, and their descriptions in files.

use super::told;
use crate::{Options, load};
use link::Spec;
use std::fmt::Write as _;

/// What the bus has, beside its ends.
const GOOD: &str = "bitrate = 19_200\nldf = \"doors.ldf\"\nschedule = \"Normal\"\nmaster = \"body.usart2\"\n";

const LDF: &str = "LIN_description_file;\nLIN_protocol_version = \"2.2\";\nLIN_speed = 19.2 kbps;\n\
    Nodes { Master: Body, 5 ms, 0.1 ms; Slaves: Left; }\nFrames { Door: 0x11, Left, 2 { } }\n\
    Schedule_tables { Normal { Door delay 10 ms; } }\n";

const ENDS: &str = "\"body.usart2\", \"left.lpuart1\"";

/// Reads a scenario with a bus like that.
fn read(keys: &str, ends: &str, ldf: &str) -> Result<crate::Scenario, crate::Errors> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("doors.ldf"), ldf).unwrap();
    let path = folder.path().join("doors.scenario.toml");
    let text = format!(
        "schema = 1\nduration = \"20ms\"\n\
         [node.body]\nboard = \"stm32f4-discovery\"\nfirmware = \"a.elf\"\n\
         [node.left]\nboard = \"s32k144-evb\"\nfirmware = \"b.elf\"\n\
         [node.gate]\nboard = \"mps2-an385\"\nfirmware = \"c.elf\"\n\
         [link.doors]\nkind = \"lin\"\nends = [{ends}]\n{keys}"
    );
    std::fs::write(&path, text).unwrap();
    load(&path, &Options { root: folder.path().to_path_buf() })
}

/// The head of the trace says this of the bus.
#[track_caller]
fn check(keys: &str, expected: &str) {
    let scenario = read(keys, ENDS, LDF).unwrap_or_else(|errors| panic!("{errors}"));
    assert!(matches!(scenario.links[0].spec, Spec::Lin(_)));
    assert_eq!(scenario.links[0].description(), expected);
}

#[track_caller]
fn check_error(old: &str, new: &str, expected: &str) {
    assert_eq!(GOOD.matches(old).count(), 1, "{old:?}");
    let errors = read(&GOOD.replace(old, new), ENDS, LDF).unwrap_err();
    assert_eq!(format!("\n{}", told(&errors)), expected, "{old:?} -> {new:?}");
}

#[test]
fn buses() {
    check(GOOD, "lin 19200 delay 0s schedule Normal within 100us");
    check("bitrate = 9600\ndelay = \"50ns\"\n", "lin 9600 delay 50ns");
    check("ldf = \"//doors.ldf\"\n", "lin 19200 delay 0s");
    check(&(GOOD.to_string() + "tolerance = \"2ms\"\n"), "lin 19200 delay 0s schedule Normal within 2ms");
}

#[test]
fn keys_that_do_not_fit() {
    check_error(
        "19_200",
        "20_001",
        "\n15:11 \"bitrate\" is out of range\n  found: this is 20001\n  expected: an integer from 1000 to 20000\n",
    );
    check_error(
        "19_200",
        "9_600",
        "\n15:11 the bit rate is not that of the description\n  found: its LIN_speed is 19200 bit/s\n  \
         expected: bitrate = 19200, or none beside \"ldf\"\n",
    );
    check_error(
        "\"Normal\"",
        "\"Norml\"",
        "\n17:12 unknown schedule \"Norml\"\n  found: the description has no such table\n  expected: \"Normal\"\n  \
         help: did you mean \"Normal\"?\n",
    );
    check_error(
        "ldf = \"doors.ldf\"\n",
        "",
        "\n16:12 \"schedule\" names a table of a description\n  found: \"ldf\" is missing\n  help: add ldf = \"doors.ldf\"\n",
    );
    check_error(
        "schedule = \"Normal\"\n",
        "tolerance = \"1ms\"\n",
        "\n17:13 \"tolerance\" is for \"schedule\"\n  found: there is no schedule\n  \
         expected: schedule = \"NormalTable\", which names a table of \"ldf\"\n",
    );
    check_error(
        "body.usart2",
        "body.usart1",
        "\n18:10 the master is no end of the bus\n  found: \"ends\" does not have this port\n  expected: one of the ports in \"ends\"\n",
    );
    check_error(
        "master",
        "baud",
        "\n18:1 unknown key \"baud\"\n  found: [link.doors] has no such key\n  expected: \"kind\", \"ends\", \"bitrate\", \"delay\", \
         \"master\", \"ldf\", \"schedule\" or \"tolerance\"\n",
    );
}

#[test]
fn descriptions_that_cannot_be_read() {
    check_error(
        "\"doors.ldf\"",
        "\"windows.ldf\"",
        "\n16:7 cannot read the description \"windows.ldf\"\n  found: No such file or directory (os error 2)\n  \
         expected: a path from the scenario's folder, or from the workspace's root: ldf = \"//path/FILE\"\n",
    );
    check_error(
        "\"doors.ldf\"",
        "\"//a:doors\"",
        "\n16:7 cannot read the description \"//a:doors\"\n  found: this is a label\n  \
         expected: a path from the scenario's folder, or from the workspace's root: ldf = \"//path/FILE\"\n",
    );
    let errors = read(GOOD, ENDS, &LDF.replace("0x11, Left", "0x11, Right")).unwrap_err();
    let expected = "\n16:7 the description has mistakes\n  \
        found: doors.ldf:5:22: there is no node \"Right\"\n  expected: a node of this description\n";
    assert_eq!(format!("\n{}", told(&errors)), expected);
    let errors = read(GOOD, ENDS, &LDF[..LDF.len() - 20]).unwrap_err();
    let expected = "\n16:7 the description has mistakes\n  \
        found: doors.ldf:6:30: this is no LIN description: the end of the file\n  expected: delay\n";
    assert_eq!(format!("\n{}", told(&errors)), expected);
}

#[test]
fn ends_that_do_not_fit() {
    let many = (0..17).fold(String::new(), |mut all, _| {
        let _ = write!(all, "\"body.usart2\", ");
        all
    });
    let errors = read(GOOD, &many, LDF).unwrap_err();
    let first = &errors.list()[0];
    assert_eq!(first.message, "[link.doors] joins too few ports, or too many");
    assert_eq!(first.expected.as_deref(), Some("two ports or more, at most 16"));
    let errors = read(GOOD, "\"body.usart2\", \"gate.eth0\"", LDF).unwrap_err();
    let expected =
        "\n14:24 a port of another kind\n  found: the port is for Ethernet\n  expected: a port for a UART\n";
    assert_eq!(format!("\n{}", told(&errors)), expected);
}
