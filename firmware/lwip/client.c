// SPDX-License-Identifier: Apache-2.0 OR MIT
// Connects to the server, sends its pattern, takes the server's, and closes.
#include "firmware/lwip/end.h"
#include "firmware/lwip/net.h"
#include "firmware/lwip/transfer.h"
#include "scenarios/firmware/uart.h"

static struct transfer out = {.pattern = CLIENT_PATTERN};
static struct transfer in = {.pattern = SERVER_PATTERN};

static err_t acknowledged(void *of, struct tcp_pcb *connection, uint16_t bytes)
{
    (void)of, (void)bytes;
    if (!transfer_is_over(&out) && transfer_send(&out, connection)) {
        transfer_tell("sent", &out);
    }
    return ERR_OK;
}

static err_t received(void *of, struct tcp_pcb *connection, struct pbuf *packet, err_t error)
{
    (void)of, (void)error;
    if (!packet) {
        // The server has closed: so do we.
        transfer_tell(transfer_is_over(&in) ? "received" : "received only", &in);
        (void)tcp_close(connection);
        return ERR_OK;
    }
    if (!transfer_receive(&in, connection, packet)) {
        uart_print(CONSOLE, "wrong bytes\n");
    }
    pbuf_free(packet);
    return ERR_OK;
}

static err_t connected(void *of, struct tcp_pcb *connection, err_t error)
{
    (void)of, (void)error;
    uart_print(CONSOLE, "connected\n");
    return acknowledged(0, connection, 0);
}

static void failed(void *of, err_t error)
{
    (void)of, (void)error;
    uart_print(CONSOLE, "the connection is gone\n");
}

int main(void)
{
    uart_init(CONSOLE, CONSOLE_BAUD);
    net_start(CLIENT_HOST);
    ip_addr_t server;
    IP4_ADDR(&server, 10, 0, 0, SERVER_HOST);
    struct tcp_pcb *connection = tcp_new();
    if (!connection) {
        cpu_halt();
    }
    tcp_sent(connection, acknowledged);
    tcp_recv(connection, received);
    tcp_err(connection, failed);
    if (tcp_connect(connection, &server, SERVER_PORT, connected) != ERR_OK) {
        cpu_halt();
    }
    net_run();
}
