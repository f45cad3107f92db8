#include "host/broker/window.h"

#include <stdlib.h>

#include "host/prompt/wire.h"
#include "host/sys/descriptor.h"
#include "host/sys/process.h"

struct pcs_window {
  pcs_window_config config;
  pcs_process *process;
  pcs_watch *watch;
  int socket;
};

/* Where the display is, how the user likes windows to look, in which language, and the bus by which
 * screen readers see them. Nothing that loads code. */
static const char *const kept_variables[] = {
    "DISPLAY",
    "XAUTHORITY",
    "WAYLAND_DISPLAY",
    "XDG_RUNTIME_DIR",
    "HOME",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
    "XDG_DATA_DIRS",
    "LANG",
    "LC_ALL",
    "LANGUAGE",
    "GDK_SCALE",
    "GDK_DPI_SCALE",
    "DBUS_SESSION_BUS_ADDRESS",
};

static bool has_display(void) {
  const char *x11 = getenv("DISPLAY");
  const char *wayland = getenv("WAYLAND_DISPLAY");
  return (x11 != NULL && x11[0] != '\0') || (wayland != NULL && wayland[0] != '\0');
}

/* One message for each call, so that its hearer may free the window. */
static void on_ready(void *context, unsigned ready_for) {
  pcs_window *window = (pcs_window *)context;
  uint8_t memory[PCS_WINDOW_REPLY_BYTES_MAX + 1];
  size_t len = 0;
  (void)ready_for;
  pcs_status status = pcs_descriptor_read(window->socket, memory, sizeof memory, &len);
  if (status == PCS_ERR_NO_SPACE) {
    return;
  }
  if (status == PCS_OK && len <= PCS_WINDOW_REPLY_BYTES_MAX) {
    window->config.message(window->config.context, (pcs_span){memory, len});
    return;
  }
  pcs_watch_want(window->watch, 0);
  window->config.ended(window->config.context);
}

static pcs_status start(pcs_window *window, int socket) {
  char path[PCS_PATH_BYTES_MAX];
  const pcs_window_config *config = &window->config;
  if (config->path == NULL && pcs_process_beside(path, config->name) != PCS_OK) {
    return PCS_ERR_SYSTEM;
  }
  pcs_process_config process = {
      .path = config->path != NULL ? config->path : path,
      .arguments = {config->name},
      .num_arguments = 1,
      .descriptors = {PCS_DESCRIPTOR_NONE, PCS_DESCRIPTOR_NONE, 2, socket},
      .num_descriptors = PCS_WINDOW_SOCKET + 1,
      .variables = kept_variables,
      .num_variables = sizeof kept_variables / sizeof kept_variables[0],
  };
  /* There is a display; what can be missing is the program, which is made only where GTK is. */
  pcs_status status = pcs_process_start(&window->process, config->loop, &process);
  return status == PCS_OK ? PCS_OK : PCS_ERR_UNSUPPORTED;
}

pcs_status pcs_window_open(pcs_window **out_window, const pcs_window_config *config) {
  int pair[2];
  *out_window = NULL;
  if (!has_display()) {
    return PCS_ERR_UNSUPPORTED;
  }
  pcs_window *window = calloc(1, sizeof *window);
  if (window == NULL || pcs_descriptor_pair(pair, PCS_PAIR_MESSAGES) != PCS_OK) {
    free(window);
    return PCS_ERR_SYSTEM;
  }
  window->config = *config;
  window->socket = pair[0];
  pcs_status status = start(window, pair[1]);
  pcs_descriptor_close(&pair[1]);
  if (status == PCS_OK) {
    status = pcs_watch_new(&window->watch, config->loop, window->socket, on_ready, window);
  }
  if (status != PCS_OK) {
    pcs_window_free(window);
    return status;
  }
  pcs_watch_want(window->watch, PCS_READABLE);
  *out_window = window;
  return PCS_OK;
}

void pcs_window_free(pcs_window *window) {
  if (window != NULL) {
    pcs_watch_free(window->watch);
    pcs_process_free(window->process);
    pcs_descriptor_close(&window->socket);
    free(window);
  }
}

pcs_status pcs_window_send(pcs_window *window, pcs_span message) {
  size_t sent = 0;
  pcs_status status = pcs_descriptor_write(window->socket, message, &sent);
  return status == PCS_OK && sent != message.len ? PCS_ERR_SYSTEM : status;
}
