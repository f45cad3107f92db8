#include "links.h"

#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "frame_origin.h"

#define PATH "portcullis://link/"

struct links {
  pcs_host *host;
  GHashTable *open; /* number -> page_link */
};

/* When the response that the page reads goes, so does the link. */
typedef struct page_link {
  links *all;
  char *number;
  char *origin;
  GInputStream *from_host; /* until a response has it */
  GOutputStream *to_host;
} page_link;

static void free_link(gpointer gone) {
  page_link *link = gone;
  g_clear_object(&link->from_host); /* these close their descriptors */
  g_object_unref(link->to_host);
  g_free(link->origin);
  g_free(link->number);
  g_free(link);
}

/* ---- answers ---- */

/* Takes body. WebKit tells the page of the answer when the first byte of body is there. */
static void answer(WebKitURISchemeRequest *request, guint status, GInputStream *body) {
  const char *origin = frame_origin(request);
  SoupMessageHeaders *headers = soup_message_headers_new(SOUP_MESSAGE_HEADERS_RESPONSE);
  soup_message_headers_append(headers, "Access-Control-Allow-Origin",
                              origin == NULL ? "null" : origin);
  soup_message_headers_append(headers, "Cache-Control", "no-store");
  WebKitURISchemeResponse *response = webkit_uri_scheme_response_new(body, -1);
  webkit_uri_scheme_response_set_status(response, status, NULL);
  webkit_uri_scheme_response_set_content_type(response, "application/octet-stream");
  webkit_uri_scheme_response_set_http_headers(response, headers); /* takes them */
  webkit_uri_scheme_request_finish_with_response(request, response);
  g_object_unref(response);
  g_object_unref(body);
}

static void answer_text(WebKitURISchemeRequest *request, guint status, const char *text) {
  answer(request, status, g_memory_input_stream_new_from_data(g_strdup(text), -1, g_free));
}

/* ---- a link for a frame ---- */

static page_link *keep_link(links *all, const char *origin, int descriptor, int second) {
  page_link *link = g_new0(page_link, 1);
  link->all = all;
  link->number = g_uuid_string_random();
  link->origin = g_strdup(origin);
  link->from_host = g_unix_input_stream_new(descriptor, TRUE);
  link->to_host = g_unix_output_stream_new(second, TRUE);
  g_hash_table_insert(all->open, link->number, link);
  return link;
}

static void open_link(links *all, WebKitURISchemeRequest *request) {
  const char *origin = frame_origin(request);
  if (origin == NULL || strcmp(origin, "null") == 0) {
    answer_text(request, 403, "This frame has no origin that could have a link.");
    return;
  }
  char *embedder = shown_origin(webkit_uri_scheme_request_get_web_view(request));
  int descriptor = -1;
  const pcs_host_frame frame = {.origin = origin, .embedding_origin = embedder};
  pcs_host_status status = pcs_host_attach(all->host, &frame, &descriptor);
  g_free(embedder);
  int second = status == PCS_HOST_OK ? dup(descriptor) : -1;
  if (second < 0) {
    answer_text(request, 503, pcs_host_sentence(status == PCS_HOST_OK ? PCS_HOST_SYSTEM : status));
    return;
  }
  answer_text(request, 200, keep_link(all, origin, descriptor, second)->number);
}

/* find_link: another origin's link is as good as none. */
static page_link *find_link(const links *all, WebKitURISchemeRequest *request, const char *number) {
  page_link *link = g_hash_table_lookup(all->open, number);
  const char *origin = frame_origin(request);
  bool is_theirs = link != NULL && origin != NULL && strcmp(origin, link->origin) == 0;
  return is_theirs ? link : NULL;
}

/* ---- bytes from it and for it ---- */

/* The page has gone, or the host has: WebKit reads no more. */
static void on_response_gone(gpointer context, GObject *stream) {
  (void)stream;
  page_link *link = context;
  g_hash_table_remove(link->all->open, link->number);
}

static void give_bytes(const links *all, WebKitURISchemeRequest *request, const char *number) {
  page_link *link = find_link(all, request, number);
  if (link == NULL || link->from_host == NULL) {
    answer_text(request, 404, "");
    return;
  }
  GInputStream *from_host = g_steal_pointer(&link->from_host);
  g_object_weak_ref(G_OBJECT(from_host), on_response_gone, link);
  answer(request, 200, from_host);
}

static void on_taken(GObject *to_host, GAsyncResult *result, gpointer context) {
  WebKitURISchemeRequest *request = context;
  gssize len = g_output_stream_splice_finish(G_OUTPUT_STREAM(to_host), result, NULL);
  answer_text(request, len < 0 ? 410 : 200, "");
  g_object_unref(request);
}

static void take_bytes(const links *all, WebKitURISchemeRequest *request, const char *number) {
  page_link *link = find_link(all, request, number);
  GInputStream *body = webkit_uri_scheme_request_get_http_body(request);
  if (link == NULL || body == NULL) {
    answer_text(request, 404, "");
    return;
  }
  g_output_stream_splice_async(link->to_host, body, G_OUTPUT_STREAM_SPLICE_NONE, G_PRIORITY_DEFAULT,
                               NULL, on_taken, g_object_ref(request));
}

/* ---- the scheme ---- */

static void on_request(WebKitURISchemeRequest *request, gpointer context) {
  const char *address = webkit_uri_scheme_request_get_uri(request);
  bool is_post = strcmp(webkit_uri_scheme_request_get_http_method(request), "POST") == 0;
  const char *number = g_str_has_prefix(address, PATH) ? address + strlen(PATH) : NULL;
  if (number == NULL) {
    answer_text(request, 404, "");
  } else if (*number == '\0' && is_post) {
    open_link(context, request);
  } else if (is_post) {
    take_bytes(context, request, number);
  } else {
    give_bytes(context, request, number);
  }
}

links *links_new(WebKitWebContext *context, pcs_host *host) {
  links *all = g_new0(links, 1);
  all->host = host;
  all->open = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_link);
  webkit_web_context_register_uri_scheme(context, "portcullis", on_request, all, NULL);
  WebKitSecurityManager *security = webkit_web_context_get_security_manager(context);
  webkit_security_manager_register_uri_scheme_as_cors_enabled(security, "portcullis");
  webkit_security_manager_register_uri_scheme_as_secure(security, "portcullis");
  return all;
}
