/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qr-view.h"

#include "qr.h"

#define LEAST_MM 42
#define WIDE_MM  62 /* that it likes to have beside words */

struct _TabellaQrView {
  GtkDrawingArea parent_instance;
  TabellaQr *qr;
};

G_DEFINE_TYPE (TabellaQrView, tabella_qr_view, GTK_TYPE_DRAWING_AREA)

static void
draw_modules (cairo_t *cr, const TabellaQr *qr, int scale)
{
  cairo_set_source_rgb (cr, 0, 0, 0);
  for (guint y = 0; y < qr->size; y++)
    for (guint x = 0; x < qr->size; x++)
      if (qr->dark[y * qr->size + x] != 0)
        cairo_rectangle (cr, x * scale, y * scale, scale, scale);
  cairo_fill (cr);
}

static gboolean
draw (GtkWidget *widget, cairo_t *cr)
{
  const TabellaQr *qr = TABELLA_QR_VIEW (widget)->qr;
  int width = gtk_widget_get_allocated_width (widget),
      height = gtk_widget_get_allocated_height (widget), scale, side;

  if (qr == NULL)
    return FALSE;
  scale = MAX (MIN (width, height) / (int)qr->size, 1);
  side = scale * (int)qr->size;
  cairo_translate (cr, (width - side) / 2, (height - side) / 2);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_rectangle (cr, 0, 0, side, side);
  cairo_fill (cr);
  draw_modules (cr, qr, scale);
  return FALSE;
}

static int
pixels (int mm)
{
  int dpi;

  g_object_get (gtk_settings_get_default (), "gtk-xft-dpi", &dpi, NULL);
  return mm * dpi / PANGO_SCALE * 10 / 254;
}

/* Two pixels a module can still be photographed; it draws itself as large as it may. */
static void
get_preferred_height (GtkWidget *widget, int *minimum, int *natural)
{
  const TabellaQr *qr = TABELLA_QR_VIEW (widget)->qr;

  *minimum = *natural = qr != NULL ? MAX (2 * (int)qr->size, pixels (LEAST_MM)) : 0;
}

static void
get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  get_preferred_height (widget, minimum, natural);
  *natural = MAX (*natural, *natural > 0 ? pixels (WIDE_MM) : 0);
}

static void
finalize (GObject *object)
{
  g_clear_pointer (&TABELLA_QR_VIEW (object)->qr, tabella_qr_free);
  G_OBJECT_CLASS (tabella_qr_view_parent_class)->finalize (object);
}

static void
tabella_qr_view_class_init (TabellaQrViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = finalize;
  widget_class->draw = draw;
  widget_class->get_preferred_width = get_preferred_width;
  widget_class->get_preferred_height = get_preferred_height;
  gtk_widget_class_set_accessible_role (widget_class, ATK_ROLE_IMAGE);
}

static void
tabella_qr_view_init (TabellaQrView *view)
{
}

void
tabella_qr_view_set_text (TabellaQrView *view, const char *text)
{
  g_clear_pointer (&view->qr, tabella_qr_free);
  if (text != NULL)
    view->qr = tabella_qr_new (text, NULL);
  gtk_widget_queue_resize (GTK_WIDGET (view));
}
