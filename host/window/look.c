#include "host/window/look.h"

#include <stdlib.h>

#include "host/sys/sandbox.h"
#include "host/window/glyph.h"

static const char style[] =
    "window.portcullis { font-size: 11pt; }"
    "window.portcullis headerbar { min-height: 38px; padding: 0 6px; box-shadow: none;"
    "  background: #1d4e89; color: white; border: none; border-radius: 0; }"
    "window.portcullis headerbar:backdrop { background: #4a6485; color: #e8edf3; }"
    "window.portcullis.display headerbar { background: #a6350f; }"
    "window.portcullis.display headerbar:backdrop { background: #8d5a48; }"
    "window.portcullis headerbar button { color: inherit; }"
    "window.portcullis headerbar .title { font-weight: 600; }"
    "window.portcullis popover > contents { margin: 0; border-radius: 0; box-shadow: none; }"
    "window.portcullis popover { padding: 0; margin: 0; }"
    ".content { padding: 18px 20px 14px 20px; }"
    ".actions { padding: 12px 20px 16px 20px; border-top: 1px solid alpha(currentColor, 0.15); }"
    ".origin { font-size: 14pt; }"
    ".embedder .origin, .line .origin { font-size: 11pt; }"
    ".embedder { background: alpha(#e5a50a, 0.16); border-radius: 8px; padding: 8px 12px; }"
    ".spelling { font-size: 11pt; }"
    ".risky { font-size: 10pt; color: #b35900; font-weight: 600; }"
    ".wants { font-size: 11pt; opacity: 0.75; }"
    ".right, .peer { background: alpha(currentColor, 0.05); border-radius: 10px;"
    "  padding: 12px 14px; }"
    ".right checkbutton, .right .name { font-weight: 600; }"
    "headerbar .glyph { margin: 0 4px; }"
    ".right .glyph { color: #3b82d0; margin-top: 3px; }"
    ".display .right { background: alpha(#d9480f, 0.10); }"
    ".display .right .glyph { color: #e8590c; }"
    ".note, .consequence { font-size: 10pt; opacity: 0.8; }"
    ".warning { font-size: 10pt; font-weight: 600; }"
    ".fingerprint { font-family: monospace; font-size: 10pt; }"
    ".actions button { padding: 8px 16px; min-height: 24px; }"
    ".line { background: alpha(currentColor, 0.05); border-radius: 10px; padding: 12px 14px; }"
    ".line.capturing { background: alpha(#e03131, 0.12); }"
    ".line .glyph { color: #3b82d0; }"
    ".line.capturing .glyph.live { color: #e03131; }"
    ".peer .glyph, .line .verified .glyph { color: #37a04a; }"
    ".in-use { font-size: 10pt; }";

/* Where no bus runs, GLib would start one: a window runs no program. */
static gboolean has_bus(void) {
  char *socket = g_build_filename(g_get_user_runtime_dir(), "bus", NULL);
  gboolean has =
      g_getenv("DBUS_SESSION_BUS_ADDRESS") != NULL || g_file_test(socket, G_FILE_TEST_EXISTS);
  g_free(socket);
  return has;
}

gboolean pcs_look_start(void) {
  if (pcs_sandbox_enter(PCS_SANDBOX_WINDOW, PCS_SANDBOX_TCP_CONNECTS) != PCS_OK) {
    g_printerr("portcullis: the system refused a window its sandbox\n");
    exit(EXIT_FAILURE);
  }
  /* Drawn by the processor: no driver of a graphics card is loaded for a few lines of text. */
  g_setenv("GSK_RENDERER", "cairo", TRUE);
  if (!has_bus()) {
    g_setenv("GTK_A11Y", "none", TRUE);
  }
  g_set_prgname("portcullis");
  if (!gtk_init_check()) {
    return FALSE;
  }
  GtkCssProvider *provider = gtk_css_provider_new();
  gtk_css_provider_load_from_data(provider, style, -1);
  gtk_style_context_add_provider_for_display(
      gdk_display_get_default(), GTK_STYLE_PROVIDER(provider), GTK_STYLE_PROVIDER_PRIORITY_USER);
  g_object_unref(provider);
  return TRUE;
}

GtkWindow *pcs_look_window(const char *title) {
  GtkWindow *window = GTK_WINDOW(gtk_window_new());
  GtkWidget *bar = gtk_header_bar_new();
  GtkWidget *mark = pcs_glyph_new(PCS_GLYPH_GATE, 20);
  gtk_window_set_title(window, title);
  gtk_window_set_titlebar(window, bar);
  gtk_header_bar_set_decoration_layout(GTK_HEADER_BAR(bar), ":close");
  gtk_header_bar_pack_start(GTK_HEADER_BAR(bar), mark);
  gtk_widget_set_valign(mark, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class(GTK_WIDGET(window), "portcullis");
  return window;
}
