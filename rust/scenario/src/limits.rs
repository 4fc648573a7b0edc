// SPDX-License-Identifier: Apache-2.0 OR MIT
//! How large a scenario may be. The bounds are far above any real system; they keep a broken generator from
//! filling the machine, and the time to report mistakes short.

use std::time::Duration;

/// Bytes of a scenario file.
pub const FILE_BYTES_MAX: usize = 4 << 20;
/// Nodes of a scenario.
pub const NODES_MAX: usize = 256;
/// Files in a node's memory beside its firmware.
pub const LOADS_MAX: usize = 64;
/// Devices that a scenario brings.
pub const DEVICES_MAX: usize = 256;
/// Interrupts, clocks or properties of one of them.
pub const PARTS_MAX: usize = 256;
/// Links of a scenario.
pub const LINKS_MAX: usize = 4096;
/// Bits per second of a CAN bus, in either phase: more than any transceiver has.
pub const CAN_BITRATE_MAX: u64 = 20_000_000;
/// Frames in a queue of a switch, and addresses that it knows.
pub const SWITCH_MAX: u64 = 65_536;
/// Ports of a LIN bus: LIN 2.2A, 6.5.
pub const LIN_ENDS_MAX: usize = 16;
/// Ports of one link.
pub const ENDS_MAX: usize = 64;
/// Faults of a scenario.
pub const FAULTS_MAX: usize = 4096;
/// The last place of a frame that a fault looks at.
pub const MATCH_AT_MAX: u64 = 1517;
/// Bytes at one of them.
pub const MATCH_BYTES_MAX: usize = 64;
/// Expectations of a scenario.
pub const EXPECTS_MAX: usize = 4096;
/// Inputs of a scenario.
pub const INPUTS_MAX: usize = 4096;
/// Recorded sessions of a scenario.
pub const SESSIONS_MAX: usize = 64;
/// Inputs of one of them: its file is not longer than a scenario's.
pub const SESSION_INPUTS_MAX: usize = 1 << 16;
/// Bytes of a log, a capture or a database.
pub const INPUT_FILE_BYTES_MAX: usize = 256 << 20;
/// Frames of one of them.
pub const INPUT_FRAMES_MAX: usize = 1 << 20;
/// How often an input is sent.
pub const INPUT_TIMES_MAX: u64 = 1 << 32;
/// Bytes of one input.
pub const INPUT_BYTES_MAX: usize = 1 << 16;
/// Places of a frame at which an expectation or a fault looks.
pub const MATCHES_MAX: usize = 64;
/// Bytes that an expectation waits for.
pub const EXPECT_BYTES_MAX: usize = 1 << 12;
/// Bytes of data of a frame without CAN FD.
pub const CAN_CLASSIC_BYTES_MAX: usize = 8;
/// Bytes of the longest frame of such a link.
pub const fn frame_bytes_max(medium: link::Medium) -> usize {
    match medium {
        // A line of the trace.
        link::Medium::Uart => 256,
        link::Medium::Ethernet => 1518,
        link::Medium::Can => can::LEN_MAX,
        // Its identifier, then its data.
        link::Medium::Lin => 1 + link::lin::DATA_MAX,
    }
}
/// Bytes of a text that an input waits for.
pub const AFTER_BYTES_MAX: usize = 256;
/// States that a node tells in a run.
pub const STATES_MAX: u64 = 1_000_000;
/// Power events of a scenario.
pub const POWER_MAX: usize = 4096;
/// The highest address: what a TOML integer can say.
pub const ADDRESS_MAX: u64 = i64::MAX as u64;
/// Characters of the name of a node or a link.
pub const NAME_CHARS_MAX: usize = 64;
/// How long a run may make no progress, by the host's clock, when the scenario does not say.
pub const WATCHDOG_DEFAULT: Duration = Duration::from_secs(60);
/// The least that a scenario may say.
pub const WATCHDOG_MIN: Duration = Duration::from_secs(1);
/// The most that a scenario may say.
pub const WATCHDOG_MAX: Duration = Duration::from_secs(24 * 3600);
/// Mistakes that are reported; what comes after them in the file is left out.
pub const MISTAKES_MAX: usize = 200;
