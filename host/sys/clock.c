#include "host/sys/clock.h"

#include <time.h>

/* What the first reading gives: far enough from 0 that nothing is before the beginning. */
#define FIRST_US 1000000u

uint64_t pcs_clock_now_us(void) {
  static uint64_t first_us;
  struct timespec now = {0};
  clock_gettime(CLOCK_BOOTTIME, &now);
  uint64_t since_boot_us = (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
  if (first_us == 0) {
    first_us = since_boot_us;
  }
  return since_boot_us - first_us + FIRST_US;
}

uint64_t pcs_clock_unix_us(void) {
  struct timespec now = {0};
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

uint64_t pcs_clock_unix_s(void) {
  return pcs_clock_unix_us() / 1000000u;
}
