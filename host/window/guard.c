#include "host/window/guard.h"

#include "host/broker/prompt.h"
#include "host/window/sight.h"

struct pcs_guard {
  GtkWindow *window;
  void (*changed)(void *context, gboolean is_armed);
  void *context;
  gboolean is_seen;
  gboolean is_armed;
  guint timer;
};

static void set_armed(pcs_guard *guard, gboolean is_armed) {
  if (guard->is_armed != is_armed) {
    guard->is_armed = is_armed;
    guard->changed(guard->context, is_armed);
  }
}

static gboolean on_time(gpointer data) {
  pcs_guard *guard = (pcs_guard *)data;
  guard->timer = 0;
  set_armed(guard, TRUE);
  return G_SOURCE_REMOVE;
}

static void begin_anew(pcs_guard *guard) {
  g_clear_handle_id(&guard->timer, g_source_remove);
  set_armed(guard, FALSE);
  if (guard->is_seen && gtk_window_is_active(guard->window)) {
    guard->timer = g_timeout_add((guint)(PCS_PROMPT_INERT_US / 1000), on_time, guard);
  }
}

static void on_active(GObject *window, GParamSpec *property, gpointer data) {
  (void)window;
  (void)property;
  begin_anew((pcs_guard *)data);
}

static void on_sight(void *context, gboolean is_seen) {
  pcs_guard *guard = (pcs_guard *)context;
  guard->is_seen = is_seen;
  begin_anew(guard);
}

static void on_moved(void *context) {
  begin_anew((pcs_guard *)context);
}

static void on_destroy(GtkWidget *window, gpointer data) {
  pcs_guard *guard = (pcs_guard *)data;
  (void)window;
  g_clear_handle_id(&guard->timer, g_source_remove);
}

pcs_guard *pcs_guard_new(GtkWindow *window, void (*changed)(void *context, gboolean is_armed),
                         void *context) {
  pcs_guard *guard = g_new0(pcs_guard, 1);
  pcs_sight_events events = {.seen = on_sight, .moved = on_moved, .context = guard};
  guard->window = window;
  guard->changed = changed;
  guard->context = context;
  g_signal_connect(window, "notify::is-active", G_CALLBACK(on_active), guard);
  g_signal_connect(window, "destroy", G_CALLBACK(on_destroy), guard);
  pcs_sight_watch(window, &events);
  return guard;
}

gboolean pcs_guard_is_armed(const pcs_guard *guard) {
  return guard->is_armed;
}
