/*
 * portcullis-indicator: what every origin is using right now, and a button that stops it. The
 * broker starts it with a socket as descriptor 3 and tells it what is in use; it tells what is to
 * stop and whether a person can see it. It is there while anything is in use, above other windows
 * where the display can be asked for that. A page reaches none of it.
 */
#include <stdlib.h>
#include <string.h>

#include "host/prompt/indicator_wire.h"
#include "host/window/indicator/line.h"
#include "host/window/look.h"
#include "host/window/origin_box.h"
#include "host/window/sight.h"
#include "host/window/socket.h"

#define WINDOW_WIDTH 440
#define LIST_HEIGHT_MAX 420

typedef struct indicator {
  pcs_indicator_order order; /* what is shown */
  GtkWindow *window;
  GtkWidget *list;
  GtkWidget *stops[PCS_INDICATOR_LINES_MAX];
  gboolean is_seen;
} indicator;

/* ---- what is said to the broker ---- */

static void say(const pcs_indicator_reply *reply) {
  uint8_t memory[PCS_INDICATOR_REPLY_BYTES_MAX];
  pcs_writer writer;
  pcs_writer_init(&writer, memory, sizeof memory);
  pcs_indicator_reply_write(&writer, reply);
  pcs_socket_say(pcs_writer_span(&writer));
}

static void say_seen(const indicator *self) {
  pcs_indicator_reply reply = {.kind = PCS_WIRE_SEEN, .is_seen = self->is_seen};
  say(&reply);
}

static void on_stop(GtkButton *button, gpointer data) {
  const indicator *self = (const indicator *)data;
  for (size_t i = 0; i < self->order.num_lines; i++) {
    if (self->stops[i] == GTK_WIDGET(button)) {
      pcs_indicator_reply reply = {.kind = PCS_WIRE_STOP,
                                   .origin = self->order.lines[i].origin,
                                   .embedder = self->order.lines[i].embedder};
      say(&reply);
    }
  }
}

static void on_sight(void *context, gboolean is_seen) {
  indicator *self = (indicator *)context;
  self->is_seen = is_seen;
  if (is_seen) {
    pcs_sight_keep_above(self->window); /* before anybody counts on its being seen */
  }
  say_seen(self);
}

/* ---- what is shown ---- */

static const pcs_indicator_line *find(const pcs_indicator_order *order,
                                      const pcs_indicator_line *line) {
  for (size_t i = 0; i < order->num_lines; i++) {
    if (pcs_origin_equal(&order->lines[i].origin, &line->origin) &&
        pcs_origin_equal(&order->lines[i].embedder, &line->embedder)) {
      return &order->lines[i];
    }
  }
  return NULL;
}

/* Somebody who closed the window is told again only of what is new. */
static gboolean has_news(const pcs_indicator_order *before, const pcs_indicator_order *now) {
  for (size_t i = 0; i < now->num_lines; i++) {
    const pcs_indicator_line *old = find(before, &now->lines[i]);
    if (old == NULL || (now->lines[i].rights & ~old->rights & PCS_CAPTURE_RIGHTS) != 0) {
      return TRUE;
    }
  }
  return FALSE;
}

/* A line that was there keeps its button, with the focus and a press that is not over yet. */
static GtkWidget *take_stop(indicator *self, const pcs_indicator_line *line) {
  const pcs_indicator_line *old = find(&self->order, line);
  GtkWidget **stop = old != NULL ? &self->stops[old - self->order.lines] : NULL;
  GtkWidget *taken = NULL;
  if (stop != NULL && *stop != NULL) {
    taken = *stop;
    *stop = NULL;
    pcs_line_say(gtk_widget_get_parent(taken), line);
  } else {
    gtk_box_append(GTK_BOX(self->list), pcs_line_new(line, &taken));
    g_signal_connect(taken, "clicked", G_CALLBACK(on_stop), self);
  }
  return taken;
}

static void fill(indicator *self, const pcs_indicator_order *order) {
  GtkWidget *stops[PCS_INDICATOR_LINES_MAX] = {NULL};
  GtkWidget *last = NULL;
  for (size_t i = 0; i < order->num_lines; i++) {
    stops[i] = take_stop(self, &order->lines[i]);
    GtkWidget *row = gtk_widget_get_parent(stops[i]);
    gtk_box_reorder_child_after(GTK_BOX(self->list), row, last);
    last = row;
  }
  for (size_t i = 0; i < self->order.num_lines; i++) {
    if (self->stops[i] != NULL) {
      gtk_box_remove(GTK_BOX(self->list), gtk_widget_get_parent(self->stops[i]));
    }
  }
  memcpy(self->stops, stops, sizeof stops);
  self->order = *order;
}

static void show(indicator *self, const pcs_indicator_order *order) {
  gboolean is_news = has_news(&self->order, order);
  if (memcmp(&self->order, order, sizeof *order) != 0) {
    fill(self, order);
  }
  if (order->num_lines == 0) {
    gtk_widget_set_visible(GTK_WIDGET(self->window), FALSE);
  } else if (is_news) {
    gtk_window_present(self->window);
  }
  say_seen(self); /* the broker may have missed what was before these lines */
}

static void on_message(void *context, pcs_span message) {
  static pcs_indicator_order order;
  indicator *self = (indicator *)context;
  if (pcs_indicator_order_read(&order, message) != PCS_OK) {
    exit(EXIT_FAILURE);
  }
  if (order.kind == PCS_WIRE_PING) {
    pcs_indicator_reply reply = {.kind = PCS_WIRE_PONG, .pong = order.ping};
    say(&reply);
  } else {
    show(self, &order);
  }
}

/* ---- the window ---- */

static gboolean on_close(GtkWindow *window, gpointer data) {
  (void)data;
  gtk_widget_set_visible(GTK_WIDGET(window), FALSE);
  return TRUE;
}

static void make_window(indicator *self) {
  pcs_sight_events events = {.seen = on_sight, .context = self};
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 10);
  GtkWidget *scrolled = gtk_scrolled_window_new();
  self->window = pcs_look_window("In use by sites");
  self->list = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_add_css_class(box, "content");
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
                                 GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(scrolled), LIST_HEIGHT_MAX);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), self->list);
  gtk_widget_set_vexpand(scrolled, TRUE);
  gtk_box_append(GTK_BOX(box), scrolled);
  gtk_box_append(GTK_BOX(box),
                 pcs_plain_label_new("Close or hide this window, and microphone, camera and screen "
                                     "are off at once.",
                                     "note"));
  gtk_window_set_default_size(self->window, WINDOW_WIDTH, -1);
  gtk_window_set_child(self->window, box);
  g_signal_connect(self->window, "close-request", G_CALLBACK(on_close), self);
  pcs_sight_watch(self->window, &events);
}

int main(void) {
  static indicator self;
  if (!pcs_look_start()) {
    return EXIT_FAILURE;
  }
  self.order.kind = PCS_WIRE_LINES;
  make_window(&self);
  if (!pcs_socket_listen(on_message, &self)) {
    g_printerr("portcullis-indicator: the broker starts this program\n");
    return EXIT_FAILURE;
  }
  GMainLoop *loop = g_main_loop_new(NULL, FALSE);
  g_main_loop_run(loop);
  return EXIT_SUCCESS;
}
