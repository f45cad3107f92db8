/*
 * The indicator as a window in a process of its own: portcullis-indicator. It is started when
 * something is in use and ends some time after nothing is. It counts as seen from when the window
 * says so until the window says otherwise, ends, or does not answer in time. It owns the process;
 * it decides nothing.
 */
#ifndef PCS_HOST_BROKER_INDICATOR_PROCESS_H
#define PCS_HOST_BROKER_INDICATOR_PROCESS_H

#include "host/broker/indicator.h"
#include "host/sys/loop.h"

/* A window is asked so often whether it lives, and must answer so many questions later. */
#define PCS_INDICATOR_PING_US (500ull * 1000)
#define PCS_INDICATOR_PINGS_MAX 6
/* From its start until it is first seen, however long it draws: until then nothing can be captured
 * anyway. */
#define PCS_INDICATOR_START_PINGS_MAX 40
/* The process waits so long for something to be in use again. */
#define PCS_INDICATOR_LINGER_US (10ull * 1000 * 1000)

typedef struct pcs_indicator_process_config {
  pcs_loop *loop;
  const char *path; /* NULL: portcullis-indicator beside this program */
  pcs_indicator_events events;
} pcs_indicator_process_config;

/*
 * pcs_indicator_process_new starts nothing yet. Its show also gives PCS_ERR_RANGE for too many
 * lines or an origin that is nobody's; then nothing changes. Events come in later turns, and only
 * while there are lines: seen true once a person can see them, seen false when that ends, or when
 * the process ended without having been seen. After seen false by an ended process, the next show
 * starts another.
 */
PCS_MUST_USE pcs_status pcs_indicator_process_new(pcs_indicator *out_indicator,
                                                  const pcs_indicator_process_config *config);

#endif
