#include "host/window/x11.h"

#ifdef GDK_WINDOWING_X11
#include <gdk/x11/gdkx.h>

#define NET_WM_STATE_ADD 1

typedef struct watch {
  pcs_x11_events events;
  Window window;
  int x;
  int y;
} watch;

/* Where it is on the screen: what an event says is relative to the frame around it. */
static gboolean has_moved(watch *self, Display *display) {
  int x = 0;
  int y = 0;
  Window child;
  XTranslateCoordinates(display, self->window, DefaultRootWindow(display), 0, 0, &x, &y, &child);
  gboolean moved = x != self->x || y != self->y;
  self->x = x;
  self->y = y;
  return moved;
}

static gboolean on_event(GdkX11Display *display, gpointer event, gpointer data) {
  const XEvent *x11 = (const XEvent *)event;
  watch *self = (watch *)data;
  if (x11->type == ConfigureNotify && x11->xconfigure.window == self->window &&
      has_moved(self, gdk_x11_display_get_xdisplay(GDK_DISPLAY(display)))) {
    self->events.moved(self->events.context);
  }
  return FALSE;
}

void pcs_x11_watch(GdkSurface *surface, const pcs_x11_events *events) {
  GdkDisplay *display = gdk_surface_get_display(surface);
  if (!GDK_IS_X11_SURFACE(surface)) {
    return;
  }
  watch *self = g_new0(watch, 1); /* as long as the program */
  self->events = *events;
  self->window = gdk_x11_surface_get_xid(surface);
  g_signal_connect(display, "xevent", G_CALLBACK(on_event), self);
}

void pcs_x11_keep_above(GdkSurface *surface) {
  GdkDisplay *display = gdk_surface_get_display(surface);
  if (!GDK_IS_X11_SURFACE(surface)) {
    return;
  }
  Display *x11 = gdk_x11_display_get_xdisplay(display);
  XEvent event = {0};
  event.xclient.type = ClientMessage;
  event.xclient.window = gdk_x11_surface_get_xid(surface);
  event.xclient.message_type = gdk_x11_get_xatom_by_name_for_display(display, "_NET_WM_STATE");
  event.xclient.format = 32;
  event.xclient.data.l[0] = NET_WM_STATE_ADD;
  event.xclient.data.l[1] =
      (long)gdk_x11_get_xatom_by_name_for_display(display, "_NET_WM_STATE_ABOVE");
  event.xclient.data.l[2] =
      (long)gdk_x11_get_xatom_by_name_for_display(display, "_NET_WM_STATE_STICKY");
  event.xclient.data.l[3] = 1; /* an application asks */
  XSendEvent(x11, DefaultRootWindow(x11), False, SubstructureRedirectMask | SubstructureNotifyMask,
             &event);
  XFlush(x11);
}

#else
void pcs_x11_watch(GdkSurface *surface, const pcs_x11_events *events) {
  (void)surface;
  (void)events;
}

void pcs_x11_keep_above(GdkSurface *surface) {
  (void)surface;
}
#endif
