// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A busy host: more processes that compute than it has cores. They are this program, called with a word of its own.

use std::io::Read;
use std::process::{Child, Command, Stdio};

const WORD: &str = "--burn";

/// Processes that compute until this is dropped.
#[derive(Debug)]
pub struct Load(Vec<Child>);

/// Starts twice as many of them as there are cores.
pub fn busy_host() -> Load {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let own = std::env::current_exe().expect("this program");
    let start = |_| {
        // Its stdin is a pipe that nobody writes to: it ends with this process, however that ends.
        Command::new(&own).arg(WORD).stdin(Stdio::piped()).spawn().expect("it starts")
    };
    Load((0..2 * cores).map(start).collect())
}

impl Drop for Load {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Whether this process is one of them.
pub fn is_asked_for() -> bool {
    std::env::args().nth(1).as_deref() == Some(WORD)
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
