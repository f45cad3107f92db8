/*
 * Small pictures for rights, drawn here so that no theme of icons is needed: each says the same as
 * the words beside it, so it has no name of its own for screen readers.
 */
#ifndef PCS_HOST_WINDOW_GLYPH_H
#define PCS_HOST_WINDOW_GLYPH_H

#include <gtk/gtk.h>

/* What is not a right. */
#define PCS_GLYPH_GATE (1u << 30)
#define PCS_GLYPH_VERIFIED (1u << 29)

/* pcs_glyph_new is a picture of one pcs_right or PCS_GLYPH_, in the text's colour. */
GtkWidget *pcs_glyph_new(guint what, int size);

#endif
