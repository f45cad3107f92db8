/*
 * Says when the machine's addresses, interfaces or routes change (rtnetlink: links, and addresses and
 * routes of both families). It does not say what changed: whoever hears of it lists them again (interfaces.h). Many
 * changes at once are one word. It owns its socket and decides nothing.
 */
#ifndef PCS_HOST_SYS_INTERFACE_CHANGES_H
#define PCS_HOST_SYS_INTERFACE_CHANGES_H

#include "host/sys/loop.h"

typedef struct pcs_interface_changes pcs_interface_changes;

/* changed is called from the loop until the watch is freed. PCS_ERR_SYSTEM. */
PCS_MUST_USE pcs_status pcs_interface_changes_new(pcs_interface_changes **out_changes,
                                                  pcs_loop *loop, pcs_loop_callback changed,
                                                  void *context);
void pcs_interface_changes_free(pcs_interface_changes *changes);

#endif
