// SPDX-License-Identifier: Apache-2.0 OR MIT
// Takes one connection, and what the client sends; then sends its own pattern, and closes.
#include "firmware/lwip/end.h"
#include "firmware/lwip/net.h"
#include "firmware/lwip/transfer.h"
#include "scenarios/firmware/uart.h"

static struct transfer in = {.pattern = CLIENT_PATTERN};
static struct transfer out = {.pattern = SERVER_PATTERN};

static void answer(struct tcp_pcb *connection)
{
    if (transfer_send(&out, connection)) {
        transfer_tell("sent", &out);
        (void)tcp_close(connection);
    }
}

static err_t acknowledged(void *of, struct tcp_pcb *connection, uint16_t bytes)
{
    (void)of, (void)bytes;
    if (transfer_is_over(&in) && !transfer_is_over(&out)) {
        answer(connection);
    }
    return ERR_OK;
}

static err_t received(void *of, struct tcp_pcb *connection, struct pbuf *packet, err_t error)
{
    (void)of, (void)error;
    if (!packet) {
        return ERR_OK;
    }
    if (!transfer_receive(&in, connection, packet)) {
        uart_print(CONSOLE, "wrong bytes\n");
    }
    pbuf_free(packet);
    if (transfer_is_over(&in) && out.bytes == 0) {
        transfer_tell("received", &in);
        answer(connection);
    }
    return ERR_OK;
}

static void failed(void *of, err_t error)
{
    (void)of, (void)error;
    uart_print(CONSOLE, "the connection is gone\n");
}

static err_t accepted(void *of, struct tcp_pcb *connection, err_t error)
{
    (void)of;
    if (error != ERR_OK || !connection) {
        return ERR_VAL;
    }
    tcp_sent(connection, acknowledged);
    tcp_recv(connection, received);
    tcp_err(connection, failed);
    return ERR_OK;
}

int main(void)
{
    uart_init(CONSOLE, CONSOLE_BAUD);
    net_start(SERVER_HOST);
    struct tcp_pcb *any = tcp_new();
    if (!any || tcp_bind(any, IP_ADDR_ANY, SERVER_PORT) != ERR_OK) {
        cpu_halt();
    }
    any = tcp_listen(any);
    if (!any) {
        cpu_halt();
    }
    tcp_accept(any, accepted);
    net_run();
}
