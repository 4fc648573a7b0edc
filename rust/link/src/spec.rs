// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Which link it is to be.

use crate::can::{self, Bus, BusSpec};
use crate::ethernet::{Direct, DirectSpec, Limit, Rate, Switch, SwitchSpec};
use crate::lin::{LinBus, LinSpec};
use crate::{Draws, End, Fault, FaultKind, Faults, Lane, Link, Medium, TwoWires, Uart, UartBus};
use std::fmt;
use vtime::{Instant, Span};

/// A fault of a link of any kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnyFault {
    /// Of one whose frames have lanes.
    Frames(Fault),
    /// Of a CAN bus.
    Can(can::Fault),
}

impl AnyFault {
    fn of_frames(&self) -> Fault {
        match self {
            AnyFault::Frames(fault) => fault.clone(),
            AnyFault::Can(_) => {
                let never = Instant::START;
                Fault { lanes: Vec::new(), from: never, until: never, kind: FaultKind::Cut }
            }
        }
    }

    fn of_can(&self) -> can::Fault {
        match self {
            AnyFault::Can(fault) => fault.clone(),
            AnyFault::Frames(_) => can::Fault::StuckDominant { from: Instant::START, until: Instant::START },
        }
    }
}

/// A kind of link, with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spec {
    /// A UART between two ports.
    Uart(Uart),
    /// A UART that several ports share.
    UartBus(Uart),
    /// An Ethernet cable between two ports.
    Ethernet(DirectSpec),
    /// An Ethernet switch.
    Switch(SwitchSpec),
    /// A CAN bus.
    Can(BusSpec),
    /// A LIN bus.
    Lin(LinSpec),
}

impl Spec {
    /// Such a link between so many ends, on which nothing was sent yet.
    pub fn build(&self, ends: usize) -> Box<dyn Link> {
        self.build_with(ends, &[], Draws::new(0, ""))
    }

    /// The same with faults of its kind, which draw from `draws`; those of another one never strike.
    pub fn build_with(&self, ends: usize, faults: &[AnyFault], draws: Draws) -> Box<dyn Link> {
        let of_frames = || faults.iter().map(AnyFault::of_frames).collect();
        let of_bus = || faults.iter().map(AnyFault::of_can).collect::<Vec<_>>();
        let faults = |lanes| Faults::new(of_frames(), draws, lanes);
        match self {
            Spec::Uart(uart) => Box::new(TwoWires::new(*uart, faults(TwoWires::LANES))),
            Spec::UartBus(uart) => Box::new(UartBus::new(*uart, ends, faults(ends))),
            Spec::Ethernet(spec) => Box::new(Direct::new(*spec, faults(Direct::LANES))),
            Spec::Switch(spec) => Box::new(Switch::new(spec, faults(Switch::lanes(ends)))),
            Spec::Can(spec) => Box::new(Bus::new(*spec, ends, &of_bus()).with_draws(draws)),
            Spec::Lin(spec) => Box::new(LinBus::new(spec.clone(), ends, faults(ends))),
        }
    }

    /// Where faults strike what an end sends; a CAN bus has no lanes.
    pub const fn lane_of(&self, end: End) -> Option<Lane> {
        match self {
            Spec::Uart(_) | Spec::UartBus(_) | Spec::Lin(_) => Some(Lane(end.0)),
            Spec::Ethernet(_) => Some(Direct::lane(end)),
            Spec::Switch(_) => Some(Switch::inward(end)),
            Spec::Can(_) => None,
        }
    }

    /// Where faults strike what goes out to an end and has come in already: at a switch.
    pub const fn lane_to(&self, end: End) -> Option<Lane> {
        match self {
            Spec::Switch(_) => Some(Switch::outward(end)),
            _ => None,
        }
    }

    /// What it carries.
    pub const fn medium(&self) -> Medium {
        match self {
            Spec::Uart(_) | Spec::UartBus(_) => Medium::Uart,
            Spec::Ethernet(_) | Spec::Switch(_) => Medium::Ethernet,
            Spec::Can(_) => Medium::Can,
            Spec::Lin(_) => Medium::Lin,
        }
    }

    /// Whether it joins two ports and no more.
    pub const fn joins_two(&self) -> bool {
        matches!(self, Spec::Uart(_) | Spec::Ethernet(_))
    }

    /// The least time from handing anything over to an effect at any end.
    pub fn lookahead(&self) -> Span {
        match self {
            Spec::Uart(uart) | Spec::UartBus(uart) => uart.lookahead(),
            Spec::Lin(spec) => spec.lookahead(),
            Spec::Ethernet(_) | Spec::Switch(_) | Spec::Can(_) => self.build(2).lookahead(),
        }
    }
}

/// As the head of a trace has it: `uart 115200 8N1 delay 0ns`.
impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let uart = |f: &mut fmt::Formatter<'_>, kind, uart: &Uart| {
            let flow_control = if uart.flow_control() { " flow control" } else { "" };
            write!(f, "{kind} {} {} delay {}{flow_control}", uart.baud(), uart.framing(), uart.delay())
        };
        match self {
            Spec::Uart(of) => uart(f, "uart", of),
            Spec::UartBus(of) => uart(f, "rs485", of),
            Spec::Can(spec) => write!(f, "{spec}"),
            Spec::Lin(spec) => write!(f, "{spec}"),
            Spec::Ethernet(spec) => write!(f, "ethernet {} delay {}", mbit(spec.rate), spec.delay),
            Spec::Switch(spec) => {
                write!(f, "switch latency {} addresses {}", spec.latency, spec.addresses)?;
                if spec.age < Span::MAX {
                    write!(f, " age {}", spec.age)?;
                }
                for port in &spec.ports {
                    write!(f, ", {} delay {} queue ", mbit(port.rate), port.delay)?;
                    match port.queue {
                        Limit::Frames(most) => write!(f, "{most} frames")?,
                        Limit::Bytes(most) => write!(f, "{most} bytes")?,
                    }
                    if let Some(latency) = port.latency {
                        write!(f, " latency {latency}")?;
                    }
                }
                Ok(())
            }
        }
    }
}

fn mbit(rate: Rate) -> String {
    format!("{}Mbit/s", rate.bps() / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ethernet::PortSpec;
    use vtime::Span;

    #[test]
    fn heads_of_traces_tell_all() {
        let delay = Span::from_ns(50);
        let ethernet = Spec::Ethernet(DirectSpec { rate: Rate::Mbit100, delay });
        assert_eq!(ethernet.to_string(), "ethernet 100Mbit/s delay 50ns");
        let port = PortSpec { rate: Rate::Mbit10, delay, queue: Limit::Frames(7), latency: None };
        let slow = PortSpec { rate: Rate::Mbit1000, latency: Some(Span::from_ns(800)), ..port };
        let (latency, age) = (Span::from_ns(900), Span::from_ns(5));
        let switch = Spec::Switch(SwitchSpec { ports: vec![port, port, slow], latency, addresses: 9, age });
        let expected = "switch latency 900ns addresses 9 age 5ns, 10Mbit/s delay 50ns queue 7 frames, 10Mbit/s delay 50ns queue 7 frames, 1000Mbit/s delay 50ns queue 7 frames latency 800ns";
        assert_eq!(switch.to_string(), expected);
        assert_eq!(switch.lookahead(), Span::from_ns(2 * (576 + 50) + 800), "there is a port of a gigabit");
    }
}
