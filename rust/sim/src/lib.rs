// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The discrete-event core: which node may run how far, what arrives where and when, and in which order it is told.
//!
//! [`Core`] is a state machine that the host's run loop drives. The loop takes grants from it ([`Core::next_grant`]) and
//! passes them to the nodes; it hands back what the nodes report ([`Core::sent`], [`Core::held`], [`Core::done`]), in
//! whatever order the host gets to see it; and it takes the events of the run out in their one order
//! ([`Core::drain_events`]). There is no I/O, no clock and no thread in here.
//!
//! # Invariants
//!
//! **Invariant: the schedule is invisible.** The events, and the deliveries of each node, are a function of the
//! [`System`] and of what the nodes do. They depend neither on [`Slicing`], nor on the order in which reports of
//! *different* nodes come in, nor on when the loop asks for grants. (Reports of one node come in the order it made
//! them.) `tests/schedule/` holds the core to this against a plain sequential simulator.
//!
//! **Invariant: nothing is late.** A node runs from its clock to its grant, `[clock, until)`, and gets with that grant
//! every frame that arrives in this time; one that arrives at exactly `until` comes with the next grant. One that
//! would arrive in time already granted ends the run.
//!
//! **Invariant: nothing is lost.** Bytes are counted on both sides; a node that lies or skips, or acts before the time
//! until which it promised to sleep, ends the run, by name.
//!
//! # The horizon
//!
//! A node's *clock* is the time up to which it is done. Its *floor* is the time before which it hands nothing to a link
//! (`floors.rs`): its clock or, if it sleeps, the least of its promise and of what can reach it. Its *horizon* is the
//! least time at which a neighbour that hands a byte over at its floor has it delivered, and the end of the run, or what
//! a master granted. A grant goes up to the horizon (or less, if [`Slicing`] says so).
//!
//! *Why this is safe.* A byte reaches a node only over a link from a direct neighbour `i`. What `i` reported up to its
//! clock is already here, with its time of arrival. Whatever it hands to the link later, it hands over at `floor(i)` or
//! later. Clocks only grow; so do floors, because a byte handed over at `floor(k)` or later arrives no sooner than
//! the floor that was found with it. So a grant, once given, stays safe.
//!
//! *Beyond the grant* a node goes on by itself, up to [`Grant::ahead`], as long as its neighbours' clocks allow it and these
//! have sent nothing that is not accounted for: then what they sent before their clocks is already here, or arrives at
//! `ahead` or later. One that has sent more makes the node wait for news from the core.
//!
//! *Why it never deadlocks.* Say no node runs and the run is not over. Take the node with the least floor `f`. No other
//! node's floor lowered it, since lookaheads are at least 1 ns ([`link::Uart::lookahead`]): so `f` is its own next act, and its
//! horizon, at least 1 ns after some floor, is later than that. It can be granted. This holds for a link of a node to
//! itself, too. Every grant is at least 1 ns long, so the run ends.
//!
//! *A node that is off* ([`Life`]) counts with the time at which it is switched on, or with the end: it cannot do anything
//! before. All changes of power are known from the start, and no node runs past its next one.
//!
//! *A node whose clock is not exact* lives at the instants at which its clock moves, which need not include its grant.
//! What it does at the first one after the grant ([`vtime::LocalClock::next_tick`]) it may do already: that is not before the
//! grant, so all of the above holds, and nothing that arrives from the grant on is seen earlier.
//!
//! # Links that are shared
//!
//! What several nodes share cannot be decided when one of them sends: others may be behind. Such a link is told up to where
//! all its members' floors are ([`link::Link::settle`]), decides what it can, and says of the rest how soon it can arrive. That bounds
//! its receivers like something on its way to them. It leaves nothing open that arrives at that floor or sooner; so nothing open keeps
//! the node with the least floor from going on.
//!
//! # Faults
//!
//! What goes wrong on a link is the link's doing ([`LinkSpec::faults`]), by draws that are keyed by [`System::seed`] and the link's name: no other
//! link, and no node that is not on it, changes what it does. A fault makes nothing arrive sooner than without it.
//! Those that struck nothing are told at the end ([`Core::unfired`]).
//!
//! # A master
//!
//! Somebody outside may steer the run: no grant goes past [`Core::set_ceiling`], and [`Core::inject`] lets bytes arrive at
//! the ceiling or later. The ceiling is one more bound of every horizon, so it cuts time as [`Slicing`] does, and shows as little.
//! An injected byte never acts on the past: no node has passed the ceiling, and none does before it has the byte.
//!
//! *Who types* at a console ([`Core::set_typist`]) does so at fixed times, or a while after the port has sent some text. That
//! while, and the time of a byte, is how far a node may run beyond its floor: what it does from there on is answered no sooner.
//! Who decides only now what to type does so at the ceiling ([`Core::type_now`]), where no node has been.
//!
//! *Who sends on a link what the scenario says* ([`Tester`]) is an end that knows its times from the start: a link tells its soonest effect. One
//! that waits for a text of a console is, for all whom the link joins, a neighbour with that console's floor, its wait and the link's lookahead;
//! and the link decides nothing at or behind that floor and wait.
//!
//! # The order
//!
//! Events are told in the order of [`Key`]: time, class, link, source node, and the count of the source's events of that
//! class. An event is told when no node can report anything before it any more. Deliveries are in the same
//! order, with the time of arrival as the time. Equal keys end the run with an error.
//!
//! # Limits
//!
//! - A run is `[0, duration)`: a byte whose start bit would begin at the end or later, and what a node reports
//!   at the end, are not part of it. A byte that starts before the end and arrives later is told, and never delivered.
//! - A node's life ends like the run: what it reports at the time when it is switched off is not part of it.
//! - A byte that is not out, to its last stop bit, when its sender is switched off is lost. A reset leaves what the UART has
//!   taken on the wire: QEMU's UARTs tell the firmware that it was sent.
//! - At most [`MAX_BACKLOG`] bytes wait on one direction of a link; one more ends the run.
//! - At most [`MAX_INJECTED`] bytes from outside wait for one port; more are refused.
//! - Events of a node that runs ahead (one without links gets the whole run at once) wait in memory until all
//!   others have come as far.
//! - A port is an end of at most one link, and a link has at most [`MAX_ENDS`].
//! - After an [`Error`] the run is over: what the core then says means nothing.

#![forbid(unsafe_code)]
// Rounding would decide what happens when.
#![deny(clippy::float_arithmetic)]

mod core;
mod error;
mod event;
mod floors;
mod frames;
mod grant;
mod heard;
mod joint;
mod life;
mod node;
mod outside;
mod queue;
mod report;
mod system;
mod tail;
mod typist;

pub use crate::core::Core;
pub use error::Error;
pub use event::{Arrival, Body, Class, Event, FrameId, Key, LinkId, NodeId, PortId};
pub use grant::{Delivery, Grant, Neighbour};
pub use heard::{Done, MAX_BACKLOG};
pub use life::{Change, Life, Power, Switch};
pub use node::Counts;
pub use outside::{InjectError, MAX_INJECTED};
pub use report::{NodeReport, State};
pub use system::{Cue, LinkSpec, MAX_ENDS, NodeSpec, SetupError, Slicing, System, Tester};
pub use typist::{Input, Untyped, When};
