/* Links: the stream comes through whole in both kinds, framing that breaks RFC 6455 ends it, and
 * neither direction grows without bound. */
#include <string.h>

#include "host/link/goodbye.h"
#include "host/link/handover.h"
#include "host/sys/descriptor.h"
#include "tests/check.h"

typedef struct scene {
  pcs_link *link;
  int page;
} scene;

static uint8_t scratch[4 * 1024 * 1024];

static bool open_scene(scene *at, pcs_link_kind kind) {
  int pair[2];
  *at = (scene){.page = PCS_DESCRIPTOR_NONE};
  if (!CHECK(pcs_descriptor_pair(pair, PCS_PAIR_STREAM) == PCS_OK) ||
      !CHECK(pcs_link_new(&at->link, kind, pair[0]) == PCS_OK)) {
    return false;
  }
  at->page = pair[1];
  return true;
}

static void close_scene(scene *at) {
  pcs_link_free(at->link);
  pcs_descriptor_close(&at->page);
}

static void page_writes(const scene *at, const void *bytes, size_t len) {
  size_t sent = 0;
  CHECK_EQ_INT(pcs_descriptor_write(at->page, (pcs_span){bytes, len}, &sent), PCS_OK);
  CHECK_EQ_UINT(sent, len);
}

static size_t page_reads(const scene *at) {
  size_t total = 0;
  size_t len = 0;
  while (pcs_descriptor_read(at->page, scratch + total, sizeof scratch - total, &len) == PCS_OK) {
    total += len;
  }
  return total;
}

/* A masked frame of a client. */
static size_t frame(uint8_t *out, uint8_t first, const char *payload) {
  const uint8_t key[4] = {1, 2, 3, 4};
  size_t len = strlen(payload);
  out[0] = first;
  out[1] = (uint8_t)(0x80 | len);
  memcpy(out + 2, key, sizeof key);
  for (size_t i = 0; i < len; i++) {
    out[6 + i] = (uint8_t)(payload[i] ^ key[i % 4]);
  }
  return 6 + len;
}

static pcs_status fill_all(pcs_link *link) {
  pcs_status status = PCS_OK;
  while (status == PCS_OK) {
    status = pcs_link_fill(link);
  }
  return status;
}

static void append(pcs_link *link, const char *text) {
  pcs_writer writer = pcs_link_writer(link);
  pcs_writer_text(&writer, text);
  CHECK_EQ_INT(pcs_link_append(link, &writer), PCS_OK);
}

static void test_pipe(void) {
  scene at;
  if (!open_scene(&at, PCS_LINK_PIPE)) {
    return;
  }
  page_writes(&at, "to host", 7);
  CHECK_EQ_INT(fill_all(at.link), PCS_ERR_NO_SPACE);
  CHECK_EQ_SPAN(pcs_link_input(at.link), pcs_span_of_text("to host"));
  pcs_link_consume(at.link, 3);
  CHECK_EQ_SPAN(pcs_link_input(at.link), pcs_span_of_text("host"));
  append(at.link, "to ");
  append(at.link, "page");
  CHECK_EQ_INT(pcs_link_flush(at.link), PCS_OK);
  CHECK_EQ_BYTES(scratch, page_reads(&at), "to page", 7);
  pcs_descriptor_close(&at.page);
  CHECK_EQ_INT(fill_all(at.link), PCS_ERR_CLOSED);
  CHECK_EQ_INT(fill_all(at.link), PCS_ERR_CLOSED);
  close_scene(&at);
}

static void test_frames_in(void) {
  scene at;
  if (!open_scene(&at, PCS_LINK_WEBSOCKET)) {
    return;
  }
  uint8_t bytes[256];
  size_t len = frame(bytes, 0x82, "one ");
  len += frame(bytes + len, 0x02, "two ");
  len += frame(bytes + len, 0x89, "ping");
  len += frame(bytes + len, 0x00, "three ");
  len += frame(bytes + len, 0x80, "four");
  len += frame(bytes + len, 0x82, "");
  for (size_t i = 0; i < len; i++) {
    page_writes(&at, bytes + i, 1);
    CHECK_EQ_INT(fill_all(at.link), PCS_ERR_NO_SPACE);
  }
  CHECK_EQ_SPAN(pcs_link_input(at.link), pcs_span_of_text("one two three four"));
  CHECK_EQ_INT(pcs_link_flush(at.link), PCS_OK);
  CHECK_EQ_BYTES(scratch, page_reads(&at), "\x8a\x04ping", 6);
  close_scene(&at);
}

static void expect_refused(const uint8_t *bytes, size_t len, pcs_status want) {
  scene at;
  if (!open_scene(&at, PCS_LINK_WEBSOCKET)) {
    return;
  }
  page_writes(&at, bytes, len);
  CHECK_EQ_INT(fill_all(at.link), want);
  CHECK_EQ_UINT(pcs_link_input(at.link).len, 0);
  close_scene(&at);
}

static void test_bad_frames(void) {
  uint8_t bytes[256];
  expect_refused(bytes, frame(bytes, 0x81, "text"), PCS_ERR_UNSUPPORTED);
  expect_refused(bytes, frame(bytes, 0x80, "a continuation of nothing"), PCS_ERR_SYNTAX);
  expect_refused(bytes, frame(bytes, 0x83, "an opcode that is none"), PCS_ERR_SYNTAX);
  expect_refused(bytes, frame(bytes, 0xc2, "a reserved bit"), PCS_ERR_SYNTAX);
  expect_refused(bytes, frame(bytes, 0x09, "a ping in parts"), PCS_ERR_SYNTAX);
  expect_refused((const uint8_t *)"\x82\x04open", 6, PCS_ERR_SYNTAX);
  expect_refused((const uint8_t *)"\x89\xfe\x00\x80\x01\x02\x03\x04", 8, PCS_ERR_SYNTAX);
}

static void test_close_is_answered(void) {
  scene at;
  if (!open_scene(&at, PCS_LINK_WEBSOCKET)) {
    return;
  }
  uint8_t bytes[64];
  page_writes(&at, bytes,
              frame(bytes, 0x88,
                    "\x03\xe9"
                    "going"));
  CHECK_EQ_INT(fill_all(at.link), PCS_ERR_CLOSED);
  append(at.link, "last");
  CHECK_EQ_INT(pcs_link_flush(at.link), PCS_OK);
  CHECK_EQ_BYTES(scratch, page_reads(&at), "\x82\x04last\x88\x02\x03\xe9", 10);
  close_scene(&at);
}

/* Takes the stream out of the frames in scratch; false when they are not whole and right. */
static bool unframe(size_t len, uint8_t *out, size_t *out_len, size_t *out_frames) {
  size_t at = 0;
  *out_len = 0;
  *out_frames = 0;
  while (at + 2 <= len && scratch[at] == 0x82) {
    size_t payload_len = scratch[at + 1];
    at += 2;
    if (payload_len == 126) {
      payload_len = (size_t)(scratch[at] << 8 | scratch[at + 1]);
      at += 2;
    } else if (payload_len == 127) {
      payload_len =
          (size_t)scratch[at + 5] << 16 | (size_t)(scratch[at + 6] << 8) | scratch[at + 7];
      at += 8;
    }
    memcpy(out + *out_len, scratch + at, payload_len);
    *out_len += payload_len;
    at += payload_len;
    (*out_frames)++;
  }
  return at == len;
}

/* Writes as the link has room and the page reads a little at a time. */
static void test_stream_out(pcs_link_kind kind) {
  static uint8_t got[8 * 1024 * 1024];
  static uint8_t sent[2 * 1024 * 1024];
  uint64_t seed = CHECK_SEED(11);
  scene at;
  if (!open_scene(&at, kind)) {
    return;
  }
  size_t num_sent = 0;
  size_t num_raw = 0;
  pcs_status status = PCS_ERR_NO_SPACE;
  while (num_sent < sizeof sent || status != PCS_OK) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    size_t len = (seed >> 33) % 200000;
    pcs_writer writer = pcs_link_writer(at.link);
    CHECK_EQ_UINT(writer.capacity, pcs_link_room(at.link));
    len = len < sizeof sent - num_sent ? len : sizeof sent - num_sent;
    if (len <= writer.capacity) {
      for (size_t i = 0; i < len; i++) {
        sent[num_sent + i] = (uint8_t)(seed >> (i % 32));
      }
      pcs_writer_bytes(&writer, (pcs_span){sent + num_sent, len});
      CHECK_EQ_INT(pcs_link_append(at.link, &writer), PCS_OK);
      num_sent += len;
    }
    status = pcs_link_flush(at.link);
    size_t piece = 0;
    if (pcs_descriptor_read(at.page, scratch + num_raw, 90000, &piece) == PCS_OK) {
      num_raw += piece;
    }
  }
  size_t piece = 0;
  while (pcs_descriptor_read(at.page, scratch + num_raw, 90000, &piece) == PCS_OK) {
    num_raw += piece;
  }
  size_t num_got = num_raw;
  size_t num_frames = 0;
  if (kind == PCS_LINK_PIPE) {
    memcpy(got, scratch, num_raw);
  } else {
    CHECK(unframe(num_raw, got, &num_got, &num_frames));
    CHECK(num_frames < sizeof sent / 16384); /* many records in a frame */
  }
  CHECK_EQ_BYTES(got, num_got, sent, num_sent);
  close_scene(&at);
}

static void test_pipe_out(void) {
  test_stream_out(PCS_LINK_PIPE);
}

static void test_frames_out(void) {
  test_stream_out(PCS_LINK_WEBSOCKET);
}

static void test_full(void) {
  scene at;
  if (!open_scene(&at, PCS_LINK_PIPE)) {
    return;
  }
  /* Nobody reads: the output fills, the goodbye still has room. */
  for (;;) {
    pcs_writer writer = pcs_link_writer(at.link);
    static const uint8_t zeros[4096];
    pcs_writer_bytes(&writer, (pcs_span){zeros, sizeof zeros});
    if (pcs_link_append(at.link, &writer) != PCS_OK) {
      break;
    }
  }
  CHECK(pcs_link_room(at.link) < 4096);
  pcs_goodbye_say(at.link, PCS_ERR_QUOTA, NULL);
  /* The page writes and nobody consumes: the input fills and reading stops. */
  size_t total = 0;
  size_t len = 0;
  do {
    len = 0;
    if (pcs_descriptor_write(at.page, (pcs_span){scratch, 65536}, &len) == PCS_OK) {
      total += len;
    }
  } while (pcs_link_fill(at.link) == PCS_OK || len > 0);
  CHECK(pcs_link_input(at.link).len <= PCS_LINK_INPUT_BYTES);
  CHECK(pcs_link_input(at.link).len > PCS_LINK_INPUT_BYTES - 2 * 65536);
  CHECK(total > 0);
  close_scene(&at);
}

static void test_goodbye(void) {
  scene at;
  if (!open_scene(&at, PCS_LINK_WEBSOCKET)) {
    return;
  }
  pcs_goodbye_say(at.link, PCS_ERR_DENIED, "No.");
  append(at.link, "nothing comes after it");
  CHECK_EQ_INT(pcs_link_flush(at.link), PCS_OK);
  const char want[] = "\x82\x0d\x00\x00\x00\x09\x80\x02\x00\x28\x00\x03No.\x88\x05\x03\xf0No.";
  CHECK_EQ_BYTES(scratch, page_reads(&at), want, sizeof want - 1);
  CHECK_EQ_INT(pcs_link_discard(at.link), PCS_ERR_NO_SPACE);
  close_scene(&at);
}

static void test_handover(void) {
  pcs_handover handover = {.kind = PCS_LINK_WEBSOCKET,
                           .may = 0x8001,
                           .held = 0x8000,
                           .loopback = true,
                           .local_network = PCS_LOCAL_NETWORK_NOBODY,
                           .question_bytes = 2345,
                           .addresses = PCS_ADDRESS_MODE_ACCEPTED,
                           .until_accepted = true};
  CHECK_EQ_INT(pcs_origin_parse(pcs_span_of_text("https://a.example"), &handover.origin), PCS_OK);
  uint8_t memory[PCS_HANDOVER_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_handover_encode(&writer, &handover);
  pcs_handover got;
  CHECK_EQ_INT(pcs_handover_decode(pcs_writer_span(&writer), &got), PCS_OK);
  CHECK_EQ_INT(got.kind, PCS_LINK_WEBSOCKET);
  CHECK_EQ_UINT(got.may, 0x8001);
  CHECK_EQ_UINT(got.held, 0x8000);
  CHECK(got.loopback);
  CHECK_EQ_INT(got.local_network, PCS_LOCAL_NETWORK_NOBODY);
  CHECK_EQ_UINT(got.question_bytes, 2345);
  CHECK_EQ_INT(got.addresses, PCS_ADDRESS_MODE_ACCEPTED);
  CHECK(got.until_accepted);
  CHECK(pcs_origin_equal(&got.origin, &handover.origin));
  for (size_t len = 0; len < writer.len; len++) {
    CHECK_EQ_INT(pcs_handover_decode((pcs_span){memory, len}, &got), PCS_ERR_SYNTAX);
  }
  memory[15] = PCS_NUM_ADDRESS_MODES;
  CHECK_EQ_INT(pcs_handover_decode(pcs_writer_span(&writer), &got), PCS_ERR_SYNTAX);
  memory[15] = PCS_ADDRESS_MODE_DEFAULT;
  memory[16] = 2;
  CHECK_EQ_INT(pcs_handover_decode(pcs_writer_span(&writer), &got), PCS_ERR_SYNTAX);
  memory[16] = 0;
  memory[0] = 3;
  CHECK_EQ_INT(pcs_handover_decode(pcs_writer_span(&writer), &got), PCS_ERR_SYNTAX);
}

int main(void) {
  RUN("a pipe carries the stream both ways and hears the end", test_pipe);
  RUN("frames cut anywhere give the stream, and a ping is answered", test_frames_in);
  RUN("frames that break RFC 6455, and text, end the link", test_bad_frames);
  RUN("a Close is answered after what was to be said", test_close_is_answered);
  RUN("a slow reader gets every byte of a pipe", test_pipe_out);
  RUN("a slow reader gets every byte in few whole frames", test_frames_out);
  RUN("neither direction grows without bound", test_full);
  RUN("a goodbye is the last that is said", test_goodbye);
  RUN("a handover says what was meant, or is refused", test_handover);
  return check_report();
}
