// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `virtmcu schema`: the JSON Schema of a scenario, as it is checked in at docs/scenario.schema.json.

use crate::exit::Verdict;

/// Prints it.
pub fn schema() -> Verdict {
    println!("{:#}", scenario::schema());
    Verdict::Passed
}
