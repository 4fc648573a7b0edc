// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A physics engine in small: a pendulum upside down, and firmware that keeps it up.
//!
//! ```text
//! virtmcu run scenarios/control/pendulum.scenario.toml --no-golden --control pendulum.sock &
//! pendulum pendulum.sock
//! ```
//!
//! Every 10 ms of virtual time the firmware gets angle and rate over its UART, and answers by a torque. Only additions and
//! multiplications happen here, so that the numbers, and with them the trace of the run, are the same everywhere; the
//! example in Python gives the same trace.

use std::process::ExitCode;
use virtmcu_client::{Error, Event, Finish, Master, Subscription};

/// How often the firmware measures.
const PERIOD_NS: u64 = 10_000_000;
/// The physics go in steps of 1 ms.
const STEPS: u32 = 10;
const STEP_S: f64 = 0.001;
/// A byte takes so long at 115200 baud.
const BYTE_NS: u64 = 86_806;
/// Gravity over length, in 1/s².
const GRAVITY: f64 = 10.0;
/// What both sides add to numbers on the wire, so that none is negative.
const OFFSET: f64 = 1_000_000.0;

struct Pendulum {
    angle_rad: f64,
    rate_rad_s: f64,
    /// Of the motor, in rad/s².
    torque: f64,
}

impl Pendulum {
    fn step(&mut self) {
        let sine = self.angle_rad - self.angle_rad * self.angle_rad * self.angle_rad / 6.0;
        self.rate_rad_s += (GRAVITY * sine + self.torque) * STEP_S;
        self.angle_rad += self.rate_rad_s * STEP_S;
    }

    fn measurement(&self) -> String {
        let shifted = |value: f64| (value * 1000.0 + 0.5).floor() + OFFSET;
        format!("angle {} rate {}\n", shifted(self.angle_rad), shifted(self.rate_rad_s))
    }
}

/// `torque 1008000` is 8 rad/s².
fn torque(line: &[u8]) -> Option<f64> {
    let number = std::str::from_utf8(line).ok()?.strip_prefix("torque ")?.trim_end().parse::<f64>().ok()?;
    Some((number - OFFSET) / 1000.0)
}

fn balance(master: &mut Master) -> Result<Pendulum, Error> {
    let duration_ns = master.describe()?.duration_ns;
    let uart = master.port("balancer.uart0")?;
    master.subscribe(Subscription { lines: true, ..Subscription::default() })?;
    let mut pendulum = Pendulum { angle_rad: 0.2, rate_rad_s: 0.0, torque: 0.0 };
    let mut now_ns = PERIOD_NS;
    master.grant(now_ns)?;
    while now_ns + PERIOD_NS < duration_ns {
        for _ in 0..STEPS {
            pendulum.step();
        }
        master.inject(uart, now_ns, BYTE_NS, pendulum.measurement())?;
        now_ns += PERIOD_NS;
        for event in master.grant(now_ns)?.1 {
            if let Event::Line(line) = event
                && line.from == uart
                && let Some(torque) = torque(&line.bytes)
            {
                pendulum.torque = torque;
            }
        }
    }
    Ok(pendulum)
}

/// Balances until the end of the run; whether the pendulum is upright then.
pub fn run(socket: &str) -> Result<bool, Error> {
    let mut master = Master::connect(socket, "pendulum")?;
    let pendulum = balance(&mut master)?;
    println!("the pendulum is at {:.4} rad", pendulum.angle_rad);
    let upright = pendulum.angle_rad > -0.02 && pendulum.angle_rad < 0.02;
    let how = if upright { Finish::Here } else { Finish::Abandon("the pendulum fell".into()) };
    master.finish(how)?;
    Ok(upright)
}

fn main() -> ExitCode {
    let Some(socket) = std::env::args().nth(1) else {
        eprintln!("usage: pendulum SOCKET");
        return ExitCode::from(2);
    };
    match run(&socket) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
