#include "host/window/glyph.h"

#include "core/policy/right.h"

/* Every picture is drawn in a square of 16 by 16. */
#define SIDE 16.0
#define TURN (2 * G_PI)

static void rounded(cairo_t *to, double x, double y, double width, double height) {
  const double radius = MIN(MIN(width, height) / 2, 2);
  cairo_new_sub_path(to);
  cairo_arc(to, x + width - radius, y + radius, radius, -TURN / 4, 0);
  cairo_arc(to, x + width - radius, y + height - radius, radius, 0, TURN / 4);
  cairo_arc(to, x + radius, y + height - radius, radius, TURN / 4, TURN / 2);
  cairo_arc(to, x + radius, y + radius, radius, TURN / 2, TURN * 3 / 4);
  cairo_close_path(to);
}

static void line(cairo_t *to, double x, double y, double dx, double dy) {
  cairo_move_to(to, x, y);
  cairo_rel_line_to(to, dx, dy);
}

static void draw_microphone(cairo_t *to) {
  rounded(to, 6, 1, 4, 8);
  cairo_fill(to);
  cairo_arc(to, 8, 7, 4.5, 0, TURN / 2);
  line(to, 8, 11.5, 0, 3);
  line(to, 5, 14.7, 6, 0);
  cairo_stroke(to);
}

static void draw_camera(cairo_t *to) {
  rounded(to, 1, 4, 9.5, 8);
  cairo_fill(to);
  cairo_move_to(to, 11.5, 8);
  cairo_line_to(to, 15, 5);
  cairo_line_to(to, 15, 11);
  cairo_close_path(to);
  cairo_fill(to);
}

static void draw_speaker(cairo_t *to) {
  cairo_move_to(to, 1.5, 6);
  cairo_line_to(to, 4, 6);
  cairo_line_to(to, 8, 2.5);
  cairo_line_to(to, 8, 13.5);
  cairo_line_to(to, 4, 10);
  cairo_line_to(to, 1.5, 10);
  cairo_close_path(to);
  cairo_fill(to);
  cairo_arc(to, 8, 8, 3, -TURN / 6, TURN / 6);
  cairo_stroke(to);
  cairo_arc(to, 8, 8, 6, -TURN / 6, TURN / 6);
  cairo_stroke(to);
}

static void draw_screen(cairo_t *to) {
  rounded(to, 1, 2, 14, 9);
  cairo_stroke(to);
  line(to, 8, 11, 0, 3);
  line(to, 5, 14.2, 6, 0);
  cairo_stroke(to);
}

static void draw_window(cairo_t *to) {
  rounded(to, 1, 2.5, 14, 11);
  cairo_stroke(to);
  line(to, 1.5, 5.5, 13, 0);
  cairo_stroke(to);
}

static void draw_data(cairo_t *to) {
  line(to, 2, 5.5, 11, 0);
  cairo_move_to(to, 10.5, 2.5);
  cairo_line_to(to, 13.5, 5.5);
  cairo_line_to(to, 10.5, 8.5);
  line(to, 14, 11, -11, 0);
  cairo_move_to(to, 5.5, 8);
  cairo_line_to(to, 2.5, 11);
  cairo_line_to(to, 5.5, 14);
  cairo_stroke(to);
}

static void draw_addresses(cairo_t *to) {
  rounded(to, 6, 1, 4, 4);
  rounded(to, 1, 11, 4, 4);
  rounded(to, 11, 11, 4, 4);
  cairo_fill(to);
  line(to, 8, 5, 0, 3);
  cairo_move_to(to, 3, 11);
  cairo_line_to(to, 3, 8);
  cairo_line_to(to, 13, 8);
  cairo_line_to(to, 13, 11);
  cairo_stroke(to);
}

static void draw_labels(cairo_t *to) {
  for (int row = 0; row < 3; row++) {
    double y = 3.5 + row * 4.5;
    cairo_arc(to, 2.5, y, 1.2, 0, TURN);
    cairo_fill(to);
    line(to, 6, y, 8.5, 0);
    cairo_stroke(to);
  }
}

/* The gate of a castle: the mark of this program. */
static void draw_gate(cairo_t *to) {
  cairo_move_to(to, 2, 14.5);
  cairo_line_to(to, 2, 7);
  cairo_arc(to, 8, 7, 6, TURN / 2, TURN);
  cairo_line_to(to, 14, 14.5);
  cairo_stroke(to);
  for (int bar = 0; bar < 3; bar++) {
    line(to, 5 + 3 * bar, bar == 1 ? 1 : 2, 0, bar == 1 ? 13.5 : 12.5);
  }
  line(to, 2, 6.5, 12, 0);
  line(to, 2, 10, 12, 0);
  cairo_stroke(to);
}

static void draw_verified(cairo_t *to) {
  cairo_arc(to, 8, 8, 6.8, 0, TURN);
  cairo_stroke(to);
  cairo_move_to(to, 4.8, 8.2);
  cairo_line_to(to, 7.2, 10.6);
  cairo_line_to(to, 11.4, 5.8);
  cairo_stroke(to);
}

static void (*drawer_of(guint what))(cairo_t *) {
  switch (what) {
  case PCS_RIGHT_DATA:
    return draw_data;
  case PCS_RIGHT_LOCAL_ADDRESSES:
    return draw_addresses;
  case PCS_RIGHT_MICROPHONE:
    return draw_microphone;
  case PCS_RIGHT_CAMERA:
    return draw_camera;
  case PCS_RIGHT_SPEAKER:
    return draw_speaker;
  case PCS_RIGHT_SCREEN:
    return draw_screen;
  case PCS_RIGHT_WINDOW:
    return draw_window;
  case PCS_RIGHT_DEVICE_LABELS:
    return draw_labels;
  case PCS_GLYPH_VERIFIED:
    return draw_verified;
  default:
    return draw_gate;
  }
}

static void draw(GtkDrawingArea *area, cairo_t *to, int width, int height, gpointer data) {
  GdkRGBA colour;
  double scale = MIN(width, height) / SIDE;
  gtk_style_context_get_color(gtk_widget_get_style_context(GTK_WIDGET(area)), &colour);
  cairo_translate(to, (width - SIDE * scale) / 2, (height - SIDE * scale) / 2);
  cairo_scale(to, scale, scale);
  cairo_set_source_rgba(to, (double)colour.red, (double)colour.green, (double)colour.blue,
                        (double)colour.alpha);
  cairo_set_line_width(to, 1.4);
  cairo_set_line_cap(to, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(to, CAIRO_LINE_JOIN_ROUND);
  drawer_of(GPOINTER_TO_UINT(data))(to);
}

GtkWidget *pcs_glyph_new(guint what, int size) {
  GtkWidget *area = g_object_new(GTK_TYPE_DRAWING_AREA, "accessible-role",
                                 GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_drawing_area_set_content_width(GTK_DRAWING_AREA(area), size);
  gtk_drawing_area_set_content_height(GTK_DRAWING_AREA(area), size);
  gtk_drawing_area_set_draw_func(GTK_DRAWING_AREA(area), draw, GUINT_TO_POINTER(what), NULL);
  gtk_widget_set_valign(area, GTK_ALIGN_START);
  gtk_widget_add_css_class(area, "glyph");
  return area;
}
