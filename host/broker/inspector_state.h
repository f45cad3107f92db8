/*
 * What the inspector is made of. For inspector.c (its address, its visitors, what they ask) and
 * inspector_rounds.c (what it asks of workers, and tells).
 */
#ifndef PCS_HOST_BROKER_INSPECTOR_STATE_H
#define PCS_HOST_BROKER_INSPECTOR_STATE_H

#include "host/broker/inspector.h"
#include "host/broker/inspector_files.h"
#include "host/broker/inspector_picture.h"
#include "host/broker/inspector_visitor.h"

/* Notes of one page in one round: a worker that says more than it should is not heard. */
#define PCS_INSPECTOR_NOTES_MAX 250

/* Rounds after which a worker is asked again: it had no room for its picture, or hangs. */
#define PCS_INSPECTOR_PATIENCE_ROUNDS 5

/* A page that is looked at. */
typedef struct pcs_inspector_place {
  uint64_t page;
  pcs_inspector_picture *picture;
  bool is_asked; /* its picture of this round or an earlier one has not come */
  uint32_t asked_in; /* which round that was */
  uint32_t num_notes;
} pcs_inspector_place;

struct pcs_inspector {
  pcs_inspector_config config;
  pcs_inspector_keys *keys;
  pcs_inspector_files files;
  int listener;
  pcs_address address;
  pcs_watch *watch;
  pcs_inspector_visitor_config visitor_config;
  pcs_inspector_visitor *visitors[PCS_INSPECTOR_VISITORS_MAX]; /* oldest first */
  size_t num_visitors;

  pcs_timer *timer;
  bool looks; /* somebody does */
  uint32_t round;
  bool is_told; /* what came of this round */
  pcs_inspector_place places[PCS_LINKS_MAX];
  size_t num_places;
  uint8_t *memory; /* for one snapshot, while somebody looks */
};

PCS_MUST_USE pcs_status pcs_inspector_rounds_new(pcs_inspector *inspector);
void pcs_inspector_rounds_free(pcs_inspector *inspector);
/* pcs_inspector_begin_soon: a feed is about to begin. */
void pcs_inspector_begin_soon(pcs_inspector *inspector);
size_t pcs_inspector_num_feeds(const pcs_inspector *inspector);

#endif
