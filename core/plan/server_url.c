#include "core/plan/server_url.h"

#include "core/base/text.h"
#include "core/plan/address.h"

#define PORT_PLAIN 3478
#define PORT_TLS 5349

static const char *const scheme_prefixes[] = {
    [PCS_SERVER_STUN] = "stun:",
    [PCS_SERVER_STUNS] = "stuns:",
    [PCS_SERVER_TURN] = "turn:",
    [PCS_SERVER_TURNS] = "turns:",
};

static bool read_scheme(pcs_span *rest, pcs_ice_server *server) {
  for (uint8_t i = PCS_SERVER_STUN; i <= PCS_SERVER_TURNS; i++) {
    if (pcs_text_skip_ignoring_case(rest, scheme_prefixes[i])) {
      bool tls = i == PCS_SERVER_STUNS || i == PCS_SERVER_TURNS;
      server->scheme = i;
      server->transport = tls ? PCS_TRANSPORT_TCP : PCS_TRANSPORT_UDP;
      server->port = tls ? PORT_TLS : PORT_PLAIN;
      return true;
    }
  }
  return false;
}

/* RFC 7065 3.1: "?transport=" and nothing else, and for TURN only. */
static pcs_status read_query(pcs_span query, pcs_ice_server *server) {
  bool turn = server->scheme == PCS_SERVER_TURN || server->scheme == PCS_SERVER_TURNS;
  if (!turn || !pcs_text_skip(&query, "transport=") || query.len == 0) {
    return PCS_ERR_SYNTAX;
  }
  if (pcs_text_is_ignoring_case(query, "udp")) {
    server->transport = PCS_TRANSPORT_UDP;
    return PCS_OK;
  }
  server->transport = PCS_TRANSPORT_TCP;
  return pcs_text_is_ignoring_case(query, "tcp") ? PCS_OK : PCS_ERR_UNSUPPORTED;
}

static bool read_port(pcs_span text, pcs_ice_server *server) {
  uint64_t port;
  bool fits = pcs_text_decimal(text, UINT16_MAX, &port) == PCS_OK && port > 0;
  server->port = (uint16_t)port;
  return fits;
}

/* A name or IPv4 address, or an IPv6 address in brackets; then perhaps a port. */
static bool read_host(pcs_span text, pcs_ice_server *server) {
  pcs_address address;
  pcs_span port;
  if (!pcs_text_skip_byte(&text, '[')) {
    bool has_port = pcs_text_split(text, ':', &server->host, &port);
    bool four = pcs_address_parse(server->host, &address) == PCS_OK;
    return (four || pcs_address_is_dns_name(server->host)) &&
           (!has_port || read_port(port, server));
  }
  if (!pcs_text_split(text, ']', &server->host, &port) ||
      pcs_address_parse(server->host, &address) != PCS_OK || address.family != PCS_ADDRESS_IPV6) {
    return false;
  }
  return port.len == 0 || (pcs_text_skip_byte(&port, ':') && read_port(port, server));
}

pcs_status pcs_server_url_read(pcs_span url, pcs_ice_server *out_server) {
  pcs_ice_server server = {0};
  pcs_span place;
  pcs_span query;
  *out_server = (pcs_ice_server){0};
  if (!read_scheme(&url, &server)) {
    return PCS_ERR_SYNTAX;
  }
  bool has_query = pcs_text_split(url, '?', &place, &query);
  pcs_status status = has_query ? read_query(query, &server) : PCS_OK;
  if (!read_host(place, &server) || status == PCS_ERR_SYNTAX) {
    return PCS_ERR_SYNTAX;
  }
  if (status == PCS_OK) {
    *out_server = server;
  }
  return status;
}
