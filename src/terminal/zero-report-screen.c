/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The empty box, for everyone present to see; then the poll opens. */
#include <glib/gi18n.h>
#include "codes.h"
#include "day.h"
#include "documents.h"
#include "officer-screens.h"

struct _TabellaZeroReportScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaZeroReportScreen, tabella_zero_report_screen,
                     TABELLA_TYPE_REPORT_SCREEN)

static TabellaPaper *
paper (TabellaScreenView *v, GError **error)
{
  return tabella_document_zero_report (tabella_screen_view_kiosk (v), error);
}

/* Too early is said before the poll is open, not only afterwards; it forbids nothing. */
static void
add_hours (TabellaReportScreen *self, TabellaStation *station)
{
  g_autofree char *line = NULL;
  TabellaHoursState hours;

  tabella_station_hours (station, &hours);
  if (hours.now != TABELLA_HOURS_BEFORE || hours.changed != NULL)
    return;
  line = g_strdup_printf (_ ("This station opens at %s."), hours.open);
  tabella_report_screen_add_line (self, line, "bad");
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);
  TabellaStation *station = tabella_screen_view_station (v);
  const TabellaManifest *m = tabella_station_manifest (station);
  g_autofree char *transcript = tabella_short_code (tabella_station_keys (station)->transcript);
  g_autofree char *numbers = NULL;
  g_autoptr (GError) error = NULL;
  TabellaCounts counts;

  tabella_report_screen_set_words (self, _ ("Zero report"), m->election->name);
  if (!tabella_station_counts (station, &counts, &error)) {
    tabella_kiosk_notice_error (tabella_screen_view_kiosk (v), error);
    return;
  }
  numbers = g_strdup_printf (_ ("Checked in: %u    Cast: %u    Checked ballots: %u"),
                             counts.checked_in, counts.cast, counts.challenged);
  tabella_report_screen_add_line (self, numbers, "lead");
  tabella_report_screen_add_line (self, _ ("Trustees' transcript (as on the signed paper)"),
                                  "small");
  tabella_report_screen_add_line (self, transcript, "code");
  add_hours (self, station);
  tabella_report_screen_offer_print (self, paper);
}

static const char *
back_label (TabellaScreenView *v)
{
  return _ ("Back");
}
static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Open the poll");
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;
  gboolean ok = tabella_station_open_poll (tabella_screen_view_station (v), &error);

  tabella_kiosk_conclude (kiosk, ok, TABELLA_EV_OPEN, error);
}

static void
tabella_zero_report_screen_class_init (TabellaZeroReportScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->back_label = back_label;
  screen->next_label = next_label;
  screen->next = next;
}

static void
tabella_zero_report_screen_init (TabellaZeroReportScreen *self)
{
}
