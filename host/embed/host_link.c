#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/embed/host_state.h"

#define LINE_BYTES PCS_CONTROL_CLIENT_LINE_BYTES

/* The command about a frame. False: what is said of it cannot stand on a line. */
static bool write_line(char out_line[LINE_BYTES], const char *command,
                       const pcs_host_frame *frame) {
  const char *around = frame->embedding_origin != NULL ? frame->embedding_origin : frame->origin;
  if (!pcs_host_is_word(frame->origin) || !pcs_host_is_word(around)) {
    return false;
  }
  snprintf(out_line, LINE_BYTES, "%s %s %s%s%s%s\n", command, frame->origin, around,
           (frame->flags & PCS_HOST_PRIVATE) != 0 ? " private" : "",
           (frame->flags & PCS_HOST_MIXED) != 0 ? " mixed" : "",
           (frame->flags & PCS_HOST_UNTIL_ACCEPTED) != 0 ? " until-accepted" : "");
  return true;
}

pcs_host_status pcs_host_attach(pcs_host *host, const pcs_host_frame *frame, int *out_link) {
  char line[LINE_BYTES];
  *out_link = -1;
  if (!write_line(line, "link", frame)) {
    return PCS_HOST_ARGUMENT;
  }
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    return PCS_HOST_SYSTEM;
  }
  pcs_host_status status = pcs_host_question(host, line, pair[1], "ok", line);
  close(pair[1]);
  if (status != PCS_HOST_OK) {
    close(pair[0]);
    return status;
  }
  *out_link = pair[0];
  return PCS_HOST_OK;
}

static pcs_host_status allow(pcs_host *host, const char *origin) {
  char line[LINE_BYTES];
  snprintf(line, sizeof line, "allow %s\n", origin);
  return pcs_host_question(host, line, -1, "ok", line);
}

pcs_host_status pcs_host_admit(pcs_host *host, const pcs_host_frame *frame,
                               char out_token[PCS_HOST_TOKEN_BYTES]) {
  static const char word[] = "token ";
  char line[LINE_BYTES];
  if (!write_line(line, "token", frame)) {
    return PCS_HOST_ARGUMENT;
  }
  pcs_host_status status = allow(host, frame->origin);
  if (status == PCS_HOST_OK) {
    status = pcs_host_question(host, line, -1, word, line);
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

pcs_host_status pcs_host_mark_mixed(pcs_host *host, const pcs_host_frame *frame) {
  const pcs_host_frame whose = {frame->origin, frame->embedding_origin, 0};
  char line[LINE_BYTES];
  if (!write_line(line, "mixed", &whose)) {
    return PCS_HOST_ARGUMENT;
  }
  return pcs_host_question(host, line, -1, "ok", line);
}
