// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What Zephyr's trees say and leave out, so that they need no editing.

use super::tests::{plan, read};
use crate::{Board, Isa, Memory, Picture, Reading};
use devicetree::Tree;
use plan::{Object, Plan, Step, Value};

fn good(text: &str) -> Board {
    read(text).unwrap_or_else(|errors| panic!("{}", errors.render(false)))
}

fn object<'a>(plan: &'a Plan, kind: &str) -> &'a Object {
    let found = plan.steps.iter().find_map(|step| match step {
        Step::Object(object) if object.kind == kind => Some(object),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no {kind}"))
}

fn property(object: &Object, name: &str) -> Option<Value> {
    object.properties.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

const STELLARIS: &str = r#"/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	compatible = "ti,lm3s6965evb-qemu", "ti,lm3s6965";
	chosen { zephyr,sram = &sram0; zephyr,flash = &flash0; zephyr,console = &uart0; zephyr,bt-hci = &hci; };
	cpus { #address-cells = <1>; #size-cells = <0>; cpu@0 { compatible = "arm,cortex-m3"; reg = <0>; }; };
	sram0: memory@20000000 { compatible = "mmio-sram"; reg = <0x20000000 0x10000>; };
	flash0: flash@0 { compatible = "soc-nv-flash"; reg = <0 0x40000>; };
	sysclk: system-clock { compatible = "fixed-clock"; clock-frequency = <12000000>; #clock-cells = <0>; };
	header: connector { compatible = "someones,header"; #gpio-cells = <2>; gpio-map = <0 0 &gpio0 1 0>; };
	soc {
		#address-cells = <1>;
		#size-cells = <1>;
		compatible = "simple-bus";
		interrupt-parent = <&nvic>;
		ranges;
		nvic: interrupt-controller@e000e100 { compatible = "arm,v7m-nvic"; reg = <0xe000e100 0xc00>; interrupt-controller; #interrupt-cells = <2>; };
		uart0: uart@4000c000 { compatible = "ti,stellaris-uart"; reg = <0x4000c000 0x4c>; clocks = <&sysclk>; interrupts = <5 3>;
			slip { compatible = "zephyr,slip-eth", "zephyr,slip"; };
			hci: hci { compatible = "zephyr,bt-hci-uart"; };
		};
		gpio0: gpio@40004000 { compatible = "ti,stellaris-gpio"; reg = <0x40004000 0x1000>; interrupts = <0 3>; gpio-controller; #gpio-cells = <2>; };
	};
};
"#;

#[test]
fn a_chip_has_what_its_tree_leaves_out() {
    let steps = plan(STELLARIS).steps;
    let maps = |steps: &[Step]| {
        steps.iter().filter(|step| matches!(step, Step::Map { at: 0x400f_e000, .. })).count()
    };
    assert_eq!(maps(&steps), 1, "system control");
    let told = STELLARIS.replace(
        "gpio0: gpio",
        "sysctl@400fe000 { compatible = \"ti,stellaris-sysctl\"; reg = <0x400fe000 0x1000>; };\n gpio0: gpio",
    );
    assert_eq!(maps(&plan(&told).steps), 1, "not twice");
    let other = STELLARIS.replace("\"ti,lm3s6965evb-qemu\", \"ti,lm3s6965\"", "\"ti,other\"");
    assert_eq!(maps(&plan(&other).steps), 0);
}

#[test]
fn what_has_no_address_is_software() {
    let tree = Tree::read_dts("x.dts", STELLARIS, &mut |_, _| Err("none".into())).unwrap();
    let rows = Picture::of(&tree, Reading::default()).rows;
    let quiet: Vec<&str> = rows.iter().filter(|row| row.state == "quiet").map(|row| &*row.path).collect();
    assert_eq!(
        quiet,
        ["/system-clock", "/connector", "/soc", "/soc/uart@4000c000/slip", "/soc/uart@4000c000/hci"]
    );
    let with_address = STELLARIS.replace("slip {", "slip@1 { reg = <1>;");
    let errors = read(&with_address).expect_err("it may be anything");
    assert_eq!(errors.list()[0].message, "nothing models \"zephyr,slip-eth\"");
}

const VIRT: &str = r#"/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	compatible = "riscv-virtio";
	chosen { zephyr,console = &uart0; zephyr,sram = &ram0; };
	uart0: uart@10000000 { interrupts = <10 1>; interrupt-parent = <&plic>; clock-frequency = <3686400>; reg = <0x10000000 0x100>; compatible = "ns16550"; reg-shift = <0>; };
	cpus {
		#address-cells = <1>;
		#size-cells = <0>;
		riscv,isa-base = "rv32i";
		cpu@0 { reg = <0>; compatible = "qemu,riscv-virt", "riscv"; hlic0: intc { compatible = "riscv,cpu-intc"; #interrupt-cells = <1>; interrupt-controller; }; };
		cpu@1 { reg = <1>; compatible = "qemu,riscv-virt", "riscv"; hlic1: intc { compatible = "riscv,cpu-intc"; #interrupt-cells = <1>; interrupt-controller; }; };
	};
	ram0: memory@80000000 { device_type = "memory"; reg = <0x80000000 0x10000000>; };
	soc {
		#address-cells = <1>;
		#size-cells = <1>;
		compatible = "simple-bus";
		ranges;
		plic: interrupt-controller@c000000 {
			compatible = "sifive,plic-1.0.0";
			riscv,max-priority = <7>;
			riscv,ndev = <1024>;
			reg = <0xc000000 0x4000000>;
			interrupts-extended = <&hlic0 11 &hlic0 9 &hlic1 11 &hlic1 9>;
			interrupt-controller;
			#address-cells = <0>;
			#interrupt-cells = <2>;
		};
		clint@2000000 { compatible = "sifive,clint0"; reg = <0x2000000 0x10000>; interrupts-extended = <&hlic0 3 &hlic0 7 &hlic1 3 &hlic1 7>; };
		pcie@30000000 {
			compatible = "pci-host-ecam-generic";
			reg = <0x30000000 0x10000000>;
			#address-cells = <3>;
			#size-cells = <2>;
			#interrupt-cells = <1>;
			interrupt-map-mask = <0x1800 0 0 7>;
			interrupt-map = <0 0 0 1 &plic 32 1>, <0 0 0 2 &plic 33 1>;
		};
	};
};
"#;

#[test]
fn a_machine_without_clocks_has_those_of_its_kind() {
    let board = good(VIRT);
    assert_eq!((board.isa, board.cores_max, board.cpu_hz), (Isa::Riscv32, 2, 25_000_000));
    let plan = plan(VIRT);
    assert_eq!(
        property(object(&plan, "riscv.aclint.mtimer"), "timebase-freq"),
        Some(Value::Number(10_000_000))
    );
    assert_eq!(property(object(&plan, "riscv.sifive.plic"), "num-sources"), Some(Value::Number(1024)));
    assert_eq!(
        property(object(&plan, "riscv.sifive.plic"), "hart-config"),
        Some(Value::Text("MS,MS".into()))
    );
    let said =
        VIRT.replace("riscv,isa-base", "timebase-frequency = <1000>; clock-frequency = <5>; riscv,isa-base");
    assert_eq!(
        property(object(&self::plan(&said), "riscv.aclint.mtimer"), "timebase-freq"),
        Some(Value::Number(1000))
    );
}

const FE310: &str = r#"/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	chosen { zephyr,console = &uart0; zephyr,sram = &dtim; zephyr,flash = &flash0; };
	core: core-clk { compatible = "fixed-clock"; clock-frequency = <16000000>; };
	half: half-clk { compatible = "fixed-factor-clock"; clocks = <&core>; clock-div = <2>; };
	tl: tl-clk { compatible = "fixed-factor-clock"; clocks = <&half>; clock-div = <1>; clock-mult = <4>; };
	cpus {
		#address-cells = <1>;
		#size-cells = <0>;
		cpu@0 { compatible = "sifive,e31", "riscv"; reg = <0>; riscv,isa = "rv32imac"; clocks = <&tl>; };
	};
	soc {
		#address-cells = <1>;
		#size-cells = <1>;
		compatible = "simple-bus";
		ranges;
		dtim: dtim@80000000 { compatible = "sifive,dtim0"; reg = <0x80000000 0x4000>; };
		uart0: serial@10013000 { compatible = "sifive,uart0"; reg = <0x10013000 0x1000>; };
		spi0: spi@10014000 {
			compatible = "sifive,spi0";
			reg = <0x10014000 0x1000 0x20400000 0xc00000>;
			status = "disabled";
			#address-cells = <1>;
			#size-cells = <0>;
			flash0: flash@0 { compatible = "issi,is25lp128", "jedec,spi-nor"; status = "disabled"; reg = <0>; };
		};
	};
};
"#;

#[test]
fn the_program_may_be_in_a_flash_on_a_bus() {
    let board = good(FE310);
    let memory = |at, size_bytes, read_only| Memory { at, size_bytes, read_only };
    assert_eq!(board.memories, [memory(0x2040_0000, 0xc0_0000, true), memory(0x8000_0000, 0x4000, false)]);
    let tree = Tree::read_dts("x.dts", FE310, &mut |_, _| Err("none".into())).unwrap();
    let row = Picture::of(&tree, Reading::default()).rows.pop().unwrap();
    assert_eq!((&*row.path, &*row.regions), ("/soc/spi@10014000/flash@0", &[(0x2040_0000, 0x20ff_ffff)][..]));
}

#[test]
fn clocks_are_made_of_clocks() {
    assert_eq!(good(FE310).cpu_hz, 32_000_000);
    let errors = read(&FE310.replace("clocks = <&core>", "clocks = <&tl>")).expect_err("it never ends");
    assert_eq!(errors.list()[0].message, "a clock that is made of itself");
}
