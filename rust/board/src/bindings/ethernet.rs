// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Ethernet controllers.

use super::From::Number;
use super::{Binding, Device, Model};
use crate::PortKind;

/// What is the same for all.
const ETHERNET: Device = Device { port: Some(PortKind::Ethernet), interrupts: &[("", 0)], ..Device::PLAIN };

/// `revision` is that of the Zynq UltraScale+ (UG1087, GEM, `module_id`), and QEMU's `hw/arm/xlnx-zynqmp.c`.
const fn gem(
    compatible: &'static [&'static str],
    title: &'static str,
    manual: &'static str,
    of: Device,
) -> Binding {
    Binding { compatible, chips: &[], title, manual, model: Model::Device(of) }
}

pub(super) const BINDINGS: &[Binding] = &[
    Binding {
        compatible: &["smsc,lan9220", "smsc,lan9221", "smsc,lan9118", "smsc,lan9115"],
        chips: &[],
        title: "SMSC LAN9118 family",
        manual: "SMSC LAN9118 data sheet, revision 1.5",
        model: Model::Device(Device {
            kind: "lan9118",
            modelled: "32-bit access; frames leave at once, and what finds its FIFOs full is lost, without an interrupt",
            ..ETHERNET
        }),
    },
    Binding {
        compatible: &["ti,stellaris-ethernet"],
        chips: &[],
        title: "Ethernet of the Stellaris LM3S",
        manual: "TI LM3S6965 data sheet, 16",
        model: Model::Device(Device {
            kind: "stellaris_enet",
            modelled: "MAC with room for 31 frames; of the PHY nothing but its addresses",
            ..ETHERNET
        }),
    },
    Binding {
        compatible: &["fsl,imx6q-fec", "fsl,imx6sx-fec", "fsl,imx6ul-fec"],
        chips: &[],
        title: "ENET of the i.MX 6",
        manual: "NXP IMX6DQRM, 23",
        model: Model::Device(Device {
            kind: "imx.enet",
            modelled: "DMA with plain and enhanced descriptors, a PHY with a link at address 0; no filters of addresses, no time stamps, no statistics",
            interrupts: &[("int0", 0), ("pps", 1)],
            ..ETHERNET
        }),
    },
    Binding {
        compatible: &["fsl,imx25-fec"],
        chips: &[],
        title: "FEC of the i.MX25",
        manual: "Freescale IMX25RM, 35",
        model: Model::Device(Device {
            kind: "imx.fec",
            modelled: "DMA, a PHY with a link at address 0; no filters of addresses, no statistics",
            ..ETHERNET
        }),
    },
    gem(
        &["xlnx,zynqmp-gem"],
        "Cadence GEM of the Zynq UltraScale+",
        "Xilinx UG1085, 34",
        Device {
            kind: "cadence_gem",
            modelled: "DMA, two queues, screeners, a PHY with a link; no time stamps, no pause frames, no statistics of errors",
            properties: &[
                ("revision", Number(0x4007_0106)),
                ("phy-addr", Number(23)),
                ("num-priority-queues", Number(2)),
            ],
            interrupts: &[("", 0), ("", 1)],
            ..ETHERNET
        },
    ),
    gem(
        &["xlnx,zynq-gem", "cdns,zynq-gem", "cdns,gem"],
        "Cadence GEM",
        "Xilinx UG585, 16",
        Device {
            kind: "cadence_gem",
            modelled: "DMA, a PHY with a link; no time stamps, no pause frames, no statistics of errors",
            ..ETHERNET
        },
    ),
];
