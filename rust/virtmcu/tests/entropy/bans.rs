// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What `clippy.toml` keeps out of our own code, let in on purpose. Each `#[expect]` here is a guard that the build checks: if
//! clippy did not object to the line below it, the expectation would not be met, and the build would fail with that.
//! So the bans cannot get lost, whatever happens to the file that lists them, the names in it, or how the build runs clippy.

/// Each map has an order of its own.
#[test]
#[expect(clippy::disallowed_types, reason = "planted")]
fn planted_order_of_maps() {
    let orders = |_| {
        let map: std::collections::HashMap<u32, ()> = (0..1000).map(|key| (key, ())).collect();
        map.into_keys().collect::<Vec<_>>()
    };
    // That 1000 keys come in the same order twice does not happen.
    let [first, second] = [0, 1].map(orders);
    assert_ne!(first, second);
}

#[test]
#[expect(clippy::disallowed_types, reason = "planted")]
fn planted_order_of_sets() {
    let orders = |_| (0..1000).collect::<std::collections::HashSet<u32>>().into_iter().collect::<Vec<_>>();
    let [first, second] = [0, 1].map(orders);
    assert_ne!(first, second);
}

/// What seeds them, under the names that it has.
#[test]
#[expect(clippy::disallowed_types, reason = "planted")]
fn planted_seeds_of_hashes() {
    use std::hash::BuildHasher;
    let drawn = [std::hash::RandomState::new(), std::collections::hash_map::RandomState::new()];
    let [first, second] = drawn.map(|state| state.hash_one(0));
    assert_ne!(first, second);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "planted")]
fn planted_clock() {
    let before = std::time::Instant::now();
    assert!(std::time::Instant::now() >= before);
}

/// It reads the clock, too.
#[test]
#[expect(clippy::disallowed_methods, reason = "planted")]
fn planted_elapsed_time() {
    assert!(std::time::UNIX_EPOCH.elapsed().is_ok());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "planted")]
fn planted_time_of_day() {
    assert!(std::time::SystemTime::now() > std::time::UNIX_EPOCH);
}

/// Also a wait for nothing.
#[test]
#[expect(clippy::disallowed_methods, reason = "planted")]
fn planted_sleep() {
    std::thread::sleep(std::time::Duration::ZERO);
}
