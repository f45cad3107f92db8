/*
 * What the broker and its windows say to each other: whole messages over a socket pair that keeps
 * them apart (PCS_PAIR_MESSAGES), integers in network byte order, a kind first. Both ends are ours;
 * even so each decodes as if the other had fallen: unknown kinds, values and trailing bytes are
 * errors. It carries a question, its answer, and what goes around them; indicator_wire.h has the
 * indicator's lines.
 *
 *   broker ► prompt      QUESTION
 *   prompt ► broker      SHOWN, ARMED (each time), then one ANSWER
 *   broker ► indicator   LINES, PING
 *   indicator ► broker   SEEN, STOP, PONG
 */
#ifndef PCS_HOST_PROMPT_WIRE_H
#define PCS_HOST_PROMPT_WIRE_H

#include "host/broker/prompt.h"

/* Where a window finds its socket. */
#define PCS_WINDOW_SOCKET 3
/* A question with two origins, 8 certificates and 32 devices, all as long as they may be. */
#define PCS_QUESTION_WIRE_BYTES_MAX 10240
#define PCS_ANSWER_WIRE_BYTES_MAX 64
/* What a prompt may send: nothing of it is longer than an answer. */
#define PCS_PROMPT_REPLY_BYTES_MAX PCS_ANSWER_WIRE_BYTES_MAX

typedef enum pcs_wire_kind {
  PCS_WIRE_NONE = 0,
  PCS_WIRE_QUESTION = 1,
  PCS_WIRE_LINES = 2,
  PCS_WIRE_PING = 3,
  PCS_WIRE_SHOWN = 16, /* a person can see it */
  PCS_WIRE_ARMED = 17, /* a person can answer it, from now on */
  PCS_WIRE_ANSWER = 18,
  PCS_WIRE_SEEN = 19,
  PCS_WIRE_STOP = 20,
  PCS_WIRE_PONG = 21,
} pcs_wire_kind;

/* pcs_wire_kind_of is the first byte's kind; NONE when there is none or it is unknown. */
pcs_wire_kind pcs_wire_kind_of(pcs_span message);

/* pcs_question_write writes QUESTION. The question must pass pcs_question_check. */
void pcs_question_write(pcs_writer *writer, const pcs_question *question);
/* pcs_question_read: PCS_ERR_SYNTAX for anything that pcs_question_write would not have written;
 * *out_question is then not to be used. */
PCS_MUST_USE pcs_status pcs_question_read(pcs_question *out_question, pcs_span message);

/* pcs_answer_write writes ANSWER. */
void pcs_answer_write(pcs_writer *writer, const pcs_answer *answer);
/* pcs_answer_read: PCS_ERR_SYNTAX. Whether it fits its question: pcs_answer_check. On error
 * *out_answer is all-zero. */
PCS_MUST_USE pcs_status pcs_answer_read(pcs_answer *out_answer, pcs_span message);

/* For both files of messages: an origin with its length before it. An opaque or malformed one fails
 * the reader. */
void pcs_origin_write_wire(pcs_writer *writer, const pcs_origin *origin);
void pcs_origin_read_wire(pcs_reader *reader, pcs_origin *out_origin);
/* A byte that is 0 or 1; anything else fails the reader. */
bool pcs_reader_bool(pcs_reader *reader);

#endif
