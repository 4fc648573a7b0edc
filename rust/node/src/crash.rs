// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Where a firmware was: the registers that QEMU printed, and the source lines that its ELF names, if it is one.

use std::fmt;
use std::path::Path;

/// A firmware's whereabouts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crash {
    /// Why QEMU gave up, in its words.
    pub cause: Option<String>,
    /// The program counter.
    pub pc: Place,
    /// The link register: the caller, unless the firmware is in an exception.
    pub caller: Option<Place>,
}

/// An address and what lies there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The address.
    pub address: u64,
    /// The function around it.
    pub function: Option<String>,
    /// `file:line`.
    pub line: Option<String>,
    /// There was an ELF file to look it up in.
    pub has_elf: bool,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#010x}", self.address)?;
        match (&self.function, &self.line) {
            (Some(function), Some(line)) => write!(f, " in {function} at {line}"),
            (Some(function), None) => write!(f, " in {function}"),
            (None, Some(line)) => write!(f, " at {line}"),
            (None, None) if !self.has_elf => write!(f, " (no ELF file to look it up in)"),
            (None, None) => write!(f, " (outside the firmware's code)"),
        }
    }
}

/// Reads the registers out of QEMU's dump and looks them up in the ELF. `None` when there is no dump.
pub(crate) fn find(dump: &str, elf: &Path) -> Option<Crash> {
    let symbols = addr2line::Loader::new(elf).ok();
    let place = |address: u64| {
        let symbols = symbols.as_ref();
        let line = symbols.and_then(|s| s.find_location(address).ok().flatten()).and_then(|location| {
            let file = location.file?;
            Some(location.line.map_or(file.to_string(), |line| format!("{file}:{line}")))
        });
        let function = symbols.and_then(|s| s.find_symbol(address)).map(str::to_string);
        Place { address, function, line, has_elf: symbols.is_some() }
    };
    let (pc, caller) = registers(dump)?;
    let cause = dump.lines().find_map(|line| line.split_once("fatal: ")).map(|(_, cause)| cause.to_string());
    // Bit 0 of a return address on Arm says "Thumb"; a call's return address lies after the call.
    let caller =
        caller.filter(|lr| *lr > 1 && *lr < 0xffff_ff00).map(|lr| place((lr & !1).saturating_sub(2)));
    Some(Crash { cause, pc: place(pc), caller })
}

/// The program counter and the link register in a dump of QEMU's: `R14=… R15=…` on 32-bit Arm, ` PC=…` and `X30=…` on 64-bit Arm,
/// ` pc …` and `x1/ra …` on RISC-V.
fn registers(dump: &str) -> Option<(u64, Option<u64>)> {
    let hex = |text: &str| {
        let digits: String = text.trim_start().chars().take_while(char::is_ascii_hexdigit).collect();
        u64::from_str_radix(&digits, 16).ok()
    };
    let after = |name: &str| dump.rfind(name).and_then(|at| hex(&dump[at + name.len()..]));
    if let Some(pc) = after("R15=") {
        return Some((pc, after("R14=")));
    }
    if let Some(pc) = after(" PC=") {
        return Some((pc, after("X30=")));
    }
    after("\n pc ").or_else(|| dump.strip_prefix(" pc ").and_then(hex)).map(|pc| (pc, after("x1/ra ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dump: &str, expected: Option<(u64, Option<u64>)>) {
        assert_eq!(registers(dump), expected, "{dump}");
    }

    #[test]
    fn reads_arm_registers() {
        check("R12=00000000 R13=2003ffe0 R14=fffffff9 R15=00000abc\nXPSR=", Some((0xabc, Some(0xffff_fff9))));
    }

    #[test]
    fn reads_64_bit_arm_registers() {
        let dump = " PC=0000000040001044 X00=0000000000000000 X01=0000000000000001\nX29=00000000403ffff0 X30=0000000040000f24  SP=";
        check(dump, Some((0x4000_1044, Some(0x4000_0f24))));
    }

    #[test]
    fn reads_riscv_registers() {
        let dump = "qemu: fatal\n pc       80000010\n mhartid  00000000\n x0/zero  00000000 x1/ra    80000124 x2/sp\n";
        check(dump, Some((0x8000_0010, Some(0x8000_0124))));
    }

    #[test]
    fn no_dump_is_no_crash() {
        check("", None);
        check("qemu-system-arm: -M: unsupported machine type\n", None);
        check("R15=zz", None);
    }

    #[test]
    fn names_the_cause_without_an_elf() {
        let folder = tempfile::tempdir().unwrap();
        let hex = folder.path().join("fw.hex");
        std::fs::write(&hex, ":00000001FF\n").unwrap();
        let dump = "qemu: fatal: Lockup: can't escalate 3 to HardFault\n\nR14=00000125 R15=00000100\n";
        let crash = find(dump, &hex).unwrap();
        assert_eq!(find(dump, Path::new("/nonexistent.elf")).as_ref(), Some(&crash));
        assert_eq!(crash.cause.as_deref(), Some("Lockup: can't escalate 3 to HardFault"));
        assert_eq!(crash.pc.to_string(), "0x00000100 (no ELF file to look it up in)");
        assert_eq!(crash.caller.unwrap().address, 0x122);
    }
}
