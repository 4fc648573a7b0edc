// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Any bytes are a plan that can be carried out or an error; and a plan comes back from its bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plan::Plan;

fuzz_target!(|bytes: &[u8]| match Plan::from_bytes(bytes) {
    Err(broken) => assert!(!broken.to_string().is_empty()),
    Ok(plan) => {
        assert_eq!(plan.check(), Ok(()));
        assert_eq!(Plan::from_bytes(&plan.to_bytes()), Ok(plan));
    }
});
