#include "host/ice/mdns.h"

#include "core/base/text.h"

#define SECOND_US 1000000u
/* RFC 6762 10: of records that name a host. */
#define TTL_S 120
/* RFC 6762 8.3: two at least, a second apart. */
#define ANNOUNCEMENTS 2
/* RFC 6762 5.2: each wait is twice the last; the fifth would be after ICE's patience. */
#define QUESTIONS_MAX 4
#define QUESTIONS_LAST_WAIT_US (8 * (uint64_t)SECOND_US)
#define UUID_BYTES 16
#define NEVER UINT64_MAX

void pcs_mdns_init(pcs_mdns *mdns, const pcs_random *random) {
  *mdns = (pcs_mdns){.random = random};
}

/* ---- names of ours ---- */

/* RFC 9562 5.4. */
static pcs_mdns_name draw_name(const pcs_random *random) {
  static const uint8_t GROUPS[] = {4, 2, 2, 2, 6};
  uint8_t uuid[UUID_BYTES];
  pcs_mdns_name name;
  pcs_writer writer;
  pcs_random_fill(random, uuid, sizeof uuid);
  uuid[6] = (uint8_t)((uuid[6] & 0x0f) | 0x40);
  uuid[8] = (uint8_t)((uuid[8] & 0x3f) | 0x80);
  pcs_writer_init(&writer, name.text, sizeof name.text);
  size_t at = 0;
  for (size_t i = 0; i < sizeof GROUPS; i++) {
    pcs_writer_text(&writer, i > 0 ? "-" : "");
    pcs_writer_hex(&writer, (pcs_span){uuid + at, GROUPS[i]});
    at += GROUPS[i];
  }
  pcs_writer_text(&writer, ".local");
  return name;
}

pcs_mdns_name pcs_mdns_name_of(pcs_mdns *mdns, uint64_t now_us, const pcs_address *address,
                               uint32_t network) {
  pcs_address plain = *address;
  plain.port = 0;
  for (size_t i = 0; i < mdns->num_own; i++) {
    if (pcs_address_equal(&mdns->own[i].address, &plain)) {
      return mdns->own[i].name;
    }
  }
  pcs_mdns_own own = {.name = draw_name(mdns->random),
                      .address = plain,
                      .network = network,
                      .announce_at_us = now_us,
                      .tokens = PCS_MDNS_BURST,
                      .refilled_us = now_us};
  if (mdns->num_own < PCS_MDNS_OWN_MAX) {
    mdns->own[mdns->num_own++] = own;
  }
  return own.name;
}

static pcs_mdns_own *find_own(pcs_mdns *mdns, const pcs_mdns_name *name) {
  for (size_t i = 0; i < mdns->num_own; i++) {
    if (pcs_mdns_name_equal(&mdns->own[i].name, name)) {
      return &mdns->own[i];
    }
  }
  return NULL;
}

bool pcs_mdns_goodbye(const pcs_mdns *mdns, size_t at, pcs_writer *out, uint32_t *out_network) {
  if (at >= mdns->num_own) {
    return false;
  }
  *out_network = mdns->own[at].network;
  pcs_mdns_write_answer(out, &mdns->own[at].name, &mdns->own[at].address, 0);
  return true;
}

/* ---- questions of ours ---- */

static pcs_mdns_asked *find_asked(pcs_mdns *mdns, const pcs_mdns_name *name) {
  for (size_t i = 0; i < PCS_MDNS_ASKED_MAX; i++) {
    if (mdns->asked[i].state == PCS_MDNS_ASKING &&
        pcs_mdns_name_equal(&mdns->asked[i].name, name)) {
      return &mdns->asked[i];
    }
  }
  return NULL;
}

static pcs_mdns_asked *free_asked(pcs_mdns *mdns) {
  for (size_t i = 0; i < PCS_MDNS_ASKED_MAX; i++) {
    if (mdns->asked[i].state == PCS_MDNS_FREE) {
      return &mdns->asked[i];
    }
  }
  return NULL;
}

pcs_status pcs_mdns_ask(pcs_mdns *mdns, uint64_t now_us, pcs_span text) {
  pcs_mdns_name name;
  pcs_status status = pcs_mdns_name_set(&name, text);
  if (status != PCS_OK || find_asked(mdns, &name) != NULL) {
    return status;
  }
  pcs_mdns_asked *asked = free_asked(mdns);
  if (asked == NULL) {
    return PCS_ERR_QUOTA;
  }
  const pcs_mdns_own *own = find_own(mdns, &name);
  *asked = (pcs_mdns_asked){.state = PCS_MDNS_ASKING, .name = name, .ask_at_us = now_us};
  if (own != NULL) {
    asked->state = PCS_MDNS_ANSWERED;
    asked->address = own->address;
  }
  return PCS_OK;
}

/* ---- what others say ---- */

/* RFC 6762 7.1: who knows it already, for half of its time at least, is not told. */
static bool is_known(const pcs_mdns_message *message, const pcs_mdns_own *own) {
  for (size_t i = 0; i < message->num_records; i++) {
    const pcs_mdns_record *record = &message->records[i];
    if (pcs_mdns_name_equal(&record->name, &own->name) && record->ttl_s >= TTL_S / 2 &&
        pcs_address_equal(&record->address, &own->address)) {
      return true;
    }
  }
  return false;
}

static bool take_token(pcs_mdns_own *own, uint64_t now_us) {
  uint64_t num_earned = (now_us - own->refilled_us) / SECOND_US;
  if (num_earned > 0) {
    own->refilled_us += num_earned * SECOND_US;
    uint64_t tokens = own->tokens + num_earned;
    own->tokens = (uint8_t)(tokens < PCS_MDNS_BURST ? tokens : PCS_MDNS_BURST);
  }
  bool has = own->tokens > 0;
  own->tokens = (uint8_t)(own->tokens - (has ? 1 : 0));
  return has;
}

/* Whatever type is asked for, the answer says which there is, and that there is no other. */
static void take_query(pcs_mdns *mdns, uint64_t now_us, const pcs_mdns_message *message,
                       uint32_t network) {
  for (size_t i = 0; i < message->num_questions; i++) {
    pcs_mdns_own *own = find_own(mdns, &message->questions[i].name);
    if (own != NULL && !own->answer_due && !is_known(message, own) && take_token(own, now_us)) {
      own->answer_due = true;
      own->answer_on = network;
    }
  }
}

/* draft mdns-ice 3.2.1: a name with more than one address is ignored: it stays unanswered. */
static void take_response(pcs_mdns *mdns, const pcs_mdns_message *message) {
  for (size_t i = 0; i < PCS_MDNS_ASKED_MAX; i++) {
    pcs_mdns_asked *asked = &mdns->asked[i];
    const pcs_address *found = NULL;
    bool is_single = true;
    for (size_t k = 0; asked->state == PCS_MDNS_ASKING && k < message->num_records; k++) {
      const pcs_mdns_record *record = &message->records[k];
      if (record->ttl_s > 0 && pcs_mdns_name_equal(&record->name, &asked->name)) {
        is_single = is_single && (found == NULL || pcs_address_equal(found, &record->address));
        found = &record->address;
      }
    }
    if (found != NULL) {
      asked->address = *found;
      asked->state = is_single ? PCS_MDNS_ANSWERED : PCS_MDNS_FREE;
    }
  }
}

/* RFC 6762 6 and 6.7: from port 5353 only. */
void pcs_mdns_receive(pcs_mdns *mdns, uint64_t now_us, const pcs_mdns_arrival *arrival) {
  pcs_mdns_message message;
  if (arrival->from.port != PCS_MDNS_PORT || pcs_mdns_read(arrival->bytes, &message) != PCS_OK) {
    return;
  }
  if (message.is_response) {
    take_response(mdns, &message);
  } else {
    take_query(mdns, now_us, &message, arrival->network);
  }
}

/* ---- what is due ---- */

static bool poll_resolved(pcs_mdns *mdns, pcs_mdns_event *out_event) {
  for (size_t i = 0; i < PCS_MDNS_ASKED_MAX; i++) {
    pcs_mdns_asked *asked = &mdns->asked[i];
    if (asked->state == PCS_MDNS_ANSWERED) {
      out_event->kind = PCS_MDNS_EVENT_RESOLVED;
      out_event->name = asked->name;
      out_event->address = asked->address;
      asked->state = PCS_MDNS_FREE;
      return true;
    }
  }
  return false;
}

static void send(pcs_mdns_event *out_event, const pcs_writer *writer, uint32_t network) {
  out_event->kind = PCS_MDNS_EVENT_SEND;
  out_event->bytes = pcs_writer_span(writer);
  out_event->network = network;
}

/* An announcement is an answer that nobody asked for (RFC 6762 8.3). */
static bool poll_own(pcs_mdns *mdns, uint64_t now_us, pcs_mdns_event *out_event) {
  for (size_t i = 0; i < mdns->num_own; i++) {
    pcs_mdns_own *own = &mdns->own[i];
    bool announces = own->announce_at_us <= now_us;
    if (!own->answer_due && !announces) {
      continue;
    }
    uint32_t network = own->answer_due ? own->answer_on : own->network;
    if (!own->answer_due) {
      own->num_announced++;
      own->announce_at_us = own->num_announced < ANNOUNCEMENTS ? now_us + SECOND_US : NEVER;
    }
    own->answer_due = false;
    pcs_writer writer;
    pcs_writer_init(&writer, mdns->out, sizeof mdns->out);
    pcs_mdns_write_answer(&writer, &own->name, &own->address, TTL_S);
    send(out_event, &writer, network);
    return true;
  }
  return false;
}

/* After the last question its answer is still waited for. */
static void plan_next(pcs_mdns_asked *asked, uint64_t now_us) {
  asked->num_asked++;
  asked->types_due = 2;
  asked->ask_at_us = asked->num_asked < QUESTIONS_MAX
                         ? now_us + ((uint64_t)SECOND_US << (asked->num_asked - 1))
                         : now_us + QUESTIONS_LAST_WAIT_US;
}

static bool poll_question(pcs_mdns *mdns, uint64_t now_us, pcs_mdns_event *out_event) {
  for (size_t i = 0; i < PCS_MDNS_ASKED_MAX; i++) {
    pcs_mdns_asked *asked = &mdns->asked[i];
    bool is_due = asked->state == PCS_MDNS_ASKING && asked->ask_at_us <= now_us;
    if (is_due && asked->types_due == 0 && asked->num_asked == QUESTIONS_MAX) {
      asked->state = PCS_MDNS_FREE;
    } else if (is_due) {
      plan_next(asked, now_us);
    }
    if (asked->state == PCS_MDNS_ASKING && asked->types_due > 0) {
      pcs_writer writer;
      pcs_writer_init(&writer, mdns->out, sizeof mdns->out);
      pcs_mdns_write_question(&writer, &asked->name,
                              asked->types_due == 2 ? PCS_MDNS_A : PCS_MDNS_AAAA);
      asked->types_due--;
      send(out_event, &writer, 0);
      return true;
    }
  }
  return false;
}

void pcs_mdns_poll(pcs_mdns *mdns, uint64_t now_us, pcs_mdns_event *out_event) {
  *out_event = (pcs_mdns_event){.kind = PCS_MDNS_EVENT_NONE};
  if (!poll_resolved(mdns, out_event) && !poll_own(mdns, now_us, out_event)) {
    (void)poll_question(mdns, now_us, out_event);
  }
}

static uint64_t earlier(uint64_t a_us, uint64_t b_us) {
  return a_us < b_us ? a_us : b_us;
}

uint64_t pcs_mdns_wake_at(const pcs_mdns *mdns) {
  uint64_t wake_us = NEVER;
  for (size_t i = 0; i < mdns->num_own; i++) {
    wake_us = earlier(wake_us, mdns->own[i].answer_due ? 0 : mdns->own[i].announce_at_us);
  }
  for (size_t i = 0; i < PCS_MDNS_ASKED_MAX; i++) {
    const pcs_mdns_asked *asked = &mdns->asked[i];
    if (asked->state != PCS_MDNS_FREE) {
      wake_us = earlier(wake_us, asked->state == PCS_MDNS_ANSWERED ? 0 : asked->ask_at_us);
    }
  }
  return wake_us;
}
