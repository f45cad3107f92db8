/*
 * How our windows look, the same for each and unlike any page: set up once, before the first
 * window. It follows the user's choice of light or dark.
 */
#ifndef PCS_HOST_WINDOW_LOOK_H
#define PCS_HOST_WINDOW_LOOK_H

#include <gtk/gtk.h>

/* pcs_look_start enters the sandbox and starts the toolkit: FALSE when there is no display. The
 * process ends when the sandbox is refused. */
gboolean pcs_look_start(void);
/* pcs_look_window is a window of ours with its title bar, not yet shown. */
GtkWindow *pcs_look_window(const char *title);

#endif
