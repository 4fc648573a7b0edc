// SPDX-License-Identifier: Apache-2.0 OR MIT
//! QEMU's command line. Every option that could let the host in is fixed here.

use crate::debugger::GdbServer;
use crate::shared::Shared;
use crate::stock;
use crate::tools::Tools;
use board::{Board, InsnTime, Machine, PortKind};
use std::ffi::OsString;
use std::os::fd::RawFd;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use vtime::LocalClock;

/// What a node is.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Its name in the scenario.
    pub name: String,
    /// What it runs on.
    pub board: Arc<Board>,
    /// The ELF that it runs.
    pub firmware: PathBuf,
    /// How its machine is built with this firmware, if its board is a device tree: the bytes of a `plan::Plan`.
    pub plan: Option<Arc<[u8]>>,
    /// Modules of the user's own with devices of its board: absolute paths.
    pub own_modules: Vec<PathBuf>,
    /// The serial lines that its ports are joined to, each with the port's number.
    pub lines: Vec<(u16, uart::Line)>,
    /// The clock of its CPU.
    pub cpu_hz: u64,
    /// How many CPU cores it has.
    pub cores: u8,
    /// Its firmware may talk to a debugger, at the port behind those of its board.
    pub semihosting: bool,
    /// The seed of whatever QEMU draws for the guest.
    pub seed: u64,
    /// Its place among the nodes.
    pub place: u16,
    /// What its virtual time follows.
    pub timing: Timing,
    /// How often it tells its state, and when the run ends, in nanoseconds; `None`: never.
    pub states_ns: Option<(u64, u64)>,
    /// Where it serves GDB; only in debug runs.
    pub gdb: Option<GdbServer>,
    /// When it is switched on, and what its time runs by.
    pub clock: LocalClock,
    /// How many frames it sent in former lives.
    pub sent: u64,
}

/// What the virtual time of a node follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timing {
    /// The instructions executed, up to exactly its grant.
    #[default]
    Exact,
    /// The host's clock; it is stopped where its grant ends, or a little later.
    Suspend,
    /// The host's clock, and nobody.
    Standalone,
}

impl Timing {
    /// The node's module knows it by this name.
    fn name(self) -> &'static str {
        match self {
            Timing::Exact => "exact",
            Timing::Suspend => "suspend",
            Timing::Standalone => "standalone",
        }
    }
}

/// The descriptors that the process inherits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inherited {
    pub channel: RawFd,
    pub bell: RawFd,
    pub clocks: RawFd,
    /// The plan of its machine, if it has one.
    pub plan: Option<RawFd>,
    pub qmp: RawFd,
}

pub(crate) fn command(tools: &Tools, spec: &Spec, shared: &Shared, fds: Inherited) -> Command {
    let board = &*spec.board;
    let mut command = program(tools, board.qemu_binary);
    // Neither the user's configuration nor the environment reaches QEMU.
    command.env_clear().args(["-no-user-config", "-nodefaults", "-display", "none", "-nic", "none"]);
    command.arg("-L").arg(tools.qemu_data());
    load_modules(&mut command, tools, &module_options(tools, spec, shared, fds));
    for module in &spec.own_modules {
        load_module(&mut command, module, "");
    }
    match &board.machine {
        Machine::Qemu { name, extra_args } => command.args(["-M", name]).args(*extra_args),
        // The module builds it, firmware and all.
        Machine::Tree(_) => command.args(["-M", "virtmcu"]),
    };
    if spec.cores > 1 {
        command.arg("-smp").arg(spec.cores.to_string());
    }
    let exact_blocks =
        if tools.is_stock() && stock::needs_single_insns(board) { ",one-insn-per-tb=on" } else { "" };
    command.arg("-accel").arg(format!("tcg,thread=single{exact_blocks}"));
    match spec.timing {
        // Virtual time counts instructions and jumps when the CPU sleeps; the host's clock has no part in it.
        Timing::Exact => {
            command.arg("-icount").arg(format!("{},sleep=off,align=off", InsnTime::of(spec.cpu_hz)));
        }
        // The node's module starts the machine when it has a grant.
        Timing::Suspend | Timing::Standalone => {
            command.arg("-S");
        }
    }
    command.args(["-rtc", "base=2000-01-01T00:00:00,clock=vm"]);
    command.arg("-seed").arg(spec.seed.to_string());
    let uarts = board.ports.iter().enumerate().filter(|(_, port)| port.kind == PortKind::Uart);
    for (index, _) in uarts {
        command.arg("-chardev").arg(format!("virtmcu-uart,id=uart{index}"));
        if let Machine::Qemu { .. } = board.machine {
            command.arg("-serial").arg(format!("chardev:uart{index}"));
        }
    }
    if spec.semihosting {
        // With the gate it reaches nothing but its console (patches/0013).
        let port = board.ports.len();
        command.arg("-chardev").arg(format!("virtmcu-uart,id=uart{port}"));
        command
            .arg("-semihosting-config")
            .arg(format!("enable=on,userspace=off,target=native,chardev=uart{port}"));
    }
    command.arg("-chardev").arg(format!("socket,id=qmp,fd={}", fds.qmp));
    command.args(["-mon", "chardev=qmp,mode=control"]);
    if let Some(server) = &spec.gdb {
        command.arg("-gdb").arg(server.argument());
    }
    if let Machine::Qemu { .. } = board.machine {
        command.arg("-kernel").arg(&spec.firmware);
    }
    command
}

/// QEMU's program, started by its own dynamic linker if it came with one.
fn program(tools: &Tools, name: &str) -> Command {
    let Some((linker, libraries)) = tools.linker() else { return Command::new(tools.qemu(name)) };
    let mut command = Command::new(linker);
    command.arg("--library-path").arg(libraries).arg(tools.qemu(name));
    command
}

/// What the node's module is told.
fn node_options(tools: &Tools, spec: &Spec, shared: &Shared, fds: Inherited) -> String {
    let host = std::process::id();
    let Inherited { channel, bell, clocks, .. } = fds;
    let (Spec { place, .. }, Shared { nodes, look, spin, .. }) = (spec, shared);
    let (start, crystal, sent) = (spec.clock.start().as_ns(), spec.clock.crystal(), spec.sent);
    let (ppb, drift) = (crystal.error_ppb(), crystal.drift_ppb_per_s());
    let mode = match (spec.timing, stock::insn_ns(spec)) {
        (Timing::Exact, Some(insn_ns)) if tools.is_stock() => format!("timers,insn={insn_ns}"),
        (timing, _) => timing.name().to_string(),
    };
    let options = format!(
        "mode={mode},channel={channel},bell={bell},clocks={clocks},nodes={nodes},place={place},host={host},look={look},spin={spin},\
         start={start},ppb={ppb},drift={drift},sent={sent}"
    );
    let states = spec.states_ns.map(|(every, end)| format!(",state={every},end={end}"));
    options + &states.unwrap_or_default()
}

/// The modules that a node needs, and what each is told.
fn module_options(
    tools: &Tools,
    spec: &Spec,
    shared: &Shared,
    fds: Inherited,
) -> Vec<(&'static str, String)> {
    let lines = spec.lines.iter().map(|(port, line)| format!("uart{port}={line}"));
    let lines = lines.collect::<Vec<_>>().join(",");
    let mut all = vec![("node", node_options(tools, spec, shared, fds)), ("uart", lines)];
    // The machine's module asks it for networks.
    if spec.board.ports.iter().any(|port| port.kind == PortKind::Ethernet) {
        all.push(("net", String::new()));
    }
    all.extend(fds.plan.map(|plan| ("machine", format!("plan={plan}"))));
    all.extend(spec.board.modules.iter().map(|module| (*module, String::new())));
    all
}

/// `-module`: it opens a file and hands it its options.
fn load_module(command: &mut Command, file: &Path, options: &str) {
    let mut argument = file.as_os_str().to_os_string();
    argument.push(",");
    argument.push(options);
    command.arg("-module").arg(argument);
}

/// Our QEMU loads modules itself; into another one the dynamic linker does, and their options are in the environment.
fn load_modules(command: &mut Command, tools: &Tools, modules: &[(&str, String)]) {
    if !tools.is_stock() {
        for (name, options) in modules {
            load_module(command, &tools.module(name), options);
        }
        return;
    }
    let mut preload = OsString::new();
    for (name, options) in modules {
        command.env(format!("VIRTMCU_MODULE_{name}"), options);
        preload.push(tools.module(name));
        preload.push(":");
    }
    command.env("LD_PRELOAD", preload);
}
