/*
 * The signaling state (RFC 9429 3.2, webrtc-pc RTCSignalingState): which description may be set
 * now, and what state that leads to. One table; it holds no state of its own.
 */
#ifndef PCS_CORE_JSEP_STATE_H
#define PCS_CORE_JSEP_STATE_H

#include "core/base/status.h"

/* RTCSignalingState's order. */
typedef enum pcs_signaling_state {
  PCS_SIGNALING_STABLE,
  PCS_SIGNALING_HAVE_LOCAL_OFFER,
  PCS_SIGNALING_HAVE_REMOTE_OFFER,
  PCS_SIGNALING_HAVE_LOCAL_PRANSWER,
  PCS_SIGNALING_HAVE_REMOTE_PRANSWER,
  PCS_SIGNALING_CLOSED,
} pcs_signaling_state;
#define PCS_SIGNALING_NUM_STATES 6

typedef enum pcs_description_side { PCS_SIDE_LOCAL, PCS_SIDE_REMOTE } pcs_description_side;

/* RTCSdpType's order. */
typedef enum pcs_description_type {
  PCS_DESCRIPTION_OFFER,
  PCS_DESCRIPTION_PRANSWER,
  PCS_DESCRIPTION_ANSWER,
  PCS_DESCRIPTION_ROLLBACK,
} pcs_description_type;
#define PCS_DESCRIPTION_NUM_TYPES 4

typedef struct pcs_signaling_event {
  pcs_description_side side;
  pcs_description_type type;
} pcs_signaling_event;

/* pcs_signaling_next: PCS_OK with the state that follows, or PCS_ERR_STATE. */
PCS_MUST_USE pcs_status pcs_signaling_next(pcs_signaling_state from, pcs_signaling_event event,
                                           pcs_signaling_state *out_to);
/* The W3C's strings, or "unknown". Static lifetime. */
const char *pcs_signaling_state_name(pcs_signaling_state state);
const char *pcs_description_type_name(pcs_description_type type);

#endif
