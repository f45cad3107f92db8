#include "host/window/prompt/rights.h"

#include "host/prompt/words.h"
#include "host/window/glyph.h"
#include "host/window/origin_box.h"

#define RIGHTS_MAX 16
#define DISPLAY_RIGHTS (PCS_RIGHT_SCREEN | PCS_RIGHT_WINDOW)

/* One card: a right, or the display rights together. */
typedef struct card {
  guint rights;
  GtkWidget *wanted;                        /* NULL when there is nothing to leave out */
  GtkWidget *devices;                       /* NULL when none is needed */
  guint8 indices[PCS_QUESTION_DEVICES_MAX]; /* of the list's rows in the question */
  guint num_devices;
  guint first_row; /* of the list that is a device: display rights begin with none */
} card;

struct pcs_rights_view {
  const pcs_question *question;
  void (*changed)(void *context);
  void *context;
  GtkWidget *box;
  card cards[RIGHTS_MAX];
  size_t num_cards;
};

/* ---- devices ---- */

static char *label_of(const pcs_device_choice *choice) {
  pcs_writer writer;
  uint8_t memory[PCS_LABEL_SHOWN_BYTES_MAX];
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_label_write(&writer, (pcs_span){choice->label, choice->label_len});
  const char *kind = choice->right == PCS_RIGHT_SCREEN   ? "Screen: "
                     : choice->right == PCS_RIGHT_WINDOW ? "Window: "
                                                         : "";
  char *text = g_strndup((const char *)memory, writer.len);
  char *label = g_strconcat(kind, text, NULL);
  g_free(text);
  return label;
}

static void on_bind(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data) {
  (void)factory;
  (void)data;
  GtkStringObject *text = GTK_STRING_OBJECT(gtk_list_item_get_item(item));
  gtk_label_set_text(GTK_LABEL(gtk_list_item_get_child(item)), gtk_string_object_get_string(text));
}

static void on_setup(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data) {
  GtkWidget *label = pcs_plain_label_new("", NULL);
  (void)factory;
  (void)data;
  gtk_label_set_wrap(GTK_LABEL(label), FALSE);
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_list_item_set_child(item, label);
}

static void on_chosen(GObject *list, GParamSpec *property, gpointer data) {
  pcs_rights_view *view = (pcs_rights_view *)data;
  (void)list;
  (void)property;
  view->changed(view->context);
}

static GtkStringList *fill(card *one, const pcs_question *question) {
  GtkStringList *rows = gtk_string_list_new(NULL);
  if ((one->rights & DISPLAY_RIGHTS) != 0) {
    gtk_string_list_append(rows, "Choose what to show …");
    one->first_row = 1;
  }
  for (size_t i = 0; i < question->num_devices; i++) {
    if ((question->devices[i].right & one->rights) != 0) {
      char *label = label_of(&question->devices[i]);
      gtk_string_list_append(rows, label);
      one->indices[one->num_devices++] = (guint8)i;
      g_free(label);
    }
  }
  return rows;
}

static void add_devices(pcs_rights_view *view, card *one, GtkWidget *text) {
  GtkStringList *rows = fill(one, view->question);
  const char *noun =
      one->rights == DISPLAY_RIGHTS ? "screen or window" : pcs_right_device(one->rights);
  if (one->num_devices == 0) {
    char *none = g_strdup_printf("There is no %s.", noun);
    gtk_box_append(GTK_BOX(text), pcs_plain_label_new(none, "warning"));
    g_free(none);
    g_object_unref(rows);
    return;
  }
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
  g_signal_connect(factory, "setup", G_CALLBACK(on_setup), NULL);
  g_signal_connect(factory, "bind", G_CALLBACK(on_bind), NULL);
  one->devices = gtk_drop_down_new(G_LIST_MODEL(rows), NULL);
  gtk_drop_down_set_factory(GTK_DROP_DOWN(one->devices), factory);
  g_object_unref(factory);
  char *name = g_strdup_printf("Which %s", noun);
  gtk_accessible_update_property(GTK_ACCESSIBLE(one->devices), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                 -1);
  g_free(name);
  gtk_widget_set_margin_top(one->devices, 4);
  g_signal_connect(one->devices, "notify::selected", G_CALLBACK(on_chosen), view);
  gtk_box_append(GTK_BOX(text), one->devices);
}

/* ---- cards ---- */

static char *sentence_of(const char *words) {
  char *sentence = g_strdup(words);
  sentence[0] = g_ascii_toupper(sentence[0]);
  return sentence;
}

static void on_toggled(GtkCheckButton *button, gpointer data) {
  pcs_rights_view *view = (pcs_rights_view *)data;
  for (size_t i = 0; i < view->num_cards; i++) {
    card *one = &view->cards[i];
    if (one->wanted == GTK_WIDGET(button) && one->devices != NULL) {
      gtk_widget_set_sensitive(one->devices, gtk_check_button_get_active(button));
    }
  }
  view->changed(view->context);
}

static void add_name(pcs_rights_view *view, card *one, GtkWidget *text) {
  char *name = one->rights == DISPLAY_RIGHTS ? g_strdup("See a screen or a window")
                                             : sentence_of(pcs_right_find(one->rights)->words);
  if (view->question->rights == one->rights) {
    gtk_box_append(GTK_BOX(text), pcs_plain_label_new(name, "name"));
  } else {
    GtkWidget *label = pcs_plain_label_new(name, NULL);
    one->wanted = gtk_check_button_new();
    gtk_widget_set_parent(label, one->wanted);
    gtk_accessible_update_property(GTK_ACCESSIBLE(one->wanted), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                   -1);
    gtk_check_button_set_active(GTK_CHECK_BUTTON(one->wanted), TRUE);
    g_signal_connect(one->wanted, "toggled", G_CALLBACK(on_toggled), view);
    gtk_box_append(GTK_BOX(text), one->wanted);
  }
  g_free(name);
}

static void add_consequences(guint rights, GtkWidget *text) {
  for (guint right = 1; right != 0 && right <= rights; right <<= 1) {
    if ((rights & right) != 0) {
      gtk_box_append(GTK_BOX(text),
                     pcs_plain_label_new(pcs_right_consequence(right),
                                         right == PCS_RIGHT_SCREEN ? "warning" : "consequence"));
    }
  }
}

static void add_card(pcs_rights_view *view, guint rights) {
  card *one = &view->cards[view->num_cards++];
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *text = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  guint first = rights & (~rights + 1);
  one->rights = rights;
  gtk_widget_add_css_class(row, "right");
  gtk_box_append(GTK_BOX(row), pcs_glyph_new(first, 22));
  gtk_box_append(GTK_BOX(row), text);
  add_name(view, one, text);
  add_consequences(rights, text);
  if (pcs_right_find(first)->needs == PCS_NEEDS_DEVICE) {
    add_devices(view, one, text);
  }
  gtk_box_append(GTK_BOX(view->box), row);
}

pcs_rights_view *pcs_rights_view_new(const pcs_question *question, void (*changed)(void *context),
                                     void *context) {
  pcs_rights_view *view = g_new0(pcs_rights_view, 1);
  view->question = question;
  view->changed = changed;
  view->context = context;
  view->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
  if ((question->rights & DISPLAY_RIGHTS) != 0) {
    add_card(view, question->rights);
    return view;
  }
  for (guint right = 1; right != 0 && right <= question->rights; right <<= 1) {
    if ((question->rights & right) != 0 && view->num_cards < RIGHTS_MAX) {
      add_card(view, right);
    }
  }
  return view;
}

GtkWidget *pcs_rights_view_widget(const pcs_rights_view *view) {
  return view->box;
}

/* ---- what is chosen ---- */

static void read_card(const card *one, const pcs_question *question, pcs_answer *answer) {
  if (one->wanted != NULL && !gtk_check_button_get_active(GTK_CHECK_BUTTON(one->wanted))) {
    return;
  }
  guint row = one->devices != NULL ? gtk_drop_down_get_selected(GTK_DROP_DOWN(one->devices)) : 0;
  if (one->devices == NULL || row < one->first_row || row - one->first_row >= one->num_devices) {
    answer->rights |= one->rights; /* refused by pcs_answer_check where a device is needed */
    return;
  }
  guint8 index = one->indices[row - one->first_row];
  answer->rights |= question->devices[index].right; /* of a screen and a window: the chosen one */
  answer->devices[answer->num_devices++] = index;
}

void pcs_rights_view_read(const pcs_rights_view *view, pcs_answer *answer) {
  for (size_t i = 0; i < view->num_cards; i++) {
    read_card(&view->cards[i], view->question, answer);
  }
}
