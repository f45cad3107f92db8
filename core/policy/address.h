/*
 * Two questions about an address that more than one policy asks. Whether one may send to it is
 * core/policy/reach.h's to say.
 */
#ifndef PCS_CORE_POLICY_ADDRESS_H
#define PCS_CORE_POLICY_ADDRESS_H

#include "core/plan/plan.h"

/* pcs_address_is_loopback: 127.0.0.0/8 or ::1. */
bool pcs_address_is_loopback(const pcs_address *address);
/* pcs_address_is_link_local: 169.254.0.0/16 or fe80::/10. */
bool pcs_address_is_link_local(const pcs_address *address);

#endif
