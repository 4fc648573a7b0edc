// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A board for people: what of its tree is modelled and how, what is missing, where everything lies.

use crate::Reading;
use crate::bindings::{self, Binding, Hart, Model};
use crate::tree::{Told, describe, mapped_flash, survey};
use devicetree::Tree;
use std::fmt;

/// What `virtmcu board check` shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Each node that means something.
    pub rows: Vec<Row>,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its path.
    pub path: String,
    /// What it is.
    pub title: &'static str,
    /// `modelled`, `quiet` or `stubbed`.
    pub state: &'static str,
    /// By what, or why not.
    pub how: String,
    /// First and last address of each region.
    pub regions: Vec<(u64, u64)>,
    /// Its interrupts: `38 of /soc/interrupt-controller@e000e100`.
    pub interrupts: Vec<String>,
    /// The pins that it names: `cs-gpios: 4 of /soc/gpio@40020000, active low`.
    pub pins: Vec<String>,
}

impl Picture {
    /// The picture of a tree that may have mistakes, in which some devices may be the user's own.
    pub fn of(tree: &Tree, reading: Reading<'_>) -> Picture {
        let survey = survey(tree, reading);
        let rows = survey.nodes.iter().map(|known| {
            let (state, how) = state(known.binding);
            let Told { regions, interrupts, pins } = describe(tree, *known);
            Row {
                path: tree.path(known.id),
                title: known.binding.title,
                state,
                how,
                regions,
                interrupts,
                pins,
            }
        });
        let mut rows: Vec<Row> = rows.collect();
        if let Some((path, region)) = mapped_flash(tree, &survey) {
            let (title, how) =
                ("flash on a bus", "memory that stores do not change, as its controller shows it");
            let (interrupts, pins) = (Vec::new(), Vec::new());
            let (state, how, regions) = ("modelled", how.to_string(), vec![region]);
            rows.push(Row { path, title, state, how, regions, interrupts, pins });
        }
        Picture { rows }
    }
}

fn state(binding: &Binding) -> (&'static str, String) {
    match &binding.model {
        Model::Device(device) => {
            let (by, kinds) = device.kinds_by;
            let kinds: Vec<&str> = kinds.iter().map(|(_, kind)| *kind).collect();
            let kinds =
                if kinds.is_empty() { String::new() } else { format!(", by {by:?} {}", kinds.join(", ")) };
            ("modelled", format!("{}{kinds}: {}", device.kind, device.modelled))
        }
        Model::CortexM(cpu) => ("modelled", cpu.kind.to_string()),
        Model::CortexA(cpu) => ("modelled", cpu.kind.to_string()),
        Model::Gic(version) => {
            ("modelled", if *version == 3 { "arm-gicv3; no messages" } else { "arm_gic" }.to_string())
        }
        Model::Psci => ("modelled", "QEMU answers: cores on and off, reset, switching off, 1.1".to_string()),
        Model::ArmTimer => {
            ("modelled", "part of the CPU; its clock is one whose period is whole nanoseconds".to_string())
        }
        Model::ArmPmu => ("modelled", "part of the CPU; the cycle counter counts nanoseconds".to_string()),
        Model::Hart(Hart { kind: "", .. }) => ("modelled", "rv32 or rv64".to_string()),
        Model::Hart(hart) => ("modelled", hart.kind.to_string()),
        Model::Chip(hidden) => {
            let names: Vec<String> =
                hidden.iter().map(|hidden| format!("{} at {:#x}", hidden.compatible, hidden.at)).collect();
            ("modelled", format!("it has {} where its tree does not say it", names.join(", ")))
        }
        Model::Nvic | Model::SysTick | Model::HartLines => ("modelled", "part of the CPU".to_string()),
        Model::Clint => ("modelled", "riscv.aclint.swi, riscv.aclint.mtimer".to_string()),
        Model::Plic => ("modelled", "riscv.sifive.plic".to_string()),
        Model::BootRom => (
            "modelled",
            "a0: the hart, a1: the device tree, a2: fw_dynamic_info; then the firmware".to_string(),
        ),
        Model::Ram => ("modelled", "memory".to_string()),
        Model::Flash(_) => ("modelled", "memory that stores alone do not change".to_string()),
        Model::Sse => ("modelled", "virtmcu-sse-idau, and all of it at its secure addresses".to_string()),
        Model::MemoryGuard => ("modelled", "tz-mpc: what it blocks is a bus fault".to_string()),
        Model::DeviceGuard => {
            ("modelled", "tz-ppc: what it blocks reads as 0, or is a bus fault".to_string())
        }
        Model::Settings => ("modelled", "memory, erased, that stores alone do not change".to_string()),
        Model::Lamps => ("quiet", "they only show what a pin does".to_string()),
        Model::Keys => ("modelled", "each holds its pin at the level that is \"off\"".to_string()),
        Model::Clock | Model::Bus => ("quiet", "what others are told".to_string()),
        Model::Quiet(why) => ("quiet", why.to_string()),
        Model::Missing(why) => ("stubbed", why.to_string()),
        Model::Stub => ("stubbed", "it remembers what is written, and tells of every access".to_string()),
    }
}

impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (state, head) in [
            ("modelled", "Modelled"),
            (
                "stubbed",
                "Stubbed: nothing is modelled; reads give what was written, or 0, and each access is told",
            ),
        ] {
            let rows: Vec<&Row> = self.rows.iter().filter(|row| row.state == state).collect();
            if rows.is_empty() {
                continue;
            }
            writeln!(f, "{head}")?;
            for row in rows {
                writeln!(f, "  {:40} {} ({})", row.path, row.title, row.how)?;
            }
            writeln!(f)?;
        }
        writeln!(f, "Addresses")?;
        let mut regions: Vec<(u64, u64, &str)> = Vec::new();
        for row in &self.rows {
            regions.extend(row.regions.iter().map(|(first, last)| (*first, *last, &*row.path)));
        }
        regions.sort_unstable();
        for (first, last, path) in regions {
            writeln!(f, "  {first:#010x} to {last:#010x}  {path}")?;
        }
        let lines = |f: &mut fmt::Formatter<'_>, head: &str, of: fn(&Row) -> &[String]| {
            let mut lines =
                self.rows.iter().flat_map(|row| of(row).iter().map(move |line| (&row.path, line)));
            let mut lines = lines.by_ref().peekable();
            if lines.peek().is_some() {
                writeln!(f, "\n{head}")?;
            }
            lines.try_for_each(|(path, line)| writeln!(f, "  {path:40} {line}"))
        };
        lines(f, "Interrupts", |row| &row.interrupts)?;
        lines(f, "Pins", |row| &row.pins)
    }
}

/// The table of all that is modelled, as Markdown: docs/bindings.md.
pub fn table() -> String {
    let mut text = String::from(
        "<!-- SPDX-License-Identifier: Apache-2.0 OR MIT -->\n<!-- Written by `virtmcu board bindings`; do not edit. -->\n\
         # What is modelled\n\n\
         Each `compatible` of a device tree that virtmcu knows. *Modelled* parts do what their manual says, as far as the last column \
         goes; *stubbed* ones only remember what is written (docs/boards.md); *quiet* ones are nothing to software.\n\n\
         | compatible | what | manual | | how |\n|---|---|---|---|---|\n",
    );
    for binding in bindings::all().chain([&bindings::CONNECTOR, &bindings::SOFTWARE]) {
        let (state, how) = state(binding);
        let compatible: Vec<String> = binding.compatible.iter().map(|text| format!("`{text}`")).collect();
        let (title, manual) = (binding.title, binding.manual);
        text += &format!("| {} | {title} | {manual} | {state} | {how} |\n", compatible.join(", "));
    }
    text
}
