#include "host/sys/interface_changes.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "host/sys/descriptor.h"

/* Messages read in one turn of the loop: a storm of them keeps nothing else waiting. */
#define READS_MAX 64

struct pcs_interface_changes {
  int descriptor;
  pcs_watch *watch;
  pcs_loop_callback changed;
  void *context;
};

/* What the messages say is not looked at: the list is read anew, so one that was lost (ENOBUFS) or is
 * cut short is as good as any. */
static void on_ready(void *context, unsigned ready_for) {
  pcs_interface_changes *changes = (pcs_interface_changes *)context;
  (void)ready_for;
  uint8_t message[256];
  for (size_t i = 0; i < READS_MAX; i++) {
    if (recv(changes->descriptor, message, sizeof message, MSG_DONTWAIT | MSG_TRUNC) <= 0) {
      break;
    }
  }
  changes->changed(changes->context);
}

static pcs_status open_socket(pcs_interface_changes *changes) {
  struct sockaddr_nl name = {
      .nl_family = AF_NETLINK,
      .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE |
                   RTMGRP_IPV6_ROUTE,
  };
  changes->descriptor =
      socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  if (changes->descriptor < 0 ||
      bind(changes->descriptor, (struct sockaddr *)&name, sizeof name) != 0) {
    return PCS_ERR_SYSTEM;
  }
  return PCS_OK;
}

pcs_status pcs_interface_changes_new(pcs_interface_changes **out_changes, pcs_loop *loop,
                                     pcs_loop_callback changed, void *context) {
  *out_changes = NULL;
  pcs_interface_changes *changes = calloc(1, sizeof *changes);
  if (changes == NULL) {
    return PCS_ERR_SYSTEM;
  }
  changes->changed = changed;
  changes->context = context;
  pcs_status status = open_socket(changes);
  if (status == PCS_OK) {
    status = pcs_watch_new(&changes->watch, loop, changes->descriptor, on_ready, changes);
  }
  if (status != PCS_OK) {
    pcs_interface_changes_free(changes);
    return status;
  }
  pcs_watch_want(changes->watch, PCS_READABLE);
  *out_changes = changes;
  return PCS_OK;
}

void pcs_interface_changes_free(pcs_interface_changes *changes) {
  if (changes != NULL) {
    pcs_watch_free(changes->watch);
    pcs_descriptor_close(&changes->descriptor);
    free(changes);
  }
}
