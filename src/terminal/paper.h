/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A document of one column, for an office printer's sheets or a receipt printer's roll. It is drawn
 * as a PDF by cairo alone: no display is needed and no printer asked. Nothing in it, its metadata
 * included, tells the time unless it is added as a text. */
typedef struct _TabellaPaper TabellaPaper;

typedef enum {
  TABELLA_PAPER_TITLE,
  TABELLA_PAPER_HEADING,
  TABELLA_PAPER_TEXT,
  TABELLA_PAPER_SMALL,
  /* letters of one width: */
  TABELLA_PAPER_MACHINE, /* for machines, broken anywhere */
  TABELLA_PAPER_CODE,    /* for people, in one line if that can be */
  TABELLA_PAPER_BIG_CODE,
  TABELLA_N_PAPER_STYLES
} TabellaPaperStyle;

/* @language: a tag; decides how Han characters look and, by its script, on which side lines begin.
 * @practice: the word that makes a practice document look like another product on every page,
 * translated; NULL for a real one. */
TabellaPaper *tabella_paper_new (const char *language, const char *practice);
/* Wipes its texts: a ticket is among them. */
void tabella_paper_free (TabellaPaper *paper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaPaper, tabella_paper_free)

/* All texts are UTF-8 of any script; lines are broken where they must be. NULL adds nothing. */
void tabella_paper_add_text (TabellaPaper *paper, TabellaPaperStyle style, const char *text);
/* What it is on one side, its value on the other. */
void tabella_paper_add_row (TabellaPaper *paper, const char *name, const char *value);
void tabella_paper_add_number (TabellaPaper *paper, const char *name, guint number);
/* A QR symbol; a text too long for one adds nothing. */
void tabella_paper_add_qr (TabellaPaper *paper, const char *text);
/* A line to sign on, and below it who. */
void tabella_paper_add_signature (TabellaPaper *paper, const char *who);
void tabella_paper_add_space (TabellaPaper *paper);

/* The pages. @width, @height: of a sheet, in millimetres; @height 0 for a roll, of which as much is
 * used as is needed. A sheet under 120 mm wide has a roll's text sizes. *@height_used (may be
 * NULL): of a page, in millimetres. NULL with G_IO_ERROR_FAILED: cairo's own reason, or a sheet so
 * small that nothing can be on it. */
GBytes *tabella_paper_pdf (const TabellaPaper *paper, double width, double height,
                           double *height_used, GError **error);
