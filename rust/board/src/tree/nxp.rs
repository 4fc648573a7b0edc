// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What no tree tells of an S32K1: the parts that are in each chip, and the lines from PCC's gates, from the pins to PORT, from PORT to GPIO, from the power
//! mode to the clocks, and from the watchdog to RCM, which keeps the cause of a reset (S32K1xx RM, PORT, SMC and RCM).

use super::devices::Site;
use crate::bindings::nxp::{ALWAYS, GPIO_A, GPIO_BYTES, PORT_A, PORT_BYTES};
use devicetree::Mistake;

const PINS: u32 = 32;
/// Where the peripherals begin that PCC has a gate for, and how many there can be (S32K1xx RM, PCC).
const PERIPHERALS: u64 = 0x4000_0000;
const PCC_PLACES: u32 = 128;
/// Those that know the gate.
const GATED: [&str; 7] = [
    "virtmcu-kinetis-port",
    "virtmcu-nxp-lpuart",
    "virtmcu-s32k1-flexcan-fd",
    "virtmcu-s32k1-ftfc",
    "virtmcu-s32k1-ftm",
    "virtmcu-s32k1-lpit",
    "virtmcu-s32k1-lptmr",
];

pub(super) fn complete(site: &mut Site<'_>) -> Result<(), Mistake> {
    let Some(clock) = site.find("virtmcu-s32k1-clock") else { return Ok(()) };
    for (at, compatible) in ALWAYS {
        site.implied(compatible, *at)?;
    }
    for kind in GATED {
        for device in site.of_kind(kind) {
            // PCC counts peripherals by their page.
            let place = (device.at.saturating_sub(PERIPHERALS) / 0x1000) as u32;
            if place < PCC_PLACES {
                site.join_to((clock, "gated", place), (device.object, "gated", 0));
            }
        }
    }
    let smc = site.find("virtmcu-s32k1-smc");
    for mode in ["hsrun", "vlpr"] {
        smc.into_iter().for_each(|smc| site.join((smc, mode), (clock, mode), 0));
    }
    if let (Some(wdog), Some(rcm)) = (site.find("virtmcu-s32k1-wdog"), site.find("virtmcu-s32k1-rcm")) {
        site.join((wdog, "expired"), (rcm, "wdog"), 0);
    }
    let ports = site.of_kind("virtmcu-kinetis-port");
    for gpio in site.of_kind("virtmcu-kinetis-gpio") {
        let number = gpio.at.saturating_sub(GPIO_A) / GPIO_BYTES;
        let Some(port) = ports.iter().find(|port| port.at == PORT_A + number * PORT_BYTES) else { continue };
        site.join((port.object, "irq"), (gpio.object, "irq"), 0);
        for pin in 0..PINS {
            site.join((gpio.object, "out"), (port.object, "pins"), pin);
            site.join((port.object, "gpio"), (gpio.object, "gpio"), pin);
            site.join((port.object, "up"), (gpio.object, "up"), pin);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::{Board, Machine};
    use devicetree::Tree;
    use plan::{ClockFrom, Object, ObjectId, Plan, Step};

    /// As Zephyr has it: neither SIM nor SMC, PMC and RCM.
    const ZEPHYR: &str = r#"/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	compatible = "nxp,ucans32k1sic";
	cpus {
		#address-cells = <1>;
		#size-cells = <0>;
		cpu0: cpu@0 { compatible = "arm,cortex-m4f"; reg = <0>; clock-frequency = <80000000>; };
	};
	chosen { zephyr,flash = &flash0; };
	sram_l: sram@1fff0000 { compatible = "mmio-sram"; reg = <0x1fff0000 0x10000>; };
	soc {
		compatible = "simple-bus";
		#address-cells = <1>;
		#size-cells = <1>;
		ranges;
		interrupt-parent = <&nvic>;
		ftfc: flash-controller@40020000 {
			compatible = "nxp,kinetis-ftfc";
			reg = <0x40020000 0x1000>;
			#address-cells = <1>;
			#size-cells = <1>;
			status = "disabled";
			flash0: flash@0 { compatible = "soc-nv-flash"; reg = <0 0x100000>; };
			flexnvm: flash@10000000 { compatible = "soc-nv-flash"; reg = <0x10000000 0x10000>; };
		};
		portd: pinmux@4004c000 { compatible = "nxp,port-pinmux"; reg = <0x4004c000 0x1000>; clocks = <&clock 87>; };
		wdog: watchdog@40052000 { compatible = "nxp,wdog32"; reg = <0x40052000 0x1000>; interrupts = <22 0>; clocks = <&clock 1>; };
		clock: clock-controller@40064000 { compatible = "nxp,s32-clock"; reg = <0x40064000 0x1000>, <0x40065000 0x1000>; #clock-cells = <1>; };
		lpuart1: uart@4006b000 { compatible = "nxp,lpuart"; reg = <0x4006b000 0x1000>; interrupts = <33 0>; clocks = <&clock 78>; };
		gpiod: gpio@400ff0c0 { compatible = "nxp,kinetis-gpio"; reg = <0x400ff0c0 0x40>; interrupts = <62 2>; };
	};
	nvic: nvic@e000e100 { compatible = "arm,v7m-nvic"; #interrupt-cells = <2>; };
};
"#;

    fn plan(text: &str) -> Plan {
        let tree = Tree::read_dts("x.dts", text, &mut |_, _| Err("none".into()));
        let board = tree.and_then(|tree| Board::read("x", &tree));
        let Machine::Tree(plan) = board.unwrap_or_else(|errors| panic!("{}", errors.render(false))).machine
        else {
            panic!("no plan")
        };
        assert_eq!(plan.check(), Ok(()));
        plan
    }

    fn object<'a>(plan: &'a Plan, kind: &str) -> (ObjectId, &'a Object) {
        let objects = plan.steps.iter().filter_map(|step| match step {
            Step::Object(object) => Some(object),
            _ => None,
        });
        let found = objects.enumerate().find(|(_, object)| object.kind == kind);
        found.map(|(n, object)| (ObjectId(n as u32), object)).unwrap_or_else(|| panic!("no {kind}"))
    }

    fn has_line(plan: &Plan, from: &str, to: &str, name: &str) -> bool {
        let (from, to) = (object(plan, from).0, object(plan, to).0);
        plan.steps.iter().any(|step| {
            matches!(step, Step::Connect { from: a, to: b }
                if a.object == from && b.object == to && matches!(&b.line, plan::Line::Named(line, _) if line == name))
        })
    }

    #[test]
    fn what_no_tree_tells_is_there() {
        let plan = plan(ZEPHYR);
        for (kind, at) in
            [("sim", 0x4004_8000), ("pmc", 0x4007_d000), ("smc", 0x4007_e000), ("rcm", 0x4007_f000)]
        {
            let (object, _) = object(&plan, &format!("virtmcu-s32k1-{kind}"));
            assert!(plan.steps.contains(&Step::Map { object, region: 0, at }), "{kind}");
        }
        assert!(has_line(&plan, "virtmcu-s32k1-smc", "virtmcu-s32k1-clock", "hsrun"));
        assert!(has_line(&plan, "virtmcu-s32k1-wdog", "virtmcu-s32k1-rcm", "wdog"));
        assert!(has_line(&plan, "virtmcu-s32k1-clock", "virtmcu-nxp-lpuart", "gated"));
        assert!(has_line(&plan, "virtmcu-kinetis-gpio", "virtmcu-kinetis-port", "pins"));
        assert!(has_line(&plan, "virtmcu-kinetis-port", "virtmcu-kinetis-gpio", "up"));
    }

    #[test]
    fn the_flash_of_the_program_is_there() {
        let steps = plan(ZEPHYR).steps;
        let flashes = steps.iter().filter(|step| matches!(step, Step::Memory { read_only: true, .. }));
        assert_eq!(flashes.count(), 1, "its controller and the other flash are disabled");
    }

    #[test]
    fn clocks_are_those_of_the_chip() {
        let check = |plan: &Plan, output: &str| {
            let clock = object(plan, "virtmcu-s32k1-clock").0;
            let expected = [("clk".to_string(), ClockFrom::Object(clock, output.into()))];
            assert_eq!(object(plan, "virtmcu-nxp-lpuart").1.clocks, expected);
        };
        let plan_146 = plan(ZEPHYR);
        check(&plan_146, "lpuart1");
        // S32K148 counts otherwise.
        check(
            &plan(&ZEPHYR.replace("ucans32k1sic", "s32k148_evb").replace("clock 87", "clock 88")),
            "lpuart0",
        );
        let wdog = &object(&plan_146, "virtmcu-s32k1-wdog").1.clocks;
        assert_eq!(wdog.len(), 4);
        assert_eq!(wdog[1].0, "lpo");
    }

    #[test]
    fn what_a_tree_tells_is_not_made_twice() {
        let smc = "smc: smc@4007e000 { compatible = \"nxp,s32k1-smc\"; reg = <0x4007e000 0x1000>; };\n\t};\n\tnvic:";
        let plan = plan(&ZEPHYR.replace("};\n\tnvic:", smc));
        let maps = plan.steps.iter().filter(|step| matches!(step, Step::Map { at: 0x4007_e000, .. }));
        assert_eq!(maps.count(), 1);
    }
}
