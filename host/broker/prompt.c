#include "host/broker/prompt.h"

#include "core/base/text.h"

#define DURATIONS_ALL ((1U << PCS_NUM_DURATIONS) - 1)

/* ---- questions ---- */

static bool is_somebody(const pcs_origin *origin) {
  pcs_origin parsed;
  return !origin->opaque && pcs_origin_parse(pcs_span_of_text(origin->text), &parsed) == PCS_OK &&
         !parsed.opaque;
}

/* RFC 8827 6.2: what may share a question does, and nothing else. */
static bool is_one_question(uint32_t rights) {
  uint32_t rest = rights;
  return pcs_rights_take_question(&rest) == rights && rights != 0;
}

static bool needs_device(uint32_t right) {
  const pcs_right_row *row = pcs_right_find(right);
  return row != NULL && row->needs == PCS_NEEDS_DEVICE;
}

static bool is_choice(const pcs_device_choice *choice, uint32_t rights) {
  pcs_span label = {choice->label, choice->label_len};
  return (choice->right & rights) != 0 && needs_device(choice->right) && choice->device.len > 0 &&
         choice->label_len <= PCS_DEVICE_LABEL_BYTES_MAX && pcs_text_is_utf8(label);
}

pcs_status pcs_question_check(const pcs_question *question) {
  if (question->id == 0 || !is_somebody(&question->origin) || !is_somebody(&question->embedder) ||
      !is_one_question(question->rights) || question->durations == 0 ||
      (question->durations & ~DURATIONS_ALL) != 0 ||
      question->num_devices > PCS_QUESTION_DEVICES_MAX ||
      question->peer.num_certificates > PCS_FINGERPRINTS_MAX) {
    return PCS_ERR_RANGE;
  }
  for (size_t i = 0; i < question->num_devices; i++) {
    if (!is_choice(&question->devices[i], question->rights)) {
      return PCS_ERR_RANGE;
    }
  }
  return PCS_OK;
}

/* ---- answers ---- */

static bool is_bare(const pcs_answer *answer) {
  return answer->rights == 0 && answer->num_devices == 0 && !answer->only_this_peer &&
         answer->duration == PCS_DURATION_CALL;
}

/* How many of the chosen devices are for this right. */
static size_t count_devices(const pcs_answer *answer, const pcs_question *question,
                            uint32_t right) {
  size_t num = 0;
  for (size_t i = 0; i < answer->num_devices; i++) {
    num += question->devices[answer->devices[i]].right == right;
  }
  return num;
}

static bool has_its_devices(const pcs_answer *answer, const pcs_question *question) {
  for (size_t i = 0; i < answer->num_devices; i++) {
    if (answer->devices[i] >= question->num_devices ||
        (question->devices[answer->devices[i]].right & answer->rights) == 0) {
      return false;
    }
  }
  for (uint32_t right = 1; right != 0 && right <= answer->rights; right <<= 1) {
    bool is_needed = (answer->rights & right) != 0 && needs_device(right);
    if (is_needed && count_devices(answer, question, right) != 1) {
      return false;
    }
  }
  return true;
}

static bool allows_what_was_asked(const pcs_answer *answer, const pcs_question *question) {
  bool is_offered = (unsigned)answer->duration < PCS_NUM_DURATIONS &&
                    (question->durations & (1U << answer->duration)) != 0;
  return answer->rights != 0 && (answer->rights & ~question->rights) == 0 && is_offered &&
         (!answer->only_this_peer || question->peer.num_certificates > 0) &&
         answer->num_devices <= PCS_QUESTION_DEVICES_MAX && has_its_devices(answer, question);
}

pcs_status pcs_answer_check(const pcs_answer *answer, const pcs_question *question) {
  bool good = false;
  switch (answer->kind) {
  case PCS_ANSWER_DISMISSED:
  case PCS_ANSWER_DENIED:
    good = is_bare(answer);
    break;
  case PCS_ANSWER_BLOCKED:
    good = is_bare(answer) && question->can_block;
    break;
  case PCS_ANSWER_ALLOWED:
    good = allows_what_was_asked(answer, question);
    break;
  }
  return good && answer->question == question->id ? PCS_OK : PCS_ERR_RANGE;
}
