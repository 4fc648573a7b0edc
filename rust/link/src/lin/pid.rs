// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Identifiers and checksums: LIN 2.2A, 2.3.1.3 and 2.3.1.5.

/// How many identifiers there are.
pub const IDS: usize = 64;
/// The master's request of diagnostics: its checksum is always classic.
pub const MASTER_REQUEST: u8 = 0x3c;
/// The slave's response of diagnostics: its checksum is always classic.
pub const SLAVE_RESPONSE: u8 = 0x3d;
/// The most bytes of data in a frame.
pub const DATA_MAX: usize = 8;

/// An identifier with its parity, as it is on the bus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pid(pub u8);

/// What a checksum sums up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Model {
    /// The data.
    Classic,
    /// The protected identifier and the data.
    Enhanced,
}

impl Pid {
    /// That of an identifier, of which only the lower six bits count.
    pub const fn of(id: u8) -> Pid {
        const fn bit(id: u8, place: u8) -> u8 {
            id >> place & 1
        }
        let id = id & 0x3f;
        let p0 = bit(id, 0) ^ bit(id, 1) ^ bit(id, 2) ^ bit(id, 4);
        let p1 = 1 ^ bit(id, 1) ^ bit(id, 3) ^ bit(id, 4) ^ bit(id, 5);
        Pid(id | p0 << 6 | p1 << 7)
    }

    /// The identifier, whatever the parity.
    pub const fn id(self) -> u8 {
        self.0 & 0x3f
    }

    /// Whether the parity fits.
    pub const fn is_right(self) -> bool {
        Pid::of(self.0).0 == self.0
    }
}

impl Model {
    /// The checksum of these bytes: the inverted sum with all carries.
    pub fn checksum(self, pid: Pid, data: &[u8]) -> u8 {
        let start = match self {
            Model::Classic => 0,
            Model::Enhanced => pid.0,
        };
        let add = |sum: u8, byte: &u8| match sum.overflowing_add(*byte) {
            (sum, true) => sum + 1,
            (sum, false) => sum,
        };
        !data.iter().fold(start, add)
    }

    /// The one that frames of this identifier always have, if they do.
    pub const fn fixed(id: u8) -> Option<Model> {
        match id {
            MASTER_REQUEST | SLAVE_RESPONSE => Some(Model::Classic),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// LIN 2.2A, table 2.4.
    const PIDS: [u8; IDS] = [
        0x80, 0xc1, 0x42, 0x03, 0xc4, 0x85, 0x06, 0x47, 0x08, 0x49, 0xca, 0x8b, 0x4c, 0x0d, 0x8e, 0xcf, 0x50,
        0x11, 0x92, 0xd3, 0x14, 0x55, 0xd6, 0x97, 0xd8, 0x99, 0x1a, 0x5b, 0x9c, 0xdd, 0x5e, 0x1f, 0x20, 0x61,
        0xe2, 0xa3, 0x64, 0x25, 0xa6, 0xe7, 0xa8, 0xe9, 0x6a, 0x2b, 0xec, 0xad, 0x2e, 0x6f, 0xf0, 0xb1, 0x32,
        0x73, 0xb4, 0xf5, 0x76, 0x37, 0x78, 0x39, 0xba, 0xfb, 0x3c, 0x7d, 0xfe, 0xbf,
    ];

    #[test]
    fn parities_are_those_of_the_table() {
        for (id, pid) in (0..).zip(PIDS) {
            assert_eq!(Pid::of(id), Pid(pid));
        }
        assert_eq!((0..=255).filter(|pid| Pid(*pid).is_right()).count(), IDS);
    }

    #[test]
    fn checksums_are_those_of_the_example() {
        // LIN 2.2A, 2.8.3: 4A, 55, 93, E5 are 0x19 with their carries.
        assert_eq!(Model::Classic.checksum(Pid(0x92), &[0x4a, 0x55, 0x93, 0xe5]), 0xe6);
        assert_eq!(Model::Enhanced.checksum(Pid(0x4a), &[0x55, 0x93, 0xe5]), 0xe6);
        // 0x55 + 0xff carries once, and once more with it.
        assert_eq!(Model::Classic.checksum(Pid(0), &[0xff, 0xff]), 0x00);
        assert_eq!(Model::Classic.checksum(Pid(0), &[]), 0xff);
    }

    proptest! {
        /// What a receiver checks: all bytes and the checksum sum up to 0xff.
        #[test]
        fn a_checksum_fills_up(pid: u8, data in prop::collection::vec(any::<u8>(), 0..=DATA_MAX)) {
            for model in [Model::Classic, Model::Enhanced] {
                let mut all = data.clone();
                all.push(model.checksum(Pid(pid), &data));
                prop_assert_eq!(model.checksum(Pid(pid), &all), 0);
            }
        }

        /// One wrong bit of an identifier is always seen.
        #[test]
        fn parity_sees_each_single_bit(id in 0u8..64, bit in 0u32..8) {
            prop_assert!(!Pid(Pid::of(id).0 ^ 1 << bit).is_right());
        }
    }
}
