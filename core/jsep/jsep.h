/*
 * Negotiation of one connection by RFC 9429: text in, text out, and what the host must be told. It
 * decides which descriptions are acceptable and what they agree on. It holds no secret, opens
 * nothing and sends nothing; the host checks again whatever comes of it. Data channels for now:
 * audio and video sections are read, kept, and answered with port 0.
 *
 * Memory is the caller's: the struct itself, and blocks lent before each call that may keep a
 * description or a candidate. What is not needed, or no longer, is given back by
 * pcs_negotiation_take_back, to be asked until it gives NULL after every call. On an error the
 * negotiation is unchanged. PCS_ERR_NO_SPACE means larger blocks: 4 KiB do for most, 16 times the
 * text for any.
 */
#ifndef PCS_CORE_JSEP_JSEP_H
#define PCS_CORE_JSEP_JSEP_H

#include "core/jsep/state.h"
#include "core/sdp/session.h"

/* A call keeps at most two: the description it makes and the one it sets. */
#define PCS_NEGOTIATION_BLOCKS 2
/* In use: current, pending, in the last offer, in the last answer; and the newest. */
#define PCS_GENERATIONS_MAX 5
/* Room that must be left in the writer for pcs_negotiation_take_message. */
#define PCS_NEGOTIATION_MESSAGE_BYTES_MAX 2560

typedef enum pcs_description_slot {
  PCS_SLOT_CURRENT_LOCAL,
  PCS_SLOT_PENDING_LOCAL,
  PCS_SLOT_CURRENT_REMOTE,
  PCS_SLOT_PENDING_REMOTE,
  PCS_SLOT_CREATED_OFFER,
  PCS_SLOT_CREATED_ANSWER,
  PCS_NUM_SLOTS
} pcs_description_slot;

typedef struct pcs_block pcs_block;
typedef struct pcs_description pcs_description;
typedef struct pcs_trickled pcs_trickled;

/* One set of local ICE credentials, as the host drew them. */
typedef struct pcs_generation {
  uint32_t id; /* the host's number; 0: this slot is free */
  uint16_t ufrag_len;
  uint16_t password_len;
  uint8_t ufrag[PCS_UFRAG_BYTES_MAX];
  uint8_t password[PCS_PASSWORD_BYTES_MAX];
  bool applied; /* was in a local description: gathering was asked for */
  bool told;    /* GATHER was taken */
} pcs_generation;

/* What the host said when the connection was opened; borrowed for the call of init. */
typedef struct pcs_local_facts {
  uint32_t generation;
  pcs_span ufrag;
  pcs_span password;
  pcs_span tls_id; /* may be empty */
  const pcs_fingerprint *fingerprints;
  size_t num_fingerprints;
  uint64_t session_id; /* random, for o= (RFC 9429 5.2.1) */
} pcs_local_facts;

/* What the last answer, provisional or not, made of the connection. */
typedef struct pcs_agreed {
  bool has_transport;
  bool has_dtls_role;
  uint8_t ice_role;  /* pcs_ice_role */
  uint8_t dtls_role; /* pcs_dtls_role */
  uint32_t generation;
  uint16_t ufrag_len;
  uint8_t ufrag[PCS_UFRAG_BYTES_MAX]; /* the remote one */
} pcs_agreed;

/* What the host has not been told yet. */
typedef struct pcs_untold {
  bool connect;
  bool candidates; /* those in the remote description, from next_line on */
  bool end;
  size_t next_line;
  size_t num_told;
} pcs_untold;

typedef struct pcs_negotiation {
  pcs_signaling_state state;
  pcs_description *slots[PCS_NUM_SLOTS];
  pcs_generation generations[PCS_GENERATIONS_MAX];
  uint8_t newest; /* index in generations */
  uint8_t num_restarting;
  uint32_t restarting[2]; /* generations that restart_ice wants replaced */
  bool wants_data;
  uint8_t num_fingerprints;
  uint8_t tls_id_len;
  uint32_t error_line;
  uint32_t revision; /* of all that an offer or answer is made from */
  uint32_t created_revision[2];
  uint64_t session_id;
  uint64_t version;
  pcs_fingerprint fingerprints[PCS_FINGERPRINTS_MAX];
  uint8_t fingerprint_bytes[PCS_FINGERPRINTS_MAX][PCS_FINGERPRINT_BYTES_MAX];
  uint8_t tls_id[PCS_TLS_ID_BYTES_MAX];
  pcs_agreed agreed;
  pcs_untold untold;
  pcs_trickled *trickled[2]; /* by pcs_description_side */
  pcs_block *spare;
  pcs_block *released;
} pcs_negotiation;

/* ---- life ---- */

/* pcs_negotiation_init copies the facts; PCS_ERR_SYNTAX when they cannot be the host's. */
PCS_MUST_USE pcs_status pcs_negotiation_init(pcs_negotiation *negotiation,
                                             const pcs_local_facts *facts);
/* pcs_negotiation_close: state closed; every block can be taken back. */
void pcs_negotiation_close(pcs_negotiation *negotiation);
/* pcs_negotiation_lend: aligned for any type, the negotiation's until taken back. */
void pcs_negotiation_lend(pcs_negotiation *negotiation, void *memory, size_t len);
/* pcs_negotiation_take_back gives one block that is not used now, NULL when there is none. */
void *pcs_negotiation_take_back(pcs_negotiation *negotiation);

/* ---- what the page wants ---- */

/* pcs_negotiation_add_generation: newer local credentials, for the next offer or answer that needs
 * some. PCS_ERR_SYNTAX, PCS_ERR_STATE when closed. */
PCS_MUST_USE pcs_status pcs_negotiation_add_generation(pcs_negotiation *negotiation, uint32_t id,
                                                       pcs_span ufrag, pcs_span password);
/* pcs_negotiation_add_data: the next offer has a data section. */
void pcs_negotiation_add_data(pcs_negotiation *negotiation);
/* pcs_negotiation_restart_ice: the next offer replaces the credentials in use (webrtc-pc 4.4.2). */
void pcs_negotiation_restart_ice(pcs_negotiation *negotiation);

typedef struct pcs_creation {
  pcs_description_type type; /* OFFER or ANSWER */
  bool ice_restart;          /* RTCOfferOptions.iceRestart */
} pcs_creation;

/* pcs_negotiation_needs_generation: must new credentials be added before this is created? */
bool pcs_negotiation_needs_generation(const pcs_negotiation *negotiation, pcs_creation creation);
/*
 * pcs_negotiation_create leaves the text in SLOT_CREATED_OFFER or SLOT_CREATED_ANSWER.
 * PCS_ERR_STATE in a state for it, closed, or when a generation is needed first. Lend two blocks.
 */
PCS_MUST_USE pcs_status pcs_negotiation_create(pcs_negotiation *negotiation, pcs_creation creation);
/*
 * pcs_negotiation_set: setLocalDescription and setRemoteDescription. An empty local text means the
 * one last created, or a new one. PCS_ERR_STATE; PCS_ERR_SYNTAX and PCS_ERR_TOO_LARGE with
 * error_line; PCS_ERR_MODIFIED for a local text that is not what was created (lines without
 * authority may be missing); PCS_ERR_INVALID_ACCESS for a remote text that may not be accepted.
 * Lend two blocks.
 */
PCS_MUST_USE pcs_status pcs_negotiation_set(pcs_negotiation *negotiation, pcs_signaling_event event,
                                            pcs_span text);

/* ---- candidates ---- */

/*
 * pcs_negotiation_add_local_candidate keeps a found candidate for the descriptions of its
 * generation; NULL ends them. PCS_OK and its section and text; PCS_ERR_NOT_FOUND when no local
 * description is of that generation now. Lend one block. The text lives until the next call.
 */
typedef struct pcs_local_candidate {
  pcs_span text; /* "candidate:...", empty for the end */
  pcs_span mid;  /* empty when the section has none */
  pcs_span ufrag;
  uint16_t section;
} pcs_local_candidate;
PCS_MUST_USE pcs_status pcs_negotiation_add_local_candidate(pcs_negotiation *negotiation,
                                                            uint32_t generation,
                                                            const pcs_candidate *candidate,
                                                            pcs_local_candidate *out);

/* RTCIceCandidateInit; borrowed. */
typedef struct pcs_remote_candidate {
  pcs_span text; /* empty for the end */
  pcs_span mid;
  pcs_span ufrag;
  uint16_t section;
  bool has_mid;
  bool has_section;
  bool has_ufrag;
} pcs_remote_candidate;
/*
 * pcs_negotiation_add_remote_candidate: addIceCandidate (webrtc-pc 4.4.2). PCS_ERR_STATE without a
 * remote description; PCS_ERR_TYPE with neither mid nor section; PCS_ERR_OPERATION. A candidate
 * that is ignored by rule is PCS_OK. Lend one block of 256 bytes and the text's length per section.
 */
PCS_MUST_USE pcs_status pcs_negotiation_add_remote_candidate(pcs_negotiation *negotiation,
                                                             const pcs_remote_candidate *candidate);

/* ---- what came of it ---- */

/* pcs_negotiation_describe appends the text of a slot, candidates included: true and its type. */
bool pcs_negotiation_describe(const pcs_negotiation *negotiation, pcs_description_slot slot,
                              pcs_writer *writer, pcs_description_type *out_type);
/* pcs_negotiation_needed: webrtc-pc 4.7.3, apart from the signaling state. */
bool pcs_negotiation_needed(const pcs_negotiation *negotiation);

typedef enum pcs_trickle { PCS_TRICKLE_UNKNOWN, PCS_TRICKLE_NO, PCS_TRICKLE_YES } pcs_trickle;
/* pcs_negotiation_can_trickle: canTrickleIceCandidates. */
pcs_trickle pcs_negotiation_can_trickle(const pcs_negotiation *negotiation);

typedef struct pcs_data_transport {
  pcs_span mid;
  uint16_t section;
  uint16_t sctp_port;         /* the remote one */
  uint32_t message_bytes_max; /* what may be sent at once (webrtc-pc 6.1.1.2) */
  bool rejected;
} pcs_data_transport;
/* pcs_negotiation_data_transport: true when an answer, provisional or not, was about data. */
bool pcs_negotiation_data_transport(const pcs_negotiation *negotiation, pcs_data_transport *out);
/* pcs_negotiation_local_transport: the section whose candidates are gathered now, if there is one.
 */
bool pcs_negotiation_local_transport(const pcs_negotiation *negotiation, pcs_data_transport *out);
/* pcs_negotiation_plan: what the last answer asks of the host; false when it asks nothing. Spans
 * borrow the negotiation until its next change. */
bool pcs_negotiation_plan(const pcs_negotiation *negotiation, pcs_plan *out_plan);
/*
 * pcs_negotiation_take_message appends the next whole record for the host: GATHER, CONNECT,
 * ADD_CANDIDATE, END_OF_CANDIDATES, in an order the host can follow. False when nothing waits, or
 * less than PCS_NEGOTIATION_MESSAGE_BYTES_MAX is left in writer.
 */
bool pcs_negotiation_take_message(pcs_negotiation *negotiation, uint32_t peer, pcs_writer *writer);

#endif
