// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Addresses for those who ask (RFC 2131): the n-th who asks gets the n-th address.

use crate::HostSpec;
use smoltcp::iface::{SocketHandle, SocketSet};
use smoltcp::socket::udp;
use smoltcp::wire::{
    DhcpMessageType, DhcpPacket, DhcpRepr, EthernetAddress, IpAddress, IpEndpoint, Ipv4Address, Ipv4Cidr,
};

const SERVER_PORT: u16 = 67;
const CLIENT_PORT: u16 = 68;

/// For how long an address is given away, in seconds.
const LEASE: u32 = 86_400;

/// What a UDP socket holds: so many datagrams, of so many bytes together.
const DATAGRAMS: usize = 16;
const DATAGRAM_BYTES: usize = 16 * 1024;

/// Memory for datagrams of one direction.
pub(crate) fn udp_buffer() -> udp::PacketBuffer<'static> {
    udp::PacketBuffer::new(vec![udp::PacketMetadata::EMPTY; DATAGRAMS], vec![0; DATAGRAM_BYTES])
}

/// The server, and whom it gave addresses, in their order.
#[derive(Debug)]
pub(crate) struct Dhcp {
    socket: SocketHandle,
    own: Ipv4Cidr,
    first: u32,
    count: usize,
    given: Vec<EthernetAddress>,
}

impl Dhcp {
    pub(crate) fn new(spec: &HostSpec, sockets: &mut SocketSet<'static>) -> Dhcp {
        let mut socket = udp::Socket::new(udp_buffer(), udp_buffer());
        // It fails for port 0 and for sockets that are open.
        let _ = socket.bind(SERVER_PORT);
        let (first, count) = spec.leases();
        let own = Ipv4Cidr::new(Ipv4Address::from(spec.ip), spec.prefix);
        let socket = sockets.add(socket);
        Dhcp { socket, own, first, count: count as usize, given: Vec::new() }
    }

    /// Answers those who have asked.
    pub(crate) fn serve(&mut self, sockets: &mut SocketSet<'static>) {
        while let Ok((data, _)) = sockets.get_mut::<udp::Socket>(self.socket).recv() {
            let data = data.to_vec();
            let Some(answer) = self.answer(&data) else { continue };
            let everybody = IpEndpoint::new(IpAddress::Ipv4(Ipv4Address::BROADCAST), CLIENT_PORT);
            // It is lost if there is no room, as datagrams are.
            let _ = sockets.get_mut::<udp::Socket>(self.socket).send_slice(&answer, everybody);
        }
    }

    /// The address for a controller, the same one each time; none if all are given away.
    fn address(&mut self, client: EthernetAddress) -> Option<Ipv4Address> {
        let place = self.given.iter().position(|given| *given == client).unwrap_or(self.given.len());
        if place >= self.count {
            return None;
        }
        if place == self.given.len() {
            self.given.push(client);
        }
        let place = u32::try_from(place).ok()?;
        Some(Ipv4Address::from_bits(self.first.checked_add(place)?))
    }

    fn answer(&mut self, data: &[u8]) -> Option<Vec<u8>> {
        let packet = DhcpPacket::new_checked(data).ok()?;
        let asked = DhcpRepr::parse(&packet).ok()?;
        let ours = self.own.address();
        if asked.server_identifier.is_some_and(|server| server != ours) {
            return None;
        }
        let offered = self.address(asked.client_hardware_address)?;
        let message_type = match asked.message_type {
            DhcpMessageType::Discover => DhcpMessageType::Offer,
            DhcpMessageType::Request => {
                let wanted = asked.requested_ip.unwrap_or(asked.client_ip);
                if wanted == offered { DhcpMessageType::Ack } else { DhcpMessageType::Nak }
            }
            _ => return None,
        };
        let gives = message_type != DhcpMessageType::Nak;
        let answer = DhcpRepr {
            message_type,
            your_ip: if gives { offered } else { Ipv4Address::UNSPECIFIED },
            server_ip: ours,
            router: gives.then_some(ours),
            subnet_mask: gives.then(|| self.own.netmask()),
            server_identifier: Some(ours),
            lease_duration: gives.then_some(LEASE),
            client_ip: Ipv4Address::UNSPECIFIED,
            requested_ip: None,
            client_identifier: None,
            parameter_request_list: None,
            dns_servers: None,
            max_size: None,
            renew_duration: None,
            rebind_duration: None,
            broadcast: true,
            ..asked
        };
        let mut bytes = vec![0; answer.buffer_len()];
        answer.emit(&mut DhcpPacket::new_unchecked(&mut bytes)).ok()?;
        Some(bytes)
    }
}
