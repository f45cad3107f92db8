#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/embed/broker_process.h"
#include "host/embed/control_client.h"
#include "host/embed/portcullis.h"

/* An origin's longest serialisation (core/policy/origin.h): two fit on a line. */
#define ORIGIN_BYTES_MAX 300
#define LINE_BYTES PCS_CONTROL_CLIENT_LINE_BYTES

struct pcs_host {
  pid_t process;
  pcs_control_client control;
  char address[PCS_HOST_ADDRESS_BYTES];
};

const char *pcs_host_sentence(pcs_host_status status) {
  switch (status) {
  case PCS_HOST_OK:
    return "It was done.";
  case PCS_HOST_ARGUMENT:
    return "This is not an origin.";
  case PCS_HOST_NO_BROKER:
    return "portcullis-broker could not be started: name it in PORTCULLIS_BROKER.";
  case PCS_HOST_REFUSED:
    return "The broker refused it.";
  case PCS_HOST_ENDED:
    return "The broker has ended.";
  case PCS_HOST_SYSTEM:
    return "The system refused descriptors or memory.";
  }
  return "There is no such status.";
}

/* ---- the broker's program ---- */

static const char *broker_path(const pcs_host_config *config) {
  if (config != NULL && config->broker != NULL) {
    return config->broker;
  }
  const char *named = getenv("PORTCULLIS_BROKER");
  return named != NULL && named[0] != '\0' ? named : PCS_HOST_BROKER_INSTALLED;
}

static pcs_host_status start_process(pcs_host *host, const pcs_host_config *config) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    return PCS_HOST_SYSTEM;
  }
  host->control.descriptor = pair[0];
  host->process = pcs_broker_process_start(broker_path(config),
                                           config != NULL ? config->arguments : NULL, pair[1]);
  close(pair[1]);
  return host->process > 0 ? PCS_HOST_OK : PCS_HOST_NO_BROKER;
}

static pcs_host_status learn_address(pcs_host *host) {
  static const char word[] = "listening ";
  char line[LINE_BYTES];
  if (!pcs_control_client_hear(&host->control, PCS_HOST_PATIENCE_MS, line) ||
      strncmp(line, word, strlen(word)) != 0) {
    return PCS_HOST_NO_BROKER;
  }
  int len = snprintf(host->address, sizeof host->address, "ws://%s/portcullis/1",
                     line + strlen(word));
  return len > 0 && (size_t)len < sizeof host->address ? PCS_HOST_OK : PCS_HOST_NO_BROKER;
}

pcs_host_status pcs_host_start(pcs_host **out_host, const pcs_host_config *config) {
  *out_host = NULL;
  pcs_host *host = calloc(1, sizeof *host);
  if (host == NULL) {
    return PCS_HOST_SYSTEM;
  }
  host->control.descriptor = -1;
  pcs_host_status status = start_process(host, config);
  if (status == PCS_HOST_OK) {
    status = learn_address(host);
  }
  if (status != PCS_HOST_OK) {
    pcs_host_stop(host);
    return status;
  }
  *out_host = host;
  return PCS_HOST_OK;
}

void pcs_host_stop(pcs_host *host) {
  if (host == NULL) {
    return;
  }
  if (host->control.descriptor >= 0) {
    close(host->control.descriptor);
  }
  if (host->process > 0) {
    pcs_broker_process_end(host->process, PCS_HOST_PATIENCE_MS);
  }
  free(host);
}

/* ---- asking ---- */

/* What may stand on a line: the broker judges whether it is an origin. */
static bool is_plain(const char *origin) {
  size_t len = origin != NULL ? strlen(origin) : 0;
  bool plain = len > 0 && len <= ORIGIN_BYTES_MAX;
  for (size_t i = 0; i < len && plain; i++) {
    plain = origin[i] > ' ' && origin[i] < 0x7f;
  }
  return plain;
}

/* Lines that answer nothing asked here are passed over. */
static pcs_host_status hear_answer(pcs_host *host, const char *word, char out_line[LINE_BYTES]) {
  for (;;) {
    if (!pcs_control_client_hear(&host->control, PCS_HOST_PATIENCE_MS, out_line)) {
      return PCS_HOST_ENDED;
    }
    if (strncmp(out_line, word, strlen(word)) == 0) {
      return PCS_HOST_OK;
    }
    if (strncmp(out_line, "error ", 6) == 0) {
      return PCS_HOST_REFUSED;
    }
  }
}

static pcs_host_status ask(pcs_host *host, const char *question, int passed, const char *word,
                           char out_line[LINE_BYTES]) {
  if (!pcs_control_client_ask(&host->control, question, passed)) {
    return PCS_HOST_ENDED;
  }
  return hear_answer(host, word, out_line);
}

pcs_host_status pcs_host_attach(pcs_host *host, const char *origin, const char *embedding_origin,
                                int *out_link) {
  *out_link = -1;
  const char *around = embedding_origin != NULL ? embedding_origin : origin;
  if (!is_plain(origin) || !is_plain(around)) {
    return PCS_HOST_ARGUMENT;
  }
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    return PCS_HOST_SYSTEM;
  }
  char line[LINE_BYTES];
  snprintf(line, sizeof line, "link %s %s\n", origin, around);
  pcs_host_status status = ask(host, line, pair[1], "ok", line);
  close(pair[1]);
  if (status != PCS_HOST_OK) {
    close(pair[0]);
    return status;
  }
  *out_link = pair[0];
  return PCS_HOST_OK;
}

pcs_host_status pcs_host_admit(pcs_host *host, const char *origin,
                               char out_token[PCS_HOST_TOKEN_BYTES]) {
  static const char word[] = "token ";
  if (!is_plain(origin)) {
    return PCS_HOST_ARGUMENT;
  }
  char line[LINE_BYTES];
  snprintf(line, sizeof line, "allow %s\n", origin);
  pcs_host_status status = ask(host, line, -1, "ok", line);
  if (status == PCS_HOST_OK) {
    snprintf(line, sizeof line, "token %s\n", origin);
    status = ask(host, line, -1, word, line);
  }
  if (status == PCS_HOST_OK && strlen(line) != strlen(word) + PCS_HOST_TOKEN_BYTES - 1) {
    status = PCS_HOST_ENDED;
  }
  if (status == PCS_HOST_OK) {
    memcpy(out_token, line + strlen(word), PCS_HOST_TOKEN_BYTES);
  }
  explicit_bzero(line, sizeof line);
  return status;
}

const char *pcs_host_address(const pcs_host *host) {
  return host->address;
}

int pcs_host_descriptor(const pcs_host *host) {
  return host->control.descriptor;
}
