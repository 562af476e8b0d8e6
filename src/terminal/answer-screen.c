/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the roll says of an ID, in plain words with one obvious next step. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaAnswerScreen {
  TabellaReportScreen parent_instance;
  guint style; /* place in the station's styles */
};

G_DEFINE_FINAL_TYPE (TabellaAnswerScreen, tabella_answer_screen, TABELLA_TYPE_REPORT_SCREEN)

/* The number was typed twice and the name still differs. */
static gboolean
is_other_name (const TabellaAnswer *a)
{
  return a->doubted && a->name != NULL && a->may_provisional;
}

/* The check-in that Next stands for; FREE: none. */
static TabellaCheckinKind
main_step (const TabellaAnswer *a)
{
  switch (a->kind) {
  case TABELLA_ANSWER_ON_ROLL:
  case TABELLA_ANSWER_LEFT:
    return is_other_name (a) ? TABELLA_CHECKIN_PROVISIONAL
           : a->may_walk_in  ? TABELLA_CHECKIN_WALKIN /* again, perhaps for another ballot */
                             : TABELLA_CHECKIN_ROLL;
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

static const TabellaStationInfo *
own_station (TabellaAnswerScreen *self)
{
  TabellaStation *station = tabella_screen_view_station (TABELLA_SCREEN_VIEW (self));

  return tabella_election_station (tabella_station_manifest (station)->election,
                                   tabella_station_status (station)->station);
}

static void
give (TabellaAnswerScreen *self, TabellaCheckinKind kind)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  const TabellaAnswer *a = tabella_kiosk_answer (kiosk);
  const guint16 style = kind == TABELLA_CHECKIN_ROLL
                            ? a->style
                            : g_array_index (own_station (self)->styles, guint16, self->style);
  g_autoptr (GError) error = NULL;
  guint8 ticket[TABELLA_TICKET_SHORT];

  if (!tabella_checkin_give (tabella_kiosk_station (kiosk), a, kind, style, ticket, &error)) {
    tabella_kiosk_notice_error (kiosk, error);
    return;
  }
  tabella_kiosk_set_ticket (kiosk, ticket);
  tabella_kiosk_set_provisional (kiosk, kind == TABELLA_CHECKIN_PROVISIONAL);
  tabella_kiosk_take_answer (kiosk, NULL);
  tabella_kiosk_take (kiosk, TABELLA_EV_TICKET);
}

static void
on_differs_clicked (GtkButton *button, TabellaAnswerScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));

  tabella_checkin_doubt (tabella_kiosk_station (kiosk), tabella_kiosk_answer (kiosk));
  tabella_kiosk_take (kiosk, TABELLA_EV_BACK);
}

static void
on_same_clicked (GtkButton *button, TabellaAnswerScreen *self)
{
  give (self, TABELLA_CHECKIN_ROLL);
}

static void
on_style_clicked (GtkToggleButton *button, TabellaAnswerScreen *self)
{
  if (gtk_toggle_button_get_active (button))
    self->style = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "style"));
}

/* Where nobody's roll entry says which ballot it is and the station has several: the officer
 * chooses. An earlier check-in's ballot is chosen already. */
static void
add_styles (TabellaAnswerScreen *self, const TabellaAnswer *a)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  const TabellaElection *e = tabella_station_manifest (tabella_kiosk_station (kiosk))->election;
  const GArray *styles = own_station (self)->styles;
  GtkWidget *group = NULL;

  if (main_step (a) == TABELLA_CHECKIN_FREE || main_step (a) == TABELLA_CHECKIN_ROLL)
    return;
  for (guint i = 0; i < styles->len; i++) {
    const guint16 index = g_array_index (styles, guint16, i);
    GtkWidget *radio;

    if (index == a->style && (a->name != NULL || a->kind == TABELLA_ANSWER_LEFT))
      self->style = i;
    if (styles->len < 2)
      return;
    radio = gtk_radio_button_new_with_label_from_widget (
        GTK_RADIO_BUTTON (group),
        tabella_kiosk_text (kiosk, tabella_election_style (e, index)->title));
    group = group != NULL ? group : radio;
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (radio), i == self->style);
    g_object_set_data (G_OBJECT (radio), "style", GUINT_TO_POINTER (i));
    g_signal_connect (radio, "toggled", G_CALLBACK (on_style_clicked), self);
    tabella_report_screen_add_widget (TABELLA_REPORT_SCREEN (self), radio);
  }
}

static void
say_may_vote (TabellaReportScreen *self, TabellaKiosk *kiosk, const TabellaAnswer *a)
{
  const TabellaStyle *style = tabella_election_style (
      tabella_station_manifest (tabella_kiosk_station (kiosk))->election, a->style);
  g_autofree char *ballot =
      g_strdup_printf (_ ("Ballot: %s"), tabella_kiosk_text (kiosk, style->title));

  tabella_report_screen_set_words (
      self,
      a->kind == TABELLA_ANSWER_LEFT ? _ ("Checked in before and has not voted: may vote now")
                                     : _ ("On the roll: may vote"),
      a->name != NULL
          ? _ ("Compare the name with the ID, letter by letter. Nothing is recorded yet.")
          : _ ("Compare the number with the ID once more. Nothing is recorded yet."));
  if (a->name != NULL)
    tabella_report_screen_add_line (self, a->name, "name");
  if (main_step (a) == TABELLA_CHECKIN_ROLL)
    tabella_report_screen_add_line (self, ballot, "lead");
}

static void
say_other_name (TabellaReportScreen *self, const TabellaAnswer *a)
{
  tabella_report_screen_set_words (
      self, _ ("The same number, and still this name"),
      _ ("If it is not the name on the ID: a provisional ballot can be given, and the organisers "
         "decide whether it counts. The person fills in the form."));
  tabella_report_screen_add_line (self, a->name, "name");
}

/* A desk knows only that a ticket was given. */
static void
say_already (TabellaReportScreen *self, gboolean desk)
{
  tabella_report_screen_set_words (
      self, desk ? _ ("Was given a ticket here already") : _ ("Has already voted here"),
      desk
          ? _ ("That ticket still works at any booth of this station. If it is lost, or the person "
               "was not here before, someone may have been marked wrongly: a provisional ballot "
               "can be given, and the organisers decide.")
          : _ ("If the person says that this is a mistake, someone may have been marked wrongly: a "
               "provisional ballot can be given, and the organisers decide."));
}

static void
say_lane (TabellaReportScreen *self, const TabellaAnswer *a)
{
  g_autofree char *digits = tabella_lane_text (a->lane),
                  *line = g_strdup_printf (_ ("That desk serves the numbers whose last digit, "
                                              "before the check digit in brackets, is %s."),
                                           digits);

  tabella_report_screen_set_words (self, _ ("Another desk of this station serves this number"),
                                   _ ("Send the voter there. Nothing is recorded here."));
  if (a->lane != 0)
    tabella_report_screen_add_line (self, line, "big");
}

static void
say_other_station (TabellaReportScreen *self, const TabellaAnswer *a)
{
  tabella_report_screen_set_words (self, _ ("On the roll of another station"),
                                   a->place != NULL
                                       ? _ ("This is where the voter can vote:")
                                       : _ ("Please ask the organisers' line which one."));
  if (a->place != NULL)
    tabella_report_screen_add_line (self, a->place, "big");
}

static void
say_not_on_roll (TabellaReportScreen *self, const TabellaAnswer *a)
{
  tabella_report_screen_set_words (
      self, _ ("Not on the roll here"),
      a->may_walk_in
          ? _ ("This election takes walk-ins. Check the ID and the number once more, then go on.")
      : a->may_provisional
          ? _ ("A provisional ballot can be given; the organisers decide whether it counts.")
          : _ ("This election takes nobody who is not on the roll. Check the number once more."));
}

static void
say_invalid (TabellaReportScreen *self, TabellaKiosk *kiosk, const TabellaAnswer *a)
{
  tabella_report_screen_set_words (
      self, _ ("This number cannot be right"),
      a->mistake == TABELLA_MISTAKE_CHECK
          ? _ ("Its check digit does not fit the rest: a letter or digit is wrong, or two are "
               "swapped. Compare it with the ID.")
          : _ ("It has not the form of an ID number: something is missing or too much, or a letter "
               "stands in the place of a digit. Compare it with the ID."));
  if (tabella_kiosk_typed (kiosk) != NULL)
    tabella_report_screen_add_line (self, tabella_kiosk_typed (kiosk), "name");
}

static void
say_answer (TabellaReportScreen *self, TabellaKiosk *kiosk, const TabellaAnswer *a)
{
  switch (a->kind) {
  case TABELLA_ANSWER_ON_ROLL:
  case TABELLA_ANSWER_LEFT:
    if (is_other_name (a))
      say_other_name (self, a);
    else
      say_may_vote (self, kiosk, a);
    break;
  case TABELLA_ANSWER_ALREADY:
    say_already (self,
                 tabella_station_status (tabella_kiosk_station (kiosk))->role == TABELLA_ROLE_DESK);
    break;
  case TABELLA_ANSWER_OTHER_LANE:
    say_lane (self, a);
    break;
  case TABELLA_ANSWER_OTHER_STATION:
    say_other_station (self, a);
    break;
  case TABELLA_ANSWER_NOT_ON_ROLL:
    say_not_on_roll (self, a);
    break;
  case TABELLA_ANSWER_NUMBER_INVALID:
    say_invalid (self, kiosk, a);
    break;
  case TABELLA_ANSWER_PROVISIONAL_DONE:
  default:
    tabella_report_screen_set_words (
        self, _ ("A provisional ballot was already given to this person here"),
        _ ("Nothing more can be given. The organisers' line can tell what to do."));
    break;
  }
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  const TabellaAnswer *a = tabella_kiosk_answer (kiosk);

  if (a == NULL)
    return;
  say_answer (self, kiosk, a);
  add_styles (TABELLA_ANSWER_SCREEN (v), a);
  if (is_other_name (a))
    tabella_report_screen_add_action (self, _ ("It is the same name: check in"), NULL,
                                      G_CALLBACK (on_same_clicked));
  else if (a->name != NULL && a->may_provisional && main_step (a) == TABELLA_CHECKIN_ROLL)
    tabella_report_screen_add_action (self, _ ("The name differs"), NULL,
                                      G_CALLBACK (on_differs_clicked));
}

/* Where Next itself leads back, one button is enough. */
static const char *
back_label (TabellaScreenView *v)
{
  const TabellaAnswer *a = tabella_kiosk_answer (tabella_screen_view_kiosk (v));

  return a == NULL || a->kind == TABELLA_ANSWER_NUMBER_INVALID ||
                 main_step (a) != TABELLA_CHECKIN_FREE
             ? _ ("Back")
             : NULL;
}

static const char *
next_label (TabellaScreenView *v)
{
  const TabellaAnswer *a = tabella_kiosk_answer (tabella_screen_view_kiosk (v));

  if (a == NULL)
    return NULL;
  switch (main_step (a)) {
  case TABELLA_CHECKIN_ROLL:
    return _ ("Same name: check in");
  case TABELLA_CHECKIN_WALKIN:
    return _ ("Check in as a walk-in");
  case TABELLA_CHECKIN_PROVISIONAL:
    return _ ("Give a provisional ballot");
  case TABELLA_CHECKIN_FREE:
  case TABELLA_CHECKIN_PAPER:
  default:
    return a->kind == TABELLA_ANSWER_NUMBER_INVALID ? _ ("Correct the number") : _ ("Next voter");
  }
}

static void
back (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);

  tabella_kiosk_set_typed (kiosk, NULL);
  tabella_kiosk_take (kiosk, TABELLA_EV_BACK);
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  const TabellaAnswer *a = tabella_kiosk_answer (kiosk);

  if (a == NULL || main_step (a) == TABELLA_CHECKIN_FREE)
    tabella_kiosk_take (kiosk, TABELLA_EV_BACK);
  else
    give (TABELLA_ANSWER_SCREEN (v), main_step (a));
}

static void
tabella_answer_screen_class_init (TabellaAnswerScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->back_label = back_label;
  screen->next_label = next_label;
  screen->back = back;
  screen->next = next;
}

static void
tabella_answer_screen_init (TabellaAnswerScreen *self)
{
}
