/*
 * The only clocks. Protocol code is given now_us and never asks; programs ask here, once for each
 * turn of their loop.
 */
#ifndef PCS_HOST_SYS_CLOCK_H
#define PCS_HOST_SYS_CLOCK_H

#include <stdint.h>

/*
 * pcs_clock_now_us: microseconds that never go back, from this process's first reading on: how long
 * the machine runs is the same for all its pages, and so no page's business (requirements X40). A
 * suspended machine's time counts too: consent (RFC 7675 5.1) is as old after a suspend as the
 * other side thinks it is. For the program's one thread.
 */
uint64_t pcs_clock_now_us(void);
/* pcs_clock_unix_us: microseconds since 1970, for permissions, which outlive the process. */
uint64_t pcs_clock_unix_us(void);
/* pcs_clock_unix_s: seconds since 1970, for certificates only. */
uint64_t pcs_clock_unix_s(void);

#endif
