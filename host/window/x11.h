/*
 * What GTK does not tell and an X server does: that a window was moved; and to keep it above
 * others. On another display all of it does nothing.
 */
#ifndef PCS_HOST_WINDOW_X11_H
#define PCS_HOST_WINDOW_X11_H

#include <gdk/gdk.h>

typedef struct pcs_x11_events {
  void (*moved)(void *context);
  void *context;
} pcs_x11_events;

/* pcs_x11_watch watches one surface for the life of the program. */
void pcs_x11_watch(GdkSurface *surface, const pcs_x11_events *events);
/* pcs_x11_keep_above asks the window manager (EWMH _NET_WM_STATE) for a shown window. */
void pcs_x11_keep_above(GdkSurface *surface);

#endif
