#include "core/plan/plan.h"
#include "tests/check.h"

static const uint8_t digest[PCS_FINGERPRINT_BYTES_MAX];

static pcs_candidate good_candidate(void) {
  return (pcs_candidate){
      .foundation = pcs_span_of_text("1a+/"),
      .component = 1,
      .transport = PCS_TRANSPORT_UDP,
      .type = PCS_CANDIDATE_HOST,
      .priority = 2130706431,
      .address = {.family = PCS_ADDRESS_IPV4, .bytes = {192, 0, 2, 1}, .port = 5000}};
}

static void test_good_candidates(void) {
  pcs_candidate candidate = good_candidate();
  CHECK_EQ_INT(pcs_candidate_check(&candidate), PCS_OK);
  candidate.address = (pcs_address){.family = PCS_ADDRESS_IPV6, .bytes = {0x20, 1}, .port = 1};
  candidate.related = (pcs_address){.family = PCS_ADDRESS_IPV4, .bytes = {10, 0, 0, 1}, .port = 9};
  candidate.type = PCS_CANDIDATE_RELAY;
  CHECK_EQ_INT(pcs_candidate_check(&candidate), PCS_OK);
  candidate.transport = PCS_TRANSPORT_TCP;
  candidate.tcp_type = PCS_TCP_PASSIVE;
  CHECK_EQ_INT(pcs_candidate_check(&candidate), PCS_OK);
  candidate.address = (pcs_address){.family = PCS_ADDRESS_NAME, .port = 9};
  candidate.name = pcs_span_of_text("1f4712db-ea17-4bcf-a596-105139dfd8bf.local");
  CHECK_EQ_INT(pcs_candidate_check(&candidate), PCS_OK);
}

/* One field of a good candidate made wrong. */
#define REFUSES_CANDIDATE(change)                                                                  \
  do {                                                                                             \
    pcs_candidate wrong = good_candidate();                                                        \
    wrong.change;                                                                                  \
    CHECK(pcs_candidate_check(&wrong) != PCS_OK);                                                  \
  } while (0)

static void test_wrong_candidates(void) {
  REFUSES_CANDIDATE(component = 0);
  REFUSES_CANDIDATE(component = 3);
  REFUSES_CANDIDATE(transport = 2);
  REFUSES_CANDIDATE(transport = PCS_TRANSPORT_TCP); /* without a tcptype */
  REFUSES_CANDIDATE(tcp_type = PCS_TCP_ACTIVE);     /* on UDP */
  REFUSES_CANDIDATE(type = 4);
  REFUSES_CANDIDATE(priority = 0);
  REFUSES_CANDIDATE(priority = 0x80000000U);
  REFUSES_CANDIDATE(foundation.len = 0);
  REFUSES_CANDIDATE(foundation = pcs_span_of_text("a b"));
  REFUSES_CANDIDATE(foundation = pcs_span_of_text("123456789012345678901234567890123"));
  REFUSES_CANDIDATE(address.family = PCS_ADDRESS_NONE);
  REFUSES_CANDIDATE(address.family = 5);
  REFUSES_CANDIDATE(address.bytes[4] = 1);
  REFUSES_CANDIDATE(address.bytes[15] = 1);
  REFUSES_CANDIDATE(related.port = 9); /* of no address */
  REFUSES_CANDIDATE(related.bytes[0] = 9);
  REFUSES_CANDIDATE(related.family = PCS_ADDRESS_NAME);
  REFUSES_CANDIDATE(name = pcs_span_of_text("1f4712db-ea17-4bcf-a596-105139dfd8bf.local"));
}

static void test_names_never_reach_a_resolver(void) {
  pcs_candidate candidate = good_candidate();
  candidate.address = (pcs_address){.family = PCS_ADDRESS_NAME, .port = 9};
  CHECK_EQ_INT(pcs_candidate_check(&candidate), PCS_ERR_SYNTAX);
  candidate.name = pcs_span_of_text("secret.attacker.example");
  CHECK_EQ_INT(pcs_candidate_check(&candidate), PCS_ERR_SYNTAX);
}

static pcs_ice_server good_server(void) {
  return (pcs_ice_server){.scheme = PCS_SERVER_TURN,
                          .port = 3478,
                          .host = pcs_span_of_text("turn.example.org"),
                          .username = pcs_span_of_text("user"),
                          .credential = pcs_span_of_text("password")};
}

#define REFUSES_SERVER(change)                                                                     \
  do {                                                                                             \
    pcs_ice_server wrong = good_server();                                                          \
    wrong.change;                                                                                  \
    CHECK(pcs_ice_server_check(&wrong) != PCS_OK);                                                 \
  } while (0)

static void test_servers(void) {
  pcs_ice_server server = good_server();
  CHECK_EQ_INT(pcs_ice_server_check(&server), PCS_OK);
  server.host = pcs_span_of_text("2001:db8::1");
  CHECK_EQ_INT(pcs_ice_server_check(&server), PCS_OK);
  server.host = pcs_span_of_text("192.0.2.1");
  CHECK_EQ_INT(pcs_ice_server_check(&server), PCS_OK);
  REFUSES_SERVER(scheme = 4);
  REFUSES_SERVER(transport = 2);
  REFUSES_SERVER(port = 0);
  REFUSES_SERVER(host.len = 0);
  REFUSES_SERVER(host = pcs_span_of_text("[2001:db8::1]"));
  REFUSES_SERVER(host = pcs_span_of_text("0x7f.1"));
  REFUSES_SERVER(host = pcs_span_of_text("a b"));
  REFUSES_SERVER(username.len = PCS_ICE_USERNAME_BYTES_MAX + 1);
  REFUSES_SERVER(credential.len = PCS_ICE_CREDENTIAL_BYTES_MAX + 1);
}

static pcs_plan good_plan(void) {
  return (pcs_plan){.generation = 1,
                    .ice_role = PCS_ICE_CONTROLLING,
                    .remote_ufrag = pcs_span_of_text("9uB6"),
                    .remote_password = pcs_span_of_text("YH75Fviy6338Vbrhrlp8Yh"),
                    .dtls_role = PCS_DTLS_SERVER,
                    .fingerprints = {{.hash = PCS_HASH_SHA_256, .value = {digest, 32}}},
                    .num_fingerprints = 1,
                    .has_data = 1,
                    .sctp_port = 5000,
                    .remote_message_bytes_max = 65536};
}

#define REFUSES_PLAN(change)                                                                       \
  do {                                                                                             \
    pcs_plan wrong = good_plan();                                                                  \
    wrong.change;                                                                                  \
    CHECK(pcs_plan_check(&wrong) != PCS_OK);                                                       \
  } while (0)

static void test_plans(void) {
  pcs_plan plan = good_plan();
  CHECK_EQ_INT(pcs_plan_check(&plan), PCS_OK);
  plan.remote_tls_id = pcs_span_of_text("abcdefghij+/-_012345");
  CHECK_EQ_INT(pcs_plan_check(&plan), PCS_OK);
  plan.has_data = 0;
  plan.sctp_port = 0;
  CHECK_EQ_INT(pcs_plan_check(&plan), PCS_OK);
  REFUSES_PLAN(ice_role = 2);
  REFUSES_PLAN(remote_lite = 2);
  REFUSES_PLAN(dtls_role = 2);
  REFUSES_PLAN(has_data = 2);
  REFUSES_PLAN(sctp_port = 0);
  REFUSES_PLAN(remote_ufrag.len = 3);
  REFUSES_PLAN(remote_ufrag = pcs_span_of_text("9u-6"));
  REFUSES_PLAN(remote_password.len = 21);
  REFUSES_PLAN(remote_password = pcs_span_of_text("YH75Fviy6338 brhrlp8Yh"));
  REFUSES_PLAN(remote_tls_id = pcs_span_of_text("abcdefghij+/-_01234"));
  REFUSES_PLAN(remote_tls_id = pcs_span_of_text("abcdefghij+/-_01234:"));
}

static void test_fingerprints(void) {
  pcs_plan plan = good_plan();
  REFUSES_PLAN(num_fingerprints = 0);
  REFUSES_PLAN(num_fingerprints = PCS_FINGERPRINTS_MAX + 1);
  REFUSES_PLAN(fingerprints[0].value.len = 31);
  REFUSES_PLAN(fingerprints[0].hash = 6);
  REFUSES_PLAN(fingerprints[0].hash = 0);
  plan.fingerprints[1] = (pcs_fingerprint){.hash = PCS_HASH_SHA_1, .value = {digest, 20}};
  plan.num_fingerprints = 2;
  CHECK_EQ_INT(pcs_plan_check(&plan), PCS_OK);
  plan.fingerprints[0] = plan.fingerprints[1];
  CHECK_EQ_INT(pcs_plan_check(&plan), PCS_ERR_UNSUPPORTED);
}

static void test_address_equality(void) {
  pcs_address a = {.family = PCS_ADDRESS_IPV4, .bytes = {1, 2, 3, 4}, .port = 5};
  pcs_address b = a;
  CHECK(pcs_address_equal(&a, &b));
  b.port++;
  CHECK(!pcs_address_equal(&a, &b));
  b = a;
  b.family = PCS_ADDRESS_IPV6;
  CHECK(!pcs_address_equal(&a, &b));
  b = a;
  b.bytes[3]++;
  CHECK(!pcs_address_equal(&a, &b));
}

int main(void) {
  RUN("candidates of every kind pass", test_good_candidates);
  RUN("a candidate with one field out of its range is refused", test_wrong_candidates);
  RUN("a candidate name that is not mDNS's is refused", test_names_never_reach_a_resolver);
  RUN("an ICE server is a literal address or a DNS name", test_servers);
  RUN("a plan with one field out of its range is refused", test_plans);
  RUN("a plan without a strong fingerprint of the right length is refused", test_fingerprints);
  RUN("addresses are equal by family, bytes and port", test_address_equality);
  return check_report();
}
