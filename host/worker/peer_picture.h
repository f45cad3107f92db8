/*
 * One connection as the inspector shows it (host/broker/inspector.h): the getStats picture without
 * what only a page needs, with consent and labels. Bounded: of more pairs and channels the first are
 * shown, the nominated pair before all. Addresses are hidden as they are for the page.
 */
#ifndef PCS_HOST_WORKER_PEER_PICTURE_H
#define PCS_HOST_WORKER_PEER_PICTURE_H

#include "host/crypto/hash.h"
#include "host/link/office.h"
#include "host/worker/peer.h"

/* What a person can take in. */
#define PCS_PICTURE_PAIRS_MAX 16
#define PCS_PICTURE_CHANNELS_MAX 32

typedef struct pcs_peer_picture {
  pcs_office_picture_call call; /* without its number */
  size_t num_pairs;
  pcs_office_picture_pair pairs[PCS_PICTURE_PAIRS_MAX];
  size_t num_channels;
  pcs_office_picture_channel channels[PCS_PICTURE_CHANNELS_MAX];
  uint8_t digests[2][PCS_SHA256_BYTES];
} pcs_peer_picture;

/* pcs_peer_picture_take: its spans borrow the picture, and the peer until the next call. */
void pcs_peer_picture_take(pcs_peer_picture *out_picture, pcs_peer *peer, uint64_t now_us);

#endif
