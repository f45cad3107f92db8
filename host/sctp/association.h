/*
 * One SCTP association over DTLS (RFC 8831, RFC 8261), on usrsctp (stack.c, the only file that
 * includes usrsctp.h). Our own filter looks at every packet first (requirements X26, X27). The
 * stack is one per process, single-threaded; its addresses are opaque integers, never pointers. It
 * puts messages together and bounds them; which channel they belong to is channel.c's.
 *
 * After each call, and each pcs_sctp_stack_tick, the owner polls until NONE and takes the output.
 */
#ifndef PCS_HOST_SCTP_ASSOCIATION_H
#define PCS_HOST_SCTP_ASSOCIATION_H

#include "core/base/datagrams.h"
#include "core/base/limits.h"
#include "core/boundary/message.h"

typedef struct pcs_sctp_association pcs_sctp_association;

/* pcs_sctp_stack_init starts the process's stack; before the sandbox closes (it starts a thread).
 */
PCS_MUST_USE pcs_status pcs_sctp_stack_init(void);
/* pcs_sctp_stack_tick runs the stack's timers: every 10 ms while an association lives. */
void pcs_sctp_stack_tick(uint64_t now_us);

typedef struct pcs_sctp_config {
  uint16_t local_port;
  uint16_t remote_port;
} pcs_sctp_config;

typedef enum pcs_sctp_event_kind {
  PCS_SCTP_EVENT_NONE,
  PCS_SCTP_EVENT_CONNECTED,  /* streams: usable each way */
  PCS_SCTP_EVENT_MESSAGE,    /* stream, ppid, message (valid until the next call) */
  PCS_SCTP_EVENT_RESET,      /* stream: the other side has reset its outgoing half */
  PCS_SCTP_EVENT_RESET_DONE, /* stream: our reset was carried out, or refused for good */
  PCS_SCTP_EVENT_WRITABLE,   /* a send that had no space may be tried again */
  PCS_SCTP_EVENT_CLOSED,     /* status: why; 0 an orderly end */
} pcs_sctp_event_kind;

typedef struct pcs_sctp_event {
  pcs_sctp_event_kind kind;
  uint16_t stream;
  uint16_t streams;
  uint32_t ppid;
  pcs_span message;
  pcs_status status;
} pcs_sctp_event;

typedef struct pcs_sctp_send {
  uint16_t stream;
  uint32_t ppid;
  bool ordered;
  pcs_reliability reliability;
  uint16_t reliability_value;
} pcs_sctp_send;

/* pcs_sctp_association_new: PCS_ERR_STATE before pcs_sctp_stack_init. *out_association is null on
 * error. */
PCS_MUST_USE pcs_status pcs_sctp_association_new(pcs_sctp_association **out_association,
                                                 const pcs_sctp_config *config);
/* pcs_sctp_association_free sends nothing: call abort first, and take its output. */
void pcs_sctp_association_free(pcs_sctp_association *association);
/* Both sides connect (RFC 8841 9.3: simultaneous open). */
PCS_MUST_USE pcs_status pcs_sctp_association_connect(pcs_sctp_association *association);
/* pcs_sctp_association_receive takes one packet from DTLS. Filtered packets are dropped silently.
 */
void pcs_sctp_association_receive(pcs_sctp_association *association, pcs_span packet);
/*
 * pcs_sctp_association_take_output moves packets that wait for the wire into out, as many as fit;
 * true when more wait. Each is at most PCS_DATAGRAM_BYTES_MAX less DTLS's overhead.
 */
bool pcs_sctp_association_take_output(pcs_sctp_association *association, pcs_datagrams *out);
/*
 * The same without a copy, for the way into DTLS: output borrows the first packet that waits (false
 * when none does) until the next call; output_taken drops it.
 */
bool pcs_sctp_association_output(const pcs_sctp_association *association, pcs_span *out_packet);
void pcs_sctp_association_output_taken(pcs_sctp_association *association);
/*
 * pcs_sctp_association_send hands one message (not empty: RFC 8831 6.6) to SCTP: all of it or, with
 * PCS_ERR_NO_SPACE, a part or nothing of it; *out_taken says how many bytes, and the caller goes
 * on with the rest, same parameters, before any other message, after WRITABLE.
 */
PCS_MUST_USE pcs_status pcs_sctp_association_send(pcs_sctp_association *association,
                                                  size_t *out_taken, const pcs_sctp_send *send,
                                                  pcs_span message);
/* pcs_sctp_association_reset_stream resets our outgoing half (RFC 6525) when what was sent on it
 * has arrived; RESET_DONE follows. Several of one turn leave together. */
PCS_MUST_USE pcs_status pcs_sctp_association_reset_stream(pcs_sctp_association *association,
                                                          uint16_t stream);
/*
 * pcs_sctp_association_poll gives the next event. Messages are given only while GIVE: else they,
 * and the events behind them, stay in SCTP's buffer, whose window closes (back-pressure to the
 * sender). A message longer than PCS_MESSAGE_BYTES_MAX, which we announced, ends the association:
 * CLOSED with PCS_ERR_TOO_LARGE.
 */
typedef enum pcs_sctp_messages { PCS_SCTP_HOLD_MESSAGES, PCS_SCTP_GIVE_MESSAGES } pcs_sctp_messages;
void pcs_sctp_association_poll(pcs_sctp_association *association, pcs_sctp_messages messages,
                               pcs_sctp_event *out_event);
/* Sizes buffers by the path's round trip (toolchain: the window is the buffer). */
void pcs_sctp_association_set_round_trip(pcs_sctp_association *association, uint32_t round_trip_us);
/* pcs_sctp_association_abort sends the resets that were asked for, then ABORT, and ends it; output
 * can still be taken, no event follows. */
void pcs_sctp_association_abort(pcs_sctp_association *association);

typedef struct pcs_sctp_stats {
  uint32_t smoothed_round_trip_us;
  uint32_t congestion_window_bytes;
  uint32_t unacknowledged_chunks;
} pcs_sctp_stats;
pcs_sctp_stats pcs_sctp_association_stats(const pcs_sctp_association *association);

#endif
