/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the eye gets: contrast, the shape of marks, and the focus, from pixels as drawn. */
#include <math.h>
#include "gallery.h"

#define BINS 32768 /* five bits a channel; what is reckoned with is a bin's mean */

/* Contrast that words must have. Low: at most as much as the most, so that it is one for eyes that
 * are dazzled. */
static const struct {
  double least, most, disabled;
} ranges[TABELLA_N_CONTRASTS] = {
  { 10, 21, 4.5 }, /* what cannot be touched yet is paler, and still as readable as any page */
  { 20, 21, 20 },  /* such buttons have a dotted frame instead */
  { 20, 21, 20 },
  { 4.5, 8, 4.5 },
};

typedef struct {
  guint n;
  double red, green, blue;
} Bin;

static double
linear (double channel)
{
  double c = channel / 255;

  return c <= 0.04045 ? c / 12.92 : pow ((c + 0.055) / 1.055, 2.4);
}

static double
luminance (double red, double green, double blue)
{
  return 0.2126 * linear (red) + 0.7152 * linear (green) + 0.0722 * linear (blue);
}

static double
bin_luminance (const Bin *b)
{
  return luminance (b->red / b->n, b->green / b->n, b->blue / b->n);
}

static double
ratio (double a, double b)
{
  return (MAX (a, b) + 0.05) / (MIN (a, b) + 0.05);
}

static const guint8 *
pixel (const GdkPixbuf *p, int x, int y)
{
  return gdk_pixbuf_read_pixels (p) + y * gdk_pixbuf_get_rowstride (p) +
         x * gdk_pixbuf_get_n_channels (p);
}

static gboolean
clip (const GdkPixbuf *pixels, GdkRectangle *box)
{
  const GdkRectangle all = { 0, 0, gdk_pixbuf_get_width (pixels), gdk_pixbuf_get_height (pixels) };

  return gdk_rectangle_intersect (box, &all, box);
}

static Bin *
count_colours (const GdkPixbuf *pixels, const GdkRectangle *box)
{
  Bin *bins = g_new0 (Bin, BINS);

  for (int y = box->y; y < box->y + box->height; y++)
    for (int x = box->x; x < box->x + box->width; x++) {
      const guint8 *c = pixel (pixels, x, y);
      Bin *b = &bins[(c[0] >> 3) << 10 | (c[1] >> 3) << 5 | c[2] >> 3];

      b->n++;
      b->red += c[0];
      b->green += c[1];
      b->blue += c[2];
    }
  return bins;
}

/* Grounds are colours of a fifth of the box or more (or the most frequent one); the writing is the
 * colour farthest from them that is not just a pixel here and there. The least favourable ground
 * counts. */
static double
contrast_of (const GdkPixbuf *pixels, GdkRectangle box)
{
  g_autofree Bin *bins = NULL;
  guint most = 0, all;
  double written = 0, ground, worst = 21;

  /* with some ground around a letter that fills its box */
  box = (GdkRectangle){ box.x - 2, box.y - 2, box.width + 4, box.height + 4 };
  if (!clip (pixels, &box))
    return 21;
  bins = count_colours (pixels, &box);
  all = (guint)(box.width * box.height);
  for (guint i = 1; i < BINS; i++)
    if (bins[i].n > bins[most].n)
      most = i;
  ground = bin_luminance (&bins[most]);
  written = ground;
  for (guint i = 0; i < BINS; i++)
    if (bins[i].n >= MAX (8, all / 1000) &&
        ratio (bin_luminance (&bins[i]), ground) > ratio (written, ground))
      written = bin_luminance (&bins[i]);
  for (guint i = 0; i < BINS; i++)
    if (i == most || bins[i].n > all / 5) {
      double r = ratio (bin_luminance (&bins[i]), written);

      if (i == most || r > 2) /* else it is the writing itself, or beside it */
        worst = MIN (worst, r);
    }
  return worst;
}

void
audit_contrast (Audit *a, GArray *parts)
{
  for (guint i = 0; i < parts->len; i++) {
    const Part *p = &g_array_index (parts, Part, i);
    gboolean can = gtk_widget_is_sensitive (p->widget);
    double least = can ? ranges[a->shot->contrast].least : ranges[a->shot->contrast].disabled,
           most = ranges[a->shot->contrast].most, found;

    if (p->kind != PART_LABEL)
      continue;
    found = contrast_of (a->pixels, p->box);
    if (found < least - 0.05 || found > most + 0.05)
      audit_problem (a, "“%s” has a contrast of %.1f to 1, not %.1f to %.1f", p->brief, found,
                     least, most);
  }
}

/* What stands in the box that is ticked, whatever its colours: sixteen by sixteen cells that differ
 * from most of them. */
#define CELLS 16
static void
shape_of (const GdkPixbuf *pixels, GdkRectangle box, gboolean cells[CELLS][CELLS])
{
  g_autofree Bin *bins = NULL;
  guint most = 0;
  double ground;

  /* within the frame */
  box = (GdkRectangle){ box.x + box.width / 5, box.y + box.height / 5, box.width * 3 / 5,
                        box.height * 3 / 5 };
  if (!clip (pixels, &box))
    return;
  bins = count_colours (pixels, &box);
  for (guint i = 1; i < BINS; i++)
    if (bins[i].n > bins[most].n)
      most = i;
  ground = bin_luminance (&bins[most]);
  for (int r = 0; r < CELLS; r++)
    for (int c = 0; c < CELLS; c++) {
      const guint8 *at = pixel (pixels, box.x + (2 * c + 1) * box.width / (2 * CELLS),
                                box.y + (2 * r + 1) * box.height / (2 * CELLS));

      cells[r][c] = ratio (luminance (at[0], at[1], at[2]), ground) > 3;
    }
}

static const Part *
mark_of (GArray *parts, gboolean chosen)
{
  for (guint i = 0; i < parts->len; i++) {
    const Part *p = &g_array_index (parts, Part, i);

    if (p->kind == PART_PICTURE && GTK_IS_TOGGLE_BUTTON (p->control) &&
        has_class (p->widget, "mark") &&
        gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (p->control)) == chosen)
      return p;
  }
  return NULL;
}

void
audit_chosen (Audit *a, GArray *parts)
{
  const Part *on = mark_of (parts, TRUE), *off = mark_of (parts, FALSE);
  gboolean x[CELLS][CELLS] = { 0 }, y[CELLS][CELLS] = { 0 };
  guint differ = 0;

  for (guint i = 0; i < parts->len; i++) {
    const Part *p = &g_array_index (parts, Part, i);

    if (GTK_IS_TOGGLE_BUTTON (p->widget) && !GTK_IS_RADIO_BUTTON (p->widget) && on == NULL &&
        off == NULL)
      audit_problem (a, "“%s” can be chosen and has no mark", p->brief);
  }
  if (on == NULL || off == NULL)
    return;
  shape_of (a->pixels, on->box, x);
  shape_of (a->pixels, off->box, y);
  for (guint r = 0; r < CELLS; r++)
    for (guint c = 0; c < CELLS; c++)
      differ += x[r][c] != y[r][c];
  if (differ < CELLS * CELLS / 12)
    audit_problem (a, "a chosen mark's shape is too like another's (%u of %u cells differ)", differ,
                   CELLS * CELLS);
}

#define AROUND 16 /* pixels in which a focus may be drawn about a control */

/* What is on the display where the control is, and close about it. */
static GdkPixbuf *
take (GtkWidget *widget, GtkWidget *window)
{
  GdkRectangle all = { 0, 0, gtk_widget_get_allocated_width (window),
                       gtk_widget_get_allocated_height (window) },
               at = border_box (widget, window);

  at =
      (GdkRectangle){ at.x - AROUND, at.y - AROUND, at.width + 2 * AROUND, at.height + 2 * AROUND };
  gdk_rectangle_intersect (&at, &all, &at);
  return gdk_pixbuf_get_from_window (gtk_widget_get_window (window), at.x, at.y, at.width,
                                     at.height);
}

/* How many pixels change clearly. */
static guint
changed (const GdkPixbuf *a, const GdkPixbuf *b)
{
  guint n = 0;

  for (int y = 0; y < gdk_pixbuf_get_height (a); y++)
    for (int x = 0; x < gdk_pixbuf_get_width (a); x++) {
      const guint8 *p = pixel (a, x, y), *q = pixel (b, x, y);

      if ((p[0] != q[0] || p[1] != q[1] || p[2] != q[2]) &&
          ratio (luminance (p[0], p[1], p[2]), luminance (q[0], q[1], q[2])) >= 3)
        n++;
    }
  return n;
}

/* What decides how the focus looks on a control: each such kind is looked at once. */
static char *
kind_of (Audit *a, GtkWidget *widget)
{
  GtkWidgetPath *path = gtk_widget_get_path (widget);
  g_autofree char *line = gtk_widget_path_to_string (path);

  return g_strdup_printf ("%u %u %s", a->shot->contrast, a->shot->size, line);
}

static void
check_focus (Audit *a, const Part *p, GtkWidget *other)
{
  GtkWindow *window = GTK_WINDOW (a->window);
  g_autoptr (GdkPixbuf) without = NULL, with = NULL;

  if (other == NULL)
    return;                             /* the only one always has it */
  gtk_window_set_focus (window, other); /* it always is somewhere */
  settle (a->window);
  without = take (p->widget, a->window);
  gtk_window_set_focus (window, p->widget);
  settle (a->window);
  with = take (p->widget, a->window);
  /* at least a line along its edges */
  if (changed (without, with) < (guint)(p->box.width + p->box.height))
    audit_problem (a, "“%s” does not show the focus (%u pixels change)", p->brief,
                   changed (without, with));
}

static GtkWidget *
another_control (GArray *parts, const Part *than)
{
  for (guint i = 0; i < parts->len; i++) {
    const Part *p = &g_array_index (parts, Part, i);

    if (p != than && p->kind == PART_CONTROL && gtk_widget_is_sensitive (p->widget) &&
        gtk_widget_get_can_focus (p->widget))
      return p->widget;
  }
  return NULL;
}

void
audit_focus (Audit *a, GArray *parts)
{
  GtkWindow *window = GTK_WINDOW (a->window);
  GtkWidget *before = gtk_window_get_focus (window);

  gtk_window_set_focus_visible (window, TRUE);
  for (guint i = 0; i < parts->len; i++) {
    const Part *p = &g_array_index (parts, Part, i);

    GdkRectangle seen = p->box; /* one that is not has been reported */

    if (p->kind == PART_CONTROL && clip (a->pixels, &seen) && gtk_widget_is_sensitive (p->widget) &&
        gtk_widget_get_can_focus (p->widget) &&
        g_hash_table_add (a->focus_seen, kind_of (a, p->widget)))
      check_focus (a, p, another_control (parts, p));
  }
  gtk_window_set_focus (window, before);
  gtk_window_set_focus_visible (window, FALSE);
}
