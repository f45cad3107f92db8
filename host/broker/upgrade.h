/*
 * The opening handshake of a link by WebSocket (RFC 6455 4.2), as text: one bounded request read
 * strictly, one answer written. It decides whether the request is well-formed and meant for us;
 * whose it is and whether that origin may have a link is decided by admission.h. No socket, no
 * clock.
 */
#ifndef PCS_HOST_BROKER_UPGRADE_H
#define PCS_HOST_BROKER_UPGRADE_H

#include "core/plan/plan.h"
#include "host/broker/http_head.h"

/* The whole request. */
#define PCS_UPGRADE_BYTES_MAX PCS_HTTP_HEAD_BYTES_MAX
#define PCS_UPGRADE_ANSWER_BYTES_MAX 512

/* Why a request is refused: an HTTP status and one plain sentence. http_status 0: it is not. */
typedef struct pcs_upgrade_refusal {
  uint16_t http_status;
  const char *sentence;
} pcs_upgrade_refusal;

/* The fields borrow the request. origin is as it was sent, unread. */
typedef struct pcs_upgrade {
  pcs_span host;
  pcs_span origin;
  pcs_span key;
  pcs_span protocols; /* empty when none was offered */
} pcs_upgrade;

/*
 * pcs_upgrade_read: PCS_OK, or PCS_ERR_SYNTAX with *out_refusal. head is the whole request, its
 * empty line included. Host must be the listener's own literal address and port, or localhost and
 * that port (requirements X32: a rebinding name is neither).
 */
PCS_MUST_USE pcs_status pcs_upgrade_read(pcs_upgrade *out_upgrade, pcs_upgrade_refusal *out_refusal,
                                         pcs_span head, const pcs_address *listener);
/* pcs_upgrade_accept writes "101 Switching Protocols". */
void pcs_upgrade_accept(pcs_writer *writer, const pcs_upgrade *upgrade);
/* pcs_upgrade_refuse writes the refusal as a whole HTTP answer. */
void pcs_upgrade_refuse(pcs_writer *writer, const pcs_upgrade_refusal *refusal);

#endif
