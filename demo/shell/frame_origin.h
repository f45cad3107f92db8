/*
 * Whose request it is: the origin of the frame that made it, and that of the page around it, both
 * from the engine. The page can choose neither.
 */
#ifndef DEMO_SHELL_FRAME_ORIGIN_H
#define DEMO_SHELL_FRAME_ORIGIN_H

#include <webkit2/webkit2.h>

/* frame_origin is the Origin that WebKit wrote on the request, "null" among them; NULL when there
 * is none. Borrowed from the request. */
const char *frame_origin(WebKitURISchemeRequest *request);
/* shown_origin is the origin of what the view shows, which is the page around all its frames,
 * serialised; NULL when it has none. The caller frees it with g_free. */
char *shown_origin(WebKitWebView *view);

#endif
