/*
 * Every way a call can fail, in one list (status.def). Fallible functions return pcs_status and
 * nothing else; results leave by out_ parameters.
 */
#ifndef PCS_CORE_BASE_STATUS_H
#define PCS_CORE_BASE_STATUS_H

typedef enum pcs_status {
  PCS_OK = 0,
#define PCS_STATUS(name, number, js_class, sentence) PCS_ERR_##name = number,
#include "core/base/status.def"
#undef PCS_STATUS
} pcs_status;

#define PCS_MUST_USE __attribute__((warn_unused_result))

/* pcs_status_name is the name in status.def ("DENIED"), "OK", or "UNKNOWN". Static lifetime. */
const char *pcs_status_name(pcs_status status);
/* pcs_status_sentence is what a person may be told, ready to show. Static lifetime. */
const char *pcs_status_sentence(pcs_status status);

#endif
