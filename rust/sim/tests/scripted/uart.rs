// SPDX-License-Identifier: Apache-2.0 OR MIT
//! UARTs with RTS and CTS in the core: what overtakes comes in the order of its times, and each record whole.

use crate::driver::{self, Script};
use link::{Framing, Spec, Uart};
use sim::{LinkSpec, NodeId, NodeSpec, PortId, System};
use uart::{FromLine, Settings, ToLine, Wave};
use vtime::Span;

const PORT: PortId = PortId(0);

#[test]
fn rts_overtakes_bytes() -> Result<(), sim::Error> {
    let uart = Uart::new(1_000_000, Framing::default(), Span::ZERO).expect("a UART").with_flow_control();
    let system = System {
        nodes: ["a", "b"].map(|name| NodeSpec { name: name.into(), ports: 1 }).into(),
        links: vec![LinkSpec {
            name: "wire".into(),
            spec: Spec::Uart(uart),
            ends: vec![(NodeId(0), PORT), (NodeId(1), PORT)],
            host: None,
            tester: None,
            faults: vec![],
        }],
        duration: Span::from_ns(60_000),
        seed: 0,
    };
    let settings = Settings { bit_fs: 2_000_000_000, framing: Framing::default() };
    let said = |(at_ns, record): (u64, ToLine)| {
        let mut bytes = Vec::new();
        record.write(&mut bytes);
        (at_ns, PORT, bytes)
    };
    let first = [
        (0, ToLine::Byte(1)),
        (0, ToLine::Frame { settings, byte: 2 }),
        (1_000, ToLine::Rts(true)),
        (2_000, ToLine::Byte(3)),
        (12_000, ToLine::Rts(false)),
        (12_000, ToLine::Ask),
    ];
    let second = [(500, ToLine::Byte(4)), (9_250, ToLine::Rts(true))];
    let scripts: [Script; 2] =
        [first.into_iter().map(said).collect(), second.into_iter().map(said).collect()];
    let heard =
        driver::in_all_slices(
            5_000,
            |slicing| Ok(driver::run(&system, &scripts, slicing, |_, _| {})?.heard),
        )?;
    let heard: Vec<_> = heard
        .iter()
        .map(|(at_ns, node, _, bytes)| (*at_ns, node.0, FromLine::read(bytes).expect("a record")))
        .collect();
    let wave = Wave::of_byte(2, settings);
    let expected = [
        (1_250, 1, FromLine::Cts(true)),
        (9_500, 0, FromLine::Cts(true)),
        (9_500, 1, FromLine::Byte(1)),
        (10_000, 0, FromLine::Byte(4)),
        (12_250, 1, FromLine::Cts(false)),
        (12_250, 1, FromLine::Ask),
        (19_500, 1, FromLine::Wave { age_ns: 9_500, wave }),
        (39_500, 1, FromLine::Byte(3)),
    ];
    assert_eq!(heard, expected);
    Ok(())
}
