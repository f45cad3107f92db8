/*
 * One connection to the inspector: one request, one answer, and it is over; or a feed, which stays
 * (Server-Sent Events). It has ten seconds until it is one or the other. Everything it holds is of
 * fixed size: a feed that is not read loses events and never grows. What requests mean is the owner's
 * to say (inspector.h).
 */
#ifndef PCS_HOST_BROKER_INSPECTOR_VISITOR_H
#define PCS_HOST_BROKER_INSPECTOR_VISITOR_H

#include "host/broker/inspector_request.h"
#include "host/sys/loop.h"

#define PCS_INSPECTOR_TIME_US (10ull * 1000 * 1000)
/* For the other side to read what it was told last. */
#define PCS_INSPECTOR_LEAVE_US (1ull * 1000 * 1000)
/* What a feed has not read yet. */
#define PCS_INSPECTOR_FEED_BYTES (768 * 1024)

typedef struct pcs_inspector_visitor pcs_inspector_visitor;

/* Both borrow. feeds: the answer is a feed; body is ignored then. */
typedef struct pcs_inspector_answer {
  uint16_t http_status;
  const char *type;     /* NULL: there is no body */
  pcs_span body;        /* stays for the visitor's life */
  pcs_span location;    /* of a 303; empty: none */
  pcs_span cookie_path; /* with it a session is set */
  pcs_span cookie;
  bool feeds;
} pcs_inspector_answer;

typedef struct pcs_inspector_visitor_config {
  pcs_loop *loop;
  const pcs_address *listener;
  /* asked: what to answer; memory for what the answer borrows. */
  void (*asked)(void *context, const pcs_inspector_request *request, uint8_t memory[256],
                pcs_inspector_answer *out_answer);
  /* gone: the owner frees it then. */
  void (*gone)(void *context, pcs_inspector_visitor *visitor);
  void *context;
} pcs_inspector_visitor_config;

/* pcs_inspector_visitor_new takes the connection, also when it fails. config is borrowed for the
 * visitor's life. */
PCS_MUST_USE pcs_status pcs_inspector_visitor_new(pcs_inspector_visitor **out_visitor,
                                                  const pcs_inspector_visitor_config *config,
                                                  int connection);
void pcs_inspector_visitor_free(pcs_inspector_visitor *visitor);
bool pcs_inspector_visitor_is_feed(const pcs_inspector_visitor *visitor);
/* pcs_inspector_visitor_tell sends one event to a feed, all of it or, without room, nothing. */
void pcs_inspector_visitor_tell(pcs_inspector_visitor *visitor, const char *event, pcs_span json);

#endif
