/*
 * A window's end of its socket to the broker, in GLib's main loop. Its end is the program's end:
 * nobody is left to hear an answer. It knows no message.
 */
#ifndef PCS_HOST_WINDOW_SOCKET_H
#define PCS_HOST_WINDOW_SOCKET_H

#include "core/base/bytes.h"

/* pcs_socket_await waits for the first message, before there is a main loop: *out_len of its bytes
 * in memory. PCS_ERR_CLOSED; PCS_ERR_TOO_LARGE; PCS_ERR_SYSTEM. */
PCS_MUST_USE pcs_status pcs_socket_await(uint8_t *memory, size_t capacity, size_t *out_len);
/* pcs_socket_listen calls heard for each message from now on, and ends the program with the socket.
 * false when there is no socket. */
bool pcs_socket_listen(void (*heard)(void *context, pcs_span message), void *context);
/* pcs_socket_say: a message that cannot be said ends the program. */
void pcs_socket_say(pcs_span message);

#endif
