/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the poll was closed: what is on the paper too. */
#include <glib/gi18n.h>
#include "closing-lines.h"
#include "documents.h"
#include "officer-screens.h"

struct _TabellaClosingReportScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaClosingReportScreen, tabella_closing_report_screen,
                     TABELLA_TYPE_REPORT_SCREEN)

static TabellaPaper *
paper (TabellaScreenView *v, GError **error)
{
  return tabella_document_closing (tabella_screen_view_kiosk (v), error);
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  TabellaClosing c;

  tabella_report_screen_set_words (self, _ ("Closing report"), NULL);
  if (!tabella_station_closing (tabella_screen_view_station (v), &c, &error)) {
    tabella_kiosk_notice_error (kiosk, error);
    return;
  }
  lines = tabella_closing_report (kiosk, &c);
  for (guint i = 0; i < lines->len; i++) {
    const TabellaClosingLine *line = lines->pdata[i];

    tabella_report_screen_add_line (self, line->text, line->alarm ? "small-bad" : "small");
  }
  tabella_report_screen_offer_print (self, paper);
}

static const char *
back_label (TabellaScreenView *v)
{
  return _ ("Back");
}

static void
tabella_closing_report_screen_class_init (TabellaClosingReportScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->back_label = back_label;
}

static void
tabella_closing_report_screen_init (TabellaClosingReportScreen *self)
{
}
