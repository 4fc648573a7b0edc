// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The keys of each table. `schema.rs` documents the same ones; a test keeps the two together.

/// The file itself.
pub(crate) const TOP: &[&str] =
    &["schema", "duration", "seed", "node", "link", "expect", "trace", "golden", "watchdog"];
/// `[node.NAME]`.
pub(crate) const NODE: &[&str] = &["board", "firmware", "cpu_hz", "cores"];
/// `[link.NAME]` with `kind = "uart"`.
pub(crate) const UART_LINK: &[&str] = &["kind", "ends", "baud", "framing", "delay"];
/// `[expect]`.
pub(crate) const EXPECT: &[&str] = &["uart"];
/// `[[expect.uart]]`.
pub(crate) const EXPECT_UART: &[&str] = &["port", "line", "contains", "within"];
/// `[trace]`.
pub(crate) const TRACE: &[&str] = &["state_every"];
/// `[golden]`.
pub(crate) const GOLDEN: &[&str] = &["trace"];

/// `[watchdog]`.
pub(crate) const WATCHDOG: &[&str] = &["wall"];

/// The kinds of links.
pub(crate) const LINK_KINDS: &[&str] = &["uart"];
