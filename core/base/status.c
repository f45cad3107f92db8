#include "core/base/status.h"

const char *pcs_status_name(pcs_status status) {
  switch (status) {
  case PCS_OK:
    return "OK";
#define PCS_STATUS(name, number, js_class, sentence)                                               \
  case PCS_ERR_##name:                                                                             \
    return #name;
#include "core/base/status.def"
#undef PCS_STATUS
  }
  return "UNKNOWN";
}

const char *pcs_status_sentence(pcs_status status) {
  switch (status) {
  case PCS_OK:
    return "It went well.";
#define PCS_STATUS(name, number, js_class, sentence)                                               \
  case PCS_ERR_##name:                                                                             \
    return sentence;
#include "core/base/status.def"
#undef PCS_STATUS
  }
  return "An unknown error.";
}
