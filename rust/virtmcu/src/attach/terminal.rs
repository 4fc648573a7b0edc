// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Terminals: this one made raw for the length of a run, and pseudo-terminals for others.

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::pty::OpenptFlags;
use rustix::termios::{
    InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios, isatty, tcgetattr, tcsetattr,
};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A terminal that hands over each key as it is, until this is dropped: also when the run panics.
#[derive(Debug)]
pub(super) struct Raw {
    fd: OwnedFd,
    before: Termios,
}

impl Raw {
    /// Makes `fd` raw; `None` if it is no terminal.
    pub(super) fn enter(fd: impl AsFd) -> std::io::Result<Option<Raw>> {
        if !isatty(&fd) {
            return Ok(None);
        }
        let fd = fd.as_fd().try_clone_to_owned()?;
        let before = tcgetattr(&fd)?;
        let mut raw = before.clone();
        keys_as_they_are(&mut raw);
        tcsetattr(&fd, OptionalActions::Now, &raw)?;
        Ok(Some(Raw { fd, before }))
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // A terminal that is gone needs no repair.
        let _ = tcsetattr(&self.fd, OptionalActions::Now, &self.before);
    }
}

/// No line editor, no echo, no signals, no flow control: Ctrl-C is a byte for the firmware. How output is shown stays, so that
/// what this program says on the same terminal starts at the left.
fn keys_as_they_are(termios: &mut Termios) {
    termios.local_modes -=
        LocalModes::ICANON | LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ISIG | LocalModes::IEXTEN;
    termios.input_modes -= InputModes::ICRNL
        | InputModes::INLCR
        | InputModes::IGNCR
        | InputModes::IXON
        | InputModes::ISTRIP
        | InputModes::INPCK
        | InputModes::PARMRK
        | InputModes::IGNBRK
        | InputModes::BRKINT;
    termios.special_codes[SpecialCodeIndex::VMIN] = 1;
    termios.special_codes[SpecialCodeIndex::VTIME] = 0;
}

/// A pseudo-terminal.
#[derive(Debug)]
pub(super) struct Pty {
    /// Our end.
    pub(super) ours: OwnedFd,
    /// The others', held open: so it keeps its settings, and does not end when somebody leaves it.
    _theirs: OwnedFd,
    /// Where others open it.
    pub(super) path: PathBuf,
    link: Option<PathBuf>,
}

impl Pty {
    /// A new one; what is written there and finds no room is refused, not waited for.
    pub(super) fn open() -> Result<Pty, Errno> {
        let ours = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        rustix::pty::grantpt(&ours)?;
        rustix::pty::unlockpt(&ours)?;
        let path = rustix::pty::ptsname(&ours, Vec::new())?;
        let path = PathBuf::from(std::ffi::OsStr::from_bytes(path.as_bytes()));
        let theirs = rustix::fs::open(&path, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
        // Else it would echo to the firmware what the firmware sends.
        let mut termios = tcgetattr(&theirs)?;
        termios.make_raw();
        tcsetattr(&theirs, OptionalActions::Now, &termios)?;
        rustix::fs::fcntl_setfl(&ours, OFlags::NONBLOCK)?;
        Ok(Pty { ours, _theirs: theirs, path, link: None })
    }

    /// Lets `link` lead to it, as long as it is there. A link to a pseudo-terminal may be what a killed run has left, and is replaced.
    pub(super) fn link(&mut self, link: &Path) -> std::io::Result<()> {
        if std::fs::read_link(link).is_ok_and(|to| to.starts_with("/dev/pts")) {
            std::fs::remove_file(link)?;
        }
        std::os::unix::fs::symlink(&self.path, link)?;
        self.link = Some(link.to_path_buf());
        Ok(())
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        if let Some(link) = &self.link
            && std::fs::read_link(link).is_ok_and(|to| to == self.path)
        {
            // Nothing depends on it.
            let _ = std::fs::remove_file(link);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::termios::OutputModes;

    #[test]
    fn a_terminal_is_as_it_was_when_the_run_is_over() {
        let pty = Pty::open().unwrap();
        let terminal = &pty._theirs;
        let mut cooked = tcgetattr(terminal).unwrap();
        cooked.local_modes |= LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG;
        cooked.output_modes |= OutputModes::OPOST | OutputModes::ONLCR;
        tcsetattr(terminal, OptionalActions::Now, &cooked).unwrap();
        let modes = || {
            let now = tcgetattr(terminal).unwrap();
            (now.local_modes, now.input_modes, now.output_modes)
        };
        let before = modes();
        let panicked = std::panic::catch_unwind(|| {
            let _raw = Raw::enter(terminal).unwrap().expect("it is a terminal");
            let (local, _, output) = modes();
            assert!(!local.intersects(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG));
            assert!(output.contains(OutputModes::OPOST | OutputModes::ONLCR));
            panic!("as a run may");
        });
        assert!(panicked.is_err());
        assert_eq!(modes(), before);
    }

    #[test]
    fn a_pipe_is_no_terminal() {
        let (reader, _writer) = std::io::pipe().unwrap();
        assert!(Raw::enter(reader).unwrap().is_none());
    }

    #[test]
    fn what_is_sent_to_nobody_does_not_come_back_or_block() {
        let pty = Pty::open().unwrap();
        let mut refused = None;
        for _ in 0..10_000 {
            if let Err(error) = rustix::io::write(&pty.ours, &[b'x'; 100]) {
                refused = Some(error);
                break;
            }
        }
        assert_eq!(refused, Some(Errno::AGAIN));
        assert_eq!(rustix::io::read(&pty.ours, &mut [0u8; 8]), Err(Errno::AGAIN));
    }

    #[test]
    fn a_link_leads_there_and_goes_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("console");
        std::os::unix::fs::symlink("/dev/pts/left-by-another", &link).unwrap();
        let mut pty = Pty::open().unwrap();
        pty.link(&link).unwrap();
        assert_eq!(std::fs::read_link(&link).unwrap(), pty.path);
        drop(pty);
        assert!(std::fs::read_link(&link).is_err());
        std::fs::write(&link, "a file of somebody's").unwrap();
        let error = Pty::open().unwrap().link(&link).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::AlreadyExists);
        assert!(link.exists());
    }
}
