/*
 * An ICE agent whose page, peer and clock do anything in any order. The input is a program of
 * calls; requests and responses may be made authentic, so that what lies behind is reached too. It
 * must not crash, spin or outgrow its tables, and no data may leave before a check succeeded.
 */
#include <assert.h>
#include <string.h>

#include "host/crypto/hash.h"
#include "host/ice/agent.h"
#include "host/ice/turn_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PASSWORD "aPasswordOfLengthTwentyFour"

typedef struct scene {
  pcs_reader input;
  pcs_ice_agent *agent;
  uint64_t now_us;
  uint32_t generation;
  pcs_span ufrag;
  pcs_span password;
  uint8_t request[PCS_STUN_WRITTEN_BYTES_MAX]; /* the last one the agent sent */
  size_t request_len;
  uint32_t request_path;
  uint32_t stream; /* the last one that was wanted or accepted */
  pcs_address stream_to;
  pcs_address request_to;
  uint64_t num_answered;
  pcs_address_mode mode;
} scene;

static pcs_address read_address(scene *at) {
  uint8_t choice = pcs_reader_u8(&at->input);
  pcs_address address = {.family = choice % 2 ? PCS_ADDRESS_IPV4 : PCS_ADDRESS_IPV6};
  address.bytes[0] = choice % 4 < 2 ? 192 : pcs_reader_u8(&at->input);
  address.bytes[3] = pcs_reader_u8(&at->input) % 8;
  address.port = (uint16_t)(40000 + pcs_reader_u8(&at->input) % 8);
  return address;
}

static pcs_span read_ufrag(scene *at) {
  static const char *const UFRAGS[] = {"abcd", "efgh", "ijkl", "mnop", "qrst", ""};
  return pcs_span_of_text(UFRAGS[pcs_reader_u8(&at->input) % 6]);
}

static void keep_request(scene *at, const pcs_ice_event *event) {
  pcs_stun_message message;
  if (event->bytes.data[0] > 3) {
    return; /* through a relay's channel */
  }
  pcs_status status = pcs_stun_read(event->bytes, &message);
  assert(status == PCS_OK); /* we write nothing that we could not read */
  (void)status;
  if (message.kind == PCS_STUN_REQUEST && event->bytes.len <= sizeof at->request) {
    memcpy(at->request, event->bytes.data, event->bytes.len);
    at->request_len = event->bytes.len;
    at->request_path = event->path_id;
    at->request_to = event->to;
  }
}

static void poll(scene *at) {
  pcs_ice_event event;
  for (int i = 0;; i++) {
    pcs_ice_agent_poll(at->agent, &event);
    if (event.kind == PCS_ICE_EVENT_NONE) {
      break;
    }
    assert(i < 2000);
    if (event.kind == PCS_ICE_EVENT_SEND) {
      keep_request(at, &event);
    }
    if (event.kind == PCS_ICE_EVENT_CANDIDATE && event.candidate.type == PCS_CANDIDATE_HOST) {
      bool is_shown = pcs_address_mode_of(at->mode)->tells == PCS_TELLS_SHOWN;
      assert(is_shown || event.candidate.address.family == PCS_ADDRESS_NAME);
    }
    if (event.kind == PCS_ICE_EVENT_OPEN_STREAM) {
      at->stream = event.path_id;
      at->stream_to = event.to;
    }
  }
  pcs_ice_route route;
  assert(at->num_answered > 0 || pcs_ice_agent_route(at->agent, at->now_us, &route) != PCS_OK);
}

static void do_make_generation(scene *at) {
  pcs_status status =
      pcs_ice_agent_make_generation(at->agent, &at->generation, &at->ufrag, &at->password);
  assert(status == PCS_OK);
  (void)status;
}

static void do_gather(scene *at) {
  uint32_t back = pcs_reader_u8(&at->input) % 3;
  (void)!pcs_ice_agent_gather(at->agent, at->now_us, at->generation - back);
}

static void do_connect(scene *at) {
  uint8_t flags = pcs_reader_u8(&at->input);
  pcs_plan plan = {
      .generation = at->generation - flags / 8 % 3,
      .ice_role = flags & 1,
      .remote_lite = flags >> 1 & 1,
      .remote_ufrag = read_ufrag(at),
      .remote_password = pcs_span_of_text(flags & 4 ? PASSWORD "x" : PASSWORD),
  };
  (void)!pcs_ice_agent_connect(at->agent, at->now_us, &plan);
}

static void do_candidate(scene *at) {
  pcs_span foundation = pcs_reader_bytes(&at->input, 1);
  uint8_t flags = pcs_reader_u8(&at->input);
  pcs_candidate candidate = {
      .foundation = foundation,
      .component = (uint8_t)(1 + flags % 8 / 7),
      .transport = flags & 16 ? PCS_TRANSPORT_TCP : PCS_TRANSPORT_UDP,
      .tcp_type = flags & 16 ? (uint8_t)(1 + flags / 32 % 3) : PCS_TCP_NONE,
      .type = pcs_reader_u8(&at->input) % 4,
      .priority = pcs_reader_u8(&at->input) * 0x10101u,
  };
  pcs_span ufrag = read_ufrag(at);
  candidate.address = read_address(at);
  (void)!pcs_ice_agent_add_candidate(at->agent, at->now_us, ufrag, &candidate);
}

static void do_end(scene *at) {
  pcs_ice_agent_end_of_candidates(at->agent, at->now_us, read_ufrag(at));
}

static void do_path(scene *at) {
  pcs_ice_path path = {.id = pcs_reader_u8(&at->input) % 4, .preference = 9};
  path.address = read_address(at);
  if (pcs_reader_u8(&at->input) % 4 == 0) {
    pcs_ice_agent_remove_path(at->agent, at->now_us, path.id);
  } else {
    (void)!pcs_ice_agent_add_path(at->agent, at->now_us, &path);
    (void)!pcs_ice_agent_add_listener(at->agent, path.id, &path.address);
  }
}

static void do_configure(scene *at) {
  uint8_t flags = pcs_reader_u8(&at->input);
  pcs_ice_server servers[2] = {
      {.scheme = PCS_SERVER_STUN, .port = 3478, .host = pcs_span_of_text("192.0.0.9")},
      {.scheme = PCS_SERVER_STUN, .port = 3479, .host = pcs_span_of_text("stun.example")},
  };
  if (flags & 2) {
    servers[0].scheme = flags & 4 ? PCS_SERVER_TURNS : PCS_SERVER_TURN;
    servers[0].transport = flags & 12 ? PCS_TRANSPORT_TCP : PCS_TRANSPORT_UDP;
    servers[0].username = pcs_span_of_text("user");
    servers[0].credential = pcs_span_of_text("secret");
  }
  (void)!pcs_ice_agent_configure(at->agent, (pcs_ice_policy)(flags % 16 == 0), servers,
                                 flags / 16 % 3);
}

static void do_resolved(scene *at) {
  pcs_address address = read_address(at);
  pcs_ice_agent_server_resolved(at->agent, at->now_us, pcs_reader_u8(&at->input) % 4, &address,
                                pcs_reader_u8(&at->input) % 2);
}

static void do_raw(scene *at) {
  uint32_t path = pcs_reader_u8(&at->input) % 4;
  pcs_address from = read_address(at);
  pcs_span bytes = pcs_reader_bytes(&at->input, pcs_reader_u8(&at->input));
  pcs_ice_arrival in = {.path_id = path, .from = from, .bytes = bytes};
  if (pcs_reader_u8(&at->input) % 2 == 0) {
    in.path_id = at->request_path;
    in.from = at->request_to;
  }
  if (pcs_ice_agent_unwrap(at->agent, at->now_us, &in) != PCS_ICE_STRAY && in.bytes.len > 0) {
    pcs_ice_agent_receive(at->agent, at->now_us, in.path_id, &in.from, in.bytes);
  }
}

static void accept_stream(scene *at, uint32_t path) {
  uint32_t stream = 0;
  pcs_address from = read_address(at);
  if (pcs_ice_agent_accept_stream(at->agent, at->now_us, path, &from, &stream) == PCS_OK) {
    at->stream = stream;
    at->stream_to = from;
  }
}

static void do_stream(scene *at) {
  uint8_t flags = pcs_reader_u8(&at->input);
  if (flags & 16) {
    accept_stream(at, flags % 4);
  } else if (flags % 4 == 0) {
    pcs_ice_agent_stream_closed(at->agent, at->now_us, at->stream);
  } else {
    pcs_ice_agent_stream_opened(at->agent, at->now_us, at->stream);
  }
}

/* A TURN server's answer, mostly one that is believed. */
static void answer_as_server(scene *at, const pcs_stun_message *request) {
  static const uint16_t CODES[] = {0, 0, 0, 0, 401, 438, 437, 440, 300, 486};
  uint8_t bytes[512];
  uint8_t key[16];
  uint16_t code = CODES[pcs_reader_u8(&at->input) % 10];
  bool is_first = request->username.len == 0;
  pcs_address relayed = read_address(at);
  pcs_writer writer;
  pcs_span written;
  code = is_first && code == 0 ? 401 : code;
  pcs_md5(pcs_span_of_text("user:r:secret"), key);
  pcs_writer_init(&writer, bytes, sizeof bytes);
  pcs_stun_begin_method(&writer, request->method, code == 0 ? PCS_STUN_SUCCESS : PCS_STUN_ERROR,
                        request->id);
  if (code == 0) {
    pcs_turn_write_lifetime(&writer, pcs_reader_u8(&at->input) * 10u);
    pcs_stun_write_xor_address(&writer, PCS_TURN_XOR_RELAYED_ADDRESS, &relayed, request->id);
    pcs_stun_write_xor_mapped(&writer, &relayed, request->id);
  } else {
    pcs_stun_write_error(&writer, code);
    pcs_stun_write_attribute(&writer, PCS_TURN_REALM, pcs_span_of_text("r"));
    pcs_stun_write_attribute(&writer, PCS_TURN_NONCE, pcs_span_of_text("n"));
  }
  if (pcs_stun_finish(&writer, is_first ? (pcs_span){0} : (pcs_span){key, sizeof key}, &written) ==
      PCS_OK) {
    pcs_ice_agent_receive(at->agent, at->now_us, at->request_path, &at->request_to, written);
  }
}

static void do_request(scene *at) {
  uint8_t bytes[PCS_STUN_WRITTEN_BYTES_MAX];
  uint8_t id[PCS_STUN_ID_BYTES] = {pcs_reader_u8(&at->input)};
  uint8_t flags = pcs_reader_u8(&at->input);
  pcs_writer writer;
  pcs_span written;
  pcs_writer_init(&writer, bytes, sizeof bytes);
  pcs_stun_begin(&writer, PCS_STUN_REQUEST, (pcs_span){id, sizeof id});
  pcs_stun_write_username(&writer, at->ufrag, read_ufrag(at));
  pcs_stun_write_priority(&writer, pcs_reader_u8(&at->input));
  pcs_stun_write_role(&writer, (pcs_ice_role)(flags & 1), flags & 2 ? 0 : UINT64_MAX);
  if ((flags & 4) != 0) {
    pcs_stun_write_use_candidate(&writer);
  }
  if ((flags & 64) != 0) {
    pcs_stun_write_masking(&writer);
  }
  pcs_address from = read_address(at);
  bool on_stream = (flags & 8) != 0;
  if (pcs_stun_finish(&writer, at->password, &written) == PCS_OK) {
    pcs_ice_agent_receive(at->agent, at->now_us, on_stream ? at->stream : flags >> 4 & 3,
                          on_stream ? &at->stream_to : &from, written);
  }
}

static void do_answer(scene *at) {
  uint8_t bytes[PCS_STUN_WRITTEN_BYTES_MAX];
  uint16_t codes[] = {0, 0, 0, 487, 403, 401};
  uint16_t code = codes[pcs_reader_u8(&at->input) % 6];
  pcs_stun_message request;
  pcs_writer writer;
  pcs_span written;
  if (pcs_stun_read((pcs_span){at->request, at->request_len}, &request) != PCS_OK) {
    return;
  }
  if (request.method != PCS_STUN_METHOD_BINDING) {
    answer_as_server(at, &request);
    return;
  }
  pcs_writer_init(&writer, bytes, sizeof bytes);
  pcs_stun_begin(&writer, code == 0 ? PCS_STUN_SUCCESS : PCS_STUN_ERROR, request.id);
  if (code == 0) {
    pcs_address mapped = read_address(at);
    pcs_stun_write_xor_mapped(&writer, &mapped, request.id);
  } else {
    pcs_stun_write_error(&writer, code);
  }
  if (pcs_stun_finish(&writer, pcs_span_of_text(PASSWORD), &written) == PCS_OK) {
    at->num_answered++;
    pcs_ice_agent_receive(at->agent, at->now_us, at->request_path, &at->request_to, written);
  }
}

static void do_time(scene *at) {
  static const uint64_t STEPS_US[] = {1000, 50000, 500000, 5000000, 31000000, 60000000};
  uint64_t until_us = at->now_us + STEPS_US[pcs_reader_u8(&at->input) % 6];
  for (int i = 0; pcs_ice_agent_wake_at(at->agent) <= until_us; i++) {
    assert(i < 5000);
    if (pcs_ice_agent_wake_at(at->agent) > at->now_us) {
      at->now_us = pcs_ice_agent_wake_at(at->agent);
    }
    pcs_ice_agent_tick(at->agent, at->now_us);
    assert(pcs_ice_agent_wake_at(at->agent) > at->now_us);
    poll(at);
  }
  at->now_us = until_us;
}

static void do_revoke(scene *at) {
  if (pcs_reader_u8(&at->input) == 0) {
    pcs_ice_agent_revoke(at->agent, at->now_us);
  }
}

/* Another mode, a name of ours, one of theirs as a candidate, or what that stands for. */
static void do_mode(scene *at) {
  static const char NAME[] = "1f4712db-ea17-4bcf-a596-105139dfd8bf.local";
  uint8_t what = pcs_reader_u8(&at->input);
  pcs_address address = read_address(at);
  pcs_span name = pcs_span_of_text(NAME);
  pcs_candidate candidate = {.foundation = pcs_span_of_text("n"),
                             .component = 1,
                             .priority = 1,
                             .address = {.family = PCS_ADDRESS_NAME, .port = address.port},
                             .name = name};
  switch (what % 4) {
  case 0:
    at->mode = (pcs_address_mode)(what / 4 % PCS_NUM_ADDRESS_MODES);
    pcs_ice_agent_set_addresses(at->agent, at->now_us, at->mode);
    return;
  case 1:
    pcs_ice_agent_name_path(at->agent, what / 4 % 4, name);
    return;
  case 2:
    (void)!pcs_ice_agent_add_candidate(at->agent, at->now_us, read_ufrag(at), &candidate);
    return;
  default:
    while (pcs_ice_agent_take_name(at->agent, &name)) {
    }
    pcs_ice_agent_name_resolved(at->agent, at->now_us, pcs_span_of_text(NAME), &address, 1);
  }
}

static void do_stats(scene *at) {
  static pcs_pair_stats pairs[PCS_PAIRS_MAX];
  static pcs_candidate_stats candidates[256];
  uint32_t changes;
  (void)pcs_ice_agent_pair_stats(at->agent, pairs, PCS_PAIRS_MAX);
  (void)pcs_ice_agent_candidate_stats(at->agent, candidates, 256);
  (void)pcs_ice_agent_selected_pair(at->agent, &changes);
  pcs_ice_agent_count(at->agent, 1, 1, 1, 1);
}

typedef void (*action)(scene *at);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const action ACTIONS[] = {
      do_make_generation, do_gather,   do_connect, do_candidate, do_end,    do_path,
      do_configure,       do_resolved, do_raw,     do_request,   do_answer, do_time,
      do_revoke,          do_stats,    do_stream,  do_mode,
  };
  scene at = {.now_us = 1000000, .mode = PCS_ADDRESS_MODE_ALL};
  pcs_random_seeded state;
  pcs_random random = pcs_random_seeded_init(&state, 1);
  pcs_ice_config config = {
      .policy = PCS_ICE_POLICY_ALL,
      .addresses = PCS_ADDRESS_MODE_ALL,
      .transports = {.tcp = PCS_ICE_TCP_ACTIVE_AND_PASSIVE, .masking = PCS_ICE_MASKING_OFFERED}};
  if (pcs_ice_agent_new(&at.agent, &config, &random) != PCS_OK) {
    return 0;
  }
  pcs_reader_init(&at.input, (pcs_span){data, size});
  do_make_generation(&at);
  while (at.input.rest.len > 0 && !at.input.failed) {
    ACTIONS[pcs_reader_u8(&at.input) % 16](&at);
    poll(&at);
  }
  pcs_ice_agent_free(at.agent);
  return 0;
}
