// SPDX-License-Identifier: GPL-2.0-or-later
//! The machine type `virtmcu`, loaded into QEMU: carries out the plan that the host made of a board's device tree.
//!
//! `-module libplugin_machine.so,plan=FD -M virtmcu`
//!
//! **Invariant:** it decides nothing: the plan says each object, property, address and line, in their order.
//! **Limits:** what a plan can say (`rust/plan`).
//!
//! It has the one part of a CPU that QEMU lacks and every board may need: DWT.
#![expect(unsafe_code, reason = "the host passes a descriptor by number; calls the node's module")]

mod stub;

mod dwt;

use plan::{ClockFrom, Input, Made, MemoryId, Object, ObjectId, Plan, Reset, Step};
use qom::machine::Kind;
use qom::module::{Options, at_machine_ready, at_type_registration};
use qom::parts::{Builder, Clock, Line, Memory, Part, Stores, Value};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::os::fd::FromRawFd;
use std::sync::OnceLock;

qom::module_main!("machine", init);

static PLAN: OnceLock<Plan> = OnceLock::new();

fn init(options: Options) -> Result<(), String> {
    // SAFETY: the host hands over a descriptor that this process inherits and nobody else uses.
    let mut file = unsafe { File::from_raw_fd(options.get("plan")?) };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| format!("the plan cannot be read: {error}"))?;
    let plan = Plan::from_bytes(&bytes).map_err(|broken| broken.to_string())?;
    PLAN.get_or_init(|| plan);
    at_type_registration(register);
    at_machine_ready(|| qom::reset::at_reset(stub::reset));
    Ok(())
}

extern "C" fn register() {
    qom::machine::register(Kind {
        name: c"virtmcu-machine",
        title: c"virtmcu: a board from its device tree",
        cores_max: 8,
        build,
    });
    qom::idau::register();
    qom::device::register::<dwt::Dwt>();
}

fn build(builder: &mut Builder) -> Result<(), String> {
    let plan = PLAN.get().ok_or("there is no plan")?;
    let stored = plan.steps.iter().filter_map(|step| match step {
        Step::Stores { memory, .. } => Some(*memory),
        _ => None,
    });
    let mut machine = Machine {
        builder,
        entry: plan.entry,
        stored: stored.collect(),
        parts: Vec::new(),
        clocks: Vec::new(),
        memories: Vec::new(),
    };
    plan.steps.iter().try_for_each(|step| machine.take(step))?;
    for (number, load) in plan.loads.iter().enumerate() {
        builder.load(&format!("firmware {number}"), load.at, &load.bytes)?;
    }
    Ok(())
}

/// What is built so far. [`Plan::check`] has seen that all that a step names is there.
struct Machine<'a> {
    builder: &'a mut Builder,
    entry: u64,
    /// The memories whose stores come to somebody.
    stored: BTreeSet<MemoryId>,
    parts: Vec<Part>,
    clocks: Vec<Clock>,
    memories: Vec<Memory>,
}

impl Machine<'_> {
    fn take(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Memory { name, size_bytes, read_only, erased, at, elsewhere: _ } => {
                let access = match self.stored.contains(&MemoryId(self.memories.len() as u32)) {
                    true => Stores::ToItsController,
                    false if *read_only => Stores::Lost,
                    false => Stores::Kept,
                };
                self.memories.push(self.builder.memory(name, *size_bytes, access, *erased, at)?);
                Ok(())
            }
            Step::Mirror { name, of, at, size_bytes } => self.builder.mirror(name, *of, *at, *size_bytes),
            Step::Stores { memory, to } => self.part(*to).take_stores(self.memories[memory.0 as usize]),
            Step::Clock { name, hz } => {
                self.clocks.push(self.builder.clock(name, *hz)?);
                Ok(())
            }
            Step::Object(object) => {
                let part = self.make(object)?;
                self.parts.push(part);
                Ok(())
            }
            Step::Stub(stub) => {
                self.builder.registers(&stub.name, stub.at, stub.size_bytes, stub::Part::new(stub))
            }
            Step::Map { object, region, at } => self.part(*object).map(*region, *at),
            Step::MapInCpu { object, region, at, cpu } => {
                self.part(*object).map_in_cpu(*region, *at, self.part(*cpu))
            }
            Step::Connect { from, to } => {
                let (other, line) = self.input(to)?;
                self.part(from.object).connect(line_of(&from.line), other, line)
            }
            Step::Level { to, high } => {
                let (part, line) = self.input(to)?;
                self.builder.level(part, line, *high)
            }
            Step::Reset(Reset::CortexM(object)) => self.builder.reset_cortex_m(self.part(*object)),
            Step::Reset(Reset::AtEntry(object)) => {
                self.builder.reset_cpu(self.part(*object), Some(self.entry));
                Ok(())
            }
            Step::Reset(Reset::Waiting(object)) => {
                self.builder.reset_cpu(self.part(*object), None);
                Ok(())
            }
        }
    }

    fn part(&self, id: ObjectId) -> Part {
        self.parts[id.0 as usize]
    }

    fn input<'a>(&self, to: &'a Input) -> Result<(Part, Line<'a>), String> {
        let Input { object, part, line } = to;
        let whole = self.part(*object);
        let part = part.as_ref().map_or(Ok(whole), |part| whole.part(part))?;
        Ok((part, line_of(line)))
    }

    fn make(&mut self, object: &Object) -> Result<Part, String> {
        if let Made::RiscvTimer(at, size_bytes) = object.made {
            let number = |name: &str| {
                let found = object.properties.iter().find(|(property, _)| property == name);
                match found {
                    Some((_, plan::Value::Number(number))) => *number,
                    _ => 0,
                }
            };
            return self.builder.riscv_timer(at, size_bytes, &number);
        }
        let part = self.builder.device(&object.kind, &object.name)?;
        for (name, value) in &object.properties {
            let name_of_port;
            let value = match value {
                plan::Value::Number(number) => Value::Number(*number),
                plan::Value::Switch(on) => Value::Switch(*on),
                plan::Value::Text(text) => Value::Text(text),
                plan::Value::Numbers(numbers) => Value::Numbers(numbers),
                plan::Value::Object(other) => Value::Object(self.part(*other)),
                plan::Value::Registers(other, region) => Value::Registers(self.part(*other), *region),
                plan::Value::Memory(memory) => Value::Memory(self.memories[memory.0 as usize]),
                plan::Value::SystemMemory => Value::SystemMemory,
                plan::Value::Entry => Value::Number(self.entry),
                plan::Value::Port(number) => {
                    name_of_port = format!("uart{number}");
                    Value::Chardev(&name_of_port)
                }
                plan::Value::Net(number) => {
                    open_network(*number);
                    name_of_port = format!("eth{number}");
                    Value::Text(&name_of_port)
                }
            };
            part.set(name, value)?;
        }
        for (name, from) in &object.clocks {
            let clock = match from {
                ClockFrom::Fixed(clock) => self.clocks[clock.0 as usize],
                ClockFrom::Object(maker, output) => self.part(*maker).clock_out(output)?,
            };
            part.clock_in(name, clock)?;
        }
        match &object.made {
            Made::OnSystemBus | Made::RiscvTimer(..) => part.start_on_system_bus()?,
            Made::Alone => part.start_alone()?,
            Made::OnBus(owner, bus) => part.start_on(self.part(*owner), bus)?,
        }
        Ok(part)
    }
}

/// Lets the module `net` make what is behind a port. Without it, the network must be there already.
fn open_network(port: u16) {
    if let Some(open) = qom::machine::symbol(c"virtmcu_net_open") {
        // SAFETY: that is what the module has of this name.
        let open: extern "C" fn(u16) = unsafe { std::mem::transmute(open) };
        open(port);
    }
}

fn line_of(line: &plan::Line) -> Line<'_> {
    match line {
        plan::Line::Interrupt(number) => Line::Interrupt(*number),
        plan::Line::Plain(number) => Line::Plain(*number),
        plan::Line::Named(name, number) => Line::Named(name, *number),
    }
}
