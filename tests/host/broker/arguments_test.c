/* What the broker's command line lays down about consent, and what it refuses. */
#include "host/broker/arguments.h"
#include "host/broker/store.h"
#include "tests/check.h"

#define DAY_US (UINT64_C(24) * 3600 * 1000000)

static pcs_arguments arguments;
static const char *sentence;

static pcs_status read_with(const char *name, const char *value) {
  char words[6][32] = {"portcullis-broker", "--control-fd", "3"};
  snprintf(words[3], sizeof words[3], "%s", name);
  snprintf(words[4], sizeof words[4], "%s", value);
  char *argv[] = {words[0], words[1], words[2], words[3], words[4], NULL};
  return pcs_arguments_read(&arguments, &sentence, 5, argv);
}

static void test_unused(void) {
  CHECK_EQ_INT(read_with("--state", "somewhere"), PCS_OK);
  CHECK_EQ_UINT(arguments.unused_us, PCS_STORE_UNUSED_US);
  CHECK_EQ_INT(read_with("--forget-unused", "1"), PCS_OK);
  CHECK_EQ_UINT(arguments.unused_us, DAY_US);
  CHECK_EQ_INT(read_with("--forget-unused", "3650"), PCS_OK);
  CHECK_EQ_UINT(arguments.unused_us, 3650 * DAY_US);
  static const char *const bad[] = {"0", "3651", "-1", "1.5", "", "never", "18446744073709551616"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    CHECK_EQ_INT(read_with("--forget-unused", bad[i]), PCS_ERR_SYNTAX);
    CHECK(strstr(sentence, "--forget-unused") != NULL);
  }
}

static void test_rules(void) {
  CHECK_EQ_INT(read_with("--ask", "data"), PCS_OK);
  CHECK_EQ_UINT(arguments.rules.asked, PCS_RIGHT_DATA);
  CHECK_EQ_INT(read_with("--deny", "screen"), PCS_OK);
  CHECK_EQ_UINT(arguments.rules.denied, PCS_RIGHT_SCREEN);
  CHECK_EQ_INT(read_with("--deny", "everything"), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(read_with("--secure-scheme", "http"), PCS_ERR_SYNTAX);
  CHECK_EQ_INT(read_with("--secure-scheme", "app"), PCS_OK);
}

int main(void) {
  RUN("how long a permission may be unused is 90 days, or what was said", test_unused);
  RUN("rules name rights and schemes that there are", test_rules);
  return check_report();
}
