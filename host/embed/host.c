#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/embed/broker_process.h"
#include "host/embed/host_state.h"

#define LINE_BYTES PCS_CONTROL_CLIENT_LINE_BYTES
/* An origin's longest serialisation (core/policy/origin.h). */
#define WORD_BYTES_MAX 300

const char *pcs_host_sentence(pcs_host_status status) {
  switch (status) {
  case PCS_HOST_OK:
    return "It was done.";
  case PCS_HOST_ARGUMENT:
    return "This is not an origin, or not a request.";
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
  if (!pcs_bell_init(&host->bell, pair[0])) {
    close(pair[1]);
    return PCS_HOST_SYSTEM;
  }
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
  int len =
      snprintf(host->address, sizeof host->address, "ws://%s/portcullis/1", line + strlen(word));
  return len > 0 && (size_t)len < sizeof host->address ? PCS_HOST_OK : PCS_HOST_NO_BROKER;
}

pcs_host_status pcs_host_start(pcs_host **out_host, const pcs_host_config *config) {
  *out_host = NULL;
  pcs_host *host = calloc(1, sizeof *host);
  if (host == NULL) {
    return PCS_HOST_SYSTEM;
  }
  host->control.descriptor = -1;
  host->bell = (pcs_bell){.descriptor = -1, .own = -1};
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
  pcs_bell_clear(&host->bell);
  if (host->control.descriptor >= 0) {
    close(host->control.descriptor);
  }
  if (host->process > 0) {
    pcs_broker_process_end(host->process, PCS_HOST_PATIENCE_MS);
  }
  free(host);
}

const char *pcs_host_address(const pcs_host *host) {
  return host->address;
}

/* ---- questions and answers ---- */

bool pcs_host_is_word(const char *text) {
  size_t len = text != NULL ? strlen(text) : 0;
  bool is_plain = len > 0 && len <= WORD_BYTES_MAX;
  for (size_t i = 0; i < len && is_plain; i++) {
    is_plain = text[i] > ' ' && text[i] < 0x7f;
  }
  return is_plain;
}

/* Lines that answer nothing asked here are of the asks, or passed over. */
static pcs_host_status hear_answer(pcs_host *host, const char *word, char out_line[LINE_BYTES]) {
  for (;;) {
    if (!pcs_control_client_hear(&host->control, PCS_HOST_PATIENCE_MS, out_line)) {
      return PCS_HOST_ENDED;
    }
    if (pcs_asks_note(&host->asks, out_line)) {
      continue;
    }
    if (strncmp(out_line, word, strlen(word)) == 0) {
      return PCS_HOST_OK;
    }
    if (strncmp(out_line, "error ", 6) == 0) {
      return PCS_HOST_REFUSED;
    }
  }
}

pcs_host_status pcs_host_question(pcs_host *host, const char *question, int passed,
                                  const char *word, char out_line[LINE_BYTES]) {
  if (!pcs_control_client_ask(&host->control, question, passed)) {
    return PCS_HOST_ENDED;
  }
  pcs_host_status status = hear_answer(host, word, out_line);
  pcs_host_settle(host);
  return status;
}

/* ---- the main loop ---- */

int pcs_host_descriptor(const pcs_host *host) {
  return host->bell.descriptor;
}

void pcs_host_settle(pcs_host *host) {
  if (pcs_asks_news(&host->asks) != NULL || pcs_control_client_has_line(&host->control)) {
    pcs_bell_ring(&host->bell);
  } else {
    pcs_bell_hush(&host->bell);
  }
}

/* Nobody is called while a row is looked at: the asker may ask, end and be told itself. */
static void tell(pcs_host *host, pcs_ask *row) {
  pcs_ask ask = *row;
  if (ask.state == PCS_ASK_USED) {
    (void)pcs_host_end(host, ask.number); /* the broker keeps its place until then */
    if (ask.asker.ended != NULL) {
      ask.asker.ended(ask.asker.context, ask.number, ask.end_reason);
    }
    return;
  }
  if (ask.allowed) {
    row->state = PCS_ASK_USED;
  } else {
    pcs_asks_remove(row);
  }
  const pcs_host_verdict verdict = {
      .allowed = ask.allowed, .reason = ask.reason, .device = ask.device};
  ask.asker.answered(ask.asker.context, ask.number, &verdict);
}

pcs_host_status pcs_host_dispatch(pcs_host *host) {
  char line[LINE_BYTES];
  pcs_control_client_state state;
  while ((state = pcs_control_client_take(&host->control, line)) == PCS_CONTROL_CLIENT_LINE) {
    (void)pcs_asks_note(&host->asks, line);
  }
  bool has_ended = state == PCS_CONTROL_CLIENT_GONE;
  if (has_ended) {
    pcs_asks_note_gone(&host->asks);
  }
  pcs_ask *news;
  while ((news = pcs_asks_news(&host->asks)) != NULL) {
    tell(host, news);
  }
  pcs_host_settle(host);
  return has_ended ? PCS_HOST_ENDED : PCS_HOST_OK;
}
