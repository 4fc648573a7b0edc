// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Port 7: what comes goes back (RFC 862).

use crate::dhcp::udp_buffer;
use smoltcp::iface::{SocketHandle, SocketSet};
use smoltcp::socket::{tcp, udp};

const PORT: u16 = 7;

/// How many connections there can be at a time.
const CONNECTIONS: usize = 4;

/// What a connection holds, in bytes, in each direction.
const TCP_BUFFER: usize = 8192;

/// The sockets of port 7.
#[derive(Debug)]
pub(crate) struct Echo {
    udp: SocketHandle,
    tcp: [SocketHandle; CONNECTIONS],
}

impl Echo {
    pub(crate) fn new(sockets: &mut SocketSet<'static>) -> Echo {
        let mut socket = udp::Socket::new(udp_buffer(), udp_buffer());
        // It fails for port 0 and for sockets that are open.
        let _ = socket.bind(PORT);
        let udp = sockets.add(socket);
        let tcp = std::array::from_fn(|_| {
            let buffer = || tcp::SocketBuffer::new(vec![0; TCP_BUFFER]);
            let mut socket = tcp::Socket::new(buffer(), buffer());
            // It acknowledges at once.
            socket.set_ack_delay(None);
            // Who does not answer for that long is gone.
            socket.set_timeout(Some(smoltcp::time::Duration::from_secs(60)));
            sockets.add(socket)
        });
        Echo { udp, tcp }
    }

    /// Sends back what has come.
    pub(crate) fn serve(&self, sockets: &mut SocketSet<'static>) {
        let socket = sockets.get_mut::<udp::Socket>(self.udp);
        while socket.can_send() {
            let Ok((data, from)) = socket.recv() else { break };
            let data = data.to_vec();
            // It is lost if there is no room, as datagrams are.
            let _ = socket.send_slice(&data, from.endpoint);
        }
        for connection in self.tcp {
            let socket = sockets.get_mut::<tcp::Socket>(connection);
            if !socket.is_open() {
                // It fails for port 0 and for sockets that are open.
                let _ = socket.listen(PORT);
            }
            if socket.can_recv() && socket.can_send() {
                let room = socket.send_capacity() - socket.send_queue();
                let data = socket.recv(|data| {
                    let taken = data.len().min(room);
                    (taken, data[..taken].to_vec())
                });
                // There is room for it.
                let _ = data.map(|data| socket.send_slice(&data));
            }
            if !socket.may_recv() && socket.may_send() && socket.recv_queue() == 0 {
                socket.close();
            }
        }
    }
}
