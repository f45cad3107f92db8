/* Local addresses: listed once each, best first, none that a connection may not use. */
#include "core/policy/address.h"
#include "host/sys/interfaces.h"
#include "tests/check.h"

static void test_loopback(void) {
  pcs_interface found[PCS_INTERFACES_MAX];
  size_t num = 0;
  CHECK_EQ_INT(pcs_interfaces_list(found, &num, PCS_LOOPBACK_INCLUDED), PCS_OK);
  size_t num_loopback = 0;
  bool real_after_loopback = false;
  for (size_t i = 0; i < num; i++) {
    bool is_loopback = pcs_address_is_loopback(&found[i].address);
    real_after_loopback |= num_loopback > 0 && !is_loopback;
    num_loopback += is_loopback ? 1 : 0;
  }
  CHECK(num_loopback > 0);
  CHECK(!real_after_loopback);
  CHECK_EQ_INT(pcs_interfaces_list(found, &num, PCS_LOOPBACK_LEFT_OUT), PCS_OK);
  for (size_t i = 0; i < num; i++) {
    CHECK(!pcs_address_is_loopback(&found[i].address));
  }
}

static void test_usable(void) {
  pcs_interface found[PCS_INTERFACES_MAX];
  size_t num = 0;
  CHECK_EQ_INT(pcs_interfaces_list(found, &num, PCS_LOOPBACK_INCLUDED), PCS_OK);
  for (size_t i = 0; i < num; i++) {
    CHECK(!pcs_address_is_link_local(&found[i].address));
    CHECK_EQ_UINT(found[i].address.port, 0);
    for (size_t j = 0; j < i; j++) {
      CHECK(!pcs_address_equal(&found[i].address, &found[j].address));
      CHECK(found[i].preference < found[j].preference);
    }
  }
}

int main(void) {
  RUN("loopback addresses come last, and only when asked for", test_loopback);
  RUN("each address is listed once, with a preference of its own, none link-local", test_usable);
  return check_report();
}
