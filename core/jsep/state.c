#include "core/jsep/state.h"

#include <stddef.h>

typedef struct transition {
  pcs_signaling_state from;
  pcs_signaling_event event;
  pcs_signaling_state to;
} transition;

#define LOCAL(type)                                                                                \
  { PCS_SIDE_LOCAL, PCS_DESCRIPTION_##type }
#define REMOTE(type)                                                                               \
  { PCS_SIDE_REMOTE, PCS_DESCRIPTION_##type }
#define STATE(name) PCS_SIGNALING_##name

/*
 * RFC 9429 3.2. Rollback as in webrtc-pc 4.4.1.5: of an offer only, and by the side that set it. An
 * offer that arrives in have-local-offer needs a rollback first; that is the caller's to ask for.
 */
static const transition transitions[] = {
    {STATE(STABLE), LOCAL(OFFER), STATE(HAVE_LOCAL_OFFER)},
    {STATE(STABLE), REMOTE(OFFER), STATE(HAVE_REMOTE_OFFER)},
    {STATE(HAVE_LOCAL_OFFER), LOCAL(OFFER), STATE(HAVE_LOCAL_OFFER)},
    {STATE(HAVE_LOCAL_OFFER), LOCAL(ROLLBACK), STATE(STABLE)},
    {STATE(HAVE_LOCAL_OFFER), REMOTE(PRANSWER), STATE(HAVE_REMOTE_PRANSWER)},
    {STATE(HAVE_LOCAL_OFFER), REMOTE(ANSWER), STATE(STABLE)},
    {STATE(HAVE_REMOTE_OFFER), REMOTE(OFFER), STATE(HAVE_REMOTE_OFFER)},
    {STATE(HAVE_REMOTE_OFFER), REMOTE(ROLLBACK), STATE(STABLE)},
    {STATE(HAVE_REMOTE_OFFER), LOCAL(PRANSWER), STATE(HAVE_LOCAL_PRANSWER)},
    {STATE(HAVE_REMOTE_OFFER), LOCAL(ANSWER), STATE(STABLE)},
    {STATE(HAVE_LOCAL_PRANSWER), LOCAL(PRANSWER), STATE(HAVE_LOCAL_PRANSWER)},
    {STATE(HAVE_LOCAL_PRANSWER), LOCAL(ANSWER), STATE(STABLE)},
    {STATE(HAVE_REMOTE_PRANSWER), REMOTE(PRANSWER), STATE(HAVE_REMOTE_PRANSWER)},
    {STATE(HAVE_REMOTE_PRANSWER), REMOTE(ANSWER), STATE(STABLE)},
};

pcs_status pcs_signaling_next(pcs_signaling_state from, pcs_signaling_event event,
                              pcs_signaling_state *out_to) {
  for (size_t i = 0; i < sizeof transitions / sizeof transitions[0]; i++) {
    const transition *row = &transitions[i];
    if (row->from == from && row->event.side == event.side && row->event.type == event.type) {
      *out_to = row->to;
      return PCS_OK;
    }
  }
  return PCS_ERR_STATE;
}

const char *pcs_signaling_state_name(pcs_signaling_state state) {
  static const char *const names[] = {"stable",
                                      "have-local-offer",
                                      "have-remote-offer",
                                      "have-local-pranswer",
                                      "have-remote-pranswer",
                                      "closed"};
  return state < PCS_SIGNALING_NUM_STATES ? names[state] : "unknown";
}

const char *pcs_description_type_name(pcs_description_type type) {
  static const char *const names[] = {"offer", "pranswer", "answer", "rollback"};
  return type < PCS_DESCRIPTION_NUM_TYPES ? names[type] : "unknown";
}
