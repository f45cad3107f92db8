#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "tests/sim/call.h"

static void configure(sim_call *call, int index, pcs_ice_policy policy, pcs_ice_server *server,
                      const pcs_address *address) {
  uint8_t text[16];
  pcs_writer writer;
  pcs_writer_init(&writer, text, sizeof text);
  for (size_t i = 0; i < 4; i++) {
    pcs_writer_text(&writer, i > 0 ? "." : "");
    pcs_writer_decimal(&writer, address->bytes[i]);
  }
  server->port = address->port;
  server->host = pcs_writer_span(&writer);
  pcs_status status = pcs_ice_agent_configure(call->ends[index].agent, policy, server, 1);
  assert(status == PCS_OK);
  (void)status;
}

void sim_end_note_error(sim_end *end, const pcs_ice_event *event) {
  end->num_errors++;
  end->error_code = event->code;
  size_t len = strlen(end->error_urls);
  snprintf(end->error_urls + len, sizeof end->error_urls - len, "%d %.*s\n", event->code,
           (int)event->url.len, (const char *)event->url.data);
}

void sim_call_use_server(sim_call *call, int index, const pcs_address *address) {
  pcs_ice_server server = {.scheme = PCS_SERVER_STUN, .transport = PCS_TRANSPORT_UDP};
  configure(call, index, PCS_ICE_POLICY_ALL, &server, address);
}

void sim_call_use_turn(sim_call *call, int index, pcs_ice_policy policy,
                       const pcs_address *address, const char *password) {
  pcs_ice_server server = {
      .scheme = PCS_SERVER_TURN,
      .transport = PCS_TRANSPORT_UDP,
      .username = pcs_span_of_text("user"),
      .credential = pcs_span_of_text(password),
  };
  configure(call, index, policy, &server, address);
}
