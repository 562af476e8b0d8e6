/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Closing, third step: for good? */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaCloseConfirmScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaCloseConfirmScreen, tabella_close_confirm_screen,
                     TABELLA_TYPE_REPORT_SCREEN)

static const char *
who_first (TabellaRole role)
{
  switch (role) {
  case TABELLA_ROLE_BOOTH:
    return _ ("First ask the desk: everyone who has a ticket must have voted. After closing, no "
              "ticket can be used at this booth.");
  case TABELLA_ROLE_DESK:
    return _ ("First let everyone come in who is in the queue. After closing, this desk gives no "
              "more tickets; tickets that it gave can still be used at the booths.");
  case TABELLA_ROLE_COMBINED:
  case TABELLA_ROLE_SPARE:
  default:
    return _ ("First let everyone vote who is in the queue. After closing, nobody can vote on this "
              "tablet any more.");
  }
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);

  tabella_report_screen_set_words (
      self, _ ("Closing, step 3 of 4: close for good?"),
      who_first (tabella_station_status (tabella_screen_view_station (v))->role));
  tabella_report_screen_add_line (self, _ ("This cannot be undone."), "bad");
}

static const char *
back_label (TabellaScreenView *v)
{
  return _ ("Back");
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Close for good");
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;
  gboolean ok = tabella_export_close (tabella_kiosk_station (kiosk), &error);

  tabella_kiosk_conclude (kiosk, ok, TABELLA_EV_CONFIRM, error);
}

static void
tabella_close_confirm_screen_class_init (TabellaCloseConfirmScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->back_label = back_label;
  screen->next_label = next_label;
  screen->next = next;
}

static void
tabella_close_confirm_screen_init (TabellaCloseConfirmScreen *self)
{
}
