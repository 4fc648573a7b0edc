// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Faults of links whose frames have lanes: UARTs, RS-485, LIN, Ethernet.

use super::super::section::{Checked, Problems};
use super::Reading;
use super::action::Action;
use crate::Problem;
use link::{Act, End, Fault, FaultKind, Lane, Spec};
use vtime::{Instant, Span};

/// The most bits of a frame of Ethernet, from its destination on, with a VLAN tag and the checksum.
const ETHERNET_BITS: u64 = 8 * (link::ethernet::LEN_MAX_TAGGED as u64 + 4);

impl Reading<'_, '_> {
    pub(super) fn of_frames(&mut self, problems: &mut Problems) -> Checked<Fault> {
        let kind = match self.action {
            Action::BitErrors => self.one_in(problems).map(|one_in| FaultKind::BitErrors { one_in }),
            Action::Cut => Ok(FaultKind::Cut),
            _ => {
                let act = self.act(problems);
                let (which, matching) = (self.which(problems), self.matching());
                act.and_then(|act| Ok(FaultKind::Frames { matching, which: which?, act }))
            }
        };
        let lanes = self.lanes(problems);
        let (from, until) = (Instant::START + self.from, Instant::START + self.until);
        Ok(Fault { lanes: lanes?, from, until, kind: kind? })
    }

    fn act(&mut self, problems: &mut Problems) -> Checked<Act> {
        Ok(match self.action {
            Action::Corrupt => Act::Corrupt { bit: self.bit(self.bits(), problems)? },
            Action::Duplicate => Act::Duplicate,
            Action::Delay => Act::Delay(self.by(problems)?),
            Action::Jitter => Act::Jitter(self.by(problems)?),
            // No other one comes here.
            _ => Act::Drop,
        })
    }

    fn by(&mut self, problems: &mut Problems) -> Checked<Span> {
        const EXAMPLE: &str = "by = \"50us\"";
        let entry = self.section.need("by", EXAMPLE, problems)?;
        let by = entry.time(EXAMPLE, problems)?;
        if by.is_zero() {
            let problem = Problem::at(entry.span(), "a delay of no time is none").found("this is zero");
            return Err(problems.report(problem.expected("a time longer than zero, such as \"50us\"")));
        }
        self.say(format_args!("by {by}"));
        Ok(by)
    }

    fn bits(&self) -> u64 {
        match self.link.spec {
            Spec::Uart(uart) | Spec::UartBus(uart) => uart.framing().frame_bits().into(),
            Spec::Lin(_) => link::Framing::EIGHT_N_ONE.frame_bits().into(),
            _ => ETHERNET_BITS,
        }
    }

    /// Where it strikes: where these ends send; or, at a switch, where what is for those goes out.
    fn lanes(&mut self, problems: &mut Problems) -> Checked<Vec<Lane>> {
        let (ends, to) = (self.ends("ends", problems), self.ends("to", problems));
        let (ends, to) = (ends?, to?);
        if let (Some(entry), false, false) = (self.section.get("to"), ends.is_empty(), to.is_empty()) {
            let problem = Problem::at(entry.span(), "[[fault]] has both \"ends\" and \"to\"");
            let problem = problem.found("what goes in and what goes out are two things at a switch");
            return Err(problems.report(problem.expected("at most one of the two")));
        }
        let spec = &self.link.spec;
        if !to.is_empty() {
            return Ok(to.into_iter().filter_map(|end| spec.lane_to(end)).collect());
        }
        let ends = match (ends.is_empty(), spec) {
            (false, _) => ends,
            // Where frames come in, so that each is struck once: also from a host, and from an input, behind the ports.
            (true, Spec::Switch(_)) => (0..self.link.ends.len() as u16 + 2).map(End).collect(),
            // All lanes.
            (true, _) => return Ok(Vec::new()),
        };
        // The plug of a switch has both ways in it.
        let out = ends.iter().filter(|_| self.action == Action::Cut).filter_map(|end| spec.lane_to(*end));
        Ok(ends.iter().filter_map(|end| spec.lane_of(*end)).chain(out).collect())
    }
}
