#include "host/worker/page_captures.h"

static bool is_taken(const pcs_page_captures *captures, uint32_t handle) {
  for (size_t i = 0; i < captures->num; i++) {
    if (captures->places[i].handle == handle) {
      return true;
    }
  }
  return handle == 0;
}

pcs_status pcs_page_captures_add(pcs_page_captures *captures, uint32_t *out_handle,
                                 const pcs_random *random, uint32_t call) {
  *out_handle = 0;
  if (captures->num == PCS_PAGE_CAPTURES_MAX) {
    return PCS_ERR_QUOTA;
  }
  uint32_t handle = 0;
  while (is_taken(captures, handle)) {
    handle = (uint32_t)pcs_random_u64(random);
  }
  captures->places[captures->num].handle = *out_handle = handle;
  captures->places[captures->num++].call = call;
  return PCS_OK;
}

uint32_t pcs_page_captures_take_handle(pcs_page_captures *captures, uint32_t handle) {
  for (size_t i = 0; handle != 0 && i < captures->num; i++) {
    if (captures->places[i].handle == handle) {
      uint32_t call = captures->places[i].call;
      captures->places[i] = captures->places[--captures->num];
      return call;
    }
  }
  return 0;
}

uint32_t pcs_page_captures_take_call(pcs_page_captures *captures, uint32_t call) {
  for (size_t i = 0; call != 0 && i < captures->num; i++) {
    if (captures->places[i].call == call) {
      uint32_t handle = captures->places[i].handle;
      captures->places[i] = captures->places[--captures->num];
      return handle;
    }
  }
  return 0;
}
