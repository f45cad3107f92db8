#include "host/link/framing.h"
#include "host/sys/descriptor.h"

pcs_status pcs_pipe_fill(int descriptor, pcs_writer *input) {
  size_t got = 0;
  pcs_status status =
      pcs_descriptor_read(descriptor, input->data + input->len, input->capacity - input->len, &got);
  input->len += got;
  return status;
}

pcs_status pcs_pipe_flush(int descriptor, pcs_span output, size_t *out_taken) {
  *out_taken = 0;
  while (*out_taken < output.len) {
    size_t sent = 0;
    pcs_span rest = {output.data + *out_taken, output.len - *out_taken};
    pcs_status status = pcs_descriptor_write(descriptor, rest, &sent);
    if (status != PCS_OK) {
      return status;
    }
    *out_taken += sent;
  }
  return PCS_OK;
}
