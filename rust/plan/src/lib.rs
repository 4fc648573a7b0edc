// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a machine is made of, step by step: `board` writes a [`Plan`], `plugin/machine` carries it out in QEMU.
//!
//! All thinking is done before: addresses are the CPU's, interrupts are lines of an object, properties are QEMU's. So the
//! part in QEMU is small, and what `virtmcu board check` shows is what will be built.
//!
//! **Invariant:** an object, clock or line is only named by steps after the one that makes it ([`Plan::check`]).
//! **Limits:** both sides are built together: [`Plan::to_bytes`] is no format for files.

#![forbid(unsafe_code)]

mod check;

pub use check::Broken;
use serde::{Deserialize, Serialize};

/// A machine. Steps are carried out in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// How it is built.
    pub steps: Vec<Step>,
    /// What is in memory before the first instruction, and after each reset.
    pub loads: Vec<Load>,
    /// Where the CPUs start that are told: in the firmware, or in a boot ROM.
    pub entry: u64,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// Memory: the next [`MemoryId`]. It shows at each of `at`, and nothing else may lie below it.
    Memory {
        /// Its name: the path of its node.
        name: String,
        /// Its length in bytes.
        size_bytes: u64,
        /// The guest's stores are ignored.
        read_only: bool,
        /// It is all ones where nothing is loaded, and not all zeroes.
        erased: bool,
        /// The addresses where it begins: its own first, then its mirrors.
        at: Vec<u64>,
        /// Where other steps show it besides, or instead: what guards it, a [`Step::Mirror`].
        elsewhere: Vec<u64>,
    },
    /// All that lies at `of` shows at `at` as well, where nothing else does.
    Mirror {
        /// Its name.
        name: String,
        /// What is shown: the first address.
        of: u64,
        /// Where: the first address.
        at: u64,
        /// How much of it.
        size_bytes: u64,
    },
    /// The guest's stores to a read-only memory come to an object, which may change it. It is all ones where nothing is loaded, and
    /// what is loaded there is so once, not after each reset.
    Stores {
        /// To which memory.
        memory: MemoryId,
        /// To whom: a device of ours that sees stores.
        to: ObjectId,
    },
    /// A clock that never changes: the next [`ClockId`].
    Clock {
        /// Its name.
        name: String,
        /// Its frequency.
        hz: u64,
    },
    /// Makes and starts an object: the next [`ObjectId`].
    Object(Object),
    /// Something answers that is not modelled.
    Stub(Stub),
    /// The registers of `object` called `region` lie at `at`.
    Map {
        /// Whose.
        object: ObjectId,
        /// Which of its regions.
        region: u32,
        /// The first address.
        at: u64,
    },
    /// The registers of `object` called `region` lie at `at` for the CPU `cpu` alone, an `armv7m`: where that has its own.
    MapInCpu {
        /// Whose.
        object: ObjectId,
        /// Which of its regions.
        region: u32,
        /// The first address.
        at: u64,
        /// For whom.
        cpu: ObjectId,
    },
    /// Joins two lines.
    Connect {
        /// From.
        from: Output,
        /// To.
        to: Input,
    },
    /// Nobody but the board drives this line: it has this level from each reset on.
    Level {
        /// Which.
        to: Input,
        /// The level.
        high: bool,
    },
    /// A CPU starts anew whenever the machine does.
    Reset(Reset),
}

/// Registers that only remember, and tell of each access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stub {
    /// What its lines call it.
    pub name: String,
    /// The first address.
    pub at: u64,
    /// Its length in bytes.
    pub size_bytes: u64,
    /// What reads give at these offsets, multiples of 4.
    pub reads: Vec<(u64, u32)>,
    /// The port of the node that it tells its accesses on.
    pub port: u16,
}

/// The place of an object among all [`Step::Object`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ObjectId(pub u32);

/// The place of a memory among all [`Step::Memory`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MemoryId(pub u32);

/// The place of a clock among all [`Step::Clock`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ClockId(pub u32);

/// Where a clock comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClockFrom {
    /// One that never changes.
    Fixed(ClockId),
    /// An object makes it, and may change it.
    Object(ObjectId, String),
}

/// An object to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// Its name below the machine: the path of its node.
    pub name: String,
    /// QEMU's name of its type.
    pub kind: String,
    /// What makes it.
    pub made: Made,
    /// Its properties, in the order in which they are set.
    pub properties: Vec<(String, Value)>,
    /// Its clock inputs.
    pub clocks: Vec<(String, ClockFrom)>,
}

/// What makes an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Made {
    /// It has registers, which [`Step::Map`] maps.
    OnSystemBus,
    /// It is on no bus: a CPU, a gate between lines.
    Alone,
    /// It sits on a bus that another object has.
    OnBus(ObjectId, String),
    /// QEMU's `riscv_aclint_mtimer_create` makes it, out of its properties, at this address and of this length: setting
    /// properties alone leaves it without its timers.
    RiscvTimer(u64, u64),
}

/// The value of a property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// A number.
    Number(u64),
    /// A switch.
    Switch(bool),
    /// A text.
    Text(String),
    /// Some numbers.
    Numbers(Vec<u64>),
    /// Another object.
    Object(ObjectId),
    /// The registers of another object: which of its regions.
    Registers(ObjectId, u32),
    /// A memory.
    Memory(MemoryId),
    /// The memory that the CPU sees.
    SystemMemory,
    /// The node's port of this number.
    Port(u16),
    /// The network that is behind the node's port of that number.
    Net(u16),
    /// [`Plan::entry`].
    Entry,
}

/// Where a line comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// The object.
    pub object: ObjectId,
    /// Which of its lines.
    pub line: Line,
}

/// Where a line goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// The object.
    pub object: ObjectId,
    /// A part of it that has the line: `harts[0]`.
    pub part: Option<String>,
    /// Which of its lines; never [`Line::Interrupt`].
    pub line: Line,
}

/// A line of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Line {
    /// QEMU's interrupt output of a device on the system bus.
    Interrupt(u32),
    /// The n-th of its lines without a name.
    Plain(u32),
    /// The n-th of those with this name.
    Named(String, u32),
}

/// How a CPU starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reset {
    /// An `armv7m`: by its vector table.
    CortexM(ObjectId),
    /// Another CPU: at [`Plan::entry`].
    AtEntry(ObjectId),
    /// Another CPU that waits until the first one starts it.
    Waiting(ObjectId),
}

/// Bytes in memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// The first address.
    pub at: u64,
    /// What is there.
    pub bytes: Vec<u8>,
}

/// An Ethernet address as QEMU reads it.
pub fn address(bytes: [u8; 6]) -> String {
    bytes.map(|byte| format!("{byte:02x}")).join(":")
}

/// An Ethernet address as our own controllers have it: the first byte is the highest.
pub fn number_of(bytes: [u8; 6]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn bytes_of(number: u64) -> [u8; 6] {
    let [_, _, bytes @ ..] = number.to_be_bytes();
    bytes
}

/// The address that [`address`] wrote.
fn address_of(text: &str) -> Option<[u8; 6]> {
    let bytes: Option<Vec<u8>> = text.split(':').map(|byte| u8::from_str_radix(byte, 16).ok()).collect();
    bytes?.try_into().ok()
}

impl Object {
    /// The port of an Ethernet controller: of QEMU's, or of one of our own, which has a number as its address.
    fn net(&self) -> Option<u16> {
        let is_own =
            self.properties.iter().any(|(name, value)| name == MAC && matches!(value, Value::Number(_)));
        self.properties.iter().find_map(|(name, value)| match value {
            Value::Net(port) => Some(*port),
            Value::Number(port) if is_own && name == "port" => u16::try_from(*port).ok(),
            _ => None,
        })
    }
}

/// The property of an Ethernet controller that has its address.
const MAC: &str = "mac";

impl Plan {
    /// The address that the Ethernet controller at `port` has, if it has one.
    pub fn address(&self, port: u16) -> Option<[u8; 6]> {
        let mut objects = self.steps.iter().filter_map(|step| match step {
            Step::Object(object) if object.net() == Some(port) => Some(object),
            _ => None,
        });
        objects.next()?.properties.iter().find_map(|(name, value)| match value {
            Value::Text(text) if name == MAC => address_of(text),
            Value::Number(number) if name == MAC && *number != 0 => Some(bytes_of(*number)),
            _ => None,
        })
    }

    /// Gives each Ethernet controller the address that `of` has for its port; else that which it has stays.
    pub fn set_addresses(&mut self, of: impl Fn(u16) -> Option<[u8; 6]>) {
        for step in &mut self.steps {
            let Step::Object(object) = step else { continue };
            let Some(bytes) = object.net().and_then(&of) else { continue };
            let place = object.properties.iter().position(|(name, _)| name == MAC);
            let before = place.map(|place| object.properties.remove(place).1);
            let value = match before {
                Some(Value::Number(_)) => Value::Number(number_of(bytes)),
                _ => Value::Text(address(bytes)),
            };
            object.properties.push((MAC.to_string(), value));
        }
    }

    /// The plan as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Only a type that serde cannot write fails, and none of these is one.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// The plan that [`Plan::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Plan, Broken> {
        let plan: Plan = postcard::from_bytes(bytes).map_err(|_| Broken::NoPlan)?;
        plan.check()?;
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn controller(properties: Vec<(String, Value)>) -> Step {
        let (name, kind) = ("/soc/eth".to_string(), "a".to_string());
        Step::Object(Object { name, kind, made: Made::OnSystemBus, properties, clocks: Vec::new() })
    }

    #[test]
    fn controllers_get_their_addresses() {
        let net = |port| ("netdev".to_string(), Value::Net(port));
        let own = |port, mac| vec![("port".into(), Value::Number(port)), ("mac".into(), Value::Number(mac))];
        let text = ("mac".to_string(), Value::Text("02:00:00:00:00:0a".to_string()));
        let mut plan = Plan {
            steps: vec![
                controller(vec![net(1)]),
                controller(vec![net(2), text]),
                controller(own(3, 0)),
                controller(own(4, 0x0200_0000_000b)),
                // A CAN controller.
                controller(vec![("port".into(), Value::Number(5))]),
            ],
            ..Plan::default()
        };
        let all = |plan: &Plan| [1, 2, 3, 4, 5].map(|port| plan.address(port));
        let (a, b) = ([2, 0, 0, 0, 0, 10], [2, 0, 0, 0, 0, 11]);
        assert_eq!(all(&plan), [None, Some(a), None, Some(b), None]);
        plan.set_addresses(|port| (port != 2).then_some([4, 0, 0, 0, 0, port as u8]));
        let set = |port| Some([4, 0, 0, 0, 0, port]);
        assert_eq!(all(&plan), [set(1), Some(a), set(3), set(4), None]);
        let Step::Object(third) = &plan.steps[2] else { panic!("a controller") };
        assert_eq!(third.properties[1], ("mac".into(), Value::Number(0x0400_0000_0003)));
    }
}
