/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help at the booth, selections hidden: go on, or end this voter's session. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaVoterLeftScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaVoterLeftScreen, tabella_voter_left_screen, TABELLA_TYPE_REPORT_SCREEN)

static void
on_left_clicked (GtkButton *button, TabellaVoterLeftScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  g_autoptr (GError) error = NULL;
  gboolean ok = tabella_session_end (tabella_kiosk_station (kiosk), &error);

  tabella_kiosk_conclude (kiosk, ok, TABELLA_EV_LEFT, error);
}

/* What the officer must do after a cast that may or may not have been recorded. */
static const char *
uncertain_words (TabellaScreenView *v)
{
  if (tabella_station_status (tabella_screen_view_station (v))->role == TABELLA_ROLE_BOOTH)
    return _ ("The storage failed while a ballot was recorded. End this session; then the same "
              "ticket is refused if the ballot was recorded, and good if it was not.");
  return _ ("The storage failed while a ballot was recorded. End this session, then look the voter "
            "up again: the answer says whether the ballot was recorded.");
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);
  gboolean uncertain = tabella_kiosk_uncertain (tabella_screen_view_kiosk (v));

  tabella_report_screen_set_words (
      self, _ ("A voter is in the middle of voting"),
      uncertain ? uncertain_words (v)
                : _ ("What was chosen is hidden from you and has not been cast. The voter can go "
                     "on, or has left."));
  tabella_report_screen_add_action (
      self, uncertain ? _ ("End this session") : _ ("The voter left: end without a ballot"),
      "destructive-action", G_CALLBACK (on_left_clicked));
}

static const char *
next_label (TabellaScreenView *v)
{
  return tabella_kiosk_uncertain (tabella_screen_view_kiosk (v)) ? NULL : _ ("The voter goes on");
}

static void
next (TabellaScreenView *v)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (v), TABELLA_EV_BACK);
}

static void
tabella_voter_left_screen_class_init (TabellaVoterLeftScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
  screen->next = next;
}

static void
tabella_voter_left_screen_init (TabellaVoterLeftScreen *self)
{
}
