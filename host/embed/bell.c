#include "host/embed/bell.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

static bool watch(const pcs_bell *bell, int descriptor) {
  struct epoll_event event = {.events = EPOLLIN};
  return descriptor >= 0 && epoll_ctl(bell->descriptor, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

bool pcs_bell_init(pcs_bell *bell, int broker) {
  bell->descriptor = epoll_create1(EPOLL_CLOEXEC);
  bell->own = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (watch(bell, broker) && watch(bell, bell->own)) {
    return true;
  }
  pcs_bell_clear(bell);
  return false;
}

static void shut(int *descriptor) {
  if (*descriptor >= 0) {
    close(*descriptor);
  }
  *descriptor = -1;
}

void pcs_bell_clear(pcs_bell *bell) {
  shut(&bell->descriptor);
  shut(&bell->own);
}

/* It cannot overflow: it is hushed before it rings again. */
void pcs_bell_ring(const pcs_bell *bell) {
  pcs_bell_hush(bell);
  (void)!eventfd_write(bell->own, 1);
}

void pcs_bell_hush(const pcs_bell *bell) {
  eventfd_t count;
  (void)!eventfd_read(bell->own, &count);
}
