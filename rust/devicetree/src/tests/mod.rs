// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Tests of the whole crate: what people see of it.

mod blobs;
mod bounds;
mod errors;
mod files;
mod random;
mod syntax;
mod trees;
mod yaml;
mod yaml_parts;

use crate::{Errors, Tree};

/// Reads a text that includes nothing.
fn read(text: &str) -> Result<Tree, Errors> {
    Tree::read_dts("a.dts", text, &mut |name, _| Err(format!("there is no {name}")))
}

/// The tree of what stands behind `/dts-v1/;`.
fn tree(text: &str) -> Tree {
    read(&format!("/dts-v1/;\n{text}")).unwrap_or_else(|errors| panic!("{errors}"))
}

/// A tree with all that the syntax has.
const EXAMPLE: &str = r#"/dts-v1/;
/memreserve/ 0x1000 0x20;
/* comment */ / { // another
	#address-cells = <1>; compatible = "acme,board", "acme,\x66amily";
	aliases { serial0 = &uart0; };
	chosen { stdout-path = "serial0:115200n8"; };
	cpus { cpu@3 { reg = <3>; }; };
	soc: bus: soc {
		ranges;
		uart0: serial@40004000 {
			reg = <0x40004000 (4 * 1024)>;
			interrupts-extended = <&nvic 3 0>, <&{/soc/nvic@e000e100} 4 0>;
			status = "disabled";
			mac = [00 11 2233];
			wide = /bits/ 64 <0x123456789>, /bits/ 8 <1 2 'a'>, first: "x" last:;
			old;
		};
		nvic: nvic@e000e100 { phandle = <7>; };
		/omit-if-no-ref/ unused: unused { };
		gone { };
	};
};
&uart0 { status = "okay"; /delete-property/ old; child { me = <&gpio>; }; };
&{/soc} { /delete-node/ gone; gpio: gpio { }; };
"#;
