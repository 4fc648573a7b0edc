// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What is wrong with a tree is told with its line; what is right becomes a plan.

mod cortex_a;

use crate::{Board, Isa, Machine, Memory, Port};
use devicetree::Tree;
use plan::{Input, Line, Made, ObjectId, Output, Plan, Step, Value};

const GOOD: &str = r#"/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	cpus {
		#address-cells = <1>;
		#size-cells = <0>;
		cpu0: cpu@0 { compatible = "arm,cortex-m4f"; reg = <0>; clock-frequency = <80000000>; };
	};
	flash0: flash@8000000 { compatible = "soc-nv-flash"; reg = <0x8000000 0x10000>; };
	sram0: memory@20000000 { device_type = "memory"; reg = <0x20000000 0x5000>; };
	apb: clock { compatible = "fixed-clock"; clock-frequency = <40000000>; };
	soc {
		compatible = "simple-bus";
		#address-cells = <1>;
		#size-cells = <1>;
		ranges = <0 0x40000000 0x10000000>;
		interrupt-parent = <&nvic>;
		usart2: serial@4400 { compatible = "arm,pl011"; reg = <0x4400 0x400>; interrupts = <38 0>; clocks = <&apb>; };
		timer: timer@5000 { compatible = "arm,cmsdk-timer"; reg = <0x5000 0x400>; interrupts = <39 0>; };
		uart4: serial@6000 { compatible = "arm,pl011"; reg = <0x6000 0x400>; status = "disabled"; interrupts = <70 0>; };
	};
	nvic: nvic@e000e100 { compatible = "arm,v7m-nvic"; #interrupt-cells = <2>; arm,num-irq-priority-bits = <4>; };
};
"#;

pub(super) fn read(text: &str) -> Result<Board, devicetree::Errors> {
    let tree = Tree::read_dts("x.dts", text, &mut |_, _| Err("none".into()))?;
    Board::read("x", &tree)
}

pub(super) fn plan(text: &str) -> Plan {
    let board = read(text).unwrap_or_else(|errors| panic!("{}", errors.render(false)));
    let Machine::Tree(plan) = board.machine else { panic!("no plan") };
    assert_eq!(plan.check(), Ok(()));
    plan
}

/// `from` becomes `to` in the good tree, and that is told: line and text of the place, message, what was found.
fn check(from: &str, to: &str, place: (usize, &str), message: &str, found: &str) {
    assert_eq!(GOOD.matches(from).count(), 1, "{from}");
    let errors = read(&GOOD.replace(from, to)).expect_err(message);
    let first = &errors.list()[0];
    let at = first.place.as_ref().map(|place| (place.line, &errors.source().text()[place.start..place.end]));
    let got = (at, &*first.message, first.found.as_deref().unwrap_or_default());
    assert_eq!(got, (Some(place), message, found), "{}", errors.render(false));
    assert!(
        first.expected.is_some() || first.help.is_some() || first.also.is_some(),
        "{}",
        errors.render(false)
    );
}

#[test]
fn a_good_tree_is_a_board() {
    let board = read(GOOD).unwrap();
    assert_eq!(
        (board.isa, board.cpu_hz, board.cores_max, &*board.cpu),
        (Isa::Arm, 80_000_000, 1, "Cortex-M4 with FPU")
    );
    assert_eq!(board.ports, [Port::uart("usart2")]);
    let memory = |at, size_bytes, read_only| Memory { at, size_bytes, read_only };
    assert_eq!(board.memories, [memory(0x800_0000, 0x10000, true), memory(0x2000_0000, 0x5000, false)]);
}

#[test]
fn settings_of_a_chip_are_erased_memory() {
    let plan = plan(include_str!("../../../../boards/microbit.dts"));
    let erased: Vec<u64> = plan
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::Memory { erased: true, read_only: true, at, .. } => at.first().copied(),
            _ => None,
        })
        .collect();
    // UICR, for which the firmware of a micro:bit has words.
    assert_eq!(erased, [0x1000_1000]);
}

#[test]
fn buses_translate_and_clocks_are_found() {
    let steps = plan(GOOD).steps;
    let objects =
        steps.iter().filter_map(|step| if let Step::Object(object) = step { Some(object) } else { None });
    let (object, uart) = (0..).map(ObjectId).zip(objects).find(|(_, o)| o.kind == "pl011").expect("a UART");
    assert!(steps.contains(&Step::Map { object, region: 0, at: 0x4000_4400 }));
    assert_eq!((&*uart.name, &uart.made), ("soc.serial@4400", &Made::OnSystemBus));
    assert_eq!(uart.properties, [("chardev".to_string(), Value::Port(0))]);
    let hz: Vec<u64> = steps
        .iter()
        .filter_map(|step| if let Step::Clock { hz, .. } = step { Some(*hz) } else { None })
        .collect();
    assert_eq!(hz, [80_000_000, 40_000_000]);
    let from = Output { object, line: Line::Interrupt(0) };
    let to = Input { object: ObjectId(0), part: None, line: Line::Plain(38) };
    assert!(steps.contains(&Step::Connect { from, to }));
}

#[test]
fn the_cpu_is_as_the_tree_says() {
    let steps = plan(GOOD).steps;
    let Some(Step::Object(cpu)) =
        steps.iter().find(|step| matches!(step, Step::Object(o) if o.kind == "armv7m"))
    else {
        panic!("no CPU")
    };
    let property =
        |name: &str| cpu.properties.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    // The disabled UART's line 70 is one of the chip's.
    assert_eq!(property("num-irq"), Some(Value::Number(96)));
    assert_eq!(property("num-prio-bits"), Some(Value::Number(4)));
    assert_eq!(property("vfp"), Some(Value::Switch(true)));
    // Nothing is at 0: the vectors are at the start of the flash.
    assert_eq!(property("init-nsvtor"), Some(Value::Number(0x800_0000)));
}

#[test]
fn lines_that_meet_go_through_a_gate() {
    let steps = plan(&GOOD.replace("<39 0>", "<38 0>")).steps;
    let gate = steps.iter().find(|step| matches!(step, Step::Object(o) if o.kind == "or-irq"));
    let Some(Step::Object(gate)) = gate else { panic!("no gate") };
    assert_eq!(gate.properties, [("num-lines".to_string(), Value::Number(2))]);
    let connects = steps.iter().filter(|step| matches!(step, Step::Connect { .. })).count();
    assert_eq!(connects, 3);
}

#[test]
fn a_part_of_a_memory_is_no_second_memory() {
    let text = GOOD.replace(
        "	apb:",
        "	part: memory@20004000 { compatible = \"mmio-sram\"; reg = <0x20004000 0x1000>; };\n	apb:",
    );
    assert_eq!(read(&text).unwrap().memories.len(), 2);
}

#[test]
fn what_overlaps_is_told() {
    check(
        "reg = <0x5000 0x400>",
        "reg = <0x4600 0x400>",
        (20, "0x4600"),
        "/soc/timer@5000 and /soc/serial@4400 overlap",
        "0x40004600 to 0x400049ff",
    );
    check(
        "reg = <0x20000000 0x5000>",
        "reg = <0x8000800 0x5000000>",
        (11, "0x8000800"),
        "/memory@20000000 and /flash@8000000 overlap",
        "0x8000800 to 0xd0007ff",
    );
    check(
        "reg = <0x5000 0x400>",
        "reg = <0x10005000 0x400>",
        (20, "0x10005000"),
        "an address outside of its bus",
        "0x10005000",
    );
}

#[test]
fn a_region_without_bytes_is_no_panic() {
    let text = GOOD
        .replace("reg = <0x4400 0x400>", "reg = <0x4410 0>")
        .replace("reg = <0x5000 0x400>", "reg = <0x4400 0x400>");
    let errors = read(&text).expect_err("they overlap");
    assert_eq!(errors.list()[0].message, "/soc/timer@5000 and /soc/serial@4400 overlap");
}

#[test]
fn what_nothing_models_is_told() {
    check(
        "\"arm,cmsdk-timer\"",
        "\"arm,cmsdk-timr\"",
        (20, "\"arm,cmsdk-timr\""),
        "nothing models \"arm,cmsdk-timr\"",
        "the node /soc/timer@5000",
    );
}

#[test]
fn interrupts_to_nowhere_are_told() {
    check("<39 0>", "<600 0>", (20, "600"), "an interrupt to nowhere", "600");
    check("<39 0>", "<39>", (20, "<39>"), "wrong number of cells in \"interrupts\"", "1 cells");
    check(
        "interrupt-parent = <&nvic>",
        "interrupt-parent = <&apb>",
        (19, "38"),
        "an interrupt to nowhere",
        "/clock is no interrupt controller",
    );
    check(
        "interrupt-parent = <&nvic>",
        "interrupt-parent = <99>",
        (18, "99"),
        "\"interrupt-parent\" refers to no node",
        "the phandle 0x63, which no node has",
    );
    check(
        "		interrupt-parent = <&nvic>;\n",
        "",
        (18, "interrupts"),
        "interrupts of nobody",
        "no node around has an \"interrupt-parent\"",
    );
    check("<39 0>", "<39 0>, <40 0>", (20, "40"), "an interrupt that the device does not have", "number 2");
}

#[test]
fn what_a_board_needs_is_told() {
    check(
        "compatible = \"arm,cortex-m4f\"; reg",
        "status = \"disabled\"; compatible = \"arm,cortex-m4f\"; reg",
        (5, "cpus"),
        "the board has no CPU",
        "no node that is enabled is one",
    );
    check("<80000000>", "<1>", (8, "<1>"), "the CPU's clock is out of range", "1 Hz");
    check("device_type = \"memory\"; reg", "reg", (2, "/"), "the board has no RAM", "");
    check(
        "	nvic: nvic@e000e100 {",
        "	nvic: nvic@e000e100 { status = \"disabled\";",
        (8, "cpu@0"),
        "a Cortex-M without its interrupt controller",
        "",
    );
    check("reg = <0x4400 0x400>; ", "", (19, "serial@4400"), "a device without registers", "no \"reg\"");
    check(
        "reg = <0x4400 0x400>",
        "reg = <0x4400>",
        (19, "<0x4400>"),
        "wrong number of cells in \"reg\"",
        "1 cells",
    );
}

#[test]
fn a_copy_of_the_tree_must_fit() {
    for at in ["0x20004ff0", "0x8000000", "0xfffffff0"] {
        let chosen = format!("\tchosen {{ virtmcu,devicetree-at = <{at}>; }};\n\tcpus {{");
        let errors = read(&GOOD.replacen("\tcpus {", &chosen, 1)).unwrap_err();
        assert_eq!(errors.list()[0].message, "the device tree does not fit there", "{at}");
    }
}

#[test]
fn a_boot_rom_must_be_right() {
    let virt = |at: &str, more: &str| {
        let tree = crate::tree("riscv32-virt").unwrap().unwrap().to_dts();
        read(&tree.replacen("reg = <0x1000 0xf000>", &format!("reg = <{at}>"), 1).replacen(
            "\tsoc {",
            &format!("{more}\tsoc {{"),
            1,
        ))
    };
    let told = |result: Result<Board, devicetree::Errors>| {
        let first = result.unwrap_err().list()[0].clone();
        (first.message, first.found.unwrap_or_default())
    };
    assert_eq!(virt("0x2000 0x1000", "").unwrap().boot_rom, Some(0x2000));
    assert_eq!(told(virt("0x1000 0x10", "")), ("the boot ROM is too small".into(), "0x10 bytes".into()));
    let rom = "rom@8000 { compatible = \"virtmcu,riscv-boot-rom\"; reg = <0x8000 0x1000>; };";
    assert_eq!(told(virt("0x2000 0x1000", rom)).0, "a second boot ROM");
    let arm = GOOD.replace("\tapb:", &format!("\t{rom}\n\tapb:"));
    assert_eq!(told(read(&arm)).0, "a boot ROM for RISC-V");
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text = GOOD
        .replace("\"arm,cmsdk-timer\"", "\"a,b\"")
        .replace("<38 0>", "<600 0>")
        .replace("0x20000000 0x5000", "0");
    let errors = read(&text).unwrap_err();
    assert_eq!(errors.list().len(), 3, "{}", errors.render(false));
}

/// The lines that lead to `line` of the object made of the node or part `name`, by the names of their objects.
fn lines_to(plan: &Plan, name: &str, line: &str) -> Vec<(String, Line)> {
    let object = |id: ObjectId| {
        let all =
            plan.steps.iter().filter_map(|step| if let Step::Object(o) = step { Some(o) } else { None });
        all.clone().nth(id.0 as usize).map(|object| object.name.clone()).unwrap_or_default()
    };
    let to = |step: &Step| match step {
        Step::Connect { from, to } if object(to.object) == name => match &to.line {
            Line::Named(known, _) if known == line => Some((object(from.object), from.line.clone())),
            _ => None,
        },
        _ => None,
    };
    plan.steps.iter().filter_map(to).collect()
}

/// An STM32 without all that Zephyr's trees leave out.
fn stm32(chip: &str, devices: &str) -> String {
    let text = GOOD.replace("\"simple-bus\"", &format!("\"st,{chip}\", \"simple-bus\""));
    let rcc = "rcc: rcc@21000 { compatible = \"st,stm32-rcc\"; reg = <0x21000 0x400>; rctl: r { compatible = \"st,stm32-rcc-rctl\"; }; };";
    text.replace("\t\tusart2:", &format!("\t\t{rcc}\n{devices}\n\t\tusart2:"))
        .replace("clocks = <&apb>; }", "clocks = <&apb>; status = \"disabled\"; }")
}

#[test]
fn rcc_resets_single_devices() {
    let usart = |more: &str| {
        format!("\t\tu: serial@13800 {{ compatible = \"st,stm32-usart\"; reg = <0x13800 0x400>; {more} }};")
    };
    let check = |chip: &str, more: &str, group: &str, bit: u32| {
        let plan = plan(&stm32(chip, &usart(more)));
        let from = ("soc.rcc@21000".to_string(), Line::Named(group.into(), bit));
        assert_eq!(lines_to(&plan, "soc.serial@13800", "reset"), [from], "{chip} {more}");
    };
    check("stm32l4", "resets = <&rctl 0x80e>;", "apb2rst", 14);
    check("stm32l4", "clocks = <&rcc 0x5c 0x1>;", "apb1rst2", 0);
    check("stm32f4", "clocks = <&rcc 0x44 0x10>;", "apb2rst", 4);
    check("stm32f1", "clocks = <&rcc 0x18 0x4000>;", "apb2rst", 14);
    let errors = read(&stm32("stm32l4", &usart("resets = <&rctl 0x1>;"))).unwrap_err();
    assert_eq!(errors.list()[0].message, "a reset that nobody does");
    assert_eq!(errors.list()[0].found.as_deref(), Some("bit 1 of the register 0x0"));
}

#[test]
fn one_line_resets_several_devices() {
    let two = ["13800", "14000"].map(|at| {
        format!("\t\tserial@{at} {{ compatible = \"st,stm32-usart\"; reg = <0x{at} 0x400>; clocks = <&rcc 0x60 0x2>; }};")
    });
    let plan = plan(&stm32("stm32l4", &two.concat()));
    assert_eq!(lines_to(&plan, "soc.serial@13800", "reset"), [("all".to_string(), Line::Plain(0))]);
    assert_eq!(lines_to(&plan, "soc.serial@14000", "reset"), [("all".to_string(), Line::Plain(1))]);
}

#[test]
fn what_zephyr_leaves_out_of_an_stm32_is_there() {
    let placed = |plan: &Plan, at: u64| {
        plan.steps.iter().filter(|step| matches!(step, Step::Map { at: there, .. } if *there == at)).count()
    };
    let exti = "\t\texti: e@10400 { compatible = \"st,stm32-exti\"; reg = <0x10400 0x400>; };";
    let without = plan(&stm32("stm32f1", exti));
    assert_eq!(placed(&without, 0x4001_0000), 1, "AFIO");
    assert_eq!(lines_to(&without, "soc.e@10400", "in").len(), 16);
    let own =
        format!("{exti}\n\t\tafio@10000 {{ compatible = \"st,stm32f1-afio\"; reg = <0x10000 0x400>; }};");
    let with = plan(&stm32("stm32f1", &own));
    assert_eq!((placed(&with, 0x4001_0000), lines_to(&with, "soc.e@10400", "in").len()), (1, 16));
    assert_eq!(placed(&plan(GOOD), 0x4001_0000), 0, "no STM32");
    let names = "interrupts = <6 0>, <8 0>; interrupt-names = \"line0\", \"line2-TSC\"; };";
    let g4 = plan(&stm32("stm32g4", &exti.replace("};", names)));
    let led = |number| {
        let leads = |step: &&Step| matches!(step, Step::Connect { from, to } if from.line == Line::Interrupt(number) && to.line == Line::Plain(if number == 0 { 6 } else { 8 }));
        g4.steps.iter().filter(leads).count()
    };
    assert_eq!((led(0), led(2)), (1, 1));
}

#[test]
fn a_crystal_is_what_its_node_says() {
    let hse = |clocks: &str| {
        let text = stm32("stm32f4", "").replace("\tsoc {", &format!("\tclocks {{ {clocks} }};\n\tsoc {{"));
        let plan = plan(&text);
        let rcc = plan.steps.iter().find_map(|step| match step {
            Step::Object(o) if o.kind == "virtmcu-stm32f4-rcc" => Some(o.properties[0].clone()),
            _ => None,
        });
        rcc.expect("an RCC")
    };
    let node = |more: &str| format!("clk-hse {{ compatible = \"st,stm32-hse-clock\"; {more} }};");
    let is = |hz| ("hse-hz".to_string(), Value::Number(hz));
    assert_eq!(hse(""), is(8_000_000));
    assert_eq!(hse(&node("clock-frequency = <25000000>;")), is(25_000_000));
    assert_eq!(hse(&node("status = \"disabled\";")), is(0));
}

/// The object of a type, with where its registers lie.
fn object_of(plan: &Plan, kind: &str) -> Option<(plan::Object, Vec<u64>)> {
    let objects = plan.steps.iter().filter_map(|step| match step {
        Step::Object(object) => Some(object),
        _ => None,
    });
    let (number, object) = objects.enumerate().find(|(_, object)| object.kind == kind)?;
    let own = ObjectId(number as u32);
    let at = plan.steps.iter().filter_map(|step| match step {
        Step::Map { object, at, .. } | Step::MapInCpu { object, at, .. } if *object == own => Some(*at),
        _ => None,
    });
    Some((object.clone(), at.collect()))
}

#[test]
fn an_stm32_tells_which_chip_it_is() {
    let check = |chips: &str, kind: &str, at: u64, idcode: u64| {
        let plan = plan(&stm32(chips, ""));
        let (signature, there) = object_of(&plan, kind).expect("a signature");
        assert_eq!(signature.properties, [("flash-kib".to_string(), Value::Number(64))]);
        assert_eq!(there, [at]);
        let (dbgmcu, there) = object_of(&plan, "virtmcu-stm32-dbgmcu").expect("DBGMCU");
        assert_eq!(dbgmcu.properties, [("idcode".to_string(), Value::Number(idcode))], "{chips}");
        assert_eq!(there, [0xe004_2000]);
    };
    check("stm32f1", "virtmcu-stm32f1-signature", 0x1fff_f7e0, 0x2003_0410);
    check("stm32f100\", \"st,stm32f1", "virtmcu-stm32f1-signature", 0x1fff_f7e0, 0x1001_0420);
    check("stm32f4", "virtmcu-stm32f4-signature", 0x1fff_7a10, 0x100f_0413);
    check("stm32g4", "virtmcu-stm32l4-signature", 0x1fff_7500, 0x2001_0469);
    check("stm32l4", "virtmcu-stm32l4-signature", 0x1fff_7500, 0x1007_0415);
}

#[test]
fn a_usart_asks_each_dma_that_may_serve_it() {
    let devices = "\t\td: dma@26400 { compatible = \"st,stm32-dma-v1\"; reg = <0x26400 0x400>; };\n\
                   \t\tu: serial@11000 { compatible = \"st,stm32-usart\"; reg = <0x11000 0x400>; };";
    let plan = plan(&stm32("stm32f4", devices));
    // USART1: what it receives by streams 2 and 5, what it sends by stream 7, each time as channel 4.
    let lines = lines_to(&plan, "soc.dma@26400", "request");
    let own = ("soc.serial@11000".to_string(), Line::Named("dma".into(), 1));
    assert_eq!(lines.len(), 3);
    assert!(lines.contains(&own), "{lines:?}");
}

#[test]
fn a_cortex_m_counts_its_cycles() {
    let (_, at) = object_of(&plan(GOOD), "virtmcu-armv7m-dwt").expect("DWT");
    assert_eq!(at, [0xe000_1000]);
    let none = plan(&GOOD.replace("cortex-m4f", "cortex-m0").replace("bits = <4>", "bits = <2>"));
    assert!(object_of(&none, "virtmcu-armv7m-dwt").is_none());
}
