/*
 * The Data Channel Establishment Protocol (RFC 8832): its two messages, read and written. What they
 * mean for a channel is channel_receive.c's.
 */
#ifndef PCS_HOST_SCTP_DCEP_H
#define PCS_HOST_SCTP_DCEP_H

#include "core/boundary/message.h"

/* RFC 8831 8, RFC 8832 8.1. Partial messages were deprecated before they were used; peers that
 * number them so send whole messages, and are taken at their word (as Chromium does). */
typedef enum pcs_ppid {
  PCS_PPID_DCEP = 50,
  PCS_PPID_TEXT = 51,
  PCS_PPID_BINARY_PARTIAL = 52,
  PCS_PPID_BINARY = 53,
  PCS_PPID_TEXT_PARTIAL = 54,
  PCS_PPID_TEXT_EMPTY = 56,
  PCS_PPID_BINARY_EMPTY = 57,
} pcs_ppid;

#define PCS_DCEP_OPEN_FIXED_BYTES 12
#define PCS_DCEP_OPEN_BYTES_MAX (PCS_DCEP_OPEN_FIXED_BYTES + 2 * PCS_LABEL_BYTES_MAX)
#define PCS_DCEP_ACK_BYTES 1

typedef enum pcs_dcep_type {
  PCS_DCEP_NONE = 0, /* neither of the two */
  PCS_DCEP_ACK = 2,
  PCS_DCEP_OPEN = 3,
} pcs_dcep_type;

typedef struct pcs_dcep_open {
  bool ordered;
  pcs_reliability reliability;
  uint16_t reliability_value;
  uint16_t priority;
  pcs_span label;    /* borrowed */
  pcs_span protocol; /* borrowed */
} pcs_dcep_open;

/* pcs_dcep_type_of looks at the first byte, and at the length of an ACK. */
pcs_dcep_type pcs_dcep_type_of(pcs_span message);
/* pcs_dcep_open_read: PCS_ERR_SYNTAX for wrong lengths, an unknown channel type, or a label or
 * protocol that is not UTF-8. A reliability value above 65,535, the API's maximum, is cut to it. */
PCS_MUST_USE pcs_status pcs_dcep_open_read(pcs_span message, pcs_dcep_open *out_open);
void pcs_dcep_open_write(pcs_writer *writer, const pcs_dcep_open *open);
void pcs_dcep_ack_write(pcs_writer *writer);

#endif
