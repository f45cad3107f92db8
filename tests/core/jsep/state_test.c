#include "tests/check.h"

#include "core/jsep/state.h"

#define NO (-1)
#define STABLE PCS_SIGNALING_STABLE
#define HLO PCS_SIGNALING_HAVE_LOCAL_OFFER
#define HRO PCS_SIGNALING_HAVE_REMOTE_OFFER
#define HLP PCS_SIGNALING_HAVE_LOCAL_PRANSWER
#define HRP PCS_SIGNALING_HAVE_REMOTE_PRANSWER

/* RFC 9429 3.2 as it is drawn there: from, side, then offer, pranswer, answer, rollback. */
static const int wanted[PCS_SIGNALING_NUM_STATES][2][PCS_DESCRIPTION_NUM_TYPES] = {
    [STABLE] = {{HLO, NO, NO, NO}, {HRO, NO, NO, NO}},
    [HLO] = {{HLO, NO, NO, STABLE}, {NO, HRP, STABLE, NO}},
    [HRO] = {{NO, HLP, STABLE, NO}, {HRO, NO, NO, STABLE}},
    [HLP] = {{NO, HLP, STABLE, NO}, {NO, NO, NO, NO}},
    [HRP] = {{NO, NO, NO, NO}, {NO, HRP, STABLE, NO}},
    [PCS_SIGNALING_CLOSED] = {{NO, NO, NO, NO}, {NO, NO, NO, NO}},
};

static void test_every_event(void) {
  for (int from = 0; from < PCS_SIGNALING_NUM_STATES; from++) {
    for (int side = 0; side < 2; side++) {
      for (int type = 0; type < PCS_DESCRIPTION_NUM_TYPES; type++) {
        pcs_signaling_event event = {(pcs_description_side)side, (pcs_description_type)type};
        pcs_signaling_state to = PCS_SIGNALING_CLOSED;
        pcs_status status = pcs_signaling_next((pcs_signaling_state)from, event, &to);
        int got = status == PCS_OK ? (int)to : NO;
        if (!CHECK_EQ_INT(got, wanted[from][side][type])) {
          printf("#   from %s, side %d, %s\n", pcs_signaling_state_name((pcs_signaling_state)from),
                 side, pcs_description_type_name((pcs_description_type)type));
        }
        CHECK(status == PCS_OK || status == PCS_ERR_STATE);
      }
    }
  }
}

static void test_names(void) {
  CHECK_EQ_STR(pcs_signaling_state_name(STABLE), "stable");
  CHECK_EQ_STR(pcs_signaling_state_name(HRP), "have-remote-pranswer");
  CHECK_EQ_STR(pcs_signaling_state_name(PCS_SIGNALING_CLOSED), "closed");
  CHECK_EQ_STR(pcs_signaling_state_name((pcs_signaling_state)6), "unknown");
  CHECK_EQ_STR(pcs_description_type_name(PCS_DESCRIPTION_ROLLBACK), "rollback");
  CHECK_EQ_STR(pcs_description_type_name((pcs_description_type)4), "unknown");
}

int main(void) {
  RUN("every state takes the descriptions of RFC 9429 and no others", test_every_event);
  RUN("states and types have the W3C's names", test_names);
  return check_report();
}
