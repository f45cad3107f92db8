/*
 * The head of an answer of the inspector: with every one the headers that keep it from being framed,
 * scripted, kept or guessed at. It decides nothing else.
 */
#ifndef PCS_HOST_BROKER_INSPECTOR_ANSWER_H
#define PCS_HOST_BROKER_INSPECTOR_ANSWER_H

#include "host/broker/inspector_visitor.h"

#define PCS_INSPECTOR_HEAD_BYTES_MAX 2048

void pcs_inspector_answer_write_head(pcs_writer *writer, const pcs_inspector_answer *answer);

#endif
