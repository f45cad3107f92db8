/*
 * How much a page may have us ask of hosts that have not agreed to hear from us: every STUN request
 * outside of consent, and every connection to a server, of all agents of a page. It decides whether
 * one may leave now. One that may not is lost, as networks lose packets: who asked sees the same as
 * where nobody answers, and asks again in its own time. It owns a bounded table of hosts.
 *
 * For each host, whatever the port, a bucket of bytes that refills slowly; IPv6 hosts count by
 * their /64, which one machine may have to itself. What was answered is given back: whoever answers
 * is nobody's victim. So an honest call hardly notices, and candidates aimed at somebody who never
 * answers get no more, all in all, than the bucket and its refill (requirements X9), however many
 * candidates, ports, remote ufrags and connections they are spread over. How pages of one origin
 * share what one page may is the broker's to say (host/broker/shares.h).
 */
#ifndef PCS_HOST_ICE_QUESTIONS_H
#define PCS_HOST_ICE_QUESTIONS_H

#include "core/base/limits.h"
#include "core/plan/plan.h"

/* Hosts that a page asks at one time; those that were left alone make room. */
#define PCS_QUESTION_HOSTS_MAX 128
/* Of them in the local network, of a page without a grant: a home has fewer, a sweep more. */
#define PCS_QUESTION_LOCAL_HOSTS_MAX 16
/* IPv6 and UDP headers: what a host receives beside the message. */
#define PCS_QUESTION_HEADER_BYTES 48

typedef enum pcs_question_kind {
  PCS_QUESTION_FREE,  /* to this machine itself */
  PCS_QUESTION_PLAIN, /* at most PCS_QUESTION_BURST_BYTES at once */
  PCS_QUESTION_LOCAL, /* into the local network, without a grant: half of that */
} pcs_question_kind;

typedef struct pcs_question_host {
  pcs_address address; /* port 0 */
  pcs_question_kind kind;
  uint64_t filled_us; /* when it was last filled up */
  uint32_t left_bytes;
} pcs_question_host;

typedef struct pcs_questions {
  uint32_t first_bytes;  /* what a new host may be asked at once */
  pcs_question_host all; /* to all hosts together */
  pcs_question_host hosts[PCS_QUESTION_HOSTS_MAX];
  size_t num;
} pcs_questions;

/* pcs_questions_init: first_bytes is the page's share, at most PCS_QUESTION_BURST_BYTES. */
void pcs_questions_init(pcs_questions *questions, uint64_t now_us, uint32_t first_bytes);
/* pcs_questions_spend: true when a message of message_len bytes may go to this host now, and
 * *spent_bytes is more by what that takes. */
bool pcs_questions_spend(pcs_questions *questions, uint64_t now_us, const pcs_address *to,
                         pcs_question_kind kind, size_t message_len, uint32_t *spent_bytes);
/* pcs_questions_answered gives back what was spent on a question that was answered. */
void pcs_questions_answered(pcs_questions *questions, uint64_t now_us, const pcs_address *to,
                            uint32_t spent_bytes);

#endif
