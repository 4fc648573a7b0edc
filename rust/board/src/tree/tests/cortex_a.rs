// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Cortex-A: who starts, what of the CPU the firmware sees, and which line of which core leads where.

use super::{plan, read};
use crate::Isa;
use plan::{Input, Line, Object, ObjectId, Output, Reset, Step, Value};

const GOOD: &str = r#"/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	interrupt-parent = <&gic>;
	cpus {
		#address-cells = <1>;
		#size-cells = <0>;
		cpu@0 { compatible = "arm,cortex-a53"; reg = <0>; clock-frequency = <50000000>; };
		cpu@100 { compatible = "arm,cortex-a53"; reg = <0x100>; };
	};
	psci { compatible = "arm,psci-1.0"; method = "smc"; };
	timer { compatible = "arm,armv8-timer"; interrupts = <1 13 4>, <1 14 4>; clock-frequency = <50000000>; };
	pmu { compatible = "arm,cortex-a53-pmu"; interrupts = <1 7 4>; };
	memory@40000000 { device_type = "memory"; reg = <0x40000000 0x100000>; };
	gic: gic@8000000 {
		compatible = "arm,gic-400"; #interrupt-cells = <3>; interrupts = <1 9 4>;
		reg = <0x8001000 0x1000>, <0x8002000 0x2000>, <0x8004000 0x2000>, <0x8006000 0x2000>;
	};
	uart0: serial@9000000 { compatible = "arm,pl011"; reg = <0x9000000 0x1000>; interrupts = <0 33 4>; };
};
"#;

/// The good tree with `from` made `to`.
fn changed(from: &str, to: &str) -> String {
    assert_eq!(GOOD.matches(from).count(), 1, "{from}");
    GOOD.replace(from, to)
}

fn objects(steps: &[Step], kind: &str) -> Vec<Object> {
    let of = |step: &Step| match step {
        Step::Object(object) if object.kind == kind => Some(object.clone()),
        _ => None,
    };
    steps.iter().filter_map(of).collect()
}

fn property(object: &Object, name: &str) -> Option<Value> {
    object.properties.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

/// One of the tree's mistakes is this one.
fn check_told(text: &str, message: &str) {
    let errors = read(text).expect_err(message);
    assert!(errors.list().iter().any(|mistake| mistake.message == message), "{}", errors.render(false));
}

fn resets(steps: &[Step]) -> Vec<Reset> {
    steps.iter().filter_map(|step| if let Step::Reset(reset) = step { Some(*reset) } else { None }).collect()
}

/// The line of core 1 called `line`, and the input of the GIC (object 2) that it leads to.
fn leads(steps: &[Step], object: u32, line: Line, to: (u32, u32)) -> bool {
    let from = Output { object: ObjectId(object), line };
    let to = Input { object: ObjectId(to.0), part: None, line: Line::Plain(to.1) };
    steps.contains(&Step::Connect { from, to })
}

#[test]
fn below_psci_the_first_core_starts_alone() {
    let board = read(GOOD).unwrap();
    assert_eq!((board.isa, board.cores_max, board.qemu_binary), (Isa::Arm64, 2, "qemu-system-aarch64"));
    let steps = plan(GOOD).steps;
    assert_eq!(resets(&steps), [Reset::AtEntry(ObjectId(0)), Reset::Waiting(ObjectId(1))]);
    let cores = objects(&steps, "cortex-a53-arm-cpu");
    let told = |name| cores.iter().map(|core| property(core, name)).collect::<Vec<_>>();
    assert_eq!(told("mp-affinity"), [Some(Value::Number(0)), Some(Value::Number(0x100))]);
    assert_eq!(told("start-powered-off"), [Some(Value::Switch(false)), Some(Value::Switch(true))]);
    // "smc" calls EL3, which QEMU plays.
    assert_eq!(told("has_el3")[0], Some(Value::Switch(false)));
    assert_eq!(told("has_el2")[0], Some(Value::Switch(true)));
    assert_eq!(told("psci-conduit")[0], Some(Value::Number(1)));
    assert_eq!(told("cntfrq")[1], Some(Value::Number(50_000_000)));
    let guest = plan(&changed("\"smc\"", "\"hvc\"")).steps;
    let core = &objects(&guest, "cortex-a53-arm-cpu")[0];
    assert_eq!(property(core, "has_el2"), Some(Value::Switch(false)));
    assert_eq!(property(core, "psci-conduit"), Some(Value::Number(2)));
    assert_eq!(
        property(&objects(&guest, "arm_gic")[0], "has-virtualization-extensions"),
        Some(Value::Switch(false))
    );
}

#[test]
fn without_psci_the_firmware_has_all_of_the_chip() {
    let steps = plan(&changed("psci {", "psci { status = \"disabled\";")).steps;
    assert_eq!(resets(&steps), [Reset::AtEntry(ObjectId(0)), Reset::AtEntry(ObjectId(1))]);
    let core = &objects(&steps, "cortex-a53-arm-cpu")[1];
    assert_eq!(property(core, "has_el3"), Some(Value::Switch(true)));
    assert_eq!(property(core, "psci-conduit"), None);
    assert_eq!(
        property(&objects(&steps, "arm_gic")[0], "has-security-extensions"),
        Some(Value::Switch(true))
    );
}

#[test]
fn each_core_has_lines_of_its_own() {
    let steps = plan(GOOD).steps;
    let gic = &objects(&steps, "arm_gic")[0];
    // The UART's 33 is the highest shared one.
    assert_eq!(property(gic, "num-irq"), Some(Value::Number(32 + 64)));
    // Core 1's private ones begin at 64 shared ones, and 32 of core 0's: PPI 14 is its EL1 timer.
    assert!(leads(&steps, 1, Line::Plain(0), (2, 64 + 32 + 16 + 14)));
    assert!(leads(&steps, 0, Line::Plain(3), (2, 64 + 16 + 13)));
    assert!(leads(&steps, 1, Line::Named("pmu-interrupt".into(), 0), (2, 64 + 32 + 16 + 7)));
    // FIQ of core 1; maintenance of core 1; the UART.
    assert!(leads(&steps, 2, Line::Interrupt(3), (1, 1)));
    assert!(leads(&steps, 2, Line::Interrupt(9), (2, 64 + 32 + 16 + 9)));
    assert!(leads(&steps, 3, Line::Interrupt(0), (2, 33)));
}

#[test]
fn a_gicv3_has_a_redistributor_for_each_core() {
    let text = changed("\"arm,gic-400\"", "\"arm,gic-v3\"").replace("0x8002000 0x2000", "0x9800000 0x40000");
    let steps = plan(&text).steps;
    let gic = &objects(&steps, "arm-gicv3")[0];
    assert_eq!(property(gic, "redist-region-count"), Some(Value::Numbers(vec![2])));
    assert!(steps.contains(&Step::Map { object: ObjectId(2), region: 1, at: 0x980_0000 }));
    assert!(leads(&steps, 1, Line::Named("gicv3-maintenance-interrupt".into(), 0), (2, 64 + 32 + 16 + 9)));
    check_told(&text.replace("0x40000>", "0x20000>"), "a GIC without all of its registers");
}

#[test]
fn devices_of_each_core_have_a_line_for_each() {
    let text = changed(
        "timer { compatible = \"arm,armv8-timer\"; interrupts = <1 13 4>, <1 14 4>; clock-frequency = <50000000>; };",
        "twd@8008600 { compatible = \"arm,cortex-a9-twd-timer\"; reg = <0x8008600 0x20>; interrupts = <1 13 0x304>; };",
    )
    .replace("arm,cortex-a53\"", "arm,cortex-a9\"");
    let steps = plan(&text).steps;
    assert_eq!(property(&objects(&steps, "arm_mptimer")[0], "num-cpu"), Some(Value::Number(2)));
    assert!(leads(&steps, 3, Line::Interrupt(1), (2, 64 + 32 + 16 + 13)));
}

#[test]
fn what_is_wrong_is_told() {
    let check = |from: &str, to: &str, message: &str| check_told(&changed(from, to), message);
    check("\"smc\"", "\"svc\"", "an unknown method of PSCI");
    check("method = \"smc\";", "", "PSCI without a \"method\"");
    // 24 MHz would be 41.67 ns.
    check(
        "<1 14 4>; clock-frequency = <50000000>",
        "<1 14 4>; clock-frequency = <24000000>",
        "a generic timer cannot count so",
    );
    check("<0 33 4>", "<2 33 4>", "no interrupt of a GIC");
    check("<0 33 4>", "<1 16 4>", "no interrupt of a GIC");
    check("<0 33 4>", "<0 2000 4>", "an interrupt to nowhere");
    check(
        ", <0x8002000 0x2000>, <0x8004000 0x2000>, <0x8006000 0x2000>",
        "",
        "a GIC without all of its registers",
    );
    check(
        "cpu@100 { compatible = \"arm,cortex-a53\"",
        "cpu@100 { compatible = \"arm,cortex-a72\"",
        "CPUs of different kinds on one board",
    );
    let four = "cpu@1 { compatible = \"arm,cortex-a53\"; }; cpu@2 { compatible = \"arm,cortex-a53\"; }; cpu@3 { compatible = \"arm,cortex-a53\"; };";
    check("cpu@100 {", &format!("{four} cpu@100 {{"), "too many CPUs");
    check_told(&GOOD.replace("arm,cortex-a53\"", "arm,cortex-a9\""), "the CPU has no generic timer");
}
