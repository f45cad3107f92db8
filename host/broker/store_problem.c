#include "host/broker/store_problem.h"

pcs_status pcs_store_problem_status(pcs_store_problem problem) {
  switch (problem) {
  case PCS_STORE_PROBLEM_NONE:
    return PCS_OK;
#define PCS_STORE_PROBLEM(NAME, status, sentence)                                                  \
  case PCS_STORE_PROBLEM_##NAME:                                                                   \
    return PCS_ERR_##status;
#include "host/broker/store_problem.def"
#undef PCS_STORE_PROBLEM
  }
  return PCS_ERR_SYSTEM;
}

const char *pcs_store_problem_name(pcs_store_problem problem) {
  switch (problem) {
  case PCS_STORE_PROBLEM_NONE:
    return "NONE";
#define PCS_STORE_PROBLEM(NAME, status, sentence)                                                  \
  case PCS_STORE_PROBLEM_##NAME:                                                                   \
    return #NAME;
#include "host/broker/store_problem.def"
#undef PCS_STORE_PROBLEM
  }
  return "UNKNOWN";
}

const char *pcs_store_problem_sentence(pcs_store_problem problem) {
  switch (problem) {
  case PCS_STORE_PROBLEM_NONE:
    return "The permissions are in order.";
#define PCS_STORE_PROBLEM(NAME, status, sentence)                                                  \
  case PCS_STORE_PROBLEM_##NAME:                                                                   \
    return sentence;
#include "host/broker/store_problem.def"
#undef PCS_STORE_PROBLEM
  }
  return "An unknown problem.";
}
