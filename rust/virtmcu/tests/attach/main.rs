// SPDX-License-Identifier: Apache-2.0 OR MIT
//! People at ports: what they type, on a terminal or through a pipe, is recorded so that it gives the same trace again.

#[path = "../common/mod.rs"]
mod common;
mod ends;
mod mistakes;
mod replayed;
mod typist;

use common::Place;

/// Two boards with consoles, joined by another port; they run for `duration`.
pub fn place(duration: &str) -> Place {
    let scenario = format!(
        "schema = 1\nduration = \"{duration}\"\n\n\
         [node.board]\nboard = \"mps2-an385\"\nfirmware = \"fw/console.elf\"\n\n\
         [node.other]\nboard = \"mps2-an385\"\nfirmware = \"fw/console.elf\"\n\n\
         [link.wire]\nkind = \"uart\"\nends = [\"board.uart1\", \"other.uart1\"]\nbaud = 115200\n"
    );
    let place = Place::with(&scenario);
    place.link(&common::firmware("scenarios/uart/firmware", "console"), "fw/console.elf");
    place
}
