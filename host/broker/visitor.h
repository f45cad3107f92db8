/*
 * One connection to the broker before it is anybody's link: the opening handshake, then one frame
 * with HELLO, then it is handed to a worker or told why not. It has ten seconds. What a visitor may
 * send is bounded by two small buffers; nothing it says is acted on before its origin and token are
 * known to be good.
 */
#ifndef PCS_HOST_BROKER_VISITOR_H
#define PCS_HOST_BROKER_VISITOR_H

#include "core/plan/plan.h"
#include "host/broker/admission.h"
#include "host/broker/pages.h"

/* From connect to a good HELLO. */
#define PCS_VISITOR_TIME_US (10ull * 1000 * 1000)
/* For the other side to read why it was refused. */
#define PCS_VISITOR_LEAVE_US (1ull * 1000 * 1000)

typedef struct pcs_visitor pcs_visitor;

/* gone: the visitor has left, was handed over or gave up; the owner frees it then. */
typedef void (*pcs_visitor_gone)(void *context, pcs_visitor *visitor);

typedef struct pcs_visitor_config {
  pcs_loop *loop;
  pcs_admission *admission;
  pcs_pages *pages;
  pcs_visitor_gone gone;
  void *context;
} pcs_visitor_config;

/* pcs_visitor_new takes the connection, also when it fails. config and listener are borrowed for
 * the visitor's life. */
PCS_MUST_USE pcs_status pcs_visitor_new(pcs_visitor **out_visitor, const pcs_visitor_config *config,
                                        const pcs_address *listener, int connection);
/* pcs_visitor_free closes the connection unless it was handed over. free(NULL) is fine. */
void pcs_visitor_free(pcs_visitor *visitor);

#endif
