/* The group of multicast DNS on this machine: what one socket of it says the other hears, by IPv4
 * on loopback, by IPv6 on the interfaces that can. */
#include "host/sys/multicast.h"

#include <poll.h>

#include "host/sys/descriptor.h"
#include "host/sys/interfaces.h"
#include "tests/check.h"

#define PATIENCE_MS 5000

/* Waits for a datagram that is text; others use the group too. */
static bool hears(int descriptor, const char *text, pcs_multicast_arrival *out_arrival) {
  static uint8_t memory[1500];
  struct pollfd wanted = {.fd = descriptor, .events = POLLIN};
  while (poll(&wanted, 1, PATIENCE_MS) == 1) {
    if (pcs_multicast_receive(descriptor, memory, sizeof memory, out_arrival) == PCS_OK &&
        pcs_span_equal_text(out_arrival->bytes, text)) {
      return true;
    }
  }
  return false;
}

static void test_loopback(void) {
  int ends[2];
  pcs_multicast_arrival arrival;
  for (size_t i = 0; i < 2; i++) {
    if (pcs_multicast_open(&ends[i], PCS_ADDRESS_IPV4, 0) != PCS_OK) {
      printf("# skipped: port 5353 is somebody's alone, or there is no multicast\n");
      return;
    }
    CHECK_EQ_INT(pcs_multicast_join(ends[i], PCS_MULTICAST_LOOPBACK), PCS_OK);
  }
  pcs_multicast_send(ends[0], PCS_ADDRESS_IPV4, PCS_MULTICAST_LOOPBACK,
                     pcs_span_of_text("portcullis test 4"));
  CHECK(hears(ends[1], "portcullis test 4", &arrival));
  CHECK_EQ_UINT(arrival.network, PCS_MULTICAST_LOOPBACK);
  CHECK_EQ_UINT(arrival.from.port, 5353);
  pcs_descriptor_close(&ends[0]);
  pcs_descriptor_close(&ends[1]);
}

static void check_interface(uint32_t network) {
  int ends[2];
  pcs_multicast_arrival arrival;
  if (pcs_multicast_open(&ends[0], PCS_ADDRESS_IPV6, network) != PCS_OK) {
    return; /* an interface without multicast: a tunnel, say */
  }
  CHECK_EQ_INT(pcs_multicast_open(&ends[1], PCS_ADDRESS_IPV6, network), PCS_OK);
  pcs_multicast_send(ends[0], PCS_ADDRESS_IPV6, network, pcs_span_of_text("portcullis test 6"));
  CHECK(hears(ends[1], "portcullis test 6", &arrival));
  CHECK_EQ_UINT(arrival.from.family, PCS_ADDRESS_IPV6);
  CHECK_EQ_UINT(arrival.from.port, 5353);
  pcs_descriptor_close(&ends[0]);
  pcs_descriptor_close(&ends[1]);
}

/* A machine may have no such interface: then there is nothing to hear. */
static void test_ipv6(void) {
  pcs_interface found[PCS_INTERFACES_MAX];
  size_t num = 0;
  CHECK_EQ_INT(pcs_interfaces_list(found, &num, PCS_LOOPBACK_LEFT_OUT), PCS_OK);
  for (size_t i = 0; i < num; i++) {
    if (found[i].address.family == PCS_ADDRESS_IPV6) {
      check_interface(found[i].network);
      return;
    }
  }
}

static void test_no_interface(void) {
  int end = PCS_DESCRIPTOR_NONE;
  CHECK_EQ_INT(pcs_multicast_open(&end, PCS_ADDRESS_IPV6, 1u << 30), PCS_ERR_SYSTEM);
  CHECK_EQ_INT(end, PCS_DESCRIPTOR_NONE);
}

int main(void) {
  RUN("what is said to the group on loopback is heard", test_loopback);
  RUN("what is said to the group by IPv6 is heard", test_ipv6);
  RUN("an interface that is none is refused", test_no_interface);
  return check_report();
}
