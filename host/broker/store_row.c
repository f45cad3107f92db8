#include "host/broker/store_row.h"

/* In the order of PCS_STORE_ROW_COLUMNS. */
enum { ID, ORIGIN, EMBEDDER, RIGHT, DEVICE, PEERS, EFFECT, MADE, USED, EXPIRES };

void pcs_store_peers_write(pcs_store_peers *out_peers, const pcs_peer *peer) {
  pcs_writer writer;
  pcs_writer_init(&writer, out_peers->bytes, sizeof out_peers->bytes);
  for (size_t i = 0; i < peer->num_certificates; i++) {
    const pcs_peer_certificate *certificate = &peer->certificates[i];
    pcs_writer_u8(&writer, certificate->hash);
    pcs_writer_bytes(&writer,
                     (pcs_span){certificate->value, pcs_hash_bytes((pcs_hash)certificate->hash)});
  }
  out_peers->len = pcs_writer_span(&writer).len;
}

static bool read_peers(pcs_span bytes, pcs_peer *out_peer) {
  pcs_reader reader;
  *out_peer = (pcs_peer){0};
  pcs_reader_init(&reader, bytes);
  while (reader.rest.len > 0) {
    pcs_fingerprint fingerprint = {.hash = pcs_reader_u8(&reader)};
    fingerprint.value = pcs_reader_bytes(&reader, pcs_hash_bytes((pcs_hash)fingerprint.hash));
    if (pcs_peer_add(out_peer, &fingerprint) != PCS_OK) {
      return false;
    }
  }
  return pcs_reader_finish(&reader) == PCS_OK;
}

/* The order in which peers are kept is theirs alone: another one was not written by us. */
static bool reads_back(const pcs_peer *peer, pcs_span bytes) {
  pcs_store_peers peers;
  pcs_store_peers_write(&peers, peer);
  return pcs_span_equal((pcs_span){peers.bytes, peers.len}, bytes);
}

void pcs_store_row_bind_matter(pcs_store_query *query, const pcs_grant *grant,
                               const pcs_store_peers *peers) {
  const char *right = pcs_right_find(grant->right)->name;
  pcs_store_query_bind_text(query, ":origin", pcs_span_of_text(grant->origin.text));
  pcs_store_query_bind_text(query, ":embedder", pcs_span_of_text(grant->embedder.text));
  pcs_store_query_bind_text(query, ":right", pcs_span_of_text(right));
  pcs_store_query_bind_text(query, ":device", pcs_device_name(&grant->device));
  pcs_store_query_bind_bytes(query, ":peers", (pcs_span){peers->bytes, peers->len});
}

static bool read_origin(pcs_store_query *query, int column, pcs_origin *out_origin) {
  return pcs_origin_parse(pcs_store_query_bytes(query, column), out_origin) == PCS_OK &&
         !out_origin->opaque;
}

static bool read_words(pcs_store_query *query, pcs_grant *out_grant) {
  const pcs_right_row *right = pcs_right_find_named(pcs_store_query_bytes(query, RIGHT));
  pcs_span effect = pcs_store_query_bytes(query, EFFECT);
  bool allows = pcs_span_equal_text(effect, "allow");
  out_grant->right = right != NULL ? (uint32_t)right->right : PCS_RIGHT_NONE;
  out_grant->effect = allows ? PCS_EFFECT_ALLOW : PCS_EFFECT_BLOCK;
  return right != NULL && right->longest == PCS_DURATION_SITE &&
         (allows || pcs_span_equal_text(effect, "block"));
}

pcs_store_problem pcs_store_row_read(pcs_store_query *query, pcs_store_entry *out_entry) {
  pcs_grant *grant = &out_entry->grant;
  pcs_span peers = pcs_store_query_bytes(query, PEERS);
  *out_entry = (pcs_store_entry){.grant = {.id = pcs_store_query_number(query, ID),
                                           .duration = PCS_DURATION_SITE,
                                           .expires_us = pcs_store_query_number(query, EXPIRES),
                                           .uses_left = PCS_GRANT_USES_ANY},
                                 .made_us = pcs_store_query_number(query, MADE),
                                 .used_us = pcs_store_query_number(query, USED)};
  bool whole = read_origin(query, ORIGIN, &grant->origin) &&
               read_origin(query, EMBEDDER, &grant->embedder) && read_words(query, grant) &&
               pcs_device_set(&grant->device, pcs_store_query_bytes(query, DEVICE)) == PCS_OK &&
               read_peers(peers, &grant->peer) && reads_back(&grant->peer, peers);
  return whole ? PCS_STORE_PROBLEM_NONE : PCS_STORE_PROBLEM_CORRUPT;
}
