#include "tests/sim/tcp.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "host/ice/framing.h"

#define CONNECTIONS_MAX 64
#define LISTENERS_MAX 16
#define PIECES_MAX 4096
#define PIECE_BYTES_MAX 1400
#define RETRANSMISSION_US 300000u
#define FIRST_PORT 40000

typedef struct side {
  const sim_tcp_owner *owner; /* NULL: closed here */
  uint32_t stream;
  pcs_address other;   /* as this side sees it */
  uint64_t last_at_us; /* when what was sent to it last arrives */
  size_t in_len;
  uint8_t in[PCS_FRAMING_BYTES_MAX + PIECE_BYTES_MAX];
} side;

typedef struct connection {
  bool used;
  side sides[2]; /* who connects, who listens */
} connection;

typedef enum piece_kind { SYN, SYN_ACK, REFUSED, BYTES, FIN } piece_kind;

typedef struct piece {
  piece_kind kind;
  uint64_t at_us;
  uint64_t order;
  size_t connection;
  int to; /* which side */
  size_t len;
  uint8_t bytes[PIECE_BYTES_MAX];
} piece;

typedef struct listener {
  const sim_tcp_owner *owner;
  uint32_t id;
  pcs_address address;
} listener;

struct sim_tcp {
  sim_world *world;
  sim_link link;
  bool refuses;
  bool silent;
  const sim_tcp_owner *mute;
  sim_tcp_seen seen;
  uint16_t next_port;
  uint64_t order;
  listener listeners[LISTENERS_MAX];
  size_t num_listeners;
  connection connections[CONNECTIONS_MAX];
  piece pieces[PIECES_MAX];
  size_t num_pieces;
};

sim_tcp *sim_tcp_new(sim_world *world, const sim_link *link) {
  sim_tcp *tcp = calloc(1, sizeof *tcp);
  assert(tcp != NULL);
  tcp->world = world;
  tcp->link = *link;
  tcp->next_port = FIRST_PORT;
  return tcp;
}

void sim_tcp_free(sim_tcp *tcp) {
  free(tcp);
}

void sim_tcp_set_refusing(sim_tcp *tcp, bool refuses) {
  tcp->refuses = refuses;
}

void sim_tcp_set_silent(sim_tcp *tcp, bool silent) {
  tcp->silent = silent;
}

void sim_tcp_set_mute(sim_tcp *tcp, const sim_tcp_owner *owner) {
  tcp->mute = owner;
}

const sim_tcp_seen *sim_tcp_look(const sim_tcp *tcp) {
  return &tcp->seen;
}

size_t sim_tcp_num_open(const sim_tcp *tcp) {
  size_t num = 0;
  for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
    num += tcp->connections[i].used && tcp->connections[i].sides[0].owner != NULL &&
           tcp->connections[i].sides[1].owner != NULL;
  }
  return num;
}

/* ---- pieces on their way ---- */

static uint64_t arrival_us(sim_tcp *tcp, side *to) {
  uint64_t at_us = tcp->world->now_us + tcp->link.delay_us +
                   pcs_random_below(&tcp->world->random, tcp->link.jitter_us + 1);
  while (sim_world_chance(tcp->world, tcp->link.loss_ppm)) {
    at_us += RETRANSMISSION_US;
  }
  at_us = at_us < to->last_at_us ? to->last_at_us : at_us;
  to->last_at_us = at_us;
  return at_us;
}

static void send_piece(sim_tcp *tcp, piece_kind kind, size_t index, int to, pcs_span bytes) {
  if (tcp->silent) {
    return;
  }
  assert(tcp->num_pieces < PIECES_MAX);
  piece *made = &tcp->pieces[tcp->num_pieces++];
  made->kind = kind;
  made->at_us = arrival_us(tcp, &tcp->connections[index].sides[to]);
  made->order = tcp->order++;
  made->connection = index;
  made->to = to;
  made->len = bytes.len;
  if (bytes.len > 0) {
    memcpy(made->bytes, bytes.data, bytes.len);
  }
}

static size_t next_piece(const sim_tcp *tcp) {
  size_t next = 0;
  for (size_t i = 1; i < tcp->num_pieces; i++) {
    const piece *a = &tcp->pieces[i];
    const piece *b = &tcp->pieces[next];
    if (a->at_us < b->at_us || (a->at_us == b->at_us && a->order < b->order)) {
      next = i;
    }
  }
  return next;
}

uint64_t sim_tcp_next_at(const sim_tcp *tcp) {
  return tcp->num_pieces == 0 ? UINT64_MAX : tcp->pieces[next_piece(tcp)].at_us;
}

static void forget(sim_tcp *tcp, size_t index) {
  tcp->connections[index].used = false;
  for (size_t i = tcp->num_pieces; i > 0; i--) {
    if (tcp->pieces[i - 1].connection == index) {
      tcp->pieces[i - 1] = tcp->pieces[--tcp->num_pieces];
    }
  }
}

/* ---- who connects to whom ---- */

void sim_tcp_listen(sim_tcp *tcp, const sim_tcp_owner *owner, uint32_t id,
                    const pcs_address *address) {
  assert(tcp->num_listeners < LISTENERS_MAX);
  tcp->listeners[tcp->num_listeners++] = (listener){owner, id, *address};
}

void sim_tcp_connect(sim_tcp *tcp, const sim_tcp_owner *owner, uint32_t stream,
                     const pcs_address *from, const pcs_address *to) {
  size_t index = 0;
  while (index < CONNECTIONS_MAX && tcp->connections[index].used) {
    index++;
  }
  assert(index < CONNECTIONS_MAX);
  connection *made = &tcp->connections[index];
  *made = (connection){.used = true};
  made->sides[0].owner = owner;
  made->sides[0].stream = stream;
  made->sides[0].other = *to;
  made->sides[1].other = *from;
  made->sides[1].other.port = tcp->next_port++;
  tcp->seen.num_connects++;
  sim_world_note(tcp->world, &tcp->world->now_us, sizeof tcp->world->now_us);
  sim_world_note(tcp->world, &to->port, sizeof to->port);
  send_piece(tcp, SYN, index, 1, (pcs_span){0});
}

static const listener *reached_by(const sim_tcp *tcp, const sim_tcp_owner *owner,
                                  const pcs_address *to) {
  for (size_t i = 0; i < tcp->num_listeners; i++) {
    const listener *one = &tcp->listeners[i];
    if (pcs_address_equal(&one->address, to) &&
        (one->owner->nat == SIM_PUBLIC || one->owner->nat == owner->nat)) {
      return one;
    }
  }
  return NULL;
}

static void take_syn(sim_tcp *tcp, size_t index) {
  connection *made = &tcp->connections[index];
  const sim_tcp_owner *owner = made->sides[0].owner;
  const listener *found = owner != NULL ? reached_by(tcp, owner, &made->sides[0].other) : NULL;
  if (found == NULL) {
    if (tcp->refuses) {
      send_piece(tcp, REFUSED, index, 0, (pcs_span){0});
    }
    return;
  }
  if (owner->nat != SIM_PUBLIC && owner->nat != found->owner->nat) {
    uint16_t port = made->sides[1].other.port;
    made->sides[1].other = owner->outside;
    made->sides[1].other.port = port;
  }
  send_piece(tcp, SYN_ACK, index, 0, (pcs_span){0});
  uint32_t stream = 0;
  if (found->owner->accept(found->owner->context, found->id, &made->sides[1].other, &stream) !=
      PCS_OK) {
    send_piece(tcp, FIN, index, 0, (pcs_span){0});
    return;
  }
  tcp->seen.num_accepted++;
  made->sides[1].owner = found->owner;
  made->sides[1].stream = stream;
}

/* ---- bytes ---- */

static side *side_of(sim_tcp *tcp, const sim_tcp_owner *owner, uint32_t stream, size_t *out_index,
                     int *out_side) {
  for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
    for (int s = 0; s < 2; s++) {
      side *one = &tcp->connections[i].sides[s];
      if (tcp->connections[i].used && one->owner == owner && one->stream == stream) {
        *out_index = i;
        *out_side = s;
        return one;
      }
    }
  }
  return NULL;
}

void sim_tcp_write(sim_tcp *tcp, const sim_tcp_owner *owner, uint32_t stream, pcs_span bytes) {
  size_t index = 0;
  int from = 0;
  if (side_of(tcp, owner, stream, &index, &from) == NULL) {
    return;
  }
  sim_world_note(tcp->world, bytes.data, bytes.len);
  while (bytes.len > 0) {
    uint32_t most = bytes.len < PIECE_BYTES_MAX ? (uint32_t)bytes.len : PIECE_BYTES_MAX;
    size_t len = 1 + pcs_random_below(&tcp->world->random, most);
    pcs_reader reader;
    pcs_reader_init(&reader, bytes);
    send_piece(tcp, BYTES, index, 1 - from, pcs_reader_bytes(&reader, len));
    bytes = pcs_reader_rest(&reader);
  }
}

static bool is_answer(pcs_span datagram) {
  return datagram.len > 1 && datagram.data[0] == 0x01 && datagram.data[1] == 0x01;
}

void sim_tcp_send(sim_tcp *tcp, const sim_tcp_owner *owner, uint32_t stream, pcs_span datagram,
                  sim_tcp_form form) {
  uint8_t memory[PCS_FRAMING_BYTES_MAX];
  pcs_writer writer;
  if (tcp->mute == owner && is_answer(datagram)) {
    return;
  }
  pcs_writer_init(&writer, memory, sizeof memory);
  if (form == SIM_TCP_MASKED) {
    tcp->seen.num_masked++;
    pcs_framing_write_masked(&writer, datagram, (uint32_t)pcs_random_u64(&tcp->world->random));
  } else {
    tcp->seen.num_plain++;
    tcp->seen.num_plain_data += datagram.len > 0 && datagram.data[0] > 3;
    pcs_framing_write(&writer, datagram);
  }
  sim_tcp_write(tcp, owner, stream, pcs_writer_span(&writer));
}

static void end_side(sim_tcp *tcp, size_t index, int which) {
  side *one = &tcp->connections[index].sides[which];
  const sim_tcp_owner *owner = one->owner;
  uint32_t stream = one->stream;
  one->owner = NULL;
  if (owner != NULL) {
    owner->closed(owner->context, stream);
  }
}

void sim_tcp_close(sim_tcp *tcp, const sim_tcp_owner *owner, uint32_t stream) {
  size_t index = 0;
  int from = 0;
  side *one = side_of(tcp, owner, stream, &index, &from);
  if (one == NULL) {
    return;
  }
  one->owner = NULL;
  tcp->seen.num_closed++;
  if (tcp->connections[index].sides[1 - from].owner == NULL) {
    forget(tcp, index);
  } else {
    send_piece(tcp, FIN, index, 1 - from, (pcs_span){0});
  }
}

void sim_tcp_break(sim_tcp *tcp) {
  bool breaks[CONNECTIONS_MAX];
  for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
    breaks[i] = tcp->connections[i].used;
  }
  for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
    if (breaks[i]) { /* not one that is made because of it */
      end_side(tcp, i, 0);
      end_side(tcp, i, 1);
      forget(tcp, i);
    }
  }
}

/* False when the connection is not what it was: a datagram led to its end. */
static bool give(side *one, const sim_tcp_owner *owner, pcs_span datagram) {
  uint32_t stream = one->stream;
  pcs_address from = one->other;
  owner->receive(owner->context, stream, &from, datagram);
  return one->owner == owner && one->stream == stream;
}

static void take_bytes(sim_tcp *tcp, const piece *arrived) {
  side *one = &tcp->connections[arrived->connection].sides[arrived->to];
  const sim_tcp_owner *owner = one->owner;
  if (owner == NULL) {
    return;
  }
  assert(one->in_len + arrived->len <= sizeof one->in);
  memcpy(one->in + one->in_len, arrived->bytes, arrived->len);
  pcs_framing_input input = {.memory = one->in, .len = one->in_len + arrived->len};
  pcs_span datagram;
  pcs_status status = PCS_OK;
  while ((status = pcs_framing_next(&input, &datagram)) == PCS_OK) {
    if (!give(one, owner, datagram)) {
      return;
    }
  }
  if (status != PCS_ERR_NO_SPACE) {
    send_piece(tcp, FIN, arrived->connection, 1 - arrived->to, (pcs_span){0});
    end_side(tcp, arrived->connection, arrived->to);
    return;
  }
  one->in_len = input.len - input.at;
  memmove(one->in, one->in + input.at, one->in_len);
}

static void take(sim_tcp *tcp, const piece *arrived) {
  side *one = &tcp->connections[arrived->connection].sides[arrived->to];
  switch (arrived->kind) {
  case SYN:
    take_syn(tcp, arrived->connection);
    return;
  case SYN_ACK:
    if (one->owner != NULL) {
      one->owner->opened(one->owner->context, one->stream);
    }
    return;
  case BYTES:
    take_bytes(tcp, arrived);
    return;
  case REFUSED:
  case FIN:
    end_side(tcp, arrived->connection, arrived->to);
    if (tcp->connections[arrived->connection].sides[1 - arrived->to].owner == NULL) {
      forget(tcp, arrived->connection);
    }
    return;
  }
}

bool sim_tcp_deliver(sim_tcp *tcp) {
  if (sim_tcp_next_at(tcp) > tcp->world->now_us) {
    return false;
  }
  size_t index = next_piece(tcp);
  piece arrived = tcp->pieces[index];
  tcp->pieces[index] = tcp->pieces[--tcp->num_pieces];
  take(tcp, &arrived);
  return true;
}
