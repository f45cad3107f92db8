/*
 * A session description as a struct: every line in order, known or not, and beside them what this
 * code understands of them. pcs_sdp_read makes one from any text in linear time, pcs_sdp_write
 * makes text of it again; the same struct gives the same bytes. It judges form (RFC 8866) and
 * nothing else: whether a description may be accepted is for core/jsep.
 *
 * All spans borrow the text, everything else lives in the arena; both are the caller's.
 */
#ifndef PCS_CORE_SDP_SESSION_H
#define PCS_CORE_SDP_SESSION_H

#include "core/base/arena.h"
#include "core/plan/plan.h"

/* The longest mid: RFC 9143's is a token; 16 bytes is the most an RTP header extension carries. */
#define PCS_SDP_MID_BYTES_MAX 256

typedef enum pcs_sdp_attribute {
  PCS_SDP_UNKNOWN,
#define PCS_SDP_ATTRIBUTE(NAME, text, level, times, value) PCS_SDP_##NAME,
#include "core/sdp/attributes.def"
#undef PCS_SDP_ATTRIBUTE
  PCS_SDP_NUM_ATTRIBUTES
} pcs_sdp_attribute;

typedef enum pcs_sdp_media {
  PCS_SDP_MEDIA_AUDIO,
  PCS_SDP_MEDIA_VIDEO,
  PCS_SDP_MEDIA_APPLICATION,
  PCS_SDP_MEDIA_OTHER,
} pcs_sdp_media;

/* RTCRtpTransceiverDirection's order. */
typedef enum pcs_sdp_direction {
  PCS_SDP_DIRECTION_SENDRECV,
  PCS_SDP_DIRECTION_SENDONLY,
  PCS_SDP_DIRECTION_RECVONLY,
  PCS_SDP_DIRECTION_INACTIVE,
} pcs_sdp_direction;

typedef enum pcs_sdp_setup {
  PCS_SDP_SETUP_NONE, /* no a=setup */
  PCS_SDP_SETUP_ACTIVE,
  PCS_SDP_SETUP_PASSIVE,
  PCS_SDP_SETUP_ACTPASS,
  PCS_SDP_SETUP_HOLDCONN,
} pcs_sdp_setup;

typedef struct pcs_sdp_line {
  pcs_span name;     /* of an attribute, empty on other lines */
  pcs_span value;    /* behind "x=", or behind an attribute's colon */
  uint32_t number;   /* in the text, from 1 */
  uint8_t type;      /* 'v', 'm', 'a', ... */
  uint8_t attribute; /* pcs_sdp_attribute */
  bool has_colon;    /* "a=x:" is not "a=x" */
} pcs_sdp_line;

typedef struct pcs_sdp_lines {
  const pcs_sdp_line *first;
  size_t num;
} pcs_sdp_lines;

/* How a section's packets travel; what stands at session level counts for every section. */
typedef struct pcs_sdp_transport {
  pcs_span ufrag;
  pcs_span password;
  pcs_span tls_id;
  pcs_fingerprint *fingerprints; /* of known hashes, at most PCS_FINGERPRINTS_MAX, in order */
  uint8_t num_fingerprints;
  uint8_t setup; /* pcs_sdp_setup */
  bool trickle;  /* a=ice-options says so */
  bool end_of_candidates;
} pcs_sdp_transport;

/* An m= line and all lines up to the next. */
typedef struct pcs_sdp_section {
  pcs_sdp_lines lines; /* the m= line is the first */
  pcs_span media;
  pcs_span protocol;
  pcs_span formats;
  pcs_span mid; /* empty without a=mid */
  pcs_sdp_transport transport;
  uint32_t message_bytes_max; /* a=max-message-size, cut to 32 bits */
  uint16_t port;
  uint16_t sctp_port; /* a=sctp-port or a=sctpmap: see pcs_sdp_data_port */
  uint8_t media_kind; /* pcs_sdp_media */
  uint8_t direction;  /* pcs_sdp_direction */
  bool has_sctp_port;
  bool has_message_bytes_max;
  bool bundle_only;
  bool rtcp_mux;
} pcs_sdp_section;

/* a=group:BUNDLE, in order. */
typedef struct pcs_sdp_bundle {
  pcs_span mids; /* separated by spaces */
} pcs_sdp_bundle;

typedef struct pcs_sdp_session {
  pcs_sdp_lines lines; /* before the first m= line */
  pcs_sdp_section *sections;
  size_t num_sections;
  pcs_sdp_bundle *bundles;
  size_t num_bundles;
  pcs_sdp_transport transport;
  uint8_t direction;
  bool ice_lite;
} pcs_sdp_session;

/*
 * pcs_sdp_read: PCS_OK and the description, or with *out_line the number of the line that is wrong
 * (0 when none is): PCS_ERR_SYNTAX; PCS_ERR_TOO_LARGE (PCS_SDP_BYTES_MAX, PCS_SDP_SECTIONS_MAX);
 * PCS_ERR_NO_SPACE when the arena is too small. *out_session is all zero then.
 */
PCS_MUST_USE pcs_status pcs_sdp_read(pcs_arena *arena, pcs_span text, pcs_sdp_session *out_session,
                                     uint32_t *out_line);
/* pcs_sdp_write appends the description, every line ended by CRLF. */
void pcs_sdp_write(pcs_writer *writer, const pcs_sdp_session *session);
void pcs_sdp_write_lines(pcs_writer *writer, pcs_sdp_lines lines);
bool pcs_sdp_line_equal(const pcs_sdp_line *a, const pcs_sdp_line *b);

/* pcs_sdp_find_section is the index of the section with that mid, or num_sections. */
size_t pcs_sdp_find_section(const pcs_sdp_session *session, pcs_span mid);
/* pcs_sdp_find_bundle is the group that has that mid, or NULL; an empty mid is in none. */
const pcs_sdp_bundle *pcs_sdp_find_bundle(const pcs_sdp_session *session, pcs_span mid);
/*
 * pcs_sdp_section_transport is what counts for a section: its own attributes, else those of the
 * first section of its BUNDLE group (RFC 9143 7.3.1), else those of the session.
 */
pcs_sdp_transport pcs_sdp_section_transport(const pcs_sdp_session *session, size_t index);
/* pcs_sdp_is_rejected: port 0 without a=bundle-only (RFC 9143 6). */
bool pcs_sdp_is_rejected(const pcs_sdp_section *section);
/*
 * pcs_sdp_is_data: a data channel section, of RFC 8841's form or of the drafts' before it
 * ("DTLS/SCTP 5000" with a=sctpmap, RFC 9429 5.1.2).
 */
bool pcs_sdp_is_data(const pcs_sdp_section *section);
bool pcs_sdp_is_old_data(const pcs_sdp_section *section);
/* pcs_sdp_data_port is a data section's SCTP port, 5000 when it names none; 0 is no association. */
uint16_t pcs_sdp_data_port(const pcs_sdp_section *section);
/* pcs_sdp_find_data is the index of the first data section that is not rejected, or num_sections.
 */
size_t pcs_sdp_find_data(const pcs_sdp_session *session);

#endif
