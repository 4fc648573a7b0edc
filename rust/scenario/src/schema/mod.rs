// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The JSON Schema of the format, for editors. The types here exist for their documentation; `read` reads the
//! file.

mod expects;
mod faults;
mod inputs;
mod links;
mod nodes;
mod values;

use crate::limits;
use expects::Expect;
use faults::Fault;
use inputs::Input;
use links::Link;
use nodes::{Device, Node, Power, word};
use schemars::{JsonSchema, generate::SchemaSettings};
use std::collections::BTreeMap;
use values::TIME;

/// The JSON Schema of a scenario file, as it is in `docs/scenario.schema.json`.
pub fn schema() -> serde_json::Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Scenario>().to_value()
}

/// A scenario of virtmcu: which boards run which firmware, how they are linked, and what must happen.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Scenario {
    /// The version of this format. Always 1.
    #[schemars(extend("const" = 1))]
    schema: u64,
    /// How long the run lasts, in virtual time: a number and a unit (ns, us, ms, s, min, h). Longer than
    /// zero.
    #[schemars(pattern(TIME), example = "20ms")]
    duration: String,
    /// What all randomness of the run is drawn from.
    #[serde(default)]
    #[schemars(example = 7)]
    seed: u64,
    /// Devices of your own that boards in files have: [device."COMPATIBLE"] (docs/write-a-device.md).
    #[serde(default)]
    #[schemars(extend("maxProperties" = limits::DEVICES_MAX, "propertyNames" = word()))]
    device: BTreeMap<String, Device>,
    /// The nodes: [node.NAME].
    #[schemars(extend("minProperties" = 1, "maxProperties" = limits::NODES_MAX, "propertyNames" = name()))]
    node: BTreeMap<String, Node>,
    /// The links between ports: [link.NAME]. A UART without a link is a console: the trace has what it sends.
    #[serde(default)]
    #[schemars(extend("maxProperties" = limits::LINKS_MAX, "propertyNames" = name()))]
    link: BTreeMap<String, Link>,
    /// What goes wrong on links: [[fault]] (docs/faults.md).
    #[serde(default)]
    #[schemars(length(max = limits::FAULTS_MAX))]
    fault: Vec<Fault>,
    /// When nodes are switched on and off, and reset: [[power]].
    #[serde(default)]
    #[schemars(length(max = limits::POWER_MAX))]
    power: Vec<Power>,
    /// What is typed at consoles.
    #[serde(default)]
    input: Input,
    /// What must happen for the run to pass.
    #[serde(default)]
    expect: Expect,
    /// What is in the trace.
    #[serde(default)]
    trace: TraceKeys,
    /// The trace that the run must give.
    #[serde(default)]
    golden: Golden,
    /// When a run that makes no progress is given up.
    #[serde(default)]
    watchdog: Watchdog,
}

/// What is in the trace.
#[derive(JsonSchema, Default)]
#[schemars(rename = "Trace")]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct TraceKeys {
    /// How often the registers and the memory of each node go into the digests in the trace's foot: a time, or "off".
    /// By default ten times in the run.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(STATE_EVERY), example = "1ms")]
    state_every: String,
}

/// The trace that the run must give, byte for byte.
#[derive(JsonSchema, Default)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Golden {
    /// The file with that trace, named as "firmware" is.
    #[schemars(length(min = 1), example = "//golden/uart/ping_pong.trace")]
    trace: String,
}

/// When a run that makes no progress is given up: a failure of the infrastructure, never of the test. The only time in this
/// file that is the host's.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Watchdog {
    /// How long no node may come any further, by the host's clock: 1s to 24h.
    #[schemars(pattern(TIME), example = "60s")]
    wall: String,
}

impl Default for Watchdog {
    fn default() -> Watchdog {
        Watchdog { wall: format!("{}s", limits::WATCHDOG_DEFAULT.as_secs()) }
    }
}
/// A time, or "off".
const STATE_EVERY: &str = r"^(\s*[0-9][0-9_]*(\.[0-9_]+)?\s*(ns|us|µs|ms|s|min|h)\s*|off)$";

fn name() -> serde_json::Value {
    serde_json::json!({ "pattern": "^[a-z][a-z0-9_]*$", "maxLength": limits::NAME_CHARS_MAX })
}

#[cfg(test)]
mod tests;
