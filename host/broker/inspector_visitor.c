#include "host/broker/inspector_visitor.h"

#include <stdlib.h>
#include <string.h>

#include "host/broker/inspector_answer.h"
#include "host/crypto/hash.h"
#include "host/sys/descriptor.h"

typedef enum visitor_phase {
  VISITOR_ASKING,    /* reading the request */
  VISITOR_ANSWERING, /* writing head and body */
  VISITOR_FEEDING,   /* writing events as they come */
  VISITOR_LEAVING,   /* all was said: reading and forgetting until it closes */
  VISITOR_GONE,      /* the owner was told */
} visitor_phase;

struct pcs_inspector_visitor {
  const pcs_inspector_visitor_config *config;
  int connection;
  pcs_watch *watch;
  pcs_timer *timer;
  visitor_phase phase;
  uint8_t in[PCS_HTTP_HEAD_BYTES_MAX];
  size_t in_len;
  uint8_t head[PCS_INSPECTOR_HEAD_BYTES_MAX];
  size_t head_len;
  pcs_span body;
  size_t sent;    /* of head and body */
  uint8_t *queue; /* a feed's, NULL before */
  size_t queue_len;
};

static void go(pcs_inspector_visitor *visitor) {
  if (visitor->phase != VISITOR_GONE) {
    visitor->phase = VISITOR_GONE;
    visitor->config->gone(visitor->config->context, visitor);
  }
}

bool pcs_inspector_visitor_is_feed(const pcs_inspector_visitor *visitor) {
  return visitor->queue != NULL;
}

/* ---- out ---- */

static void leave(pcs_inspector_visitor *visitor) {
  visitor->phase = VISITOR_LEAVING;
  pcs_wipe(visitor->head, sizeof visitor->head); /* a session may have been in it */
  pcs_descriptor_end_output(visitor->connection);
  pcs_timer_set(visitor->timer, PCS_INSPECTOR_LEAVE_US);
  pcs_watch_want(visitor->watch, PCS_READABLE);
}

static pcs_status write_some(pcs_inspector_visitor *visitor) {
  size_t in_head = visitor->sent < visitor->head_len ? visitor->sent : visitor->head_len;
  size_t in_body = visitor->sent - in_head;
  pcs_span parts[2] = {{visitor->head + in_head, visitor->head_len - in_head},
                       {visitor->body.data + in_body, visitor->body.len - in_body}};
  size_t sent = 0;
  pcs_status status = pcs_descriptor_write_parts(
      visitor->connection, parts, visitor->body.len > in_body ? 2 : 1, &sent);
  visitor->sent += sent;
  return status;
}

/* False when the other side has gone. */
static bool write_answer(pcs_inspector_visitor *visitor) {
  pcs_status status = PCS_OK;
  while (status == PCS_OK && visitor->sent < visitor->head_len + visitor->body.len) {
    status = write_some(visitor);
  }
  if (status == PCS_OK && visitor->queue == NULL) {
    leave(visitor);
  } else if (status == PCS_OK) {
    visitor->phase = VISITOR_FEEDING;
    pcs_timer_set(visitor->timer, UINT64_MAX);
    pcs_watch_want(visitor->watch, PCS_READABLE);
  } else {
    pcs_watch_want(visitor->watch, PCS_WRITABLE);
  }
  return status == PCS_OK || status == PCS_ERR_NO_SPACE;
}

static bool write_queue(pcs_inspector_visitor *visitor) {
  pcs_status status = PCS_OK;
  size_t done = 0;
  while (status == PCS_OK && done < visitor->queue_len) {
    size_t sent = 0;
    status = pcs_descriptor_write(visitor->connection,
                                  (pcs_span){visitor->queue + done, visitor->queue_len - done},
                                  &sent);
    done += sent;
  }
  if (done > 0) {
    memmove(visitor->queue, visitor->queue + done, visitor->queue_len - done);
    visitor->queue_len -= done;
  }
  pcs_watch_want(visitor->watch,
                 visitor->queue_len > 0 ? PCS_READABLE | PCS_WRITABLE : PCS_READABLE);
  return status == PCS_OK || status == PCS_ERR_NO_SPACE;
}

void pcs_inspector_visitor_tell(pcs_inspector_visitor *visitor, const char *event, pcs_span json) {
  pcs_writer writer;
  if (visitor->phase != VISITOR_FEEDING) {
    return;
  }
  pcs_writer_init(&writer, visitor->queue + visitor->queue_len,
                  PCS_INSPECTOR_FEED_BYTES - visitor->queue_len);
  pcs_writer_text(&writer, "event: ");
  pcs_writer_text(&writer, event);
  pcs_writer_text(&writer, "\ndata: ");
  pcs_writer_bytes(&writer, json);
  pcs_writer_text(&writer, "\n\n");
  visitor->queue_len += writer.failed ? 0 : writer.len;
  pcs_watch_want(visitor->watch, PCS_READABLE | PCS_WRITABLE);
}

static bool begin_answer(pcs_inspector_visitor *visitor, const pcs_inspector_answer *answer) {
  pcs_writer writer;
  pcs_writer_init(&writer, visitor->head, sizeof visitor->head);
  pcs_inspector_answer_write_head(&writer, answer);
  visitor->head_len = pcs_writer_span(&writer).len;
  visitor->body = answer->feeds ? (pcs_span){0} : answer->body;
  visitor->phase = VISITOR_ANSWERING;
  if (answer->feeds) {
    visitor->queue = malloc(PCS_INSPECTOR_FEED_BYTES);
  }
  bool is_whole = !writer.failed && (!answer->feeds || visitor->queue != NULL);
  return is_whole && write_answer(visitor);
}

static bool refuse(pcs_inspector_visitor *visitor, const pcs_inspector_refusal *refusal) {
  return begin_answer(visitor,
                      &(pcs_inspector_answer){.http_status = refusal->http_status,
                                              .type = "text/plain; charset=utf-8",
                                              .body = pcs_span_of_text(refusal->sentence)});
}

/* ---- in ---- */

static bool judge(pcs_inspector_visitor *visitor, size_t head_len) {
  pcs_inspector_request request;
  pcs_inspector_refusal refusal;
  uint8_t memory[256];
  pcs_span head = {visitor->in, head_len};
  if (head_len < visitor->in_len) {
    return refuse(visitor, &(pcs_inspector_refusal){400, "The request may not have a body."});
  }
  if (pcs_inspector_request_read(&request, &refusal, head, visitor->config->listener) != PCS_OK) {
    return refuse(visitor, &refusal);
  }
  pcs_inspector_answer answer = {.http_status = 500};
  visitor->config->asked(visitor->config->context, &request, memory, &answer);
  bool is_there = begin_answer(visitor, &answer);
  pcs_wipe(memory, sizeof memory);
  return is_there;
}

static bool read_request(pcs_inspector_visitor *visitor) {
  size_t got = 0;
  pcs_status status = pcs_descriptor_read(visitor->connection, visitor->in + visitor->in_len,
                                          sizeof visitor->in - visitor->in_len, &got);
  visitor->in_len += got;
  if (status != PCS_OK) {
    return status == PCS_ERR_NO_SPACE;
  }
  size_t head_len = pcs_http_head_length((pcs_span){visitor->in, visitor->in_len});
  if (head_len > 0) {
    return judge(visitor, head_len);
  }
  return visitor->in_len < sizeof visitor->in ||
         refuse(visitor,
                &(pcs_inspector_refusal){431, "The request is longer than 8192 bytes."});
}

static bool read_and_forget(pcs_inspector_visitor *visitor) {
  size_t got = 0;
  pcs_status status =
      pcs_descriptor_read(visitor->connection, visitor->in, sizeof visitor->in, &got);
  return status == PCS_OK || status == PCS_ERR_NO_SPACE;
}

static bool go_on(pcs_inspector_visitor *visitor, unsigned ready_for) {
  switch (visitor->phase) {
  case VISITOR_ASKING:
    return read_request(visitor);
  case VISITOR_ANSWERING:
    return write_answer(visitor);
  case VISITOR_FEEDING:
    return ((ready_for & PCS_READABLE) == 0 || read_and_forget(visitor)) && write_queue(visitor);
  case VISITOR_LEAVING:
    return read_and_forget(visitor);
  case VISITOR_GONE:
    return true;
  }
  return false;
}

static void on_ready(void *context, unsigned ready_for) {
  pcs_inspector_visitor *visitor = (pcs_inspector_visitor *)context;
  if (!go_on(visitor, ready_for)) {
    go(visitor);
  }
}

static void on_time_out(void *context) {
  pcs_inspector_visitor *visitor = (pcs_inspector_visitor *)context;
  bool asks = visitor->phase == VISITOR_ASKING;
  pcs_timer_set(visitor->timer, PCS_INSPECTOR_LEAVE_US);
  if (!asks || !refuse(visitor, &(pcs_inspector_refusal){
                                    408, "The request took longer than ten seconds."})) {
    go(visitor);
  }
}

/* ---- life ---- */

pcs_status pcs_inspector_visitor_new(pcs_inspector_visitor **out_visitor,
                                     const pcs_inspector_visitor_config *config,
                                     int connection) {
  *out_visitor = NULL;
  pcs_inspector_visitor *visitor = calloc(1, sizeof *visitor);
  if (visitor == NULL) {
    pcs_descriptor_close(&connection);
    return PCS_ERR_SYSTEM;
  }
  visitor->config = config;
  visitor->connection = connection;
  if (pcs_timer_new(&visitor->timer, config->loop, on_time_out, visitor) != PCS_OK ||
      pcs_watch_new(&visitor->watch, config->loop, connection, on_ready, visitor) != PCS_OK) {
    pcs_inspector_visitor_free(visitor);
    return PCS_ERR_SYSTEM;
  }
  pcs_timer_set(visitor->timer, PCS_INSPECTOR_TIME_US);
  pcs_watch_want(visitor->watch, PCS_READABLE);
  *out_visitor = visitor;
  return PCS_OK;
}

void pcs_inspector_visitor_free(pcs_inspector_visitor *visitor) {
  if (visitor != NULL) {
    pcs_watch_free(visitor->watch);
    pcs_timer_free(visitor->timer);
    pcs_descriptor_close(&visitor->connection);
    pcs_wipe(visitor->in, sizeof visitor->in);
    free(visitor->queue);
    free(visitor);
  }
}
