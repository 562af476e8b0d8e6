/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <pango/pangocairo.h>
#include "paper.h"
#include "qr.h"

/* Between paper.c (what is on it), paper-arrange.c (where) and paper-draw.c (how). */
typedef enum { BLOCK_TEXT, BLOCK_ROW, BLOCK_QR, BLOCK_SIGNATURE, BLOCK_SPACE } BlockKind;
typedef struct {
  BlockKind kind;
  TabellaPaperStyle style;
  char *text, *value;
} Block;

struct _TabellaPaper {
  char *language, *practice;
  GPtrArray *blocks; /* Block */
};

#define MM           (72.0 / 25.4) /* a millimetre in PDF's points */
#define SIGNING_ROOM (15 * MM)

/* What stays whole: a line of text, a row, a symbol. */
typedef struct {
  const Block *block;
  PangoLayout *layout; /* all but symbols and spaces */
  PangoLayout *value;  /* rows */
  gboolean stacked;    /* the value below the name */
  int line;            /* of a text's layout */
  TabellaQr *qr;
  double y, height, gap; /* on its page; gap: above it, but not at the top of a page */
  guint page;
} Piece;

typedef struct {
  const TabellaPaper *paper;
  cairo_t *cr;
  gboolean roll, right_to_left;
  double width, height, margin, band; /* of a page, in points; band: practice's, top and bottom */
  GArray *pieces;                     /* Piece */
  guint n_pages;
} Sheet;

void tabella_sheet_clear (Sheet *s);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sheet, tabella_sheet_clear)

double tabella_sheet_inner (const Sheet *s);
double tabella_sheet_points (const Sheet *s, TabellaPaperStyle style);
PangoLayout *
tabella_sheet_layout (const Sheet *s, TabellaPaperStyle style, double size, const char *text);
double tabella_layout_width (PangoLayout *layout);
double tabella_layout_height (PangoLayout *layout);
/* Cuts the document into pieces and sets them on pages; @s has its page's measures. */
void tabella_sheet_arrange (Sheet *s);
