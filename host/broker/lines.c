#include "host/broker/lines.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "host/crypto/hash.h"
#include "host/sys/descriptor.h"

struct pcs_lines {
  pcs_lines_config config;
  int descriptor;
  pcs_watch *watch;
  uint8_t in[PCS_LINE_BYTES_MAX];
  size_t in_len;
  size_t out_len;
  bool closed;
  bool wants_room;
  uint8_t out[PCS_SAID_BYTES_MAX];
};

static void close_once(pcs_lines *lines) {
  if (!lines->closed) {
    lines->closed = true;
    pcs_watch_want(lines->watch, 0);
    lines->config.closed(lines->config.context);
  }
}

bool pcs_lines_has_room(const pcs_lines *lines) {
  return PCS_SAID_BYTES_MAX - lines->out_len >= PCS_ANSWER_BYTES_MAX;
}

static void want(pcs_lines *lines) {
  if (!lines->closed) {
    pcs_watch_want(lines->watch, (pcs_lines_has_room(lines) ? PCS_READABLE : 0) |
                                     (lines->out_len > 0 ? PCS_WRITABLE : 0));
  }
}

/* ---- out ---- */

/* The descriptor's end is found by the watch: nobody is called from inside a say. */
static void flush(pcs_lines *lines) {
  while (lines->out_len > 0) {
    size_t sent = 0;
    if (pcs_descriptor_write(lines->descriptor, (pcs_span){lines->out, lines->out_len}, &sent) !=
        PCS_OK) {
      return;
    }
    memmove(lines->out, lines->out + sent, lines->out_len - sent);
    pcs_wipe(lines->out + lines->out_len - sent, sent); /* a token may have been in it */
    lines->out_len -= sent;
  }
}

pcs_writer pcs_lines_writer(pcs_lines *lines) {
  pcs_writer writer;
  pcs_writer_init(&writer, lines->out + lines->out_len, PCS_SAID_BYTES_MAX - lines->out_len);
  return writer;
}

pcs_status pcs_lines_say(pcs_lines *lines, pcs_writer *writer) {
  pcs_writer_text(writer, "\n");
  if (writer->failed) {
    lines->wants_room = true;
    return PCS_ERR_NO_SPACE;
  }
  lines->out_len += writer->len;
  flush(lines);
  lines->wants_room |= !pcs_lines_has_room(lines);
  want(lines);
  return PCS_OK;
}

void pcs_lines_answer(pcs_lines *lines, const char *text) {
  pcs_writer writer = pcs_lines_writer(lines);
  pcs_writer_text(&writer, text);
  pcs_status status = pcs_lines_say(lines, &writer);
  (void)status; /* room was made sure of */
}

void pcs_lines_error(pcs_lines *lines, const char *sentence) {
  pcs_writer writer = pcs_lines_writer(lines);
  pcs_writer_text(&writer, "error ");
  pcs_writer_text(&writer, sentence);
  pcs_status status = pcs_lines_say(lines, &writer);
  (void)status;
}

/* ---- in ---- */

static void handle_lines(pcs_lines *lines) {
  pcs_span rest = {lines->in, lines->in_len};
  while (!lines->closed && pcs_lines_has_room(lines) && pcs_text_find(rest, '\n') < rest.len) {
    pcs_span line;
    pcs_text_split(rest, '\n', &line, &rest);
    lines->config.heard(lines->config.context, line);
  }
  if (rest.len > 0) {
    memmove(lines->in, rest.data, rest.len);
  }
  lines->in_len = rest.len;
  if (lines->in_len == 0) {
    pcs_control_link_clear(lines->config.beside); /* beside a line that asks for no link */
  }
}

static void read_more(pcs_lines *lines) {
  if (lines->in_len == sizeof lines->in) {
    if (pcs_lines_has_room(lines)) {
      close_once(lines); /* no end of line in all of it */
    }
    return;
  }
  size_t got = 0;
  pcs_status status =
      pcs_control_link_read(lines->config.beside, lines->descriptor, lines->in + lines->in_len,
                            sizeof lines->in - lines->in_len, &got);
  lines->in_len += got;
  if (status != PCS_OK && status != PCS_ERR_NO_SPACE) {
    close_once(lines);
  }
}

static void on_ready(void *context, unsigned ready_for) {
  pcs_lines *lines = (pcs_lines *)context;
  flush(lines);
  if (lines->wants_room && pcs_lines_has_room(lines)) {
    lines->wants_room = false;
    if (lines->config.room != NULL) {
      lines->config.room(lines->config.context);
    }
  }
  handle_lines(lines);
  if ((ready_for & PCS_READABLE) != 0 && pcs_lines_has_room(lines) && !lines->closed) {
    read_more(lines);
    handle_lines(lines);
  }
  want(lines);
}

/* ---- life ---- */

pcs_status pcs_lines_new(pcs_lines **out_lines, const pcs_lines_config *config, int descriptor) {
  *out_lines = NULL;
  pcs_lines *lines = calloc(1, sizeof *lines);
  if (lines == NULL) {
    pcs_descriptor_close(&descriptor);
    return PCS_ERR_SYSTEM;
  }
  lines->config = *config;
  lines->descriptor = descriptor;
  if (pcs_watch_new(&lines->watch, config->loop, descriptor, on_ready, lines) != PCS_OK) {
    pcs_lines_free(lines);
    return PCS_ERR_SYSTEM;
  }
  want(lines);
  *out_lines = lines;
  return PCS_OK;
}

void pcs_lines_free(pcs_lines *lines) {
  if (lines != NULL) {
    pcs_watch_free(lines->watch);
    pcs_descriptor_close(&lines->descriptor);
    pcs_wipe(lines->out, sizeof lines->out);
    free(lines);
  }
}
