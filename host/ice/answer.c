#include <string.h>

#include "host/ice/agent_state.h"

/* What a request is about, once it is known to be for us. */
typedef struct incoming {
  uint64_t now_us;
  uint32_t path_id;
  const pcs_address *from;
  const pcs_stun_message *request;
  pcs_ice_generation *generation;
  pcs_span remote_ufrag;
  bool masking; /* the answer offers it */
} incoming;

/* ---- responses ---- */

static pcs_status write_answer(const incoming *in, uint16_t code, pcs_ice_answer *answer) {
  pcs_writer writer;
  pcs_span written;
  pcs_writer_init(&writer, answer->bytes, sizeof answer->bytes);
  pcs_stun_begin(&writer, code == 0 ? PCS_STUN_SUCCESS : PCS_STUN_ERROR, in->request->id);
  if (code == 0) {
    pcs_stun_write_xor_mapped(&writer, in->from, in->request->id);
    if (in->masking) {
      pcs_stun_write_masking(&writer);
    }
  } else {
    pcs_stun_write_error(&writer, code);
  }
  if (code == PCS_STUN_UNKNOWN_ATTRIBUTE) {
    pcs_stun_write_unknown(&writer, in->request);
  }
  pcs_status status = pcs_stun_finish(&writer, pcs_ice_local_password(in->generation), &written);
  answer->len = written.len;
  return status;
}

/* Queues a success (code 0) or error response; when the owner did not poll, the request was lost.
 */
static void answer(pcs_ice_agent *agent, const incoming *in, uint16_t code) {
  if (agent->num_answers == PCS_ICE_ANSWERS_MAX) {
    return;
  }
  pcs_ice_answer *slot = &agent->answers[agent->num_answers];
  slot->path_id = in->path_id;
  slot->to = *in->from;
  if (write_answer(in, code, slot) == PCS_OK) {
    agent->num_answers++;
  }
}

/* ---- what a check teaches ---- */

/* RFC 8445 7.3.1.3: an unknown source address is a peer-reflexive candidate. */
static const pcs_ice_candidate *learn_remote(pcs_ice_agent *agent, const pcs_ice_early *check) {
  uint32_t owner = pcs_ice_remote_owner(check->remote);
  const pcs_address *from = &check->from;
  /* RFC 6544 7.2: who connects is active. */
  bool is_on_stream = pcs_ice_tcp_of(agent, check->path_id) != NULL;
  const pcs_ice_candidate *known = is_on_stream
                                       ? pcs_ice_candidates_at_tcp(&agent->remote, owner, from)
                                       : pcs_ice_candidates_at(&agent->remote, owner, from);
  if (known != NULL || agent->remote.num >= PCS_ICE_REMOTES_MAX) {
    return known;
  }
  pcs_ice_candidate found = {
      .id = pcs_ice_next_id(agent),
      .owner = owner,
      .type = PCS_CANDIDATE_PRFLX,
      .tcp_type = is_on_stream ? PCS_TCP_ACTIVE : PCS_TCP_NONE,
      .priority = check->priority,
      .address = *from,
  };
  pcs_ice_candidates_set_remote_foundation(&agent->remote, &found, (pcs_span){0});
  return pcs_ice_candidates_add(&agent->remote, &found);
}

static const pcs_ice_candidate *base_of(const pcs_ice_agent *agent, uint32_t generation,
                                        uint32_t path_id) {
  return pcs_ice_candidates_base(&agent->local, generation, pcs_ice_tcp_base_path(agent, path_id));
}

static pcs_ice_pair *learn_pair(pcs_ice_agent *agent, const pcs_ice_session *session,
                                const pcs_ice_early *check) {
  uint8_t index = pcs_ice_session_index(agent, session);
  pcs_ice_pair *known = pcs_ice_pairs_between(&agent->pairs, index, check->path_id, &check->from);
  if (known != NULL) {
    return known;
  }
  const pcs_ice_candidate *local = base_of(agent, session->generation, check->path_id);
  if (local == NULL) {
    return NULL;
  }
  const pcs_ice_candidate *remote = learn_remote(agent, check);
  pcs_ice_pair *made = remote != NULL ? pcs_ice_pair_make(agent, session, local, remote) : NULL;
  if (made != NULL) {
    pcs_ice_tcp_take(agent, check->path_id, made);
  }
  return made;
}

/* An address that was not signalled asks from once a pair is nominated: the other side may have
 * moved, and its data would not be listened to. */
static bool may_have_moved(const pcs_ice_agent *agent, const pcs_ice_pair *pair) {
  const pcs_ice_candidate *remote = pcs_ice_candidates_get(&agent->remote, pair->remote_id);
  return pair->state == PCS_PAIR_FROZEN && remote != NULL && !remote->told;
}

/* Once a pair is nominated a check of ours helps only if it may lead to a better one, or the
 * nominated one has fallen silent (the other side's address may have changed). */
static bool is_worth_checking(pcs_ice_agent *agent, const pcs_ice_session *session,
                              const pcs_ice_pair *pair, uint64_t now_us) {
  const pcs_ice_pair *selected = pcs_ice_selected(agent);
  if (!session->nominated || session->searching || selected == NULL ||
      may_have_moved(agent, pair) || pcs_ice_consent_is_silent(&selected->consent, now_us)) {
    return true;
  }
  return agent->role == PCS_ICE_CONTROLLED &&
         (pair->nominated_by_peer || pair->nominated || pair->priority > selected->priority);
}

/* RFC 8445 7.3.1.4: a check that runs is replaced, for the other side's packet has perhaps just
 * opened the way; its answer still counts. */
static void trigger(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_pair *pair) {
  if (pair->state == PCS_PAIR_IN_PROGRESS) {
    pcs_transactions_cancel(&agent->transactions, PCS_TRANSACTION_CHECK, pair->id,
                            now_us + 2 * PCS_ICE_RTO_US);
  }
  if (pcs_ice_pair_move(pair, PCS_PAIR_TRIGGER) == PCS_OK) {
    pcs_ice_pairs_enqueue(&agent->pairs, pair);
  }
}

/* RFC 8445 7.3.1.4 and 7.3.1.5, for a check of the session being connected. False when it is about
 * no pair of ours, nor can be. */
static bool learn(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_session *session,
                  const pcs_ice_early *check) {
  pcs_ice_pair *pair = learn_pair(agent, session, check);
  if (pair == NULL) {
    return false;
  }
  pair->counters.requests_received++;
  pair->counters.responses_sent++;
  pcs_ice_consent_hear(&pair->consent, now_us);
  pcs_ice_session_began(session, now_us);
  if (pair->consent.state == PCS_ICE_CONSENT_LOST) {
    return true; /* RFC 7675 5.1: not with these credentials. */
  }
  bool is_valid = pair->state == PCS_PAIR_SUCCEEDED &&
                  (pair->id == agent->selected ? pcs_ice_consent_is_fresh(&pair->consent, now_us)
                                               : pcs_ice_consent_is_young(&pair->consent, now_us));
  if (check->use_candidate && agent->role == PCS_ICE_CONTROLLED) {
    if (is_valid) {
      pcs_ice_nominated(agent, pair);
      return true;
    }
    pair->nominated_by_peer = true;
  }
  if (!is_valid && is_worth_checking(agent, session, pair, now_us)) {
    trigger(agent, now_us, pair);
  }
  return true;
}

static pcs_ice_early check_of(const incoming *in, uint8_t remote) {
  return (pcs_ice_early){
      .generation = in->generation->number,
      .remote = remote,
      .use_candidate = (in->request->has & PCS_STUN_HAS_USE_CANDIDATE) != 0,
      .path_id = in->path_id,
      .priority = in->request->priority,
      .from = *in->from,
  };
}

static bool is_same_check(const pcs_ice_early *a, const pcs_ice_early *b) {
  return a->generation == b->generation && a->remote == b->remote && a->path_id == b->path_id &&
         pcs_address_equal(&a->from, &b->from);
}

/* Keeps a check whose remote ufrag no plan has named yet; the newest of equal ones counts. Where it
 * came from is a candidate from now on (webrtc-stats 6.17), paired when there is a session. */
static void remember(pcs_ice_agent *agent, const pcs_ice_early *check) {
  pcs_ice_early *place = NULL;
  for (size_t i = 0; i < PCS_ICE_EARLY_MAX; i++) {
    pcs_ice_early *early = &agent->early[i];
    if (is_same_check(early, check)) {
      *early = *check;
      return;
    }
    if (place == NULL && early->generation == 0) {
      place = early;
    }
  }
  if (place != NULL) {
    *place = *check;
    (void)learn_remote(agent, check);
  }
}

void pcs_ice_answer_early(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_session *session) {
  for (size_t i = 0; i < PCS_ICE_EARLY_MAX; i++) {
    pcs_ice_early check = agent->early[i];
    if (check.generation == session->generation && check.remote == session->remote) {
      agent->early[i] = (pcs_ice_early){0};
      (void)learn(agent, now_us, session, &check);
    }
  }
}

/* ---- requests ---- */

/* RFC 8445 7.3.1.1. True when the conflict is the other side's to solve. */
static bool must_tell_conflict(pcs_ice_agent *agent, const pcs_stun_message *request) {
  bool both_control =
      agent->role == PCS_ICE_CONTROLLING && (request->has & PCS_STUN_HAS_CONTROLLING) != 0;
  bool none_controls =
      agent->role == PCS_ICE_CONTROLLED && (request->has & PCS_STUN_HAS_CONTROLLED) != 0;
  bool we_win = agent->tie_breaker >= request->tie_breaker;
  if (both_control && !we_win) {
    pcs_ice_set_role(agent, PCS_ICE_CONTROLLED);
  }
  if (none_controls && we_win) {
    pcs_ice_set_role(agent, PCS_ICE_CONTROLLING);
  }
  return (both_control && we_win) || (none_controls && !we_win);
}

static void answer_connected(pcs_ice_agent *agent, const incoming *in, pcs_ice_session *session) {
  if (session->failed) {
    return; /* RFC 7675 5.1: these credentials are not used any more. */
  }
  if (session != pcs_ice_current(agent)) {
    uint8_t index = pcs_ice_session_index(agent, session);
    pcs_ice_pair *old = pcs_ice_pairs_between(&agent->pairs, index, in->path_id, in->from);
    if (old != NULL) {
      pcs_ice_consent_hear(&old->consent, in->now_us);
      answer(agent, in, 0);
    }
    return;
  }
  if (must_tell_conflict(agent, in->request)) {
    answer(agent, in, PCS_STUN_ROLE_CONFLICT);
    return;
  }
  /* Who is answered may nominate this pair and send data there alone: without a pair of our own,
   * which is what we listen to, the answer would be a trap. */
  pcs_ice_early check = check_of(in, session->remote);
  if (learn(agent, in->now_us, session, &check)) {
    answer(agent, in, 0);
  }
}

static bool is_connected(const pcs_ice_agent *agent, uint32_t generation) {
  return (agent->sessions[0].used && agent->sessions[0].generation == generation) ||
         (agent->sessions[1].used && agent->sessions[1].generation == generation);
}

/* RFC 8445 7.3: the other side may check before its answer has reached us. RFC 8827 9.3: only for a
 * few ufrags, or every fork of an offer could have us answer for ever. */
static void answer_unconnected(pcs_ice_agent *agent, const incoming *in) {
  /* Our side of one session with their side of another: in a restart Chromium checks so from its
   * new sockets until our answer reaches it, and would take a success for a pair that we do not
   * have. */
  if (is_connected(agent, in->generation->number)) {
    return;
  }
  uint8_t remote = pcs_ice_remote_learn(agent, in->remote_ufrag);
  if (remote == PCS_REMOTE_UFRAGS_MAX) {
    return;
  }
  if (must_tell_conflict(agent, in->request)) {
    answer(agent, in, PCS_STUN_ROLE_CONFLICT);
    return;
  }
  answer(agent, in, 0);
  pcs_ice_early check = check_of(in, remote);
  remember(agent, &check);
}

static void answer_authentic(pcs_ice_agent *agent, const incoming *in) {
  if (in->request->num_unknown > 0) {
    answer(agent, in, PCS_STUN_UNKNOWN_ATTRIBUTE);
    return;
  }
  if ((in->request->has & PCS_STUN_HAS_PRIORITY) == 0) {
    answer(agent, in, PCS_STUN_BAD_REQUEST);
    return;
  }
  uint8_t remote = pcs_ice_remote_find(agent, in->remote_ufrag);
  pcs_ice_session *session = pcs_ice_session_between(agent, in->generation->number, remote);
  if (session != NULL) {
    answer_connected(agent, in, session);
  } else {
    answer_unconnected(agent, in);
  }
}

/* Splits "ours:theirs" and finds the generation whose ufrag ours is (RFC 8445 7.2.2). */
static bool read_username(pcs_ice_agent *agent, incoming *in) {
  pcs_reader reader;
  pcs_reader_init(&reader, in->request->username);
  pcs_span ours = pcs_reader_bytes(&reader, PCS_ICE_UFRAG_BYTES);
  uint8_t colon = pcs_reader_u8(&reader);
  in->remote_ufrag = pcs_reader_rest(&reader);
  if (reader.failed || colon != ':' ||
      pcs_ice_text_check(in->remote_ufrag, PCS_UFRAG_BYTES_MIN, PCS_UFRAG_BYTES_MAX) != PCS_OK) {
    return false;
  }
  for (size_t i = 0; i < PCS_ICE_GENERATIONS_MAX; i++) {
    pcs_ice_generation *generation = &agent->generations[i];
    if (generation->number != 0 && pcs_span_equal(ours, pcs_ice_local_ufrag(generation))) {
      in->generation = generation;
      return true;
    }
  }
  return false;
}

/*
 * DEVIATION: RFC 8489 9.1.3 answers 400 or 401 to a request that is not authentic. We stay silent:
 * an answer would tell a scanner that somebody is here, and be sent to whoever the source address
 * claims to be. A peer whose request was only early sends it again.
 */
void pcs_ice_answer_request(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id,
                            const pcs_address *from, const pcs_stun_message *request) {
  incoming in = {.now_us = now_us, .path_id = path_id, .from = from, .request = request};
  if (!read_username(agent, &in) ||
      !pcs_stun_is_authentic(request, pcs_ice_local_password(in.generation))) {
    return;
  }
  /* No answer from a socket whose address this generation never told (relay policy), nor to where
   * no check of ours may go or would go. */
  const pcs_ice_candidate *local = base_of(agent, in.generation->number, path_id);
  if (local == NULL || !pcs_ice_fit_together(agent, local, from) ||
      pcs_address_admit(from, pcs_ice_reach(agent)) != PCS_OK ||
      pcs_ice_tcp_prove(agent, now_us, path_id, request) != PCS_OK) {
    return;
  }
  in.masking = pcs_ice_tcp_masks(agent, path_id);
  answer_authentic(agent, &in);
}
