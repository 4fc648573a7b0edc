// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Faults of links that the scenario asks for, and links that cannot be as it says.

use crate::common::{Outcome, Place, dist, finish, firmware, virtmcu};
use crate::{BAD_INPUT, FAILED, PASSED, edited};

const BEFORE: &str = "[[expect";

/// PING_PONG with a fault on its wire.
fn with_fault(lines: &str) -> Place {
    edited(BEFORE, &format!("[[fault]]\nlink = \"wire\"\n{lines}\n\n{BEFORE}"))
}

#[test]
fn a_fault_that_happens_is_in_the_trace() {
    let place = with_fault("do = \"jitter\"\nby = \"1us\"\nnth = 2\nends = [\"pinger.uart0\"]");
    let outcome = place.run(&["--no-golden", "--show-trace"]);
    outcome.expect(PASSED, &[]);
    for line in ["fault wire 1 jitter by 1us number 2 of pinger.uart0 from 0s until 5ms", "fault 1: uart 69"]
    {
        assert!(outcome.stdout.contains(line), "{line}: {outcome}");
    }
    assert_eq!(outcome.stdout.matches("  struck ").count(), 1, "{outcome}");
}

#[test]
fn a_fault_that_never_happens_fails_the_scenario() {
    let place =
        with_fault("do = \"drop\"\nmatch = [{ at = 0, bytes = \"70\" }]\nnth = 9000\nuntil = \"1ms\"");
    let report = place.run(&["--no-golden", "--report", "report.xml"]);
    let expected = [
        "fault wire 1: test.scenario.toml:17:1: this fault of [link.wire] never happened: drop number 9000 with 0: 70 from 0s until 1ms",
        "11 frames were there in its time, of which it looks for 2",
    ];
    report.expect(FAILED, &expected);
    place.left_nothing();
    under_bazel(&place, None).expect(FAILED, &expected);
    // Who wants one case only gets one.
    under_bazel(&place, Some("expect 1")).expect(PASSED, &[]);
    under_bazel(&place, Some("fault wire")).expect(FAILED, &expected);
}

#[test]
fn what_is_never_typed_fails_a_test_of_bazels() {
    let place = edited(
        BEFORE,
        &format!("[[input.uart]]\nport = \"pinger.uart1\"\nafter = \"never\"\ntext = \"x\"\n\n{BEFORE}"),
    );
    under_bazel(&place, None).expect(FAILED, &["input pinger.uart1"]);
}

/// `virtmcu test`, as Bazel runs it.
fn under_bazel(place: &Place, filter: Option<&str>) -> Outcome {
    let mut command = virtmcu();
    command.current_dir(place.folder()).args(["test", "test.scenario.toml", "--tools"]).arg(dist());
    command.envs(filter.map(|filter| ("TESTBRIDGE_TEST_ONLY", filter)));
    finish(command, place.folder())
}

#[test]
fn faults_are_in_virtual_time() {
    let place = with_fault("do = \"cut\"");
    let expected = ["link wire has faults ([[fault]]): only mode exact has them; leave --mode out"];
    place.run(&["--no-golden", "--mode", "suspend"]).expect(BAD_INPUT, &expected);
    place.left_nothing();
}

/// Two ECUs whose firmware has 500 kbit/s, on a bus with these lines.
fn ecus(lines: &str) -> Place {
    let node = |name: &str| {
        format!("[node.{name}]\nboard = \"stm32f4-discovery\"\nfirmware = \"fw/chatter.elf\"\n\n")
    };
    let (one, other) = (node("one"), node("other"));
    let place = Place::with(&format!(
        "schema = 1\nduration = \"6ms\"\n\n{one}{other}[link.bus]\nkind = \"can\"\nends = [\"one.can1\", \"other.can1\"]\n{lines}\n"
    ));
    place.link(&firmware("scenarios/can/firmware", "chatter_stm32f4"), "fw/chatter.elf");
    place
}

#[test]
fn a_bit_rate_that_the_registers_do_not_give() {
    let place = ecus("bitrate = 250_000");
    let expected = [
        "one.can1 joins [link.bus] with 500000 bit/s, as its registers give it, and the bus has 250000 bit/s",
        "add allow_wrong_rate = true to [link.bus]",
    ];
    place.run(&[]).expect(BAD_INPUT, &expected);
    place.left_nothing();
    let place = ecus("bitrate = 250_000\nallow_wrong_rate = true");
    let outcome = place.run(&["--show-trace"]);
    outcome.expect(PASSED, &[]);
    assert!(outcome.stdout.contains("can joins with 500000 bit/s"), "{outcome}");
    // One per cent off is near enough.
    ecus("bitrate = 505_000").run(&[]).expect(PASSED, &[]);
}
