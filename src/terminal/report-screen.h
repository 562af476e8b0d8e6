/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "print-button.h"
#include "screen.h"

/* A screen that tells something: words, lines, maybe a QR symbol and buttons. Subclasses fill it in
 * enter(). */
#define TABELLA_TYPE_REPORT_SCREEN (tabella_report_screen_get_type ())
G_DECLARE_DERIVABLE_TYPE (TabellaReportScreen, tabella_report_screen, TABELLA, REPORT_SCREEN,
                          TabellaScreenView)

struct _TabellaReportScreenClass {
  TabellaScreenViewClass parent_class;
};

void
tabella_report_screen_set_words (TabellaReportScreen *self, const char *title, const char *lead);
/* @style: a class of the style sheet ("lead", "code", "good", "bad"). */
void
tabella_report_screen_add_line (TabellaReportScreen *self, const char *text, const char *style);
void tabella_report_screen_add_widget (TabellaReportScreen *self, GtkWidget *widget);
void tabella_report_screen_set_qr (TabellaReportScreen *self, const char *text, const char *name);
GtkWidget *tabella_report_screen_add_action (TabellaReportScreen *self, const char *label,
                                             const char *style, GCallback callback);
/* A button "Print" after the others. */
void tabella_report_screen_offer_print (TabellaReportScreen *self, TabellaPrintPaper paper);
