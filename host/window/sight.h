/*
 * Whether a person can see a window: it is on the screen, not minimised, and has been drawn. And
 * when it moved or changed its size. No display that is in use says reliably what lies behind other
 * windows, or on another workspace: so it can ask to be above them and on all of these.
 */
#ifndef PCS_HOST_WINDOW_SIGHT_H
#define PCS_HOST_WINDOW_SIGHT_H

#include <gtk/gtk.h>

typedef struct pcs_sight_events {
  void (*seen)(void *context, gboolean is_seen); /* each change; at first it is not */
  void (*moved)(void *context);                  /* may be NULL */
  void *context;
} pcs_sight_events;

/* pcs_sight_watch watches a window that was not yet shown, for its life. */
void pcs_sight_watch(GtkWindow *window, const pcs_sight_events *events);
/* pcs_sight_keep_above asks the window manager, where one can be asked, to keep the window above
 * others and on every workspace; once it is shown. */
void pcs_sight_keep_above(GtkWindow *window);

#endif
