/* Who may see the inspector, and which requests may be its page's: everything else is refused
 * (requirements A37, X32). */
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "host/broker/inspector_answer.h"
#include "host/broker/inspector_keys.h"
#include "host/broker/inspector_request.h"
#include "tests/check.h"

static const pcs_address listener = {
    .family = PCS_ADDRESS_IPV4, .bytes = {127, 0, 0, 1}, .port = 4711};
static uint8_t memory[PCS_HTTP_HEAD_BYTES_MAX];

#define OWN_HOST "Host: 127.0.0.1:4711\r\n"
#define OWN_ORIGIN "Origin: http://127.0.0.1:4711\r\n"
#define MARK "X-Portcullis: internals\r\n"

static unsigned verdict(const char *line, const char *headers, pcs_inspector_request *out) {
  pcs_inspector_refusal refusal;
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_writer_text(&writer, line);
  pcs_writer_text(&writer, "\r\n");
  pcs_writer_text(&writer, headers);
  pcs_writer_text(&writer, "\r\n");
  pcs_status status =
      pcs_inspector_request_read(out, &refusal, pcs_writer_span(&writer), &listener);
  CHECK((status == PCS_OK) == (refusal.http_status == 0));
  return status == PCS_OK ? 200 : refusal.http_status;
}

static unsigned get(const char *headers) {
  pcs_inspector_request request;
  return verdict("GET /00ff/feed HTTP/1.1", headers, &request);
}

static unsigned post(const char *headers) {
  pcs_inspector_request request;
  return verdict("POST /00ff/stop?page=1 HTTP/1.1", headers, &request);
}

static void test_good(void) {
  pcs_inspector_request request;
  CHECK_EQ_UINT(verdict("GET /?token=abc HTTP/1.1", OWN_HOST, &request), 200);
  CHECK_EQ_SPAN(request.token, pcs_span_of_text("abc"));
  CHECK_EQ_UINT(verdict("GET / HTTP/1.1", OWN_HOST, &request), 200);
  CHECK(request.token.data != NULL && request.token.len == 0);
  CHECK_EQ_UINT(verdict("POST /00ff/stop?page=77 HTTP/1.1",
                        OWN_HOST OWN_ORIGIN MARK
                        "Content-Length: 0\r\nSec-Fetch-Site: same-origin\r\n"
                        "Cookie: a=b; portcullis-internals=cc; portcullis-internals=dd\r\n",
                        &request),
                200);
  CHECK(request.is_post && request.token.data == NULL);
  CHECK_EQ_SPAN(request.key, pcs_span_of_text("00ff"));
  CHECK_EQ_SPAN(request.name, pcs_span_of_text("stop"));
  CHECK_EQ_SPAN(request.cookie, pcs_span_of_text("cc"));
  uint64_t number = 0;
  CHECK_EQ_INT(pcs_inspector_request_number(&request, "page=", &number), PCS_OK);
  CHECK_EQ_UINT(number, 77);
  CHECK_EQ_INT(pcs_inspector_request_number(&request, "grant=", &number), PCS_ERR_SYNTAX);
  CHECK_EQ_UINT(get(OWN_HOST "Sec-Fetch-Site: none\r\nSec-Fetch-Dest: document\r\n"), 200);
}

static void test_hosts(void) {
  static const char *const others[] = {"",
                                       "Host: localhost:4711\r\n",
                                       "Host: 127.0.0.1\r\n",
                                       "Host: 127.0.0.1:4712\r\n",
                                       "Host: evil.example:4711\r\n",
                                       "Host: 127.0.0.1:4711.evil.example\r\n",
                                       "Host: 127.1:4711\r\n",
                                       "Host: [::1]:4711\r\n"};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    CHECK_EQ_UINT(get(others[i]), 403);
  }
}

static void test_foreign(void) {
  static const char *const others[] = {
      OWN_HOST "Origin: http://127.0.0.1:4712\r\n",
      OWN_HOST "Origin: null\r\n",
      OWN_HOST "Origin:\r\n",
      OWN_HOST "Sec-Fetch-Site: cross-site\r\n",
      OWN_HOST "Sec-Fetch-Site: same-site\r\n", /* another port of this address */
      OWN_HOST "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Dest: iframe\r\n",
      OWN_HOST "Sec-Fetch-Dest: embed\r\n",
      OWN_HOST "Sec-Fetch-Dest: object\r\n"};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    CHECK_EQ_UINT(get(others[i]), 403);
  }
  CHECK_EQ_UINT(post(OWN_HOST OWN_ORIGIN MARK), 200);
  CHECK_EQ_UINT(post(OWN_HOST MARK), 403);
  CHECK_EQ_UINT(post(OWN_HOST OWN_ORIGIN), 403);
  CHECK_EQ_UINT(post(OWN_HOST "Origin: http://127.0.0.1:4712\r\n" MARK), 403);
  CHECK_EQ_UINT(post(OWN_HOST OWN_ORIGIN "X-Portcullis: other\r\n"), 403);
}

static void test_lines(void) {
  static const char *const lines[] = {
      "PUT /00ff/ HTTP/1.1",       "OPTIONS /00ff/ HTTP/1.1",   "GET /00ff/ HTTP/1.0",
      "GET /00ff HTTP/1.1",        "GET 00ff/ HTTP/1.1",        "GET  /00ff/ HTTP/1.1",
      "GET /00ff/../x HTTP/1.1",   "GET /00ff/%2e HTTP/1.1",    "GET /00ff/a/b HTTP/1.1",
      "GET /00ff/a\\b HTTP/1.1",   "GET /00ff/ HTTP/1.1 more",  "GET",
      "GET http://127.0.0.1:4711/00ff/ HTTP/1.1"};
  pcs_inspector_request request;
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    CHECK_EQ_UINT(verdict(lines[i], OWN_HOST, &request), 400);
  }
  CHECK_EQ_UINT(post(OWN_HOST OWN_ORIGIN MARK "Content-Length: 1\r\n"), 400);
  CHECK_EQ_UINT(post(OWN_HOST OWN_ORIGIN MARK "Transfer-Encoding: chunked\r\n"), 400);
  CHECK_EQ_UINT(get(OWN_HOST OWN_HOST), 400);
}

/* ---- keys ---- */

static pcs_span hex(uint8_t *out, size_t capacity, const uint8_t *bytes, size_t len) {
  pcs_writer writer;
  pcs_writer_init(&writer, out, capacity);
  pcs_writer_hex(&writer, (pcs_span){bytes, len});
  return pcs_writer_span(&writer);
}

static bool enters(pcs_inspector_keys *keys, uint64_t now_us, const uint8_t *token,
                   pcs_inspector_session *out_session) {
  uint8_t text[2 * PCS_INSPECTOR_TOKEN_BYTES];
  pcs_span shown = hex(text, sizeof text, token, PCS_INSPECTOR_TOKEN_BYTES);
  return pcs_inspector_keys_redeem(keys, now_us, shown, out_session) == PCS_OK;
}

static bool admits(const pcs_inspector_keys *keys, const uint8_t *key, const uint8_t *cookie) {
  uint8_t key_text[2 * PCS_INSPECTOR_KEY_BYTES];
  uint8_t cookie_text[2 * PCS_INSPECTOR_COOKIE_BYTES];
  return pcs_inspector_keys_admit(keys, hex(key_text, sizeof key_text, key, PCS_INSPECTOR_KEY_BYTES),
                                  hex(cookie_text, sizeof cookie_text, cookie,
                                      PCS_INSPECTOR_COOKIE_BYTES));
}

static void test_token(void) {
  pcs_random random = pcs_random_system();
  pcs_inspector_keys *keys = NULL;
  pcs_inspector_session session;
  uint8_t token[PCS_INSPECTOR_TOKEN_BYTES] = {0};
  CHECK_EQ_INT(pcs_inspector_keys_new(&keys, &random), PCS_OK);
  CHECK(!enters(keys, 1, token, &session)); /* the places are zero, and free */
  CHECK(!admits(keys, token, token));
  pcs_inspector_keys_issue(keys, 1, token);
  CHECK(enters(keys, 2, token, &session));
  CHECK(!enters(keys, 2, token, &session));
  pcs_inspector_keys_issue(keys, 1, token);
  CHECK(!enters(keys, 1 + PCS_INSPECTOR_TOKEN_LIFETIME_US, token, &session));
  CHECK(!enters(keys, 2, token, &session)); /* shown too late, it is void for good */
  pcs_inspector_keys_issue(keys, 1, token);
  token[31] ^= 1;
  CHECK(!enters(keys, 2, token, &session));
  CHECK_EQ_INT(pcs_inspector_keys_redeem(keys, 2, (pcs_span){0}, &session), PCS_ERR_DENIED);
  pcs_inspector_keys_free(keys);
}

static void test_session(void) {
  pcs_random random = pcs_random_system();
  pcs_inspector_keys *keys = NULL;
  pcs_inspector_session sessions[PCS_INSPECTOR_SESSIONS_MAX + 1];
  uint8_t token[PCS_INSPECTOR_TOKEN_BYTES];
  CHECK_EQ_INT(pcs_inspector_keys_new(&keys, &random), PCS_OK);
  for (size_t i = 0; i < 2; i++) {
    pcs_inspector_keys_issue(keys, 1, token);
    CHECK(enters(keys, 1, token, &sessions[i]));
  }
  CHECK(admits(keys, sessions[0].key, sessions[0].cookie));
  CHECK(admits(keys, sessions[1].key, sessions[1].cookie));
  CHECK(!admits(keys, sessions[0].key, sessions[1].cookie));
  for (size_t i = 2; i <= PCS_INSPECTOR_SESSIONS_MAX; i++) {
    pcs_inspector_keys_issue(keys, 1, token);
    CHECK(enters(keys, 1, token, &sessions[i]));
  }
  CHECK(!admits(keys, sessions[0].key, sessions[0].cookie)); /* the oldest has gone */
  CHECK(admits(keys, sessions[1].key, sessions[1].cookie));
  pcs_inspector_keys_free(keys);
}

static void test_answers(void) {
  static const char *const guards[] = {"\r\nX-Frame-Options: DENY\r\n",
                                       "frame-ancestors 'none'",
                                       "Content-Security-Policy: default-src 'none'; ",
                                       "\r\nCross-Origin-Resource-Policy: same-origin\r\n",
                                       "\r\nCross-Origin-Opener-Policy: same-origin\r\n",
                                       "\r\nReferrer-Policy: no-referrer\r\n",
                                       "\r\nX-Content-Type-Options: nosniff\r\n",
                                       "\r\nCache-Control: no-store\r\n"};
  const uint16_t statuses[] = {200, 204, 303, 400, 403, 404, 405, 408, 431, 500, 503};
  for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
    char head[PCS_INSPECTOR_HEAD_BYTES_MAX + 1];
    pcs_writer writer;
    pcs_writer_init(&writer, (uint8_t *)head, sizeof head - 1);
    pcs_inspector_answer_write_head(&writer, &(pcs_inspector_answer){.http_status = statuses[i]});
    CHECK(!writer.failed);
    head[writer.len] = '\0';
    for (size_t j = 0; j < sizeof guards / sizeof guards[0]; j++) {
      CHECK(strstr(head, guards[j]) != NULL);
    }
    CHECK(strstr(head, "Access-Control") == NULL);
  }
}

int main(void) {
  RUN("the page's own requests are read", test_good);
  RUN("a Host that is not the literal address and port is refused", test_hosts);
  RUN("what another site's page, or a frame, can send is refused", test_foreign);
  RUN("a request line or body that is not ours is refused", test_lines);
  RUN("a token opens one session, once, within a minute", test_token);
  RUN("a session needs both halves, and the oldest goes", test_session);
  RUN("every answer has the headers that keep it apart", test_answers);
  return check_report();
}
