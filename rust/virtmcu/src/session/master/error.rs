// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a master of virtual time did to end the run.

use control::{Code, Malformed, ReadError};
use sim::Core;
use thiserror::Error;
use vtime::Instant;

/// What a master did to end the run.
#[derive(Debug, Error)]
pub enum MasterError {
    /// It is gone.
    #[error(
        "the master of virtual time is gone, with {now} of {end} s run: {how}. Its last grant was to {granted}; a master \
         that has done its work says finish"
    )]
    Gone {
        /// Up to when all nodes had run.
        now: Instant,
        /// Its last grant.
        granted: Instant,
        /// The end of the run.
        end: Instant,
        /// How it went.
        how: ReadError,
    },
    /// It talks nonsense.
    #[error("the master of virtual time makes no sense: {source} (time is granted up to {granted})")]
    Malformed {
        /// The message's sequence.
        sequence: u64,
        /// What is wrong.
        source: Malformed,
        /// Its last grant.
        granted: Instant,
    },
    /// It did not say hello, or said it twice.
    #[error("the master of virtual time said {said}: expected hello first, and once")]
    OutOfOrder {
        /// The message's sequence.
        sequence: u64,
        /// What it said.
        said: &'static str,
    },
    /// It takes time back.
    #[error(
        "the master of virtual time granted time up to {until}, expected {granted} or later: so much is granted"
    )]
    Backwards {
        /// The message's sequence.
        sequence: u64,
        /// What it granted.
        until: Instant,
        /// What it had granted.
        granted: Instant,
    },
    /// It says that the run has failed.
    #[error("the master of virtual time gave the run up at {now}: {reason}")]
    Abandoned {
        /// When.
        now: Instant,
        /// Why.
        reason: String,
    },
}

impl MasterError {
    /// It is gone, in this way, from the run that stands where `core` does.
    pub(super) fn gone(core: &Core, how: ReadError) -> MasterError {
        MasterError::Gone { now: core.now(), granted: core.ceiling(), end: core.end(), how }
    }

    /// The number of the error, and the sequence of the message that it is about.
    pub(super) fn code(&self) -> Option<(Code, u64)> {
        match self {
            MasterError::Gone { .. } | MasterError::Abandoned { .. } => None,
            MasterError::Malformed { sequence, source, .. } => Some((source.code(), *sequence)),
            MasterError::OutOfOrder { sequence, .. } => Some((Code::OutOfOrder, *sequence)),
            MasterError::Backwards { sequence, .. } => Some((Code::Backwards, *sequence)),
        }
    }
}
