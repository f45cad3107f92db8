/*
 * Any bytes as a DCEP message. What is read as an OPEN lies inside the input, keeps the limits, and
 * is written as a message that reads the same.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "host/sctp/dcep.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(cond)                                                                              \
  if (!(cond)) {                                                                                   \
    abort();                                                                                       \
  }

static bool lies_inside(pcs_span part, pcs_span whole) {
  return part.len == 0 ||
         (part.data >= whole.data && part.data + part.len <= whole.data + whole.len);
}

static void check_open(pcs_span message, const pcs_dcep_open *open) {
  static uint8_t memory[PCS_DCEP_OPEN_BYTES_MAX];
  pcs_writer writer;
  pcs_span written;
  pcs_dcep_open again;
  REQUIRE(lies_inside(open->label, message) && lies_inside(open->protocol, message));
  REQUIRE(open->label.len + open->protocol.len + PCS_DCEP_OPEN_FIXED_BYTES == message.len);
  REQUIRE(pcs_text_is_utf8(open->label) && pcs_text_is_utf8(open->protocol));
  REQUIRE(open->reliability <= PCS_RELIABILITY_LIFETIME);
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_dcep_open_write(&writer, open);
  REQUIRE(pcs_writer_finish(&writer, &written) == PCS_OK);
  REQUIRE(pcs_dcep_open_read(written, &again) == PCS_OK);
  REQUIRE(again.ordered == open->ordered && again.reliability == open->reliability &&
          again.reliability_value == open->reliability_value && again.priority == open->priority);
  REQUIRE(pcs_span_equal(again.label, open->label) &&
          pcs_span_equal(again.protocol, open->protocol));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pcs_span message = {data, size};
  pcs_dcep_open open;
  pcs_dcep_type type = pcs_dcep_type_of(message);
  pcs_status status = pcs_dcep_open_read(message, &open);
  REQUIRE(status == PCS_ERR_SYNTAX || (status == PCS_OK && type == PCS_DCEP_OPEN));
  if (status == PCS_OK) {
    check_open(message, &open);
  }
  return 0;
}
