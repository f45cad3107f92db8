#include "host/ice/tcp_stream.h"

#include <string.h>

#include "host/ice/agent_state.h"

static pcs_ice_tcp_stream *stream_of(pcs_ice_agent *agent, uint32_t path_id) {
  const pcs_ice_tcp_stream *stream = pcs_ice_tcp_of(agent, path_id);
  return stream != NULL ? &agent->tcp.streams[stream - agent->tcp.streams] : NULL;
}

/* NULL when all places are taken: those that close are free when the owner was told. */
static pcs_ice_tcp_stream *make(pcs_ice_agent *agent, const pcs_ice_tcp_stream *like) {
  for (size_t i = 0; i < PCS_ICE_TCP_STREAMS_MAX; i++) {
    pcs_ice_tcp_stream *stream = &agent->tcp.streams[i];
    if (stream->state == PCS_ICE_TCP_FREE) {
      *stream = *like;
      stream->path_id = PCS_ICE_STREAM_PATH_FIRST + ++agent->last_stream_path;
      return stream;
    }
  }
  return NULL;
}

/* ---- connections of ours ---- */

static pcs_ice_tcp_way open_for(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_pair *pair,
                                const pcs_ice_candidate *local) {
  const pcs_ice_tcp_stream *stream =
      local->tcp_type != PCS_TCP_ACTIVE
          ? NULL
          : make(agent, &(pcs_ice_tcp_stream){
                            .state = PCS_ICE_TCP_WANTED,
                            .base_path = local->path_id,
                            .pair = pair->id,
                            .to = pair->to,
                            .deadline_us = now_us + PCS_ICE_TCP_CHECK_US,
                        });
  if (stream == NULL) {
    return PCS_ICE_TCP_NONE;
  }
  pair->path_id = stream->path_id;
  return PCS_ICE_TCP_WAITS;
}

pcs_ice_tcp_way pcs_ice_tcp_prepare(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_pair *pair) {
  const pcs_ice_candidate *local = pcs_ice_candidates_get(&agent->local, pair->local_id);
  if (local == NULL || local->tcp_type == PCS_TCP_NONE) {
    return PCS_ICE_TCP_READY;
  }
  const pcs_ice_tcp_stream *stream = pcs_ice_tcp_of(agent, pair->path_id);
  if (stream == NULL) {
    return open_for(agent, now_us, pair, local);
  }
  return stream->state == PCS_ICE_TCP_OPEN ? PCS_ICE_TCP_READY : PCS_ICE_TCP_WAITS;
}

uint64_t pcs_ice_tcp_wait_us(const pcs_ice_agent *agent, uint64_t now_us,
                             const pcs_ice_pair *pair) {
  const pcs_ice_tcp_stream *stream = pcs_ice_tcp_of(agent, pair->path_id);
  bool is_first = stream != NULL && !stream->accepted && pair->state != PCS_PAIR_SUCCEEDED;
  return is_first && stream->deadline_us > now_us ? stream->deadline_us - now_us
                                                  : PCS_ICE_TCP_CHECK_US;
}

/* The pair is known by its candidate's path again: another check opens another connection. */
void pcs_ice_tcp_release(pcs_ice_agent *agent, uint32_t pair_id) {
  for (size_t i = 0; i < PCS_ICE_TCP_STREAMS_MAX; i++) {
    pcs_ice_tcp_stream *stream = &agent->tcp.streams[i];
    if (stream->pair != pair_id || stream->state == PCS_ICE_TCP_FREE) {
      continue;
    }
    pcs_ice_pair *pair = pcs_ice_pairs_find(&agent->pairs, pair_id);
    if (pair != NULL && pair->path_id == stream->path_id) {
      pair->path_id = stream->base_path;
    }
    stream->pair = 0;
    stream->state = stream->state == PCS_ICE_TCP_WANTED ? PCS_ICE_TCP_FREE : PCS_ICE_TCP_CLOSING;
  }
}

/* ---- accepted ones ---- */

static bool is_unproven(const pcs_ice_tcp_stream *stream) {
  return stream->state == PCS_ICE_TCP_OPEN && stream->accepted && !stream->proven;
}

static bool same_source(const pcs_address *a, const pcs_address *b) {
  return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* Counts those of a source, or of any, and gives the oldest. */
static size_t count_unproven(pcs_ice_agent *agent, const pcs_address *from,
                             pcs_ice_tcp_stream **out_oldest) {
  size_t num = 0;
  *out_oldest = NULL;
  for (size_t i = 0; i < PCS_ICE_TCP_STREAMS_MAX; i++) {
    pcs_ice_tcp_stream *stream = &agent->tcp.streams[i];
    if (!is_unproven(stream) || (from != NULL && !same_source(&stream->to, from))) {
      continue;
    }
    num++;
    /* Path ids only grow. */
    if (*out_oldest == NULL || stream->path_id < (*out_oldest)->path_id) {
      *out_oldest = stream;
    }
  }
  return num;
}

static void make_room(pcs_ice_agent *agent, const pcs_address *from) {
  pcs_ice_tcp_stream *oldest = NULL;
  if (count_unproven(agent, from, &oldest) >= PCS_ICE_TCP_UNPROVEN_PER_SOURCE_MAX ||
      count_unproven(agent, NULL, &oldest) >= PCS_ICE_TCP_UNPROVEN_MAX) {
    oldest->state = PCS_ICE_TCP_CLOSING;
  }
}

/* Some generation told this listening address to somebody. */
static bool is_told(const pcs_ice_agent *agent, uint32_t base_path) {
  for (size_t i = 0; i < PCS_ICE_GENERATIONS_MAX; i++) {
    uint32_t generation = agent->generations[i].number;
    if (generation != 0 && pcs_ice_candidates_base(&agent->local, generation, base_path) != NULL) {
      return true;
    }
  }
  return false;
}

pcs_status pcs_ice_agent_accept_stream(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id,
                                       const pcs_address *from, uint32_t *out_stream) {
  uint32_t base_path = path_id | PCS_ICE_TCP_PASSIVE_PATHS;
  *out_stream = 0;
  if (!is_told(agent, base_path) || pcs_address_admit(from, pcs_ice_reach(agent)) != PCS_OK) {
    return PCS_ERR_DENIED;
  }
  make_room(agent, from);
  const pcs_ice_tcp_stream *stream = make(agent, &(pcs_ice_tcp_stream){
                                                     .state = PCS_ICE_TCP_OPEN,
                                                     .base_path = base_path,
                                                     .to = *from,
                                                     .accepted = true,
                                                     .deadline_us = now_us + PCS_ICE_TCP_PROOF_US,
                                                 });
  if (stream != NULL) {
    *out_stream = stream->path_id;
  }
  pcs_ice_step(agent, now_us);
  return stream != NULL ? PCS_OK : PCS_ERR_QUOTA;
}

void pcs_ice_tcp_take(pcs_ice_agent *agent, uint32_t path_id, pcs_ice_pair *pair) {
  pcs_ice_tcp_stream *stream = stream_of(agent, path_id);
  if (stream != NULL) {
    stream->pair = pair->id;
    pair->path_id = path_id;
  }
}

pcs_status pcs_ice_tcp_prove(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id,
                             const pcs_stun_message *message) {
  pcs_ice_tcp_stream *stream = stream_of(agent, path_id);
  if (stream == NULL) {
    return PCS_OK;
  }
  bool masks = (message->has & PCS_STUN_HAS_MASKING) != 0;
  if (!masks && agent->tcp.allowed.masking == PCS_ICE_MASKING_REQUIRED) {
    return PCS_ERR_DENIED;
  }
  if (stream->accepted && !stream->proven) {
    stream->proven = true;
    stream->deadline_us = now_us + PCS_ICE_PATIENCE_US; /* until its pair is there */
  }
  stream->masks = masks && agent->tcp.allowed.masking != PCS_ICE_MASKING_OFF;
  return PCS_OK;
}

/* ---- masking ---- */

bool pcs_ice_tcp_offers_masking(const pcs_ice_agent *agent, uint32_t path_id) {
  return agent->tcp.allowed.masking != PCS_ICE_MASKING_OFF &&
         pcs_ice_tcp_of(agent, path_id) != NULL;
}

bool pcs_ice_tcp_masks(const pcs_ice_agent *agent, uint32_t path_id) {
  const pcs_ice_tcp_stream *stream = pcs_ice_tcp_of(agent, path_id);
  return stream != NULL && stream->masks;
}
