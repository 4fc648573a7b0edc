// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The clock messages of the earlier system of this name, for masters that come from there: 24 bytes each way, without
//! a header. `docs/control.md` says what each field means here.

/// The length of either message.
pub const LENGTH: usize = 24;

/// Time is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockAdvance {
    /// For so long, from where the last grant ended.
    pub delta_ns: u64,
    /// The master's own time; it has no meaning here.
    pub mujoco_time_ns: u64,
    /// Comes back in the answer.
    pub quantum_number: u64,
}

/// All nodes have reached their grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockReady {
    /// Where they stand.
    pub vtime_ns: u64,
    /// How many frames were sent meanwhile.
    pub frames: u32,
    /// 0, or why there is no more time: [`STALL`], [`TRANSPORT`].
    pub error: u32,
    /// That of the request.
    pub quantum_number: u64,
}

/// The nodes make no progress.
pub const STALL: u32 = 1;
/// The run broke off otherwise.
pub const TRANSPORT: u32 = 2;

impl ClockAdvance {
    /// Its bytes.
    pub fn encode(self) -> [u8; LENGTH] {
        join([self.delta_ns, self.mujoco_time_ns, self.quantum_number])
    }

    /// Any bytes are one.
    pub fn decode(bytes: &[u8; LENGTH]) -> ClockAdvance {
        let [delta_ns, mujoco_time_ns, quantum_number] = split(bytes);
        ClockAdvance { delta_ns, mujoco_time_ns, quantum_number }
    }
}

impl ClockReady {
    /// Its bytes.
    pub fn encode(self) -> [u8; LENGTH] {
        join([self.vtime_ns, u64::from(self.frames) | u64::from(self.error) << 32, self.quantum_number])
    }

    /// Any bytes are one.
    pub fn decode(bytes: &[u8; LENGTH]) -> ClockReady {
        let [vtime_ns, both, quantum_number] = split(bytes);
        ClockReady { vtime_ns, frames: both as u32, error: (both >> 32) as u32, quantum_number }
    }
}

fn join(words: [u64; 3]) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    for (place, word) in bytes.chunks_exact_mut(8).zip(words) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

fn split(bytes: &[u8; LENGTH]) -> [u64; 3] {
    let mut words = [0; 3];
    for (word, place) in words.iter_mut().zip(bytes.chunks_exact(8)) {
        // A chunk has 8 bytes.
        *word = place.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lies_as_the_layout_says() {
        let advance = ClockAdvance { delta_ns: 1_000_000, mujoco_time_ns: 2, quantum_number: 3 };
        let bytes = advance.encode();
        assert_eq!(bytes[..8], [0x40, 0x42, 0x0f, 0, 0, 0, 0, 0]);
        assert_eq!((bytes[8], bytes[16]), (2, 3));
        assert_eq!(ClockAdvance::decode(&bytes), advance);
        let ready = ClockReady { vtime_ns: 1, frames: 0x0203, error: 4, quantum_number: 5 };
        let bytes = ready.encode();
        assert_eq!((bytes[0], bytes[8], bytes[9], bytes[12], bytes[16]), (1, 3, 2, 4, 5));
        assert_eq!(ClockReady::decode(&bytes), ready);
    }
}
