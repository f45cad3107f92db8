/*
 * What the files of core/jsep share and nobody else sees: blocks, descriptions, trickled candidates
 * and generations of one negotiation.
 */
#ifndef PCS_CORE_JSEP_NEGOTIATION_H
#define PCS_CORE_JSEP_NEGOTIATION_H

#include "core/jsep/jsep.h"

/* ---- blocks (block.c) ---- */

/* Stands at the start of every lent block. */
struct pcs_block {
  pcs_block *next;
  size_t len;
};

/* pcs_block_take gives the first lent block of at least len bytes, NULL when there is none. */
pcs_block *pcs_block_take(pcs_negotiation *negotiation, size_t len);
/* pcs_block_release: to be taken back. */
void pcs_block_release(pcs_negotiation *negotiation, pcs_block *block);
/* pcs_block_return: as lent, to be used again in this call. */
void pcs_block_return(pcs_negotiation *negotiation, pcs_block *block);

/* ---- descriptions (description.c) ---- */

struct pcs_description {
  pcs_block block; /* it lies at the start of its own block */
  pcs_description_type type;
  pcs_span text; /* as it was read, in this block */
  pcs_sdp_session session;
};

/* pcs_description_read takes a block and reads a copy of text into it; *out_line on an error. */
PCS_MUST_USE pcs_status pcs_description_read(pcs_negotiation *negotiation,
                                             pcs_description_type type, pcs_span text,
                                             pcs_description **out_description);
/* pcs_description_put replaces what is in the slot; NULL empties it. */
void pcs_description_put(pcs_negotiation *negotiation, pcs_description_slot slot,
                         pcs_description *description);
/* pcs_description_move puts one slot's description into another and leaves the first empty. */
void pcs_description_move(pcs_negotiation *negotiation, pcs_description_slot from,
                          pcs_description_slot to);
/* The pending one, or else the current one, or NULL (webrtc-pc localDescription). */
const pcs_description *pcs_description_latest(const pcs_negotiation *negotiation,
                                              pcs_description_side side);
/* The active data section's transport; false when there is no such section. */
bool pcs_description_data_transport(const pcs_description *description, size_t *out_section,
                                    pcs_sdp_transport *out_transport);

/*
 * pcs_description_continued is the local description that the next offer continues, with its data
 * section, when there is one that the other side did not reject; else NULL.
 */
const pcs_description *pcs_description_continued(const pcs_negotiation *negotiation,
                                                 size_t *out_section);

/* The newest pair of offer and answer, provisional answers included. */
typedef struct pcs_pair {
  const pcs_description *local;
  const pcs_description *remote;
  size_t section; /* of the data that was offered */
  bool has_data;
  bool rejected;
} pcs_pair;
/* pcs_pair_of: section and flags of an offer and its answer. */
pcs_pair pcs_pair_of(const pcs_description *local, const pcs_description *remote);
/* pcs_pair_newest: has_data is false when there is none. */
pcs_pair pcs_pair_newest(const pcs_negotiation *negotiation);

/* ---- trickled candidates (trickle.c) ---- */

/* Two generations of what one side may have (RFC 8445 6.1.2.5): more is ignored without a word. */
#define PCS_TRICKLED_MAX (2 * PCS_CANDIDATES_MAX)

struct pcs_trickled {
  pcs_block block;
  pcs_trickled *next;
  const pcs_description *everywhere; /* an end for all sections of that description */
  pcs_span ufrag;                    /* otherwise the generation it is of, and the section */
  pcs_span text;                     /* "candidate:...", empty for the end */
  pcs_candidate candidate;
  uint16_t section;
  bool usable; /* candidate is filled: the host may be told */
  bool told;
};

/* pcs_trickled_write appends the lines that a section of that generation has beyond its own. */
void pcs_trickled_write(const pcs_negotiation *negotiation, pcs_description_side side,
                        const pcs_description *description, size_t section, pcs_writer *writer);
/* pcs_trickled_is_known: is there one of the same generation, section and text? */
bool pcs_trickled_is_known(const pcs_negotiation *negotiation, pcs_description_side side,
                           const pcs_trickled *like);
/* pcs_trickled_keep puts it at the end of the list; one more of the same, or one too many, is
 * released instead. */
void pcs_trickled_keep(pcs_negotiation *negotiation, pcs_description_side side,
                       pcs_trickled *trickled);
/* pcs_trickled_drop releases the candidates of one local generation. */
void pcs_trickled_drop(pcs_negotiation *negotiation, pcs_span ufrag);
/* pcs_trickled_prune releases the remote candidates that no remote description is of any more. */
void pcs_trickled_prune(pcs_negotiation *negotiation);

/* ---- generations (generation.c) ---- */

pcs_span pcs_generation_ufrag(const pcs_generation *generation);
pcs_generation *pcs_generation_find(pcs_negotiation *negotiation, uint32_t id);
/* pcs_generation_of is the generation of a local description's data section, or NULL. */
const pcs_generation *pcs_generation_of(const pcs_negotiation *negotiation,
                                        const pcs_description *description);
/* pcs_generation_for: what an offer or answer must carry; NULL when one must be added first. */
const pcs_generation *pcs_generation_for(const pcs_negotiation *negotiation, pcs_creation creation);
/* pcs_generation_settle forgets a finished ICE restart. */
void pcs_generation_settle(pcs_negotiation *negotiation);

/* ---- checks (check_remote.c, check_local.c) ---- */

PCS_MUST_USE pcs_status pcs_check_remote(const pcs_negotiation *negotiation,
                                         const pcs_description *description);
PCS_MUST_USE pcs_status pcs_check_local(const pcs_negotiation *negotiation,
                                        const pcs_description *description);
/* pcs_dtls_role_of is our role when the answer, ours or theirs, has that a=setup. */
pcs_dtls_role pcs_dtls_role_of(pcs_description_side answerer, pcs_sdp_setup setup);

/* ---- texts (compose.c, offer.c, answer.c) ---- */

/* A data section of ours, to be written. */
typedef struct pcs_data_section {
  pcs_span mid;      /* empty: no a=mid */
  pcs_span protocol; /* empty: UDP/DTLS/SCTP */
  pcs_span formats;
  bool old_form; /* a=sctpmap in the place of a=sctp-port */
  bool with_tls_id;
  pcs_sdp_setup setup;
  const pcs_generation *generation;
} pcs_data_section;

void pcs_compose_session(pcs_writer *writer, const pcs_negotiation *negotiation,
                         pcs_span bundled_mid);
void pcs_compose_data(pcs_writer *writer, const pcs_negotiation *negotiation,
                      const pcs_data_section *section);
void pcs_compose_rejected(pcs_writer *writer, const pcs_sdp_section *like);
void pcs_compose_offer(pcs_writer *writer, const pcs_negotiation *negotiation,
                       const pcs_generation *generation);
void pcs_compose_answer(pcs_writer *writer, const pcs_negotiation *negotiation,
                        const pcs_generation *generation);

#endif
