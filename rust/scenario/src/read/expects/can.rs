// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `[[expect.can]]`: frames on a CAN bus.

use super::super::can_id;
use super::super::section::{Checked, Problems, Section};
use super::Around;
use crate::Problem;
use crate::limits::CAN_CLASSIC_BYTES_MAX;
use can::{Frame, Id, Kind, LEN_MAX};
use expect::{BytePattern, Contents, FramePattern, What};
use link::{Medium, Spec};

impl<'a> Around<'a, '_> {
    pub(super) fn can(&self, place: usize, section: &Section<'a>, problems: &mut Problems) -> Checked<What> {
        let (id, link) = self.link(
            section,
            |link| match link.spec.medium() {
                Medium::Can => Ok(()),
                _ => Err(("a link with kind = \"can\"", "write [[expect.frame]] or [[expect.uart]]")),
            },
            problems,
        )?;
        let knows_fd = matches!(&link.spec, Spec::Can(bus) if bus.data_bitrate_bps().is_some());
        let from = self.end("from", section, link, problems);
        let outcome = self.outcome(section, link, problems);
        let flag = |key: &'static str, problems: &mut Problems| {
            section.get(key).map(|entry| entry.boolean(&format!("{key} = true"), problems)).transpose()
        };
        let (fd, remote) = (flag("fd", problems), flag("remote", problems));
        let of = can_id::read(section, problems);
        let (fd, remote) = (fd?, remote?);
        if let Some(entry) = section.get("fd").filter(|_| fd == Some(true) && !knows_fd) {
            let problem = Problem::at(entry.span(), format!("[link.{}] knows no CAN FD", link.name));
            let problem = problem.found("the bus has no \"data_bitrate\"");
            return Err(problems.report(problem.help("give the link a \"data_bitrate\"")));
        }
        let signals = self.signals(section, problems)?;
        let of = signals.as_ref().map_or(of, |signals| Ok(Some(signals.message.id())));
        let is_fd = knows_fd && fd != Some(false) && remote != Some(true);
        let longest = if is_fd { LEN_MAX } else { CAN_CLASSIC_BYTES_MAX };
        let data = self.data(place, section, (longest, remote), problems);
        let captures = self.captures(place, section, longest, signals.as_ref(), problems);
        let contents = Contents::Can { id: of?, fd, remote, data: data?, signals };
        let (from, outcome, captures) = (from?, outcome?, captures?);
        Ok(What::Frame(FramePattern { link: id, from, to: None, outcome, contents, captures }))
    }

    fn data(
        &self,
        place: usize,
        section: &Section<'a>,
        (longest, remote): (usize, Option<bool>),
        problems: &mut Problems,
    ) -> Checked<Option<BytePattern>> {
        let Some(entry) = section.get("data") else { return Ok(None) };
        if remote == Some(true) {
            let problem = Problem::at(entry.span(), "a remote frame has no data").found("remote = true");
            return Err(problems.report(problem.help("remove one of the two")));
        }
        let data = self.bytes(place, &entry, true, problems)?;
        let len = data.len_min();
        let exact = !data.is_open() && data.references().next().is_none();
        let kind = if longest > CAN_CLASSIC_BYTES_MAX && len > CAN_CLASSIC_BYTES_MAX {
            Kind::Fd { switches_rate: false, is_passive: false }
        } else {
            Kind::Data
        };
        let fits = if exact {
            Frame::new(Id::Standard(0), kind, &vec![0; len]).map(drop).map_err(|error| error.to_string())
        } else if len > longest {
            Err(format!("{len} bytes"))
        } else {
            Ok(())
        };
        fits.map(|()| Some(data)).map_err(|found| {
            let problem = Problem::at(entry.span(), "no frame of this bus has such data").found(found);
            problems
                .report(problem.expected(format!("at most {longest} bytes, or fewer and \"..\" for more")))
        })
    }
}
