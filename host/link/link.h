/*
 * A link: one page's connection to its worker, a stream of bytes each way that records lie in
 * (core/boundary/message.h). It owns the descriptor and two buffers of fixed size, so neither side
 * can make the other grow: input waits in the kernel until it is consumed, output has room or has
 * not. It knows nothing of records. Two kinds: a stream socket as it is, and a WebSocket whose
 * opening handshake is done (RFC 6455), where frames are only a way to carry the stream.
 */
#ifndef PCS_HOST_LINK_LINK_H
#define PCS_HOST_LINK_LINK_H

#include "core/base/bytes.h"
#include "core/base/limits.h"

typedef enum pcs_link_kind { PCS_LINK_PIPE = 1, PCS_LINK_WEBSOCKET = 2 } pcs_link_kind;

/* Input: the largest record, whole, and as much again as several reads bring. */
#define PCS_LINK_INPUT_BYTES (1024 * 1024)
/* Output: some of the largest records; beyond it the worker holds what it has for the page. */
#define PCS_LINK_OUTPUT_BYTES (1024 * 1024)
/* Output kept free of everything but the last record, GOODBYE. */
#define PCS_LINK_GOODBYE_BYTES 1024
/* The longest reason a WebSocket's Close frame can carry (RFC 6455 5.5). */
#define PCS_LINK_REASON_BYTES_MAX 123

typedef struct pcs_link pcs_link;

/* pcs_link_new takes the descriptor (non-blocking), also when it fails. */
PCS_MUST_USE pcs_status pcs_link_new(pcs_link **out_link, pcs_link_kind kind, int descriptor);
/* pcs_link_free closes the descriptor; what was not flushed is lost. */
void pcs_link_free(pcs_link *link);
int pcs_link_descriptor(const pcs_link *link);

/*
 * pcs_link_fill reads what there is, as far as there is room. PCS_OK: look at the input, and call
 * again. PCS_ERR_NO_SPACE: nothing now. PCS_ERR_CLOSED: the page has gone. PCS_ERR_SYNTAX: broken
 * framing; PCS_ERR_UNSUPPORTED: a text frame; PCS_ERR_SYSTEM. After an error nothing more is read.
 */
PCS_MUST_USE pcs_status pcs_link_fill(pcs_link *link);
/* pcs_link_input borrows what was read and not consumed, valid until the next fill. */
pcs_span pcs_link_input(const pcs_link *link);
void pcs_link_consume(pcs_link *link, size_t len);

/* pcs_link_discard reads and forgets, so that closing does not take back what was written last.
 * PCS_ERR_NO_SPACE: nothing now; PCS_ERR_CLOSED, PCS_ERR_SYSTEM: it may be closed. */
PCS_MUST_USE pcs_status pcs_link_discard(pcs_link *link);

/* pcs_link_room is how many bytes a pcs_link_writer now has. */
size_t pcs_link_room(pcs_link *link);
/* pcs_link_writer writes straight into the output; pcs_link_append makes it part of the stream. */
pcs_writer pcs_link_writer(pcs_link *link);
/* pcs_link_goodbye_writer may use the room kept for the last record. */
pcs_writer pcs_link_goodbye_writer(pcs_link *link);
/* pcs_link_append: PCS_ERR_NO_SPACE when the writer failed; nothing is appended then. */
PCS_MUST_USE pcs_status pcs_link_append(pcs_link *link, const pcs_writer *writer);
/* pcs_link_observe: observer is given what each append adds; NULL: nobody is. */
void pcs_link_observe(pcs_link *link, void (*observer)(void *context, pcs_span appended),
                      void *context);
/* pcs_link_end: nothing is appended any more; after what was, the stream ends with this reason. */
void pcs_link_end(pcs_link *link, pcs_span reason);
/*
 * pcs_link_flush writes as much as goes. PCS_OK: all of it. PCS_ERR_NO_SPACE: go on when writable.
 * PCS_ERR_CLOSED, PCS_ERR_SYSTEM: it cannot be written any more.
 */
PCS_MUST_USE pcs_status pcs_link_flush(pcs_link *link);

#endif
