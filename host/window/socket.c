#include "host/window/socket.h"

#include <glib-unix.h>
#include <poll.h>
#include <stdlib.h>

#include "host/prompt/indicator_wire.h"
#include "host/sys/descriptor.h"

static uint8_t input[PCS_LINES_WIRE_BYTES_MAX + 1];
static void (*hearer)(void *context, pcs_span message);
static void *hearer_context;

pcs_status pcs_socket_await(uint8_t *memory, size_t capacity, size_t *out_len) {
  struct pollfd ready = {.fd = PCS_WINDOW_SOCKET, .events = POLLIN};
  *out_len = 0;
  if (pcs_descriptor_adopt(PCS_WINDOW_SOCKET) != PCS_OK || poll(&ready, 1, -1) < 0) {
    return PCS_ERR_SYSTEM;
  }
  pcs_status status = pcs_descriptor_read(PCS_WINDOW_SOCKET, memory, capacity, out_len);
  return status == PCS_OK && *out_len == capacity ? PCS_ERR_TOO_LARGE : status;
}

static gboolean on_ready(gint socket, GIOCondition condition, gpointer data) {
  size_t len = 0;
  (void)condition;
  (void)data;
  pcs_status status = pcs_descriptor_read(socket, input, sizeof input, &len);
  if (status == PCS_ERR_NO_SPACE) {
    return G_SOURCE_CONTINUE;
  }
  if (status != PCS_OK || len == sizeof input) {
    exit(EXIT_SUCCESS);
  }
  hearer(hearer_context, (pcs_span){input, len});
  return G_SOURCE_CONTINUE;
}

bool pcs_socket_listen(void (*heard)(void *context, pcs_span message), void *context) {
  if (pcs_descriptor_adopt(PCS_WINDOW_SOCKET) != PCS_OK) {
    return false;
  }
  hearer = heard;
  hearer_context = context;
  g_unix_fd_add(PCS_WINDOW_SOCKET, G_IO_IN | G_IO_HUP | G_IO_ERR, on_ready, NULL);
  return true;
}

void pcs_socket_say(pcs_span message) {
  size_t sent = 0;
  if (pcs_descriptor_write(PCS_WINDOW_SOCKET, message, &sent) != PCS_OK || sent != message.len) {
    exit(EXIT_FAILURE);
  }
}
