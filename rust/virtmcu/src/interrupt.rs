// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Ctrl-C and friends: a flag that the run loop looks at, so that nodes are always ended by their owner.

use std::io::Read;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Whether the user, or Bazel's timeout, wants the run to stop.
#[derive(Debug)]
pub struct Interrupt {
    flag: Arc<AtomicBool>,
    wake: Option<UnixStream>,
}

impl Interrupt {
    /// Catches SIGINT, SIGTERM and SIGHUP from now on.
    pub fn catch() -> std::io::Result<Interrupt> {
        let flag = Arc::new(AtomicBool::new(false));
        let (wake, writer) = UnixStream::pair()?;
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP]
        {
            signal_hook::flag::register(signal, flag.clone())?;
            signal_hook::low_level::pipe::register(signal, writer.try_clone()?)?;
        }
        wake.set_read_timeout(Some(Duration::from_millis(200)))?;
        Ok(Interrupt { flag, wake: Some(wake) })
    }

    /// Never interrupted.
    pub fn never() -> Interrupt {
        Interrupt { flag: Arc::default(), wake: None }
    }

    /// True when a signal came.
    pub fn happened(&self) -> bool {
        self.flag.load(Ordering::SeqCst)
    }

    /// As [`Interrupt::happened`], but waits a moment for a signal that is on its way.
    pub fn happened_or_comes(&self) -> bool {
        if !self.happened() {
            // A byte means a signal; the timeout means none. The flag tells.
            let _ = self.wake.as_ref().map(|mut wake| wake.read(&mut [0]));
        }
        self.happened()
    }
}
