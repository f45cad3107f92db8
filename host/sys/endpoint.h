/*
 * An IP address with its port, as text: what a program is told to listen on and what it says.
 */
#ifndef PCS_HOST_SYS_ENDPOINT_H
#define PCS_HOST_SYS_ENDPOINT_H

#include "core/plan/address.h"

/* "[", an address, "]:" and five digits. */
#define PCS_ENDPOINT_TEXT_BYTES_MAX (PCS_ADDRESS_TEXT_BYTES_MAX + 8)

/* pcs_endpoint_parse reads "127.0.0.1:80" or "[::1]:80"; PCS_ERR_SYNTAX for anything else. */
PCS_MUST_USE pcs_status pcs_endpoint_parse(pcs_span text, pcs_address *out_address);
/* pcs_endpoint_write writes that form. */
void pcs_endpoint_write(pcs_writer *writer, const pcs_address *address);

#endif
