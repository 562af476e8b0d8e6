/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The day has ended and others follow: the totals to write down, a copy, and the lock. */
#include <glib/gi18n.h>
#include "day.h"
#include "documents.h"
#include "officer-screens.h"
#include "totals.h"

struct _TabellaEveningScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaEveningScreen, tabella_evening_screen, TABELLA_TYPE_REPORT_SCREEN)

static gboolean
needs_copy (TabellaScreenView *v)
{
  return tabella_station_uncopied (tabella_screen_view_station (v)) > 0;
}

static void
on_back_clicked (GtkButton *button, TabellaEveningScreen *self)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), TABELLA_EV_MORNING);
}

static TabellaPaper *
paper (TabellaScreenView *v, GError **error)
{
  return tabella_document_totals (tabella_screen_view_kiosk (v), error);
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);

  tabella_report_screen_set_words (
      self, _ ("The day has ended"),
      _ ("Write these totals on the station's sheet. On the next day this tablet must show the "
         "same ones."));
  tabella_totals_add (self);
  tabella_report_screen_add_line (
      self,
      needs_copy (v) ? _ ("Then make a safety copy, and keep the stick and this tablet apart.")
                     : _ ("The safety copy holds everything. Lock the tablet for the night."),
      "small");
  tabella_report_screen_add_action (self, _ ("A mistake: go on today"), NULL,
                                    G_CALLBACK (on_back_clicked));
  tabella_report_screen_offer_print (self, paper);
}

static const char *
next_label (TabellaScreenView *v)
{
  return needs_copy (v) ? _ ("Safety copy") : _ ("Lock for the night");
}

static void
next (TabellaScreenView *v)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (v),
                      needs_copy (v) ? TABELLA_EV_COPY : TABELLA_EV_LOCK);
}

static void
tabella_evening_screen_class_init (TabellaEveningScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
  screen->next = next;
}

static void
tabella_evening_screen_init (TabellaEveningScreen *self)
{
}
