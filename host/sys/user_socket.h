/*
 * A socket in a private folder by which programs of the same user speak to a running broker. Mode
 * 0600 in a folder of mode 0700, and the kernel says whose process is at the other end: nobody
 * else's is heard. It knows nothing of what is said.
 */
#ifndef PCS_HOST_SYS_USER_SOCKET_H
#define PCS_HOST_SYS_USER_SOCKET_H

#include "core/base/status.h"

#define PCS_USER_SOCKET_NAME "broker.sock"

/*
 * pcs_user_socket_listen makes the socket in the folder (pcs_private_folder_open), in the place of
 * one that nobody listens at any more. PCS_ERR_STATE: somebody does; PCS_ERR_SYSTEM. The descriptor
 * is the caller's to close, and the file to remove.
 */
PCS_MUST_USE pcs_status pcs_user_socket_listen(int *out_listener, int folder);
void pcs_user_socket_remove(int folder);
/* pcs_user_socket_accept: PCS_ERR_NO_SPACE nobody waits; PCS_ERR_UNTRUSTED it was another user, who
 * was sent away; PCS_ERR_SYSTEM. */
PCS_MUST_USE pcs_status pcs_user_socket_accept(int *out_connection, int listener);
/* pcs_user_socket_connect waits for the connection, which blocks. PCS_ERR_NOT_FOUND: no broker
 * listens there; PCS_ERR_UNTRUSTED: it is another user's; PCS_ERR_SYSTEM. */
PCS_MUST_USE pcs_status pcs_user_socket_connect(int *out_connection, int folder);

#endif
