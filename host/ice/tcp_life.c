#include "host/ice/agent_state.h"

static pcs_ice_tcp_stream *stream_of(pcs_ice_agent *agent, uint32_t path_id) {
  const pcs_ice_tcp_stream *stream = pcs_ice_tcp_of(agent, path_id);
  return stream != NULL ? &agent->tcp.streams[stream - agent->tcp.streams] : NULL;
}

static const pcs_ice_pair *pair_of(const pcs_ice_agent *agent, const pcs_ice_tcp_stream *stream) {
  return stream->pair != 0 ? pcs_ice_pairs_get(&agent->pairs, stream->pair) : NULL;
}

/* ---- what the owner says ---- */

void pcs_ice_tcp_opened(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id) {
  pcs_ice_tcp_stream *stream = stream_of(agent, path_id);
  if (stream == NULL || stream->state != PCS_ICE_TCP_OPENING) {
    return;
  }
  stream->state = PCS_ICE_TCP_OPEN;
  pcs_ice_has_connected(agent, now_us, &stream->to);
  pcs_ice_pair *pair = pcs_ice_pairs_find(&agent->pairs, stream->pair);
  if (pair != NULL) {
    pcs_ice_check_start(agent, now_us, pair);
  }
}

/* A peer that comes back has another port: what it had before is of no more use. */
static void forget_accepted(pcs_ice_agent *agent, const pcs_ice_pair *pair) {
  uint32_t remote_id = pair->remote_id;
  pcs_ice_pair_end(agent, pair->id);
  for (size_t i = 0; i < agent->pairs.num; i++) {
    if (agent->pairs.entries[i].remote_id == remote_id) {
      return;
    }
  }
  const pcs_ice_candidate *remote = pcs_ice_candidates_get(&agent->remote, remote_id);
  if (remote != NULL && !remote->told) {
    pcs_ice_candidates_drop(&agent->remote, remote_id);
  }
}

/* The end of a connection is unauthenticated: it takes no consent back, but nothing can be sent
 * either. Where data went, who opened it opens another. */
static void reopen(pcs_ice_agent *agent, pcs_ice_pair *pair) {
  bool may_again =
      pair->consent.state != PCS_ICE_CONSENT_LOST && pair->num_reopened < PCS_ICE_TCP_REOPENS_MAX;
  pcs_transactions_drop(&agent->transactions, PCS_TRANSACTION_CHECK, pair->id);
  pcs_transactions_drop(&agent->transactions, PCS_TRANSACTION_CONSENT, pair->id);
  pcs_ice_consent_doubt(&pair->consent);
  pcs_ice_check_fail(agent, pair);
  if (may_again && pcs_ice_pair_move(pair, PCS_PAIR_TRIGGER) == PCS_OK) {
    pair->num_reopened++;
    pcs_ice_pairs_enqueue(&agent->pairs, pair);
  }
}

void pcs_ice_tcp_closed(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id) {
  pcs_ice_tcp_stream *stream = stream_of(agent, path_id);
  (void)now_us;
  if (stream == NULL) {
    return;
  }
  pcs_ice_pair *pair = pcs_ice_pairs_find(&agent->pairs, stream->pair);
  if (pair == NULL) {
    *stream = (pcs_ice_tcp_stream){0};
  } else if (stream->accepted) {
    *stream = (pcs_ice_tcp_stream){0};
    forget_accepted(agent, pair);
  } else if (agent->selected == pair->id) {
    pair->path_id = stream->base_path;
    *stream = (pcs_ice_tcp_stream){0};
    reopen(agent, pair);
  } else if (pair->state == PCS_PAIR_SUCCEEDED) {
    *stream = (pcs_ice_tcp_stream){0};
    pcs_ice_pair_end(agent, pair->id);
  } else {
    stream->state = PCS_ICE_TCP_GONE;
  }
}

/* ---- time ---- */

/* When the stream ends if nothing more comes of it. */
static uint64_t ends_at(const pcs_ice_agent *agent, const pcs_ice_tcp_stream *stream) {
  const pcs_ice_pair *pair = pair_of(agent, stream);
  if (stream->state == PCS_ICE_TCP_FREE || stream->state == PCS_ICE_TCP_CLOSING) {
    return PCS_NEVER;
  }
  if (pair == NULL) {
    return stream->deadline_us;
  }
  if (pair->state == PCS_PAIR_SUCCEEDED) {
    /* RFC 6544 8: what was not selected is closed, once it may not be used any more. */
    return agent->selected == pair->id ? PCS_NEVER : pair->consent.answered_us + PCS_ICE_CONSENT_US;
  }
  return stream->state == PCS_ICE_TCP_OPEN ? PCS_NEVER : stream->deadline_us;
}

static void expire(pcs_ice_agent *agent, pcs_ice_tcp_stream *stream) {
  pcs_ice_pair *pair = pcs_ice_pairs_find(&agent->pairs, stream->pair);
  if (pair == NULL) {
    stream->state = PCS_ICE_TCP_CLOSING;
  } else if (pair->state == PCS_PAIR_SUCCEEDED) {
    pcs_ice_pair_end(agent, pair->id);
  } else {
    pcs_ice_check_fail(agent, pair);
    pcs_ice_tcp_release(agent, pair->id);
  }
}

void pcs_ice_tcp_step(pcs_ice_agent *agent, uint64_t now_us) {
  for (size_t i = 0; i < PCS_ICE_TCP_STREAMS_MAX; i++) {
    if (ends_at(agent, &agent->tcp.streams[i]) <= now_us) {
      expire(agent, &agent->tcp.streams[i]);
    }
  }
}

uint64_t pcs_ice_tcp_wake_at(const pcs_ice_agent *agent) {
  uint64_t wake_us = PCS_NEVER;
  for (size_t i = 0; i < PCS_ICE_TCP_STREAMS_MAX; i++) {
    wake_us = pcs_ice_earlier(wake_us, ends_at(agent, &agent->tcp.streams[i]));
  }
  return wake_us;
}

/* ---- what the owner must do ---- */

static void want(const pcs_ice_agent *agent, pcs_ice_tcp_stream *stream, pcs_ice_event *out_event) {
  const pcs_ice_path *path = pcs_ice_tcp_path_of(agent, stream->path_id);
  stream->state = PCS_ICE_TCP_OPENING;
  out_event->kind = PCS_ICE_EVENT_OPEN_STREAM;
  out_event->path_id = stream->path_id;
  out_event->to = stream->to;
  out_event->framed = true;
  if (path != NULL) {
    out_event->from = path->address;
    out_event->from.port = 0;
  }
}

bool pcs_ice_tcp_poll(pcs_ice_agent *agent, pcs_ice_event *out_event) {
  for (size_t i = 0; i < PCS_ICE_TCP_STREAMS_MAX; i++) {
    pcs_ice_tcp_stream *stream = &agent->tcp.streams[i];
    if (stream->state == PCS_ICE_TCP_CLOSING) {
      out_event->kind = PCS_ICE_EVENT_CLOSE_STREAM;
      out_event->path_id = stream->path_id;
      *stream = (pcs_ice_tcp_stream){0};
      return true;
    }
    if (stream->state == PCS_ICE_TCP_WANTED &&
        !pcs_ice_may_connect(agent, &stream->to, pcs_ice_reach(agent))) {
      stream->state = PCS_ICE_TCP_GONE; /* as one where nobody answers, until its time is over */
    }
    if (stream->state == PCS_ICE_TCP_WANTED) {
      want(agent, stream, out_event);
      return true;
    }
  }
  return false;
}
