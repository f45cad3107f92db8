#include "permissions.h"

#include <stdbool.h>

#include "frame_origin.h"

typedef WebKitMediaCaptureState (*read_state)(WebKitWebView *view);
typedef void (*write_state)(WebKitWebView *view, WebKitMediaCaptureState state);

/* What can be captured: by which right, and how WebKit shows and stops it. */
typedef struct capture {
  const char *right;
  const char *property;
  read_state get;
  write_state set;
} capture;

static const capture captures[] = {
    {"microphone", "notify::microphone-capture-state", webkit_web_view_get_microphone_capture_state,
     webkit_web_view_set_microphone_capture_state},
    {"camera", "notify::camera-capture-state", webkit_web_view_get_camera_capture_state,
     webkit_web_view_set_camera_capture_state},
    {"screen", "notify::display-capture-state", webkit_web_view_get_display_capture_state,
     webkit_web_view_set_display_capture_state},
};
#define NUM_CAPTURES (sizeof captures / sizeof captures[0])

struct permissions {
  WebKitWebView *view;
  pcs_host *host;
  GList *uses;
};

/* One request: first it waits for its answer, then it is used. */
typedef struct use {
  permissions *all;
  WebKitPermissionRequest *request; /* NULL: it was answered */
  unsigned long ask;
  bool wants[NUM_CAPTURES];
  bool is_active; /* one of them was seen to run */
} use;

static void free_use(use *one) {
  one->all->uses = g_list_remove(one->all->uses, one);
  if (one->request != NULL) {
    webkit_permission_request_deny(one->request);
    g_object_unref(one->request);
  }
  g_free(one);
}

/* ---- the host's word ---- */

static use *find_use(const permissions *all, unsigned long ask) {
  for (GList *at = all->uses; at != NULL; at = at->next) {
    use *one = at->data;
    if (one->ask == ask) {
      return one;
    }
  }
  return NULL;
}

static void on_answered(void *context, unsigned long ask, const pcs_host_verdict *verdict) {
  use *one = find_use(context, ask);
  if (!verdict->allowed) {
    free_use(one);
    return;
  }
  webkit_permission_request_allow(one->request);
  g_clear_object(&one->request);
}

static void on_ended(void *context, unsigned long ask, const char *reason) {
  (void)reason;
  use *one = find_use(context, ask);
  for (size_t i = 0; i < NUM_CAPTURES; i++) {
    if (one->wants[i]) {
      captures[i].set(one->all->view, WEBKIT_MEDIA_CAPTURE_STATE_NONE);
    }
  }
  free_use(one);
}

/* ---- the engine's question ---- */

/* The rights' names with commas; NULL: it is nothing that the host judges. The caller frees it. */
static char *rights_of(WebKitPermissionRequest *request, bool out_wants[NUM_CAPTURES]) {
  if (WEBKIT_IS_DEVICE_INFO_PERMISSION_REQUEST(request)) {
    return g_strdup("device-labels");
  }
  if (!WEBKIT_IS_USER_MEDIA_PERMISSION_REQUEST(request)) {
    return NULL;
  }
  WebKitUserMediaPermissionRequest *media = WEBKIT_USER_MEDIA_PERMISSION_REQUEST(request);
  out_wants[2] = webkit_user_media_permission_is_for_display_device(media);
  out_wants[0] = !out_wants[2] && webkit_user_media_permission_is_for_audio_device(media);
  out_wants[1] = !out_wants[2] && webkit_user_media_permission_is_for_video_device(media);
  GString *names = g_string_new(NULL);
  for (size_t i = 0; i < NUM_CAPTURES; i++) {
    if (out_wants[i]) {
      g_string_append_printf(names, "%s%s", names->len > 0 ? "," : "", captures[i].right);
    }
  }
  return g_string_free(names, FALSE);
}

static gboolean on_request(WebKitWebView *view, WebKitPermissionRequest *request,
                           gpointer context) {
  permissions *all = context;
  use *one = g_new0(use, 1);
  one->all = all;
  one->request = g_object_ref(request);
  all->uses = g_list_prepend(all->uses, one);
  char *rights = rights_of(request, one->wants);
  char *origin = shown_origin(view);
  const pcs_host_request asked = {.frame = {.origin = origin}, .rights = rights};
  const pcs_host_asker asker = {.answered = on_answered, .ended = on_ended, .context = all};
  if (rights == NULL || origin == NULL ||
      pcs_host_ask(all->host, &asked, &asker, &one->ask) != PCS_HOST_OK) {
    free_use(one);
  }
  g_free(origin);
  g_free(rights);
  return TRUE;
}

/* ---- the end of a use ---- */

static void end_use(use *one) {
  (void)pcs_host_end(one->all->host, one->ask); /* a host that has gone shows nothing any more */
  free_use(one);
}

static bool runs(const use *one) {
  for (size_t i = 0; i < NUM_CAPTURES; i++) {
    if (one->wants[i] && captures[i].get(one->all->view) != WEBKIT_MEDIA_CAPTURE_STATE_NONE) {
      return true;
    }
  }
  return false;
}

static bool is_allowed(const permissions *all, size_t which) {
  for (GList *at = all->uses; at != NULL; at = at->next) {
    const use *one = at->data;
    if (one->wants[which] && one->request == NULL) {
      return true;
    }
  }
  return false;
}

/* WebKit may remember for a page what was allowed once. The host was not asked, nothing shows it,
 * so it stops. */
static void stop_strays(const permissions *all) {
  for (size_t i = 0; i < NUM_CAPTURES; i++) {
    if (captures[i].get(all->view) != WEBKIT_MEDIA_CAPTURE_STATE_NONE && !is_allowed(all, i)) {
      captures[i].set(all->view, WEBKIT_MEDIA_CAPTURE_STATE_NONE);
    }
  }
}

static void on_capture(WebKitWebView *view, GParamSpec *property, gpointer context) {
  (void)view;
  (void)property;
  permissions *all = context;
  GList *next = NULL;
  stop_strays(all);
  for (GList *at = all->uses; at != NULL; at = next) {
    use *one = at->data;
    next = at->next;
    bool was_active = one->is_active;
    one->is_active = runs(one);
    if (was_active && !one->is_active) {
      end_use(one);
    }
  }
}

static void end_all(permissions *all) {
  while (all->uses != NULL) {
    end_use(all->uses->data);
  }
}

static void on_load(WebKitWebView *view, WebKitLoadEvent event, gpointer context) {
  (void)view;
  if (event == WEBKIT_LOAD_COMMITTED) {
    end_all(context);
  }
}

static void on_crash(WebKitWebView *view, WebKitWebProcessTerminationReason reason,
                     gpointer context) {
  (void)view;
  (void)reason;
  end_all(context);
}

permissions *permissions_new(WebKitWebView *view, pcs_host *host) {
  permissions *all = g_new0(permissions, 1);
  all->view = view;
  all->host = host;
  g_signal_connect(view, "permission-request", G_CALLBACK(on_request), all);
  g_signal_connect(view, "load-changed", G_CALLBACK(on_load), all);
  g_signal_connect(view, "web-process-terminated", G_CALLBACK(on_crash), all);
  for (size_t i = 0; i < NUM_CAPTURES; i++) {
    g_signal_connect(view, captures[i].property, G_CALLBACK(on_capture), all);
  }
  return all;
}
