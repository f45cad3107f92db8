/*
 * What the one who starts the host lets connections use beside UDP and TURN over TLS: ICE-TCP, raw
 * TCP at all, masking. It is the same for every page and never the page's to say. Broker and worker
 * read it from their command lines: the worker's sandbox depends on it.
 */
#ifndef PCS_CORE_POLICY_TRANSPORTS_H
#define PCS_CORE_POLICY_TRANSPORTS_H

#include "core/base/bytes.h"

/* ICE-TCP (RFC 6544): candidates that connect, and also ones that are connected to. */
typedef enum pcs_ice_tcp_policy {
  PCS_ICE_TCP_OFF,
  PCS_ICE_TCP_ACTIVE,
  PCS_ICE_TCP_ACTIVE_AND_PASSIVE,
} pcs_ice_tcp_policy;

/* Masking of what goes over ICE-TCP (requirement D1), when the other side offers it too; required:
 * no pair over TCP is valid without it. */
typedef enum pcs_ice_masking {
  PCS_ICE_MASKING_OFF,
  PCS_ICE_MASKING_OFFERED,
  PCS_ICE_MASKING_REQUIRED,
} pcs_ice_masking;

/* All zero: of streams TURN over TCP and TLS only. */
typedef struct pcs_ice_transports {
  pcs_ice_tcp_policy tcp;
  pcs_ice_masking masking;
  bool secure_streams_only; /* no ICE-TCP and no TURN over plain TCP: of streams only TLS */
} pcs_ice_transports;

/* pcs_ice_transports_default is what browsers do: ICE-TCP connects, nobody listens, no masking. */
pcs_ice_transports pcs_ice_transports_default(void);
/* pcs_ice_tcp_policy_read and pcs_ice_masking_read know the words below; PCS_ERR_SYNTAX. */
PCS_MUST_USE pcs_status pcs_ice_tcp_policy_read(pcs_span text, pcs_ice_tcp_policy *out_policy);
PCS_MUST_USE pcs_status pcs_ice_masking_read(pcs_span text, pcs_ice_masking *out_masking);
/* "off", "active", "active-and-passive". */
const char *pcs_ice_tcp_policy_name(pcs_ice_tcp_policy policy);
/* "off", "offer", "require". */
const char *pcs_ice_masking_name(pcs_ice_masking masking);

#endif
