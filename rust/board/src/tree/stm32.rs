// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What an STM32 has that no tree tells: devices that Zephyr's trees lack, and lines between devices. Those are from the pins by SYSCFG or
//! AFIO to EXTI (RM0008, 10.2.5; RM0090, 12.2.5; RM0351, 14.3.2; RM0440, 15.3.2), and from the watchdog to RCC, which keeps the cause of a
//! reset (RM0008, 7.3.10; RM0090, 7.3.21; RM0351, 6.4.29); and from devices to DMA.

use super::devices::{Site, Wire};
use super::view;
use crate::bindings::Model;
use crate::bindings::stm32::{CAN_MASTER, CAN_SLAVE, FAMILIES, Family, GPIO_BYTES};
use devicetree::Mistake;
use plan::{Made, Object, ObjectId, Step, Value};
use std::collections::BTreeMap;

/// In all families (RM0008, 31.6.1; RM0090, 38.6.1; RM0351, 48.6.1; RM0440, 47.6.1).
const DBGMCU: u64 = 0xe004_2000;
const PINS: u32 = 16;

pub(super) fn complete(site: &mut Site<'_>) -> Result<(), Mistake> {
    for family in &FAMILIES {
        if site.find(family.rcc).is_none() {
            continue;
        }
        for (at, compatible) in family.unsaid {
            site.implied(compatible, *at)?;
        }
        add_identity(site, family);
        add_filters(site);
        join_pins(site, family);
        join_dma(site, family);
        if let (Some(watchdog), Some(rcc)) = (site.find(family.watchdog), site.find(family.rcc)) {
            site.join((watchdog, "expired"), (rcc, "iwdg"), 0);
        }
    }
    Ok(())
}

/// What tells the chip's name and sizes to firmware: the device signature, and DBGMCU in the CPU's own region (RM0090, 38.6.1).
fn add_identity(site: &mut Site<'_>, family: &Family) {
    let (kind, at) = family.signature;
    let flash = site.survey.nodes.iter().find(|known| matches!(known.binding.model, Model::Flash(_)));
    let flash = flash.and_then(|known| view::regions(site.tree, known.id).ok()?.first().copied());
    let properties = flash.map(|region| ("flash-kib".to_string(), Value::Number(region.size_bytes / 1024)));
    if site.is_free(at) {
        site.add("signature", kind, at, properties.into_iter().collect());
    }
    let all: Vec<&str> = site.tree.walk().flat_map(|id| view::compatible(site.tree, id)).collect();
    let idcode = family.chips.iter().find(|(chip, _)| all.contains(chip)).unwrap_or(&family.chips[0]).1;
    let object = site.parts.object(Object {
        name: "dbgmcu".into(),
        kind: "virtmcu-stm32-dbgmcu".into(),
        made: Made::OnSystemBus,
        properties: vec![("idcode".into(), Value::Number(idcode))],
        clocks: Vec::new(),
    });
    site.parts.step(Step::MapInCpu { object, region: 0, at: DBGMCU, cpu: site.cpu.object });
}

/// The second of two CAN controllers looks at the filters of the first one, which a tree may leave out.
fn add_filters(site: &mut Site<'_>) {
    let (at, kind) = CAN_MASTER;
    if site.of_kind(kind).iter().any(|placed| placed.at == CAN_SLAVE.0) && site.is_free(at) {
        site.add("can1", kind, at, Vec::new());
    }
}

fn join_pins(site: &mut Site<'_>, family: &Family) {
    let Some(chooser) = site.find(family.pins) else { return };
    let exti = site.find(family.exti);
    let (kind, first) = family.gpio;
    let ports = site.of_kind(kind);
    for pin in 0..PINS {
        for port in &ports {
            let number = port.at.saturating_sub(first) / GPIO_BYTES;
            // Ports A to K.
            if let Some(letter) = "abcdefghijk".chars().nth(number as usize) {
                site.join((port.object, "exti"), (chooser, &format!("port{letter}")), pin);
            }
        }
        if let Some(exti) = exti {
            site.join((chooser, "exti"), (exti, "in"), pin);
        }
    }
}

/// The lines by which devices ask DMA, as far as both are there.
fn join_dma(site: &mut Site<'_>, family: &Family) {
    let (kind, choices) = family.dma;
    let controllers = site.of_kind(kind);
    let mut lines: BTreeMap<(ObjectId, u32), Vec<Wire<'_>>> = BTreeMap::new();
    for request in family.requests {
        let ((at, line), (dma, channel, choice)) = (request.device, request.dma);
        let dma = controllers.iter().find(|placed| placed.at == dma);
        if let (Some(device), Some(dma)) = (site.at(at), dma) {
            let input = (dma.object, "request", channel * choices + choice);
            lines.entry((device, line)).or_default().push(input);
        }
    }
    for ((device, line), to) in lines {
        site.join_all((device, "dma", line), to);
    }
}
