/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The counts, and whether to close for good. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaCloseConfirmScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaCloseConfirmScreen, tabella_close_confirm_screen,
                     TABELLA_TYPE_REPORT_SCREEN)

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);
  g_autoptr (GError) error = NULL;
  TabellaCounts c;

  tabella_report_screen_set_words (self, _ ("Close the poll?"),
                                   _ ("First let everyone vote who is in the queue. After closing, "
                                      "nobody can vote on this tablet any more."));
  if (!tabella_station_counts (tabella_screen_view_station (v), &c, &error)) {
    tabella_kiosk_notice_error (tabella_screen_view_kiosk (v), error);
    return;
  }
  for (guint i = 0; i < 4; i++) {
    const char *const names[] = { _ ("Checked in"), _ ("Voted"), _ ("Left without voting"),
                                  _ ("Ballots in the box") };
    const guint32 numbers[] = { c.checked_in, c.voted, c.left + c.given, c.cast };
    g_autofree char *line = g_strdup_printf ("%s: %u", names[i], numbers[i]);

    tabella_report_screen_add_line (self, line, "lead");
  }
}

static const char *
back_label (TabellaScreenView *v)
{
  return _ ("Keep it open");
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
