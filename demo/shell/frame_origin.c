#include "frame_origin.h"

const char *frame_origin(WebKitURISchemeRequest *request) {
  SoupMessageHeaders *headers = webkit_uri_scheme_request_get_http_headers(request);
  return headers == NULL ? NULL : soup_message_headers_get_one(headers, "Origin");
}

char *shown_origin(WebKitWebView *view) {
  const char *shown = webkit_web_view_get_uri(view);
  if (shown == NULL) {
    return NULL;
  }
  WebKitSecurityOrigin *origin = webkit_security_origin_new_for_uri(shown);
  char *text = webkit_security_origin_to_string(origin);
  webkit_security_origin_unref(origin);
  return text;
}
