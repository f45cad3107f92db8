/*
 * One line of the indicator: which origin, inside which page, what it uses now, and a button that
 * stops it. It owns its widgets and decides nothing.
 */
#ifndef PCS_HOST_WINDOW_INDICATOR_LINE_H
#define PCS_HOST_WINDOW_INDICATOR_LINE_H

#include <gtk/gtk.h>

#include "host/broker/indicator.h"

/* What a page hears or sees of the room or the screen. */
#define PCS_CAPTURE_RIGHTS                                                                         \
  (PCS_RIGHT_MICROPHONE | PCS_RIGHT_CAMERA | PCS_RIGHT_SCREEN | PCS_RIGHT_WINDOW)

/* pcs_line_new copies the line. *out_stop is its button. */
GtkWidget *pcs_line_new(const pcs_indicator_line *line, GtkWidget **out_stop);

/* pcs_line_say changes what a line of the same origins says. Its button stays as it is: whoever is
 * pressing it now has pressed it. */
void pcs_line_say(GtkWidget *row, const pcs_indicator_line *line);

#endif
