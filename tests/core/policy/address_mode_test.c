/* The table of address modes, as the host and its command line rely on it. */
#include "core/policy/address_mode.h"

#include "core/policy/right.h"
#include "tests/check.h"

static void test_names(void) {
  for (unsigned i = 0; i < PCS_NUM_ADDRESS_MODES; i++) {
    pcs_address_mode mode = PCS_ADDRESS_MODE_DEFAULT;
    const char *name = pcs_address_mode_of((pcs_address_mode)i)->name;
    CHECK_EQ_INT(pcs_address_mode_parse(pcs_span_of_text(name), &mode), PCS_OK);
    CHECK_EQ_UINT(mode, i);
  }
  static const char *const OTHERS[] = {"", "all", "Default", "default "};
  for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
    pcs_address_mode mode = PCS_ADDRESS_MODE_RELAY;
    CHECK_EQ_INT(pcs_address_mode_parse(pcs_span_of_text(OTHERS[i]), &mode), PCS_ERR_SYNTAX);
    CHECK_EQ_INT(mode, PCS_ADDRESS_MODE_RELAY);
  }
}

static void test_zero_is_private(void) {
  pcs_address_mode zero = (pcs_address_mode)0;
  CHECK_EQ_INT(pcs_address_mode_of(zero)->tells, PCS_TELLS_NAMED);
  CHECK_EQ_INT(pcs_address_mode_of(zero)->binds, PCS_BINDS_ROUTE);
}

/* RFC 8828 5.2: mode 1 takes consent; what a user chose to be stricter no page's grant loosens. */
static void test_grant(void) {
  uint32_t others = ~(uint32_t)PCS_RIGHT_LOCAL_ADDRESSES;
  for (unsigned i = 0; i < PCS_NUM_ADDRESS_MODES; i++) {
    pcs_address_mode mode = (pcs_address_mode)i;
    pcs_address_mode granted = mode == PCS_ADDRESS_MODE_DEFAULT ? PCS_ADDRESS_MODE_ALL : mode;
    CHECK_EQ_INT(pcs_address_mode_under(mode, others), mode);
    CHECK_EQ_INT(pcs_address_mode_under(mode, PCS_RIGHT_LOCAL_ADDRESSES), granted);
  }
}

static pcs_address ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d) {
  return (pcs_address){.family = PCS_ADDRESS_IPV4, .bytes = {a, b, c, d}};
}

static void test_found(void) {
  const pcs_address hidden[] = {
      ipv4(10, 0, 0, 1),
      ipv4(172, 16, 0, 1),
      ipv4(172, 31, 255, 255),
      ipv4(192, 168, 7, 7),
      ipv4(127, 0, 0, 1),
      ipv4(169, 254, 1, 1),
      {.family = PCS_ADDRESS_IPV6, .bytes = {[15] = 1}},
      {.family = PCS_ADDRESS_IPV6, .bytes = {0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}},
      {.family = PCS_ADDRESS_IPV6,
       .bytes = {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}};
  for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
    CHECK(!pcs_address_mode_tells_found(PCS_ADDRESS_MODE_DEFAULT, &hidden[i]));
    CHECK(!pcs_address_mode_tells_found(PCS_ADDRESS_MODE_PUBLIC, &hidden[i]));
    CHECK(pcs_address_mode_tells_found(PCS_ADDRESS_MODE_ALL, &hidden[i]));
  }
  const pcs_address told[] = {ipv4(172, 15, 0, 1),
                              ipv4(172, 32, 0, 1),
                              ipv4(192, 167, 0, 1),
                              ipv4(203, 0, 113, 1),
                              {.family = PCS_ADDRESS_IPV6, .bytes = {0x20, 1, 0x0d, 0xb8}}};
  for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
    CHECK(pcs_address_mode_tells_found(PCS_ADDRESS_MODE_PUBLIC, &told[i]));
  }
}

int main(void) {
  RUN("each mode is found by its name and by no other text", test_names);
  RUN("P2: a mode that nobody set is the one that needs no consent", test_zero_is_private);
  RUN("P1: only the right to local addresses makes all of them known", test_grant);
  RUN("P3: a private address is private to a server on the inside too", test_found);
  return check_report();
}
