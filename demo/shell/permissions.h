/*
 * What the engine asks the user, asked of the host instead: its policy, its prompt, its memory and
 * its indicator. Microphone, camera, screen and the devices' names are the host's to judge;
 * everything else (places, notifications, pointers) is no. WebKit does not say which frame asks,
 * and gives a frame nothing that the page around it did not delegate: so it is the shown page that
 * is asked for.
 */
#ifndef DEMO_SHELL_PERMISSIONS_H
#define DEMO_SHELL_PERMISSIONS_H

#include <webkit2/webkit2.h>

#include "portcullis.h"

typedef struct permissions permissions;

/* permissions_new answers for view, as long as both live; host is borrowed so long. What was
 * allowed ends with the capture, with the page, and when it is taken back. */
permissions *permissions_new(WebKitWebView *view, pcs_host *host);

#endif
