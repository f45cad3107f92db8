#include "host/broker/inspector.h"

#include <stdlib.h>

#include "core/base/text.h"
#include "core/policy/address.h"
#include "host/broker/inspector_state.h"
#include "host/crypto/hash.h"
#include "host/sys/clock.h"
#include "host/sys/descriptor.h"
#include "host/sys/endpoint.h"
#include "host/sys/tcp.h"

void pcs_inspector_write_url(pcs_inspector *inspector, pcs_writer *writer) {
  uint8_t token[PCS_INSPECTOR_TOKEN_BYTES];
  pcs_inspector_keys_issue(inspector->keys, pcs_clock_now_us(), token);
  pcs_writer_text(writer, "http://");
  pcs_endpoint_write(writer, &inspector->address);
  pcs_writer_text(writer, "/?token=");
  pcs_writer_hex(writer, (pcs_span){token, sizeof token});
  pcs_wipe(token, sizeof token);
}

/* ---- what is asked ---- */

static void say(pcs_inspector_answer *answer, uint16_t http_status, const char *sentence) {
  *answer = (pcs_inspector_answer){.http_status = http_status,
                                   .type = "text/plain; charset=utf-8",
                                   .body = pcs_span_of_text(sentence)};
}

/* The session's path is both where it goes and all that its cookie is for. */
static void enter(pcs_inspector *inspector, const pcs_inspector_request *request,
                  uint8_t memory[256], pcs_inspector_answer *answer) {
  pcs_inspector_session session;
  if (request->is_post || pcs_inspector_keys_redeem(inspector->keys, pcs_clock_now_us(),
                                                    request->token, &session) != PCS_OK) {
    say(answer, 403, "This address was used, or is too old. Ask the host for a fresh one.");
    return;
  }
  pcs_writer writer;
  pcs_writer_init(&writer, memory, 256);
  pcs_writer_text(&writer, "/");
  pcs_writer_hex(&writer, (pcs_span){session.key, sizeof session.key});
  pcs_writer_text(&writer, "/");
  pcs_span path = pcs_writer_span(&writer);
  pcs_writer_hex(&writer, (pcs_span){session.cookie, sizeof session.cookie});
  pcs_span cookie = {memory + path.len, writer.len - path.len};
  *answer = (pcs_inspector_answer){
      .http_status = 303, .location = path, .cookie_path = path, .cookie = cookie};
  pcs_wipe(&session, sizeof session);
}

static uint16_t revoke(pcs_inspector *inspector, const pcs_inspector_request *request) {
  uint64_t grant;
  if (pcs_inspector_request_number(request, "grant=", &grant) != PCS_OK) {
    return 400;
  }
  pcs_status status = pcs_consent_revoke(inspector->config.consent, grant, pcs_clock_unix_us());
  return status == PCS_OK ? 204 : status == PCS_ERR_NOT_FOUND ? 404 : 500;
}

static uint16_t stop(pcs_inspector *inspector, const pcs_inspector_request *request) {
  uint64_t id;
  const pcs_permissions *standing = pcs_consent_permissions(inspector->config.consent);
  if (pcs_inspector_request_number(request, "page=", &id) != PCS_OK) {
    return 400;
  }
  for (size_t i = 0; i < standing->num_pages; i++) {
    if (standing->pages[i].id == id) {
      pcs_page page = standing->pages[i];
      pcs_consent_stop(inspector->config.consent, &page.origin, &page.embedder,
                       pcs_clock_unix_us());
      return 204;
    }
  }
  return 404;
}

static void post(pcs_inspector *inspector, const pcs_inspector_request *request,
                 pcs_inspector_answer *answer) {
  uint16_t http_status = 405;
  if (pcs_span_equal_text(request->name, "revoke")) {
    http_status = revoke(inspector, request);
  } else if (pcs_span_equal_text(request->name, "stop")) {
    http_status = stop(inspector, request);
  }
  *answer = (pcs_inspector_answer){.http_status = http_status};
}

static void get(pcs_inspector *inspector, const pcs_inspector_request *request,
                pcs_inspector_answer *answer) {
  const pcs_inspector_file *file = pcs_inspector_files_find(&inspector->files, request->name);
  if (file != NULL) {
    *answer = (pcs_inspector_answer){.http_status = 200, .type = file->type, .body = file->bytes};
  } else if (!pcs_span_equal_text(request->name, "feed")) {
    say(answer, 404, "There is nothing of this name.");
  } else if (pcs_inspector_num_feeds(inspector) == PCS_INSPECTOR_FEEDS_MAX) {
    say(answer, 503, "Too many windows look at this host already.");
  } else {
    *answer = (pcs_inspector_answer){
        .http_status = 200, .type = "text/event-stream; charset=utf-8", .feeds = true};
    pcs_inspector_begin_soon(inspector);
  }
}

static void on_asked(void *context, const pcs_inspector_request *request, uint8_t memory[256],
                     pcs_inspector_answer *out_answer) {
  pcs_inspector *inspector = (pcs_inspector *)context;
  if (request->token.data != NULL) {
    enter(inspector, request, memory, out_answer);
  } else if (!pcs_inspector_keys_admit(inspector->keys, request->key, request->cookie)) {
    say(out_answer, 403, "Ask the host for an address that opens the inspector.");
  } else if (request->is_post) {
    post(inspector, request, out_answer);
  } else {
    get(inspector, request, out_answer);
  }
}

/* ---- visitors ---- */

static void forget(pcs_inspector *inspector, size_t index) {
  pcs_inspector_visitor *gone = inspector->visitors[index];
  for (size_t i = index + 1; i < inspector->num_visitors; i++) {
    inspector->visitors[i - 1] = inspector->visitors[i];
  }
  inspector->num_visitors--;
  pcs_inspector_visitor_free(gone);
}

static void on_gone(void *context, pcs_inspector_visitor *visitor) {
  pcs_inspector *inspector = (pcs_inspector *)context;
  for (size_t i = 0; i < inspector->num_visitors; i++) {
    if (inspector->visitors[i] == visitor) {
      forget(inspector, i);
      return;
    }
  }
}

/* Oldest first; there are fewer feeds than places. */
static void make_room(pcs_inspector *inspector) {
  size_t i = 0;
  while (pcs_inspector_visitor_is_feed(inspector->visitors[i])) {
    i++;
  }
  forget(inspector, i);
}

static void on_knock(void *context, unsigned ready_for) {
  (void)ready_for;
  pcs_inspector *inspector = (pcs_inspector *)context;
  int connection = PCS_DESCRIPTOR_NONE;
  if (pcs_tcp_accept(inspector->listener, &connection) != PCS_OK) {
    return;
  }
  if (inspector->num_visitors == PCS_INSPECTOR_VISITORS_MAX) {
    make_room(inspector);
  }
  pcs_inspector_visitor *visitor = NULL;
  if (pcs_inspector_visitor_new(&visitor, &inspector->visitor_config, connection) == PCS_OK) {
    inspector->visitors[inspector->num_visitors++] = visitor;
  }
}

/* ---- life ---- */

static pcs_status open_door(pcs_inspector *inspector, const pcs_address *address) {
  pcs_loop *loop = inspector->config.loop;
  pcs_status status = pcs_tcp_listen(&inspector->listener, &inspector->address, address);
  if (status == PCS_OK) {
    status = pcs_watch_new(&inspector->watch, loop, inspector->listener, on_knock, inspector);
  }
  if (status == PCS_OK) {
    pcs_watch_want(inspector->watch, PCS_READABLE);
    inspector->visitor_config = (pcs_inspector_visitor_config){.loop = loop,
                                                               .listener = &inspector->address,
                                                               .asked = on_asked,
                                                               .gone = on_gone,
                                                               .context = inspector};
  }
  return status;
}

static pcs_status make_parts(pcs_inspector *inspector, const pcs_address *address) {
  if (pcs_inspector_files_read(&inspector->files, inspector->config.folder) != PCS_OK) {
    return PCS_ERR_NOT_FOUND;
  }
  pcs_status status = pcs_inspector_keys_new(&inspector->keys, inspector->config.random);
  if (status == PCS_OK) {
    status = pcs_inspector_rounds_new(inspector);
  }
  return status == PCS_OK ? open_door(inspector, address) : status;
}

pcs_status pcs_inspector_new(pcs_inspector **out_inspector, const pcs_inspector_config *config,
                             const pcs_address *address) {
  *out_inspector = NULL;
  if (!pcs_address_is_loopback(address)) {
    return PCS_ERR_DENIED;
  }
  pcs_inspector *inspector = calloc(1, sizeof *inspector);
  if (inspector == NULL) {
    return PCS_ERR_SYSTEM;
  }
  inspector->config = *config;
  inspector->listener = PCS_DESCRIPTOR_NONE;
  pcs_status status = make_parts(inspector, address);
  if (status != PCS_OK) {
    pcs_inspector_free(inspector);
    return status;
  }
  *out_inspector = inspector;
  return PCS_OK;
}

void pcs_inspector_free(pcs_inspector *inspector) {
  if (inspector == NULL) {
    return;
  }
  while (inspector->num_visitors > 0) {
    forget(inspector, inspector->num_visitors - 1);
  }
  pcs_watch_free(inspector->watch);
  pcs_descriptor_close(&inspector->listener);
  pcs_inspector_rounds_free(inspector);
  pcs_inspector_keys_free(inspector->keys);
  pcs_inspector_files_clear(&inspector->files);
  free(inspector);
}
