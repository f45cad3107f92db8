/*
 * The rights in question, each with what it means and the device that is chosen for it: plain ones
 * can be left out one by one; a screen or window is one list of everything that could be shown, in
 * which nothing is chosen at first (RFC 8827 6.2).
 */
#ifndef PCS_HOST_WINDOW_PROMPT_RIGHTS_H
#define PCS_HOST_WINDOW_PROMPT_RIGHTS_H

#include <gtk/gtk.h>

#include "host/broker/prompt.h"

typedef struct pcs_rights_view pcs_rights_view;

pcs_rights_view *pcs_rights_view_new(const pcs_question *question, void (*changed)(void *context),
                                     void *context);
GtkWidget *pcs_rights_view_widget(const pcs_rights_view *view);
/* pcs_rights_view_read sets the answer's rights and devices to what is chosen. */
void pcs_rights_view_read(const pcs_rights_view *view, pcs_answer *answer);

#endif
