/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The poll is paused. */
#include <glib/gi18n.h>
#include "day.h"
#include "officer-screens.h"
#include "totals.h"

struct _TabellaPausedScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaPausedScreen, tabella_paused_screen, TABELLA_TYPE_REPORT_SCREEN)

static void
on_copy_clicked (GtkButton *button, TabellaPausedScreen *self)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), TABELLA_EV_COPY);
}

static void
on_close_clicked (GtkButton *button, TabellaPausedScreen *self)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), TABELLA_EV_CLOSE);
}

static void
on_evening_clicked (GtkButton *button, TabellaPausedScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  g_autoptr (GError) error = NULL;
  gboolean ok = tabella_station_end_of_day (tabella_kiosk_station (kiosk), &error);

  tabella_kiosk_conclude (kiosk, ok, TABELLA_EV_EVENING, error);
}

static void
on_amend_clicked (GtkButton *button, TabellaPausedScreen *self)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), TABELLA_EV_AMEND);
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);
  TabellaHoursState hours;

  tabella_report_screen_set_words (self, _ ("The poll is paused"),
                                   _ ("Nobody can vote on this tablet until it is resumed."));
  tabella_totals_add (self);
  tabella_totals_add_cancelled (self);
  if (tabella_station_closed_by (tabella_screen_view_station (v)) != NULL)
    tabella_report_screen_add_line (
        self, _ ("This station is closed by the organisers: finish the queue, then close."), "bad");
  tabella_report_screen_add_action (self, _ ("Safety copy"), NULL, G_CALLBACK (on_copy_clicked));
  tabella_station_hours (tabella_screen_view_station (v), &hours);
  if (hours.more_days)
    tabella_report_screen_add_action (self, _ ("End of the day"), NULL,
                                      G_CALLBACK (on_evening_clicked));
  tabella_report_screen_add_action (self, _ ("Amendments"), NULL, G_CALLBACK (on_amend_clicked));
  tabella_report_screen_add_action (self, _ ("Close the poll"), NULL,
                                    G_CALLBACK (on_close_clicked));
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Resume");
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;
  gboolean ok = tabella_station_resume (tabella_kiosk_station (kiosk), &error);

  tabella_kiosk_conclude (kiosk, ok, TABELLA_EV_RESUME, error);
}

static void
tabella_paused_screen_class_init (TabellaPausedScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
  screen->next = next;
}

static void
tabella_paused_screen_init (TabellaPausedScreen *self)
{
}
