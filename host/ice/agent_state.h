/*
 * The inside of an ICE agent: the tables that its files share, and what those files ask of each
 * other. Only host/ice includes it. One agent is one allocation; every table is bounded.
 *
 *   agent.c       life, sockets, credentials, configuration; the step after every call
 *   session.c     from plan to check list; restart; what fails and ends
 *   trickle.c     remote candidates as they come
 *   name.c        those that come as mDNS names
 *   mode.c        what the address mode lets be gathered and told
 *   gather.c      local candidates and STUN servers
 *   relay.c       TURN allocations as local addresses: made, kept, given back
 *   relay_stream.c the streams that some of them go through
 *   relay_carry.c bytes into and out of them
 *   tcp_path.c, tcp_stream.c, tcp_life.c  ICE-TCP (tcp_stream.h)
 *   checklist.c   pairs: making, ordering, what is checked next
 *   check.c       requests out, responses in
 *   answer.c      requests in, responses out; what the other side's checks teach
 *   search.c      another way when the network changes or the selected pair falls silent
 *   select.c      nomination, the selected pair, its consent, the transport's state
 *   reach.c       whom may be asked, and how much
 *   poll.c        events, one at a time
 *   stats.c       what getStats may see
 */
#ifndef PCS_HOST_ICE_AGENT_STATE_H
#define PCS_HOST_ICE_AGENT_STATE_H

#include "core/policy/address.h"
#include "host/ice/agent.h"
#include "host/ice/candidate.h"
#include "host/ice/pair.h"
#include "host/ice/tcp_stream.h"
#include "host/ice/transaction.h"
#include "host/ice/turn.h"

/* One in use, one that is replaced, two that a page made and may still offer. */
#define PCS_ICE_GENERATIONS_MAX 4
/* RFC 8445 5.3: at least 24 and 128 bits of randomness; a character has six. */
#define PCS_ICE_UFRAG_BYTES 8
#define PCS_ICE_PASSWORD_BYTES 24
/* Checks that came before the answer; more of them tell nothing new. */
#define PCS_ICE_EARLY_MAX 16
/* Responses that wait to be polled: the owner polls after every datagram, so one is the rule. */
#define PCS_ICE_ANSWERS_MAX 16
#define PCS_ICE_ANSWER_BYTES_MAX 128
#define PCS_ICE_STATES_MAX 8
/* stun:[IPv6]:port or turns:name:port?transport=udp. */
#define PCS_ICE_URL_BYTES_MAX (PCS_HOST_NAME_BYTES_MAX + 32)
#define PCS_NEVER UINT64_MAX
/* Names of the other side that one agent has looked up: each is a few multicast packets. */
#define PCS_ICE_NAMES_MAX 32
/* Allocations at one time: one for each of a few servers on each of a few sockets. Each costs its
 * server a port. */
#define PCS_ICE_RELAYS_MAX 8
/* Paths that are no sockets have ids that no owner gives to one. */
#define PCS_ICE_RELAY_PATH_FIRST 0x10000u
/* The owner polls after every call, which ends no more than all. */
#define PCS_ICE_STREAMS_TO_CLOSE_MAX (2 * PCS_ICE_RELAYS_MAX)
/* A TURN request: two texts of 763 bytes, a username of 508, and some forty each for the rest. */
#define PCS_ICE_REQUEST_BYTES_MAX 2304
#define PCS_ICE_WRAPPED_BYTES_MAX (PCS_STUN_WRITTEN_BYTES_MAX + PCS_TURN_INDICATION_BYTES_MAX)

#define PCS_ICE_TA_US 50000u   /* RFC 8445 14.2 */
#define PCS_ICE_RTO_US 500000u /* RFC 8445 14.3 */
/* How long a better pair is waited for once one is valid (RFC 8445 8.1.1 leaves it to us): two
 * round trips on most of the internet. */
#define PCS_ICE_NOMINATION_WAIT_US 200000u
/* The same when all that is valid goes through a relay. Data flows meanwhile; a translator that drops
 * a direct pair's first check lets in the repetition, RTO later. */
#define PCS_ICE_RELAYED_NOMINATION_WAIT_US 1000000u
/* When it is given up. DEVIATION: RFC 8863 4 waits 39.5 s; a caller does not, nor do browsers. */
#define PCS_ICE_PATIENCE_US 30000000u
#define PCS_ICE_EXHAUSTED_US 15000000u
/* A server that has not answered by then will not (libwebrtc waits as long). */
#define PCS_ICE_GATHER_US 10000000u

typedef struct pcs_ice_path_slot {
  bool used;
  pcs_ice_path path;
} pcs_ice_path_slot;

typedef struct pcs_ice_generation {
  uint32_t number; /* 0: free */
  bool spent;      /* consent was lost with it: it is never connected again (RFC 7675 5.1) */
  char ufrag[PCS_ICE_UFRAG_BYTES];
  char password[PCS_ICE_PASSWORD_BYTES];
  pcs_gathering_state gathering;
  pcs_gathering_state gathering_told;
} pcs_ice_generation;

/* A ufrag of the other side, known from a plan, a candidate or an early check. */
typedef struct pcs_ice_remote {
  bool used;
  bool ended; /* end-of-candidates came */
  uint16_t ufrag_len;
  uint16_t password_len; /* 0 until a plan told it */
  char ufrag[PCS_UFRAG_BYTES_MAX];
  char password[PCS_PASSWORD_BYTES_MAX];
} pcs_ice_remote;

/* One local and one remote generation being connected: a check list. */
typedef struct pcs_ice_session {
  bool used;
  bool failed;
  bool nominated; /* a pair of it is nominated: no ordinary checks any more */
  bool searching; /* and yet they are made: for another way than the selected pair */
  bool silent;    /* the selected pair was, at the last step */
  bool remote_lite;
  bool follows; /* a pair of before was left for it: it is checking from its beginning */
  uint8_t remote;
  uint32_t generation;
  uint64_t began_us; /* when there was first something to wait for, PCS_NEVER before */
  uint64_t first_valid_us;
  uint64_t lost_us; /* when the selected pair went without another */
} pcs_ice_session;

/* A check that came before its remote ufrag was connected (RFC 8445 7.3). */
typedef struct pcs_ice_early {
  uint32_t generation; /* 0: free */
  uint8_t remote;
  bool use_candidate;
  uint32_t path_id;
  uint32_t priority;
  pcs_address from;
} pcs_ice_early;

typedef struct pcs_ice_answer {
  uint32_t path_id;
  pcs_address to;
  size_t len;
  uint8_t bytes[PCS_ICE_ANSWER_BYTES_MAX];
} pcs_ice_answer;

typedef struct pcs_ice_server_slot {
  pcs_server_scheme scheme;
  pcs_transport transport;
  uint16_t port;
  uint16_t host_len;
  uint16_t username_len;
  uint16_t credential_len;
  char host[PCS_HOST_NAME_BYTES_MAX];
  char username[PCS_ICE_USERNAME_BYTES_MAX];
  char credential[PCS_ICE_CREDENTIAL_BYTES_MAX];
} pcs_ice_server_slot;

typedef struct pcs_ice_servers {
  pcs_ice_server_slot entries[PCS_ICE_SERVERS_MAX];
  size_t num;
} pcs_ice_servers;

/* How far one server has come in the running gathering. */
typedef struct pcs_ice_query {
  bool wanted;      /* an answer is waited for, or the deadline */
  bool resolve_due; /* the owner must be told to resolve its name */
  bool answered;
  bool error_due;
  uint16_t error_code;
  uint16_t paths_to_ask; /* bits: slots of paths not yet asked */
  pcs_address ipv4;      /* family NONE: it has none */
  pcs_address ipv6;
} pcs_ice_query;

typedef struct pcs_ice_gathering {
  uint32_t generation; /* 0: none runs */
  uint64_t deadline_us;
  pcs_ice_servers servers;
  pcs_ice_query queries[PCS_ICE_SERVERS_MAX];
  bool last_was_query; /* Ta is shared: queries and checks take turns */
} pcs_ice_gathering;

/* A TURN allocation, and the local addresses it gives. turn.state NONE: free. */
typedef struct pcs_ice_relay {
  pcs_turn turn;
  uint32_t path_id;      /* what it goes through: a socket, or a stream of its own */
  uint32_t via;          /* the socket it was asked for over */
  bool open_due;         /* the owner must be told to open the stream */
  pcs_address server;    /* as it was asked for first */
  uint8_t query;         /* the server of the gathering that waits for it */
  uint32_t generation;   /* of that gathering */
  pcs_ice_path paths[2]; /* IPv4 and IPv6, with ids of their own; id 0: not allocated */
} pcs_ice_relay;

struct pcs_ice_agent {
  const pcs_random *random;
  pcs_ice_policy policy;
  pcs_reach_facts reach_facts;
  pcs_questions *questions;
  pcs_address_mode addresses;
  size_t num_names_asked;
  pcs_ice_servers servers;
  pcs_ice_path_slot paths[PCS_ICE_PATHS_MAX];
  pcs_ice_generation generations[PCS_ICE_GENERATIONS_MAX];
  pcs_ice_remote remotes[PCS_REMOTE_UFRAGS_MAX];
  pcs_ice_session sessions[2];
  uint8_t current; /* which session is checked; the other one only keeps the old pair */
  pcs_ice_role role;
  uint64_t tie_breaker;
  pcs_ice_candidates local;
  pcs_ice_candidates remote;
  pcs_ice_pairs pairs;
  pcs_transactions transactions;
  pcs_ice_gathering gathering;
  pcs_ice_relay relays[PCS_ICE_RELAYS_MAX];
  pcs_ice_tcp tcp;
  uint32_t last_relay_path;
  uint32_t last_stream_path;
  uint32_t streams_to_close[PCS_ICE_STREAMS_TO_CLOSE_MAX];
  size_t num_streams_to_close;
  pcs_ice_early early[PCS_ICE_EARLY_MAX];
  uint32_t selected; /* pair id, 0 none */
  uint32_t selected_changes;
  bool selected_due;
  uint32_t last_id; /* of candidates and pairs */
  uint32_t last_generation;
  uint64_t next_start_us; /* Ta: no transaction starts earlier */
  uint64_t wake_us;
  uint64_t step_us; /* when the last step was: poll is given no time */
  pcs_ice_state state;
  pcs_ice_role role_told;
  pcs_ice_state states_due[PCS_ICE_STATES_MAX];
  size_t num_states_due;
  pcs_ice_answer answers[PCS_ICE_ANSWERS_MAX];
  size_t num_answers;
  uint8_t request[PCS_ICE_REQUEST_BYTES_MAX]; /* the polled event's bytes */
  uint8_t wrapped[PCS_ICE_WRAPPED_BYTES_MAX]; /* and as they go through a relay */
  uint8_t url[PCS_ICE_URL_BYTES_MAX];         /* the polled event's url */
};

static inline uint64_t pcs_ice_earlier(uint64_t a_us, uint64_t b_us) {
  return a_us < b_us ? a_us : b_us;
}

/* agent.c */
/* pcs_ice_step does everything that follows from a change, or from time having passed. Every public
 * function that is given the time ends with it. */
void pcs_ice_step(pcs_ice_agent *agent, uint64_t now_us);
uint32_t pcs_ice_next_id(pcs_ice_agent *agent);
const pcs_ice_path *pcs_ice_path_of(const pcs_ice_agent *agent, uint32_t path_id);
pcs_ice_generation *pcs_ice_generation_of(pcs_ice_agent *agent, uint32_t number);
pcs_span pcs_ice_local_ufrag(const pcs_ice_generation *generation);
pcs_span pcs_ice_local_password(const pcs_ice_generation *generation);
/* pcs_ice_generation_drop wipes its credentials and forgets its candidates. */
void pcs_ice_generation_drop(pcs_ice_agent *agent, pcs_ice_generation *generation);

/* session.c */
pcs_span pcs_ice_remote_ufrag(const pcs_ice_remote *remote);
pcs_span pcs_ice_remote_password(const pcs_ice_remote *remote);
/* pcs_ice_remote_find gives the place of a known ufrag, PCS_REMOTE_UFRAGS_MAX when it is unknown.
 */
uint8_t pcs_ice_remote_find(const pcs_ice_agent *agent, pcs_span ufrag);
/* pcs_ice_remote_learn also takes a free place for an unknown one, while there is one (A43). */
uint8_t pcs_ice_remote_learn(pcs_ice_agent *agent, pcs_span ufrag);
/* The owner number of remote candidates with that ufrag. */
static inline uint32_t pcs_ice_remote_owner(uint8_t remote) {
  return remote + 1u;
}
pcs_ice_session *pcs_ice_current(pcs_ice_agent *agent);
/* pcs_ice_session_between finds the session of two generations, NULL: none. */
pcs_ice_session *pcs_ice_session_between(pcs_ice_agent *agent, uint32_t generation, uint8_t remote);
static inline uint8_t pcs_ice_session_index(const pcs_ice_agent *agent,
                                            const pcs_ice_session *session) {
  return session == &agent->sessions[0] ? 0 : 1;
}
/* pcs_ice_session_fail: its credentials are used no more (RFC 7675 5.1); only a restart helps. */
void pcs_ice_session_fail(pcs_ice_agent *agent, pcs_ice_session *session);
/* pcs_ice_session_end_old forgets the session that a restart replaced: its pair, and both sides'
 * credentials unless the new one has the same. */
void pcs_ice_session_end_old(pcs_ice_agent *agent);
/* pcs_ice_session_began: there is something to wait for, so patience begins to run out. */
void pcs_ice_session_began(pcs_ice_session *session, uint64_t now_us);
/* pcs_ice_session_give_up fails the current session when its time is over. */
void pcs_ice_session_give_up(pcs_ice_agent *agent, uint64_t now_us);
uint64_t pcs_ice_session_wake_at(pcs_ice_agent *agent);

/* mode.c */
/* pcs_ice_relays_only: by the page's policy or the mode, nothing may know of us but a relay. */
bool pcs_ice_relays_only(const pcs_ice_agent *agent);
/* pcs_ice_may_tell: addresses are told as they are. */
bool pcs_ice_may_tell(const pcs_ice_agent *agent);
/* pcs_ice_set_told marks a local candidate as the mode has it: shown, named or hidden. */
void pcs_ice_set_told(const pcs_ice_agent *agent, pcs_ice_candidate *candidate);

/* name.c */
/* pcs_ice_take_named keeps a candidate that is a name; pcs_ice_names_left: one of the session's is
 * not looked up, or nobody answered. */
void pcs_ice_take_named(pcs_ice_agent *agent, uint64_t now_us, uint8_t remote,
                        const pcs_candidate *candidate);
bool pcs_ice_names_left(const pcs_ice_agent *agent, const pcs_ice_session *session);

/* trickle.c */
/* pcs_ice_describe_known gives a peer-reflexive candidate what signalling says of it. */
void pcs_ice_describe_known(pcs_ice_agent *agent, pcs_ice_candidate *known,
                            const pcs_candidate *candidate);
/* pcs_ice_add_signalled adds one, NULL when there are too many. */
pcs_ice_candidate *pcs_ice_add_signalled(pcs_ice_agent *agent, uint8_t remote,
                                         const pcs_candidate *candidate);
/* pcs_ice_checked_session is the session in which candidates of that ufrag are paired, or NULL. */
pcs_ice_session *pcs_ice_checked_session(pcs_ice_agent *agent, uint8_t remote);

/* gather.c */
/* pcs_ice_add_host adds a generation's host candidate of a path; NULL: it has one, may have none, or
 * there is no room. */
pcs_ice_candidate *pcs_ice_add_host(pcs_ice_agent *agent, uint32_t generation,
                                    const pcs_ice_path *path);
/* pcs_ice_gather_hosts adds the generation's host candidates that are missing. */
void pcs_ice_gather_hosts(pcs_ice_agent *agent, uint32_t generation);
void pcs_ice_gather_step(pcs_ice_agent *agent, uint64_t now_us);
bool pcs_ice_gather_has_work(const pcs_ice_agent *agent);
/* pcs_ice_gather_start sends one query (a place in Ta); false when there is none left. */
bool pcs_ice_gather_start(pcs_ice_agent *agent, uint64_t now_us);
void pcs_ice_gather_answered(pcs_ice_agent *agent, const pcs_transaction *transaction,
                             const pcs_stun_message *response);
uint64_t pcs_ice_gather_wake_at(const pcs_ice_agent *agent);
/* pcs_ice_gather_url writes the server's url into agent->url and borrows it. */
pcs_span pcs_ice_gather_url(pcs_ice_agent *agent, uint8_t server);
void pcs_ice_gather_forget_path(pcs_ice_agent *agent, uint32_t path_id);

/* pcs_ice_gather_carrier is how a TURN server is reached. */
pcs_turn_carrier pcs_ice_gather_carrier(const pcs_ice_server_slot *server);
/* pcs_ice_gather_reflexive adds a server-reflexive candidate, unless it repeats one. */
void pcs_ice_gather_reflexive(pcs_ice_agent *agent, uint8_t server, const pcs_ice_path *path,
                              const pcs_address *mapped);

/* relay.c */
/*
 * pcs_ice_relay_ask wants a relayed address of a server of the running gathering, over one of our
 * sockets: true when that takes a request, false when there is one already, or can be none.
 */
bool pcs_ice_relay_ask(pcs_ice_agent *agent, uint64_t now_us, uint8_t server, uint32_t path_id,
                       const pcs_address *to);
/* pcs_ice_relay_is_awaited: a server of the running gathering has not said yes or no yet. */
bool pcs_ice_relay_is_awaited(const pcs_ice_agent *agent);
/* pcs_ice_relay_stop_waiting ends what the gathering waits for no more. */
void pcs_ice_relay_stop_waiting(pcs_ice_agent *agent);
void pcs_ice_relay_answered(pcs_ice_agent *agent, uint64_t now_us,
                            const pcs_transaction *transaction, const pcs_stun_message *response);
void pcs_ice_relay_unanswered(pcs_ice_agent *agent, uint64_t now_us,
                              const pcs_transaction *transaction);
/* pcs_ice_relay_step asks servers for what is due; wake_at is when something is next. */
void pcs_ice_relay_step(pcs_ice_agent *agent, uint64_t now_us);
uint64_t pcs_ice_relay_wake_at(const pcs_ice_agent *agent);
/* pcs_ice_relay_permit asks for the permission that a check on this pair needs; false when there
 * can be none. True for a pair that needs none. */
bool pcs_ice_relay_permit(pcs_ice_agent *agent, uint64_t now_us, const pcs_ice_pair *pair);
void pcs_ice_relay_forget_path(pcs_ice_agent *agent, uint32_t path_id);
/* pcs_ice_relay_lost: the allocation has ended; its pairs and candidates go with it. */
void pcs_ice_relay_lost(pcs_ice_agent *agent, pcs_ice_relay *relay);
/* pcs_ice_relay_of finds the allocation that a relayed path is of, NULL: it is none. */
const pcs_ice_relay *pcs_ice_relay_of(const pcs_ice_agent *agent, uint32_t path_id);
const pcs_ice_path *pcs_ice_relay_path_of(const pcs_ice_agent *agent, uint32_t path_id);
/* pcs_ice_forget_path ends the pairs and candidates of any path. */
void pcs_ice_forget_path(pcs_ice_agent *agent, uint32_t path_id);

/* relay_stream.c */
bool pcs_ice_relay_is_stream(const pcs_ice_relay *relay);
/* pcs_ice_relay_on_stream finds what goes through a stream, NULL: nothing. */
const pcs_ice_relay *pcs_ice_relay_on_stream(const pcs_ice_agent *agent, uint32_t path_id);
/* pcs_ice_relay_open_stream gives it a stream of its own, which the owner is told to open; close
 * has the owner told that it is not needed any more. */
void pcs_ice_relay_open_stream(pcs_ice_agent *agent, pcs_ice_relay *relay);
void pcs_ice_relay_close_stream(pcs_ice_agent *agent, pcs_ice_relay *relay);
/* pcs_ice_relay_poll gives what the owner must do about streams; false when there is nothing. */
bool pcs_ice_relay_poll(pcs_ice_agent *agent, pcs_ice_event *out_event);

/* relay_carry.c */
/* pcs_ice_relay_write writes a due request to a TURN server. */
PCS_MUST_USE pcs_status pcs_ice_relay_write(pcs_ice_agent *agent,
                                            const pcs_transaction *transaction,
                                            pcs_span *out_message);
/* pcs_ice_relay_wrap turns a SEND event on a relayed path into one on the socket it goes through;
 * false when the allocation is gone. Other events stay as they are. */
bool pcs_ice_relay_wrap(pcs_ice_agent *agent, pcs_ice_event *event);
/* pcs_ice_relay_route is pcs_ice_agent_route's answer for a pair; PCS_ERR_DENIED without a channel.
 */
PCS_MUST_USE pcs_status pcs_ice_relay_route(const pcs_ice_agent *agent, uint64_t now_us,
                                            const pcs_ice_pair *pair, pcs_ice_route *out_route);

/* checklist.c */
/* pcs_ice_fit_together: a local candidate and an address of the other side may be a pair. */
bool pcs_ice_fit_together(const pcs_ice_agent *agent, const pcs_ice_candidate *local,
                          const pcs_address *remote);
/* pcs_ice_pair_up pairs every base of the session's generation with a remote candidate. */
void pcs_ice_pair_up(pcs_ice_agent *agent, pcs_ice_session *session, uint32_t remote_id);
/* pcs_ice_pair_up_all: with all remote candidates of the session. */
void pcs_ice_pair_up_all(pcs_ice_agent *agent, pcs_ice_session *session);
/* pcs_ice_pair_make makes one pair, NULL when there is no place for it. */
pcs_ice_pair *pcs_ice_pair_make(pcs_ice_agent *agent, const pcs_ice_session *session,
                                const pcs_ice_candidate *local, const pcs_ice_candidate *remote);
void pcs_ice_pair_end(pcs_ice_agent *agent, uint32_t id);
void pcs_ice_rank_all(pcs_ice_agent *agent);
/* pcs_ice_stop_checks ends what nomination made pointless (RFC 8445 8.1.2): a session's checks that
 * have not succeeded. A peer that still looks for better pairs triggers new ones. */
void pcs_ice_stop_checks(pcs_ice_agent *agent, uint8_t session);
/* pcs_ice_checks_left: some pair of the session may still succeed. */
bool pcs_ice_checks_left(const pcs_ice_agent *agent, uint8_t session);
bool pcs_ice_check_waits(const pcs_ice_agent *agent);
/* pcs_ice_next_pair is what the next Ta is for, NULL: nothing. */
pcs_ice_pair *pcs_ice_next_pair(pcs_ice_agent *agent);

/* check.c */
/* pcs_ice_check_start begins a connectivity check on a pair (RFC 8445 7.2.4). */
void pcs_ice_check_start(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_pair *pair);
void pcs_ice_consent_start(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_pair *pair);
/* pcs_ice_check_write writes a due request; PCS_ERR_STATE when its pair is gone. */
PCS_MUST_USE pcs_status pcs_ice_check_write(pcs_ice_agent *agent,
                                            const pcs_transaction *transaction,
                                            pcs_span *out_message);
void pcs_ice_check_response(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id,
                            const pcs_address *from, const pcs_stun_message *response);
/* pcs_ice_check_fail: no check will succeed on this pair. */
void pcs_ice_check_fail(pcs_ice_agent *agent, pcs_ice_pair *pair);
/* pcs_ice_check_expire ends requests that stayed unanswered. */
void pcs_ice_check_expire(pcs_ice_agent *agent, uint64_t now_us);
void pcs_ice_set_role(pcs_ice_agent *agent, pcs_ice_role role);

/* answer.c */
void pcs_ice_answer_request(pcs_ice_agent *agent, uint64_t now_us, uint32_t path_id,
                            const pcs_address *from, const pcs_stun_message *request);
/* pcs_ice_answer_early acts on the checks that came before this session began. */
void pcs_ice_answer_early(pcs_ice_agent *agent, uint64_t now_us, pcs_ice_session *session);

/* select.c */
pcs_ice_pair *pcs_ice_selected(pcs_ice_agent *agent);
const pcs_ice_pair *pcs_ice_selected_pair_of(const pcs_ice_agent *agent);
/* pcs_ice_nominated: the pair is nominated and valid. */
void pcs_ice_nominated(pcs_ice_agent *agent, pcs_ice_pair *pair);
/* pcs_ice_expire_consent ends consent that ran out, before anything else is done at now_us. */
void pcs_ice_expire_consent(pcs_ice_agent *agent, uint64_t now_us);
void pcs_ice_keep_consent(pcs_ice_agent *agent, uint64_t now_us);
/* pcs_ice_consent_lost: the pair must carry nothing any more. */
void pcs_ice_consent_lost(pcs_ice_agent *agent, pcs_ice_pair *pair);
void pcs_ice_select_step(pcs_ice_agent *agent, uint64_t now_us);
void pcs_ice_state_step(pcs_ice_agent *agent, uint64_t now_us);
uint64_t pcs_ice_select_wake_at(pcs_ice_agent *agent, uint64_t now_us);

/* search.c */
/* pcs_ice_search_from: a socket came; checks go from it too. */
void pcs_ice_search_from(pcs_ice_agent *agent, const pcs_ice_path *path);
/* pcs_ice_search begins checks on every pair that might carry on in place of the selected one; none
 * is used before it has answered again. */
void pcs_ice_search(pcs_ice_agent *agent, uint64_t now_us);
/* pcs_ice_search_step begins it when the selected pair falls silent. */
void pcs_ice_search_step(pcs_ice_agent *agent, uint64_t now_us);
/* pcs_ice_search_moved is the nominated pair that a controlling peer has moved to, NULL: none. */
pcs_ice_pair *pcs_ice_search_moved(pcs_ice_agent *agent, uint64_t now_us,
                                   const pcs_ice_pair *selected);

/* reach.c */
/* How far peers, and servers, may be. Loopback addresses are reached by agents with a loopback
 * socket only. */
pcs_reach pcs_ice_reach(const pcs_ice_agent *agent);
pcs_reach pcs_ice_reach_servers(const pcs_ice_agent *agent);
/* pcs_ice_may_ask is the last word before a request leaves. What may not is lost. */
bool pcs_ice_may_ask(pcs_ice_agent *agent, pcs_transaction *transaction, size_t message_len);
/* pcs_ice_may_connect is that for a TCP connection, to a server or a peer that may be that far;
 * pcs_ice_has_connected gives back what it took. */
bool pcs_ice_may_connect(pcs_ice_agent *agent, const pcs_address *to, pcs_reach reach);
void pcs_ice_has_connected(pcs_ice_agent *agent, uint64_t now_us, const pcs_address *to);
/* pcs_ice_was_answered gives back what an answered request took. */
void pcs_ice_was_answered(pcs_ice_agent *agent, uint64_t now_us,
                          const pcs_transaction *transaction);

/* stats.c */
/* pcs_ice_describe_shown is a candidate as the page may see it; borrows its text, NULL gives an
 * empty one. */
void pcs_ice_describe_shown(const pcs_ice_candidate *candidate, pcs_candidate *out_candidate);

#endif
