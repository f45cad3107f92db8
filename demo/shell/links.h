/*
 * The scheme "portcullis:" of a web context, for the relay in each frame (js/webkit/relay.js):
 *
 *   POST portcullis://link/         opens a link at the host, for the frame that asks: its number
 *   GET  portcullis://link/NUMBER   once: all that the host says, for as long as the link lives
 *   POST portcullis://link/NUMBER   bytes for the host; answered when it has taken them
 *
 * A number is random, and good for the origin that opened it only. When the page reads no more, the
 * link is closed.
 */
#ifndef DEMO_SHELL_LINKS_H
#define DEMO_SHELL_LINKS_H

#include <webkit2/webkit2.h>

#include "portcullis.h"

typedef struct links links;

/* links_new serves the scheme in context, as long as the program runs; host is borrowed so long. */
links *links_new(WebKitWebContext *context, pcs_host *host);

#endif
