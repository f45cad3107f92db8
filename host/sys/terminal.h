/*
 * The controlling terminal: not standard input and output, which belong to whoever started the
 * program. It says whether a person can be asked there at all.
 */
#ifndef PCS_HOST_SYS_TERMINAL_H
#define PCS_HOST_SYS_TERMINAL_H

#include "core/base/status.h"

/*
 * pcs_terminal_open opens it for reading and writing, non-blocking, the caller's to close.
 * PCS_ERR_UNSUPPORTED when there is none, or it is another program's just now. From then on a
 * terminal that is taken away gives errors and does not stop the process.
 */
PCS_MUST_USE pcs_status pcs_terminal_open(int *out_terminal);
/* pcs_terminal_discard forgets what was typed and not yet read. */
void pcs_terminal_discard(int terminal);

#endif
