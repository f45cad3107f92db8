#include <assert.h>

#include "core/jsep/negotiation.h"

static void push(pcs_block **list, pcs_block *block) {
  block->next = *list;
  *list = block;
}

void pcs_negotiation_lend(pcs_negotiation *negotiation, void *memory, size_t len) {
  assert(len >= sizeof(pcs_block));
  pcs_block *block = memory;
  block->len = len;
  push(&negotiation->spare, block);
}

void *pcs_negotiation_take_back(pcs_negotiation *negotiation) {
  pcs_block **list = negotiation->released != NULL ? &negotiation->released : &negotiation->spare;
  pcs_block *block = *list;
  if (block != NULL) {
    *list = block->next;
  }
  return block;
}

pcs_block *pcs_block_take(pcs_negotiation *negotiation, size_t len) {
  for (pcs_block **at = &negotiation->spare; *at != NULL; at = &(*at)->next) {
    pcs_block *block = *at;
    if (block->len >= len) {
      *at = block->next;
      block->next = NULL;
      return block;
    }
  }
  return NULL;
}

void pcs_block_release(pcs_negotiation *negotiation, pcs_block *block) {
  push(&negotiation->released, block);
}

void pcs_block_return(pcs_negotiation *negotiation, pcs_block *block) {
  push(&negotiation->spare, block);
}
