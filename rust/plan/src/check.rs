// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What must hold in a plan before anybody carries it out.

use crate::{ClockFrom, Line, Made, Object, Plan, Reset, Step, Value};

/// Why something is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The bytes are none.
    #[error("the bytes are no plan of a machine: host and plugin are of different builds")]
    NoPlan,
    /// Something is named before it is made.
    #[error("step {0} of the plan names what no step before it makes")]
    NotMade(usize),
    /// A line goes into an output.
    #[error("step {0} of the plan leads a line into an interrupt output")]
    IntoOutput(usize),
    /// A memory without a place.
    #[error("step {0} of the plan makes memory that lies nowhere, or has no bytes")]
    NoMemory(usize),
    /// A mirror of itself.
    #[error("step {0} of the plan shows addresses at themselves, or none")]
    IntoItself(usize),
}

impl Plan {
    /// Whether each step has all that it needs.
    pub fn check(&self) -> Result<(), Broken> {
        let (mut objects, mut clocks, mut memories) = (0, 0, 0);
        for (place, step) in self.steps.iter().enumerate() {
            let made = match step {
                Step::Memory { size_bytes, at, elsewhere, .. } => {
                    if at.is_empty() && elsewhere.is_empty() || *size_bytes == 0 {
                        return Err(Broken::NoMemory(place));
                    }
                    memories += 1;
                    true
                }
                Step::Mirror { size_bytes, of, at, .. } => {
                    if *size_bytes == 0 || of.abs_diff(*at) < *size_bytes {
                        return Err(Broken::IntoItself(place));
                    }
                    true
                }
                Step::Clock { .. } => {
                    clocks += 1;
                    true
                }
                Step::Object(object) => {
                    let ready = is_ready(object, objects, clocks, memories);
                    objects += 1;
                    ready
                }
                Step::Stub(stub) => {
                    if stub.size_bytes == 0 {
                        return Err(Broken::NoMemory(place));
                    }
                    true
                }
                Step::Stores { memory, to } => memory.0 < memories && to.0 < objects,
                Step::Map { object, .. } => object.0 < objects,
                Step::MapInCpu { object, cpu, .. } => object.0 < objects && cpu.0 < objects,
                Step::Connect { from, to } => {
                    if matches!(to.line, Line::Interrupt(_)) {
                        return Err(Broken::IntoOutput(place));
                    }
                    from.object.0 < objects && to.object.0 < objects
                }
                Step::Level { to, .. } => {
                    if matches!(to.line, Line::Interrupt(_)) {
                        return Err(Broken::IntoOutput(place));
                    }
                    to.object.0 < objects
                }
                Step::Reset(Reset::CortexM(object) | Reset::AtEntry(object) | Reset::Waiting(object)) => {
                    object.0 < objects
                }
            };
            if !made {
                return Err(Broken::NotMade(place));
            }
        }
        Ok(())
    }
}

fn is_ready(object: &Object, objects: u32, clocks: u32, memories: u32) -> bool {
    let bus = match &object.made {
        Made::OnBus(owner, _) => owner.0 < objects,
        Made::OnSystemBus | Made::Alone | Made::RiscvTimer(..) => true,
    };
    let values = object.properties.iter().all(|(_, value)| match value {
        Value::Object(other) | Value::Registers(other, _) => other.0 < objects,
        Value::Memory(memory) => memory.0 < memories,
        _ => true,
    });
    let clocked = object.clocks.iter().all(|(_, from)| match from {
        ClockFrom::Fixed(clock) => clock.0 < clocks,
        ClockFrom::Object(other, _) => other.0 < objects,
    });
    bus && values && clocked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClockId, Input, Load, ObjectId, Output};
    use proptest::prelude::*;

    fn object(clocks: Vec<(String, ClockFrom)>) -> Step {
        let (name, kind) = ("/soc/x@0".to_string(), "x".to_string());
        Step::Object(Object { name, kind, made: Made::OnSystemBus, properties: Vec::new(), clocks })
    }

    fn check(steps: Vec<Step>, expected: Result<(), Broken>) {
        assert_eq!(Plan { steps, ..Plan::default() }.check(), expected);
    }

    #[test]
    fn nothing_is_named_before_it_is_made() {
        let map = Step::Map { object: ObjectId(0), region: 0, at: 0 };
        check(vec![object(vec![]), map.clone()], Ok(()));
        check(vec![map.clone(), object(vec![])], Err(Broken::NotMade(0)));
        let in_cpu = Step::MapInCpu { object: ObjectId(0), region: 0, at: 0, cpu: ObjectId(1) };
        check(vec![object(vec![]), in_cpu.clone(), object(vec![])], Err(Broken::NotMade(1)));
        check(vec![object(vec![]), object(vec![]), in_cpu], Ok(()));
        let clocked = object(vec![("pclk".into(), ClockFrom::Fixed(ClockId(0)))]);
        let clock = Step::Clock { name: "c".into(), hz: 1 };
        check(vec![clock.clone(), clocked.clone()], Ok(()));
        check(vec![clocked, clock], Err(Broken::NotMade(0)));
        check(vec![object(vec![]), Step::Reset(Reset::AtEntry(ObjectId(1)))], Err(Broken::NotMade(1)));
    }

    #[test]
    fn lines_end_at_inputs() {
        let line = |line| Step::Connect {
            from: Output { object: ObjectId(0), line: Line::Interrupt(0) },
            to: Input { object: ObjectId(0), part: None, line },
        };
        check(vec![object(vec![]), line(Line::Plain(3))], Ok(()));
        check(vec![object(vec![]), line(Line::Interrupt(3))], Err(Broken::IntoOutput(1)));
        let level = |object, line| Step::Level {
            to: Input { object: ObjectId(object), part: None, line },
            high: true,
        };
        check(vec![object(vec![]), level(0, Line::Plain(3))], Ok(()));
        check(vec![object(vec![]), level(0, Line::Interrupt(3))], Err(Broken::IntoOutput(1)));
        check(vec![object(vec![]), level(1, Line::Plain(3))], Err(Broken::NotMade(1)));
    }

    #[test]
    fn memory_lies_somewhere() {
        let memory = |size_bytes, at, elsewhere| Step::Memory {
            name: "m".into(),
            size_bytes,
            read_only: false,
            erased: false,
            at,
            elsewhere,
        };
        check(vec![memory(4, vec![0], vec![])], Ok(()));
        check(vec![memory(4, vec![], vec![0])], Ok(()));
        check(vec![memory(0, vec![0], vec![])], Err(Broken::NoMemory(0)));
        check(vec![memory(4, vec![], vec![])], Err(Broken::NoMemory(0)));
    }

    #[test]
    fn a_mirror_shows_something_else() {
        let mirror = |of, at| Step::Mirror { name: "m".into(), of, at, size_bytes: 0x1000 };
        check(vec![mirror(0, 0x1000)], Ok(()));
        check(vec![mirror(0x1000, 0)], Ok(()));
        check(vec![mirror(0, 0xfff)], Err(Broken::IntoItself(0)));
    }

    #[test]
    fn what_guards_names_what_is_there() {
        let guard = |value| {
            let Step::Object(object) = object(vec![]) else { unreachable!() };
            Step::Object(Object { properties: vec![("downstream".into(), value)], ..object })
        };
        let memory = Step::Memory {
            name: "m".into(),
            size_bytes: 4,
            read_only: false,
            erased: false,
            at: vec![],
            elsewhere: vec![0],
        };
        check(vec![memory.clone(), guard(Value::Memory(crate::MemoryId(0)))], Ok(()));
        let stores = Step::Stores { memory: crate::MemoryId(0), to: ObjectId(0) };
        check(vec![memory.clone(), object(vec![]), stores.clone()], Ok(()));
        check(vec![memory, stores.clone()], Err(Broken::NotMade(1)));
        check(vec![object(vec![]), stores], Err(Broken::NotMade(1)));
        check(vec![guard(Value::Memory(crate::MemoryId(0)))], Err(Broken::NotMade(0)));
        check(vec![object(vec![]), guard(Value::Registers(ObjectId(0), 0))], Ok(()));
        check(vec![guard(Value::Registers(ObjectId(0), 0))], Err(Broken::NotMade(0)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_plan_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Plan::from_bytes(&bytes);
        }

        #[test]
        fn comes_back_from_bytes(at in any::<u64>(), bytes in proptest::collection::vec(any::<u8>(), 0..50)) {
            let plan = Plan { steps: vec![object(vec![])], loads: vec![Load { at, bytes }], entry: at };
            prop_assert_eq!(Plan::from_bytes(&plan.to_bytes()), Ok(plan));
        }
    }
}
