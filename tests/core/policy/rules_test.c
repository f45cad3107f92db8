#include "core/policy/rules.h"

#include "tests/core/policy/scene.h"

static pcs_rules rules_with(const char *scheme) {
  return (pcs_rules){.schemes = {pcs_span_of_text(scheme)}, .num_schemes = 1};
}

static void test_trust(void) {
  static const struct {
    const char *origin;
    bool trusted, remembered;
  } cases[] = {{"https://a.example", true, true},
               {"https://a.example:8443", true, true},
               {"http://a.example", false, false},
               {"http://localhost:3000", true, false},
               {"http://127.0.0.1", true, false},
               {"http://[::1]:8000", true, false},
               {"http://127.0.0.1.example", false, false},
               {"null", false, false},
               {"app://demo", true, true},
               {"other://demo", false, false},
               {"ws://a.example", false, false},
               {"http://192.168.1.2", false, false}};
  pcs_rules rules = rules_with("app");
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    pcs_origin origin = scene_origin(cases[i].origin);
    bool trusted = pcs_rules_trust(&rules, &origin) == cases[i].trusted;
    if (!CHECK(trusted) || !CHECK(pcs_rules_remember(&rules, &origin) == cases[i].remembered)) {
      printf("#   %s\n", cases[i].origin);
    }
  }
  pcs_rules none = {0};
  pcs_origin app = scene_origin("app://demo");
  CHECK(!pcs_rules_trust(&none, &app));
}

static void test_check(void) {
  static const struct {
    const char *scheme;
    pcs_status status;
  } cases[] = {{"app", PCS_OK},          {"web+app", PCS_OK},
               {"x-1.y", PCS_OK},        {"", PCS_ERR_SYNTAX},
               {"App", PCS_ERR_SYNTAX},  {"1app", PCS_ERR_SYNTAX},
               {"app:", PCS_ERR_SYNTAX}, {"a b", PCS_ERR_SYNTAX},
               {"http", PCS_ERR_DENIED}, {"ws", PCS_ERR_DENIED},
               {"file", PCS_ERR_DENIED}, {"data", PCS_ERR_DENIED},
               {"blob", PCS_ERR_DENIED}, {"about", PCS_ERR_DENIED},
               {"null", PCS_ERR_DENIED}, {"javascript", PCS_ERR_DENIED}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    pcs_rules rules = rules_with(cases[i].scheme);
    if (!CHECK_EQ_INT(pcs_rules_check(&rules), cases[i].status)) {
      printf("#   %s\n", cases[i].scheme);
    }
  }
  pcs_rules many = rules_with("app");
  many.num_schemes = PCS_SECURE_SCHEMES_MAX + 1;
  CHECK_EQ_INT(pcs_rules_check(&many), PCS_ERR_RANGE);
}

static void test_http_by_rule(void) {
  pcs_rules rules = rules_with("http");
  pcs_origin origin = scene_origin("http://a.example");
  CHECK(!pcs_rules_trust(&rules, &origin));
  CHECK(!pcs_rules_remember(&rules, &origin));
}

int main(void) {
  RUN("http is trusted on loopback only, and never remembered", test_trust);
  RUN("a scheme that any site can fill is refused as the program's own", test_check);
  RUN("rules that name http still do not open it", test_http_by_rule);
  return check_report();
}
