/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the roll says of an ID, in plain words with one obvious next step. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaAnswerScreen {
  TabellaReportScreen parent_instance;
  guint style; /* place in the station's styles */
};

G_DEFINE_FINAL_TYPE (TabellaAnswerScreen, tabella_answer_screen, TABELLA_TYPE_REPORT_SCREEN)

/* The check-in that Next stands for; FREE: none, only back. */
static TabellaCheckinKind
main_step (const TabellaAnswer *a)
{
  switch (a->kind) {
  case TABELLA_ANSWER_ON_ROLL:
  case TABELLA_ANSWER_LEFT:
    return TABELLA_CHECKIN_ROLL;
  case TABELLA_ANSWER_NOT_ON_ROLL:
    return a->may_walk_in       ? TABELLA_CHECKIN_WALKIN
           : a->may_provisional ? TABELLA_CHECKIN_PROVISIONAL
                                : TABELLA_CHECKIN_FREE;
  case TABELLA_ANSWER_ALREADY:
  case TABELLA_ANSWER_OTHER_STATION:
    return a->may_provisional ? TABELLA_CHECKIN_PROVISIONAL : TABELLA_CHECKIN_FREE;
  case TABELLA_ANSWER_OTHER_LANE:
  case TABELLA_ANSWER_NUMBER_INVALID:
  case TABELLA_ANSWER_PROVISIONAL_DONE:
  default:
    return TABELLA_CHECKIN_FREE;
  }
}

static guint16
style_of (TabellaAnswerScreen *self, const TabellaAnswer *a)
{
  TabellaStation *station = tabella_screen_view_station (TABELLA_SCREEN_VIEW (self));
  const TabellaStationInfo *info;

  if (a->kind == TABELLA_ANSWER_ON_ROLL || a->kind == TABELLA_ANSWER_LEFT)
    return a->style;
  info = tabella_election_station (tabella_station_manifest (station)->election,
                                   tabella_station_status (station)->station);
  return g_array_index (info->styles, guint16, self->style);
}

static void
give (TabellaAnswerScreen *self, TabellaCheckinKind kind)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  const TabellaAnswer *a = tabella_kiosk_answer (kiosk);
  g_autoptr (GError) error = NULL;
  guint8 ticket[TABELLA_TICKET_SHORT];

  if (!tabella_checkin_give (tabella_kiosk_station (kiosk), a, kind, style_of (self, a), ticket,
                             &error)) {
    tabella_kiosk_notice_error (kiosk, error);
    return;
  }
  tabella_kiosk_set_ticket (kiosk, ticket);
  tabella_kiosk_take_answer (kiosk, NULL);
  tabella_kiosk_take (kiosk, TABELLA_EV_TICKET);
}

static void
on_provisional_clicked (GtkButton *button, TabellaAnswerScreen *self)
{
  give (self, TABELLA_CHECKIN_PROVISIONAL);
}

static void
on_style_clicked (GtkToggleButton *button, TabellaAnswerScreen *self)
{
  if (gtk_toggle_button_get_active (button))
    self->style = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "style"));
}

/* Where nobody's roll entry says which ballot it is and the station has several: the officer
 * chooses. */
static void
add_styles (TabellaAnswerScreen *self, const TabellaAnswer *a)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  TabellaStation *station = tabella_kiosk_station (kiosk);
  const TabellaElection *e = tabella_station_manifest (station)->election;
  const TabellaStationInfo *info =
      tabella_election_station (e, tabella_station_status (station)->station);
  GtkWidget *group = NULL;

  if (main_step (a) == TABELLA_CHECKIN_FREE || main_step (a) == TABELLA_CHECKIN_ROLL ||
      info->styles->len < 2)
    return;
  for (guint i = 0; i < info->styles->len; i++) {
    const TabellaStyle *style =
        tabella_election_style (e, g_array_index (info->styles, guint16, i));
    GtkWidget *radio = gtk_radio_button_new_with_label_from_widget (
        GTK_RADIO_BUTTON (group), tabella_kiosk_text (kiosk, style->title));

    group = group != NULL ? group : radio;
    g_object_set_data (G_OBJECT (radio), "style", GUINT_TO_POINTER (i));
    g_signal_connect (radio, "toggled", G_CALLBACK (on_style_clicked), self);
    tabella_report_screen_add_widget (TABELLA_REPORT_SCREEN (self), radio);
  }
}

static void
say_on_roll (TabellaReportScreen *self, TabellaKiosk *kiosk, const TabellaAnswer *a,
             const char *title)
{
  const TabellaStyle *style = tabella_election_style (
      tabella_station_manifest (tabella_kiosk_station (kiosk))->election, a->style);
  g_autofree char *ballot =
      g_strdup_printf (_ ("Ballot: %s"), tabella_kiosk_text (kiosk, style->title));

  tabella_report_screen_set_words (
      self, title, _ ("Compare the name with the ID, letter by letter. Nothing is recorded yet."));
  if (a->name != NULL)
    tabella_report_screen_add_line (self, a->name, "big");
  tabella_report_screen_add_line (self, ballot, "lead");
}

static void
say_lane (TabellaReportScreen *self, const TabellaAnswer *a)
{
  g_autofree char *digits = tabella_lane_text (a->lane),
                  *line = g_strdup_printf (_ ("That desk serves numbers that end in %s."), digits);

  tabella_report_screen_set_words (self, _ ("Another desk of this station serves this number"),
                                   a->lane != 0 ? line : "");
}

static void
say_answer (TabellaReportScreen *self, TabellaKiosk *kiosk, const TabellaAnswer *a)
{
  switch (a->kind) {
  case TABELLA_ANSWER_ON_ROLL:
    say_on_roll (self, kiosk, a, _ ("On the roll: may vote"));
    break;
  case TABELLA_ANSWER_LEFT:
    say_on_roll (self, kiosk, a, _ ("Was here and left without voting: may vote now"));
    break;
  case TABELLA_ANSWER_ALREADY:
    tabella_report_screen_set_words (
        self, _ ("Has already voted here"),
        _ ("If the person says this is a mistake, someone may have been marked wrongly: a "
           "provisional ballot can be given, and the organisers decide."));
    break;
  case TABELLA_ANSWER_OTHER_LANE:
    say_lane (self, a);
    break;
  case TABELLA_ANSWER_OTHER_STATION:
    tabella_report_screen_set_words (
        self, _ ("On the roll of another station"),
        a->place != NULL ? a->place : _ ("Please ask the organisers' line which one."));
    break;
  case TABELLA_ANSWER_NOT_ON_ROLL:
    tabella_report_screen_set_words (
        self, _ ("Not on the roll here"),
        a->may_walk_in
            ? _ ("This election takes walk-ins. Check the ID and the number once more, then go on.")
        : a->may_provisional
            ? _ ("A provisional ballot can be given; the organisers decide whether it counts.")
            : _ ("This election takes nobody who is not on the roll. Check the number once more."));
    break;
  case TABELLA_ANSWER_NUMBER_INVALID:
    tabella_report_screen_set_words (
        self, _ ("This number cannot be right"),
        _ ("A letter or digit is wrong or missing. Compare it with the ID and type it again."));
    break;
  case TABELLA_ANSWER_PROVISIONAL_DONE:
  default:
    tabella_report_screen_set_words (
        self, _ ("A provisional ballot was already given to this person here"),
        _ ("Nothing more can be given."));
    break;
  }
}

static void
enter (TabellaScreenView *v)
{
  TabellaAnswerScreen *self = TABELLA_ANSWER_SCREEN (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  const TabellaAnswer *a = tabella_kiosk_answer (kiosk);

  if (a == NULL)
    return;
  say_answer (TABELLA_REPORT_SCREEN (v), kiosk, a);
  add_styles (self, a);
  if (a->may_provisional && main_step (a) != TABELLA_CHECKIN_PROVISIONAL)
    tabella_report_screen_add_action (TABELLA_REPORT_SCREEN (v),
                                      _ ("Name differs: provisional ballot"), NULL,
                                      G_CALLBACK (on_provisional_clicked));
}

static const char *
back_label (TabellaScreenView *v)
{
  return _ ("Back");
}

static const char *
next_label (TabellaScreenView *v)
{
  const TabellaAnswer *a = tabella_kiosk_answer (tabella_screen_view_kiosk (v));

  switch (a != NULL ? main_step (a) : TABELLA_CHECKIN_FREE) {
  case TABELLA_CHECKIN_ROLL:
    return _ ("Same name: check in");
  case TABELLA_CHECKIN_WALKIN:
    return _ ("Check in as a walk-in");
  case TABELLA_CHECKIN_PROVISIONAL:
    return _ ("Give a provisional ballot");
  case TABELLA_CHECKIN_FREE:
  case TABELLA_CHECKIN_PAPER:
  default:
    return NULL;
  }
}

static void
next (TabellaScreenView *v)
{
  const TabellaAnswer *a = tabella_kiosk_answer (tabella_screen_view_kiosk (v));

  if (a != NULL && main_step (a) != TABELLA_CHECKIN_FREE)
    give (TABELLA_ANSWER_SCREEN (v), main_step (a));
}

static void
tabella_answer_screen_class_init (TabellaAnswerScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->back_label = back_label;
  screen->next_label = next_label;
  screen->next = next;
}

static void
tabella_answer_screen_init (TabellaAnswerScreen *self)
{
}
