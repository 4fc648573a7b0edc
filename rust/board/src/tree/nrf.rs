// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Lines inside an nRF51 or nRF52 that no tree tells: between the pins and GPIOTE (nRF52840 PS, 6.10), and from events to PPI (6.16).

use super::devices::Site;
use super::memory::Laid;
use plan::Step;

/// Where the registers of port 0 lie; those of another port lie behind (nRF52840 PS, 6.9.2).
const PORT_0: u64 = 0x5000_0500;
const PINS: u32 = 32;
/// Behind all that NVMC can change.
const BEHIND_UICR: u64 = 0x1000_2000;

/// The events of each kind of block, as bits: those of its INTENSET.
const EVENTS: &[(&str, u32)] = &[
    ("virtmcu-nrf51-clock", 0x1f),
    ("virtmcu-nrf52-clock", 0xfff),
    ("virtmcu-nrf51-uart", 0x0002_0287),
    ("virtmcu-nrf52-uarte", 0x005a_0397),
    ("virtmcu-nrf-ecb", 0x3),
    ("virtmcu-nrf-egu", 0xffff),
    ("virtmcu-nrf-gpiote", 0x8000_00ff),
    ("virtmcu-nrf52-radio", 0x08ff_f4ff),
    ("virtmcu-nrf-rng", 0x1),
    ("virtmcu-nrf-rtc", 0x000f_0003),
    ("virtmcu-nrf-temp", 0x1),
    ("virtmcu-nrf-timer", TIMER_EVENTS),
    ("virtmcu-nrf-twi-spi", 0x019c_4286),
    ("virtmcu-nrf-wdt", 0x1),
];
const TIMER: &str = "virtmcu-nrf-timer";
const TIMER_EVENTS: u32 = 0x003f_0000;

pub(super) fn finish(site: &mut Site<'_>, memories: &[Laid]) {
    join_pins(site);
    join_events(site);
    join_flash(site, memories);
}

/// Stores to the flash and to UICR come to NVMC; those to a flash that QSPI shows are lost (nRF52840 PS, 4.3 and 6.21).
fn join_flash(site: &mut Site<'_>, memories: &[Laid]) {
    let Some(nvmc) = site.find("virtmcu-nrf-nvmc") else { return };
    for laid in memories.iter().filter(|laid| laid.read_only && laid.at < BEHIND_UICR) {
        site.parts.step(Step::Stores { memory: laid.memory, to: nvmc });
    }
}

fn join_pins(site: &mut Site<'_>) {
    let Some(gpiote) = site.find("virtmcu-nrf-gpiote") else { return };
    for port in site.of_kind("virtmcu-nrf-gpio") {
        let (name, number) = if port.at == PORT_0 { ("port0", 0) } else { ("port1", 1) };
        for pin in 0..PINS {
            site.join((port.object, "pins"), (gpiote, name), pin);
            site.join((gpiote, &format!("{name}-level")), (port.object, "level"), pin);
            site.join((gpiote, &format!("{name}-owns")), (port.object, "owns"), pin);
        }
        site.join_to((port.object, "detect", 0), (gpiote, "detect", number));
    }
}

fn join_events(site: &mut Site<'_>) {
    let Some(ppi) = site.find("virtmcu-nrf-ppi") else { return };
    for (kind, events) in EVENTS {
        for block in site.of_kind(kind) {
            // The number of a block is in its address (nRF52840 PS, 6.1.1).
            let number = (block.at >> 12) as u32 & 0x3f;
            for event in (0..u32::BITS).filter(|event| events >> event & 1 != 0) {
                site.join_to((block.object, "events", event), (ppi, "events", number * 32 + event));
            }
            if *kind == TIMER {
                site.join_to((ppi, "listens", number), (block.object, "listens", 0));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Board, Machine};
    use devicetree::Tree;
    use plan::{Line, Plan, Step};

    fn read(text: &str) -> (u64, Plan) {
        let tree = Tree::read_dts("x.dts", text, &mut |_, _| Err("none".into())).expect("a tree");
        let board = Board::read("x", &tree).unwrap_or_else(|errors| panic!("{}", errors.render(false)));
        let Machine::Tree(plan) = board.machine else { panic!("no plan") };
        (board.cpu_hz, plan)
    }

    /// Whether a line of this name and number leads to another.
    fn leads(plan: &Plan, from: (&str, u32), to: (&str, u32)) -> bool {
        let named = |(name, number): (&str, u32)| Line::Named(name.into(), number);
        let (output, input) = (named(from), named(to));
        plan.steps.iter().any(|step| match step {
            Step::Connect { from, to } => from.line == output && to.line == input,
            _ => false,
        })
    }

    #[test]
    fn events_lead_to_ppi_and_pins_to_gpiote() {
        let (_, plan) = read(include_str!("../../../../boards/nrf52840-dk.dts"));
        // COMPARE[1] of TIMER3, which is block 26, and what tells it that PPI listens.
        assert!(leads(&plan, ("events", 17), ("events", 26 * 32 + 17)));
        assert!(leads(&plan, ("listens", 26), ("listens", 0)));
        // PORT of GPIOTE.
        assert!(leads(&plan, ("events", 31), ("events", 6 * 32 + 31)));
        assert!(leads(&plan, ("pins", 15), ("port1", 15)));
        assert!(leads(&plan, ("port1-owns", 15), ("owns", 15)));
        assert!(leads(&plan, ("detect", 0), ("detect", 1)));
        assert!(!leads(&plan, ("events", 2), ("events", 26 * 32 + 2)), "a timer has no such event");
    }

    #[test]
    fn stores_to_the_flash_come_to_its_controller() {
        let (_, plan) = read(include_str!("../../../../boards/nrf52840-dk.dts"));
        let memories: Vec<&Vec<u64>> = plan
            .steps
            .iter()
            .filter_map(|step| match step {
                Step::Memory { at, .. } => Some(at),
                _ => None,
            })
            .collect();
        let objects: Vec<&str> = plan
            .steps
            .iter()
            .filter_map(|step| match step {
                Step::Object(object) => Some(object.kind.as_str()),
                _ => None,
            })
            .collect();
        let stores: Vec<(u64, &str)> = plan
            .steps
            .iter()
            .filter_map(|step| match step {
                Step::Stores { memory, to } => Some((memories[memory.0 as usize][0], objects[to.0 as usize])),
                _ => None,
            })
            .collect();
        assert_eq!(stores, [(0, "virtmcu-nrf-nvmc"), (0x1000_1000, "virtmcu-nrf-nvmc")]);
    }

    #[test]
    fn what_the_tree_of_an_nrf51_leaves_out() {
        let text = include_str!("../../../../boards/microbit.dts");
        let without_clock = text.replace("\t\t\tclock-frequency = <16000000>;\n", "");
        assert_ne!(without_clock, text);
        let (hz, plan) = read(&without_clock);
        assert_eq!(hz, 16_000_000);
        // The registers of a port begin behind the start of its region.
        assert!(plan.steps.iter().any(|step| matches!(step, Step::Map { at: 0x5000_0500, .. })));
    }
}
