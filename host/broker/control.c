#include "host/broker/control.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "host/crypto/hash.h"
#include "host/sys/clock.h"
#include "host/sys/descriptor.h"
#include "host/sys/endpoint.h"

/* Answers that the parent has not read; while there is no room for one more, nothing is asked. */
#define ANSWERS_BYTES 4096
#define ANSWER_BYTES_MAX 256

struct pcs_control {
  pcs_control_config config;
  int descriptor;
  pcs_control_link link;
  pcs_watch *watch;
  uint8_t in[PCS_CONTROL_LINE_BYTES_MAX];
  size_t in_len;
  uint8_t out[ANSWERS_BYTES];
  size_t out_len;
  bool closed;
};

static void close_once(pcs_control *control) {
  if (!control->closed) {
    control->closed = true;
    pcs_watch_want(control->watch, 0);
    control->config.closed(control->config.context);
  }
}

/* ---- answers ---- */

static pcs_writer begin_answer(pcs_control *control) {
  pcs_writer writer;
  pcs_writer_init(&writer, control->out + control->out_len, ANSWERS_BYTES - control->out_len);
  return writer;
}

static void end_answer(pcs_control *control, pcs_writer *writer) {
  pcs_writer_text(writer, "\n");
  if (writer->failed) {
    close_once(control); /* room for it was made sure of */
    return;
  }
  control->out_len += writer->len;
}

static void answer(pcs_control *control, const char *text) {
  pcs_writer writer = begin_answer(control);
  pcs_writer_text(&writer, text);
  end_answer(control, &writer);
}

static void answer_error(pcs_control *control, const char *sentence) {
  pcs_writer writer = begin_answer(control);
  pcs_writer_text(&writer, "error ");
  pcs_writer_text(&writer, sentence);
  end_answer(control, &writer);
}

static void flush(pcs_control *control) {
  while (control->out_len > 0) {
    size_t sent = 0;
    pcs_status status = pcs_descriptor_write(control->descriptor,
                                             (pcs_span){control->out, control->out_len}, &sent);
    if (status == PCS_ERR_NO_SPACE) {
      return;
    }
    if (status != PCS_OK) {
      close_once(control);
      return;
    }
    memmove(control->out, control->out + sent, control->out_len - sent);
    control->out_len -= sent;
  }
  pcs_wipe(control->out, sizeof control->out); /* a token was in it */
}

/* ---- questions ---- */

static void allow(pcs_control *control, const pcs_origin *origin) {
  pcs_status status = pcs_admission_allow(control->config.admission, origin);
  if (status == PCS_OK) {
    answer(control, "ok");
  } else {
    answer_error(control, pcs_status_sentence(status));
  }
}

static void give_token(pcs_control *control, const pcs_origin *origin) {
  uint8_t token[PCS_TOKEN_BYTES];
  pcs_status status =
      pcs_admission_issue(control->config.admission, pcs_clock_now_us(), origin, token);
  if (status != PCS_OK) {
    answer_error(control, "This origin was not allowed first.");
    return;
  }
  pcs_writer writer = begin_answer(control);
  pcs_writer_text(&writer, "token ");
  pcs_writer_hex(&writer, (pcs_span){token, sizeof token});
  end_answer(control, &writer);
  pcs_wipe(token, sizeof token);
}

static void open_link(pcs_control *control, pcs_span line) {
  const char *problem = pcs_control_link_handle(&control->link, line);
  if (problem == NULL) {
    answer(control, "ok");
  } else {
    answer_error(control, problem);
  }
}

static void handle_line(pcs_control *control, pcs_span line) {
  if (pcs_text_skip(&line, "link ")) {
    open_link(control, line);
    return;
  }
  void (*command)(pcs_control *, const pcs_origin *) = NULL;
  if (pcs_text_skip(&line, "allow ")) {
    command = allow;
  } else if (pcs_text_skip(&line, "token ")) {
    command = give_token;
  }
  pcs_origin origin;
  if (command == NULL) {
    answer_error(control, "The commands are \"allow ORIGIN\", \"token ORIGIN\" and \"link ORIGIN\".");
  } else if (pcs_origin_parse(line, &origin) != PCS_OK || origin.opaque) {
    answer_error(control, "This is not an origin.");
  } else {
    command(control, &origin);
  }
}

static bool has_room(const pcs_control *control) {
  return ANSWERS_BYTES - control->out_len >= ANSWER_BYTES_MAX;
}

static void handle_lines(pcs_control *control) {
  pcs_span rest = {control->in, control->in_len};
  while (!control->closed && has_room(control) && pcs_text_find(rest, '\n') < rest.len) {
    pcs_span line;
    pcs_text_split(rest, '\n', &line, &rest);
    handle_line(control, line);
  }
  if (rest.len > 0) {
    memmove(control->in, rest.data, rest.len);
  }
  control->in_len = rest.len;
  if (control->in_len == 0) {
    pcs_control_link_clear(&control->link); /* beside a line that asks for no link */
  }
}

static void read_more(pcs_control *control) {
  if (control->in_len == sizeof control->in) {
    if (has_room(control)) {
      close_once(control); /* no end of line in all of it */
    }
    return;
  }
  size_t got = 0;
  pcs_status status =
      pcs_control_link_read(&control->link, control->descriptor, control->in + control->in_len,
                            sizeof control->in - control->in_len, &got);
  control->in_len += got;
  if (status != PCS_OK && status != PCS_ERR_NO_SPACE) {
    close_once(control);
  }
}

static void want(pcs_control *control) {
  if (!control->closed) {
    pcs_watch_want(control->watch, (has_room(control) ? PCS_READABLE : 0) |
                                       (control->out_len > 0 ? PCS_WRITABLE : 0));
  }
}

static void on_ready(void *context, unsigned ready_for) {
  pcs_control *control = (pcs_control *)context;
  flush(control);
  handle_lines(control);
  if ((ready_for & PCS_READABLE) != 0 && has_room(control) && !control->closed) {
    read_more(control);
    handle_lines(control);
  }
  flush(control);
  want(control);
}

pcs_status pcs_control_new(pcs_control **out_control, const pcs_control_config *config,
                           int descriptor) {
  *out_control = NULL;
  pcs_control *control = calloc(1, sizeof *control);
  if (control == NULL) {
    pcs_descriptor_close(&descriptor);
    return PCS_ERR_SYSTEM;
  }
  control->config = *config;
  control->descriptor = descriptor;
  pcs_control_link_init(&control->link, config->open_link, config->context);
  if (pcs_watch_new(&control->watch, config->loop, descriptor, on_ready, control) != PCS_OK) {
    pcs_control_free(control);
    return PCS_ERR_SYSTEM;
  }
  want(control);
  *out_control = control;
  return PCS_OK;
}

void pcs_control_free(pcs_control *control) {
  if (control != NULL) {
    pcs_watch_free(control->watch);
    pcs_control_link_clear(&control->link);
    pcs_descriptor_close(&control->descriptor);
    pcs_wipe(control->out, sizeof control->out);
    free(control);
  }
}

void pcs_control_say_listening(pcs_control *control, const pcs_address *address) {
  pcs_writer writer = begin_answer(control);
  pcs_writer_text(&writer, "listening ");
  pcs_endpoint_write(&writer, address);
  end_answer(control, &writer);
  flush(control);
  want(control);
}
