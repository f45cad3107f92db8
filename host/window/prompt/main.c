/*
 * portcullis-prompt: one question, one window, one answer. The broker starts it with a socket as
 * descriptor 3, on which the question waits; nothing else is read. No is the default: Enter, Escape
 * and every doubt are no; closing the window is no answer, which allows nothing either.
 */
#include <stdlib.h>

#include "host/prompt/wire.h"
#include "host/window/guard.h"
#include "host/window/look.h"
#include "host/window/prompt/question.h"
#include "host/window/socket.h"

#define WINDOW_WIDTH 480
/* What of a screen is not for the question: panels, title bar, buttons. */
#define AROUND_HEIGHT 220
#define CONTENT_HEIGHT_MIN 160
/* A frame that is drawn inside the window's width where nothing composes shadows. */
#define FRAME_WIDTH 16

typedef struct prompt {
  pcs_question question;
  pcs_question_view *view;
  pcs_guard *guard;
  GtkWindow *window;
  GtkWidget *scrolled;
  GtkWidget *deny;
  GtkWidget *block;
  GtkWidget *allow;
  gboolean was_shown;
  gboolean was_armed;
  gboolean was_on_action;
  GtkWidget *fallen_to; /* where the focus was once its button had become inert */
} prompt;

/* ---- what is said to the broker ---- */

static void say_kind(pcs_wire_kind kind) {
  uint8_t byte = (uint8_t)kind;
  pcs_socket_say((pcs_span){&byte, 1});
}

static void say_answer(const pcs_answer *answer) {
  uint8_t memory[PCS_ANSWER_WIRE_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_answer_write(&writer, answer);
  pcs_socket_say(pcs_writer_span(&writer));
  exit(EXIT_SUCCESS);
}

static void answer(const prompt *self, pcs_answer_kind kind) {
  pcs_answer bare = {.question = self->question.id, .kind = kind};
  if (kind == PCS_ANSWER_DISMISSED || pcs_guard_is_armed(self->guard)) {
    say_answer(&bare);
  }
}

/* ---- what a person does ---- */

static void on_deny(GtkButton *button, gpointer data) {
  (void)button;
  answer((const prompt *)data, PCS_ANSWER_DENIED);
}

static void on_block(GtkButton *button, gpointer data) {
  (void)button;
  answer((const prompt *)data, PCS_ANSWER_BLOCKED);
}

static void on_allow(GtkButton *button, gpointer data) {
  const prompt *self = (const prompt *)data;
  pcs_answer allowed;
  (void)button;
  if (pcs_guard_is_armed(self->guard) && pcs_question_view_read(self->view, &allowed) == PCS_OK) {
    say_answer(&allowed);
  }
}

static gboolean on_close(GtkWindow *window, gpointer data) {
  (void)window;
  answer((const prompt *)data, PCS_ANSWER_DISMISSED);
  return TRUE;
}

static gboolean on_escape(GtkWidget *widget, GVariant *arguments, gpointer data) {
  (void)widget;
  (void)arguments;
  answer((const prompt *)data, PCS_ANSWER_DENIED);
  return TRUE;
}

/* ---- when it may be answered ---- */

static void show_state(const prompt *self) {
  pcs_answer allowed;
  gboolean is_armed = pcs_guard_is_armed(self->guard);
  gboolean is_possible = pcs_question_view_read(self->view, &allowed) == PCS_OK;
  gtk_widget_set_sensitive(self->deny, is_armed);
  gtk_widget_set_sensitive(self->allow, is_armed && is_possible);
  if (self->block != NULL) {
    gtk_widget_set_sensitive(self->block, is_armed);
  }
}

static void on_changed(void *context) {
  const prompt *self = (const prompt *)context;
  if (self->guard != NULL) {
    show_state(self);
  }
}

static gboolean has_focus_on_action(const prompt *self) {
  GtkWidget *focus = gtk_window_get_focus(self->window);
  return focus != NULL && (focus == self->deny || focus == self->allow || focus == self->block);
}

/* A button that becomes inert loses the focus: afterwards no has it, whichever had it before. Who
 * is choosing something in the question, or went there meanwhile, is left alone. */
static void on_armed(void *context, gboolean is_armed) {
  prompt *self = (prompt *)context;
  if (!is_armed) {
    self->was_on_action = has_focus_on_action(self);
    show_state(self);
    self->fallen_to = gtk_window_get_focus(self->window);
    return;
  }
  gboolean is_where_it_fell =
      self->was_on_action && gtk_window_get_focus(self->window) == self->fallen_to;
  show_state(self);
  if (!self->was_armed || is_where_it_fell) {
    gtk_widget_grab_focus(self->deny);
  }
  self->was_armed = TRUE;
  say_kind(PCS_WIRE_ARMED);
}

static void on_painted(GdkFrameClock *clock, gpointer data) {
  prompt *self = (prompt *)data;
  (void)clock;
  if (!self->was_shown) {
    self->was_shown = TRUE;
    say_kind(PCS_WIRE_SHOWN);
  }
}

/* ---- the window ---- */

static GtkWidget *add_button(GtkWidget *box, const char *label, GCallback clicked, prompt *self) {
  GtkWidget *button = gtk_button_new_with_mnemonic(label);
  g_signal_connect(button, "clicked", clicked, self);
  gtk_box_append(GTK_BOX(box), button);
  return button;
}

static GtkWidget *make_actions(prompt *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 10);
  gtk_widget_add_css_class(box, "actions");
  if (self->question.can_block) {
    self->block = add_button(box, "_Block", G_CALLBACK(on_block), self);
    gtk_widget_set_tooltip_text(self->block, "No, and do not ask again");
  }
  GtkWidget *space = gtk_label_new(NULL);
  gtk_widget_set_hexpand(space, TRUE);
  gtk_box_append(GTK_BOX(box), space);
  self->allow = add_button(box, "_Allow", G_CALLBACK(on_allow), self);
  self->deny = add_button(box, "_Don't allow", G_CALLBACK(on_deny), self);
  gtk_widget_add_css_class(self->deny, "suggested-action");
  gtk_window_set_default_widget(self->window, self->deny);
  return box;
}

static int lowest_screen(void) {
  GListModel *monitors = gdk_display_get_monitors(gdk_display_get_default());
  int lowest = G_MAXINT;
  for (guint i = 0; i < g_list_model_get_n_items(monitors); i++) {
    GdkRectangle area;
    GdkMonitor *monitor = GDK_MONITOR(g_list_model_get_item(monitors, i));
    gdk_monitor_get_geometry(monitor, &area);
    lowest = MIN(lowest, area.height);
    g_object_unref(monitor);
  }
  return lowest;
}

/* All of the question at once if any screen has room for it. */
static void fit(const prompt *self) {
  int natural = 0;
  int room = MAX(CONTENT_HEIGHT_MIN, lowest_screen() - AROUND_HEIGHT);
  gtk_widget_measure(pcs_question_view_widget(self->view), GTK_ORIENTATION_VERTICAL,
                     WINDOW_WIDTH - FRAME_WIDTH, NULL, &natural, NULL, NULL);
  gtk_scrolled_window_set_min_content_height(GTK_SCROLLED_WINDOW(self->scrolled),
                                             MIN(natural, room));
}

/* The question scrolls where the screen is small; the buttons stay in sight. */
static GtkWidget *make_content(prompt *self) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scrolled = gtk_scrolled_window_new();
  self->scrolled = scrolled;
  self->view = pcs_question_view_new(&self->question, on_changed, self);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
                                 GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled),
                                pcs_question_view_widget(self->view));
  gtk_widget_set_vexpand(scrolled, TRUE);
  gtk_box_append(GTK_BOX(box), scrolled);
  gtk_box_append(GTK_BOX(box), make_actions(self));
  return box;
}

static void add_escape(prompt *self) {
  GtkEventController *controller = gtk_shortcut_controller_new();
  gtk_shortcut_controller_set_scope(GTK_SHORTCUT_CONTROLLER(controller), GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_shortcut_controller_add_shortcut(
      GTK_SHORTCUT_CONTROLLER(controller),
      gtk_shortcut_new(gtk_keyval_trigger_new(GDK_KEY_Escape, 0),
                       gtk_callback_action_new(on_escape, self, NULL)));
  gtk_widget_add_controller(GTK_WIDGET(self->window), controller);
}

static void on_realize(GtkWidget *window, gpointer data) {
  GdkSurface *surface = gtk_native_get_surface(GTK_NATIVE(window));
  g_signal_connect(gdk_surface_get_frame_clock(surface), "after-paint", G_CALLBACK(on_painted),
                   data);
}

static void show(prompt *self) {
  gboolean is_display = (self->question.rights & (PCS_RIGHT_SCREEN | PCS_RIGHT_WINDOW)) != 0;
  self->window = pcs_look_window(is_display ? "Show your screen?" : "Allow this site?");
  if (is_display) {
    gtk_widget_add_css_class(GTK_WIDGET(self->window), "display");
  }
  gtk_window_set_default_size(self->window, WINDOW_WIDTH, -1);
  gtk_window_set_child(self->window, make_content(self));
  fit(self);
  self->guard = pcs_guard_new(self->window, on_armed, self);
  show_state(self);
  add_escape(self);
  g_signal_connect(self->window, "close-request", G_CALLBACK(on_close), self);
  g_signal_connect(self->window, "realize", G_CALLBACK(on_realize), self);
  gtk_window_present(self->window);
}

static void on_message(void *context, pcs_span message) {
  (void)context;
  (void)message;
  exit(EXIT_FAILURE); /* one question is all */
}

int main(void) {
  static prompt self;
  uint8_t memory[PCS_QUESTION_WIRE_BYTES_MAX + 1];
  size_t len = 0;
  if (!pcs_look_start()) {
    return EXIT_FAILURE;
  }
  if (pcs_socket_await(memory, sizeof memory, &len) != PCS_OK ||
      pcs_question_read(&self.question, (pcs_span){memory, len}) != PCS_OK ||
      !pcs_socket_listen(on_message, NULL)) {
    g_printerr("portcullis-prompt: the broker starts this program; it asks nothing by itself\n");
    return EXIT_FAILURE;
  }
  show(&self);
  GMainLoop *loop = g_main_loop_new(NULL, FALSE);
  g_main_loop_run(loop);
  return EXIT_SUCCESS;
}
