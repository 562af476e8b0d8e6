/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Closing, second step: whether the records agree with each other and with the count. */
#include <glib/gi18n.h>
#include "closing-lines.h"
#include "officer-screens.h"

struct _TabellaCloseBalanceScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaCloseBalanceScreen, tabella_close_balance_screen,
                     TABELLA_TYPE_REPORT_SCREEN)

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  TabellaClosing c;

  tabella_report_screen_set_words (self, _ ("Closing, step 2 of 4: compare"),
                                   _ ("Write these numbers on the paper."));
  if (!tabella_station_closing (tabella_screen_view_station (v), &c, &error)) {
    tabella_kiosk_notice_error (kiosk, error);
    return;
  }
  lines = tabella_closing_balance (kiosk, &c);
  for (guint i = 0; i < lines->len; i++) {
    const TabellaClosingLine *line = lines->pdata[i];

    tabella_report_screen_add_line (self, line->text, line->alarm ? "bad" : "lead");
  }
  if (c.waiting > 0) {
    g_autofree char *text = g_strdup_printf (
        _ ("Checked in without a ballot, counted as left: %u. They can still vote if you keep "
           "the poll open."),
        c.waiting);

    tabella_report_screen_add_line (self, text, "small");
  }
}

static const char *
back_label (TabellaScreenView *v)
{
  return _ ("Back");
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Continue");
}

static void
tabella_close_balance_screen_class_init (TabellaCloseBalanceScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->back_label = back_label;
  screen->next_label = next_label;
}

static void
tabella_close_balance_screen_init (TabellaCloseBalanceScreen *self)
{
}
