#include "host/broker/captures.h"

#include <stdlib.h>

#include "core/base/text.h"
#include "host/sys/descriptor.h"

typedef struct capture {
  pcs_captures *captures;
  uint64_t use; /* 0: it was ended, and its process is waited for */
  pcs_process *process;
} capture;

struct pcs_captures {
  pcs_captures_config config;
  size_t num;
  capture *places[PCS_CAPTURES_MAX];
};

/* ---- devices ---- */

static const char *device_name(uint32_t right) {
  switch (right) {
  case PCS_RIGHT_MICROPHONE:
    return "synthetic-microphone";
  case PCS_RIGHT_CAMERA:
    return "synthetic-camera";
  case PCS_RIGHT_SCREEN:
    return "synthetic-screen";
  case PCS_RIGHT_WINDOW:
    return "synthetic-window";
  default:
    return "";
  }
}

pcs_device pcs_capture_device(uint32_t right) {
  pcs_device device;
  pcs_status status = pcs_device_set(&device, pcs_span_of_text(device_name(right)));
  (void)status; /* a name of ours is one */
  return device;
}

static bool is_ours(const pcs_use *use) {
  pcs_device device = pcs_capture_device(use->right);
  return use->ended == PCS_REASON_NONE && device.len > 0 &&
         pcs_device_equal(&use->device, &device);
}

/* ---- processes ---- */

static void unlist(pcs_captures *captures, const capture *gone) {
  for (size_t i = 0; i < captures->num; i++) {
    if (captures->places[i] == gone) {
      captures->places[i] = captures->places[--captures->num];
      return;
    }
  }
}

static void on_ended(void *context, pcs_process_end end) {
  (void)end;
  capture *gone = (capture *)context;
  pcs_captures *captures = gone->captures;
  uint64_t use = gone->use;
  unlist(captures, gone);
  pcs_process_free(gone->process);
  free(gone);
  if (use != 0) {
    captures->config.failed(captures->config.context, use);
  }
}

static bool start(pcs_captures *captures, const pcs_use *use) {
  capture *fresh = captures->num < PCS_CAPTURES_MAX ? calloc(1, sizeof *fresh) : NULL;
  if (fresh == NULL) {
    return false;
  }
  fresh->captures = captures;
  fresh->use = use->id;
  pcs_process_config process = {
      .path = captures->config.path,
      .arguments = {"portcullis-capture", pcs_right_find(use->right)->name},
      .num_arguments = 2,
      .descriptors = {PCS_DESCRIPTOR_NONE, PCS_DESCRIPTOR_NONE, 2},
      .num_descriptors = 3,
      .ended = on_ended,
      .context = fresh};
  if (pcs_process_start(&fresh->process, captures->config.loop, &process) != PCS_OK) {
    free(fresh);
    return false;
  }
  captures->places[captures->num++] = fresh;
  return true;
}

static bool has_capture(const pcs_captures *captures, uint64_t use) {
  for (size_t i = 0; i < captures->num; i++) {
    if (captures->places[i]->use == use) {
      return true;
    }
  }
  return false;
}

static bool is_used(const pcs_permissions *permissions, uint64_t use) {
  for (size_t i = 0; i < permissions->num_uses; i++) {
    if (permissions->uses[i].id == use) {
      return is_ours(&permissions->uses[i]);
    }
  }
  return false;
}

static void end_unused(pcs_captures *captures, const pcs_permissions *permissions) {
  for (size_t i = 0; i < captures->num; i++) {
    capture *one = captures->places[i];
    if (one->use != 0 && !is_used(permissions, one->use)) {
      one->use = 0;
      pcs_process_end_now(one->process);
    }
  }
}

/* One that cannot be started changes the uses: the next turn looks at the others. */
void pcs_captures_follow(pcs_captures *captures, const pcs_permissions *permissions) {
  end_unused(captures, permissions);
  for (size_t i = 0; i < permissions->num_uses && captures->config.path != NULL; i++) {
    const pcs_use *use = &permissions->uses[i];
    if (is_ours(use) && !has_capture(captures, use->id) && !start(captures, use)) {
      captures->config.failed(captures->config.context, use->id);
      return;
    }
  }
}

/* ---- life ---- */

pcs_status pcs_captures_new(pcs_captures **out_captures, const pcs_captures_config *config) {
  pcs_captures *captures = calloc(1, sizeof *captures);
  *out_captures = captures;
  if (captures == NULL) {
    return PCS_ERR_SYSTEM;
  }
  captures->config = *config;
  return PCS_OK;
}

void pcs_captures_free(pcs_captures *captures) {
  for (size_t i = 0; captures != NULL && i < captures->num; i++) {
    pcs_process_free(captures->places[i]->process);
    free(captures->places[i]);
  }
  free(captures);
}
