// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Where packets of a capture come from.

/// What kind of packets an interface has: its LINKTYPE in the registry of draft-ietf-opsawg-pcaplinktype.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// LINKTYPE_ETHERNET: frames without preamble and FCS.
    Ethernet,
    /// LINKTYPE_LIN: [`crate::lin`].
    Lin,
    /// LINKTYPE_CAN_SOCKETCAN: [`crate::socketcan`].
    Can,
    /// LINKTYPE_RTAC_SERIAL: [`crate::serial`].
    Serial,
}

/// A port on a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// What Wireshark calls it.
    pub name: String,
    /// Of its packets.
    pub kind: Kind,
    /// A remark on it.
    pub description: String,
}

/// Which way a packet goes, seen from the port whose interface has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// The port receives it. Of two packets of one time this one is first: it may be why the other one was sent.
    Inbound,
    /// The port sends it.
    Outbound,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 4] = [Kind::Ethernet, Kind::Lin, Kind::Can, Kind::Serial];

    /// Its LINKTYPE.
    pub const fn link_type(self) -> u16 {
        match self {
            Kind::Ethernet => 1,
            Kind::Lin => 212,
            Kind::Can => 227,
            Kind::Serial => 250,
        }
    }

    /// The kind with this LINKTYPE, if it is one of ours.
    pub fn of_link_type(link_type: u16) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.link_type() == link_type)
    }
}

impl Direction {
    /// The direction bits of epb_flags.
    pub const fn flags(self) -> u32 {
        match self {
            Direction::Inbound => 1,
            Direction::Outbound => 2,
        }
    }

    /// The direction that epb_flags say, if they say one.
    pub const fn of_flags(flags: u32) -> Option<Direction> {
        match flags & 3 {
            1 => Some(Direction::Inbound),
            2 => Some(Direction::Outbound),
            _ => None,
        }
    }
}
