/* Which internationalised names are shown as people write them: none that could be another's. */
#include "host/window/host_name.h"

#include "tests/check.h"

static void expect(const char *text, pcs_spelling wanted) {
  char *host = g_hostname_to_ascii(text);
  char *spelt = NULL;
  if (!CHECK(host != NULL)) {
    return;
  }
  if (!CHECK_EQ_INT(pcs_host_spell(host, &spelt), wanted)) {
    printf("#   %s (%s)\n", text, host);
  }
  if (wanted == PCS_SPELLING_SAFE) {
    CHECK_EQ_STR(spelt, text);
  } else {
    CHECK(spelt == NULL);
  }
  g_free(spelt);
  g_free(host);
}

static void test_safe(void) {
  expect("münchen.example", PCS_SPELLING_SAFE);
  expect("café-42.example", PCS_SPELLING_SAFE);
  expect("почта.example", PCS_SPELLING_SAFE);
  expect("ελλάδα.example", PCS_SPELLING_SAFE);
  expect("日本語.example", PCS_SPELLING_SAFE);
  expect("ひらがなカタカナ.example", PCS_SPELLING_SAFE);
  expect("한국.example", PCS_SPELLING_SAFE);
}

static void test_plain(void) {
  expect("app.example", PCS_SPELLING_PLAIN);
  expect("127.0.0.1", PCS_SPELLING_PLAIN);
  char *text = NULL;
  CHECK_EQ_INT(pcs_host_spell("[::1]", &text), PCS_SPELLING_PLAIN);
}

static void test_risky(void) {
  expect("аррӏе.example", PCS_SPELLING_RISKY);       /* all Cyrillic, looks Latin */
  expect("раураӏ.example", PCS_SPELLING_RISKY);      /* all Cyrillic, looks Latin */
  expect("pаypal.example", PCS_SPELLING_RISKY);      /* one Cyrillic letter */
  expect("αβγd.example", PCS_SPELLING_RISKY);        /* Greek and Latin */
  expect("ορο.example", PCS_SPELLING_RISKY);         /* all Greek, looks Latin */
  expect("g\u0131thub.example", PCS_SPELLING_RISKY); /* dotless i */
  expect("日本a.example", PCS_SPELLING_RISKY);
  expect("a\u0338b.example", PCS_SPELLING_RISKY); /* a stroke over a letter */
}

static void test_right_to_left(void) {
  expect("שלום.example", PCS_SPELLING_RISKY);
  expect("مثال.example", PCS_SPELLING_RISKY);
}

/* Encodings that nobody would write: of plain ASCII, broken, or of what is not a letter. */
static void test_forged(void) {
  static const char *const hosts[] = {
      "xn--google-.example",         "xn--a.example",  "xn--.example", "xn--99999999999.example",
      "xn--a-b.xn--zzzzzzz.example", "xn--n3h.example"};
  for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
    char *text = NULL;
    CHECK_EQ_INT(pcs_host_spell(hosts[i], &text), PCS_SPELLING_RISKY);
    CHECK(text == NULL);
    g_free(text);
  }
}

int main(void) {
  RUN("a name in one script that stands for itself is shown as it is written", test_safe);
  RUN("a name without encoded parts has one spelling", test_plain);
  RUN("a name that looks like another is shown encoded", test_risky);
  RUN("a name written from right to left is shown encoded", test_right_to_left);
  RUN("an encoding that no name has is shown as it is", test_forged);
  return check_report();
}
