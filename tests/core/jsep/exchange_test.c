#include "tests/check.h"

#include "tests/core/jsep/endpoint.h"

#define LOCAL PCS_SIDE_LOCAL
#define REMOTE PCS_SIDE_REMOTE
#define OFFER PCS_DESCRIPTION_OFFER
#define ANSWER PCS_DESCRIPTION_ANSWER
#define PRANSWER PCS_DESCRIPTION_PRANSWER

static endpoint a;
static endpoint b;

static void start(void) {
  CHECK_EQ_INT(endpoint_init(&a, 'a'), PCS_OK);
  CHECK_EQ_INT(endpoint_init(&b, 'b'), PCS_OK);
}

static void stop(void) {
  endpoint_close(&a);
  endpoint_close(&b);
}

static void copy_of(char *out, const char *text) {
  (void)snprintf(out, ENDPOINT_TEXT_MAX, "%s", text != NULL ? text : "(none)");
}

static bool has(const char *text, const char *part) {
  return text != NULL && strstr(text, part) != NULL;
}

/* from offers, to answers, both set both. */
static void negotiate(endpoint *from, endpoint *to, bool restart) {
  static char text[ENDPOINT_TEXT_MAX];
  CHECK_EQ_INT(endpoint_create(from, OFFER, restart), PCS_OK);
  copy_of(text, endpoint_text(from, PCS_SLOT_CREATED_OFFER));
  CHECK_EQ_INT(endpoint_set(from, LOCAL, OFFER, text), PCS_OK);
  CHECK_EQ_INT(endpoint_set(to, REMOTE, OFFER, text), PCS_OK);
  CHECK_EQ_INT(endpoint_create(to, ANSWER, false), PCS_OK);
  copy_of(text, endpoint_text(to, PCS_SLOT_CREATED_ANSWER));
  CHECK_EQ_INT(endpoint_set(to, LOCAL, ANSWER, text), PCS_OK);
  CHECK_EQ_INT(endpoint_set(from, REMOTE, ANSWER, text), PCS_OK);
  CHECK_EQ_INT(from->negotiation.state, PCS_SIGNALING_STABLE);
  CHECK_EQ_INT(to->negotiation.state, PCS_SIGNALING_STABLE);
}

static pcs_plan plan_of(const endpoint *end) {
  pcs_plan plan;
  CHECK(pcs_negotiation_plan(&end->negotiation, &plan));
  CHECK_EQ_INT(pcs_plan_check(&plan), PCS_OK);
  return plan;
}

static void test_data_call(void) {
  start();
  pcs_negotiation_add_data(&a.negotiation);
  CHECK(pcs_negotiation_needed(&a.negotiation));
  negotiate(&a, &b, false);
  CHECK(!pcs_negotiation_needed(&a.negotiation));
  pcs_plan from = plan_of(&a);
  pcs_plan to = plan_of(&b);
  CHECK_EQ_INT(from.ice_role, PCS_ICE_CONTROLLING);
  CHECK_EQ_INT(to.ice_role, PCS_ICE_CONTROLLED);
  CHECK_EQ_INT(from.dtls_role, PCS_DTLS_SERVER);
  CHECK_EQ_INT(to.dtls_role, PCS_DTLS_CLIENT);
  CHECK_EQ_SPAN(from.remote_ufrag, span_of("buf1"));
  CHECK_EQ_SPAN(to.remote_ufrag, span_of("auf1"));
  CHECK_EQ_UINT(from.sctp_port, 5000);
  CHECK_EQ_UINT(from.remote_message_bytes_max, PCS_MESSAGE_BYTES_MAX);
  CHECK_EQ_SPAN(to.remote_tls_id, span_of("abcdefghijklmnopqrstuvwxyz"));
  stop();
}

static void test_offer_text(void) {
  static const char want[] =
      "v=0\r\no=- 81 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
      "a=group:BUNDLE 0\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n"
      "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n"
      "a=ice-ufrag:auf1\r\na=ice-pwd:apasswordpasswordpassword1\r\na=ice-options:trickle\r\n"
      "a=fingerprint:sha-256 01:02:03:04:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:"
      "00:00:00:00:00:00:00:00:00\r\na=setup:actpass\r\na=tls-id:abcdefghijklmnopqrstuvwxyz\r\n"
      "a=mid:0\r\na=sctp-port:5000\r\na=max-message-size:262144\r\n";
  start();
  pcs_negotiation_add_data(&a.negotiation);
  CHECK_EQ_INT(endpoint_create(&a, OFFER, false), PCS_OK);
  (void)endpoint_text(&a, PCS_SLOT_CREATED_OFFER);
  CHECK_EQ_STR(a.text, want);
  stop();
}

static void test_version(void) {
  start();
  CHECK_EQ_INT(endpoint_create(&a, OFFER, false), PCS_OK);
  CHECK(has(endpoint_text(&a, PCS_SLOT_CREATED_OFFER), " 1 IN IP4"));
  CHECK_EQ_INT(endpoint_create(&a, OFFER, false), PCS_OK);
  CHECK(has(endpoint_text(&a, PCS_SLOT_CREATED_OFFER), " 1 IN IP4"));
  pcs_negotiation_add_data(&a.negotiation);
  CHECK_EQ_INT(endpoint_create(&a, OFFER, false), PCS_OK);
  CHECK(has(endpoint_text(&a, PCS_SLOT_CREATED_OFFER), " 2 IN IP4"));
  stop();
}

static void test_empty_call(void) {
  pcs_plan plan;
  start();
  negotiate(&a, &b, false);
  CHECK(!pcs_negotiation_plan(&a.negotiation, &plan));
  endpoint_take(&a);
  CHECK_EQ_UINT(a.records_len, 0);
  stop();
}

static void test_messages(void) {
  pcs_msg_gather gather;
  pcs_msg_connect connect;
  start();
  pcs_negotiation_add_data(&a.negotiation);
  CHECK_EQ_INT(endpoint_set(&a, LOCAL, OFFER, ""), PCS_OK);
  endpoint_take(&a);
  CHECK_EQ_UINT(endpoint_record(&a, 0).id, PCS_MSG_GATHER);
  CHECK_EQ_INT(pcs_msg_gather_decode(endpoint_record(&a, 0).body, &gather), PCS_OK);
  CHECK_EQ_UINT(gather.peer, 77);
  CHECK_EQ_UINT(gather.generation, 1);
  CHECK_EQ_UINT(endpoint_record(&a, 1).id, 0);
  endpoint_take(&a);
  CHECK_EQ_UINT(a.records_len, 0);
  CHECK_EQ_INT(endpoint_set(&b, REMOTE, OFFER, endpoint_text(&a, PCS_SLOT_PENDING_LOCAL)), PCS_OK);
  endpoint_take(&b);
  CHECK_EQ_UINT(b.records_len, 0);
  CHECK_EQ_INT(endpoint_set(&b, LOCAL, ANSWER, ""), PCS_OK);
  endpoint_take(&b);
  CHECK_EQ_UINT(endpoint_record(&b, 0).id, PCS_MSG_GATHER);
  CHECK_EQ_UINT(endpoint_record(&b, 1).id, PCS_MSG_CONNECT);
  CHECK_EQ_INT(pcs_msg_connect_decode(endpoint_record(&b, 1).body, &connect), PCS_OK);
  CHECK_EQ_INT(pcs_plan_check(&connect.plan), PCS_OK);
  CHECK_EQ_UINT(endpoint_record(&b, 2).id, 0);
  stop();
}

static void test_restart(void) {
  start();
  pcs_negotiation_add_data(&a.negotiation);
  negotiate(&a, &b, false);
  negotiate(&a, &b, false);
  CHECK_EQ_UINT(plan_of(&a).generation, 1);
  CHECK_EQ_UINT(plan_of(&b).generation, 1);
  negotiate(&a, &b, true);
  CHECK_EQ_UINT(plan_of(&a).generation, 2);
  CHECK_EQ_UINT(plan_of(&b).generation, 2);
  CHECK_EQ_SPAN(plan_of(&b).remote_ufrag, span_of("auf2"));
  pcs_negotiation_restart_ice(&b.negotiation);
  CHECK(pcs_negotiation_needed(&b.negotiation));
  negotiate(&b, &a, false);
  CHECK(!pcs_negotiation_needed(&b.negotiation));
  CHECK_EQ_UINT(plan_of(&b).generation, 3);
  CHECK_EQ_INT(plan_of(&b).ice_role, PCS_ICE_CONTROLLING);
  CHECK_EQ_INT(plan_of(&a).ice_role, PCS_ICE_CONTROLLED);
  /* The DTLS association stands: its roles are the first negotiation's. */
  CHECK_EQ_INT(plan_of(&a).dtls_role, PCS_DTLS_SERVER);
  CHECK_EQ_INT(plan_of(&b).dtls_role, PCS_DTLS_CLIENT);
  stop();
}

static void test_roles_stay(void) {
  start();
  pcs_negotiation_add_data(&a.negotiation);
  negotiate(&a, &b, false);
  negotiate(&b, &a, false);
  CHECK_EQ_INT(plan_of(&a).ice_role, PCS_ICE_CONTROLLING);
  CHECK_EQ_INT(plan_of(&b).ice_role, PCS_ICE_CONTROLLED);
  CHECK_EQ_INT(plan_of(&a).dtls_role, PCS_DTLS_SERVER);
  stop();
}

static void test_glare(void) {
  static char offer[ENDPOINT_TEXT_MAX];
  start();
  pcs_negotiation_add_data(&a.negotiation);
  pcs_negotiation_add_data(&b.negotiation);
  CHECK_EQ_INT(endpoint_set(&a, LOCAL, OFFER, ""), PCS_OK);
  CHECK_EQ_INT(endpoint_set(&b, LOCAL, OFFER, ""), PCS_OK);
  copy_of(offer, endpoint_text(&a, PCS_SLOT_PENDING_LOCAL));
  CHECK_EQ_INT(endpoint_set(&b, REMOTE, OFFER, offer), PCS_ERR_STATE);
  CHECK_EQ_INT(endpoint_set(&b, LOCAL, PCS_DESCRIPTION_ROLLBACK, "no SDP"), PCS_OK);
  CHECK(endpoint_text(&b, PCS_SLOT_PENDING_LOCAL) == NULL);
  CHECK_EQ_INT(endpoint_set(&b, REMOTE, OFFER, offer), PCS_OK);
  CHECK_EQ_INT(endpoint_create(&b, ANSWER, false), PCS_OK);
  CHECK_EQ_INT(endpoint_set(&b, LOCAL, ANSWER, ""), PCS_OK);
  CHECK_EQ_INT(endpoint_set(&a, REMOTE, ANSWER, endpoint_text(&b, PCS_SLOT_CURRENT_LOCAL)), PCS_OK);
  /* What was rolled back had gathered; the answer has credentials of its own. */
  CHECK_EQ_UINT(plan_of(&b).generation, 2);
  stop();
}

static void test_offer_after_rollback(void) {
  static char offer[ENDPOINT_TEXT_MAX];
  start();
  pcs_negotiation_add_data(&a.negotiation);
  pcs_negotiation_add_data(&b.negotiation);
  CHECK_EQ_INT(endpoint_create(&a, OFFER, false), PCS_OK);
  copy_of(offer, endpoint_text(&a, PCS_SLOT_CREATED_OFFER));
  CHECK_EQ_INT(endpoint_create(&b, OFFER, false), PCS_OK);
  CHECK_EQ_INT(endpoint_set(&a, REMOTE, OFFER, endpoint_text(&b, PCS_SLOT_CREATED_OFFER)), PCS_OK);
  CHECK_EQ_INT(endpoint_set(&a, REMOTE, PCS_DESCRIPTION_ROLLBACK, ""), PCS_OK);
  CHECK_EQ_INT(endpoint_set(&a, LOCAL, OFFER, offer), PCS_OK);
  CHECK_EQ_INT(endpoint_set(&a, LOCAL, PCS_DESCRIPTION_ROLLBACK, ""), PCS_OK);
  CHECK_EQ_INT(endpoint_set(&a, LOCAL, OFFER, offer), PCS_OK);
  stop();
}

static void test_pranswer(void) {
  static char text[ENDPOINT_TEXT_MAX];
  start();
  pcs_negotiation_add_data(&a.negotiation);
  CHECK_EQ_INT(endpoint_set(&a, LOCAL, OFFER, ""), PCS_OK);
  CHECK_EQ_INT(endpoint_set(&b, REMOTE, OFFER, endpoint_text(&a, PCS_SLOT_PENDING_LOCAL)), PCS_OK);
  CHECK_EQ_INT(endpoint_create(&b, ANSWER, false), PCS_OK);
  copy_of(text, endpoint_text(&b, PCS_SLOT_CREATED_ANSWER));
  CHECK_EQ_INT(endpoint_set(&b, LOCAL, PRANSWER, text), PCS_OK);
  CHECK_EQ_INT(endpoint_set(&b, LOCAL, PRANSWER, text), PCS_OK);
  CHECK_EQ_INT(b.negotiation.state, PCS_SIGNALING_HAVE_LOCAL_PRANSWER);
  CHECK_EQ_INT(endpoint_set(&a, REMOTE, PRANSWER, text), PCS_OK);
  CHECK_EQ_INT(a.negotiation.state, PCS_SIGNALING_HAVE_REMOTE_PRANSWER);
  CHECK_EQ_UINT(plan_of(&a).generation, 1);
  CHECK_EQ_INT(endpoint_set(&a, LOCAL, PCS_DESCRIPTION_ROLLBACK, ""), PCS_ERR_STATE);
  CHECK_EQ_INT(endpoint_set(&b, LOCAL, ANSWER, ""), PCS_OK);
  CHECK_EQ_INT(endpoint_set(&a, REMOTE, ANSWER, text), PCS_OK);
  CHECK_EQ_INT(a.negotiation.state, PCS_SIGNALING_STABLE);
  CHECK_EQ_UINT(plan_of(&b).generation, 1);
  stop();
}

static void test_rejected_data(void) {
  static char answer[ENDPOINT_TEXT_MAX];
  pcs_data_transport data;
  start();
  pcs_negotiation_add_data(&a.negotiation);
  CHECK_EQ_INT(endpoint_set(&a, LOCAL, OFFER, ""), PCS_OK);
  (void)snprintf(
      answer, sizeof answer,
      "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
      "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n");
  CHECK_EQ_INT(endpoint_set(&a, REMOTE, ANSWER, answer), PCS_OK);
  CHECK(pcs_negotiation_data_transport(&a.negotiation, &data));
  CHECK(data.rejected);
  CHECK(!pcs_negotiation_needed(&a.negotiation));
  CHECK_EQ_INT(endpoint_create(&a, OFFER, false), PCS_OK);
  CHECK(has(endpoint_text(&a, PCS_SLOT_CREATED_OFFER), "m=application 0 "));
  /* Asked for again it takes the same place, under a new mid. */
  pcs_negotiation_add_data(&a.negotiation);
  CHECK(pcs_negotiation_needed(&a.negotiation));
  CHECK_EQ_INT(endpoint_create(&a, OFFER, false), PCS_OK);
  CHECK(has(endpoint_text(&a, PCS_SLOT_CREATED_OFFER), "m=application 9 "));
  CHECK(!has(a.text, "m=application 0 "));
  CHECK(has(a.text, "a=mid:1\r\n"));
  CHECK(has(a.text, "a=ice-ufrag:auf2\r\n"));
  stop();
}

int main(void) {
  RUN("a data call is agreed on with one role each", test_data_call);
  RUN("an offer has every line a browser needs", test_offer_text);
  RUN("the version of o= grows with every change and only then", test_version);
  RUN("a call about nothing tells the host nothing", test_empty_call);
  RUN("the host is told to gather, then to connect, once", test_messages);
  RUN("an ICE restart takes new credentials on both sides", test_restart);
  RUN("roles outlive a renegotiation by the other side", test_roles_stay);
  RUN("glare ends by rollback and fresh credentials", test_glare);
  RUN("an offer can be set after a rollback of another", test_offer_after_rollback);
  RUN("a provisional answer connects and is replaced by the answer", test_pranswer);
  RUN("a rejected data section is kept, and used again when asked for", test_rejected_data);
  return check_report();
}
