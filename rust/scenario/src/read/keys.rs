// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The keys of each table. `schema/` documents the same ones; a test keeps the two together.

/// The file itself.
pub(crate) const TOP: &[&str] = &[
    "schema", "duration", "seed", "device", "node", "link", "fault", "power", "input", "expect", "trace",
    "golden", "watchdog",
];
/// `[node.NAME]`.
pub(crate) const NODE: &[&str] = &[
    "board",
    "firmware",
    "firmware_at",
    "load",
    "cpu_hz",
    "cores",
    "semihosting",
    "permissive",
    "start",
    "clock_ppm",
    "drift_ppm_per_s",
    "mac",
];
/// `[[node.NAME.load]]`.
pub(crate) const NODE_LOAD: &[&str] = &["file", "at"];
/// `[device."COMPATIBLE"]`.
pub(crate) const DEVICE: &[&str] =
    &["module", "type", "interrupts", "clocks", "properties", "outputs", "inputs", "port"];
/// `[link.NAME]` of any kind.
pub(crate) const LINK: &[&str] = &[
    "kind",
    "ends",
    "baud",
    "framing",
    "delay",
    "flow_control",
    "bitrate",
    "data_bitrate",
    "allow_wrong_rate",
    "host",
    "latency",
    "queue",
    "addresses",
    "port",
    "master",
    "ldf",
    "schedule",
    "tolerance",
];
/// With `kind = "uart"`.
pub(crate) const UART_LINK: &[&str] = &["kind", "ends", "baud", "framing", "delay", "flow_control"];
/// With `kind = "rs485"`.
pub(crate) const RS485_LINK: &[&str] = &["kind", "ends", "baud", "framing", "delay"];
/// With `kind = "can"`.
pub(crate) const CAN_LINK: &[&str] =
    &["kind", "ends", "bitrate", "data_bitrate", "delay", "allow_wrong_rate"];
/// With `kind = "lin"`.
pub(crate) const LIN_LINK: &[&str] =
    &["kind", "ends", "bitrate", "delay", "master", "ldf", "schedule", "tolerance"];
/// With `kind = "ethernet"`.
pub(crate) const ETHERNET_LINK: &[&str] = &["kind", "ends", "bitrate", "delay", "host"];
/// With `kind = "switch"`.
pub(crate) const SWITCH_LINK: &[&str] =
    &["kind", "ends", "bitrate", "delay", "host", "latency", "queue", "addresses", "port"];
/// `[[link.NAME.port]]`.
pub(crate) const SWITCH_PORT: &[&str] = &["end", "bitrate", "delay", "latency", "queue"];
/// `[[fault]]` of any kind.
pub(crate) const FAULT: &[&str] = &[
    "link", "do", "from", "until", "ends", "to", "nth", "one_in", "match", "bit", "by", "id", "extended",
    "id_mask", "data", "every",
];
/// Those that each fault has.
pub(crate) const FAULT_ALWAYS: &[&str] = &["link", "do", "from", "until"];
/// What `do` of `[[fault]]` can be.
pub(crate) const FAULT_DO: &[&str] = &[
    "cut",
    "drop",
    "corrupt",
    "duplicate",
    "delay",
    "jitter",
    "bit_errors",
    "error",
    "stuck_dominant",
    "babble",
];
/// `[input]`.
pub(crate) const INPUT: &[&str] = &["uart", "can", "frame", "session"];
/// `[[input.uart]]`.
pub(crate) const INPUT_UART: &[&str] = &["port", "at", "after", "wait", "text", "bytes", "baud"];
/// `[[input.can]]`.
pub(crate) const INPUT_CAN: &[&str] = &[
    "link",
    "log",
    "pcapng",
    "interface",
    "direction",
    "id",
    "data",
    "extended",
    "fd",
    "brs",
    "dbc",
    "message",
    "signals",
    "at",
    "after",
    "port",
    "wait",
    "every",
    "times",
    "until",
];
/// `[[input.frame]]`.
pub(crate) const INPUT_FRAME: &[&str] = &[
    "link",
    "bytes",
    "pcapng",
    "interface",
    "direction",
    "at",
    "after",
    "port",
    "wait",
    "every",
    "times",
    "until",
];
/// `[[input.session]]`.
pub(crate) const INPUT_SESSION: &[&str] = &["file"];
/// The file that it names.
pub(crate) const SESSION_FILE: &[&str] = &["input", "session"];
/// `[input]` there.
pub(crate) const SESSION_INPUT: &[&str] = &["uart"];
/// `[session]` there.
pub(crate) const SESSION: &[&str] = &["end"];
/// `[expect]`.
pub(crate) const EXPECT: &[&str] = &["order", "uart", "frame", "can"];
/// `[[expect.uart]]`.
pub(crate) const EXPECT_UART: &[&str] =
    &["name", "after", "within", "never", "count", "port", "line", "contains", "matches", "bytes"];
/// `[[expect.frame]]`.
pub(crate) const EXPECT_FRAME: &[&str] = &[
    "name", "after", "within", "never", "count", "link", "from", "to", "outcome", "length", "match",
    "capture",
];
/// `[[expect.can]]`.
pub(crate) const EXPECT_CAN: &[&str] = &[
    "name", "after", "within", "never", "count", "link", "from", "outcome", "id", "extended", "fd", "remote",
    "data", "dbc", "message", "signals", "capture",
];
/// A number, or from which one to which.
pub(crate) const RANGE: &[&str] = &["min", "max"];
/// An entry of `match`.
pub(crate) const MATCH: &[&str] = &["at", "bytes"];
/// An entry of `capture`.
pub(crate) const CAPTURE: &[&str] = &["at", "length"];
/// What becomes of frames.
pub(crate) const OUTCOMES: &[&str] = &["sent", "lost", "failed"];
/// `[trace]`.
pub(crate) const TRACE: &[&str] = &["state_every"];
/// `[golden]`.
pub(crate) const GOLDEN: &[&str] = &["trace"];

/// `[watchdog]`.
pub(crate) const WATCHDOG: &[&str] = &["wall"];
/// `[[power]]`.
pub(crate) const POWER: &[&str] = &["node", "at", "do", "off_for"];
/// What `do` of `[[power]]` can be.
pub(crate) const POWER_DO: &[&str] = &["off", "on", "reset", "cycle"];

/// The kinds of links.
pub(crate) const LINK_KINDS: &[&str] = &["uart", "rs485", "can", "lin", "ethernet", "switch"];
