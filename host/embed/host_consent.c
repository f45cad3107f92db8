#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "host/embed/host_state.h"

#define FINGERPRINT_DIGITS 64
static const char hash_name[] = "sha-256 ";

/* ---- a request's line ---- */

typedef struct line {
  char text[PCS_HOST_LINE_BYTES];
  size_t len;
  bool is_good;
} line;

__attribute__((format(printf, 2, 3))) static void add(line *the, const char *format, ...) {
  size_t room = sizeof the->text - the->len;
  va_list values;
  va_start(values, format);
  int len = vsnprintf(the->text + the->len, room, format, values);
  va_end(values);
  if (len < 0 || (size_t)len >= room) {
    the->is_good = false;
    return;
  }
  the->len += (size_t)len;
}

static void add_word(line *the, const char *before, const char *word) {
  the->is_good = the->is_good && pcs_host_is_word(word);
  if (the->is_good) {
    add(the, " %s%s", before, word);
  }
}

static bool is_hexadecimal(char letter) {
  return letter != '\0' && strchr("0123456789abcdefABCDEF", letter) != NULL;
}

/* "sha-256 AA:BB:...", as RFC 8122 5 writes it. */
static void add_peer(line *the, const char *peer) {
  char digits[FINGERPRINT_DIGITS + 1] = {0};
  size_t count = 0;
  bool is_known = strncmp(peer, hash_name, strlen(hash_name)) == 0;
  for (const char *at = is_known ? peer + strlen(hash_name) : ""; *at != '\0'; at++) {
    if (*at == ':') {
      continue;
    }
    if (!is_hexadecimal(*at) || count == FINGERPRINT_DIGITS) {
      is_known = false;
      break;
    }
    digits[count++] = *at;
  }
  the->is_good = the->is_good && is_known && count == FINGERPRINT_DIGITS;
  add_word(the, "peer=sha-256:", digits);
}

static void write_request(line *out, const pcs_host_request *request, unsigned long ask) {
  const pcs_host_frame *frame = &request->frame;
  *out = (line){.is_good = true};
  add(out, "ask a%lu", ask);
  add_word(out, "", frame->origin);
  add_word(out, "", frame->embedding_origin != NULL ? frame->embedding_origin : frame->origin);
  add_word(out, "", request->rights);
  if (request->device != NULL) {
    add_word(out, "device=", request->device);
  }
  size_t num_peers = 0;
  for (; request->peers != NULL && request->peers[num_peers] != NULL; num_peers++) {
    add_peer(out, request->peers[num_peers]);
  }
  out->is_good = out->is_good && num_peers <= PCS_HOST_PEERS_MAX;
  add(out, "%s%s\n", (frame->flags & PCS_HOST_PRIVATE) != 0 ? " private" : "",
      (frame->flags & PCS_HOST_MIXED) != 0 ? " mixed" : "");
}

/* ---- asks ---- */

pcs_host_status pcs_host_ask(pcs_host *host, const pcs_host_request *request,
                             const pcs_host_asker *asker, unsigned long *out_ask) {
  *out_ask = 0;
  pcs_ask *ask = pcs_asks_add(&host->asks, asker);
  if (ask == NULL) {
    return PCS_HOST_REFUSED;
  }
  line question;
  write_request(&question, request, ask->number);
  pcs_host_status status = PCS_HOST_OK;
  if (!question.is_good) {
    status = PCS_HOST_ARGUMENT;
  } else if (!pcs_control_client_ask(&host->control, question.text, -1)) {
    status = PCS_HOST_ENDED;
  }
  if (status != PCS_HOST_OK) {
    pcs_asks_remove(ask);
    return status;
  }
  *out_ask = ask->number;
  return PCS_HOST_OK;
}

static pcs_host_status command(pcs_host *host, const char *text) {
  char answer[PCS_CONTROL_CLIENT_LINE_BYTES];
  return pcs_host_question(host, text, -1, "ok", answer);
}

pcs_host_status pcs_host_end(pcs_host *host, unsigned long number) {
  pcs_ask *ask = pcs_asks_find(&host->asks, number);
  if (ask == NULL) {
    return PCS_HOST_OK;
  }
  pcs_asks_remove(ask);
  char text[PCS_CONTROL_CLIENT_LINE_BYTES];
  snprintf(text, sizeof text, "end a%lu\n", number);
  return command(host, text);
}

pcs_host_status pcs_host_reset_origin(pcs_host *host, const char *origin) {
  if (!pcs_host_is_word(origin)) {
    return PCS_HOST_ARGUMENT;
  }
  char text[PCS_CONTROL_CLIENT_LINE_BYTES];
  snprintf(text, sizeof text, "reset %s\n", origin);
  return command(host, text);
}

pcs_host_status pcs_host_forget(pcs_host *host) {
  return command(host, "forget\n");
}
