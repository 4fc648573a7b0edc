// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Which bits of a frame's data are those of a signal.
//!
//! Bit `n` is that of value `2^(n % 8)` of byte `n / 8`. In Intel's order a signal begins with its least bit and goes up, in
//! Motorola's with its greatest one and goes down, and on to the greatest bit of the next byte.

/// In which order the bits of a signal are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Intel,
    Motorola,
}

/// Where a signal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) order: Order,
    /// The bit that the file names.
    pub(crate) start: usize,
    /// How many bits; 1 to 64.
    pub(crate) size: usize,
}

impl Layout {
    /// How far into a frame the first bit is, in the order of the signal.
    fn first(self) -> usize {
        match self.order {
            Order::Intel => self.start,
            Order::Motorola => self.start / 8 * 8 + 7 - self.start % 8,
        }
    }

    /// The bytes that it needs.
    pub(crate) fn bytes(self) -> usize {
        (self.first() + self.size).div_ceil(8)
    }

    /// Its bits, the least one first.
    pub(crate) fn bits(self) -> impl Iterator<Item = usize> {
        let first = self.first();
        (0..self.size).map(move |place| match self.order {
            Order::Intel => first + place,
            Order::Motorola => {
                let bit = first + self.size - 1 - place;
                bit / 8 * 8 + 7 - bit % 8
            }
        })
    }

    /// What the bits say; `None` if the data ends before.
    pub(crate) fn get(self, data: &[u8]) -> Option<u64> {
        if self.bytes() > data.len() {
            return None;
        }
        let bits = self.bits().enumerate();
        Some(bits.fold(0, |raw, (place, bit)| raw | u64::from(data[bit / 8] >> (bit % 8) & 1) << place))
    }

    /// Writes what the bits say; nothing, if the data ends before.
    pub(crate) fn put(self, data: &mut [u8], raw: u64) {
        if self.bytes() > data.len() {
            return;
        }
        for (place, bit) in self.bits().enumerate() {
            let value = (raw >> place & 1) as u8;
            data[bit / 8] = data[bit / 8] & !(1 << (bit % 8)) | value << (bit % 8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(order: Order, start: usize, size: usize, data: &[u8], expected: Option<u64>) {
        assert_eq!(Layout { order, start, size }.get(data), expected);
    }

    #[test]
    fn bits_are_where_the_format_has_them() {
        check(Order::Intel, 0, 16, &[0x34, 0x12], Some(0x1234));
        check(Order::Intel, 4, 8, &[0x34, 0x12], Some(0x23));
        check(Order::Intel, 12, 5, &[0; 2], None);
        // A Motorola signal of whole bytes begins with bit 7 of the first.
        check(Order::Motorola, 7, 16, &[0x12, 0x34], Some(0x1234));
        check(Order::Motorola, 3, 8, &[0x12, 0x34], Some(0x23));
        check(Order::Motorola, 15, 8, &[0x12, 0x34], Some(0x34));
        check(Order::Motorola, 8, 1, &[0, 1], Some(1));
        check(Order::Motorola, 8, 2, &[0, 1], None);
        check(Order::Intel, 0, 64, &[0xff; 8], Some(u64::MAX));
    }

    proptest! {
        #[test]
        fn what_is_put_is_got_and_nothing_else_changes(
            motorola in any::<bool>(), start in 0usize..64, size in 1usize..=64, raw in any::<u64>(), data in any::<[u8; 8]>(),
        ) {
            let layout = Layout { order: if motorola { Order::Motorola } else { Order::Intel }, start, size };
            let mut changed = data;
            let raw = raw & u64::MAX >> (64 - size);
            layout.put(&mut changed, raw);
            prop_assert_eq!(layout.get(&changed), (layout.bytes() <= 8).then_some(raw));
            for bit in (0..64).filter(|bit| layout.bytes() > 8 || layout.bits().all(|own| own != *bit)) {
                prop_assert_eq!(changed[bit / 8] >> (bit % 8) & 1, data[bit / 8] >> (bit % 8) & 1);
            }
        }
    }
}
