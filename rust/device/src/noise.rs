// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Noise that is the same in every run, for random number generators.

/// Number `n`, from 0 on, of the sequence of a seed: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
pub fn noise(seed: u64, n: u64) -> u64 {
    let mut z = seed.wrapping_add(n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_that_of_the_reference() {
        assert_eq!(noise(0, 0), 0xe220_a839_7b1d_cdaf);
        assert_eq!(noise(0, 1), 0x6e78_9e6a_a1b9_65f4);
    }
}
