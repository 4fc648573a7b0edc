// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Chips on buses, and their pins.

use super::super::tests::{plan, read};
use crate::{Picture, Reading};
use devicetree::Tree;
use plan::{Input, Line, Made, Object, ObjectId, Output, Plan, Step, Value};

const GOOD: &str = r#"/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	chosen { zephyr,console = &uart1; zephyr,sram = &data; };
	cpus {
		#address-cells = <1>;
		#size-cells = <0>;
		cpu@0 { compatible = "arm,cortex-m3"; reg = <0>; clock-frequency = <25000000>; };
	};
	code: memory@0 { device_type = "memory"; reg = <0 0x10000>; };
	data: memory@20000000 { device_type = "memory"; reg = <0x20000000 0x5000>; };
	header: header { compatible = "a,header"; #gpio-cells = <2>; gpio-map-mask = <0xff 0>; gpio-map-pass-thru = <0 0xff>; gpio-map = <9 0 &gpio 4 0>; };
	buttons { compatible = "gpio-keys"; user: button { gpios = <&gpio 5 1>; }; other { gpios = <&gpio 6 0>; }; };
	leds { compatible = "gpio-leds"; green: led { gpios = <&gpio 0 0>; }; };
	blink: software { compatible = "zephyr,something"; };
	soc {
		compatible = "simple-bus";
		#address-cells = <1>;
		#size-cells = <1>;
		ranges;
		interrupt-parent = <&nvic>;
		uart0: uart@40000000 { compatible = "arm,pl011"; reg = <0x40000000 0x1000>; interrupts = <0 3>; };
		uart1: uart@40001000 { compatible = "arm,pl011"; reg = <0x40001000 0x1000>; interrupts = <1 3>; };
		i2c: i2c@40002000 {
			compatible = "ti,stellaris-i2c";
			reg = <0x40002000 0x1000>;
			#address-cells = <1>;
			#size-cells = <0>;
			warm: sensor@48 { compatible = "ti,tmp105"; reg = <0x48>; alert-gpios = <&header 9 1>; };
			cold: sensor@49 { compatible = "ti,tmp105"; reg = <0x49>; interrupt-parent = <&gpio>; interrupts = <7 2>; };
			rom: eeprom@50 { compatible = "atmel,at24"; reg = <0x50>; size = <256>; };
		};
		spi: spi@40003000 {
			compatible = "arm,pl022";
			reg = <0x40003000 0x1000>;
			#address-cells = <1>;
			#size-cells = <0>;
			cs-gpios = <0>, <&gpio 2 1>;
			flash@1 { compatible = "jedec,spi-nor"; reg = <1>; jedec-id = [ef 40 17]; wp-gpios = <&gpio 3 1>; };
		};
		gpio: gpio@40004000 { compatible = "arm,pl061"; reg = <0x40004000 0x1000>; interrupts = <4 3>; gpio-controller; #gpio-cells = <2>; #interrupt-cells = <2>; };
		nvic: nvic@e000e100 { compatible = "arm,v7m-nvic"; #interrupt-cells = <2>; };
	};
};
"#;

fn objects(plan: &Plan) -> Vec<&Object> {
    plan.steps
        .iter()
        .filter_map(|step| if let Step::Object(object) = step { Some(object) } else { None })
        .collect()
}

fn find(plan: &Plan, name: &str) -> ObjectId {
    let place = objects(plan).iter().position(|object| object.name.ends_with(name));
    ObjectId(place.unwrap_or_else(|| panic!("no {name}")) as u32)
}

#[test]
fn chips_sit_on_the_bus_around_them() {
    let plan = plan(GOOD);
    let check = |name: &str, kind: &str, bus: (&str, &str), properties: &[(&str, u64)]| {
        let object = objects(&plan)[find(&plan, name).0 as usize];
        let made = Made::OnBus(find(&plan, bus.0), bus.1.to_string());
        let properties: Vec<_> =
            properties.iter().map(|(name, value)| (name.to_string(), Value::Number(*value))).collect();
        assert_eq!((&*object.kind, &object.made, &object.properties), (kind, &made, &properties), "{name}");
    };
    check("sensor@48", "tmp105", ("i2c@40002000", "i2c"), &[("address", 0x48)]);
    check("eeprom@50", "at24c-eeprom", ("i2c@40002000", "i2c"), &[("address", 0x50), ("rom-size", 256)]);
    check("flash@1", "w25q64", ("spi@40003000", "ssi"), &[("cs", 1)]);
}

#[test]
fn lines_lead_to_pins_and_from_them() {
    let plan = plan(GOOD);
    let check = |from: (&str, Line), to: (&str, Line)| {
        let from = Output { object: find(&plan, from.0), line: from.1 };
        let step = Step::Connect { from, to: Input { object: find(&plan, to.0), part: None, line: to.1 } };
        assert!(plan.steps.contains(&step), "{step:?}");
    };
    // By the connector; as an interrupt of the port; a chip select; another line of a chip.
    check(("sensor@48", Line::Plain(0)), ("gpio@40004000", Line::Plain(4)));
    check(("sensor@49", Line::Plain(0)), ("gpio@40004000", Line::Plain(7)));
    check(("gpio@40004000", Line::Plain(2)), ("flash@1", Line::Named("ssi-gpio-cs".into(), 0)));
    check(("gpio@40004000", Line::Plain(3)), ("flash@1", Line::Named("WP#".into(), 0)));
    let gpio = find(&plan, "gpio@40004000");
    let levels: Vec<_> = plan
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::Level { to, high } if to.object == gpio => Some((to.line.clone(), *high)),
            _ => None,
        })
        .collect();
    assert_eq!(levels, [(Line::Plain(5), true), (Line::Plain(6), false)], "keys at rest");
}

#[test]
fn the_console_is_chosen() {
    let board = read(GOOD).unwrap();
    assert_eq!((board.port("console"), board.port("uart1"), board.port("uart2")), (Some(1), Some(1), None));
    let check = |from: &str, to: &str, console: Option<u16>| {
        let board = read(&GOOD.replace(from, to)).unwrap_or_else(|errors| panic!("{}", errors.render(false)));
        assert_eq!(board.port("console"), console, "{to}");
    };
    check("zephyr,console = &uart1;", "stdout-path = \"/soc/uart@40000000:115200n8\";", Some(0));
    check("zephyr,console = &uart1;", "zephyr,console = <&uart0>;", Some(0));
    check("zephyr,console = &uart1;", "zephyr,console = &blink;", None);
    check("zephyr,console = &uart1;", "", None);
    check("uart0: uart", "console: uart", Some(0));
}

#[test]
fn pins_are_shown() {
    let tree = Tree::read_dts("x.dts", GOOD, &mut |_, _| Err("none".into())).unwrap();
    let rows = Picture::of(&tree, Reading::default()).rows;
    let pins: Vec<&str> = rows.iter().flat_map(|row| &row.pins).map(|pin| &**pin).collect();
    assert_eq!(
        pins,
        [
            "user: gpios: 5 of /soc/gpio@40004000, active low",
            "other: gpios: 6 of /soc/gpio@40004000",
            "green: gpios: 0 of /soc/gpio@40004000",
            "alert-gpios: 4 of /soc/gpio@40004000, active low",
            "cs-gpios: 2 of /soc/gpio@40004000, active low",
            "wp-gpios: 3 of /soc/gpio@40004000, active low",
        ]
    );
}

fn check(from: &str, to: &str, place: &str, message: &str, found: &str) {
    assert_eq!(GOOD.matches(from).count(), 1, "{from}");
    let errors = read(&GOOD.replace(from, to)).expect_err(message);
    let first = &errors.list()[0];
    let at = first.place.as_ref().map(|place| &errors.source().text()[place.start..place.end]);
    let got = (at, &*first.message, first.found.as_deref().unwrap_or_default());
    assert_eq!(got, (Some(place), message, found), "{}", errors.render(false));
    assert!(first.expected.is_some() || first.help.is_some() || first.also.is_some());
}

#[test]
fn mistakes_on_buses_are_told() {
    check(
        "reg = <0x49>",
        "reg = <0x48>",
        "0x48",
        "two devices with one address on /soc/i2c@40002000",
        "0x48",
    );
    check("reg = <0x49>", "reg = <0x80>", "0x80", "an address that no such bus has", "0x80");
    check("reg = <0x49>;", "", "sensor@49", "a device without an address on its bus", "no \"reg\"");
    let (flash, part) = ("flash@1", "jedec-id = [ef 40 17]");
    check(part, "size = <1>", flash, "which part this is is not known", "no \"jedec-id\"");
    check(part, "jedec-id = [ef 40 99]", "[ef 40 99]", "a part that nothing models", "ef 40 99");
    check("size = <256>", "pagesize = <8>", "eeprom@50", "a device without \"size\"", "");
    check("cs-gpios = <0>, <&gpio 2 1>;", "", "1", "a device that nobody selects", "number 1");
    let kind = "a device on a bus of another kind";
    check("\"jedec,spi-nor\"", "\"ti,tmp105\"", flash, kind, "/soc/spi@40003000, which has an SPI bus");
    check("\"jedec,spi-nor\"", "\"arm,pl011\"", flash, kind, "/soc/spi@40003000, which has an SPI bus");
    check(
        "\"ti,stellaris-i2c\"",
        "\"simple-bus\"",
        "sensor@48",
        "a device of an I2C bus that is on none",
        "",
    );
}

#[test]
fn pins_to_nowhere_are_told() {
    let nowhere = "a pin to nowhere";
    check("<&gpio 5 1>", "<&gpio 8 1>", "&gpio", nowhere, "8");
    check("<&gpio 5 1>", "<&nvic 5 1>", "&nvic", nowhere, "/soc/nvic@e000e100 is no GPIO controller");
    check("<&gpio 5 1>", "<&gpio 5>", "&gpio", "too few cells behind a GPIO controller", "");
    let gone = "/soc/gpio@40004000: it is disabled, or nothing models it";
    check("\"arm,pl061\";", "\"arm,pl061\"; status = \"disabled\";", "&header", nowhere, gone);
    check(
        "zephyr,sram = &data",
        "zephyr,sram = &blink",
        "&blink",
        "\"zephyr,sram\" is no memory",
        "/software",
    );
    check(
        "zephyr,console = &uart1",
        "zephyr,console = \"/no\"",
        "\"/no\"",
        "\"zephyr,console\" names no node",
        "\"/no\"",
    );
}
