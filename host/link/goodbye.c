#include "host/link/goodbye.h"

#include <assert.h>

#include "core/boundary/message.h"

void pcs_goodbye_say(pcs_link *link, pcs_status status, const char *reason) {
  pcs_span text = pcs_span_of_text(reason != NULL ? reason : pcs_status_sentence(status));
  pcs_msg_goodbye goodbye = {.status = (uint16_t)status, .reason = text};
  pcs_writer writer = pcs_link_goodbye_writer(link);
  pcs_msg_goodbye_encode(&writer, &goodbye);
  pcs_status appended = pcs_link_append(link, &writer);
  assert(appended == PCS_OK); /* room is kept free for it */
  (void)appended;
  pcs_link_end(link, text);
}
