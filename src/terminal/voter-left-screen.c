/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help at the booth, selections hidden: go on, or end this voter's session. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaVoterLeftScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaVoterLeftScreen, tabella_voter_left_screen, TABELLA_TYPE_REPORT_SCREEN)

static void
on_end_clicked (GtkButton *button, TabellaVoterLeftScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  g_autoptr (GError) error = NULL;
  gboolean ok = tabella_session_end (tabella_kiosk_station (kiosk), &error);

  tabella_kiosk_conclude (kiosk, ok, TABELLA_EV_LEFT, error);
}

static void
on_reason_clicked (GtkButton *button, TabellaVoterLeftScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  const guint reason = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "reason"));
  g_autoptr (GError) error = NULL;
  gboolean ok =
      tabella_session_cancel (tabella_kiosk_station (kiosk), (TabellaCancel)reason, &error);

  tabella_kiosk_conclude (kiosk, ok, TABELLA_EV_LEFT, error);
}

/* The reasons in two columns; only how often each was touched is counted. */
static void
add_reasons (TabellaVoterLeftScreen *self)
{
  static const char *const words[TABELLA_N_CANCELS] = {
    [TABELLA_CANCEL_LEFT] = N_ ("The voter left: end without a ballot"),
    [TABELLA_CANCEL_HELP] = N_ ("The voter gets help elsewhere"),
    [TABELLA_CANCEL_MACHINE] = N_ ("The machine makes trouble"),
    [TABELLA_CANCEL_STYLE] = N_ ("It is the wrong ballot"),
    [TABELLA_CANCEL_OTHER] = N_ ("Another reason"),
  };
  GtkWidget *grid = gtk_grid_new ();

  gtk_style_context_add_class (gtk_widget_get_style_context (grid), "reasons");
  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  for (int i = 0; i < TABELLA_N_CANCELS; i++) {
    GtkWidget *button = gtk_button_new_with_label (_ (words[i]));

    gtk_widget_set_hexpand (button, TRUE);
    g_object_set_data (G_OBJECT (button), "reason", GUINT_TO_POINTER ((guint)i));
    g_signal_connect (button, "clicked", G_CALLBACK (on_reason_clicked), self);
    gtk_widget_show (button);
    gtk_grid_attach (GTK_GRID (grid), button, i == 0 ? 0 : (i - 1) % 2, (i + 1) / 2, i == 0 ? 2 : 1,
                     1);
  }
  tabella_report_screen_add_line (TABELLA_REPORT_SCREEN (self),
                                  _ ("Or end without a ballot, because:"), "small");
  tabella_report_screen_add_widget (TABELLA_REPORT_SCREEN (self), grid);
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
                : _ ("What was chosen is hidden from you and has not been cast."));
  if (uncertain)
    tabella_report_screen_add_action (self, _ ("End this session"), "destructive-action",
                                      G_CALLBACK (on_end_clicked));
  else
    add_reasons (TABELLA_VOTER_LEFT_SCREEN (v));
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
