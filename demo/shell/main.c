/*
 * portcullis-shell: a window for pages that have WebRTC by Portcullis, on an engine that has none.
 *
 *   portcullis-shell --scripts FOLDER [--broker PROGRAM] [--broker-argument ARGUMENT]...
 *                    [--state FOLDER] [--test-devices] ADDRESS
 *
 * Everything that could betray the user is asked of the host; the shell says whose frame it is.
 */
#include <glib-unix.h>
#include <stdbool.h>
#include <stdlib.h>
#include <webkit2/webkit2.h>

#include "links.h"
#include "permissions.h"

/* The world of the relay: a name that no page can enter by. */
#define RELAY_WORLD "portcullis"
#define WIDTH 900
#define HEIGHT 700

typedef struct shell {
  char *scripts; /* the folder of page.js and relay.js */
  char *broker;
  char **broker_arguments;
  char *state; /* the folder of what the user decided; NULL: nothing is remembered */
  gboolean test_devices;
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
      {"state", 0, 0, G_OPTION_ARG_FILENAME, &the->state, "Where decisions are remembered",
       "FOLDER"},
      {"test-devices", 0, 0, G_OPTION_ARG_NONE, &the->test_devices,
       "The engine's synthetic microphone and camera, not this computer's", NULL},
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

static gboolean on_host(gint descriptor, GIOCondition condition, gpointer context) {
  (void)descriptor;
  (void)condition;
  if (pcs_host_dispatch(context) == PCS_HOST_OK) {
    return G_SOURCE_CONTINUE;
  }
  g_printerr("portcullis-shell: the host has ended\n");
  gtk_main_quit();
  return G_SOURCE_REMOVE;
}

static WebKitWebView *make_view(shell *the, WebKitUserContentManager *content) {
  GtkWidget *widget = webkit_web_view_new_with_user_content_manager(content);
  WebKitWebView *view = WEBKIT_WEB_VIEW(widget);
  WebKitSettings *settings = webkit_web_view_get_settings(view);
  webkit_settings_set_enable_write_console_messages_to_stdout(settings, TRUE);
  webkit_settings_set_enable_media_stream(settings, TRUE);
  webkit_settings_set_enable_mock_capture_devices(settings, the->test_devices);
  (void)permissions_new(view, the->host);
  g_signal_connect(view, "notify::uri", G_CALLBACK(on_title), the);
  g_signal_connect(view, "notify::title", G_CALLBACK(on_title), the);
  the->window = gtk_window_new(GTK_WINDOW_TOPLEVEL);
  gtk_window_set_default_size(GTK_WINDOW(the->window), WIDTH, HEIGHT);
  gtk_container_add(GTK_CONTAINER(the->window), widget);
  g_signal_connect(the->window, "destroy", G_CALLBACK(gtk_main_quit), NULL);
  gtk_widget_show_all(the->window);
  return view;
}

/* A broker that asks in a window of its own and shows in another what is used. What the command
 * line says comes later, and so it counts. The caller frees the array; the texts are the shell's.
 */
static GPtrArray *broker_arguments(const shell *the) {
  static const char *const ways[] = {"--prompt", "auto", "--indicator", "gtk"};
  GPtrArray *all = g_ptr_array_new();
  for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
    g_ptr_array_add(all, (gpointer)ways[i]);
  }
  if (the->state != NULL) {
    g_ptr_array_add(all, (gpointer) "--state");
    g_ptr_array_add(all, the->state);
  }
  for (char **at = the->broker_arguments; at != NULL && *at != NULL; at++) {
    g_ptr_array_add(all, *at);
  }
  g_ptr_array_add(all, NULL);
  return all;
}

static bool start_host(shell *the, GError **error) {
  GPtrArray *arguments = broker_arguments(the);
  const pcs_host_config config = {.broker = the->broker,
                                  .arguments = (const char *const *)arguments->pdata};
  pcs_host_status status = pcs_host_start(&the->host, &config);
  g_ptr_array_free(arguments, TRUE);
  if (status != PCS_HOST_OK) {
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, pcs_host_sentence(status));
    return false;
  }
  g_unix_fd_add(pcs_host_descriptor(the->host), G_IO_IN | G_IO_HUP | G_IO_ERR, on_host, the->host);
  return true;
}

static bool start(shell *the, GError **error) {
  if (!start_host(the, error)) {
    return false;
  }
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
