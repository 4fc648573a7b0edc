// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The types of parts that have other names than a `compatible`: those of QEMU and Renode, which boards in YAML have used.

/// What a `type` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type<'t> {
    /// This `compatible`.
    Compatible(&'t str),
    /// A list of them.
    List,
    /// An NVIC, with the properties that each has.
    Nvic,
    /// A GIC of version 2, likewise.
    Gic,
    /// Memory.
    Memory,
    /// No part of a board here: what to do instead.
    Not(&'static str),
}

const BUSES: &str = "there are no links of this kind yet; leave it out";
const TIME: &str = "virtmcu itself keeps the virtual time and records a trace; leave it out";

const NAMES: [(&[&str], Type<'static>); 11] = [
    (&["UART.PL011", "pl011"], Type::Compatible("arm,pl011")),
    (&["UART.STM32_UART", "stm32-usart", "stm32f2xx-usart"], Type::Compatible("st,stm32-usart")),
    (&["UART.Cadence_UART", "cadence_uart"], Type::Compatible("cdns,uart-r1p8")),
    (&["SPI.PL022", "pl022"], Type::Compatible("arm,pl022")),
    (&["IRQControllers.NVIC", "armv7m_nvic"], Type::Nvic),
    (&["Memory.MappedMemory", "qemu-memory-region"], Type::Memory),
    (&["IRQControllers.ARM_GenericInterruptController", "IRQControllers.GIC", "arm_gic"], Type::Gic),
    (&["telemetry", "zenoh-telemetry", "clock", "virtmcu-clock", "zenoh-clock"], Type::Not(TIME)),
    (
        &["chardev", "virtmcu", "zenoh-chardev"],
        Type::Not("a UART's other end is in the scenario: [link.NAME] with the port NODE.UART; leave it out"),
    ),
    (
        &["SPI.ZenohBridge", "SPI.Echo", "spi", "spi-echo", "ieee802154", "zenoh-802154", "Network.IMX_FEC"],
        Type::Not(BUSES),
    ),
    (
        &["RemotePort.Peripheral", "remote-port-bridge", "mmio-socket-bridge"],
        Type::Not("a board has no parts outside of virtmcu; write a device (docs/write-a-device.md)"),
    ),
];

impl Type<'_> {
    /// The meaning of a part's type.
    pub fn of(text: &str) -> Type<'_> {
        match NAMES.iter().find(|(names, _)| names.contains(&text)) {
            Some((_, meaning)) => *meaning,
            // Renode's names have a kind, a dot and a name, and vendors' a comma. Those of timers lack their interrupts.
            None if text.starts_with(|c: char| c.is_ascii_uppercase()) && !text.contains(',') => {
                Type::Not("write the vendor's `compatible`: `virtmcu board bindings` lists what is modelled")
            }
            None => Type::Compatible(text),
        }
    }
}

/// The `compatible` of a CPU's type.
pub(super) fn cpu(text: &str) -> String {
    let name = text.strip_suffix("-arm-cpu").or_else(|| text.strip_suffix("-riscv-cpu")).unwrap_or(text);
    match name {
        _ if name.starts_with("cortex-") => format!("arm,{name}"),
        "riscv32" | "riscv64" | "rv32" | "rv64" => "riscv".to_string(),
        _ => name.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_a_compatible_unless_it_is_an_old_name() {
        for (text, expected) in [
            ("arm,cmsdk-uart", Type::Compatible("arm,cmsdk-uart")),
            ("ns16550", Type::Compatible("ns16550")),
            ("UART.PL011", Type::Compatible("arm,pl011")),
            ("Xlnx,odd", Type::Compatible("Xlnx,odd")),
            ("Memory.MappedMemory", Type::Memory),
            ("arm_gic", Type::Gic),
        ] {
            assert_eq!(Type::of(text), expected);
        }
        assert!(matches!(Type::of("UART.NS16550"), Type::Not(help) if help.contains("compatible")));
        let names: Vec<_> = NAMES.iter().flat_map(|(names, _)| *names).collect();
        assert!(names.iter().all(|name| names.iter().filter(|other| *other == name).count() == 1));
    }

    #[test]
    fn cpus() {
        for (text, expected) in [
            ("cortex-m4", "arm,cortex-m4"),
            ("cortex-a15-arm-cpu", "arm,cortex-a15"),
            ("arm,cortex-m4f", "arm,cortex-m4f"),
            ("rv32", "riscv"),
            ("sifive,e31", "sifive,e31"),
        ] {
            assert_eq!(cpu(text), expected);
        }
    }
}
