#include "host/broker/visitor.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/text.h"
#include "core/boundary/gate.h"
#include "host/broker/upgrade.h"
#include "host/link/goodbye.h"
#include "host/sys/clock.h"
#include "host/sys/descriptor.h"

/* RFC 6455 5.2: a masked frame's header with a 7-bit length, which HELLO's record always has. */
#define FRAME_HEADER_BYTES 6
#define FRAME_PAYLOAD_BYTES_MAX 125
#define FIRST_BYTE_OF_BINARY 0x82
#define MASKED 0x80
#define LENGTH_BITS 0x7f

typedef enum visitor_phase {
  VISITOR_ASKING,  /* reading the opening handshake */
  VISITOR_OPEN,    /* it is a WebSocket; reading the frame with HELLO */
  VISITOR_LEAVING, /* was told why not; reading and forgetting until it closes */
  VISITOR_GONE,    /* the owner was told */
} visitor_phase;

struct pcs_visitor {
  const pcs_visitor_config *config;
  const pcs_address *listener;
  int connection;
  pcs_link *link; /* to say goodbye with; owns the connection then */
  pcs_watch *watch;
  pcs_timer *timer;
  visitor_phase phase;
  pcs_origin origin;
  pcs_visit visit; /* what its token stands for */
  uint8_t bytes[PCS_UPGRADE_BYTES_MAX];
  size_t len;
};

static void go(pcs_visitor *visitor) {
  if (visitor->phase != VISITOR_GONE) {
    visitor->phase = VISITOR_GONE;
    visitor->config->gone(visitor->config->context, visitor);
  }
}

/* What was said may still be under way: closing now could throw it away at the other end. */
static void leave(pcs_visitor *visitor) {
  visitor->phase = VISITOR_LEAVING;
  pcs_timer_set(visitor->timer, PCS_VISITOR_LEAVE_US);
}

/* ---- the opening handshake ---- */

/* An answer fits the empty buffer of a new connection; one that does not is for nobody. */
static bool answer(const pcs_visitor *visitor, const pcs_writer *writer) {
  size_t sent = 0;
  pcs_span bytes = pcs_writer_span(writer);
  return pcs_descriptor_write(visitor->connection, bytes, &sent) == PCS_OK && sent == bytes.len;
}

static void refuse(pcs_visitor *visitor, const pcs_upgrade_refusal *refusal) {
  uint8_t memory[PCS_UPGRADE_ANSWER_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_upgrade_refuse(&writer, refusal);
  if (!answer(visitor, &writer)) {
    go(visitor);
    return;
  }
  pcs_descriptor_end_output(visitor->connection);
  leave(visitor);
}

static void judge_request(pcs_visitor *visitor, size_t head_len) {
  pcs_upgrade upgrade;
  pcs_upgrade_refusal refusal;
  pcs_span head = {visitor->bytes, head_len};
  if (pcs_upgrade_read(&upgrade, &refusal, head, visitor->listener) != PCS_OK) {
    refuse(visitor, &refusal);
    return;
  }
  if (pcs_origin_parse(upgrade.origin, &visitor->origin) != PCS_OK ||
      !pcs_admission_is_allowed(visitor->config->admission, &visitor->origin)) {
    refuse(visitor, &(pcs_upgrade_refusal){403, "This origin was not allowed to use the host."});
    return;
  }
  if (head_len < visitor->len) {
    refuse(visitor, &(pcs_upgrade_refusal){400, "Nothing may follow the request unanswered."});
    return;
  }
  uint8_t memory[PCS_UPGRADE_ANSWER_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_upgrade_accept(&writer, &upgrade);
  if (!answer(visitor, &writer)) {
    go(visitor);
    return;
  }
  visitor->len = 0;
  visitor->phase = VISITOR_OPEN;
}

static void read_request(pcs_visitor *visitor) {
  size_t got = 0;
  pcs_status status = pcs_descriptor_read(visitor->connection, visitor->bytes + visitor->len,
                                          sizeof visitor->bytes - visitor->len, &got);
  visitor->len += got;
  if (status != PCS_OK) {
    if (status != PCS_ERR_NO_SPACE) {
      go(visitor);
    }
    return;
  }
  size_t head_len = pcs_upgrade_length((pcs_span){visitor->bytes, visitor->len});
  if (head_len > 0) {
    judge_request(visitor, head_len);
  } else if (visitor->len == sizeof visitor->bytes) {
    refuse(visitor, &(pcs_upgrade_refusal){431, "The request is longer than 8192 bytes."});
  }
}

/* ---- the frame with HELLO ---- */

static void say_goodbye(pcs_visitor *visitor, pcs_status status, const char *reason) {
  int connection = visitor->connection;
  visitor->connection = PCS_DESCRIPTOR_NONE;
  if (pcs_link_new(&visitor->link, PCS_LINK_WEBSOCKET, connection) != PCS_OK) {
    go(visitor);
    return;
  }
  pcs_goodbye_say(visitor->link, status, reason);
  if (pcs_link_flush(visitor->link) != PCS_OK) {
    go(visitor);
    return;
  }
  leave(visitor);
}

static pcs_status read_hello(pcs_msg_hello *out_hello, pcs_span payload) {
  pcs_record record;
  pcs_gate gate;
  pcs_gate_init(&gate, PCS_TO_HOST, PCS_RIGHT_NONE);
  pcs_status status = pcs_record_next(&payload, &record);
  if (status != PCS_OK || payload.len > 0) {
    return PCS_ERR_SYNTAX;
  }
  status = pcs_gate_admit(&gate, &record);
  return status == PCS_OK ? pcs_msg_hello_decode(record.body, out_hello) : status;
}

static void hand_over(pcs_visitor *visitor) {
  int connection = visitor->connection;
  visitor->connection = PCS_DESCRIPTOR_NONE;
  /* The watch must let go before the descriptor is closed here. */
  pcs_watch_free(visitor->watch);
  visitor->watch = NULL;
  /* A failure closes the link; the page sees just that. */
  pcs_status status =
      pcs_pages_open(visitor->config->pages, &visitor->visit, PCS_LINK_WEBSOCKET, connection);
  (void)status;
  go(visitor);
}

static void judge_hello(pcs_visitor *visitor, pcs_span payload) {
  pcs_msg_hello hello;
  pcs_status status = read_hello(&hello, payload);
  if (status != PCS_OK) {
    say_goodbye(visitor, status, "The first frame must be one HELLO record.");
    return;
  }
  if (hello.version != PCS_PROTOCOL_VERSION) {
    say_goodbye(visitor, PCS_ERR_VERSION, NULL);
    return;
  }
  pcs_surroundings around;
  if (pcs_admission_redeem(visitor->config->admission, pcs_clock_now_us(), &visitor->origin,
                           hello.token, &around) != PCS_OK) {
    say_goodbye(visitor, PCS_ERR_DENIED, "The token is not valid, or not any more.");
    return;
  }
  if (pcs_pages_may_open(visitor->config->pages, &visitor->origin) != PCS_OK) {
    say_goodbye(visitor, PCS_ERR_QUOTA, NULL);
    return;
  }
  visitor->visit = (pcs_visit){
      .origin = visitor->origin, .embedder = around.embedder, .flags = around.flags};
  hand_over(visitor);
}

/* How many bytes are still missing of the header, or of the frame: never one more is read, for the
 * next frame is the worker's. 0: the header is not that of a HELLO. */
static size_t missing_of_frame(const pcs_visitor *visitor) {
  if (visitor->len < FRAME_HEADER_BYTES) {
    return FRAME_HEADER_BYTES - visitor->len;
  }
  size_t payload_len = visitor->bytes[1] & LENGTH_BITS;
  bool right = visitor->bytes[0] == FIRST_BYTE_OF_BINARY && (visitor->bytes[1] & MASKED) != 0 &&
               payload_len > 0 && payload_len <= FRAME_PAYLOAD_BYTES_MAX;
  return right ? FRAME_HEADER_BYTES + payload_len - visitor->len : 0;
}

static void unmask(pcs_visitor *visitor) {
  for (size_t i = FRAME_HEADER_BYTES; i < visitor->len; i++) {
    visitor->bytes[i] ^= visitor->bytes[2 + (i - FRAME_HEADER_BYTES) % 4];
  }
}

static void read_frame(pcs_visitor *visitor) {
  size_t missing = missing_of_frame(visitor);
  assert(missing > 0 && missing <= sizeof visitor->bytes - visitor->len);
  size_t got = 0;
  pcs_status status =
      pcs_descriptor_read(visitor->connection, visitor->bytes + visitor->len, missing, &got);
  visitor->len += got;
  if (status != PCS_OK) {
    if (status != PCS_ERR_NO_SPACE) {
      go(visitor);
    }
    return;
  }
  if (visitor->len < FRAME_HEADER_BYTES) {
    return;
  }
  missing = missing_of_frame(visitor);
  if (missing == 0 && visitor->len == FRAME_HEADER_BYTES) {
    say_goodbye(visitor, PCS_ERR_SYNTAX, "The first frame must be one HELLO record.");
  } else if (missing == 0) {
    unmask(visitor);
    judge_hello(visitor,
                (pcs_span){visitor->bytes + FRAME_HEADER_BYTES, visitor->len - FRAME_HEADER_BYTES});
  }
}

/* ---- */

static void read_and_forget(pcs_visitor *visitor) {
  size_t got = 0;
  int connection = visitor->link != NULL ? pcs_link_descriptor(visitor->link) : visitor->connection;
  pcs_status status = pcs_descriptor_read(connection, visitor->bytes, sizeof visitor->bytes, &got);
  if (status != PCS_OK && status != PCS_ERR_NO_SPACE) {
    go(visitor);
  }
}

static void on_ready(void *context, unsigned ready_for) {
  (void)ready_for;
  pcs_visitor *visitor = (pcs_visitor *)context;
  switch (visitor->phase) {
  case VISITOR_ASKING:
    read_request(visitor);
    return;
  case VISITOR_OPEN:
    read_frame(visitor);
    return;
  case VISITOR_LEAVING:
    read_and_forget(visitor);
    return;
  case VISITOR_GONE:
    return;
  }
}

static void on_time_out(void *context) {
  pcs_visitor *visitor = (pcs_visitor *)context;
  switch (visitor->phase) {
  case VISITOR_ASKING:
    refuse(visitor, &(pcs_upgrade_refusal){408, "The request took longer than ten seconds."});
    return;
  case VISITOR_OPEN:
    say_goodbye(visitor, PCS_ERR_TIMEOUT, NULL);
    return;
  case VISITOR_LEAVING:
  case VISITOR_GONE:
    go(visitor);
    return;
  }
}

pcs_status pcs_visitor_new(pcs_visitor **out_visitor, const pcs_visitor_config *config,
                           const pcs_address *listener, int connection) {
  *out_visitor = NULL;
  pcs_visitor *visitor = calloc(1, sizeof *visitor);
  if (visitor == NULL) {
    pcs_descriptor_close(&connection);
    return PCS_ERR_SYSTEM;
  }
  visitor->config = config;
  visitor->listener = listener;
  visitor->connection = connection;
  if (pcs_timer_new(&visitor->timer, config->loop, on_time_out, visitor) != PCS_OK ||
      pcs_watch_new(&visitor->watch, config->loop, connection, on_ready, visitor) != PCS_OK) {
    pcs_visitor_free(visitor);
    return PCS_ERR_SYSTEM;
  }
  pcs_timer_set(visitor->timer, PCS_VISITOR_TIME_US);
  pcs_watch_want(visitor->watch, PCS_READABLE);
  *out_visitor = visitor;
  return PCS_OK;
}

void pcs_visitor_free(pcs_visitor *visitor) {
  if (visitor == NULL) {
    return;
  }
  pcs_watch_free(visitor->watch);
  pcs_timer_free(visitor->timer);
  pcs_link_free(visitor->link);
  pcs_descriptor_close(&visitor->connection);
  free(visitor);
}
