/*
 * A page for tests of the session: it says prepared bytes, closes its half, and keeps what it
 * hears. Everything runs in one thread on one loop, over a socket pair. Include it once, after
 * nothing.
 */
#ifndef TESTS_HOST_WORKER_SESSION_PAGE_H
#define TESTS_HOST_WORKER_SESSION_PAGE_H

#include <string.h>

#include "host/sctp/association.h"
#include "host/sys/descriptor.h"
#include "host/worker/session.h"
#include "tests/check.h"

#define OUT_BYTES (8 * 1024 * 1024)
#define HOST_BYTES (1024 * 1024)

typedef struct scene scene;
struct scene {
  pcs_loop *loop;
  pcs_random_seeded random_state;
  pcs_random random;
  pcs_session *session;
  pcs_watch *page_watch;
  int page;
  pcs_writer in; /* what the page says, as far as it fits the socket */
  size_t in_sent;
  size_t got; /* what it heard, in heard */
  size_t read_max;
  bool over;
  void (*on_heard)(scene *at); /* after each reading; NULL: the page closes when all is said */
  bool has_left;               /* with on_heard: the page has no more to say */
};

static uint8_t said[HOST_BYTES];
static uint8_t heard[OUT_BYTES];

static inline void on_over(void *context) {
  ((scene *)context)->over = true;
}

static inline void read_page(scene *at) {
  size_t len = 0;
  size_t room = sizeof heard - at->got;
  room = room < at->read_max ? room : at->read_max;
  if (room > 0 && pcs_descriptor_read(at->page, heard + at->got, room, &len) == PCS_OK) {
    at->got += len;
    if (at->on_heard != NULL) {
      at->on_heard(at);
      pcs_watch_want(at->page_watch, PCS_READABLE | PCS_WRITABLE);
    }
  } else if (at->over) {
    pcs_loop_stop(at->loop);
  }
}

static inline void write_page(scene *at) {
  size_t len = 0;
  pcs_span rest = {said + at->in_sent, at->in.len - at->in_sent};
  if (rest.len > 0 && pcs_descriptor_write(at->page, rest, &len) == PCS_OK) {
    at->in_sent += len;
  }
  if (at->in_sent == at->in.len) {
    if (at->on_heard == NULL || at->has_left) {
      pcs_descriptor_end_output(at->page);
    }
    pcs_watch_want(at->page_watch, PCS_READABLE);
  }
}

static inline void on_page_ready(void *context, unsigned ready_for) {
  scene *at = (scene *)context;
  if ((ready_for & PCS_WRITABLE) != 0) {
    write_page(at);
  }
  if ((ready_for & PCS_READABLE) != 0) {
    read_page(at);
  }
}

static inline void before_sleep(void *context) {
  scene *at = (scene *)context;
  if (!at->over) {
    pcs_session_run(at->session);
  }
}

/* Lets a page say what was written into at->in and then close its half; the session is over when it
 * returns, and heard has what it said. */
static inline void run_with(scene *at, pcs_session_config config, pcs_link_kind kind) {
  int pair[2];
  pcs_link *link = NULL;
  CHECK_EQ_INT(pcs_loop_new(&at->loop), PCS_OK);
  CHECK_EQ_INT(pcs_descriptor_pair(pair, PCS_PAIR_STREAM), PCS_OK);
  CHECK_EQ_INT(pcs_link_new(&link, kind, pair[0]), PCS_OK);
  at->page = pair[1];
  /* The same for every session, so that a test can know a handle beforehand. */
  at->random = pcs_random_seeded_init(&at->random_state, 4242);
  config.loop = at->loop;
  config.link = link;
  config.random = &at->random;
  config.over = on_over;
  config.context = at;
  CHECK_EQ_INT(pcs_session_new(&at->session, &config), PCS_OK);
  CHECK_EQ_INT(pcs_loop_before_sleep(at->loop, before_sleep, at), PCS_OK);
  CHECK_EQ_INT(pcs_watch_new(&at->page_watch, at->loop, at->page, on_page_ready, at), PCS_OK);
  pcs_watch_want(at->page_watch, PCS_READABLE | PCS_WRITABLE);
  pcs_loop_run(at->loop);
  CHECK(at->over);
  pcs_session_free(at->session);
  pcs_watch_free(at->page_watch);
  pcs_descriptor_close(&at->page);
  pcs_loop_free(at->loop);
}

static inline void begin(scene *at) {
  *at = (scene){.read_max = sizeof heard};
  pcs_writer_init(&at->in, said, sizeof said);
}

static inline void run(scene *at) {
  pcs_session_config config = {.may = PCS_RIGHT_DATA,
                               .held = PCS_RIGHT_DATA,
                               .loopback = PCS_LOOPBACK_INCLUDED,
                               .question_bytes = PCS_QUESTION_BURST_BYTES};
  run_with(at, config, PCS_LINK_PIPE);
}

static inline void say_hello(scene *at) {
  pcs_msg_hello_encode(&at->in, &(pcs_msg_hello){.version = PCS_PROTOCOL_VERSION});
}

static inline void say_open_peer(scene *at, uint32_t request) {
  pcs_msg_open_peer_encode(&at->in, &(pcs_msg_open_peer){.request = request});
}

static inline void say_raw(scene *at, uint16_t id, pcs_span body) {
  pcs_writer_u32(&at->in, (uint32_t)(2 + body.len));
  pcs_writer_u16(&at->in, id);
  pcs_writer_bytes(&at->in, body);
}

/* ---- what was heard ---- */

/* The record at index, and how many there are; every one must pass a page's gate. */
static inline size_t records_heard(const scene *at, size_t index, pcs_record *out_record) {
  pcs_span rest = {heard, at->got};
  pcs_gate gate;
  pcs_gate_init(&gate, PCS_TO_PAGE, PCS_RIGHT_HOST);
  size_t num = 0;
  pcs_record record;
  while (rest.len > 0 && CHECK(pcs_record_next(&rest, &record) == PCS_OK)) {
    CHECK_EQ_INT(pcs_gate_admit(&gate, &record), PCS_OK);
    if (num == index) {
      *out_record = record;
    }
    num++;
  }
  return num;
}

/* The status of the GOODBYE that ends what was heard, or PCS_OK when there is none. */
static inline pcs_status goodbye_heard(const scene *at) {
  pcs_record record = {0};
  pcs_record last = {0};
  size_t num = records_heard(at, 0, &record);
  if (num == 0) {
    return PCS_OK;
  }
  records_heard(at, num - 1, &last);
  pcs_msg_goodbye goodbye;
  if (last.id != PCS_MSG_GOODBYE || !CHECK(pcs_msg_goodbye_decode(last.body, &goodbye) == PCS_OK)) {
    return PCS_OK;
  }
  CHECK(goodbye.reason.len > 0);
  return (pcs_status)goodbye.status;
}

static inline uint32_t peer_heard(const scene *at) {
  pcs_record record = {0};
  pcs_msg_peer_opened opened;
  for (size_t i = 0; i < records_heard(at, i, &record); i++) {
    if (record.id == PCS_MSG_PEER_OPENED &&
        pcs_msg_peer_opened_decode(record.body, &opened) == PCS_OK) {
      return opened.peer;
    }
  }
  return 0;
}

/* The handle that the first peer of every session here has. */
static inline uint32_t first_peer(void) {
  scene at;
  begin(&at);
  say_hello(&at);
  say_open_peer(&at, 1);
  run(&at);
  return peer_heard(&at);
}

/* ---- the same in frames ---- */

/* Puts all that is said into frames of a client, masked with zeros. */
static inline void frame_said(scene *at) {
  static uint8_t plain[HOST_BYTES];
  const size_t frame_max = 60000;
  size_t len = at->in.len;
  memcpy(plain, said, len);
  pcs_writer_init(&at->in, said, sizeof said);
  for (size_t start = 0; start < len; start += frame_max) {
    size_t part = len - start < frame_max ? len - start : frame_max;
    /* RFC 6455 5.2: the shortest form of a length, or it is none. */
    pcs_writer_u16(&at->in, (uint16_t)(part < 126 ? 0x8280u + part : 0x82feu));
    if (part >= 126) {
      pcs_writer_u16(&at->in, (uint16_t)part);
    }
    pcs_writer_u32(&at->in, 0);
    pcs_writer_bytes(&at->in, (pcs_span){plain + start, part});
  }
}

/* Takes what was heard out of the host's frames, up to the one that is not data. */
static inline void unframe_heard(scene *at) {
  pcs_reader reader;
  pcs_reader_init(&reader, (pcs_span){heard, at->got});
  size_t kept = 0;
  while (pcs_reader_u8(&reader) == 0x82) {
    size_t len = pcs_reader_u8(&reader);
    len = len == 126 ? pcs_reader_u16(&reader) : len == 127 ? pcs_reader_u64(&reader) : len;
    pcs_span payload = pcs_reader_bytes(&reader, len);
    memmove(heard + kept, payload.data, payload.len);
    kept += payload.len;
  }
  at->got = kept;
}

#endif
