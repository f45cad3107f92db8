/*
 * usrsctp, and the only file that includes its header: the process's one stack and the sockets on
 * it, turned into plain calls and values. It decides how usrsctp is set up; what its events mean is
 * association.c's. Single-threaded. A socket's address is an increasing integer that is looked up
 * in a table, never a pointer (CVE-2020-6514).
 */
#ifndef PCS_HOST_SCTP_STACK_H
#define PCS_HOST_SCTP_STACK_H

#include "host/sctp/association.h"
#include "host/sctp/filter.h"
#include "host/sctp/packet_queue.h"

/* More than one packet can name. */
#define PCS_STACK_RESET_STREAMS_MAX 640

/* In place. All zero is safe to close. */
typedef struct pcs_stack_socket {
  struct socket *usrsctp;
  uint64_t address;
  pcs_sctp_config ports;
  uint16_t reset_streams[PCS_STACK_RESET_STREAMS_MAX];
} pcs_stack_socket;

typedef enum pcs_stack_arrival_kind {
  PCS_STACK_NOTHING,
  PCS_STACK_DATA,      /* len bytes were written; stream, ppid; is_last: the message ends here */
  PCS_STACK_UP,        /* streams: usable each way */
  PCS_STACK_DOWN,      /* status: 0 for an orderly end */
  PCS_STACK_RESET,     /* reset, and num_reset streams in the socket's reset_streams; 0: all */
  PCS_STACK_ABANDONED, /* what was read of an unfinished message so far: there will be no more */
  PCS_STACK_OTHER,     /* nothing that matters; read again */
} pcs_stack_arrival_kind;

typedef enum pcs_stack_reset {
  PCS_STACK_RESET_THEIRS,  /* the peer has reset its outgoing streams */
  PCS_STACK_RESET_OURS,    /* the peer has carried out our reset */
  PCS_STACK_RESET_REFUSED, /* the peer will not */
} pcs_stack_reset;

typedef struct pcs_stack_arrival {
  pcs_stack_arrival_kind kind;
  size_t len;
  uint16_t stream;
  uint32_t ppid;
  bool is_last;
  uint16_t streams;
  pcs_status status;
  pcs_stack_reset reset;
  size_t num_reset;
} pcs_stack_arrival;

/* The smallest memory that pcs_stack_socket_read may be given: the largest notification. */
#define PCS_STACK_READ_BYTES_MIN 4096

/* pcs_stack_socket_open: packets it sends go to output, borrowed until close. */
PCS_MUST_USE pcs_status pcs_stack_socket_open(pcs_stack_socket *socket, pcs_sctp_config ports,
                                              pcs_packet_queue *output);
/* pcs_stack_socket_close sends ABORT if there is an association, and nothing ever after. */
void pcs_stack_socket_close(pcs_stack_socket *socket);
PCS_MUST_USE pcs_status pcs_stack_socket_connect(pcs_stack_socket *socket);
/* pcs_stack_socket_input takes a packet whose checksum has been verified. */
void pcs_stack_socket_input(pcs_stack_socket *socket, pcs_span packet);
PCS_MUST_USE pcs_status pcs_stack_socket_send(pcs_stack_socket *socket, size_t *out_taken,
                                              const pcs_sctp_send *send, pcs_span message);
bool pcs_stack_socket_is_writable(pcs_stack_socket *socket);
pcs_stack_arrival pcs_stack_socket_read(pcs_stack_socket *socket, uint8_t *memory, size_t capacity);
/* pcs_stack_socket_reset: PCS_ERR_UNSUPPORTED when the peer knows no reset (RFC 6525). */
PCS_MUST_USE pcs_status pcs_stack_socket_reset(pcs_stack_socket *socket, const uint16_t *streams,
                                               size_t num_streams);
/* pcs_stack_socket_set_buffers: both windows, in bytes. */
void pcs_stack_socket_set_buffers(pcs_stack_socket *socket, size_t bytes);
pcs_sctp_stats pcs_stack_socket_stats(const pcs_stack_socket *socket);
/* pcs_stack_num_ticks grows with each pcs_sctp_stack_tick: timers may have changed any socket. */
uint64_t pcs_stack_num_ticks(void);

#endif
