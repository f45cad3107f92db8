#include "host/broker/control_link.h"

#include "host/sys/descriptor.h"

void pcs_control_link_init(pcs_control_link *link, pcs_control_open_link open, void *context) {
  *link = (pcs_control_link){.open = open, .context = context, .passed = PCS_DESCRIPTOR_NONE};
}

void pcs_control_link_clear(pcs_control_link *link) {
  if (link != NULL) {
    pcs_descriptor_close(&link->passed);
  }
}

pcs_status pcs_control_link_read(pcs_control_link *link, int descriptor, uint8_t *memory,
                                 size_t capacity, size_t *out_len) {
  int passed = PCS_DESCRIPTOR_NONE;
  pcs_status status = pcs_descriptor_read_with(descriptor, memory, capacity, out_len, &passed);
  if (passed == PCS_DESCRIPTOR_NONE) {
    return status;
  }
  if (link == NULL || link->passed != PCS_DESCRIPTOR_NONE) {
    pcs_descriptor_close(&passed);
    return PCS_ERR_SYNTAX;
  }
  link->passed = passed;
  return status;
}

static const char *open_link(pcs_control_link *link, const pcs_visit *visit, int descriptor) {
  if (visit == NULL) {
    pcs_descriptor_close(&descriptor);
    return "This is not an origin.";
  }
  if (descriptor == PCS_DESCRIPTOR_NONE) {
    return "The link's descriptor did not come beside its line.";
  }
  switch (link->open(link->context, visit, descriptor)) {
  case PCS_OK:
    return NULL;
  case PCS_ERR_QUOTA:
    return "There are too many links.";
  default:
    return "The link could not be given to a worker.";
  }
}

const char *pcs_control_link_handle(pcs_control_link *link, const pcs_visit *visit) {
  int descriptor = link->passed;
  link->passed = PCS_DESCRIPTOR_NONE;
  return open_link(link, visit, descriptor);
}
