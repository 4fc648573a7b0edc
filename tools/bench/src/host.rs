// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What the host is, for the reader of the figures.

/// The machine that was measured on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The CPU's name.
    pub cpu: String,
    /// How many of them this process may use.
    pub cores: usize,
    /// The kernel's version.
    pub kernel: String,
}

impl Host {
    /// This machine.
    pub fn here() -> Host {
        Host {
            cpu: cpu_name(&read("/proc/cpuinfo")).to_string(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_string(),
        }
    }
}

/// How many processes wanted to run in the last minute, on average; `?` where the kernel does not say.
pub fn load() -> String {
    read("/proc/loadavg").split(' ').next().filter(|load| !load.is_empty()).unwrap_or("?").to_string()
}

/// A host that does not say is no reason not to measure.
fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

fn cpu_name(cpuinfo: &str) -> &str {
    let name = cpuinfo.lines().find_map(|line| line.strip_prefix("model name"));
    name.and_then(|rest| rest.split_once(':')).map_or("unknown CPU", |(_, name)| name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cpuinfo: &str, expected: &str) {
        assert_eq!(cpu_name(cpuinfo), expected);
    }

    #[test]
    fn finds_the_cpus_name() {
        check("processor\t: 0\nmodel name\t: Some CPU: 3 GHz\nprocessor\t: 1\n", "Some CPU: 3 GHz");
        check("processor\t: 0\nCPU implementer\t: 0x41\n", "unknown CPU");
        check("", "unknown CPU");
    }
}
