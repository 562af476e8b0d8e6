/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cuts a document into pieces that stay whole and sets them on pages. */
#include "paper-private.h"

#define QR_SHEET     (60 * MM)
#define QR_ROLL      (62 * MM)
#define LEAST_HEIGHT (40 * MM) /* of what is printed on a roll */

static const char face[] =
    "Noto Sans,Noto Sans CJK HK,Noto Nastaliq Urdu,Noto Naskh Arabic,sans-serif";
static const char code_face[] = "Noto Sans Mono,monospace";

/* Points, on sheets and rolls. */
static const struct {
  double sheet, roll;
  gboolean bold;
} styles[TABELLA_N_PAPER_STYLES] = {
  [TABELLA_PAPER_TITLE] = { 22, 16, TRUE },    [TABELLA_PAPER_HEADING] = { 14, 12, TRUE },
  [TABELLA_PAPER_TEXT] = { 12, 10, FALSE },    [TABELLA_PAPER_SMALL] = { 10, 8.5, FALSE },
  [TABELLA_PAPER_MACHINE] = { 9, 8, FALSE },   [TABELLA_PAPER_CODE] = { 15, 14, TRUE },
  [TABELLA_PAPER_BIG_CODE] = { 32, 22, TRUE },
};

static void
piece_clear (gpointer data)
{
  Piece *p = data;

  g_clear_object (&p->layout);
  g_clear_object (&p->value);
  g_clear_pointer (&p->qr, tabella_qr_free);
}

void
tabella_sheet_clear (Sheet *s)
{
  g_clear_pointer (&s->pieces, g_array_unref);
  g_clear_pointer (&s->cr, cairo_destroy);
}

double
tabella_sheet_inner (const Sheet *s)
{
  return s->width - 2 * s->margin;
}

double
tabella_sheet_points (const Sheet *s, TabellaPaperStyle style)
{
  return s->roll ? styles[style].roll : styles[style].sheet;
}

PangoLayout *
tabella_sheet_layout (const Sheet *s, TabellaPaperStyle style, double size, const char *text)
{
  const gboolean code = style >= TABELLA_PAPER_MACHINE;
  PangoLayout *layout = pango_cairo_create_layout (s->cr);
  PangoContext *context = pango_layout_get_context (layout);
  PangoFontDescription *font = pango_font_description_from_string (code ? code_face : face);
  cairo_font_options_t *options = cairo_font_options_create ();
  PangoAttrList *attributes = pango_attr_list_new ();

  /* A hyphen that is not in a receipt's text would be copied with it. */
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options (context, options);
  pango_cairo_context_set_resolution (context, 72); /* a font's points are the PDF's */
  pango_context_set_language (context, pango_language_from_string (s->paper->language));
  pango_context_set_base_dir (context,
                              s->right_to_left ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
  pango_font_description_set_size (font, (int)(size * PANGO_SCALE));
  pango_font_description_set_weight (font,
                                     styles[style].bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_text (layout, text, -1);
  pango_attr_list_unref (attributes);
  pango_font_description_free (font);
  cairo_font_options_destroy (options);
  return layout;
}

double
tabella_layout_width (PangoLayout *layout)
{
  int width;

  pango_layout_get_size (layout, &width, NULL);
  return (double)width / PANGO_SCALE;
}

double
tabella_layout_height (PangoLayout *layout)
{
  int height;

  pango_layout_get_size (layout, NULL, &height);
  return (double)height / PANGO_SCALE;
}

/* A code is only read in one line: it gets smaller before it is broken. */
static PangoLayout *
text_layout (const Sheet *s, const Block *block)
{
  double size = tabella_sheet_points (s, block->style),
         least = tabella_sheet_points (s, TABELLA_PAPER_SMALL);
  PangoLayout *layout = tabella_sheet_layout (s, block->style, size, block->text);

  if (block->style >= TABELLA_PAPER_CODE)
    while (size > least && tabella_layout_width (layout) > tabella_sheet_inner (s)) {
      size = MAX (size - 0.5, least);
      g_object_unref (layout);
      layout = tabella_sheet_layout (s, block->style, size, block->text);
    }
  pango_layout_set_width (layout, (int)(tabella_sheet_inner (s) * PANGO_SCALE));
  return layout;
}

static void
add_text (Sheet *s, const Block *block)
{
  g_autoptr (PangoLayout) layout = text_layout (s, block);
  PangoLayoutIter *line = pango_layout_get_iter (layout);
  int n = 0;

  do {
    Piece p = { .block = block, .layout = g_object_ref (layout), .line = n++ };
    PangoRectangle extents;

    pango_layout_iter_get_line_extents (line, NULL, &extents);
    p.height = (double)extents.height / PANGO_SCALE;
    p.gap = n == 1 ? tabella_sheet_points (s, block->style) * 0.4 : 0;
    g_array_append_val (s->pieces, p);
  } while (pango_layout_iter_next_line (line));
  pango_layout_iter_free (line);
}

static void
add_row (Sheet *s, const Block *block)
{
  double size = tabella_sheet_points (s, TABELLA_PAPER_TEXT), width = tabella_sheet_inner (s), wide;
  Piece p = { .block = block, .gap = size * 0.3 };

  p.layout = tabella_sheet_layout (s, TABELLA_PAPER_TEXT, size, block->text);
  p.value = tabella_sheet_layout (s, TABELLA_PAPER_HEADING, size, block->value);
  wide = tabella_layout_width (p.value);
  p.stacked = wide > width * 0.55;
  pango_layout_set_width (p.layout, (int)((p.stacked ? width : width - wide - size) * PANGO_SCALE));
  if (p.stacked)
    pango_layout_set_width (p.value, (int)(width * PANGO_SCALE));
  p.height = p.stacked ? tabella_layout_height (p.layout) + tabella_layout_height (p.value)
                       : MAX (tabella_layout_height (p.layout), tabella_layout_height (p.value));
  p.height += size * 0.25;
  g_array_append_val (s->pieces, p);
}

/* Between the bands, above the page's number; without end on a roll. */
static double
room (const Sheet *s)
{
  return s->height > 0 ? s->height - 2 * (s->margin + s->band) -
                             tabella_sheet_points (s, TABELLA_PAPER_SMALL) * 2
                       : G_MAXDOUBLE;
}

static void
add_piece (Sheet *s, const Block *block)
{
  double size = tabella_sheet_points (s, TABELLA_PAPER_TEXT);
  Piece p = { .block = block };

  switch (block->kind) {
  case BLOCK_TEXT:
    add_text (s, block);
    return;
  case BLOCK_ROW:
    add_row (s, block);
    return;
  case BLOCK_QR:
    p.qr = tabella_qr_new (block->text, NULL);
    p.height = MIN (s->roll ? QR_ROLL : QR_SHEET, MIN (tabella_sheet_inner (s), room (s)));
    break;
  case BLOCK_SIGNATURE:
    p.layout = tabella_sheet_layout (s, TABELLA_PAPER_SMALL,
                                     tabella_sheet_points (s, TABELLA_PAPER_SMALL), block->text);
    pango_layout_set_width (p.layout, (int)(tabella_sheet_inner (s) * PANGO_SCALE));
    p.height = SIGNING_ROOM + tabella_layout_height (p.layout);
    break;
  case BLOCK_SPACE:
  default:
    p.height = size * 0.8;
    break;
  }
  g_array_append_val (s->pieces, p);
}

static void
set_pages (Sheet *s)
{
  const double top = s->margin + s->band, bottom = top + room (s);
  double y = top;

  s->n_pages = 1;
  for (guint i = 0; i < s->pieces->len; i++) {
    Piece *p = &g_array_index (s->pieces, Piece, i);

    if (y > top && y + p->gap + p->height > bottom) {
      s->n_pages++;
      y = top;
    }
    p->page = s->n_pages - 1;
    p->y = y > top ? y + p->gap : y;
    y = p->y + p->height;
  }
  if (s->height <= 0)
    s->height = MAX (y + 1.5 * s->margin + s->band, LEAST_HEIGHT);
}

void
tabella_sheet_arrange (Sheet *s)
{
  s->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  g_array_set_clear_func (s->pieces, piece_clear);
  for (guint i = 0; i < s->paper->blocks->len; i++)
    add_piece (s, s->paper->blocks->pdata[i]);
  set_pages (s);
}
