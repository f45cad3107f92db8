/*
 * portcullis-shell: a window for pages that have WebRTC by Portcullis, on an engine that has none.
 *
 *   portcullis-shell [--scripts FOLDER] [--broker PROGRAM] [--broker-argument ARGUMENT]... ADDRESS
 *
 * Everything that could betray the user is asked of the host; the shell says whose frame it is.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <webkit2/webkit2.h>

#include "links.h"

/* The world of the relay: a name that no page can enter by. */
#define RELAY_WORLD "portcullis"
#define WIDTH 900
#define HEIGHT 700

typedef struct shell {
  char *scripts; /* the folder of page.js and relay.js */
  char *broker;
  char **broker_arguments;
  char **addresses;
  pcs_host *host;
  GtkWidget *window;
} shell;

static bool read_arguments(shell *the, int *argc, char ***argv, GError **error) {
  const GOptionEntry entries[] = {
      {"scripts", 0, 0, G_OPTION_ARG_FILENAME, &the->scripts, "page.js and relay.js", "FOLDER"},
      {"broker", 0, 0, G_OPTION_ARG_FILENAME, &the->broker, "The host's broker", "PROGRAM"},
      {"broker-argument", 0, 0, G_OPTION_ARG_STRING_ARRAY, &the->broker_arguments,
       "One more argument for the broker", "ARGUMENT"},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &the->addresses, NULL, "ADDRESS"},
      {NULL, 0, 0, 0, NULL, NULL, NULL}};
  GOptionContext *options = g_option_context_new("- pages with WebRTC by Portcullis");
  g_option_context_add_main_entries(options, entries, NULL);
  g_option_context_add_group(options, gtk_get_option_group(TRUE));
  bool read = g_option_context_parse(options, argc, argv, error);
  g_option_context_free(options);
  if (read && (the->addresses == NULL || the->addresses[1] != NULL || the->scripts == NULL)) {
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                "one ADDRESS and --scripts are needed");
    return false;
  }
  return read;
}

/* world: NULL for the page's own. */
static bool add_script(const shell *the, WebKitUserContentManager *content, const char *name,
                       const char *world, GError **error) {
  char *path = g_build_filename(the->scripts, name, NULL);
  char *source = NULL;
  bool read = g_file_get_contents(path, &source, NULL, error);
  if (read) {
    const WebKitUserContentInjectedFrames frames = WEBKIT_USER_CONTENT_INJECT_ALL_FRAMES;
    const WebKitUserScriptInjectionTime time = WEBKIT_USER_SCRIPT_INJECT_AT_DOCUMENT_START;
    WebKitUserScript *script =
        world == NULL ? webkit_user_script_new(source, frames, time, NULL, NULL)
                      : webkit_user_script_new_for_world(source, frames, time, world, NULL, NULL);
    webkit_user_content_manager_add_script(content, script);
    webkit_user_script_unref(script);
  }
  g_free(source);
  g_free(path);
  return read;
}

/* What the engine itself would ask of the user has no answer here but no. */
static gboolean on_permission(WebKitWebView *view, WebKitPermissionRequest *request,
                              gpointer none) {
  (void)view;
  (void)none;
  webkit_permission_request_deny(request);
  return TRUE;
}

/* The address first: it says whose page it is, which the page's own title need not. */
static void on_title(WebKitWebView *view, GParamSpec *property, gpointer context) {
  (void)property;
  const shell *the = context;
  const char *address = webkit_web_view_get_uri(view);
  const char *title = webkit_web_view_get_title(view);
  bool has_title = title != NULL && *title != '\0';
  char *text = g_strdup_printf("%s%s%s", address == NULL ? "Portcullis" : address,
                               has_title ? " - " : "", has_title ? title : "");
  gtk_window_set_title(GTK_WINDOW(the->window), text);
  g_free(text);
}

static gboolean on_host_ended(GIOChannel *channel, GIOCondition condition, gpointer none) {
  (void)channel;
  (void)condition;
  (void)none;
  g_printerr("portcullis-shell: the host has ended\n");
  gtk_main_quit();
  return G_SOURCE_REMOVE;
}

static void watch_host(const shell *the) {
  GIOChannel *channel = g_io_channel_unix_new(pcs_host_descriptor(the->host));
  g_io_add_watch(channel, G_IO_HUP | G_IO_ERR, on_host_ended, NULL);
  g_io_channel_unref(channel);
}

static WebKitWebView *make_view(shell *the, WebKitUserContentManager *content) {
  GtkWidget *widget = webkit_web_view_new_with_user_content_manager(content);
  WebKitWebView *view = WEBKIT_WEB_VIEW(widget);
  webkit_settings_set_enable_write_console_messages_to_stdout(webkit_web_view_get_settings(view),
                                                              TRUE);
  g_signal_connect(view, "permission-request", G_CALLBACK(on_permission), NULL);
  g_signal_connect(view, "notify::uri", G_CALLBACK(on_title), the);
  g_signal_connect(view, "notify::title", G_CALLBACK(on_title), the);
  the->window = gtk_window_new(GTK_WINDOW_TOPLEVEL);
  gtk_window_set_default_size(GTK_WINDOW(the->window), WIDTH, HEIGHT);
  gtk_container_add(GTK_CONTAINER(the->window), widget);
  g_signal_connect(the->window, "destroy", G_CALLBACK(gtk_main_quit), NULL);
  gtk_widget_show_all(the->window);
  return view;
}

static bool start(shell *the, GError **error) {
  const pcs_host_config config = {.broker = the->broker,
                                  .arguments = (const char *const *)the->broker_arguments};
  pcs_host_status status = pcs_host_start(&the->host, &config);
  if (status != PCS_HOST_OK) {
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, pcs_host_sentence(status));
    return false;
  }
  watch_host(the);
  WebKitUserContentManager *content = webkit_user_content_manager_new();
  /* The relay first: it must hear what the page's script posts. */
  if (!add_script(the, content, "relay.js", RELAY_WORLD, error) ||
      !add_script(the, content, "page.js", NULL, error)) {
    return false;
  }
  (void)links_new(webkit_web_context_get_default(), the->host);
  webkit_web_view_load_uri(make_view(the, content), the->addresses[0]);
  return true;
}

int main(int argc, char **argv) {
  static shell the;
  GError *error = NULL;
  if (!read_arguments(&the, &argc, &argv, &error) || !gtk_init_check(&argc, &argv) ||
      !start(&the, &error)) {
    g_printerr("portcullis-shell: %s\n", error == NULL ? "there is no display" : error->message);
    pcs_host_stop(the.host);
    return EXIT_FAILURE;
  }
  gtk_main();
  pcs_host_stop(the.host);
  return EXIT_SUCCESS;
}
