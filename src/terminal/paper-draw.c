/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws a document's pages. */
#include "paper-private.h"

#include <cairo-pdf.h>
#include <gio/gio.h>
#include "language.h"

#define ROLL_WIDTH  120.0 /* millimetres, as is what follows */
#define LEAST_WIDTH 40.0
#define LEAST_SHEET 80.0

static void
draw_qr (const Sheet *s, const Piece *p)
{
  double module = p->height / p->qr->size;
  double x = s->roll            ? (s->width - p->height) / 2
             : s->right_to_left ? s->width - s->margin - p->height
                                : s->margin;

  cairo_save (s->cr);
  cairo_translate (s->cr, x, p->y);
  cairo_set_source_rgb (s->cr, 1, 1, 1);
  cairo_rectangle (s->cr, 0, 0, p->height, p->height);
  cairo_fill (s->cr);
  cairo_set_source_rgb (s->cr, 0, 0, 0);
  for (guint y = 0; y < p->qr->size; y++)
    for (guint from = 0, to; from < p->qr->size; from = to + 1) {
      for (to = from; to < p->qr->size && p->qr->dark[y * p->qr->size + to] != 0;)
        to++;
      if (to > from) /* one rectangle a run: no hair lines between its modules */
        cairo_rectangle (s->cr, from * module, y * module, (to - from) * module, module);
    }
  cairo_fill (s->cr);
  cairo_restore (s->cr);
}

/* A line of a layout where lines begin between @left and @left + @width: pango alone would put a
 * Latin line of a mirrored document on the other side. */
static void
draw_at (const Sheet *s, PangoLayoutIter *at, double left, double width, double y)
{
  PangoRectangle extents;
  double x;

  pango_layout_iter_get_line_extents (at, NULL, &extents);
  x = s->right_to_left ? width - (double)extents.width / PANGO_SCALE
                       : (double)extents.x / PANGO_SCALE;
  cairo_move_to (s->cr, left + x,
                 y + (double)(pango_layout_iter_get_baseline (at) - extents.y) / PANGO_SCALE);
  pango_cairo_show_layout_line (s->cr, pango_layout_iter_get_line_readonly (at));
}

static void
draw_line (const Sheet *s, const Piece *p)
{
  PangoLayoutIter *at = pango_layout_get_iter (p->layout);

  for (int i = 0; i < p->line; i++)
    pango_layout_iter_next_line (at);
  draw_at (s, at, s->margin, tabella_sheet_inner (s), p->y);
  pango_layout_iter_free (at);
}

static void
draw_layout (const Sheet *s, PangoLayout *layout, double left, double width, double y)
{
  PangoLayoutIter *at = pango_layout_get_iter (layout);
  PangoRectangle extents;

  do {
    pango_layout_iter_get_line_extents (at, NULL, &extents);
    draw_at (s, at, left, width, y + (double)extents.y / PANGO_SCALE);
  } while (pango_layout_iter_next_line (at));
  pango_layout_iter_free (at);
}

static void
draw_rule (const Sheet *s, double y, double width)
{
  cairo_set_line_width (s->cr, width);
  cairo_move_to (s->cr, s->margin, y);
  cairo_line_to (s->cr, s->width - s->margin, y);
  cairo_stroke (s->cr);
}

/* The name begins where lines begin, the value ends where they end. */
static void
draw_row (const Sheet *s, const Piece *p)
{
  double width = tabella_sheet_inner (s), wide = tabella_layout_width (p->value),
         rest = width - wide;

  if (p->stacked) {
    draw_layout (s, p->layout, s->margin, width, p->y);
    draw_layout (s, p->value, s->margin, width, p->y + tabella_layout_height (p->layout));
  } else {
    draw_layout (s, p->layout, s->right_to_left ? s->margin + wide : s->margin, rest, p->y);
    draw_layout (s, p->value, s->right_to_left ? s->margin : s->margin + rest, wide, p->y);
  }
  draw_rule (s, p->y + p->height, 0.3);
}

static void
draw_piece (const Sheet *s, const Piece *p)
{
  cairo_set_source_rgb (s->cr, 0, 0, 0);
  switch (p->block->kind) {
  case BLOCK_TEXT:
    draw_line (s, p);
    break;
  case BLOCK_ROW:
    draw_row (s, p);
    break;
  case BLOCK_QR:
    draw_qr (s, p);
    break;
  case BLOCK_SIGNATURE:
    draw_rule (s, p->y + SIGNING_ROOM, 0.8);
    draw_layout (s, p->layout, s->margin, tabella_sheet_inner (s), p->y + SIGNING_ROOM);
    break;
  case BLOCK_SPACE:
  default:
    break;
  }
}

static void
draw_band (const Sheet *s, PangoLayout *word, double y)
{
  const double height = s->band;

  cairo_save (s->cr);
  cairo_rectangle (s->cr, 0, y, s->width, height);
  cairo_clip (s->cr);
  cairo_set_source_rgb (s->cr, 0, 0, 0);
  cairo_set_line_width (s->cr, height * 0.3);
  for (double x = -height; x < s->width + height; x += height * 0.9) {
    cairo_move_to (s->cr, x, y + height);
    cairo_line_to (s->cr, x + height, y);
  }
  cairo_stroke (s->cr);
  cairo_restore (s->cr);
  cairo_set_source_rgb (s->cr, 1, 1, 1);
  cairo_rectangle (s->cr, (s->width - tabella_layout_width (word)) / 2 - height * 0.4, y - 1,
                   tabella_layout_width (word) + height * 0.8, height + 2);
  cairo_fill (s->cr);
  cairo_set_source_rgb (s->cr, 0, 0, 0);
  cairo_move_to (s->cr, (s->width - tabella_layout_width (word)) / 2,
                 y + (height - tabella_layout_height (word)) / 2);
  pango_cairo_show_layout (s->cr, word);
}

/* Striped bands, and the word in outlines across the page: thermal printers have no grey. */
static void
draw_practice (const Sheet *s)
{
  g_autoptr (PangoLayout) word =
      tabella_sheet_layout (s, TABELLA_PAPER_HEADING, s->band * 0.6, s->paper->practice);
  g_autoptr (PangoLayout) across =
      tabella_sheet_layout (s, TABELLA_PAPER_HEADING, 100, s->paper->practice);
  double scale = s->width * 0.8 / tabella_layout_width (across);

  for (double y = s->width * 0.6; y < s->height; y += s->width * 1.1) {
    cairo_save (s->cr);
    cairo_translate (s->cr, s->width / 2, y);
    cairo_rotate (s->cr, -G_PI / 5);
    cairo_scale (s->cr, scale, scale);
    cairo_move_to (s->cr, -tabella_layout_width (across) / 2, -tabella_layout_height (across) / 2);
    pango_cairo_layout_path (s->cr, across);
    cairo_set_source_rgb (s->cr, 0.6, 0.6, 0.6);
    cairo_set_line_width (s->cr, 0.7 / scale);
    cairo_stroke (s->cr);
    cairo_restore (s->cr);
  }
  draw_band (s, word, s->margin * 0.6);
  draw_band (s, word, s->height - s->margin * 0.6 - s->band);
}

/* Which page of how many: one that got lost is missed. */
static void
draw_number (const Sheet *s, guint page)
{
  g_autofree char *text = g_strdup_printf ("%u/%u", page + 1, s->n_pages);
  g_autoptr (PangoLayout) layout = tabella_sheet_layout (
      s, TABELLA_PAPER_SMALL, tabella_sheet_points (s, TABELLA_PAPER_SMALL), text);

  cairo_set_source_rgb (s->cr, 0, 0, 0);
  cairo_move_to (s->cr, (s->width - tabella_layout_width (layout)) / 2,
                 s->height - s->margin - s->band - tabella_layout_height (layout));
  pango_cairo_show_layout (s->cr, layout);
}

static void
draw_pages (const Sheet *s)
{
  guint at = 0;

  for (guint page = 0; page < s->n_pages; page++) {
    if (s->paper->practice != NULL)
      draw_practice (s);
    for (; at < s->pieces->len && g_array_index (s->pieces, Piece, at).page == page; at++)
      draw_piece (s, &g_array_index (s->pieces, Piece, at));
    if (s->n_pages > 1)
      draw_number (s, page);
    cairo_show_page (s->cr);
  }
}

static cairo_status_t
take_bytes (void *closure, const unsigned char *bytes, unsigned int length)
{
  g_byte_array_append (closure, bytes, length);
  return CAIRO_STATUS_SUCCESS;
}

GBytes *
tabella_paper_pdf (const TabellaPaper *paper, double width, double height, double *height_used,
                   GError **error)
{
  g_auto (Sheet) s = { .paper = paper, .width = width * MM, .height = height * MM };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cairo_surface_t *surface;
  cairo_status_t status;

  if (width < LEAST_WIDTH || (height > 0 && height < LEAST_SHEET)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "paper of %.0f x %.0f mm is too small",
                 width, height);
    return NULL;
  }
  s.roll = width < ROLL_WIDTH;
  s.margin = (s.roll ? 4 : 18) * MM;
  s.band = paper->practice != NULL ? (s.roll ? 7 : 10) * MM : 0;
  s.right_to_left = tabella_language_right_to_left (paper->language);
  surface = cairo_pdf_surface_create_for_stream (take_bytes, bytes, s.width, s.width);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
  s.cr = cairo_create (surface);
  tabella_sheet_arrange (&s);
  cairo_pdf_surface_set_size (surface, s.width, s.height);
  draw_pages (&s);
  cairo_surface_finish (surface);
  status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, cairo_status_to_string (status));
    return NULL;
  }
  if (height_used != NULL)
    *height_used = s.height / MM;
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}
