// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Links.

use super::values::{PORT, TIME, delay, is_zero};
use crate::limits;
use schemars::JsonSchema;

/// A link between ports of nodes. Which keys it has besides "kind" and "ends" depends on its kind.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [
    {"properties": {"kind": {"enum": ["uart", "rs485"]}}, "required": ["baud"]},
    {"properties": {"kind": {"enum": ["can", "ethernet", "switch"]}}, "required": ["bitrate"]},
    {"properties": {"kind": {"enum": ["lin"]}}, "anyOf": [{"required": ["bitrate"]}, {"required": ["ldf"]}]},
]))]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct Link {
    /// What kind of link it is: "uart", two wires between two ports; "rs485", one pair that all ends share, where who sends while
    /// another one does garbles both; "can", a CAN bus; "lin", a LIN bus of UARTs; "ethernet", a cable between two ports; "switch", an Ethernet switch.
    #[schemars(extend("enum" = crate::read::keys::LINK_KINDS))]
    kind: String,
    /// The ports that it joins, "NODE.PORT" each, in any order: two, or at an "rs485", "can", "lin" or "switch" more, with a `host` one less. A port is in one link only.
    #[schemars(length(min = 1, max = limits::ENDS_MAX), inner(pattern(PORT)), extend("examples" = [["pinger.uart0", "ponger.uart0"]]))]
    ends: Vec<String>,
    /// Of a "uart" or "rs485", which need it: the baud rate in bits per second, the same in both directions.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(min = 1, max = u32::MAX), example = 115_200)]
    baud: u64,
    /// Of a "uart" or "rs485": data bits (5 to 9), parity (N, E or O) and stop bits (1 or 2).
    #[serde(default = "framing")]
    #[schemars(pattern("^[5-9][NEO][12]$"), example = "8E1")]
    framing: String,
    /// Of a "uart": RTS of each end is CTS of the other one. Ends that know neither send whenever they like.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    flow_control: bool,
    /// How long what has left travels: a number and a unit (ns, us, ms, s, min, h).
    #[serde(default = "delay")]
    #[schemars(pattern(TIME), example = "50ns")]
    delay: String,
    /// Of a "can", "ethernet" or "switch", which need it, and of a "lin": bits per second. Ethernet has 10, 100 and 1000 Mbit/s, LIN 1000 to
    /// 20000 bit/s, by default those of its "ldf".
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(min = 1, max = 1_000_000_000), example = 500_000)]
    bitrate: u64,
    /// Of a "can": bits per second of the data phase of CAN FD. Without it the bus knows none.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(min = 1, max = limits::CAN_BITRATE_MAX), example = 2_000_000)]
    data_bitrate: u64,
    /// Of a "can": a controller whose registers give a bit rate that is more than 1 % off takes no part, and the run goes on. Without
    /// it that is an error.
    #[serde(default)]
    allow_wrong_rate: bool,
    /// Of an "ethernet" or "switch": a host at one end more, with this IP address in a network of that prefix. It answers ARP and pings,
    /// gives away the addresses that follow its own by DHCP, and sends back what comes to port 7 by UDP or TCP.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(example = "10.0.0.1/24")]
    host: String,
    /// Of a "switch": from when a frame is wholly in until it can go out.
    #[serde(default = "delay")]
    #[schemars(pattern(TIME), example = "3us")]
    latency: String,
    /// Of a "switch": how many frames wait at a port at most; more are lost.
    #[serde(default = "queue")]
    #[schemars(range(min = 1, max = limits::SWITCH_MAX))]
    queue: u64,
    /// Of a "switch": how many addresses it knows at most.
    #[serde(default = "addresses")]
    #[schemars(range(min = 1, max = limits::SWITCH_MAX))]
    addresses: u64,
    /// Of a "switch": ports that are not like the others: [[link.NAME.port]].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = limits::ENDS_MAX))]
    port: Vec<SwitchPort>,
    /// Of a "lin": who alone sends headers; those of others are told as mistakes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(PORT), example = "body.usart2")]
    master: String,
    /// Of a "lin": its LIN description file, which names its frames and says how long they are and which checksums they have: a path from the scenario's
    /// folder, or from the workspace's root "//path/doors.ldf".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(example = "doors.ldf")]
    ldf: String,
    /// Of a "lin": the table of its "ldf" that headers are to follow; those that do not are told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(example = &"NormalTable")]
    schedule: String,
    /// With "schedule": how much sooner or later a header may begin; by default the jitter that "ldf" gives the master.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "100us")]
    tolerance: String,
}

/// A port of a switch. What is not said of it is as the switch has it.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct SwitchPort {
    /// Which: one of the switch's `ends`, or "host" for that of its host.
    #[schemars(extend("anyOf" = [{"pattern": PORT}, {"const": "host"}]), example = "camera.eth0")]
    end: String,
    /// Bits per second of the cable there: 10, 100 or 1000 Mbit/s.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(extend("enum" = [10_000_000, 100_000_000, 1_000_000_000]))]
    bitrate: u64,
    /// How long what has left travels on the cable there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "50ns")]
    delay: String,
    /// From when a frame is wholly in, at any port, until it can go out at this one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "3us")]
    latency: String,
    /// How many frames wait there to go out at most; more are lost.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(min = 1, max = limits::SWITCH_MAX))]
    queue: u64,
}

fn queue() -> u64 {
    crate::read::SWITCH_QUEUE as u64
}

fn addresses() -> u64 {
    crate::read::SWITCH_ADDRESSES as u64
}

fn framing() -> String {
    link::Framing::default().to_string()
}
