#include "host/sctp/stack.h"

#include "host/sctp/crc32c.h"

#include <errno.h>
#include <string.h>
#include <usrsctp.h>

/* A slot's number is the low part of its address; the high part is new for every socket. */
#define SLOTS 512
_Static_assert(SLOTS >= PCS_PEERS_MAX, "a slot for each connection of a link");

/*
 * usrsctp counts the path's MTU without the common header. Its default timers are made for the open
 * internet of 2007: a second before anything is sent again. Times in milliseconds.
 */
#define PATH_MTU_BYTES (PCS_SCTP_PACKET_BYTES_MAX - PCS_SCTP_HEADER_BYTES)
#define RTO_INITIAL_MS 400
#define RTO_MIN_MS 220 /* above the 200 ms that a peer may keep a SACK back (RFC 9260 6.2) */
#define RTO_MAX_MS 10000
#define SACK_DELAY_MS 20
#define RETRANSMISSIONS_MAX 20 /* consent ends a dead path long before (RFC 7675) */
#define CHUNKS_QUEUED_MAX 16384
#define BUFFER_BYTES_INITIAL (1024 * 1024)

typedef struct slot {
  uint64_t address; /* 0: free */
  pcs_packet_queue *output;
} slot;

static slot slots[SLOTS];
static uint64_t next_generation = 1;
static uint64_t last_tick_us;
static uint64_t num_ticks;
static bool is_started;

static slot *slot_of(uint64_t address) {
  slot *found = &slots[address % SLOTS];
  return found->address == address ? found : NULL;
}

/* usrsctp's way out. A socket that is gone may still have timers: its packets go nowhere. */
static int take_packet(void *address, void *packet, size_t len, uint8_t tos, uint8_t set_df) {
  (void)tos;
  (void)set_df;
  slot *to = slot_of((uint64_t)(uintptr_t)address);
  uint8_t *memory = to == NULL ? NULL : pcs_packet_queue_add(to->output, len);
  if (memory == NULL) {
    return ENOBUFS;
  }
  memcpy(memory, packet, len);
  pcs_crc32c_seal(memory, len);
  return 0;
}

pcs_status pcs_sctp_stack_init(void) {
  if (is_started) {
    return PCS_OK;
  }
  pcs_crc32c_init();
  usrsctp_init_nothreads(0, take_packet, NULL);
  usrsctp_enable_crc32c_offload();
  /* What no data channel uses is off (requirements X26). */
  usrsctp_sysctl_set_sctp_asconf_enable(0);
  usrsctp_sysctl_set_sctp_auto_asconf(0);
  usrsctp_sysctl_set_sctp_auth_enable(0);
  usrsctp_sysctl_set_sctp_pktdrop_enable(0);
  usrsctp_sysctl_set_sctp_nrsack_enable(0);
  usrsctp_sysctl_set_sctp_ecn_enable(0);
  usrsctp_sysctl_set_sctp_blackhole(2); /* silence, not ABORT, for what belongs to nothing */
  usrsctp_sysctl_set_sctp_max_chunks_on_queue(CHUNKS_QUEUED_MAX);
  /* By default it aborts when one chunk was sent 30 times, which a full queue on the path can do.
   */
  usrsctp_sysctl_set_sctp_max_retran_chunk(0);
  usrsctp_sysctl_set_sctp_default_cc_module(SCTP_CC_HSTCP); /* RFC 3649: best under loss here */
  usrsctp_sysctl_set_sctp_initial_cwnd(10); /* RFC 6928's reasoning; packets are small */
  is_started = true;
  return PCS_OK;
}

void pcs_sctp_stack_tick(uint64_t now_us) {
  if (last_tick_us == 0 || now_us < last_tick_us) {
    last_tick_us = now_us;
    return;
  }
  uint64_t elapsed_ms = (now_us - last_tick_us) / 1000;
  if (elapsed_ms > 0) {
    last_tick_us += elapsed_ms * 1000;
    num_ticks++;
    usrsctp_handle_timers((uint32_t)(elapsed_ms < UINT32_MAX ? elapsed_ms : UINT32_MAX));
  }
}

uint64_t pcs_stack_num_ticks(void) {
  return num_ticks;
}

static bool set(pcs_stack_socket *socket, int level, int option, const void *value, size_t len) {
  return usrsctp_setsockopt(socket->usrsctp, level, option, value, (socklen_t)len) == 0;
}

static bool set_flag(pcs_stack_socket *socket, int option, uint32_t value) {
  return set(socket, IPPROTO_SCTP, option, &value, sizeof value);
}

static bool subscribe(pcs_stack_socket *socket, uint16_t type) {
  struct sctp_event event = {.se_assoc_id = SCTP_ALL_ASSOC, .se_type = type, .se_on = 1};
  return set(socket, IPPROTO_SCTP, SCTP_EVENT, &event, sizeof event);
}

static bool set_timers(pcs_stack_socket *socket) {
  struct sctp_rtoinfo rto = {
      .srto_initial = RTO_INITIAL_MS, .srto_min = RTO_MIN_MS, .srto_max = RTO_MAX_MS};
  struct sctp_sack_info sack = {.sack_delay = SACK_DELAY_MS, .sack_freq = 2};
  struct sctp_assocparams limits = {.sasoc_asocmaxrxt = RETRANSMISSIONS_MAX};
  return set(socket, IPPROTO_SCTP, SCTP_RTOINFO, &rto, sizeof rto) &&
         set(socket, IPPROTO_SCTP, SCTP_DELAYED_SACK, &sack, sizeof sack) &&
         set(socket, IPPROTO_SCTP, SCTP_ASSOCINFO, &limits, sizeof limits);
}

static bool set_features(pcs_stack_socket *socket) {
  const struct linger linger = {.l_onoff = 1, .l_linger = 0}; /* closing aborts */
  struct sctp_initmsg init = {.sinit_num_ostreams = PCS_STREAMS_MAX,
                              .sinit_max_instreams = PCS_STREAMS_MAX};
  struct sctp_assoc_value resets = {.assoc_id = SCTP_ALL_ASSOC,
                                    .assoc_value = SCTP_ENABLE_RESET_STREAM_REQ};
  /* No limit: with one usrsctp cuts its window to what is in flight, and never gets it back. */
  struct sctp_assoc_value burst = {.assoc_id = SCTP_ALL_ASSOC, .assoc_value = 0};
  return set(socket, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) &&
         set(socket, IPPROTO_SCTP, SCTP_INITMSG, &init, sizeof init) &&
         set(socket, IPPROTO_SCTP, SCTP_ENABLE_STREAM_RESET, &resets, sizeof resets) &&
         set(socket, IPPROTO_SCTP, SCTP_MAX_BURST, &burst, sizeof burst) &&
         set_flag(socket, SCTP_NODELAY, 1) && set_flag(socket, SCTP_EXPLICIT_EOR, 1) &&
         set_flag(socket, SCTP_RECVRCVINFO, 1) &&
         set_flag(socket, SCTP_PARTIAL_DELIVERY_POINT, PCS_MESSAGE_BYTES_MAX);
}

static struct sockaddr_conn name_of(const pcs_stack_socket *socket, uint16_t port) {
  struct sockaddr_conn name = {.sconn_family = AF_CONN,
                               .sconn_port = htons(port),
                               .sconn_addr = (void *)(uintptr_t)socket->address};
  return name;
}

static slot *free_slot(void) {
  for (size_t i = 0; i < SLOTS; i++) {
    if (slots[i].address == 0) {
      return &slots[i];
    }
  }
  return NULL;
}

static pcs_status set_up(pcs_stack_socket *socket) {
  socket->usrsctp = usrsctp_socket(AF_CONN, SOCK_STREAM, IPPROTO_SCTP, NULL, NULL, 0, NULL);
  if (socket->usrsctp == NULL) {
    return PCS_ERR_NO_SPACE;
  }
  pcs_stack_socket_set_buffers(socket, BUFFER_BYTES_INITIAL);
  struct sockaddr_conn name = name_of(socket, socket->ports.local_port);
  bool is_set = usrsctp_set_non_blocking(socket->usrsctp, 1) == 0 && set_features(socket) &&
                set_timers(socket) && subscribe(socket, SCTP_ASSOC_CHANGE) &&
                subscribe(socket, SCTP_STREAM_RESET_EVENT) &&
                subscribe(socket, SCTP_PARTIAL_DELIVERY_EVENT) &&
                usrsctp_bind(socket->usrsctp, (struct sockaddr *)&name, sizeof name) == 0;
  return is_set ? PCS_OK : PCS_ERR_SYSTEM;
}

pcs_status pcs_stack_socket_open(pcs_stack_socket *socket, pcs_sctp_config ports,
                                 pcs_packet_queue *output) {
  slot *mine = free_slot();
  if (!is_started || mine == NULL) {
    return mine == NULL ? PCS_ERR_NO_SPACE : PCS_ERR_STATE;
  }
  *socket = (pcs_stack_socket){.ports = ports};
  socket->address = next_generation++ * SLOTS + (uint64_t)(mine - slots);
  *mine = (slot){socket->address, output};
  usrsctp_register_address((void *)(uintptr_t)socket->address);
  pcs_status status = set_up(socket);
  if (status != PCS_OK) {
    pcs_stack_socket_close(socket);
  }
  return status;
}

void pcs_stack_socket_close(pcs_stack_socket *socket) {
  if (socket->usrsctp != NULL) {
    usrsctp_close(socket->usrsctp); /* SO_LINGER 0: the ABORT leaves in this call */
  }
  slot *mine = socket->address == 0 ? NULL : slot_of(socket->address);
  if (mine != NULL) {
    usrsctp_deregister_address((void *)(uintptr_t)socket->address);
    *mine = (slot){0};
  }
  socket->usrsctp = NULL;
  socket->address = 0;
}

pcs_status pcs_stack_socket_connect(pcs_stack_socket *socket) {
  struct sockaddr_conn name = name_of(socket, socket->ports.remote_port);
  int connected = usrsctp_connect(socket->usrsctp, (struct sockaddr *)&name, sizeof name);
  if (connected != 0 && errno != EINPROGRESS) {
    return PCS_ERR_SYSTEM;
  }
  /* The size of a packet is ours to say, and ICE's consent checks are heartbeat enough. */
  struct sctp_paddrparams path = {.spp_pathmtu = PATH_MTU_BYTES,
                                  .spp_flags = SPP_PMTUD_DISABLE | SPP_HB_DISABLE};
  memcpy(&path.spp_address, &name, sizeof name);
  return set(socket, IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, &path, sizeof path) ? PCS_OK
                                                                              : PCS_ERR_SYSTEM;
}

void pcs_stack_socket_input(pcs_stack_socket *socket, pcs_span packet) {
  usrsctp_conninput((void *)(uintptr_t)socket->address, packet.data, packet.len, 0);
}

static pcs_status status_of_send_error(int error) {
  switch (error) {
  case EWOULDBLOCK:
  case EMSGSIZE: /* larger than the whole buffer, and that is full: with EXPLICIT_EOR it fits later
                  */
  case ENOMEM:
  case ENOBUFS:
    return PCS_ERR_NO_SPACE;
  case EINVAL:
    return PCS_ERR_RANGE;
  default:
    return PCS_ERR_CLOSED;
  }
}

pcs_status pcs_stack_socket_send(pcs_stack_socket *socket, size_t *out_taken,
                                 const pcs_sctp_send *send, pcs_span message) {
  static const uint16_t policies[] = {SCTP_PR_SCTP_NONE, SCTP_PR_SCTP_RTX, SCTP_PR_SCTP_TTL};
  struct sctp_sendv_spa info = {.sendv_flags = SCTP_SEND_SNDINFO_VALID};
  info.sendv_sndinfo.snd_sid = send->stream;
  info.sendv_sndinfo.snd_ppid = htonl(send->ppid);
  info.sendv_sndinfo.snd_flags = (uint16_t)(SCTP_EOR | (send->ordered ? 0 : SCTP_UNORDERED));
  if (send->reliability != PCS_RELIABILITY_FULL) {
    info.sendv_flags |= SCTP_SEND_PRINFO_VALID;
    info.sendv_prinfo.pr_policy = policies[send->reliability];
    info.sendv_prinfo.pr_value = send->reliability_value;
  }
  ssize_t taken = usrsctp_sendv(socket->usrsctp, message.data, message.len, NULL, 0, &info,
                                sizeof info, SCTP_SENDV_SPA, 0);
  *out_taken = taken > 0 ? (size_t)taken : 0;
  if (taken < 0) {
    return status_of_send_error(errno);
  }
  return *out_taken == message.len ? PCS_OK : PCS_ERR_NO_SPACE;
}

bool pcs_stack_socket_is_writable(pcs_stack_socket *socket) {
  return (usrsctp_get_events(socket->usrsctp) & SCTP_EVENT_WRITE) != 0;
}

static pcs_stack_arrival read_assoc_change(pcs_span notification) {
  struct sctp_assoc_change change;
  memcpy(&change, notification.data, sizeof change);
  uint16_t streams = change.sac_inbound_streams < change.sac_outbound_streams
                         ? change.sac_inbound_streams
                         : change.sac_outbound_streams;
  switch (change.sac_state) {
  case SCTP_COMM_UP:
    return (pcs_stack_arrival){.kind = PCS_STACK_UP, .streams = streams};
  case SCTP_SHUTDOWN_COMP:
    return (pcs_stack_arrival){.kind = PCS_STACK_DOWN, .status = PCS_OK};
  default: /* lost, aborted, never up, or restarted, which one association per DTLS forbids */
    return (pcs_stack_arrival){.kind = PCS_STACK_DOWN, .status = PCS_ERR_CLOSED};
  }
}

static pcs_stack_arrival read_reset(pcs_stack_socket *socket, pcs_span notification) {
  struct sctp_stream_reset_event event;
  memcpy(&event, notification.data, sizeof event);
  pcs_stack_arrival arrival = {.kind = PCS_STACK_RESET};
  if ((event.strreset_flags & (SCTP_STREAM_RESET_DENIED | SCTP_STREAM_RESET_FAILED)) != 0) {
    arrival.reset = PCS_STACK_RESET_REFUSED;
  } else if ((event.strreset_flags & SCTP_STREAM_RESET_INCOMING_SSN) != 0) {
    arrival.reset = PCS_STACK_RESET_THEIRS;
  } else {
    arrival.reset = PCS_STACK_RESET_OURS;
  }
  size_t list_len = notification.len - sizeof event;
  size_t num = list_len / sizeof(uint16_t);
  arrival.num_reset = num < PCS_STACK_RESET_STREAMS_MAX ? num : PCS_STACK_RESET_STREAMS_MAX;
  memcpy(socket->reset_streams, notification.data + sizeof event,
         arrival.num_reset * sizeof(uint16_t));
  return arrival;
}

static pcs_stack_arrival read_notification(pcs_stack_socket *socket, pcs_span notification) {
  uint16_t type = 0;
  if (notification.len >= sizeof type) {
    memcpy(&type, notification.data, sizeof type);
  }
  if (type == SCTP_ASSOC_CHANGE && notification.len >= sizeof(struct sctp_assoc_change)) {
    return read_assoc_change(notification);
  }
  if (type == SCTP_STREAM_RESET_EVENT &&
      notification.len >= sizeof(struct sctp_stream_reset_event)) {
    return read_reset(socket, notification);
  }
  if (type == SCTP_PARTIAL_DELIVERY_EVENT) {
    return (pcs_stack_arrival){.kind = PCS_STACK_ABANDONED};
  }
  return (pcs_stack_arrival){.kind = PCS_STACK_OTHER};
}

static pcs_stack_arrival read_end(ssize_t len) {
  if (len < 0 && errno == EWOULDBLOCK) {
    return (pcs_stack_arrival){.kind = PCS_STACK_NOTHING};
  }
  if (len < 0 && errno == ENOTCONN) { /* not yet */
    return (pcs_stack_arrival){.kind = PCS_STACK_NOTHING};
  }
  return (pcs_stack_arrival){.kind = PCS_STACK_DOWN, .status = len == 0 ? PCS_OK : PCS_ERR_CLOSED};
}

pcs_stack_arrival pcs_stack_socket_read(pcs_stack_socket *socket, uint8_t *memory,
                                        size_t capacity) {
  struct sctp_rcvinfo info = {0};
  socklen_t info_len = sizeof info;
  unsigned info_type = SCTP_RECVV_NOINFO;
  int flags = 0;
  ssize_t len = usrsctp_recvv(socket->usrsctp, memory, capacity, NULL, NULL, &info, &info_len,
                              &info_type, &flags);
  if (len <= 0) {
    return read_end(len);
  }
  if ((flags & MSG_NOTIFICATION) != 0) {
    return read_notification(socket, (pcs_span){memory, (size_t)len});
  }
  return (pcs_stack_arrival){.kind = PCS_STACK_DATA,
                             .len = (size_t)len,
                             .stream = info.rcv_sid,
                             .ppid = ntohl(info.rcv_ppid),
                             .is_last = (flags & MSG_EOR) != 0};
}

pcs_status pcs_stack_socket_reset(pcs_stack_socket *socket, const uint16_t *streams,
                                  size_t num_streams) {
  union {
    struct sctp_reset_streams request;
    uint16_t words[sizeof(struct sctp_reset_streams) / 2 + PCS_STACK_RESET_STREAMS_MAX];
  } memory = {.request = {.srs_flags = SCTP_STREAM_RESET_OUTGOING}};
  if (num_streams == 0 || num_streams > PCS_STACK_RESET_STREAMS_MAX) {
    return PCS_ERR_RANGE;
  }
  memory.request.srs_number_streams = (uint16_t)num_streams;
  memcpy(memory.words + sizeof memory.request / 2, streams, num_streams * sizeof *streams);
  size_t len = sizeof memory.request + num_streams * sizeof *streams;
  if (set(socket, IPPROTO_SCTP, SCTP_RESET_STREAMS, &memory, len)) {
    return PCS_OK;
  }
  return errno == EOPNOTSUPP ? PCS_ERR_UNSUPPORTED : PCS_ERR_STATE;
}

void pcs_stack_socket_set_buffers(pcs_stack_socket *socket, size_t bytes) {
  int size = (int)bytes;
  (void)set(socket, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  (void)set(socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

pcs_sctp_stats pcs_stack_socket_stats(const pcs_stack_socket *socket) {
  struct sctp_status status = {0};
  socklen_t len = sizeof status;
  if (usrsctp_getsockopt(socket->usrsctp, IPPROTO_SCTP, SCTP_STATUS, &status, &len) != 0) {
    return (pcs_sctp_stats){0};
  }
  return (pcs_sctp_stats){.smoothed_round_trip_us = status.sstat_primary.spinfo_srtt * 1000,
                          .congestion_window_bytes = status.sstat_primary.spinfo_cwnd,
                          .unacknowledged_chunks = status.sstat_unackdata};
}
