#include "host/window/prompt/question.h"

#include "host/prompt/words.h"
#include "host/window/glyph.h"
#include "host/window/origin_box.h"
#include "host/window/prompt/rights.h"

#define GAP 12

struct pcs_question_view {
  const pcs_question *question;
  pcs_rights_view *rights;
  GtkWidget *box;
  GtkWidget *durations[PCS_NUM_DURATIONS]; /* NULL where not offered */
  GtkWidget *only_this_peer;               /* NULL when nobody is verified */
};

static gboolean is_display(const pcs_question *question) {
  return (question->rights & (PCS_RIGHT_SCREEN | PCS_RIGHT_WINDOW)) != 0;
}

/* ---- who asks ---- */

static void add_embedder(GtkWidget *box, const pcs_question *question) {
  if (pcs_origin_equal(&question->origin, &question->embedder)) {
    return;
  }
  GtkWidget *around = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  gtk_widget_add_css_class(around, "embedder");
  gtk_box_append(GTK_BOX(around),
                 pcs_plain_label_new("It is part of a page of another site:", "note"));
  gtk_box_append(GTK_BOX(around), pcs_origin_box_new(&question->embedder));
  gtk_box_append(GTK_BOX(box), around);
}

/* ---- who is at the other end ---- */

static char *fingerprint_text(const pcs_peer_certificate *certificate,
                              void (*write)(pcs_writer *, const pcs_peer_certificate *)) {
  pcs_writer writer;
  uint8_t memory[PCS_PEER_SHOWN_BYTES_MAX];
  pcs_writer_init(&writer, memory, sizeof memory);
  write(&writer, certificate);
  return g_strndup((const char *)memory, writer.len);
}

static void add_fingerprints(GtkWidget *box, const pcs_peer *peer) {
  GtkWidget *full = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *expander = gtk_expander_new("The whole fingerprint");
  for (size_t i = 0; i < peer->num_certificates; i++) {
    char *brief = fingerprint_text(&peer->certificates[i], pcs_certificate_write_short);
    char *whole = fingerprint_text(&peer->certificates[i], pcs_certificate_write);
    GtkWidget *label = pcs_plain_label_new(whole, "fingerprint");
    gtk_label_set_selectable(GTK_LABEL(label), TRUE);
    gtk_widget_set_focusable(label, FALSE);
    gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_CHAR);
    gtk_box_append(GTK_BOX(box), pcs_plain_label_new(brief, "fingerprint"));
    gtk_box_append(GTK_BOX(full), label);
    g_free(brief);
    g_free(whole);
  }
  gtk_expander_set_child(GTK_EXPANDER(expander), full);
  gtk_box_append(GTK_BOX(box), expander);
}

static void add_peer(pcs_question_view *view) {
  const pcs_peer *peer = &view->question->peer;
  if (peer->num_certificates == 0) {
    return;
  }
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *text = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_add_css_class(row, "peer");
  gtk_box_append(GTK_BOX(row), pcs_glyph_new(PCS_GLYPH_VERIFIED, 20));
  gtk_box_append(GTK_BOX(row), text);
  gtk_box_append(GTK_BOX(text),
                 pcs_plain_label_new("The other side proved to be who holds this key:", NULL));
  add_fingerprints(text, peer);
  view->only_this_peer = gtk_check_button_new_with_label("Allow only with this verified peer");
  gtk_box_append(GTK_BOX(text), view->only_this_peer);
  gtk_box_append(GTK_BOX(view->box), row);
}

/* ---- for how long ---- */

/* One that is offered is said, several are chosen from. */
static void say_only_duration(const pcs_question_view *view, GtkWidget *box) {
  unsigned only = 0;
  while ((view->question->durations & (1U << only)) == 0) {
    only++;
  }
  char *text = g_strconcat("If you allow it: ", pcs_duration_words((pcs_duration)only), ".", NULL);
  gtk_box_append(GTK_BOX(box), pcs_plain_label_new(text, "wants"));
  g_free(text);
}

static void add_durations(pcs_question_view *view) {
  guint32 offered = view->question->durations;
  if ((offered & (offered - 1)) == 0) {
    say_only_duration(view, view->box);
    return;
  }
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *first = NULL;
  gtk_box_append(GTK_BOX(box), pcs_plain_label_new("If you allow it:", "wants"));
  for (unsigned i = 0; i < PCS_NUM_DURATIONS; i++) {
    if ((view->question->durations & (1U << i)) == 0) {
      continue;
    }
    GtkWidget *choice = gtk_check_button_new_with_label(pcs_duration_words((pcs_duration)i));
    if (first != NULL) {
      gtk_check_button_set_group(GTK_CHECK_BUTTON(choice), GTK_CHECK_BUTTON(first));
    } else {
      first = choice;
    }
    view->durations[i] = choice;
    gtk_box_append(GTK_BOX(box), choice);
  }
  gtk_check_button_set_active(GTK_CHECK_BUTTON(first), TRUE); /* the shortest */
  gtk_widget_set_margin_start(box, 2);
  gtk_box_append(GTK_BOX(view->box), box);
}

/* ---- the whole ---- */

pcs_question_view *pcs_question_view_new(const pcs_question *question,
                                         void (*changed)(void *context), void *context) {
  pcs_question_view *view = g_new0(pcs_question_view, 1);
  view->question = question;
  view->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, GAP);
  gtk_widget_add_css_class(view->box, "content");
  gtk_box_append(GTK_BOX(view->box), pcs_origin_box_new(&question->origin));
  add_embedder(view->box, question);
  gtk_box_append(GTK_BOX(view->box),
                 pcs_plain_label_new(is_display(question)
                                         ? "wants to see what is on your screen. It is asked each "
                                           "time, and ends with the call."
                                         : "wants to",
                                     "wants"));
  view->rights = pcs_rights_view_new(question, changed, context);
  gtk_box_append(GTK_BOX(view->box), pcs_rights_view_widget(view->rights));
  add_peer(view);
  add_durations(view);
  return view;
}

GtkWidget *pcs_question_view_widget(const pcs_question_view *view) {
  return view->box;
}

pcs_status pcs_question_view_read(const pcs_question_view *view, pcs_answer *out_answer) {
  *out_answer = (pcs_answer){.question = view->question->id, .kind = PCS_ANSWER_ALLOWED};
  for (unsigned i = 0; i < PCS_NUM_DURATIONS; i++) {
    GtkWidget *choice = view->durations[i];
    if (view->question->durations == 1U << i) {
      out_answer->duration = (pcs_duration)i;
    }
    if (choice != NULL && gtk_check_button_get_active(GTK_CHECK_BUTTON(choice))) {
      out_answer->duration = (pcs_duration)i;
    }
  }
  out_answer->only_this_peer = view->only_this_peer != NULL &&
                               gtk_check_button_get_active(GTK_CHECK_BUTTON(view->only_this_peer));
  pcs_rights_view_read(view->rights, out_answer);
  return pcs_answer_check(out_answer, view->question);
}
