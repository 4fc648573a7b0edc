// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Draws of a link: numbers by chance that are the same in every run.

use std::num::NonZeroU64;

/// The sequences of a link, keyed by the scenario's seed and the link's name: what else the scenario has changes none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draws {
    key: u64,
}

impl Draws {
    /// Those of the link called `link`.
    pub fn new(seed: u64, link: &str) -> Draws {
        let key = link.bytes().fold(split_mix(seed, 0), |key, byte| split_mix(key, byte.into()));
        Draws { key }
    }

    /// Number `n` of sequence `sequence`.
    pub fn draw(self, sequence: u64, n: u64) -> u64 {
        split_mix(split_mix(self.key, sequence), n)
    }

    /// Whether what happens once in `one_in` times happens this time.
    pub fn happens(self, sequence: u64, n: u64, one_in: NonZeroU64) -> bool {
        // Exact but for the last of 2^64 / one_in.
        u128::from(self.draw(sequence, n)) * u128::from(one_in.get()) < ONE
    }

    /// Whether at least one of `bits` bits is wrong, of which each is by one chance in `one_in`.
    pub fn bits_go_wrong(self, sequence: u64, n: u64, one_in: NonZeroU64, bits: u64) -> bool {
        u128::from(self.draw(sequence, n)) >= all_right(one_in, bits)
    }
}

/// Certainty: chances are numbers of 2^-64.
const ONE: u128 = 1 << 64;

/// The chance that all of `bits` bits are right, rounded down: by squaring, in whole numbers.
fn all_right(one_in: NonZeroU64, bits: u64) -> u128 {
    let times = |a: u128, b: u128| match (a, b) {
        (ONE, other) | (other, ONE) => other,
        (a, b) => (a * b) >> 64,
    };
    let (mut square, mut product, mut left) = (ONE - ONE / u128::from(one_in.get()), ONE, bits);
    while left > 0 {
        if left & 1 == 1 {
            product = times(product, square);
        }
        square = times(square, square);
        left >>= 1;
    }
    product
}

/// Number `n` of the sequence of `seed`: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
fn split_mix(seed: u64, n: u64) -> u64 {
    let mut z = seed.wrapping_add(n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_in(n: u64) -> NonZeroU64 {
        NonZeroU64::new(n).unwrap()
    }

    #[test]
    fn is_that_of_the_reference() {
        assert_eq!(split_mix(0, 0), 0xe220_a839_7b1d_cdaf);
        assert_eq!(split_mix(0, 1), 0x6e78_9e6a_a1b9_65f4);
    }

    #[test]
    fn each_link_and_sequence_has_its_own() {
        let first = |seed, link, sequence| Draws::new(seed, link).draw(sequence, 0);
        let all = [first(1, "a", 0), first(1, "b", 0), first(1, "a", 1), first(2, "a", 0), first(1, "aa", 0)];
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
        assert_eq!(first(1, "a", 0), first(1, "a", 0));
    }

    #[test]
    fn chances_are_what_they_say() {
        let draws = Draws::new(7, "wire");
        let happened = |n| (0..100_000).filter(|k| draws.happens(3, *k, one_in(n))).count();
        assert_eq!(happened(1), 100_000);
        assert!((9_700..10_300).contains(&happened(10)), "{}", happened(10));
        assert!(happened(u64::MAX) == 0);
    }

    #[test]
    fn many_bits_go_wrong_more_often() {
        // (1 - 1/1000)^1000 = 0.36770, (1 - 10^-6)^12144 = 0.98793: of a frame of 1518 bytes.
        let chance = |n, bits| (all_right(one_in(n), bits) * 100_000) >> 64;
        assert_eq!(chance(1000, 1000), 36_769);
        assert_eq!(chance(1_000_000, 12_144), 98_792);
        assert_eq!(all_right(one_in(1), 1), 0);
        assert_eq!(all_right(one_in(5), 0), ONE);
        let draws = Draws::new(7, "wire");
        let wrong = (0..10_000).filter(|k| draws.bits_go_wrong(0, *k, one_in(1000), 1000)).count();
        assert!((6_100..6_550).contains(&wrong), "{wrong}");
    }
}
