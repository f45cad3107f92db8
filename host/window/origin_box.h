/*
 * An origin as a person must see it: in full, never shortened, as plain text; its host stands out.
 * A name that people write in their own script is shown beside it, if it cannot be mistaken for
 * another; if it can, that is said.
 */
#ifndef PCS_HOST_WINDOW_ORIGIN_BOX_H
#define PCS_HOST_WINDOW_ORIGIN_BOX_H

#include <gtk/gtk.h>

#include "core/policy/origin.h"

/* pcs_origin_box_new copies what it shows. */
GtkWidget *pcs_origin_box_new(const pcs_origin *origin);
/* pcs_plain_label_new is a label of plain text that wraps and can be selected by nobody: text is
 * never markup. */
GtkWidget *pcs_plain_label_new(const char *text, const char *css_class);

#endif
