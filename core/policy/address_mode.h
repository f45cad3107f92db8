/*
 * Which of the machine's addresses a connection may gather, tell the page and send from: one row of
 * address_mode.def for each mode. Facts in, verdict out: it lists no addresses, finds no routes and
 * sends nothing. Where one may send to is address.h.
 */
#ifndef PCS_CORE_POLICY_ADDRESS_MODE_H
#define PCS_CORE_POLICY_ADDRESS_MODE_H

#include "core/plan/plan.h"

/* All-zero is the mode that needs no consent. */
typedef enum pcs_address_mode {
#define PCS_ADDRESS_MODE(NAME, name, binds, tells, way, starts, granted) PCS_ADDRESS_MODE_##NAME,
#include "core/policy/address_mode.def"
#undef PCS_ADDRESS_MODE
} pcs_address_mode;
#define PCS_NUM_ADDRESS_MODES 6

typedef enum pcs_mode_binds { PCS_BINDS_EVERY, PCS_BINDS_ROUTE } pcs_mode_binds;
typedef enum pcs_mode_tells { PCS_TELLS_SHOWN, PCS_TELLS_NAMED, PCS_TELLS_HIDDEN } pcs_mode_tells;
typedef enum pcs_mode_way { PCS_WAY_DIRECT, PCS_WAY_RELAYED, PCS_WAY_STREAMED } pcs_mode_way;
typedef enum pcs_mode_starts { PCS_STARTS_AT_ONCE, PCS_STARTS_ACCEPTED } pcs_mode_starts;

typedef struct pcs_address_mode_row {
  const char *name;
  pcs_mode_binds binds;
  pcs_mode_tells tells;
  pcs_mode_way way;
  pcs_mode_starts starts;
  pcs_address_mode granted;
} pcs_address_mode_row;

/* pcs_address_mode_of is the mode's row, of static lifetime; mode must be one of the enum. */
const pcs_address_mode_row *pcs_address_mode_of(pcs_address_mode mode);
/* pcs_address_mode_parse reads a mode's name; PCS_ERR_SYNTAX leaves *out_mode as it was. */
PCS_MUST_USE pcs_status pcs_address_mode_parse(pcs_span name, pcs_address_mode *out_mode);
/* pcs_address_mode_under is the mode of a link that holds these rights (pcs_right). */
pcs_address_mode pcs_address_mode_under(pcs_address_mode mode, uint32_t rights);
/*
 * pcs_address_mode_tells_found: may the page be told of an address that a server or a peer saw us
 * at? Where addresses are not shown, not of a private one (RFC 1918, RFC 4193, this machine's own):
 * a server inside the local network would tell what the mode hides.
 */
bool pcs_address_mode_tells_found(pcs_address_mode mode, const pcs_address *address);

#endif
