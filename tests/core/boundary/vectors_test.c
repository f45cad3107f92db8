/*
 * The C half of tests/vectors/boundary.json. The values of each row are drawn here by the rule that
 * tests/vectors/boundary.mjs follows in JavaScript; the bytes must be those in the file.
 */
#include "core/boundary/message.h"
#include "tests/check.h"

#define LINE_BYTES_MAX (64 * 1024)
#define RECORD_BYTES_MAX 8192

typedef enum kind { KIND_ZERO, KIND_FILLED } kind;

/* ---- the rule ---- */

typedef struct fill {
  uint32_t n;
  uint8_t memory[4096];
  size_t used;
} fill;

static uint32_t draw(fill *rule) {
  rule->n = rule->n * 31 + 7;
  return rule->n;
}

static uint64_t draw_u64(fill *rule) {
  uint32_t n = draw(rule);
  return (uint64_t)n << 32 | (uint32_t)~n;
}

static uint8_t *take(fill *rule, size_t len) {
  uint8_t *bytes = rule->memory + rule->used;
  rule->used += len;
  return bytes;
}

static void put_bytes(uint8_t *bytes, uint32_t n, size_t len) {
  for (size_t i = 0; i < len; i++) {
    bytes[i] = (uint8_t)(n + i);
  }
}

static pcs_span draw_bytes(fill *rule, size_t len_max, size_t len_fixed) {
  uint32_t n = draw(rule);
  size_t len = len_fixed > 0 ? len_fixed : 3 + n % 10 < len_max ? 3 + n % 10 : len_max;
  uint8_t *bytes = take(rule, len);
  put_bytes(bytes, n, len);
  return (pcs_span){bytes, len};
}

static pcs_span draw_text(fill *rule, size_t len_max) {
  uint32_t n = draw(rule);
  size_t len = 3 + n % 10 < len_max ? 3 + n % 10 : len_max;
  uint8_t *text = take(rule, len);
  text[0] = 0xc3;
  text[1] = 0xa9;
  for (size_t i = 2; i < len; i++) {
    /* In JavaScript n + i does not wrap. */
    text[i] = (uint8_t)('a' + ((uint64_t)n + i - 2) % 26);
  }
  return (pcs_span){text, len};
}

#define U8(name) into->name = (uint8_t)draw(rule);
#define U16(name) into->name = (uint16_t)draw(rule);
#define U32(name) into->name = draw(rule);
#define U64(name) into->name = draw_u64(rule);
#define FIXED(name, len) put_bytes(into->name, draw(rule), len);
#define TEXT(name, max) into->name = draw_text(rule, max);
#define BYTES(name, max) into->name = draw_bytes(rule, max, 0);
#define REST(name) into->name = draw_bytes(rule, 0, 20);
#define ONE(record, name) fill_##record(rule, &into->name);
#define LIST(record, name, max)                                                                    \
  into->num_##name = (max) < 2 ? (max) : 2;                                                        \
  for (size_t i = 0; i < into->num_##name; i++) {                                                  \
    fill_##record(rule, &into->name[i]);                                                           \
  }
#define PCS_RECORD(name, fields)                                                                   \
  static void fill_##name(fill *rule, pcs_##name *into) {                                          \
    fields                                                                                         \
  }
#include "core/plan/records.def"
#undef PCS_RECORD
#define PCS_MESSAGE(NAME, name, id, direction, phase, right, times, size, fields)                  \
  static void make_##name(pcs_writer *writer, kind which) {                                        \
    static pcs_msg_##name message;                                                                 \
    fill memory = {.n = id};                                                                       \
    fill *rule = &memory;                                                                          \
    pcs_msg_##name *into = &message;                                                               \
    memset(into, 0, sizeof *into);                                                                 \
    if (which == KIND_FILLED) {                                                                    \
      fields                                                                                       \
    }                                                                                              \
    pcs_msg_##name##_encode(writer, into);                                                         \
  }                                                                                                \
  /* Decodes and encodes again; after a refusal the struct must be zero. */                        \
  static pcs_status pass_##name(pcs_span body, pcs_writer *writer) {                               \
    static pcs_msg_##name message;                                                                 \
    static const pcs_msg_##name zero;                                                              \
    memset(&message, 0xa5, sizeof message);                                                        \
    pcs_status status = pcs_msg_##name##_decode(body, &message);                                   \
    if (status == PCS_OK) {                                                                        \
      pcs_msg_##name##_encode(writer, &message);                                                   \
    } else {                                                                                       \
      CHECK(memcmp(&message, &zero, sizeof message) == 0);                                         \
    }                                                                                              \
    return status;                                                                                 \
  }
#include "core/boundary/messages.def"
#undef PCS_MESSAGE
#include "core/boundary/field_undefine.def"

typedef struct codec {
  const char *name;
  uint16_t id;
  void (*make)(pcs_writer *writer, kind which);
  pcs_status (*pass)(pcs_span body, pcs_writer *writer);
} codec;

static const codec codecs[] = {
#define PCS_MESSAGE(NAME, name, id, direction, phase, right, times, size, fields)                  \
  {#NAME, id, make_##name, pass_##name},
#include "core/boundary/messages.def"
#undef PCS_MESSAGE
};
#define NUM_CODECS (sizeof codecs / sizeof codecs[0])

/* ---- the file ---- */

typedef struct vector {
  const codec *codec;
  char kind[128];
  bool accepted;
  uint8_t bytes[RECORD_BYTES_MAX];
  size_t len;
} vector;

/* Copies what stands between quotes behind "key":, and gives its length. */
static size_t value_of(const char *line, const char *key, char *out, size_t capacity) {
  char pattern[32];
  snprintf(pattern, sizeof pattern, "\"%s\":\"", key);
  const char *start = strstr(line, pattern);
  const char *end = start != NULL ? strchr(start + strlen(pattern), '"') : NULL;
  if (end == NULL) {
    return 0;
  }
  start += strlen(pattern);
  size_t len = (size_t)(end - start) < capacity - 1 ? (size_t)(end - start) : capacity - 1;
  memcpy(out, start, len);
  out[len] = 0;
  return len;
}

static const codec *codec_named(const char *name) {
  for (size_t i = 0; i < NUM_CODECS; i++) {
    if (strcmp(codecs[i].name, name) == 0) {
      return &codecs[i];
    }
  }
  return NULL;
}

static bool parse_line(const char *line, vector *out) {
  static char text[LINE_BYTES_MAX];
  if (value_of(line, "message", text, sizeof text) == 0) {
    return false;
  }
  out->codec = codec_named(text);
  value_of(line, "kind", out->kind, sizeof out->kind);
  value_of(line, "status", text, sizeof text);
  out->accepted = strcmp(text, "OK") == 0;
  out->len = value_of(line, "hex", text, sizeof text) / 2;
  for (size_t i = 0; i < out->len; i++) {
    const char pair[3] = {text[2 * i], text[2 * i + 1], 0};
    out->bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
  }
  return true;
}

/* Calls visit for every vector; says how many there were. */
static size_t each_vector(void (*visit)(const vector *)) {
  static char line[LINE_BYTES_MAX];
  static vector current;
  char path[1024];
  size_t num = 0;
  const char *up = strstr(__FILE__, "core/boundary/vectors_test.c");
  snprintf(path, sizeof path, "%.*svectors/boundary.json", (int)(up - __FILE__), __FILE__);
  FILE *file = fopen(path, "r");
  if (!CHECK(file != NULL)) {
    return 0;
  }
  while (fgets(line, sizeof line, file) != NULL) {
    if (parse_line(line, &current)) {
      num++;
      visit(&current);
    }
  }
  fclose(file);
  return num;
}

static pcs_span body_of(const vector *from) {
  return (pcs_span){from->bytes + PCS_RECORD_HEADER_BYTES, from->len - PCS_RECORD_HEADER_BYTES};
}

/* ---- tests ---- */

static void check_equals_rule(const vector *wanted) {
  uint8_t memory[RECORD_BYTES_MAX];
  pcs_writer writer;
  if (!wanted->accepted || !CHECK(wanted->codec != NULL)) {
    return;
  }
  pcs_writer_init(&writer, memory, sizeof memory);
  wanted->codec->make(&writer, strcmp(wanted->kind, "zero") == 0 ? KIND_ZERO : KIND_FILLED);
  CHECK(!writer.failed);
  if (!CHECK_EQ_BYTES(writer.data, writer.len, wanted->bytes, wanted->len)) {
    printf("#   %s %s\n", wanted->codec->name, wanted->kind);
  }
}

static void test_encodes_as_javascript(void) {
  CHECK(each_vector(check_equals_rule) >= 2 * NUM_CODECS);
}

static void check_round_trip(const vector *wanted) {
  uint8_t memory[RECORD_BYTES_MAX];
  pcs_writer writer;
  pcs_record record;
  pcs_span stream = {wanted->bytes, wanted->len};
  if (!wanted->accepted || !CHECK(wanted->codec != NULL)) {
    return;
  }
  CHECK_EQ_INT(pcs_record_next(&stream, &record), PCS_OK);
  CHECK_EQ_UINT(record.id, wanted->codec->id);
  CHECK_EQ_UINT(stream.len, 0);
  pcs_writer_init(&writer, memory, sizeof memory);
  CHECK_EQ_INT(wanted->codec->pass(record.body, &writer), PCS_OK);
  CHECK_EQ_BYTES(writer.data, writer.len, wanted->bytes, wanted->len);
}

static void test_round_trips(void) {
  CHECK(each_vector(check_round_trip) > 0);
}

/* What is accepted after a cut can only be a shorter payload, and then means exactly these bytes.
 */
static bool is_shorter_payload(const vector *from, pcs_span body) {
  uint8_t memory[RECORD_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  bool payload = from->codec->id == PCS_MSG_SEND || from->codec->id == PCS_MSG_RECEIVED;
  return from->codec->pass(body, &writer) == PCS_OK && payload && body.len >= 5 &&
         memcmp(memory + PCS_RECORD_HEADER_BYTES, body.data, body.len) == 0;
}

static void check_truncations(const vector *whole) {
  if (!whole->accepted || !CHECK(whole->codec != NULL)) {
    return;
  }
  pcs_span body = body_of(whole);
  for (size_t len = 0; len < body.len; len++) {
    uint8_t scratch[RECORD_BYTES_MAX];
    pcs_writer writer;
    /* A copy of its own size, so that a read past the end is seen. */
    uint8_t *cut = malloc(len + 1);
    memcpy(cut, body.data, len);
    pcs_writer_init(&writer, scratch, sizeof scratch);
    pcs_status status = whole->codec->pass((pcs_span){cut, len}, &writer);
    if (!CHECK(status == PCS_ERR_SYNTAX || is_shorter_payload(whole, (pcs_span){cut, len}))) {
      printf("#   %s %s cut to %zu of %zu bytes\n", whole->codec->name, whole->kind, len, body.len);
    }
    free(cut);
  }
}

static void test_refuses_truncations(void) {
  CHECK(each_vector(check_truncations) > 0);
}

static void check_trailing(const vector *whole) {
  uint8_t scratch[RECORD_BYTES_MAX + 1];
  uint8_t longer[RECORD_BYTES_MAX + 1];
  pcs_writer writer;
  if (!whole->accepted || !CHECK(whole->codec != NULL)) {
    return;
  }
  pcs_span body = body_of(whole);
  memcpy(longer, body.data, body.len);
  longer[body.len] = 0;
  pcs_writer_init(&writer, scratch, sizeof scratch);
  pcs_span more = {longer, body.len + 1};
  CHECK(whole->codec->pass(more, &writer) == PCS_ERR_SYNTAX || is_shorter_payload(whole, more));
}

static void test_refuses_trailing_bytes(void) {
  CHECK(each_vector(check_trailing) > 0);
}

static void check_refused(const vector *wrong) {
  uint8_t scratch[RECORD_BYTES_MAX];
  pcs_writer writer;
  if (wrong->accepted || !CHECK(wrong->codec != NULL)) {
    return;
  }
  pcs_writer_init(&writer, scratch, sizeof scratch);
  if (!CHECK_EQ_INT(wrong->codec->pass((pcs_span){wrong->bytes, wrong->len}, &writer),
                    PCS_ERR_SYNTAX)) {
    printf("#   %s %s\n", wrong->codec->name, wrong->kind);
  }
}

static void test_refuses_over_limits(void) {
  CHECK(each_vector(check_refused) > NUM_CODECS);
}

int main(void) {
  RUN("C and JavaScript encode every message to the same bytes", test_encodes_as_javascript);
  RUN("every message survives decoding and encoding", test_round_trips);
  RUN("every truncation of every message is refused and leaves zeros", test_refuses_truncations);
  RUN("a byte too many is refused", test_refuses_trailing_bytes);
  RUN("one over each limit, and text that is not UTF-8, is refused", test_refuses_over_limits);
  return check_report();
}
