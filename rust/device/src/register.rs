// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The table of a device's registers, as its manual has it.

/// Widths of access, as bits: bytes in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Width(u8);

impl Width {
    /// Words only.
    pub const WORD: Width = Width(4);
    /// Half-words and words.
    pub const HALF: Width = Width(2 | 4);
    /// Bytes, half-words and words.
    pub const ANY: Width = Width(1 | 2 | 4);

    /// Whether accesses of `bytes` are among them.
    pub const fn allows(self, bytes: u32) -> bool {
        matches!(bytes, 1 | 2 | 4) && self.0 as u32 & bytes != 0
    }
}

impl std::fmt::Display for Width {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match *self {
            Width::WORD => "4",
            Width::HALF => "2 or 4",
            _ => "1, 2 or 4",
        })
    }
}

/// One register, or an array of equal ones. Bits that no function names are read-only: the guest reads what the device put
/// there, or the reset value.
#[derive(Clone, Copy, Debug)]
pub struct Register {
    pub(crate) name: &'static str,
    pub(crate) offset: u32,
    pub(crate) reset: u32,
    pub(crate) rw: u32,
    pub(crate) wo: u32,
    pub(crate) rc_w1: u32,
    pub(crate) rc_w0: u32,
    pub(crate) rs: u32,
    pub(crate) rc_r: u32,
    pub(crate) unmodelled: u32,
    pub(crate) width: Width,
    pub(crate) count: u32,
    pub(crate) stride: u32,
    pub(crate) acts_on_read: bool,
    pub(crate) acts_on_write: bool,
}

impl Register {
    /// A register that takes words only, all of it read-only until the functions below say more.
    pub const fn new(name: &'static str, offset: u32, reset: u32) -> Register {
        Register {
            name,
            offset,
            reset,
            rw: 0,
            wo: 0,
            rc_w1: 0,
            rc_w0: 0,
            rs: 0,
            rc_r: 0,
            unmodelled: 0,
            width: Width::WORD,
            count: 1,
            stride: 4,
            acts_on_read: false,
            acts_on_write: false,
        }
    }

    /// Bits that are read and written.
    pub const fn rw(mut self, bits: u32) -> Register {
        self.rw |= bits;
        self
    }

    /// Bits that are written and read as 0: the device sees them in [`crate::Written`], nothing stores them.
    pub const fn wo(mut self, bits: u32) -> Register {
        self.wo |= bits;
        self
    }

    /// Bits that writing 1 clears.
    pub const fn rc_w1(mut self, bits: u32) -> Register {
        self.rc_w1 |= bits;
        self
    }

    /// Bits that writing 0 clears.
    pub const fn rc_w0(mut self, bits: u32) -> Register {
        self.rc_w0 |= bits;
        self
    }

    /// Bits that writing 1 sets, and writing 0 leaves alone.
    pub const fn rs(mut self, bits: u32) -> Register {
        self.rs |= bits;
        self
    }

    /// Bits that reading clears.
    pub const fn rc_r(mut self, bits: u32) -> Register {
        self.rc_r |= bits;
        self
    }

    /// Of the bits that are stored, those whose effect is not modelled: setting them otherwise than at reset is reported.
    pub const fn unmodelled(mut self, bits: u32) -> Register {
        self.unmodelled |= bits;
        self
    }

    /// The widths of access that it takes.
    pub const fn width(mut self, width: Width) -> Register {
        self.width = width;
        self
    }

    /// `count` equal registers, `stride` bytes from each to the next.
    pub const fn array(mut self, count: u32, stride: u32) -> Register {
        self.count = count;
        self.stride = stride;
        self
    }

    /// [`crate::Device::read`] gives the value of a read.
    pub const fn on_read(mut self) -> Register {
        self.acts_on_read = true;
        self
    }

    /// [`crate::Device::write`] is told of writes.
    pub const fn on_write(mut self) -> Register {
        self.acts_on_write = true;
        self
    }

    /// The reset value.
    pub const fn reset(&self) -> u32 {
        self.reset
    }

    /// The name, without the block's.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The offset of the register, or of the first of an array.
    pub const fn offset(&self) -> u32 {
        self.offset
    }

    /// The offset of number `index` of an array.
    pub const fn offset_of(&self, index: u32) -> u32 {
        self.offset + index * self.stride
    }

    /// How many there are.
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// The bits that writing does something to.
    pub const fn writable(&self) -> u32 {
        self.rw | self.wo | self.rc_w1 | self.rc_w0 | self.rs
    }

    /// The bits that cannot be read.
    pub const fn write_only(&self) -> u32 {
        if self.acts_on_read { 0 } else { self.wo }
    }

    /// What the register holds after `value` was written to `lanes` of it.
    pub(crate) const fn store(&self, before: u32, value: u32, lanes: u32) -> u32 {
        let rw = self.rw & lanes;
        let stored = (before & !rw) | (value & rw);
        let cleared = (self.rc_w1 & lanes & value) | (self.rc_w0 & lanes & !value);
        (stored & !cleared) | (self.rs & lanes & value)
    }

    /// Whether the guest can do anything by writing.
    pub(crate) const fn is_writable(&self) -> bool {
        self.writable() != 0 || self.acts_on_write
    }
}

/// Which register is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The offset of the register, or of the first of its array, as in the table.
    pub offset: u32,
    /// Its number in the array; 0 for a register that is none.
    pub index: usize,
}

/// Checks a table, when the device is compiled: offsets ascend and are those of words inside `size`, no two registers share
/// one, no bit is of two kinds. A mistake is an error of the compiler.
pub const fn check(registers: &[Register], size: u32) {
    let mut n = 0;
    while n < registers.len() {
        let register = &registers[n];
        assert!(
            register.offset.is_multiple_of(4) && register.stride.is_multiple_of(4),
            "an offset is not that of a word"
        );
        assert!(register.count > 0 && register.stride > 0, "an array is empty");
        assert!(register.offset_of(register.count - 1) + 4 <= size, "a register lies outside the device");
        assert!(
            n == 0 || registers[n - 1].offset < register.offset,
            "the registers are not in the order of their offsets"
        );
        let kinds = [register.rw, register.wo, register.rc_w1 | register.rc_w0 | register.rs];
        assert!(
            kinds[0] & kinds[1] == 0 && kinds[0] & kinds[2] == 0 && kinds[1] & kinds[2] == 0,
            "a bit is of two kinds"
        );
        assert!(
            register.rc_w1 & register.rc_w0 == 0 && register.rs & register.rc_w0 == 0,
            "a bit is of two kinds"
        );
        assert!(
            register.unmodelled & !(register.rw | register.wo | register.rs) == 0,
            "a bit that cannot be set has no effect"
        );
        let mut m = 0;
        while m < n {
            assert!(!overlap(&registers[m], register), "two registers share an offset");
            m += 1;
        }
        n += 1;
    }
}

const fn overlap(one: &Register, other: &Register) -> bool {
    let mut n = 0;
    while n < one.count {
        let mut m = 0;
        while m < other.count {
            if one.offset_of(n) == other.offset_of(m) {
                return true;
            }
            m += 1;
        }
        n += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn register(offset: u32) -> Register {
        Register::new("R", offset, 0)
    }

    fn check_fails(registers: &[Register], why: &str) {
        let registers = registers.to_vec();
        let failure = std::panic::catch_unwind(move || check(&registers, 0x40)).expect_err("it was taken");
        assert_eq!(failure.downcast_ref::<&str>(), Some(&why));
    }

    #[test]
    fn tables() {
        check(&[register(0).array(4, 8), register(4).array(4, 8), register(0x3c)], 0x40);
        check_fails(&[register(2)], "an offset is not that of a word");
        check_fails(&[register(0x40)], "a register lies outside the device");
        check_fails(&[register(0).array(9, 8)], "a register lies outside the device");
        check_fails(&[register(4), register(4)], "the registers are not in the order of their offsets");
        check_fails(&[register(0).array(4, 4), register(8)], "two registers share an offset");
        check_fails(&[register(0).rw(3).rc_w1(2)], "a bit is of two kinds");
        check_fails(&[register(0).rw(1).unmodelled(2)], "a bit that cannot be set has no effect");
    }

    #[test]
    fn each_kind_of_bit() {
        let check = |register: Register, before: u32, value: u32, lanes: u32, after: u32| {
            assert_eq!(register.store(before, value, lanes), after);
        };
        check(register(0).rw(0x0f), 0xff, 0x00, u32::MAX, 0xf0);
        check(register(0).rw(0xffff), 0x1234, 0xabcd, 0xff, 0x12cd);
        check(register(0).rc_w1(0x0f), 0xff, 0x03, u32::MAX, 0xfc);
        check(register(0).rc_w1(0xffff), 0xffff, 0xffff, 0xff, 0xff00);
        check(register(0).rc_w0(0x0f), 0xff, 0xf3, u32::MAX, 0xf3);
        check(register(0).rc_w0(0xffff), 0xffff, 0, 0xff, 0xff00);
        check(register(0).rs(0x0f), 0x01, 0xf2, u32::MAX, 0x03);
        check(register(0).wo(0xff), 0, 0xff, u32::MAX, 0);
    }
}
