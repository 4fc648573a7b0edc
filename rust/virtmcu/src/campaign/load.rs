// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A busy host: processes that compute, as many as it has cores. They are this program, called with a verb of its own.

use std::io::Read;
use std::process::{Child, Command, Stdio};

/// The verb that computes.
pub const VERB: &str = "burn";

/// Processes that compute until this is dropped.
#[derive(Debug, Default)]
pub struct Load(Vec<Child>);

impl Load {
    /// Starts `count` of them.
    pub fn start(count: usize) -> std::io::Result<Load> {
        let own = std::env::current_exe()?;
        let mut load = Load::default();
        for _ in 0..count {
            // Its stdin is a pipe that nobody writes to: it ends with this process, however that ends.
            load.0.push(Command::new(&own).arg(VERB).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?);
        }
        Ok(load)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Computes until stdin ends.
pub fn burn() -> ! {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    let mut number = 1_u64;
    loop {
        number = std::hint::black_box(number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
    }
}
