#include "tests/check.h"

#include <dirent.h>

#include "core/sdp/session.h"

static uint8_t memory[8 << 20];
static uint8_t written[2 << 20];

/* An offer with everything: what is known, what is not, two groups of sections. */
static const char rich[] =
    "v=0\r\no=- 4962303333179871722 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
    "a=group:BUNDLE a1 d1\r\na=group:LS a1 v1\r\na=ice-options:trickle ice2\r\na=ice-lite\r\n"
    "a=x-session:kept\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 96 0\r\nc=IN IP4 0.0.0.0\r\nb=AS:64\r\na=mid:a1\r\na=sendonly\r\n"
    "a=rtpmap:96 opus/48000/2\r\na=fmtp:96 minptime=10;useinbandfec=1\r\na=rtcp-fb:96 nack\r\n"
    "a=extmap:1/sendonly urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=msid:stream track\r\n"
    "a=ssrc:1732846380 cname:EocUG1f0fcg/yvY7\r\na=ssrc-group:FID 1 2\r\na=rid:hi send\r\n"
    "a=simulcast:send hi;lo\r\na=rtcp-mux\r\na=ice-ufrag:ETEn\r\n"
    "a=ice-pwd:OtSK0WpNtpUjkY4+86js7ZQl\r\n"
    "a=fingerprint:sha-256 19:E2:1C:3B:4B:9F:81:E6:B8:5C:F4:A5:A8:D8:73:04:BB:05:2F:70:9F:04:A9:0E:"
    "05:E9:26:33:E8:70:88:A2\r\na=fingerprint:sha-9 00:11\r\na=setup:actpass\r\n"
    "a=tls-id:89J2LRATQ3ULA24G9AHWVR31VJWSLB68\r\n"
    "a=candidate:1 1 udp 2113929471 203.0.113.100 10100 typ host\r\na=end-of-candidates\r\n"
    "m=video 0 UDP/TLS/RTP/SAVPF 100\r\na=mid:v1\r\na=bundle-only\r\n"
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:d1\r\n"
    "a=sctp-port:5001\r\na=max-message-size:0\r\na=:\r\n";

static pcs_span span_of(const char *text) {
  return (pcs_span){(const uint8_t *)text, strlen(text)};
}

static pcs_status read_text(pcs_span text, pcs_sdp_session *out, uint32_t *out_line) {
  pcs_arena arena;
  pcs_arena_init(&arena, memory, sizeof memory);
  return pcs_sdp_read(&arena, text, out, out_line);
}

static pcs_span write_text(const pcs_sdp_session *session) {
  pcs_writer writer;
  pcs_writer_init(&writer, written, sizeof written);
  pcs_sdp_write(&writer, session);
  CHECK(!writer.failed);
  return pcs_writer_span(&writer);
}

static void test_keeps_all(void) {
  pcs_sdp_session session;
  uint32_t line;
  /* "a=:" has no name; all other lines are lines. */
  CHECK_EQ_INT(read_text(span_of(rich), &session, &line), PCS_ERR_SYNTAX);
  CHECK_EQ_UINT(line, 41);
  pcs_span good = {(const uint8_t *)rich, sizeof rich - 1 - 5};
  CHECK_EQ_INT(read_text(good, &session, &line), PCS_OK);
  CHECK_EQ_SPAN(write_text(&session), good);
}

static void test_understands(void) {
  pcs_sdp_session session;
  uint32_t line;
  pcs_span good = {(const uint8_t *)rich, sizeof rich - 1 - 5};
  CHECK_EQ_INT(read_text(good, &session, &line), PCS_OK);
  CHECK_EQ_UINT(session.num_sections, 3);
  CHECK_EQ_UINT(session.num_bundles, 1);
  CHECK(session.ice_lite);
  CHECK(session.transport.trickle);
  const pcs_sdp_section *audio = &session.sections[0];
  CHECK_EQ_INT(audio->media_kind, PCS_SDP_MEDIA_AUDIO);
  CHECK_EQ_INT(audio->direction, PCS_SDP_DIRECTION_SENDONLY);
  CHECK_EQ_SPAN(audio->mid, span_of("a1"));
  CHECK(audio->rtcp_mux);
  CHECK_EQ_UINT(audio->transport.num_fingerprints, 1);
  CHECK_EQ_UINT(audio->transport.fingerprints[0].value.data[31], 0xa2);
  CHECK_EQ_INT(audio->transport.setup, PCS_SDP_SETUP_ACTPASS);
  CHECK(audio->transport.end_of_candidates);
  CHECK(session.sections[1].bundle_only);
  CHECK(!pcs_sdp_is_rejected(&session.sections[1]));
  const pcs_sdp_section *data = &session.sections[2];
  CHECK(pcs_sdp_is_data(data));
  CHECK_EQ_UINT(pcs_sdp_data_port(data), 5001);
  CHECK(data->has_message_bytes_max);
  CHECK_EQ_UINT(data->message_bytes_max, 0);
  CHECK_EQ_UINT(pcs_sdp_find_data(&session), 2);
}

static void test_bundled_transport(void) {
  pcs_sdp_session session;
  uint32_t line;
  pcs_span good = {(const uint8_t *)rich, sizeof rich - 1 - 5};
  CHECK_EQ_INT(read_text(good, &session, &line), PCS_OK);
  /* d1 says nothing of a transport: a1, the first of its group, speaks for it; v1 is in no group.
   */
  pcs_sdp_transport data = pcs_sdp_section_transport(&session, 2);
  CHECK_EQ_SPAN(data.ufrag, span_of("ETEn"));
  CHECK_EQ_UINT(data.num_fingerprints, 1);
  CHECK_EQ_INT(data.setup, PCS_SDP_SETUP_ACTPASS);
  CHECK_EQ_UINT(pcs_sdp_section_transport(&session, 1).ufrag.len, 0);
  CHECK(pcs_sdp_section_transport(&session, 1).trickle);
}

static void test_old_form(void) {
  static const char text[] =
      "v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\nt=0 0\n"
      "m=application 9 DTLS/SCTP 5002\n"
      "m=application 9 DTLS/SCTP 5003\na=sctpmap:5004 webrtc-datachannel 1024";
  pcs_sdp_session session;
  uint32_t line;
  CHECK_EQ_INT(read_text(span_of(text), &session, &line), PCS_OK);
  CHECK(pcs_sdp_is_old_data(&session.sections[0]));
  CHECK_EQ_UINT(pcs_sdp_data_port(&session.sections[0]), 5002);
  CHECK_EQ_UINT(pcs_sdp_data_port(&session.sections[1]), 5004);
}

/* What is wrong, and in which line. */
typedef struct wrong {
  const char *text;
  uint32_t line;
} wrong;

#define START "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
#define DATA START "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"

static const wrong wrongs[] = {
    {"", 1},
    {"\r\n", 1},
    {"Invalid SDP", 1},
    {"v=1\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n", 1},
    {"o=- 1 1 IN IP4 0.0.0.0\r\nv=0\r\ns=-\r\nt=0 0\r\n", 1},
    {"v=0\r\ns=-\r\n", 2},
    {"v=0\r\no=- 1 1 IN IP4\r\ns=-\r\nt=0 0\r\n", 2},
    {"v=0\r\no=- 1 1 IN IP4 0.0.0.0 more\r\ns=-\r\nt=0 0\r\n", 2},
    {"v=0\r\no=- one 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n", 2},
    {"v=0\r\no=- 1 1 IN IP7 X\r\ns=-\r\nt=0 0\r\n", 2},
    {"v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\na=x\r\n", 4},
    {"v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nm=audio 9 X 0\r\n", 4},
    {"v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=zero 0\r\n", 4},
    {START "f=x\r\n", 5},
    {START "s=-\r\n", 5},
    {START "A=x\r\n", 5},
    {START "a= x\r\n", 5},
    {START "a=\r\n", 5},
    {START "a=x\r\r\na=y\r\n", 5},
    {START "\r\na=x\r\n", 5},
    {START "a=fingerprint:sha-256\r\n", 5},
    {START "a=fingerprint:sha-256 00:11\r\n", 5},
    {START "a=fingerprint:sha-256 zz\r\n", 5},
    {START "a=setup:both\r\n", 5},
    {START "a=ice-ufrag\r\n", 5},
    {START "a=ice-ufrag:abcd\r\na=ice-ufrag:abcd\r\n", 6},
    {START "m=audio\r\n", 5},
    {START "m=audio 9 X\r\n", 5},
    {START "m=audio 65536 X 0\r\n", 5},
    {START "m=audio 9/x X 0\r\n", 5},
    {DATA "a=mid:0\r\na=mid:0\r\n", 7},
    {DATA "a=mid:a b\r\n", 6},
    {DATA "a=sctp-port:65536\r\n", 6},
    {DATA "a=max-message-size:many\r\n", 6},
    {DATA "a=candidate:1 1 udp\r\n", 6},
    {DATA "a=x\r\nc=IN IP4 0.0.0.0\r\n", 7},
    {DATA "v=0\r\n", 6},
};

static void test_wrong(void) {
  for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
    pcs_sdp_session session;
    uint32_t line = 0;
    if (!CHECK_EQ_INT(read_text(span_of(wrongs[i].text), &session, &line), PCS_ERR_SYNTAX) ||
        !CHECK_EQ_UINT(line, wrongs[i].line)) {
      printf("#   row %zu: %s\n", i, wrongs[i].text);
    }
    CHECK_EQ_UINT(session.num_sections, 0);
  }
}

static void test_nul(void) {
  static const uint8_t text[] = START "a=x\0y\r\n";
  pcs_sdp_session session;
  uint32_t line;
  CHECK_EQ_INT(read_text((pcs_span){text, sizeof text - 1}, &session, &line), PCS_ERR_SYNTAX);
  CHECK_EQ_UINT(line, 5);
}

static void test_blank_end(void) {
  pcs_sdp_session session;
  uint32_t line;
  CHECK_EQ_INT(read_text(span_of(START "a=x\r\n\r\n\n"), &session, &line), PCS_OK);
  CHECK_EQ_SPAN(write_text(&session), span_of(START "a=x\r\n"));
}

static void test_truncations(void) {
  pcs_sdp_session session;
  uint32_t line;
  for (size_t len = 0; len < sizeof rich; len++) {
    /* A copy of exactly that size: one byte too far is seen. */
    uint8_t *copy = malloc(len + 1);
    memcpy(copy, rich, len);
    uint8_t *exact = realloc(copy, len > 0 ? len : 1);
    pcs_status status = read_text((pcs_span){exact, len}, &session, &line);
    CHECK(status == PCS_OK || status == PCS_ERR_SYNTAX);
    free(exact);
  }
}

static void test_small_arenas(void) {
  pcs_sdp_session session;
  uint32_t line;
  pcs_arena arena;
  pcs_span good = {(const uint8_t *)rich, sizeof rich - 1 - 5};
  pcs_arena_init(&arena, memory, sizeof memory);
  CHECK_EQ_INT(pcs_sdp_read(&arena, good, &session, &line), PCS_OK);
  size_t need = arena.used;
  for (size_t len = 0; len < need; len += 7) {
    void *small = malloc(len > 0 ? len : 1);
    pcs_arena_init(&arena, small, len);
    CHECK_EQ_INT(pcs_sdp_read(&arena, good, &session, &line), PCS_ERR_NO_SPACE);
    CHECK_EQ_UINT(line, 0);
    free(small);
  }
}

static void repeat(pcs_writer *writer, const char *text, size_t times) {
  for (size_t i = 0; i < times; i++) {
    pcs_writer_text(writer, text);
  }
}

static pcs_status read_repeated(const char *start, const char *text, size_t times, uint32_t *line) {
  pcs_sdp_session session;
  pcs_writer writer;
  pcs_writer_init(&writer, written, sizeof written);
  pcs_writer_text(&writer, start);
  repeat(&writer, text, times);
  return read_text(pcs_writer_span(&writer), &session, line);
}

static void test_limits(void) {
  uint32_t line;
  CHECK_EQ_INT(read_repeated(START, "m=audio 9 X 0\r\n", 256, &line), PCS_OK);
  CHECK_EQ_INT(read_repeated(START, "m=audio 9 X 0\r\n", 257, &line), PCS_ERR_TOO_LARGE);
  CHECK_EQ_UINT(line, 4 + 257);
  CHECK_EQ_INT(read_repeated(START, "a=group:BUNDLE a\r\n", 16, &line), PCS_OK);
  CHECK_EQ_INT(read_repeated(START, "a=group:BUNDLE a\r\n", 17, &line), PCS_ERR_TOO_LARGE);
  CHECK_EQ_UINT(line, 4 + 17);
  CHECK_EQ_INT(read_repeated(START "a=group:BUNDLE", " a", 256, &line), PCS_OK);
  CHECK_EQ_INT(read_repeated(START "a=group:BUNDLE", " a", 257, &line), PCS_ERR_TOO_LARGE);
  CHECK_EQ_INT(read_repeated(DATA "a=mid:", "x", 256, &line), PCS_OK);
  CHECK_EQ_INT(read_repeated(DATA "a=mid:", "x", 257, &line), PCS_ERR_TOO_LARGE);
  CHECK_EQ_INT(read_repeated(START "a=", "x", PCS_SDP_BYTES_MAX, &line), PCS_ERR_TOO_LARGE);
  CHECK_EQ_UINT(line, 0);
}

static const char *const refused_vectors[] = {
    /* Comments, a line of no known type, lines that are missing, empty or in another order. */
    "browser-03.sdp",           "browser-08.sdp",
    "browser-11.sdp",           "misc-bfcp.sdp",
    "misc-extmap-encrypt.sdp",  "misc-invalid.sdp",
    "misc-mediaclk-avbtp.sdp",  "misc-mediaclk-ptp-v2-w-rate.sdp",
    "misc-mediaclk-ptp-v2.sdp", "misc-mediaclk-rtp.sdp",
    "misc-normal.sdp",          "misc-onvif.sdp",
    "misc-simulcast.sdp",       "misc-tcp-active.sdp",
    "misc-tcp-passive.sdp"};

static bool is_refused(const char *name) {
  for (size_t i = 0; i < sizeof refused_vectors / sizeof refused_vectors[0]; i++) {
    if (strcmp(name, refused_vectors[i]) == 0) {
      return true;
    }
  }
  return false;
}

static void check_vector(const char *folder, const char *name) {
  static uint8_t text[1 << 16];
  char path[1024];
  pcs_sdp_session session;
  uint32_t line;
  (void)snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (!CHECK(file != NULL)) {
    return;
  }
  size_t len = fread(text, 1, sizeof text, file);
  (void)fclose(file);
  pcs_status status = read_text((pcs_span){text, len}, &session, &line);
  if (!CHECK_EQ_INT(status, is_refused(name) ? PCS_ERR_SYNTAX : PCS_OK)) {
    printf("#   %s, line %u\n", name, (unsigned)line);
  }
  if (status == PCS_OK) {
    static uint8_t again[2 << 20];
    pcs_span first = write_text(&session);
    memcpy(again, first.data, first.len);
    CHECK_EQ_INT(read_text((pcs_span){again, first.len}, &session, &line), PCS_OK);
    pcs_span second = write_text(&session);
    CHECK_EQ_BYTES(second.data, second.len, again, first.len);
  }
}

/* tests/core/sdp/read_test.c, three folders below the root; the vectors lie beside the root. */
static void test_vectors(void) {
  static char folder[] = __FILE__ "                                ";
  char *end = strstr(folder, "tests/core/sdp/read_test.c");
  if (end == NULL) {
    CHECK_FAIL("this file is not where it should be");
    return;
  }
  (void)snprintf(end, 32, "../shared/vectors/sdp");
  DIR *vectors = opendir(folder);
  if (vectors == NULL) {
    printf("# skipped: there is no %s\n", folder);
    return;
  }
  for (struct dirent *entry; (entry = readdir(vectors)) != NULL;) {
    if (strstr(entry->d_name, ".sdp") != NULL) {
      check_vector(folder, entry->d_name);
    }
  }
  (void)closedir(vectors);
}

int main(void) {
  RUN("every line is kept, known or not, in its order", test_keeps_all);
  RUN("what an offer says of sections, groups and transports is understood", test_understands);
  RUN("a bundled section without a transport has its group's first", test_bundled_transport);
  RUN("the old form of a data section names its port in two places", test_old_form);
  RUN("a syntax error names its line", test_wrong);
  RUN("a NUL in a line is refused", test_nul);
  RUN("blank lines at the end are no lines", test_blank_end);
  RUN("every truncation is read or refused, and nothing beyond it is touched", test_truncations);
  RUN("an arena that is too small is a status", test_small_arenas);
  RUN("one over each limit is refused at its line", test_limits);
  RUN("descriptions of real programs are read, and written the same twice", test_vectors);
  return check_report();
}
