#include "host/ice/candidate.h"

#include <string.h>

#include "core/base/text.h"

/* RFC 8445 5.1.2.2, in the order of pcs_candidate_type. */
static const uint32_t TYPE_PREFERENCE[] = {126, 110, 100, 0};

static pcs_transport transport_of(const pcs_ice_candidate *candidate) {
  return candidate->tcp_type == PCS_TCP_NONE ? PCS_TRANSPORT_UDP : PCS_TRANSPORT_TCP;
}

uint32_t pcs_ice_candidate_priority(pcs_candidate_type type, uint16_t local_preference) {
  return TYPE_PREFERENCE[type] << 24 | (uint32_t)local_preference << 8 | 255;
}

pcs_ice_candidate *pcs_ice_candidates_add(pcs_ice_candidates *table,
                                          const pcs_ice_candidate *candidate) {
  if (table->num == PCS_ICE_CANDIDATES_MAX) {
    return NULL;
  }
  table->entries[table->num] = *candidate;
  return &table->entries[table->num++];
}

pcs_ice_candidate *pcs_ice_candidates_find(pcs_ice_candidates *table, uint32_t id) {
  for (size_t i = 0; i < table->num; i++) {
    if (table->entries[i].id == id) {
      return &table->entries[i];
    }
  }
  return NULL;
}

const pcs_ice_candidate *pcs_ice_candidates_get(const pcs_ice_candidates *table, uint32_t id) {
  for (size_t i = 0; i < table->num; i++) {
    if (table->entries[i].id == id) {
      return &table->entries[i];
    }
  }
  return NULL;
}

static pcs_ice_candidate *find_at(pcs_ice_candidates *table, uint32_t owner,
                                  pcs_transport transport, const pcs_address *address) {
  for (size_t i = 0; i < table->num; i++) {
    pcs_ice_candidate *entry = &table->entries[i];
    if (entry->owner == owner && transport_of(entry) == transport &&
        pcs_address_equal(&entry->address, address)) {
      return entry;
    }
  }
  return NULL;
}

void pcs_ice_candidate_set_name(pcs_ice_candidate *candidate, pcs_span name) {
  candidate->name_len = name.len <= sizeof candidate->name ? (uint8_t)name.len : 0;
  for (size_t i = 0; i < candidate->name_len; i++) {
    candidate->name[i] = (char)pcs_text_lower(name.data[i]);
  }
}

pcs_span pcs_ice_candidate_name(const pcs_ice_candidate *candidate) {
  return (pcs_span){(const uint8_t *)candidate->name, candidate->name_len};
}

pcs_ice_candidate *pcs_ice_candidates_called(pcs_ice_candidates *table, uint32_t owner,
                                             const pcs_candidate *called) {
  for (size_t i = 0; i < table->num; i++) {
    pcs_ice_candidate *entry = &table->entries[i];
    bool is_udp = entry->tcp_type == PCS_TCP_NONE;
    if (entry->owner == owner && entry->name_len > 0 &&
        is_udp == (called->transport == PCS_TRANSPORT_UDP) &&
        entry->address.port == called->address.port &&
        pcs_text_equal_ignoring_case(pcs_ice_candidate_name(entry), called->name)) {
      return entry;
    }
  }
  return NULL;
}

pcs_ice_candidate *pcs_ice_candidates_at(pcs_ice_candidates *table, uint32_t owner,
                                         const pcs_address *address) {
  return find_at(table, owner, PCS_TRANSPORT_UDP, address);
}

pcs_ice_candidate *pcs_ice_candidates_at_tcp(pcs_ice_candidates *table, uint32_t owner,
                                             const pcs_address *address) {
  return find_at(table, owner, PCS_TRANSPORT_TCP, address);
}

bool pcs_ice_candidate_is_base(const pcs_ice_candidate *candidate) {
  return candidate->type == PCS_CANDIDATE_HOST || candidate->type == PCS_CANDIDATE_RELAY;
}

const pcs_ice_candidate *pcs_ice_candidates_base(const pcs_ice_candidates *table, uint32_t owner,
                                                 uint32_t path_id) {
  for (size_t i = 0; i < table->num; i++) {
    const pcs_ice_candidate *entry = &table->entries[i];
    if (entry->owner == owner && entry->path_id == path_id && pcs_ice_candidate_is_base(entry)) {
      return entry;
    }
  }
  return NULL;
}

size_t pcs_ice_candidates_count(const pcs_ice_candidates *table, uint32_t owner) {
  size_t count = 0;
  for (size_t i = 0; i < table->num; i++) {
    count += table->entries[i].owner == owner;
  }
  return count;
}

static void drop_at(pcs_ice_candidates *table, size_t index) {
  size_t num_after = table->num - index - 1;
  memmove(&table->entries[index], &table->entries[index + 1], num_after * sizeof table->entries[0]);
  table->num--;
}

void pcs_ice_candidates_drop(pcs_ice_candidates *table, uint32_t id) {
  for (size_t i = 0; i < table->num; i++) {
    if (table->entries[i].id == id) {
      drop_at(table, i);
      return;
    }
  }
}

void pcs_ice_candidates_drop_owner(pcs_ice_candidates *table, uint32_t owner) {
  for (size_t i = table->num; i > 0; i--) {
    if (table->entries[i - 1].owner == owner) {
      drop_at(table, i - 1);
    }
  }
}

static void set_text(pcs_ice_candidate *candidate, pcs_span text) {
  pcs_writer writer;
  pcs_writer_init(&writer, (uint8_t *)candidate->foundation_text,
                  sizeof candidate->foundation_text);
  pcs_writer_bytes(&writer, text);
  candidate->foundation_len = (uint8_t)writer.len;
}

static void set_numbered_text(pcs_ice_candidate *candidate, const char *prefix, uint32_t number) {
  uint8_t text[PCS_FOUNDATION_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, text, sizeof text);
  pcs_writer_text(&writer, prefix);
  pcs_writer_decimal(&writer, number);
  set_text(candidate, pcs_writer_span(&writer));
}

/* RFC 8445 5.1.1.3: same type, same IP address of the bases, same server, same transport. */
static bool same_origin(const pcs_ice_candidate *a, const pcs_ice_candidate *b) {
  return a->owner == b->owner && a->type == b->type && a->server == b->server &&
         transport_of(a) == transport_of(b) && a->base.family == b->base.family &&
         memcmp(a->base.bytes, b->base.bytes, sizeof a->base.bytes) == 0;
}

void pcs_ice_candidates_set_foundation(const pcs_ice_candidates *table,
                                       pcs_ice_candidate *candidate) {
  candidate->foundation = candidate->id;
  for (size_t i = 0; i < table->num; i++) {
    if (same_origin(&table->entries[i], candidate)) {
      candidate->foundation = table->entries[i].foundation;
      break;
    }
  }
  set_numbered_text(candidate, "", candidate->foundation);
}

static pcs_span text_of(const pcs_ice_candidate *candidate) {
  return (pcs_span){(const uint8_t *)candidate->foundation_text, candidate->foundation_len};
}

void pcs_ice_candidates_set_remote_foundation(const pcs_ice_candidates *table,
                                              pcs_ice_candidate *candidate, pcs_span text) {
  candidate->foundation = candidate->id;
  if (text.len == 0) {
    /* RFC 8445 7.3.1.3: a peer-reflexive candidate has one of its own, whatever it is. */
    set_numbered_text(candidate, "prflx", candidate->id);
    return;
  }
  set_text(candidate, text);
  for (size_t i = 0; i < table->num; i++) {
    const pcs_ice_candidate *other = &table->entries[i];
    if (other->owner == candidate->owner && pcs_span_equal(text_of(other), text_of(candidate))) {
      candidate->foundation = other->foundation;
      return;
    }
  }
}

void pcs_ice_candidate_describe(const pcs_ice_candidate *candidate, pcs_candidate *out_candidate) {
  *out_candidate = (pcs_candidate){
      .foundation = text_of(candidate),
      .component = 1,
      .transport = (uint8_t)transport_of(candidate),
      .type = (uint8_t)candidate->type,
      .tcp_type = (uint8_t)candidate->tcp_type,
      .priority = candidate->priority,
      .address = candidate->address,
  };
  if (candidate->type != PCS_CANDIDATE_HOST) {
    out_candidate->related = candidate->related;
  }
  if (candidate->named) {
    out_candidate->address =
        (pcs_address){.family = PCS_ADDRESS_NAME, .port = candidate->address.port};
    out_candidate->name = pcs_ice_candidate_name(candidate);
  } else if (candidate->hidden) {
    out_candidate->address = (pcs_address){0};
    out_candidate->related = (pcs_address){0};
  }
}
