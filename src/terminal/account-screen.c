/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After a crash, a power cut or a lock in mid-vote: what was and was not recorded. */
#include <glib/gi18n.h>
#include "account.h"
#include "officer-screens.h"
#include "totals.h"

struct _TabellaAccountScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaAccountScreen, tabella_account_screen, TABELLA_TYPE_REPORT_SCREEN)

static void
add_given (TabellaReportScreen *self, guint given)
{
  g_autofree char *line = NULL;

  if (given == 0) {
    tabella_report_screen_add_line (
        self, _ ("Everyone who was checked in here has voted or left: their records say so."),
        "small");
    return;
  }
  line = g_strdup_printf (
      ngettext ("%u voter was checked in and has not voted. Look that number up again: the answer "
                "is “may vote now”.",
                "%u voters were checked in and have not voted. Look their numbers up again: the "
                "answer is “may vote now”.",
                given),
      given);
  tabella_report_screen_add_line (self, line, "bad");
}

static void
add_booth (TabellaReportScreen *self, const TabellaAccount *a)
{
  g_autofree char *line = NULL;

  tabella_report_screen_add_line (
      self,
      _ ("Whoever was voting here uses the same ticket again: it is refused as used if the ballot "
         "was recorded, and good if it was not."),
      "bad");
  if (a->checking == 0)
    return;
  line = g_strdup_printf (
      ngettext ("%u ticket was used to check this machine and has no cast ballot yet: it goes on "
                "where it was.",
                "%u tickets were used to check this machine and have no cast ballot yet: they go "
                "on where they were.",
                a->checking),
      a->checking);
  tabella_report_screen_add_line (self, line, "small");
}

static void
say (TabellaReportScreen *self, const TabellaAccount *a)
{
  tabella_report_screen_set_words (
      self,
      a->crashed ? _ ("This tablet stopped without being locked")
                 : _ ("This tablet was locked while a voter was here"),
      a->votes ? _ ("What was recorded is safe. A ballot that was being chosen and was not cast is "
                    "recorded nowhere.")
               : _ ("What was recorded is safe."));
  tabella_totals_add (self);
  if (a->checks_in && a->votes)
    add_given (self, a->given);
  else if (a->checks_in)
    tabella_report_screen_add_line (
        self,
        _ ("If the last voter stands here without a ticket: look the number up again. If a ticket "
           "was given already, give a provisional ballot."),
        "bad");
  else
    add_booth (self, a);
  if (a->recovered)
    tabella_report_screen_add_line (
        self, _ ("One write was cut in the middle and was undone: it counts as not done."),
        "small");
}

static void
enter (TabellaScreenView *v)
{
  g_autoptr (GError) error = NULL;
  TabellaAccount account;

  if (tabella_station_account (tabella_screen_view_station (v), &account, &error))
    say (TABELLA_REPORT_SCREEN (v), &account);
  else
    tabella_kiosk_notice_error (tabella_screen_view_kiosk (v), error);
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Read: go on");
}

static void
next (TabellaScreenView *v)
{
  tabella_station_account_read (tabella_screen_view_station (v));
  tabella_kiosk_enter_after_unlock (tabella_screen_view_kiosk (v));
}

static void
tabella_account_screen_class_init (TabellaAccountScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
  screen->next = next;
}

static void
tabella_account_screen_init (TabellaAccountScreen *self)
{
}
