#include "host/broker/questions.h"

const pcs_question *pcs_questions_of_origin(const pcs_questions *questions,
                                            const pcs_origin *origin) {
  for (size_t i = 0; i < questions->num; i++) {
    if (pcs_origin_equal(&questions->entries[i].origin, origin)) {
      return &questions->entries[i];
    }
  }
  return NULL;
}

const pcs_question *pcs_questions_find(const pcs_questions *questions, uint64_t id) {
  for (size_t i = 0; i < questions->num; i++) {
    if (questions->entries[i].id == id) {
      return &questions->entries[i];
    }
  }
  return NULL;
}

static bool shares(uint32_t rights) {
  for (uint32_t right = 1; right != 0 && right <= rights; right <<= 1) {
    const pcs_right_row *row = (rights & right) != 0 ? pcs_right_find(right) : NULL;
    if ((rights & right) != 0 && (row == NULL || row->tier != PCS_TIER_PLAIN)) {
      return false;
    }
  }
  return true;
}

bool pcs_questions_is_same(const pcs_question *a, const pcs_question *b) {
  if (a->rights != b->rights || !shares(a->rights) || a->durations != b->durations ||
      !pcs_origin_equal(&a->origin, &b->origin) || !pcs_origin_equal(&a->embedder, &b->embedder) ||
      !pcs_peer_equal(&a->peer, &b->peer) || a->num_devices != b->num_devices) {
    return false;
  }
  for (size_t i = 0; i < a->num_devices; i++) {
    if (a->devices[i].right != b->devices[i].right ||
        !pcs_device_equal(&a->devices[i].device, &b->devices[i].device)) {
      return false;
    }
  }
  return true;
}

pcs_status pcs_questions_put(pcs_questions *questions, pcs_question *question) {
  if (questions->prompter.put == NULL) {
    return PCS_ERR_UNSUPPORTED;
  }
  if (pcs_questions_of_origin(questions, &question->origin) != NULL) {
    return PCS_ERR_STATE;
  }
  if (questions->num == PCS_QUESTIONS_MAX) {
    return PCS_ERR_NO_SPACE;
  }
  question->id = questions->last_id + 1;
  pcs_status status = questions->prompter.put(questions->prompter.self, question);
  if (status == PCS_ERR_NO_SPACE && questions->num > 0) {
    return PCS_ERR_NO_SPACE;
  }
  if (status != PCS_OK) {
    return PCS_ERR_UNSUPPORTED; /* nothing will end that could make room */
  }
  questions->last_id = question->id;
  questions->entries[questions->num++] = *question;
  return PCS_OK;
}

void pcs_questions_end(pcs_questions *questions, uint64_t id) {
  for (size_t i = 0; i < questions->num; i++) {
    if (questions->entries[i].id == id) {
      questions->entries[i] = questions->entries[--questions->num];
      return;
    }
  }
}

void pcs_questions_withdraw(pcs_questions *questions, uint64_t id) {
  if (pcs_questions_find(questions, id) != NULL) {
    questions->prompter.withdraw(questions->prompter.self, id);
    pcs_questions_end(questions, id);
  }
}
