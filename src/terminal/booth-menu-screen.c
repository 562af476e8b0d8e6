/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The officers' menu at an open booth. */
#include <glib/gi18n.h>
#include "officer-screens.h"
#include "totals.h"

struct _TabellaBoothMenuScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaBoothMenuScreen, tabella_booth_menu_screen, TABELLA_TYPE_REPORT_SCREEN)

static void
take_from (TabellaBoothMenuScreen *self, TabellaEvent event)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), event);
}

static void
on_copy_clicked (GtkButton *button, TabellaBoothMenuScreen *self)
{
  take_from (self, TABELLA_EV_COPY);
}

static void
on_pause_clicked (GtkButton *button, TabellaBoothMenuScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  g_autoptr (GError) error = NULL;
  gboolean ok = tabella_station_pause (tabella_kiosk_station (kiosk), &error);

  tabella_kiosk_conclude (kiosk, ok, TABELLA_EV_PAUSE, error);
}

static void
on_close_clicked (GtkButton *button, TabellaBoothMenuScreen *self)
{
  take_from (self, TABELLA_EV_CLOSE);
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);

  tabella_report_screen_set_words (
      self, _ ("This booth is open"),
      _ ("Voters bring their tickets; no officer is needed for each of them."));
  tabella_totals_add (self);
  tabella_totals_add_cancelled (self);
  tabella_report_screen_add_action (self, _ ("Safety copy"), NULL, G_CALLBACK (on_copy_clicked));
  tabella_report_screen_add_action (self, _ ("Pause"), NULL, G_CALLBACK (on_pause_clicked));
  tabella_report_screen_add_action (self, _ ("Close the poll"), NULL,
                                    G_CALLBACK (on_close_clicked));
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Ready for voters");
}

static void
next (TabellaScreenView *v)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (v), TABELLA_EV_VOTER_READY);
}

static void
tabella_booth_menu_screen_class_init (TabellaBoothMenuScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
  screen->next = next;
}

static void
tabella_booth_menu_screen_init (TabellaBoothMenuScreen *self)
{
}
