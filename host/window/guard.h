/*
 * When a window may be answered: it is seen, has the focus, and has stayed as it is for the time
 * that a person needs to see what they press (requirements X35). Every time it appears, gains the
 * focus, is moved or resized, that time begins anew. It changes no widget: its owner is
 * told.
 */
#ifndef PCS_HOST_WINDOW_GUARD_H
#define PCS_HOST_WINDOW_GUARD_H

#include <gtk/gtk.h>

typedef struct pcs_guard pcs_guard;

/* pcs_guard_new: changed is called with each change; at first it is inert. It lives as long as the
 * window, which is not yet shown. */
pcs_guard *pcs_guard_new(GtkWindow *window, void (*changed)(void *context, gboolean is_armed),
                         void *context);
gboolean pcs_guard_is_armed(const pcs_guard *guard);

#endif
