#include "tests/check.h"

#include "tests/core/jsep/endpoint.h"

#define OFFER PCS_DESCRIPTION_OFFER
#define ANSWER PCS_DESCRIPTION_ANSWER

#define SESSION "v=0\r\no=- 7 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
#define PRINT                                                                                      \
  "a=fingerprint:sha-256 19:E2:1C:3B:4B:9F:81:E6:B8:5C:F4:A5:A8:D8:73:04:BB:05:2F:70:9F:04:A9:0E:" \
  "05:E9:26:33:E8:70:88:A2\r\n"
#define SHA1 "a=fingerprint:sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33\r\n"
#define ICE "a=ice-ufrag:ETEn\r\na=ice-pwd:OtSK0WpNtpUjkY4+86js7ZQl\r\n"
#define DATA "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n"
#define AUDIO "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtcp-mux\r\n"

static endpoint end;

static pcs_status offer(const char *text) {
  CHECK_EQ_INT(endpoint_init(&end, 'a'), PCS_OK);
  pcs_status status = endpoint_set(&end, PCS_SIDE_REMOTE, OFFER, text);
  pcs_signaling_state want =
      status == PCS_OK ? PCS_SIGNALING_HAVE_REMOTE_OFFER : PCS_SIGNALING_STABLE;
  CHECK_EQ_INT(end.negotiation.state, want);
  CHECK((endpoint_text(&end, PCS_SLOT_PENDING_REMOTE) != NULL) == (status == PCS_OK));
  return status;
}

/* The answer to an offer that is taken. */
static const char *answer_to(const char *text) {
  CHECK_EQ_INT(offer(text), PCS_OK);
  CHECK_EQ_INT(endpoint_set(&end, PCS_SIDE_LOCAL, ANSWER, ""), PCS_OK);
  const char *answer = endpoint_text(&end, PCS_SLOT_CURRENT_LOCAL);
  return answer != NULL ? answer : "(none)";
}

static bool has(const char *text, const char *part) {
  return strstr(text, part) != NULL;
}

static const char *const taken[] = {
    SESSION DATA ICE PRINT "a=setup:actpass\r\na=mid:0\r\na=sctp-port:5000\r\n",
    /* Firefox: the transport at session level. */
    SESSION PRINT ICE "a=setup:actpass\r\n" DATA "a=mid:0\r\na=sctp-port:5000\r\n",
    SESSION DATA ICE PRINT "a=setup:active\r\n",
    SESSION DATA ICE PRINT "a=setup:passive\r\n",
    SESSION DATA ICE PRINT,
    SESSION DATA ICE PRINT SHA1,
    SESSION "m=application 9 TCP/DTLS/SCTP webrtc-datachannel\r\n" ICE PRINT,
    SESSION "m=application 9 DTLS/SCTP 5000\r\n" ICE PRINT
            "a=sctpmap:5000 webrtc-datachannel 256\r\n",
    SESSION AUDIO ICE PRINT "a=setup:actpass\r\n",
    SESSION AUDIO ICE PRINT "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n",
    SESSION "m=video 9 RTP/SAVPF 100\r\na=rtcp-mux\r\n" ICE PRINT,
    SESSION "m=audio 0 RTP/AVP 0\r\n",
    SESSION "m=image 9 TCP t38\r\n",
    SESSION "a=group:BUNDLE a v\r\n" AUDIO ICE PRINT
            "a=mid:a\r\nm=video 0 UDP/TLS/RTP/SAVPF 100\r\n"
            "a=bundle-only\r\na=mid:v\r\n",
    SESSION,
};

static const char *const refused[] = {
    /* No credentials, half of them, of a form that ICE has not. */
    SESSION DATA PRINT,
    SESSION DATA PRINT "a=ice-ufrag:ETEn\r\n",
    SESSION DATA PRINT "a=ice-pwd:OtSK0WpNtpUjkY4+86js7ZQl\r\n",
    SESSION DATA PRINT "a=ice-ufrag:ETE\r\na=ice-pwd:OtSK0WpNtpUjkY4+86js7ZQl\r\n",
    SESSION DATA PRINT "a=ice-ufrag:E$En\r\na=ice-pwd:OtSK0WpNtpUjkY4+86js7ZQl\r\n",
    SESSION DATA PRINT "a=ice-ufrag:ETEn\r\na=ice-pwd:OtSK0WpNtpUjkY4+86js7\r\n",
    SESSION DATA PRINT "a=ice-ufrag:ETEn\r\na=ice-pwd:OtSK0WpNtpUjkY4+86js7Z$l\r\n",
    /* No fingerprint, a weak one, SDES in its place. */
    SESSION DATA ICE,
    SESSION DATA ICE SHA1,
    SESSION DATA ICE "a=fingerprint:md5 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n",
    SESSION AUDIO ICE "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n",
    /* Plaintext profiles, with and without a fingerprint. */
    SESSION "m=audio 9 RTP/AVP 0\r\na=rtcp-mux\r\n" ICE PRINT,
    SESSION "m=audio 9 RTP/AVPF 0\r\na=rtcp-mux\r\n" ICE PRINT,
    SESSION "m=video 9 RTP/AVPF 100\r\na=rtcp-mux\r\n" ICE,
    SESSION "m=audio 9 X 0\r\na=rtcp-mux\r\n" ICE PRINT,
    /* RTCP on a port of its own. */
    SESSION "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:a\r\n" ICE PRINT,
    /* Roles, identifiers and ports that cannot be. */
    SESSION DATA ICE PRINT "a=setup:holdconn\r\n",
    SESSION DATA ICE PRINT "a=tls-id:short\r\n",
    SESSION DATA ICE PRINT "a=tls-id:abcdefghijklmnopqrstuvwxyz!\r\n",
    SESSION DATA ICE PRINT "a=sctp-port:0\r\n",
    SESSION DATA ICE PRINT "a=mid:0\r\n" DATA ICE PRINT "a=mid:0\r\n",
    /* Groups of what is not there, of two at once. */
    SESSION "a=group:BUNDLE 1\r\n" DATA ICE PRINT "a=mid:0\r\n",
    SESSION "a=group:BUNDLE 0 0\r\n" DATA ICE PRINT "a=mid:0\r\n",
    SESSION "a=group:BUNDLE 0\r\na=group:BUNDLE 0\r\n" DATA ICE PRINT "a=mid:0\r\n",
};

static void test_taken(void) {
  for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
    if (!CHECK_EQ_INT(offer(taken[i]), PCS_OK)) {
      printf("#   row %zu\n", i);
    }
    endpoint_close(&end);
  }
}

static void test_refused(void) {
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
    if (!CHECK_EQ_INT(offer(refused[i]), PCS_ERR_INVALID_ACCESS)) {
      printf("#   row %zu\n", i);
    }
    endpoint_close(&end);
  }
}

static void test_answers(void) {
  const char *text = answer_to(taken[0]);
  CHECK(has(text, "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"));
  CHECK(has(text, "a=setup:active\r\n"));
  CHECK(has(text, "a=mid:0\r\n"));
  CHECK(!has(text, "a=group:BUNDLE"));
  CHECK(!has(text, "a=tls-id"));
  endpoint_close(&end);
  CHECK(has(answer_to(taken[2]), "a=setup:passive\r\n"));
  CHECK(!has(end.text, "a=mid:"));
  endpoint_close(&end);
  CHECK(has(answer_to(taken[3]), "a=setup:active\r\n"));
  endpoint_close(&end);
  CHECK(has(answer_to(taken[6]), "m=application 9 TCP/DTLS/SCTP webrtc-datachannel\r\n"));
  endpoint_close(&end);
  CHECK(has(answer_to(taken[7]), "m=application 9 DTLS/SCTP 5000\r\n"));
  CHECK(has(end.text, "a=sctpmap:5000 webrtc-datachannel 1024\r\n"));
  CHECK(!has(end.text, "a=sctp-port"));
  endpoint_close(&end);
}

static void test_rejected_media(void) {
  const char *text = answer_to(SESSION "a=group:BUNDLE 0 1 2\r\n" AUDIO ICE PRINT "a=mid:0\r\n"
                                       "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n" ICE PRINT
                                       "a=mid:1\r\n" DATA ICE PRINT
                                       "a=mid:2\r\na=tls-id:abcdefghijklmnopqrstuvwxyz\r\n");
  CHECK(has(text, "a=group:BUNDLE 2\r\n"));
  CHECK(has(text,
            "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=inactive\r\na=mid:0\r\n"));
  CHECK(has(text, "m=video 0 UDP/TLS/RTP/SAVPF 96 97\r\n"));
  CHECK(has(text, "m=application 9 "));
  CHECK(has(text, "a=tls-id:abcdefghijklmnopqrstuvwxyz\r\n"));
  /* Our next offer keeps all three places. */
  CHECK_EQ_INT(endpoint_create(&end, OFFER, false), PCS_OK);
  text = endpoint_text(&end, PCS_SLOT_CREATED_OFFER);
  CHECK(text != NULL && has(text, "m=audio 0 ") && has(text, "m=video 0 ") &&
        has(text, "a=mid:2\r\n"));
  endpoint_close(&end);
}

static void test_bundle_only_data(void) {
  const char *text = answer_to(SESSION "a=group:BUNDLE 0 1\r\n" AUDIO ICE PRINT "a=mid:0\r\n"
                                       "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"
                                       "a=bundle-only\r\na=mid:1\r\n");
  pcs_plan plan;
  CHECK(has(text, "m=application 9 "));
  CHECK(pcs_negotiation_plan(&end.negotiation, &plan));
  CHECK_EQ_SPAN(plan.remote_ufrag, span_of("ETEn"));
  endpoint_close(&end);
}

static void test_lite(void) {
  pcs_plan plan;
  (void)answer_to(SESSION "a=ice-lite\r\n" DATA ICE PRINT "a=max-message-size:0\r\n");
  CHECK(pcs_negotiation_plan(&end.negotiation, &plan));
  CHECK_EQ_INT(plan.ice_role, PCS_ICE_CONTROLLING);
  CHECK_EQ_INT(plan.remote_lite, 1);
  CHECK_EQ_UINT(plan.remote_message_bytes_max, PCS_MESSAGE_BYTES_MAX);
  endpoint_close(&end);
}

static void test_message_sizes(void) {
  static const struct {
    const char *text;
    uint32_t want;
  } rows[] = {
      {SESSION DATA ICE PRINT, 65536},
      {SESSION DATA ICE PRINT "a=max-message-size:1200\r\n", 1200},
      {SESSION DATA ICE PRINT "a=max-message-size:1073741823\r\n", PCS_MESSAGE_BYTES_MAX},
      {SESSION DATA ICE PRINT "a=max-message-size:99999999999999999999999\r\n",
       PCS_MESSAGE_BYTES_MAX},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    pcs_data_transport data;
    (void)answer_to(rows[i].text);
    CHECK(pcs_negotiation_data_transport(&end.negotiation, &data));
    CHECK_EQ_UINT(data.message_bytes_max, rows[i].want);
    endpoint_close(&end);
  }
}

/* ---- answers to our offer ---- */

#define ANSWERED SESSION DATA ICE PRINT "a=mid:0\r\na=sctp-port:5000\r\n"

static pcs_status answer(const char *text) {
  CHECK_EQ_INT(endpoint_init(&end, 'a'), PCS_OK);
  pcs_negotiation_add_data(&end.negotiation);
  CHECK_EQ_INT(endpoint_set(&end, PCS_SIDE_LOCAL, OFFER, ""), PCS_OK);
  pcs_status status = endpoint_set(&end, PCS_SIDE_REMOTE, ANSWER, text);
  endpoint_close(&end);
  return status;
}

static const char *const good_answers[] = {
    ANSWERED "a=setup:active\r\n",
    ANSWERED "a=setup:passive\r\n",
    ANSWERED,
    SESSION "a=group:BUNDLE 0\r\n" DATA ICE PRINT "a=mid:0\r\n",
    SESSION DATA ICE PRINT,
    SESSION "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n",
};

static const char *const bad_answers[] = {
    ANSWERED "a=setup:actpass\r\n",
    ANSWERED "a=setup:holdconn\r\n",
    SESSION,
    SESSION DATA ICE PRINT DATA ICE PRINT,
    SESSION AUDIO ICE PRINT "a=mid:0\r\n",
    SESSION DATA ICE PRINT "a=mid:1\r\n",
    SESSION DATA ICE PRINT "a=bundle-only\r\n",
    SESSION "m=application 9 TCP/BFCP *\r\n" ICE PRINT,
    SESSION DATA PRINT,
    SESSION DATA ICE,
};

static void test_good_answers(void) {
  for (size_t i = 0; i < sizeof good_answers / sizeof good_answers[0]; i++) {
    if (!CHECK_EQ_INT(answer(good_answers[i]), PCS_OK)) {
      printf("#   row %zu\n", i);
    }
  }
}

static void test_bad_answers(void) {
  for (size_t i = 0; i < sizeof bad_answers / sizeof bad_answers[0]; i++) {
    if (!CHECK_EQ_INT(answer(bad_answers[i]), PCS_ERR_INVALID_ACCESS)) {
      printf("#   row %zu\n", i);
    }
  }
}

/* ---- the second offer ---- */

static pcs_status reoffer(const char *first, const char *second) {
  (void)answer_to(first);
  pcs_status status = endpoint_set(&end, PCS_SIDE_REMOTE, OFFER, second);
  endpoint_close(&end);
  return status;
}

static void test_reoffers(void) {
  const char *first = SESSION DATA ICE PRINT "a=setup:actpass\r\na=mid:0\r\n";
  CHECK_EQ_INT(reoffer(first, first), PCS_OK);
  CHECK_EQ_INT(reoffer(first, SESSION DATA ICE PRINT "a=mid:0\r\n" AUDIO ICE PRINT "a=mid:1\r\n"),
               PCS_OK);
  CHECK_EQ_INT(reoffer(first, SESSION), PCS_ERR_INVALID_ACCESS);
  CHECK_EQ_INT(reoffer(first, SESSION AUDIO ICE PRINT "a=mid:0\r\n" DATA ICE PRINT "a=mid:1\r\n"),
               PCS_ERR_INVALID_ACCESS);
  CHECK_EQ_INT(reoffer(first, SESSION DATA ICE PRINT "a=mid:9\r\n"), PCS_ERR_INVALID_ACCESS);
  /* A place that was rejected may be used for something else. */
  CHECK_EQ_INT(reoffer(SESSION AUDIO ICE PRINT "a=mid:0\r\n", SESSION DATA ICE PRINT "a=mid:9\r\n"),
               PCS_OK);
}

static void test_role_flip(void) {
  const char *first = SESSION DATA ICE PRINT "a=setup:actpass\r\na=mid:0\r\n";
  /* We answered active: the other side stays the server. */
  CHECK_EQ_INT(reoffer(first, SESSION DATA ICE PRINT "a=setup:passive\r\na=mid:0\r\n"), PCS_OK);
  CHECK_EQ_INT(reoffer(first, SESSION DATA ICE PRINT "a=setup:active\r\na=mid:0\r\n"),
               PCS_ERR_INVALID_ACCESS);
  (void)answer_to(first);
  CHECK_EQ_INT(endpoint_set(&end, PCS_SIDE_LOCAL, OFFER, ""), PCS_OK);
  CHECK_EQ_INT(endpoint_set(&end, PCS_SIDE_REMOTE, ANSWER, ANSWERED "a=setup:active\r\n"),
               PCS_ERR_INVALID_ACCESS);
  CHECK_EQ_INT(endpoint_set(&end, PCS_SIDE_REMOTE, ANSWER, ANSWERED "a=setup:passive\r\n"), PCS_OK);
  endpoint_close(&end);
}

static void test_trickle(void) {
  CHECK_EQ_INT(endpoint_init(&end, 'a'), PCS_OK);
  CHECK_EQ_INT(pcs_negotiation_can_trickle(&end.negotiation), PCS_TRICKLE_UNKNOWN);
  endpoint_close(&end);
  CHECK_EQ_INT(offer(SESSION "a=ice-options:trickle\r\n"), PCS_OK);
  CHECK_EQ_INT(pcs_negotiation_can_trickle(&end.negotiation), PCS_TRICKLE_YES);
  endpoint_close(&end);
  CHECK_EQ_INT(offer(SESSION DATA ICE PRINT "a=ice-options:renomination ice2 trickle\r\n"), PCS_OK);
  CHECK_EQ_INT(pcs_negotiation_can_trickle(&end.negotiation), PCS_TRICKLE_YES);
  endpoint_close(&end);
  CHECK_EQ_INT(offer(SESSION DATA ICE PRINT "a=ice-options:trickle2\r\n"), PCS_OK);
  CHECK_EQ_INT(pcs_negotiation_can_trickle(&end.negotiation), PCS_TRICKLE_NO);
  endpoint_close(&end);
}

static void test_syntax_line(void) {
  CHECK_EQ_INT(offer(SESSION "nonsense\r\n"), PCS_ERR_SYNTAX);
  CHECK_EQ_UINT(end.negotiation.error_line, 5);
  endpoint_close(&end);
}

int main(void) {
  RUN("offers of browsers' kinds are taken", test_taken);
  RUN("an offer without security, or with less of it, is refused", test_refused);
  RUN("an answer has the offer's form and the complementary role", test_answers);
  RUN("media is answered with port 0 and keeps its place", test_rejected_media);
  RUN("bundle-only data uses its group's transport", test_bundle_only_data);
  RUN("a lite agent is controlled", test_lite);
  RUN("the size of messages is theirs or ours, the smaller", test_message_sizes);
  RUN("answers to our offer are taken", test_good_answers);
  RUN("an answer to something else is refused", test_bad_answers);
  RUN("a second offer keeps the order of sections", test_reoffers);
  RUN("DTLS roles do not flip in a running association", test_role_flip);
  RUN("trickle is what the other side's description says", test_trickle);
  RUN("a syntax error tells its line and changes nothing", test_syntax_line);
  return check_report();
}
