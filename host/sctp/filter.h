/*
 * Our own look at every SCTP packet before usrsctp sees it (requirements X26, X27): is it built as
 * RFC 9260 says, and does it hold only what a data channel needs (RFC 8831)? Most of usrsctp's
 * published holes were in parts that no data channel uses: address reconfiguration, multi-homing,
 * authentication, packet-drop reports. It decides; it keeps no state and changes nothing.
 *
 * Verification tags, TSNs and streams are left to usrsctp, which has the state to judge them.
 */
#ifndef PCS_HOST_SCTP_FILTER_H
#define PCS_HOST_SCTP_FILTER_H

#include "core/base/bytes.h"

#define PCS_SCTP_HEADER_BYTES 12

typedef enum pcs_sctp_phase {
  PCS_SCTP_PHASE_OPENING,
  PCS_SCTP_PHASE_OPEN, /* INIT and INIT ACK have nothing left to do: one association per DTLS */
} pcs_sctp_phase;

typedef struct pcs_sctp_filter {
  uint16_t local_port;
  uint16_t remote_port;
  pcs_sctp_phase phase;
} pcs_sctp_filter;

/*
 * pcs_sctp_filter_check: PCS_OK, PCS_ERR_SYNTAX for a packet that is not well-formed,
 * PCS_ERR_DENIED for a well-formed one that we do not take. The checksum is not looked at here.
 */
PCS_MUST_USE pcs_status pcs_sctp_filter_check(const pcs_sctp_filter *filter, pcs_span packet);

#endif
