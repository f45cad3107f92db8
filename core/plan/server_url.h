/*
 * The URL of an ICE server (RFC 7064 3.1, RFC 7065 3.1) as the pieces the host needs. It judges the
 * text; it resolves nothing.
 */
#ifndef PCS_CORE_PLAN_SERVER_URL_H
#define PCS_CORE_PLAN_SERVER_URL_H

#include "core/plan/plan.h"

/*
 * pcs_server_url_read fills scheme, transport, port and host; username and credential are empty and
 * host borrows url. PCS_ERR_SYNTAX; PCS_ERR_UNSUPPORTED for a transport that is neither udp nor
 * tcp. *out_server is all zero then.
 */
PCS_MUST_USE pcs_status pcs_server_url_read(pcs_span url, pcs_ice_server *out_server);

#endif
