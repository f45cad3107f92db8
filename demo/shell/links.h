/*
 * The scheme "portcullis:" of a web context. GET portcullis://link/ opens a link for the frame that
 * asks, at the host: the response's body is all that the host says, and its header names the link.
 * POST portcullis://link/NUMBER, of the same origin, gives bytes to it, and is answered when the host
 * has taken them. The number is random; what has gone is gone.
 */
#ifndef DEMO_SHELL_LINKS_H
#define DEMO_SHELL_LINKS_H

#include <webkit2/webkit2.h>

#include "portcullis.h"

typedef struct links links;

/* links_new serves the scheme in context, as long as the program runs; host is borrowed so long. */
links *links_new(WebKitWebContext *context, pcs_host *host);

#endif
