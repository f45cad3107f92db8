#include "host/window/sight.h"

#include "host/window/x11.h"

typedef struct sight {
  pcs_sight_events events;
  GdkSurface *surface;
  int width;
  int height;
  gboolean is_painted;
  gboolean is_seen;
} sight;

static void judge(sight *self) {
  gboolean is_shown = FALSE;
  if (self->surface != NULL && gdk_surface_get_mapped(self->surface)) {
    GdkToplevelState state = gdk_toplevel_get_state(GDK_TOPLEVEL(self->surface));
    is_shown = (state & GDK_TOPLEVEL_STATE_MINIMIZED) == 0;
  }
  gboolean is_seen = is_shown && self->is_painted;
  if (is_seen != self->is_seen) {
    self->is_seen = is_seen;
    self->events.seen(self->events.context, is_seen);
  }
}

static void on_state(GObject *surface, GParamSpec *property, gpointer data) {
  (void)surface;
  (void)property;
  judge((sight *)data);
}

static void on_mapped(GObject *surface, GParamSpec *property, gpointer data) {
  sight *self = (sight *)data;
  (void)property;
  if (!gdk_surface_get_mapped(GDK_SURFACE(surface))) {
    self->is_painted = FALSE; /* until it was drawn again */
  }
  judge(self);
}

static void on_painted(GdkFrameClock *clock, gpointer data) {
  sight *self = (sight *)data;
  (void)clock;
  if (!self->is_painted) {
    self->is_painted = TRUE;
    judge(self);
  }
}

static void on_layout(GdkSurface *surface, int width, int height, gpointer data) {
  sight *self = (sight *)data;
  (void)surface;
  gboolean is_other = width != self->width || height != self->height;
  self->width = width;
  self->height = height;
  if (is_other && self->events.moved != NULL) {
    self->events.moved(self->events.context);
  }
}

static void on_x11_moved(void *context) {
  sight *self = (sight *)context;
  if (self->events.moved != NULL) {
    self->events.moved(self->events.context);
  }
}

static void on_realize(GtkWidget *window, gpointer data) {
  sight *self = (sight *)data;
  pcs_x11_events events = {.moved = on_x11_moved, .context = self};
  self->surface = gtk_native_get_surface(GTK_NATIVE(window));
  g_signal_connect(self->surface, "notify::state", G_CALLBACK(on_state), self);
  g_signal_connect(self->surface, "notify::mapped", G_CALLBACK(on_mapped), self);
  g_signal_connect(self->surface, "layout", G_CALLBACK(on_layout), self);
  g_signal_connect(gdk_surface_get_frame_clock(self->surface), "after-paint",
                   G_CALLBACK(on_painted), self);
  pcs_x11_watch(self->surface, &events);
}

static void on_unrealize(GtkWidget *window, gpointer data) {
  sight *self = (sight *)data;
  (void)window;
  g_signal_handlers_disconnect_by_data(self->surface, self);
  g_signal_handlers_disconnect_by_data(gdk_surface_get_frame_clock(self->surface), self);
  self->surface = NULL;
  judge(self);
}

void pcs_sight_watch(GtkWindow *window, const pcs_sight_events *events) {
  sight *self = g_new0(sight, 1); /* as long as the program */
  self->events = *events;
  g_signal_connect(window, "realize", G_CALLBACK(on_realize), self);
  g_signal_connect(window, "unrealize", G_CALLBACK(on_unrealize), self);
}

void pcs_sight_keep_above(GtkWindow *window) {
  pcs_x11_keep_above(gtk_native_get_surface(GTK_NATIVE(window)));
}
