#include "tests/check.h"

#include "tests/core/jsep/endpoint.h"

#define OFFER PCS_DESCRIPTION_OFFER
#define ANSWER PCS_DESCRIPTION_ANSWER
#define REMOTE PCS_SIDE_REMOTE

#define PRINT                                                                                      \
  "a=fingerprint:sha-256 19:E2:1C:3B:4B:9F:81:E6:B8:5C:F4:A5:A8:D8:73:04:BB:05:2F:70:9F:04:A9:0E:" \
  "05:E9:26:33:E8:70:88:A2\r\n"
#define TEXT "candidate:1 1 udp 2113929471 203.0.113.100 10100 typ host"

/* An audio and a data section with credentials of their own. */
static const char offer[] =
    "v=0\r\no=- 7 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n" PRINT
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:a1\r\na=rtcp-mux\r\na=ice-ufrag:ETEn\r\n"
    "a=ice-pwd:OtSK0WpNtpUjkY4+86js7ZQl\r\n"
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:d1\r\na=ice-ufrag:BGKk\r\n"
    "a=ice-pwd:mqyWsAjvtKwTGnvhPztQ9mIf\r\n";
static const char restarted[] =
    "v=0\r\no=- 7 3 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n" PRINT
    "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\na=mid:a1\r\n"
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:d1\r\na=ice-ufrag:NewU\r\n"
    "a=ice-pwd:mqyWsAjvtKwTGnvhPztQ9NEW\r\n"
    "a=candidate:9 1 udp 9 203.0.113.9 9999 typ host\r\na=candidate:x 1 udp 9 host.example 9 typ "
    "host\r\n"
    "a=end-of-candidates\r\n";

static endpoint end;

static void start(void) {
  CHECK_EQ_INT(endpoint_init(&end, 'a'), PCS_OK);
  CHECK_EQ_INT(endpoint_set(&end, REMOTE, OFFER, offer), PCS_OK);
}

/* NULL for what is not given; section below 0 too. */
static pcs_status add(const char *text, const char *mid, int section, const char *ufrag) {
  pcs_remote_candidate candidate = {
      .text = span_of(text),
      .mid = span_of(mid != NULL ? mid : ""),
      .ufrag = span_of(ufrag != NULL ? ufrag : ""),
      .section = (uint16_t)section,
      .has_mid = mid != NULL,
      .has_section = section >= 0,
      .has_ufrag = ufrag != NULL,
  };
  return endpoint_add(&end, &candidate);
}

/* How often part stands in the remote description, before or behind the data section's start. */
static size_t times(const char *part, bool in_data) {
  static char copy[ENDPOINT_TEXT_MAX];
  const char *text =
      endpoint_text(&end, end.negotiation.state == PCS_SIGNALING_STABLE ? PCS_SLOT_CURRENT_REMOTE
                                                                        : PCS_SLOT_PENDING_REMOTE);
  (void)snprintf(copy, sizeof copy, "%s", text != NULL ? text : "");
  char *data = strstr(copy, "m=application");
  if (data == NULL) {
    return 0;
  }
  const char *from = in_data ? data : copy;
  size_t num = 0;
  char first = data[0];
  data[0] = in_data ? first : 0;
  while ((from = strstr(from, part)) != NULL) {
    num++;
    from++;
  }
  return num;
}

static void test_rules(void) {
  CHECK_EQ_INT(endpoint_init(&end, 'a'), PCS_OK);
  CHECK_EQ_INT(add(TEXT, "a1", 0, NULL), PCS_ERR_STATE);
  endpoint_close(&end);
  CHECK_EQ_INT(add(TEXT, "a1", 0, NULL), PCS_ERR_STATE);
  start();
  CHECK_EQ_INT(add(TEXT, NULL, -1, NULL), PCS_ERR_TYPE);
  CHECK_EQ_INT(add("rubbish", NULL, -1, NULL), PCS_ERR_TYPE);
  CHECK_EQ_INT(add(TEXT, "invalid", 0, NULL), PCS_ERR_OPERATION);
  CHECK_EQ_INT(add(TEXT, "", 0, NULL), PCS_ERR_OPERATION);
  CHECK_EQ_INT(add(TEXT, NULL, 2, NULL), PCS_ERR_OPERATION);
  CHECK_EQ_INT(add(TEXT, "a1", 0, "invalid"), PCS_ERR_OPERATION);
  CHECK_EQ_INT(add(TEXT, "d1", 1, "ETEn"), PCS_ERR_OPERATION);
  CHECK_EQ_INT(add(TEXT, "d1", 1, ""), PCS_ERR_OPERATION);
  CHECK_EQ_INT(add("", NULL, -1, "none"), PCS_ERR_OPERATION);
  CHECK_EQ_INT(add("(Invalid) candidate \r\n string", "a1", 0, NULL), PCS_ERR_OPERATION);
  CHECK_EQ_INT(add(TEXT "\r\na=setup:active", "a1", 0, NULL), PCS_ERR_OPERATION);
  CHECK_EQ_INT(add("1 1 udp 1 192.0.2.1 1 typ host", "a1", 0, NULL), PCS_ERR_OPERATION);
  CHECK_EQ_UINT(times("a=candidate", false) + times("a=candidate", true), 0);
  endpoint_close(&end);
}

static void test_places(void) {
  start();
  CHECK_EQ_INT(add(TEXT, "a1", 7, NULL), PCS_OK);
  CHECK_EQ_UINT(times("a=" TEXT "\r\n", false), 1);
  CHECK_EQ_UINT(times("a=" TEXT "\r\n", true), 0);
  CHECK_EQ_INT(add("a=" TEXT, NULL, 1, "BGKk"), PCS_OK);
  CHECK_EQ_INT(add(TEXT, "d1", -1, NULL), PCS_OK);
  CHECK_EQ_UINT(times("a=" TEXT "\r\n", true), 1);
  CHECK_EQ_INT(add("", "d1", -1, NULL), PCS_OK);
  CHECK_EQ_UINT(times("a=end-of-candidates\r\n", true), 1);
  CHECK_EQ_UINT(times("a=end-of-candidates\r\n", false), 0);
  CHECK_EQ_INT(add("", NULL, -1, NULL), PCS_OK);
  CHECK_EQ_INT(add("", NULL, -1, NULL), PCS_OK);
  CHECK_EQ_UINT(times("a=end-of-candidates\r\n", true), 1);
  CHECK_EQ_UINT(times("a=end-of-candidates\r\n", false), 1);
  endpoint_close(&end);
  start();
  CHECK_EQ_INT(add("", NULL, -1, "BGKk"), PCS_OK);
  CHECK_EQ_UINT(times("a=end-of-candidates\r\n", true), 1);
  CHECK_EQ_UINT(times("a=end-of-candidates\r\n", false), 0);
  endpoint_close(&end);
}

static void test_told(void) {
  pcs_msg_add_candidate told;
  start();
  CHECK_EQ_INT(add("candidate:8 1 udp 8 203.0.113.8 8 typ host", "a1", -1, NULL), PCS_OK);
  CHECK_EQ_INT(add("candidate:7 1 udp 8 name.example 8 typ host", "d1", -1, NULL), PCS_OK);
  CHECK_EQ_INT(add("candidate:6 1 udp 8 203.0.113.8 8 typ host ufrag gone", "d1", -1, NULL),
               PCS_OK);
  CHECK_EQ_INT(add(TEXT, "d1", -1, NULL), PCS_OK);
  endpoint_take(&end);
  CHECK_EQ_UINT(end.records_len, 0);
  CHECK_EQ_INT(endpoint_set(&end, PCS_SIDE_LOCAL, ANSWER, ""), PCS_OK);
  CHECK_EQ_INT(add("", "d1", -1, NULL), PCS_OK);
  endpoint_take(&end);
  CHECK_EQ_UINT(endpoint_record(&end, 0).id, PCS_MSG_GATHER);
  CHECK_EQ_UINT(endpoint_record(&end, 1).id, PCS_MSG_CONNECT);
  CHECK_EQ_UINT(endpoint_record(&end, 2).id, PCS_MSG_ADD_CANDIDATE);
  CHECK_EQ_INT(pcs_msg_add_candidate_decode(endpoint_record(&end, 2).body, &told), PCS_OK);
  CHECK_EQ_SPAN(told.ufrag, span_of("BGKk"));
  CHECK_EQ_UINT(told.candidate.address.port, 10100);
  CHECK_EQ_UINT(endpoint_record(&end, 3).id, PCS_MSG_END_OF_CANDIDATES);
  CHECK_EQ_UINT(endpoint_record(&end, 4).id, 0);
  endpoint_close(&end);
}

static void test_restart(void) {
  pcs_msg_add_candidate told;
  start();
  CHECK_EQ_INT(add(TEXT, "d1", -1, NULL), PCS_OK);
  CHECK_EQ_INT(endpoint_set(&end, PCS_SIDE_LOCAL, ANSWER, ""), PCS_OK);
  endpoint_take(&end);
  CHECK_EQ_INT(endpoint_set(&end, REMOTE, OFFER, restarted), PCS_OK);
  /* While the restart is pending both generations are known. */
  CHECK_EQ_INT(add("candidate:5 1 udp 5 203.0.113.5 5 typ host", "d1", -1, "BGKk"), PCS_OK);
  CHECK_EQ_INT(add("candidate:4 1 udp 4 203.0.113.4 4 typ host", "d1", -1, "NewU"), PCS_OK);
  CHECK_EQ_UINT(times("203.0.113.5", true), 0);
  CHECK_EQ_UINT(times("203.0.113.4", true), 1);
  endpoint_take(&end);
  CHECK_EQ_UINT(endpoint_record(&end, 0).id, PCS_MSG_ADD_CANDIDATE);
  CHECK_EQ_UINT(endpoint_record(&end, 1).id, 0);
  CHECK_EQ_INT(endpoint_create(&end, ANSWER, false), PCS_OK);
  CHECK_EQ_INT(endpoint_set(&end, PCS_SIDE_LOCAL, ANSWER, ""), PCS_OK);
  endpoint_take(&end);
  static const uint16_t ids[] = {PCS_MSG_GATHER,        PCS_MSG_CONNECT,
                                 PCS_MSG_ADD_CANDIDATE, PCS_MSG_END_OF_CANDIDATES,
                                 PCS_MSG_ADD_CANDIDATE, 0};
  for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
    CHECK_EQ_UINT(endpoint_record(&end, i).id, ids[i]);
  }
  CHECK_EQ_INT(pcs_msg_add_candidate_decode(endpoint_record(&end, 2).body, &told), PCS_OK);
  CHECK_EQ_UINT(told.candidate.address.port, 9999);
  CHECK_EQ_INT(add(TEXT, "d1", -1, "BGKk"), PCS_ERR_OPERATION);
  endpoint_close(&end);
}

static void test_flood(void) {
  char text[128];
  start();
  for (int i = 0; i < 10000; i++) {
    (void)snprintf(text, sizeof text, "candidate:1 1 udp 1 203.0.113.1 %d typ host", i % 60000 + 1);
    CHECK_EQ_INT(add(text, "d1", -1, NULL), PCS_OK);
  }
  CHECK_EQ_UINT(times("a=candidate", true), 2 * PCS_CANDIDATES_MAX);
  endpoint_close(&end);
}

static void test_local_generations(void) {
  pcs_candidate candidate = {.foundation = span_of("1"),
                             .component = 1,
                             .priority = 5,
                             .address = {PCS_ADDRESS_IPV4, {192, 0, 2, 1}, 5000}};
  pcs_candidate broken = {0};
  pcs_local_candidate out;
  start();
  endpoint_lend(&end, 1024);
  CHECK_EQ_INT(pcs_negotiation_add_local_candidate(&end.negotiation, 1, &candidate, &out),
               PCS_ERR_NOT_FOUND);
  CHECK_EQ_INT(pcs_negotiation_add_local_candidate(&end.negotiation, 9, &candidate, &out),
               PCS_ERR_NOT_FOUND);
  CHECK_EQ_INT(pcs_negotiation_add_local_candidate(&end.negotiation, 1, &broken, &out),
               PCS_ERR_SYNTAX);
  endpoint_tidy(&end);
  CHECK_EQ_INT(endpoint_set(&end, PCS_SIDE_LOCAL, ANSWER, ""), PCS_OK);
  /* It was kept: the answer was made of it. */
  const char *text = endpoint_text(&end, PCS_SLOT_CURRENT_LOCAL);
  CHECK(text != NULL && strstr(text, "a=candidate:1 1 udp 5 192.0.2.1 5000") != NULL);
  endpoint_lend(&end, 1024);
  CHECK_EQ_INT(pcs_negotiation_add_local_candidate(&end.negotiation, 1, NULL, &out), PCS_OK);
  CHECK_EQ_UINT(out.text.len, 0);
  CHECK_EQ_UINT(out.section, 1);
  CHECK_EQ_SPAN(out.mid, span_of("d1"));
  endpoint_tidy(&end);
  text = endpoint_text(&end, PCS_SLOT_CURRENT_LOCAL);
  CHECK(text != NULL && strstr(text, "a=end-of-candidates\r\n") != NULL);
  endpoint_close(&end);
}

int main(void) {
  RUN("addIceCandidate refuses what webrtc-pc says, and keeps nothing of it", test_rules);
  RUN("a candidate stands in the section it was given for, once", test_places);
  RUN("the host is told the usable candidates of its transport, after CONNECT", test_told);
  RUN("a restart's candidates are told after its own CONNECT", test_restart);
  RUN("ten thousand candidates are taken, and a bounded number kept", test_flood);
  RUN("a local candidate belongs to its generation's description", test_local_generations);
  return check_report();
}
