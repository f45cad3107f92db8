#include "tests/check.h"

#include "tests/core/jsep/endpoint.h"

#define LOCAL PCS_SIDE_LOCAL
#define OFFER PCS_DESCRIPTION_OFFER

static endpoint end;
static char text[ENDPOINT_TEXT_MAX];

/* An offer was made, and one candidate found before by another description of its generation. */
static void start(void) {
  CHECK_EQ_INT(endpoint_init(&end, 'a'), PCS_OK);
  pcs_negotiation_add_data(&end.negotiation);
  CHECK_EQ_INT(endpoint_create(&end, OFFER, false), PCS_OK);
  const char *created = endpoint_text(&end, PCS_SLOT_CREATED_OFFER);
  (void)snprintf(text, sizeof text, "%s", created != NULL ? created : "");
}

/* Puts with in the place of what in the offer; an empty what is its end. */
static void munge(const char *what, const char *with) {
  static char rest[ENDPOINT_TEXT_MAX];
  char *at = what[0] != 0 ? strstr(text, what) : text + strlen(text);
  if (!CHECK(at != NULL)) {
    return;
  }
  (void)snprintf(rest, sizeof rest, "%s", at + strlen(what));
  (void)snprintf(at, sizeof text - (size_t)(at - text), "%s%s", with, rest);
}

static pcs_status set_munged(const char *what, const char *with) {
  start();
  munge(what, with);
  pcs_status status = endpoint_set(&end, LOCAL, OFFER, text);
  CHECK_EQ_INT(end.negotiation.state,
               status == PCS_OK ? PCS_SIGNALING_HAVE_LOCAL_OFFER : PCS_SIGNALING_STABLE);
  endpoint_close(&end);
  return status;
}

static const char *const harmless[][2] = {
    {"", ""},
    {"a=ice-options:trickle\r\n", ""},
    {"a=extmap-allow-mixed\r\n", ""},
    {"a=msid-semantic: WMS\r\n", ""},
    {"c=IN IP4 0.0.0.0\r\n", "c=IN IP4 0.0.0.0\r\nb=AS:30\r\n"},
    {"", "a=end-of-candidates\r\n"},
    {"", "\r\n"},
};

static const char *const forbidden[][2] = {
    {"a=ice-ufrag:auf1", "a=ice-ufrag:evil"},
    {"a=ice-ufrag:auf1\r\n", ""},
    {"password1", "password2"},
    {"01:02:03:04", "02:02:03:04"},
    {"a=setup:actpass", "a=setup:active"},
    {"a=setup:actpass\r\n", ""},
    {"a=tls-id:a", "a=tls-id:b"},
    {"a=tls-id:abcdefghijklmnopqrstuvwxyz\r\n", ""},
    {"a=mid:0", "a=mid:1"},
    {"a=sctp-port:5000", "a=sctp-port:5001"},
    {"a=max-message-size:262144", "a=max-message-size:0"},
    {"a=group:BUNDLE 0\r\n", ""},
    {"m=application 9", "m=application 0"},
    {"m=application", "m=audio"},
    {"c=IN IP4 0.0.0.0", "c=IN IP4 192.0.2.1"},
    {" 1 IN IP4 127.0.0.1", " 2 IN IP4 127.0.0.1"},
    {"s=-", "s=x"},
    {"a=ice-options:trickle", "a=ice-options:renomination"},
    {"", "a=munging-is-not-good\r\n"},
    {"", "a=ice-lite\r\n"},
    {"", "a=candidate:1 1 udp 1 192.0.2.66 6666 typ host\r\n"},
    {"", "a=fingerprint:sha-256 "
         "00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:"
         "00:00:00:00:00:00:00:00\r\n"},
    {"", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"},
};

static void test_harmless(void) {
  for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
    if (!CHECK_EQ_INT(set_munged(harmless[i][0], harmless[i][1]), PCS_OK)) {
      printf("#   row %zu\n", i);
    }
  }
}

static void test_forbidden(void) {
  for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++) {
    if (!CHECK_EQ_INT(set_munged(forbidden[i][0], forbidden[i][1]), PCS_ERR_MODIFIED)) {
      printf("#   row %zu\n", i);
    }
  }
}

static void test_line_ends(void) {
  start();
  for (char *cr; (cr = strchr(text, '\r')) != NULL;) {
    memmove(cr, cr + 1, strlen(cr));
  }
  CHECK_EQ_INT(endpoint_set(&end, LOCAL, OFFER, text), PCS_OK);
  endpoint_close(&end);
}

static void test_not_created(void) {
  start();
  endpoint_close(&end);
  CHECK_EQ_INT(endpoint_init(&end, 'a'), PCS_OK);
  CHECK_EQ_INT(endpoint_set(&end, LOCAL, OFFER, text), PCS_ERR_MODIFIED);
  CHECK_EQ_INT(endpoint_set(&end, LOCAL, PCS_DESCRIPTION_ANSWER, text), PCS_ERR_STATE);
  endpoint_close(&end);
}

static void test_not_the_last(void) {
  CHECK_EQ_INT(endpoint_init(&end, 'a'), PCS_OK);
  CHECK_EQ_INT(endpoint_create(&end, OFFER, false), PCS_OK);
  const char *first = endpoint_text(&end, PCS_SLOT_CREATED_OFFER);
  (void)snprintf(text, sizeof text, "%s", first != NULL ? first : "");
  pcs_negotiation_add_data(&end.negotiation);
  CHECK_EQ_INT(endpoint_create(&end, OFFER, false), PCS_OK);
  CHECK_EQ_INT(endpoint_set(&end, LOCAL, OFFER, text), PCS_ERR_MODIFIED);
  endpoint_close(&end);
}

static void test_without_text(void) {
  pcs_data_transport transport;
  start();
  const char *pending;
  CHECK_EQ_INT(endpoint_set(&end, LOCAL, OFFER, ""), PCS_OK);
  CHECK((pending = endpoint_text(&end, PCS_SLOT_PENDING_LOCAL)) != NULL);
  CHECK_EQ_STR(pending, text);
  endpoint_close(&end);
  /* What was created before there was data does not hold any more. */
  CHECK_EQ_INT(endpoint_init(&end, 'a'), PCS_OK);
  CHECK_EQ_INT(endpoint_create(&end, OFFER, false), PCS_OK);
  pcs_negotiation_add_data(&end.negotiation);
  CHECK_EQ_INT(endpoint_set(&end, LOCAL, OFFER, ""), PCS_OK);
  CHECK(pcs_negotiation_local_transport(&end.negotiation, &transport));
  endpoint_close(&end);
}

static void test_own_candidates(void) {
  pcs_candidate candidate = {.foundation = span_of("1"),
                             .component = 1,
                             .priority = 5,
                             .address = {PCS_ADDRESS_IPV4, {192, 0, 2, 1}, 5000}};
  pcs_local_candidate out;
  start();
  CHECK_EQ_INT(endpoint_set(&end, LOCAL, OFFER, text), PCS_OK);
  endpoint_lend(&end, 1024);
  CHECK_EQ_INT(pcs_negotiation_add_local_candidate(&end.negotiation, 1, &candidate, &out), PCS_OK);
  CHECK_EQ_SPAN(out.text, span_of("candidate:1 1 udp 5 192.0.2.1 5000 typ host ufrag auf1"));
  CHECK_EQ_SPAN(out.mid, span_of("0"));
  CHECK_EQ_UINT(out.section, 0);
  endpoint_tidy(&end);
  /* localDescription with its candidates is set again: pages do that. */
  const char *pending = endpoint_text(&end, PCS_SLOT_PENDING_LOCAL);
  CHECK(pending != NULL && strstr(pending, "a=candidate:1 1 udp 5 ") != NULL);
  (void)snprintf(text, sizeof text, "%s", pending);
  CHECK_EQ_INT(endpoint_set(&end, LOCAL, OFFER, text), PCS_OK);
  pending = endpoint_text(&end, PCS_SLOT_PENDING_LOCAL);
  CHECK_EQ_STR(pending, text);
  /* The next offer has them too. */
  CHECK_EQ_INT(endpoint_create(&end, OFFER, false), PCS_OK);
  pending = endpoint_text(&end, PCS_SLOT_CREATED_OFFER);
  CHECK(pending != NULL && strstr(pending, "a=candidate:1 1 udp 5 ") != NULL);
  endpoint_close(&end);
}

int main(void) {
  RUN("a page may leave out or add what moves no authority", test_harmless);
  RUN("X12: a page may change nothing else of its own offer, its credentials least", test_forbidden);
  RUN("line ends may be either", test_line_ends);
  RUN("what was not created here is not set here", test_not_created);
  RUN("an offer that is not the last created is refused", test_not_the_last);
  RUN("without a text the last one is used, while it holds", test_without_text);
  RUN("candidates that were found may stand in the text", test_own_candidates);
  return check_report();
}
