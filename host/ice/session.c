#include <string.h>

#include "host/crypto/hash.h"
#include "host/ice/agent_state.h"

/* ---- what is known of the other side ---- */

pcs_span pcs_ice_remote_ufrag(const pcs_ice_remote *remote) {
  return (pcs_span){(const uint8_t *)remote->ufrag, remote->ufrag_len};
}

pcs_span pcs_ice_remote_password(const pcs_ice_remote *remote) {
  return (pcs_span){(const uint8_t *)remote->password, remote->password_len};
}

uint8_t pcs_ice_remote_find(const pcs_ice_agent *agent, pcs_span ufrag) {
  for (uint8_t i = 0; i < PCS_REMOTE_UFRAGS_MAX; i++) {
    const pcs_ice_remote *remote = &agent->remotes[i];
    if (remote->used && pcs_span_equal(pcs_ice_remote_ufrag(remote), ufrag)) {
      return i;
    }
  }
  return PCS_REMOTE_UFRAGS_MAX;
}

static uint16_t copy_text(char *out, size_t capacity, pcs_span text) {
  pcs_writer writer;
  pcs_writer_init(&writer, (uint8_t *)out, capacity);
  pcs_writer_bytes(&writer, text);
  return (uint16_t)writer.len;
}

uint8_t pcs_ice_remote_learn(pcs_ice_agent *agent, pcs_span ufrag) {
  uint8_t known = pcs_ice_remote_find(agent, ufrag);
  if (known < PCS_REMOTE_UFRAGS_MAX || ufrag.len < PCS_UFRAG_BYTES_MIN ||
      ufrag.len > PCS_UFRAG_BYTES_MAX) {
    return known;
  }
  for (uint8_t i = 0; i < PCS_REMOTE_UFRAGS_MAX; i++) {
    pcs_ice_remote *remote = &agent->remotes[i];
    if (!remote->used) {
      remote->used = true;
      remote->ufrag_len = copy_text(remote->ufrag, sizeof remote->ufrag, ufrag);
      return i;
    }
  }
  return PCS_REMOTE_UFRAGS_MAX;
}

static bool is_used_remote(const pcs_ice_agent *agent, uint8_t remote) {
  return (agent->sessions[0].used && agent->sessions[0].remote == remote) ||
         (agent->sessions[1].used && agent->sessions[1].remote == remote);
}

static void forget_remote(pcs_ice_agent *agent, uint8_t remote) {
  pcs_ice_candidates_drop_owner(&agent->remote, pcs_ice_remote_owner(remote));
  for (size_t i = 0; i < PCS_ICE_EARLY_MAX; i++) {
    if (agent->early[i].generation != 0 && agent->early[i].remote == remote) {
      agent->early[i] = (pcs_ice_early){0};
    }
  }
  pcs_wipe(&agent->remotes[remote], sizeof agent->remotes[remote]);
}

static void forget_unused_remotes(pcs_ice_agent *agent) {
  for (uint8_t i = 0; i < PCS_REMOTE_UFRAGS_MAX; i++) {
    if (agent->remotes[i].used && !is_used_remote(agent, i)) {
      forget_remote(agent, i);
    }
  }
}

/* Offers older than the one that was answered are void. */
static void forget_unused_generations(pcs_ice_agent *agent) {
  uint32_t current = pcs_ice_current(agent)->generation;
  const pcs_ice_session *old = &agent->sessions[1 - agent->current];
  for (size_t i = 0; i < PCS_ICE_GENERATIONS_MAX; i++) {
    pcs_ice_generation *generation = &agent->generations[i];
    bool is_old = old->used && old->generation == generation->number;
    if (generation->number != 0 && generation->number < current && !is_old) {
      pcs_ice_generation_drop(agent, generation);
    }
  }
}

/* ---- sessions ---- */

pcs_ice_session *pcs_ice_current(pcs_ice_agent *agent) {
  return &agent->sessions[agent->current];
}

pcs_ice_session *pcs_ice_session_between(pcs_ice_agent *agent, uint32_t generation,
                                         uint8_t remote) {
  for (size_t i = 0; i < 2; i++) {
    pcs_ice_session *session = &agent->sessions[i];
    if (session->used && session->generation == generation && session->remote == remote) {
      return session;
    }
  }
  return NULL;
}

/* Ends a session's pairs, all but the one named. */
static void end_pairs(pcs_ice_agent *agent, const pcs_ice_session *session, uint32_t but_id) {
  uint8_t index = pcs_ice_session_index(agent, session);
  for (size_t i = agent->pairs.num; i > 0; i--) {
    const pcs_ice_pair *pair = &agent->pairs.entries[i - 1];
    if (pair->session == index && pair->id != but_id) {
      pcs_ice_pair_end(agent, pair->id);
    }
  }
}

static void clear_session(pcs_ice_agent *agent, pcs_ice_session *session) {
  end_pairs(agent, session, 0);
  *session = (pcs_ice_session){0};
}

void pcs_ice_session_fail(pcs_ice_agent *agent, pcs_ice_session *session) {
  if (session == pcs_ice_current(agent)) {
    end_pairs(agent, session, 0);
    session->failed = true;
  } else {
    pcs_ice_session_end_old(agent);
  }
}

void pcs_ice_session_end_old(pcs_ice_agent *agent) {
  pcs_ice_session *old = &agent->sessions[1 - agent->current];
  if (!old->used) {
    return;
  }
  uint8_t remote = old->remote;
  clear_session(agent, old);
  forget_unused_generations(agent);
  if (!is_used_remote(agent, remote)) {
    forget_remote(agent, remote);
  }
}

void pcs_ice_session_began(pcs_ice_session *session, uint64_t now_us) {
  if (session->began_us == PCS_NEVER) {
    session->began_us = now_us;
  }
}

static bool is_exhausted(pcs_ice_agent *agent, const pcs_ice_session *session) {
  const pcs_ice_generation *generation = pcs_ice_generation_of(agent, session->generation);
  return agent->remotes[session->remote].ended && generation->gathering == PCS_GATHERING_COMPLETE &&
         !pcs_ice_checks_left(agent, agent->current) && !pcs_ice_names_left(agent, session);
}

/* When the session is given up if nothing changes. */
static uint64_t gives_up_at(pcs_ice_agent *agent, const pcs_ice_session *session) {
  if (!session->used || session->failed) {
    return PCS_NEVER;
  }
  if (session->lost_us != PCS_NEVER) {
    return session->lost_us + PCS_ICE_EXHAUSTED_US;
  }
  if (session->began_us == PCS_NEVER || session->first_valid_us != PCS_NEVER) {
    return PCS_NEVER;
  }
  return session->began_us +
         (is_exhausted(agent, session) ? PCS_ICE_EXHAUSTED_US : PCS_ICE_PATIENCE_US);
}

void pcs_ice_session_give_up(pcs_ice_agent *agent, uint64_t now_us) {
  pcs_ice_session *session = pcs_ice_current(agent);
  if (now_us >= gives_up_at(agent, session)) {
    pcs_ice_session_fail(agent, session);
  }
}

uint64_t pcs_ice_session_wake_at(pcs_ice_agent *agent) {
  return gives_up_at(agent, pcs_ice_current(agent));
}

/* ---- from plan to check list ---- */

static bool is_connected_as(const pcs_ice_agent *agent, const pcs_plan *plan) {
  const pcs_ice_session *session = &agent->sessions[agent->current];
  if (!session->used || session->generation != plan->generation) {
    return false;
  }
  const pcs_ice_remote *remote = &agent->remotes[session->remote];
  return pcs_span_equal(pcs_ice_remote_ufrag(remote), plan->remote_ufrag) &&
         pcs_span_equal(pcs_ice_remote_password(remote), plan->remote_password);
}

/* RFC 8445 9 and RFC 7675 5.1: a pair that carries data stays, with its consent, until the restart
 * has found a new one; all else of earlier sessions ends. */
static void retire_sessions(pcs_ice_agent *agent) {
  const pcs_ice_pair *kept = pcs_ice_selected(agent);
  for (uint8_t i = 0; i < 2; i++) {
    pcs_ice_session *session = &agent->sessions[i];
    if (kept == NULL || kept->session != i) {
      clear_session(agent, session);
    } else {
      end_pairs(agent, session, agent->selected);
    }
  }
  if (agent->sessions[agent->current].used) {
    agent->current = 1 - agent->current;
  }
}

/* The other side's credentials as the plan has them. A place is always found: what no session uses
 * makes room. An old session whose ufrag comes back with another password cannot go on. */
static uint8_t take_remote(pcs_ice_agent *agent, const pcs_plan *plan) {
  uint8_t place = pcs_ice_remote_find(agent, plan->remote_ufrag);
  if (place < PCS_REMOTE_UFRAGS_MAX && is_used_remote(agent, place) &&
      !pcs_span_equal(pcs_ice_remote_password(&agent->remotes[place]), plan->remote_password)) {
    clear_session(agent, &agent->sessions[1 - agent->current]);
  }
  if (place == PCS_REMOTE_UFRAGS_MAX) {
    place = pcs_ice_remote_learn(agent, plan->remote_ufrag);
  }
  if (place == PCS_REMOTE_UFRAGS_MAX) {
    forget_unused_remotes(agent);
    place = pcs_ice_remote_learn(agent, plan->remote_ufrag);
  }
  pcs_ice_remote *remote = &agent->remotes[place];
  remote->password_len =
      copy_text(remote->password, sizeof remote->password, plan->remote_password);
  return place;
}

/* RFC 8445 6.1.1: against a lite agent we control; a restart alone does not change roles. */
static pcs_ice_role role_for(pcs_ice_agent *agent, const pcs_plan *plan) {
  if (plan->remote_lite != 0) {
    return PCS_ICE_CONTROLLING;
  }
  bool is_restart = pcs_ice_current(agent)->used;
  return is_restart ? agent->role : (pcs_ice_role)plan->ice_role;
}

/* RFC 8445 7.3.1.4: what only an early check has shown is paired where it came, by answer.c. */
static void pair_up_signalled(pcs_ice_agent *agent, pcs_ice_session *session) {
  for (size_t i = 0; i < agent->remote.num; i++) {
    const pcs_ice_candidate *remote = &agent->remote.entries[i];
    if (remote->told && remote->owner == pcs_ice_remote_owner(session->remote)) {
      pcs_ice_pair_up(agent, session, remote->id);
    }
  }
}

static void start_session(pcs_ice_agent *agent, uint64_t now_us, const pcs_plan *plan) {
  pcs_ice_role role = role_for(agent, plan);
  retire_sessions(agent);
  uint8_t remote = take_remote(agent, plan);
  pcs_ice_session *session = pcs_ice_current(agent);
  *session = (pcs_ice_session){
      .used = true,
      .remote_lite = plan->remote_lite != 0,
      .remote = remote,
      .generation = plan->generation,
      .began_us = PCS_NEVER,
      .first_valid_us = PCS_NEVER,
      .lost_us = PCS_NEVER,
  };
  pcs_ice_set_role(agent, role);
  forget_unused_remotes(agent);
  forget_unused_generations(agent);
  if (agent->remotes[remote].ended ||
      pcs_ice_candidates_count(&agent->remote, pcs_ice_remote_owner(remote)) > 0) {
    pcs_ice_session_began(session, now_us);
  }
  pair_up_signalled(agent, session);
  pcs_ice_answer_early(agent, now_us, session);
}

static bool has_credentials(const pcs_plan *plan) {
  return pcs_ice_text_check(plan->remote_ufrag, PCS_UFRAG_BYTES_MIN, PCS_UFRAG_BYTES_MAX) ==
             PCS_OK &&
         pcs_ice_text_check(plan->remote_password, PCS_PASSWORD_BYTES_MIN,
                            PCS_PASSWORD_BYTES_MAX) == PCS_OK;
}

bool pcs_ice_agent_restarts(const pcs_ice_agent *agent, const pcs_plan *plan) {
  for (size_t i = 0; i < PCS_ICE_GENERATIONS_MAX; i++) {
    const pcs_ice_generation *generation = &agent->generations[i];
    if (generation->number != 0 && generation->number == plan->generation) {
      return !generation->spent && has_credentials(plan) && agent->sessions[agent->current].used &&
             !is_connected_as(agent, plan);
    }
  }
  return false;
}

void pcs_ice_agent_leave(pcs_ice_agent *agent, uint64_t now_us) {
  pcs_ice_current(agent)->follows = true;
  pcs_ice_session_end_old(agent);
  pcs_ice_step(agent, now_us);
}

pcs_status pcs_ice_agent_connect(pcs_ice_agent *agent, uint64_t now_us, const pcs_plan *plan) {
  if (!has_credentials(plan)) {
    return PCS_ERR_SYNTAX;
  }
  pcs_ice_expire_consent(agent, now_us);
  const pcs_ice_generation *generation = pcs_ice_generation_of(agent, plan->generation);
  if (generation == NULL) {
    return PCS_ERR_STATE;
  }
  if (is_connected_as(agent, plan)) {
    pcs_ice_current(agent)->remote_lite = plan->remote_lite != 0;
  } else if (!generation->spent) {
    start_session(agent, now_us, plan);
  }
  pcs_ice_step(agent, now_us);
  return PCS_OK;
}
