// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The socket that a master connects to.

use rustix::fd::OwnedFd;
use rustix::fs::{FileType, Mode};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use std::path::{Path, PathBuf};

/// How many connections wait while the nodes start.
const BACKLOG: i32 = 4;
/// The longest path: that of `sockaddr_un`, without the NUL.
const MAX_PATH: usize = 107;

/// A socket of this process's own, for its user alone. The file goes when this is dropped.
#[derive(Debug)]
pub struct Listener {
    pub(crate) socket: OwnedFd,
    path: PathBuf,
}

/// Why there is no socket.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Longer than a socket's path can be.
    #[error(
        "the path of the control socket has {length} bytes, and Linux allows {MAX_PATH}: take a shorter one, or a path \
         relative to the current folder\n  {path}"
    )]
    TooLong {
        /// The path.
        path: String,
        /// Its length.
        length: usize,
    },
    /// Something is there.
    #[error("cannot make the control socket {path}: {what}")]
    Taken {
        /// The path.
        path: String,
        /// What is there, and what to do about it.
        what: &'static str,
    },
    /// The kernel refuses.
    #[error("cannot make the control socket {path}: {source}")]
    Refused {
        /// The path.
        path: String,
        /// Why.
        source: Errno,
    },
}

impl Listener {
    /// Makes the socket at `path`, which only this user may connect to.
    pub fn bind(path: &Path) -> Result<Listener, BindError> {
        let shown = path.display().to_string();
        let length = path.as_os_str().len();
        if length > MAX_PATH {
            return Err(BindError::TooLong { path: shown, length });
        }
        let refused = |source| BindError::Refused { path: shown.clone(), source };
        let address = SocketAddrUnix::new(path).map_err(refused)?;
        let open = || {
            let flags = SocketFlags::CLOEXEC;
            rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)
        };
        let socket = open().map_err(refused)?;
        // Linux gives the file the mode of the socket: there is no moment in which others may connect.
        rustix::fs::fchmod(&socket, Mode::RUSR | Mode::WUSR).map_err(refused)?;
        match rustix::net::bind(&socket, &address) {
            Ok(()) => {}
            Err(Errno::ADDRINUSE) => {
                let is_socket = rustix::fs::lstat(path)
                    .is_ok_and(|found| FileType::from_raw_mode(found.st_mode) == FileType::Socket);
                let answers = open().and_then(|probe| rustix::net::connect(&probe, &address)).is_ok();
                let what = match (is_socket, answers) {
                    (true, true) => "another run listens there; take another path",
                    (true, false) => "a run that was killed has left it there; remove it",
                    (false, _) => "there is a file of this name; take another path",
                };
                return Err(BindError::Taken { path: shown, what });
            }
            Err(source) => return Err(refused(source)),
        }
        let listener = Listener { socket, path: path.to_path_buf() };
        rustix::net::listen(&listener.socket, BACKLOG)
            .map_err(|source| BindError::Refused { path: shown, source })?;
        Ok(listener)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::net::UnixStream;

    fn refused(path: &Path) -> String {
        Listener::bind(path).map(drop).expect_err("refused").to_string()
    }

    #[test]
    fn is_its_users_alone_and_goes_with_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("control.sock");
        let listener = Listener::bind(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        UnixStream::connect(&path).unwrap();
        drop(listener);
        assert!(!path.exists());
    }

    #[test]
    fn says_what_is_in_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");
        let shown = path.display();
        let listener = Listener::bind(&path).unwrap();
        let head = format!("cannot make the control socket {shown}: ");
        assert_eq!(refused(&path), format!("{head}another run listens there; take another path"));
        // What a killed run leaves: the file without a listener.
        let left = folder.path().join("left");
        std::fs::rename(&path, &left).unwrap();
        drop(listener);
        std::fs::rename(&left, &path).unwrap();
        assert_eq!(refused(&path), format!("{head}a run that was killed has left it there; remove it"));
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(refused(&file).ends_with("there is a file of this name; take another path"));
        assert!(refused(&folder.path().join("no/s")).contains("No such file"));
        let long = refused(&folder.path().join("x".repeat(200)));
        assert!(long.starts_with("the path of the control socket has 2"), "{long}");
        assert!(long.contains(" bytes, and Linux allows 107: take a shorter one"), "{long}");
    }
}
