// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Boards with two worlds: what guards what, and what is wrong with it.

use super::tests::{plan, read};
use plan::{Input, Line, MemoryId, Object, ObjectId, Output, Plan, Step, Value};

const GOOD: &str = r#"/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	chosen { zephyr,flash = &code; };
	cpus {
		#address-cells = <1>;
		#size-cells = <0>;
		cpu@0 {
			compatible = "arm,cortex-m33"; reg = <0>; clock-frequency = <20000000>;
			mpu { compatible = "arm,armv8m-mpu"; arm,num-mpu-regions = <8>; };
		};
	};
	code: memory@0 { device_type = "memory"; reg = <0 0x10000>; access-controllers = <&mpc>; };
	memory@20000000 { device_type = "memory"; reg = <0x20000000 0x8000>; };
	memory@80000000 { device_type = "memory"; reg = <0x80000000 0x8000>; };
	soc {
		compatible = "arm,sse-200", "simple-bus";
		#address-cells = <1>;
		#size-cells = <1>;
		ranges;
		interrupt-parent = <&nvic>;
		uart0: uart@40200000 { compatible = "arm,cmsdk-uart"; reg = <0x40200000 0x1000>; access-controllers = <&ppc 5>; };
		wdog@40081000 { compatible = "arm,cmsdk-watchdog"; reg = <0x40081000 0x1000>; interrupts = <1 3>; };
		wdog@50081000 { compatible = "arm,cmsdk-watchdog"; reg = <0x50081000 0x1000>; };
		secctl@50080000 { compatible = "arm,sse-200-secctl"; reg = <0x50080000 0x1000>, <0x40080000 0x1000>; };
		mpc: mpc@58007000 { compatible = "arm,sie200-mpc"; reg = <0x58007000 0x1000>; arm,secctl-bit = <16>; interrupts = <9 3>; };
		ppc: ppc { compatible = "arm,sie200-ppc"; arm,secctl-bit = <5>; interrupts = <10 3>; };
		ppc0: ppc0 { compatible = "arm,sie200-ppc"; arm,secctl-bit = <0>; interrupts = <10 3>; };
		nvic: nvic@e000e100 { compatible = "arm,v8m-nvic"; #interrupt-cells = <2>; arm,num-irq-priority-bits = <3>; };
	};
};
"#;

fn objects(plan: &Plan) -> Vec<(ObjectId, &Object)> {
    let objects = plan
        .steps
        .iter()
        .filter_map(|step| if let Step::Object(object) = step { Some(object) } else { None });
    objects.enumerate().map(|(number, object)| (ObjectId(number as u32), object)).collect()
}

#[track_caller]
fn find<'a>(plan: &'a Plan, name: &str) -> (ObjectId, &'a Object) {
    let all = objects(plan);
    let found = all.iter().find(|(_, object)| object.name == name);
    *found.unwrap_or_else(|| {
        panic!("no {name}: {:?}", all.iter().map(|(_, object)| &object.name).collect::<Vec<_>>())
    })
}

fn property<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.properties.iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

fn map(object: ObjectId, region: u32, at: u64) -> Step {
    Step::Map { object, region, at }
}

fn named(name: &str, number: u32) -> Line {
    Line::Named(name.into(), number)
}

/// `from` becomes `to` in the good tree, and this is told of it.
#[track_caller]
fn check(from: &str, to: &str, message: &str, found: &str) {
    assert_eq!(GOOD.matches(from).count(), 1, "{from}");
    let errors = read(&GOOD.replace(from, to)).expect_err(message);
    let first = &errors.list()[0];
    let got = (&*first.message, first.found.as_deref().unwrap_or_default());
    assert_eq!(got, (message, found), "{}", errors.render(false));
}

#[test]
fn the_secure_world_has_all_at_its_addresses() {
    let plan = plan(GOOD);
    let mirrors: Vec<(u64, u64)> = plan
        .steps
        .iter()
        .filter_map(|step| if let Step::Mirror { of, at, .. } = step { Some((*of, *at)) } else { None })
        .collect();
    assert_eq!(mirrors, [(0, 0x1000_0000), (0x2000_0000, 0x3000_0000), (0x4000_0000, 0x5000_0000)]);
    let memories: Vec<(&[u64], &[u64])> = plan
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::Memory { at, elsewhere, .. } => Some((&at[..], &elsewhere[..])),
            _ => None,
        })
        .collect();
    // Who guards the first one shows it.
    assert_eq!(memories[0], (&[][..], &[0, 0x1000_0000][..]));
    assert_eq!(memories[1], (&[0x2000_0000][..], &[0x3000_0000][..]));
    assert_eq!(memories[2], (&[0x8000_0000][..], &[][..]));
    let seen: Vec<u64> = read(GOOD).unwrap().memories.iter().map(|memory| memory.at).collect();
    assert_eq!(seen, [0, 0x1000_0000, 0x2000_0000, 0x3000_0000, 0x8000_0000]);
}

#[test]
fn the_cpu_starts_in_the_secure_world() {
    let plan = plan(GOOD);
    let (idau, _) = find(&plan, "soc.idau");
    let (_, cpu) = find(&plan, "cpus.cpu@0");
    assert_eq!(property(cpu, "init-svtor"), Some(&Value::Number(0x1000_0000)));
    assert_eq!(property(cpu, "idau"), Some(&Value::Object(idau)));
    assert_eq!(property(cpu, "mpu-ns-regions"), Some(&Value::Number(8)));
    assert_eq!(property(cpu, "mpu-s-regions"), Some(&Value::Number(8)));
}

#[test]
fn guards_stand_before_what_they_guard() {
    let plan = plan(GOOD);
    let (mpc, guard) = find(&plan, "soc.mpc@58007000");
    assert_eq!(guard.properties, [("downstream".to_string(), Value::Memory(MemoryId(0)))]);
    assert!(plan.steps.contains(&map(mpc, 1, 0)) && plan.steps.contains(&map(mpc, 0, 0x5800_7000)));
    let ((uart, _), (ppc, guard)) = (find(&plan, "soc.uart@40200000"), find(&plan, "soc.ppc"));
    assert_eq!(guard.properties, [("port[5]".to_string(), Value::Registers(uart, 0))]);
    assert!(
        plan.steps.contains(&map(ppc, 5, 0x4020_0000)) && !plan.steps.contains(&map(uart, 0, 0x4020_0000))
    );
    let (control, _) = find(&plan, "soc.secctl@50080000");
    assert!(
        plan.steps.contains(&map(control, 0, 0x5008_0000))
            && plan.steps.contains(&map(control, 1, 0x4008_0000))
    );
    let from = Output { object: control, line: named("apb_ppcexp1_nonsec", 5) };
    let to = Input { object: ppc, part: None, line: named("cfg_nonsec", 5) };
    assert!(plan.steps.contains(&Step::Connect { from, to }));
}

#[test]
fn a_line_to_several_goes_through_a_splitter() {
    let plan = plan(GOOD);
    let (control, _) = find(&plan, "soc.secctl@50080000");
    // sec_resp_cfg to both PPCs, the MPC's interrupt to controller and CPU, and those of the PPCs.
    let of = |object: ObjectId, line: Line| {
        let from = Output { object, line };
        let to = |step: &Step| match step {
            Step::Connect { from: known, to } if *known == from => Some(to.object),
            _ => None,
        };
        let to: Vec<ObjectId> = plan.steps.iter().filter_map(to).collect();
        assert_eq!(to.len(), 1, "{from:?}");
        objects(&plan)[to[0].0 as usize].1.clone()
    };
    let mpc = find(&plan, "soc.mpc@58007000").0;
    for split in [of(control, named("sec_resp_cfg", 0)), of(mpc, named("irq", 0))] {
        assert_eq!((&*split.kind, property(&split, "num-lines")), ("split-irq", Some(&Value::Number(2))));
    }
}

#[test]
fn a_watchdog_without_an_interrupt_has_the_nmi() {
    let plan = plan(GOOD);
    let cpu = find(&plan, "cpus.cpu@0").0;
    let nmi = Input { object: cpu, part: None, line: named("NMI", 0) };
    let from = Output { object: find(&plan, "soc.wdog@50081000").0, line: Line::Interrupt(0) };
    assert!(plan.steps.contains(&Step::Connect { from, to: nmi.clone() }));
    let other = Output { object: find(&plan, "soc.wdog@40081000").0, line: Line::Interrupt(0) };
    assert!(!plan.steps.contains(&Step::Connect { from: other, to: nmi }));
}

#[test]
fn a_timer_works_with_the_counter() {
    let timer =
        "timer@48000000 { compatible = \"arm,sse-timer\"; reg = <0x48000000 0x1000>; interrupts = <3 3>; };";
    let counter = "counter@58100000 { compatible = \"arm,sse-counter\"; reg = <0x58100000 0x1000>, <0x58101000 0x1000>; };";
    let plan = plan(&GOOD.replace("wdog@40081000", &format!("{timer}\n{counter}\nwdog@40081000")));
    let (counter, _) = find(&plan, "soc.counter@58100000");
    let (_, made) = find(&plan, "soc.timer@48000000");
    assert_eq!(property(made, "counter"), Some(&Value::Object(counter)));
    let message = "a device without the one it works with";
    check("wdog@40081000", &format!("{timer}\nwdog@40081000"), message, "no \"sse-counter\"");
}

#[test]
fn guards_that_cannot_be_are_told() {
    let cannot = "a protection controller that cannot guard this";
    check("access-controllers = <&ppc 5>", "access-controllers = <&mpc>", cannot, "/soc/mpc@58007000");
    check("access-controllers = <&mpc>", "access-controllers = <&ppc 1>", cannot, "/soc/ppc");
    check(
        "access-controllers = <&ppc 5>",
        "access-controllers = <&ppc 16>",
        "no port of a protection controller",
        "[16]",
    );
    check(
        "access-controllers = <&ppc 5>",
        "access-controllers = <&ppc>",
        "no port of a protection controller",
        "[]",
    );
    let taken = "reg = <0x40081000 0x1000>; access-controllers = <&ppc 5>";
    let message = "a port of a protection controller that has a device already";
    check("reg = <0x40081000 0x1000>", taken, message, "port 5 of /soc/ppc");
    let one = "a memory protection controller guards one memory";
    check("reg = <0 0x10000>; access-controllers = <&mpc>", "reg = <0 0x10000>", one, "0");
    let two = "reg = <0x20000000 0x8000>; access-controllers = <&mpc>";
    check("reg = <0x20000000 0x8000>", two, one, "2");
    check("arm,secctl-bit = <16>;", "", "a protection controller of nobody", "");
    let message = "a protection controller of nobody";
    check("arm,secctl-bit = <5>", "arm,secctl-bit = <8>", message, "arm,secctl-bit = <8>");
    let message = "a protection controller without a security controller";
    check("\"arm,sse-200-secctl\"", "\"simple-bus\"", message, "");
    let message = "a device without registers";
    check(", <0x40080000 0x1000>", "", message, "regions in \"reg\": 1");
}

#[test]
fn a_cpu_has_what_its_kind_can_have() {
    check("<8>; };", "<5>; };", "a Cortex-M33 has no such MPU", "5 regions");
    let message = "a Cortex-M33 has no such priorities";
    check("arm,num-irq-priority-bits = <3>", "arm,num-irq-priority-bits = <9>", message, "9 bits");
}

#[test]
fn a_tree_of_one_world_is_that_one() {
    let one = GOOD.replace("\"arm,sse-200\", ", "");
    let plan = plan(&one);
    assert!(!plan.steps.iter().any(|step| matches!(step, Step::Mirror { .. })));
    let (_, cpu) = find(&plan, "cpus.cpu@0");
    assert_eq!((property(cpu, "idau"), property(cpu, "init-svtor")), (None, None));
}

#[test]
fn zephyrs_image_for_the_other_world_starts_alone() {
    let flash = "code: flash@0 { compatible = \"soc-nv-flash\"; reg = <0 0x10000>;
		partitions { compatible = \"fixed-partitions\"; #address-cells = <1>; #size-cells = <1>;
			slot0_ns_partition: partition@8000 { reg = <0x8000 0x8000>; }; }; };";
    let memory =
        "code: memory@0 { device_type = \"memory\"; reg = <0 0x10000>; access-controllers = <&mpc>; };";
    let chosen = "zephyr,flash = &code; zephyr,code-partition = &slot0_ns_partition;";
    let from = GOOD.find("\tsoc {").unwrap();
    let nvic = "\tnvic: nvic@e000e100 { compatible = \"arm,v8m-nvic\"; #interrupt-cells = <2>; };\n};\n";
    let one = GOOD[..from].replace(memory, flash).replace("zephyr,flash = &code;", chosen) + nvic;
    let plan = plan(&one);
    assert_eq!(property(find(&plan, "cpus.cpu@0").1, "init-svtor"), Some(&Value::Number(0x8000)));
}

#[test]
fn registers_of_several_nodes_are_one_device() {
    let led = |at: u32| {
        format!("led{at}: fpgaio@{at:x} {{ compatible = \"arm,mps2-fpgaio-gpio\"; reg = <{at:#x} 4>; }};\n")
    };
    let nodes = led(0x4030_2000) + &led(0x4030_2008) + &led(0x4030_3008) + "\t\tuart0:";
    let plan = plan(&GOOD.replace("uart0:", &nodes));
    let fpgaios: Vec<ObjectId> =
        objects(&plan).iter().filter(|(_, object)| object.kind == "mps2-fpgaio").map(|(id, _)| *id).collect();
    let maps = |at: u64| fpgaios.iter().filter(|object| plan.steps.contains(&map(**object, 0, at))).count();
    assert_eq!((fpgaios.len(), maps(0x4030_2000), maps(0x4030_3000)), (2, 1, 1));
}

#[test]
fn an_m0_plus_says_that_it_has_no_mpu() {
    let cpu = "compatible = \"arm,cortex-m33\"";
    let mpu = "compatible = \"arm,armv8m-mpu\"";
    let bits = "arm,num-irq-priority-bits = <3>";
    let of_m0 = |text: &str| {
        let text = text.replace("\"arm,sse-200\", ", "").replace("zephyr,flash = &code;", "");
        text.replace(cpu, "compatible = \"arm,cortex-m0+\"").replace(bits, "arm,num-irq-priority-bits = <2>")
    };
    let plan = plan(&of_m0(GOOD).replace(mpu, "compatible = \"arm,armv6m-mpu\""));
    let (_, cpu) = find(&plan, "cpus.cpu@0");
    assert_eq!((property(cpu, "mpu-ns-regions"), property(cpu, "idau")), (None, None));
    // That of another architecture is none of its.
    let errors = read(&of_m0(GOOD)).expect_err("an MPU of Armv8-M");
    assert_eq!(errors.list()[0].message, "a Cortex-M0+, as a Cortex-M0 has no such MPU");
}
