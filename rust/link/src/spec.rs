// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Which link it is to be.

use crate::{Link, TwoWires, Uart, UartBus};
use std::fmt;
use vtime::Span;

/// A kind of link, with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spec {
    /// A UART between two ports.
    Uart(Uart),
    /// A UART that several ports share.
    UartBus(Uart),
}

impl Spec {
    /// Such a link between so many ends, on which nothing was sent yet.
    pub fn build(&self, ends: usize) -> Box<dyn Link> {
        match self {
            Spec::Uart(uart) => Box::new(TwoWires::new(*uart)),
            Spec::UartBus(uart) => Box::new(UartBus::new(*uart, ends)),
        }
    }

    /// Whether it carries single bytes of UARTs; else frames.
    pub const fn carries_bytes(&self) -> bool {
        matches!(self, Spec::Uart(_) | Spec::UartBus(_))
    }

    /// Whether it joins two ports and no more.
    pub const fn joins_two(&self) -> bool {
        matches!(self, Spec::Uart(_))
    }

    /// The least time from handing anything over to an effect at any end.
    pub fn lookahead(&self) -> Span {
        match self {
            Spec::Uart(uart) | Spec::UartBus(uart) => uart.lookahead(),
        }
    }
}

/// As the head of a trace has it: `uart 115200 8N1 delay 0ns`.
impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, uart) = match self {
            Spec::Uart(uart) => ("uart", uart),
            Spec::UartBus(uart) => ("rs485", uart),
        };
        write!(f, "{kind} {} {} delay {}", uart.baud(), uart.framing(), uart.delay())
    }
}
