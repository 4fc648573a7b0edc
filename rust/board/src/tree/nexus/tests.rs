// SPDX-License-Identifier: Apache-2.0 OR MIT
use super::super::interrupts;
use super::*;
use proptest::prelude::*;

/// A bridge with two slots behind it, as in the example of the specification (2.4.4), and a connector.
const GOOD: &str = r#"/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	pic: pic { interrupt-controller; #interrupt-cells = <2>; #address-cells = <1>; };
	gpio0: gpio0 { gpio-controller; #gpio-cells = <2>; };
	header: header {
		#gpio-cells = <2>;
		gpio-map-mask = <0xffffffff 0xffffffc0>;
		gpio-map-pass-thru = <0 0x3f>;
		gpio-map = <0 0 &gpio0 26 0>, <3 0 &gpio0 7 0x40>;
	};
	bridge: bridge {
		#address-cells = <1>;
		#size-cells = <1>;
		#interrupt-cells = <1>;
		interrupt-map-mask = <0xf800 7>;
		interrupt-map = <0x8800 1 &pic 0x55 2 1>, <0x9000 1 &pic 0 3 1>;
		one: one@88ff { reg = <0x88ff 1>; interrupts = <9>; };
		two: two@9000 { reg = <0x9000 1>; interrupts-extended = <&pic 8 4>, <&bridge 1>; };
	};
	led: led { gpios = <&header 3 0x11>, <0>, <&gpio0 1 2>; };
};
"#;

fn tree(text: &str) -> Tree {
    let read = Tree::read_dts("x.dts", text, &mut |_, _| Err("none".into()));
    read.unwrap_or_else(|errors| panic!("{}", errors.render(false)))
}

/// Whom, and what he is told.
type Led = (String, Vec<u32>);

fn numbers(tree: &Tree, label: &str) -> Result<Vec<Led>, Mistake> {
    let all = interrupts::of(tree, tree.by_label(label).unwrap())?;
    Ok(all.into_iter().map(|interrupt| (tree.path(interrupt.controller), interrupt.cells)).collect())
}

fn pins(tree: &Tree) -> Result<Vec<Option<Led>>, Mistake> {
    let id = tree.by_label("led").unwrap();
    let all = list(tree, &GPIO, tree.node(id).property("gpios").unwrap())?;
    let lead = |told| follow(tree, &GPIO, id, told).map(|told| (tree.path(told.controller), told.cells));
    all.into_iter().map(|told| told.map(lead).transpose()).collect()
}

#[test]
fn maps_are_followed() {
    let tree = tree(GOOD);
    // The node around takes its interrupts, whose address is masked.
    assert_eq!(numbers(&tree, "one").unwrap(), [("/pic".to_string(), vec![2, 1])]);
    assert_eq!(numbers(&tree, "two").unwrap(), [("/pic".into(), vec![8, 4]), ("/pic".into(), vec![3, 1])]);
    let led = [Some(("/gpio0".to_string(), vec![7, 0x51])), None, Some(("/gpio0".to_string(), vec![1, 2]))];
    assert_eq!(pins(&tree).unwrap(), led);
}

fn check(from: &str, to: &str, message: &str, found: &str) {
    assert_eq!(GOOD.matches(from).count(), 1, "{from}");
    let tree = tree(&GOOD.replace(from, to));
    let mistake = numbers(&tree, "one").and(pins(&tree).map(|_| ())).expect_err(message);
    let errors = tree.errors(vec![mistake]).unwrap_err();
    let first = &errors.list()[0];
    assert_eq!((&*first.message, first.found.as_deref().unwrap_or_default()), (message, found));
    assert!(first.place.is_some() && (first.expected.is_some() || first.also.is_some()), "{message}");
}

#[test]
fn mistakes_are_told() {
    check("<9>", "<2>", "\"interrupt-map\" has no such row", "<0x88ff 0x2> for /bridge");
    check("<0xf800 7>", "<7>", "wrong number of cells in \"interrupt-map-mask\"", "1 cells");
    check("&pic 0 3 1>", "&pic 0 3>", "\"interrupt-map\" ends within a row", "");
    check(
        "<0x8800 1 &pic 0x55 2 1>,",
        "<0x8800 1 99 0x55 2 1>,",
        "\"interrupt-map\" refers to no node",
        "the phandle 0x63, which no node has",
    );
    check(
        "<0x8800 1 &pic 0x55 2 1>,",
        "<0x8800 1 &bridge 0x88ff 1>,",
        "\"interrupt-map\" leads back to itself",
        "/bridge",
    );
    check(
        "<0x8800 1 &pic 0x55 2 1>,",
        "<0x8800 1 &gpio0 2 1>,",
        "an interrupt to nowhere",
        "/gpio0 is no interrupt controller",
    );
    check("&header 3 0x11", "&header 4 0x11", "\"gpio-map\" has no such row", "<0x4 0x11> for /header");
    check("<&gpio0 1 2>", "<&gpio0 1>", "too few cells behind a GPIO controller", "");
    check("<&gpio0 1 2>", "<&pic 1 2>", "a pin to nowhere", "/pic is no GPIO controller");
    check(
        "pic { interrupt-controller; #interrupt-cells = <2>",
        "pic { #interrupt-cells = <9>",
        "wrong value of \"#interrupt-cells\"",
        "9",
    );
}

proptest! {
    /// Each pin of the connector comes out with its flags, whatever the rows are.
    #[test]
    fn a_connector_leads_each_of_its_pins(rows in proptest::collection::btree_map(0u32..64, 0u32..64, 1..20), flags in 0u32..64) {
        for (pin, to) in &rows {
            let map: Vec<String> = rows.iter().map(|(pin, to)| format!("<{pin} 0 &gpio0 {to} 0>")).collect();
            let text = GOOD.replace("<0 0 &gpio0 26 0>, <3 0 &gpio0 7 0x40>", &map.join(", "));
            let tree = tree(&text.replace("&header 3 0x11", &format!("&header {pin} {flags}")));
            prop_assert_eq!(&pins(&tree).unwrap()[0], &Some(("/gpio0".to_string(), vec![*to, flags])));
        }
    }

    /// Any map is followed to its end, or a mistake: it never panics or hangs.
    #[test]
    fn any_map_ends(
        cells in proptest::collection::vec(prop_oneof![0u32..4, any::<u32>()], 0..20),
        mask in proptest::collection::vec(any::<u32>(), 0..4),
        widths in (0u32..10, 0u32..5),
    ) {
        let plain = |cells: &[u32]| cells.iter().map(|cell| format!("{cell} ")).collect::<String>();
        let text = GOOD
            .replace("<0x8800 1 &pic 0x55 2 1>, <0x9000 1 &pic 0 3 1>", &format!("<{}>", plain(&cells)))
            .replace("<0xf800 7>", &format!("<{}>", plain(&mask)))
            .replace("#interrupt-cells = <2>; #address-cells = <1>", &format!("#interrupt-cells = <{}>; #address-cells = <{}>", widths.0, widths.1));
        let tree = tree(&text);
        let _ = numbers(&tree, "one");
        let _ = numbers(&tree, "two");
    }
}
