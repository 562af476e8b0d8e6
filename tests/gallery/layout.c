/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lies where: names, touch areas and the gaps between them. */
#include <math.h>
#include <string.h>
#include "gallery.h"
#include "qr-view.h"

#define LEAST_TARGET 12.7 /* mm, both ways */
#define LEAST_GAP    2.54

gboolean
has_class (GtkWidget *widget, const char *class)
{
  return gtk_style_context_has_class (gtk_widget_get_style_context (widget), class);
}

gboolean
within_class (GtkWidget *widget, const char *class)
{
  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    if (has_class (widget, class))
      return TRUE;
  return FALSE;
}

/* The style sheet's margins are within an allocation, but no finger is taken there. */
GdkRectangle
border_box (GtkWidget *widget, GtkWidget *window)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  GdkRectangle box = { 0, 0, gtk_widget_get_allocated_width (widget),
                       gtk_widget_get_allocated_height (widget) };
  GtkBorder margin;

  gtk_style_context_get_margin (style, gtk_style_context_get_state (style), &margin);
  g_assert_true (gtk_widget_translate_coordinates (widget, window, 0, 0, &box.x, &box.y));
  box.x += margin.left;
  box.y += margin.top;
  box.width -= margin.left + margin.right;
  box.height -= margin.top + margin.bottom;
  return box;
}

/* What is really written, not the room that the label has. */
static GdkRectangle
ink_box (GtkLabel *label, GtkWidget *window)
{
  GtkAllocation at;
  GdkRectangle box;
  PangoRectangle ink;
  int x, y;

  gtk_widget_get_allocation (GTK_WIDGET (label), &at);
  gtk_label_get_layout_offsets (label, &x, &y);
  pango_layout_get_pixel_extents (gtk_label_get_layout (label), &ink, NULL);
  g_assert_true (gtk_widget_translate_coordinates (GTK_WIDGET (label), window, x - at.x + ink.x,
                                                   y - at.y + ink.y, &box.x, &box.y));
  box.width = ink.width;
  box.height = ink.height;
  return box;
}

typedef struct {
  GArray *parts;
  GtkWidget *window, *control;
} Walk;

static gboolean
is_control (GtkWidget *widget)
{
  return GTK_IS_BUTTON (widget) || GTK_IS_ENTRY (widget) || GTK_IS_RANGE (widget) ||
         GTK_IS_SWITCH (widget);
}

static const char *
words_of (GtkWidget *widget)
{
  const char *name = atk_object_get_name (gtk_widget_get_accessible (widget));

  return GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget)) : name;
}

static void
walk (GtkWidget *widget, gpointer data)
{
  Walk *w = data;
  GtkWidget *outer = w->control;
  Part part = { .widget = widget, .control = outer };

  if (!gtk_widget_get_mapped (widget) || !gtk_widget_get_child_visible (widget))
    return;
  part.words = words_of (widget);
  g_utf8_strncpy (part.brief, part.words != NULL ? part.words : "", 24);
  if (is_control (widget))
    part.kind = PART_CONTROL;
  else if (GTK_IS_LABEL (widget) && !has_class (widget, "mark"))
    part.kind = PART_LABEL;
  else
    part.kind = PART_PICTURE;
  if (part.kind == PART_LABEL ? *part.words != '\0'
                              : part.kind == PART_CONTROL || TABELLA_IS_QR_VIEW (widget) ||
                                    GTK_IS_IMAGE (widget) || GTK_IS_LABEL (widget)) {
    part.box = part.kind == PART_LABEL ? ink_box (GTK_LABEL (widget), w->window)
                                       : border_box (widget, w->window);
    g_array_append_val (w->parts, part);
  }
  if (is_control (widget))
    w->control = widget;
  if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), walk, w);
  w->control = outer;
}

GArray *
parts_of (GtkWidget *window)
{
  Walk w = { g_array_new (FALSE, TRUE, sizeof (Part)), window, NULL };

  walk (window, &w);
  return w.parts;
}

static void
check_target (Audit *a, const Part *p)
{
  AtkRole role = atk_object_get_role (gtk_widget_get_accessible (p->widget));
  double mm = 25.4 / a->shot->panel->dpi;

  if (p->words == NULL || *p->words == '\0')
    audit_problem (a, "a %s without a name at %d,%d", G_OBJECT_TYPE_NAME (p->widget), p->box.x,
                   p->box.y);
  if (GTK_IS_ENTRY (p->widget) ? role != ATK_ROLE_TEXT && role != ATK_ROLE_PASSWORD_TEXT
                               : role == ATK_ROLE_UNKNOWN || role == ATK_ROLE_FILLER)
    audit_problem (a, "“%s” has the role %s", p->brief, atk_role_get_name (role));
  /* half a pixel: lengths are rounded to whole ones */
  if ((p->box.width + 0.5) * mm < LEAST_TARGET || (p->box.height + 0.5) * mm < LEAST_TARGET)
    audit_problem (a, "“%s” is %.1f × %.1f mm, less than %.1f", p->brief, p->box.width * mm,
                   p->box.height * mm, LEAST_TARGET);
}

static void
check_inside (Audit *a, const Part *p)
{
  const Panel *panel = a->shot->panel;

  if (p->box.x < 0 || p->box.y < 0 || p->box.x + p->box.width > panel->width ||
      p->box.y + p->box.height > panel->height)
    audit_problem (a, "“%s” goes beyond the screen: %d,%d %d × %d", p->brief, p->box.x, p->box.y,
                   p->box.width, p->box.height);
}

static int
between (int a, int a_size, int b, int b_size)
{
  return MAX (a, b) - MIN (a + a_size, b + b_size);
}

/* Two controls are apart; nothing that is written lies on another thing. */
static void
check_pair (Audit *a, const Part *p, const Part *q)
{
  int dx = between (p->box.x, p->box.width, q->box.x, q->box.width),
      dy = between (p->box.y, p->box.height, q->box.y, q->box.height);
  double gap = (MAX (dx, dy) + 0.5) * 25.4 / a->shot->panel->dpi;

  if (p->control == q->widget || q->control == p->widget)
    return;
  if (dx < 0 && dy < 0)
    audit_problem (a, "“%s” and “%s” overlap", p->brief, q->brief);
  else if (p->kind == PART_CONTROL && q->kind == PART_CONTROL && gap < LEAST_GAP)
    audit_problem (a, "“%s” and “%s” are %.2f mm apart, less than %.2f", p->brief, q->brief, gap,
                   LEAST_GAP);
}

/* Whoever walks with Tab must find known things only. */
static void
check_focusable (GtkWidget *widget, gpointer data)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  if (gtk_widget_get_can_focus (widget) && !is_control (widget) && !GTK_IS_WINDOW (widget) &&
      !GTK_IS_SCROLLED_WINDOW (widget))
    audit_problem (data, "a %s takes the focus", G_OBJECT_TYPE_NAME (widget));
  if (GTK_IS_CONTAINER (widget) && !is_control (widget))
    gtk_container_forall (GTK_CONTAINER (widget), check_focusable, data);
}

void
audit_controls (Audit *a, GArray *parts)
{
  for (guint i = 0; i < parts->len; i++) {
    const Part *p = &g_array_index (parts, Part, i);

    if (p->kind == PART_CONTROL)
      check_target (a, p);
    if (p->kind == PART_PICTURE && TABELLA_IS_QR_VIEW (p->widget) &&
        (p->words == NULL || *p->words == '\0'))
      audit_problem (a, "a QR symbol without a name");
    check_inside (a, p);
    for (guint k = 0; k < i; k++)
      check_pair (a, p, &g_array_index (parts, Part, k));
  }
  check_focusable (a->window, a);
}
