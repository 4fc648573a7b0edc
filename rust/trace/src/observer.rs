// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Who is told of a run while it runs.

use sim::{Event, NodeId, PortId};
use vtime::Instant;

/// A line of UART output that is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The node that sent it; [`NodeId::CONTROL`] for bytes from outside.
    pub node: NodeId,
    /// The port that sent it; for bytes from outside, the port that receives them.
    pub port: PortId,
    /// The sender as `node.port`, or `control`.
    pub name: &'a str,
    /// The port that received it, as `node.port`; `None` when no link joins them.
    pub to: Option<&'a str>,
    /// The same as ids.
    pub receiver: Option<(NodeId, PortId)>,
    /// When its first byte started.
    pub first: Instant,
    /// When its last byte was there.
    pub ends: Instant,
    /// Its bytes, with the line end if it has one.
    pub bytes: &'a [u8],
}

/// Is told each line of UART output when it is complete. The order is that in which they were completed, not that of
/// the trace, and depends on the events alone.
pub trait LineObserver {
    /// `line` is complete.
    fn line(&mut self, line: &Line<'_>);

    /// `event` happened, to this frame if it is one of a frame; each is told, in their order.
    fn event(&mut self, _event: &Event, _frame: &[u8]) {}

    /// No event comes before `before` any more.
    fn settled(&mut self, _before: Instant) {}
}

impl<F: FnMut(&Line<'_>)> LineObserver for F {
    fn line(&mut self, line: &Line<'_>) {
        self(line);
    }
}
