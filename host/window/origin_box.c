#include "host/window/origin_box.h"

#include <string.h>

#include "host/window/host_name.h"

#define DIM_ALPHA (G_MAXUINT16 / 100 * 65)

GtkWidget *pcs_plain_label_new(const char *text, const char *css_class) {
  GtkWidget *label = gtk_label_new(NULL);
  gtk_label_set_text(GTK_LABEL(label), text);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_widget_set_halign(label, GTK_ALIGN_FILL);
  gtk_widget_set_hexpand(label, TRUE);
  if (css_class != NULL) {
    gtk_widget_add_css_class(label, css_class);
  }
  return label;
}

static void add_attribute(PangoAttrList *list, PangoAttribute *attribute, size_t from, size_t to) {
  attribute->start_index = (guint)from;
  attribute->end_index = (guint)to;
  pango_attr_list_insert(list, attribute);
}

/* Scheme and port stand back, the host stands out. */
static void emphasise_host(GtkWidget *label, const pcs_origin *origin) {
  PangoAttrList *list = pango_attr_list_new();
  size_t host = origin->scheme_len + strlen("://");
  size_t end = host + origin->host_len;
  add_attribute(list, pango_attr_foreground_alpha_new(DIM_ALPHA), 0, host);
  add_attribute(list, pango_attr_weight_new(PANGO_WEIGHT_BOLD), host, end);
  add_attribute(list, pango_attr_foreground_alpha_new(DIM_ALPHA), end, strlen(origin->text));
  /* A host is no word: it breaks where the line ends, without a hyphen that it does not have. */
  add_attribute(list, pango_attr_insert_hyphens_new(FALSE), 0, strlen(origin->text));
  gtk_label_set_attributes(GTK_LABEL(label), list);
  pango_attr_list_unref(list);
}

/* A line beneath, when the host has an encoded part. */
static GtkWidget *spelling_of(const pcs_origin *origin) {
  char *text = NULL;
  GtkWidget *label = NULL;
  size_t at = origin->scheme_len + strlen("://");
  char *host = g_strndup(origin->text + at, origin->host_len);
  pcs_spelling spelling = pcs_host_spell(host, &text);
  if (spelling == PCS_SPELLING_SAFE) {
    char *line = g_strconcat("Written: ", text, NULL);
    label = pcs_plain_label_new(line, "spelling");
    g_free(line);
  } else if (spelling == PCS_SPELLING_RISKY) {
    label = pcs_plain_label_new("This name has letters that can be mistaken for others. It is "
                                "shown in its encoded form only.",
                                "risky");
  }
  g_free(text);
  g_free(host);
  return label;
}

GtkWidget *pcs_origin_box_new(const pcs_origin *origin) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *label = pcs_plain_label_new(origin->text, "origin");
  GtkWidget *spelling = spelling_of(origin);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_CHAR);
  emphasise_host(label, origin);
  gtk_box_append(GTK_BOX(box), label);
  if (spelling != NULL) {
    gtk_box_append(GTK_BOX(box), spelling);
  }
  return box;
}
