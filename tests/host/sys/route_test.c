/* Which of this machine's addresses are those of its default routes. */
#include "host/sys/route.h"

#include "core/policy/address.h"
#include "tests/check.h"

static bool is_in(const pcs_interface *list, size_t num, const pcs_interface *one) {
  for (size_t i = 0; i < num; i++) {
    if (pcs_address_equal(&list[i].address, &one->address) &&
        list[i].preference == one->preference) {
      return true;
    }
  }
  return false;
}

static void test_keep(void) {
  pcs_interface all[PCS_INTERFACES_MAX];
  pcs_interface kept[PCS_INTERFACES_MAX];
  size_t num = 0;
  CHECK_EQ_INT(pcs_interfaces_list(all, &num, PCS_LOOPBACK_INCLUDED), PCS_OK);
  memcpy(kept, all, sizeof all);
  size_t num_kept = num;
  pcs_route_keep(kept, &num_kept);
  size_t num_outside[2] = {0, 0};
  for (size_t i = 0; i < num_kept; i++) {
    CHECK(is_in(all, num, &kept[i]));
    num_outside[kept[i].address.family == PCS_ADDRESS_IPV6] +=
        !pcs_address_is_loopback(&kept[i].address);
  }
  CHECK(num_outside[0] <= 1 && num_outside[1] <= 1);
  for (size_t i = 0; i < num; i++) {
    CHECK(!pcs_address_is_loopback(&all[i].address) || is_in(kept, num_kept, &all[i]));
  }
}

int main(void) {
  RUN("P2: one address of each family at most, and loopback where it was listed", test_keep);
  return check_report();
}
