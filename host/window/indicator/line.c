#include "host/window/indicator/line.h"

#include "host/prompt/words.h"
#include "host/window/glyph.h"
#include "host/window/origin_box.h"

static void add_use(GtkWidget *box, guint right, const char *words) {
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *glyph = pcs_glyph_new(right, 18);
  if ((right & PCS_CAPTURE_RIGHTS) != 0) {
    gtk_widget_add_css_class(glyph, "live");
  }
  gtk_box_append(GTK_BOX(row), glyph);
  gtk_box_append(GTK_BOX(row), pcs_plain_label_new(words, "in-use"));
  gtk_box_append(GTK_BOX(box), row);
}

static void add_connections(GtkWidget *box, const pcs_indicator_line *line) {
  if (line->num_calls == 0 && (line->rights & PCS_RIGHT_DATA) == 0) {
    return;
  }
  char *words = line->num_calls == 1 ? g_strdup("1 direct connection")
                                     : g_strdup_printf("%u direct connections", line->num_calls);
  add_use(box, PCS_RIGHT_DATA, words);
  g_free(words);
}

/* Captures first: they are what somebody looks for. */
static void add_uses(GtkWidget *box, const pcs_indicator_line *line) {
  guint order[] = {line->rights & PCS_CAPTURE_RIGHTS,
                   line->rights & ~(guint)(PCS_CAPTURE_RIGHTS | PCS_RIGHT_DATA)};
  for (guint i = 0; i < G_N_ELEMENTS(order); i++) {
    for (guint right = 1; right != 0 && right <= order[i]; right <<= 1) {
      if ((order[i] & right) != 0 && pcs_right_find(right) != NULL) {
        add_use(box, right, pcs_right_in_use(right));
      }
    }
  }
  add_connections(box, line);
}

static void add_verified(GtkWidget *box) {
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_add_css_class(row, "verified");
  gtk_box_append(GTK_BOX(row), pcs_glyph_new(PCS_GLYPH_VERIFIED, 18));
  gtk_box_append(GTK_BOX(row), pcs_plain_label_new("only with people you allowed", "in-use"));
  gtk_box_append(GTK_BOX(box), row);
}

static void add_embedder(GtkWidget *box, const pcs_indicator_line *line) {
  if (!pcs_origin_equal(&line->origin, &line->embedder)) {
    gtk_box_append(GTK_BOX(box), pcs_plain_label_new("as part of a page of", "note"));
    gtk_box_append(GTK_BOX(box), pcs_origin_box_new(&line->embedder));
  }
}

static void empty(GtkWidget *box) {
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child(box)) != NULL) {
    gtk_box_remove(GTK_BOX(box), child);
  }
}

void pcs_line_say(GtkWidget *row, const pcs_indicator_line *line) {
  GtkWidget *text = gtk_widget_get_first_child(row);
  empty(text);
  if ((line->rights & PCS_CAPTURE_RIGHTS) != 0) {
    gtk_widget_add_css_class(row, "capturing");
  } else {
    gtk_widget_remove_css_class(row, "capturing");
  }
  gtk_box_append(GTK_BOX(text), pcs_origin_box_new(&line->origin));
  add_embedder(text, line);
  add_uses(text, line);
  if (line->has_verified_peer) {
    add_verified(text);
  }
}

GtkWidget *pcs_line_new(const pcs_indicator_line *line, GtkWidget **out_stop) {
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_add_css_class(row, "line");
  gtk_box_append(GTK_BOX(row), gtk_box_new(GTK_ORIENTATION_VERTICAL, 4));
  pcs_line_say(row, line);
  *out_stop = gtk_button_new_with_label("Stop");
  gtk_widget_add_css_class(*out_stop, "destructive-action");
  gtk_widget_set_valign(*out_stop, GTK_ALIGN_CENTER);
  char *name = g_strconcat("Stop ", line->origin.text, NULL);
  gtk_accessible_update_property(GTK_ACCESSIBLE(*out_stop), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                 -1);
  g_free(name);
  gtk_box_append(GTK_BOX(row), *out_stop);
  return row;
}
