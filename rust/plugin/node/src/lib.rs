// SPDX-License-Identifier: GPL-2.0-or-later
//! The node's end of the channel, loaded into QEMU: it takes grants from the host, stops virtual time at them, hands
//! arriving frames to their ports at their exact time, and tells the host what was sent.
//!
//! `-module libplugin_node.so,mode=MODE,channel=FD,bell=FD,clocks=FD,nodes=N,place=K,host=PID,look=BOOL,spin=BOOL`, before the modules
//! that attach ports. In a QEMU without our patches the dynamic linker loads it, `mode` is `timers`, and `insn=NS` says how long
//! an instruction takes. `look`: it may look at its neighbours' clocks for a moment; `spin`: it may wait so for the host, too.
//! And `start=NS,ppb=N,drift=N,sent=N`: when the node was switched on and how far its crystal is off
//! ([`vtime::LocalClock`]), and how many frames it sent in former lives. `state=NS,end=NS`: how often it tells a digest of the
//! guest's state, and where the run ends; for tests, `flip=NS` turns one bit of memory around from then on.
//!
//! **Invariant:** everything with a time before a grant is told before the `Done` of that grant; a frame is handed over
//! at the first instruction boundary at or after its arrival, before any timer that is due there.
//! **Limits:** one channel a process.
#![expect(unsafe_code, reason = "exports C functions to the other modules")]

mod arrivals;
mod barriers;
mod clock;
mod digest;
mod host_clock;
mod state;

use clock::Clock;
use host_clock::HostClock;
use qom::gate::{Gate, Open};
use qom::module::{Options, at_machine_ready, fatal};
use state::{Due, State};
use std::ffi::c_void;
use std::sync::{Mutex, MutexGuard, OnceLock};

const NAME: &str = "virtmcu node";

qom::module_main!("node", init);

/// A port's receiver: called with the bytes that arrive, under QEMU's big lock. None at all: what it holds may have room now.
pub type Deliver = unsafe extern "C" fn(opaque: *mut c_void, bytes: *const u8, len: usize);

/// A node whose virtual time counts instructions.
struct Node {
    state: Mutex<State>,
    /// How long an instruction takes, if timers hold its time instead of the gate.
    timers_insn_ns: Option<u64>,
}

static CLOCK: OnceLock<&dyn Clock> = OnceLock::new();

fn init(options: Options) -> Result<(), String> {
    die_with_the_host(options.get("host")?)?;
    let mode: String = options.get("mode")?;
    let clock: &'static dyn Clock = match mode.as_str() {
        "exact" => Box::leak(Box::new(Node::open(&options, None)?)),
        "timers" => Box::leak(Box::new(Node::open(&options, Some(options.get("insn")?))?)),
        "suspend" | "standalone" => Box::leak(Box::new(HostClock::open(&options, mode == "standalone")?)),
        _ => return Err(format!("no such mode: {mode}")),
    };
    CLOCK.set(clock).map_err(|_| "this module is loaded twice".to_string())?;
    at_machine_ready(|| {
        let version = qom::module::check_qemu_version().unwrap_or_else(|why| fatal(NAME, &why));
        if let Err(why) = self::clock().start(&version) {
            fatal(NAME, &why);
        }
    });
    Ok(())
}

/// Lets the kernel kill this process when the host ends, however it ends.
fn die_with_the_host(host: i32) -> Result<(), String> {
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
        .map_err(|error| format!("the kernel does not bind this process to its host: {error}"))?;
    // The host may have ended before the line above.
    match rustix::process::getppid().map(rustix::process::Pid::as_raw_pid) {
        Some(parent) if parent == host => Ok(()),
        _ => Err("the host has ended".to_string()),
    }
}

fn clock() -> &'static dyn Clock {
    *CLOCK.get().unwrap_or_else(|| fatal(NAME, &"load this module before those that attach ports"))
}

impl Node {
    fn open(options: &Options, timers_insn_ns: Option<u64>) -> Result<Node, String> {
        Ok(Node { state: Mutex::new(State::open(options)?), timers_insn_ns })
    }

    /// Without the gate, timers that are due at the same boundary as a reset run before or after it, as the host's threads have it.
    fn check_reset(&self) {
        if self.timers_insn_ns.is_some() {
            fatal(NAME, &"a reset of a running machine needs the QEMU that virtmcu builds");
        }
    }

    /// The lock is never held while a port's receiver runs, so that the receiver may send.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|_| std::process::abort())
    }
}

impl Clock for Node {
    fn start(&'static self, qemu_version: &str) -> Result<(), String> {
        match self.timers_insn_ns {
            None => qom::gate::install(self)?,
            Some(insn_ns) => qom::timer_gate::install(self, insn_ns)?,
        }
        qom::traps::end_endless_ones()?;
        qom::reset::at_reset(|| clock().was_reset());
        // Last: who has said hello can run.
        self.lock().hello(qemu_version);
        Ok(())
    }

    fn attach(&self, port: u16, receiver: state::Receiver) -> Result<(), String> {
        self.lock().attach(port, receiver)
    }

    fn send(&self, port: u16, bytes: &[u8]) {
        self.lock().send(port, qom::clock::now_ns(), bytes);
    }

    fn held(&self, port: u16) {
        self.lock().held(port, qom::clock::now_ns());
    }

    fn was_reset(&self) {
        if self.lock().was_reset(qom::clock::now_ns()) {
            self.check_reset();
        }
    }
}

impl Gate for Node {
    fn wait(&self) -> bool {
        self.lock().wait_for_grant()
    }

    fn commit(&self) -> Open {
        self.lock().take_grant()
    }

    fn event(&self, now_ns: u64) -> Open {
        let mut bytes = std::mem::take(&mut self.lock().frame);
        loop {
            let due = self.lock().next_due(now_ns, &mut bytes);
            match due {
                None => break,
                Some(Due::Frame(receiver)) => receiver.receive(&bytes),
                Some(Due::Reset) => {
                    self.check_reset();
                    // The vCPUs stop here until the reset is done; what else is due comes after it.
                    qom::reset::request();
                    break;
                }
            }
        }
        let mut state = self.lock();
        state.frame = bytes;
        state.grant()
    }

    fn extend(&self, now_ns: u64) -> Option<Open> {
        self.lock().extend(now_ns)
    }

    fn ended(&self, now_ns: u64, code: u32) {
        self.lock().ended(now_ns, code);
    }
}

/// For other modules: attaches the receiver of `port`.
///
/// # Safety
/// `deliver` and `opaque` stay valid until QEMU ends; `deliver` is called under the big lock.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn virtmcu_port_attach(port: u16, deliver: Deliver, opaque: *mut c_void) {
    if let Err(why) = clock().attach(port, state::Receiver { deliver, opaque: opaque as usize }) {
        fatal(NAME, &why);
    }
}

/// For other modules: the guest has stored the frame of `len` bytes into `port`, now.
///
/// # Safety
/// `bytes` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn virtmcu_port_send(port: u16, bytes: *const u8, len: usize) {
    // SAFETY: the caller's promise.
    let bytes = unsafe { std::slice::from_raw_parts(bytes, len) };
    clock().send(port, bytes);
}

/// For other modules: a frame arrived at `port`, now, and its device has no room for it yet.
#[unsafe(no_mangle)]
pub extern "C" fn virtmcu_port_held(port: u16) {
    clock().held(port);
}
