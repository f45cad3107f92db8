#include "core/policy/reason.h"

const char *pcs_decision_name(pcs_decision decision) {
  switch (decision) {
  case PCS_DENY:
    return "deny";
  case PCS_ASK:
    return "ask";
  case PCS_ALLOW:
    return "allow";
  }
  return "deny";
}

pcs_decision pcs_reason_decision(pcs_reason reason) {
  switch (reason) {
  case PCS_REASON_NONE:
    return PCS_DENY;
#define PCS_REASON(NAME, decision, sentence)                                                       \
  case PCS_REASON_##NAME:                                                                          \
    return PCS_##decision;
#include "core/policy/reason.def"
#undef PCS_REASON
  }
  return PCS_DENY;
}

const char *pcs_reason_name(pcs_reason reason) {
  switch (reason) {
  case PCS_REASON_NONE:
    return "NONE";
#define PCS_REASON(NAME, decision, sentence)                                                       \
  case PCS_REASON_##NAME:                                                                          \
    return #NAME;
#include "core/policy/reason.def"
#undef PCS_REASON
  }
  return "UNKNOWN";
}

const char *pcs_reason_sentence(pcs_reason reason) {
  switch (reason) {
  case PCS_REASON_NONE:
    return "Nothing was decided.";
#define PCS_REASON(NAME, decision, sentence)                                                       \
  case PCS_REASON_##NAME:                                                                          \
    return sentence;
#include "core/policy/reason.def"
#undef PCS_REASON
  }
  return "An unknown reason.";
}
