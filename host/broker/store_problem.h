/*
 * What can be wrong with the permission store, each with its name, its pcs_status and a sentence
 * for the person who can put it right (store_problem.def). It decides nothing.
 */
#ifndef PCS_HOST_BROKER_STORE_PROBLEM_H
#define PCS_HOST_BROKER_STORE_PROBLEM_H

#include "core/base/status.h"

typedef enum pcs_store_problem {
  PCS_STORE_PROBLEM_NONE = 0,
#define PCS_STORE_PROBLEM(NAME, status, sentence) PCS_STORE_PROBLEM_##NAME,
#include "host/broker/store_problem.def"
#undef PCS_STORE_PROBLEM
} pcs_store_problem;

/* pcs_store_problem_status is PCS_OK for NONE only. */
pcs_status pcs_store_problem_status(pcs_store_problem problem);
/* pcs_store_problem_name is the name in store_problem.def, "NONE" or "UNKNOWN". Static lifetime. */
const char *pcs_store_problem_name(pcs_store_problem problem);
/* pcs_store_problem_sentence is ready to show. Static lifetime. */
const char *pcs_store_problem_sentence(pcs_store_problem problem);

#endif
