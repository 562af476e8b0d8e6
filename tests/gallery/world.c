/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminals behind the pictures: real stations with real keys, at each stage. */
#include <glib/gstdio.h>
#include "election-texts.h"
#include "fake-sticks.h"
#include "gallery.h"
#include "practice.h"
#include "recorder.h"

#define N_ROLES 3

struct _World {
  const Panel *panel;
  Practice *practice[N_ELECTIONS];
  Terminal terminals[N_ELECTIONS][N_ROLES][N_STAGES];
  guint tickets[N_ELECTIONS]; /* given so far by the desk */
};

static const char *const passphrases[] = { "first officer", "second officer", NULL };

static void
must (gboolean done, GError *error)
{
  g_assert_no_error (error);
  g_assert_true (done);
}

World *
world_new (const Panel *panel)
{
  World *w = g_new0 (World, 1);

  w->panel = panel;
  return w;
}

static void
terminal_clear (Terminal *t)
{
  g_clear_pointer (&t->window, gtk_widget_destroy);
  g_clear_object (&t->kiosk);
  g_clear_object (&t->sticks);
  g_clear_object (&t->speaker);
  g_clear_pointer (&t->station, tabella_station_free);
  g_clear_pointer (&t->setup_code, tabella_setup_code_free);
  g_clear_pointer (&t->enrolment, g_free);
  g_clear_pointer (&t->text, g_free);
  g_clear_pointer (&t->stick, g_free);
}

void
world_free (World *w)
{
  for (guint e = 0; e < N_ELECTIONS; e++) {
    for (guint r = 0; r < N_ROLES; r++)
      for (guint s = 0; s < N_STAGES; s++)
        terminal_clear (&w->terminals[e][r][s]);
    g_clear_pointer (&w->practice[e], practice_free);
  }
  g_free (w);
}

static Practice *
practice_of (World *w, Election election)
{
  if (w->practice[election] == NULL)
    w->practice[election] =
        practice_new_changed (NULL, election == ELECTION_LONG ? election_texts_long : NULL);
  return w->practice[election];
}

static guint
place_of (guint role)
{
  return role == TABELLA_FOR_COMBINED ? 0 : role == TABELLA_FOR_DESK ? 1 : 2;
}

TabellaAnswer *
world_answer (Terminal *t, guint n)
{
  g_autofree char *id = practice_id (n);
  GError *error = NULL;
  TabellaAnswer *a = tabella_checkin_look (t->station, id, &error);

  must (a != NULL, error);
  return a;
}

static void
give (Terminal *t, guint n, guint8 ticket[TABELLA_TICKET_SHORT])
{
  g_autoptr (TabellaAnswer) a = world_answer (t, n);
  GError *error = NULL;

  must (tabella_checkin_give (t->station, a, TABELLA_CHECKIN_ROLL, a->style, ticket, &error),
        error);
}

/* A voter at this terminal, with a ticket of its own or of the desk. */
static void
begin (World *w, Election election, guint role, Terminal *t)
{
  static const guint of_the_desk[] = { 0, 1, 3, 4, 10, 12, 13 };
  guint8 ticket[TABELLA_TICKET_SHORT];
  GError *error = NULL;

  if (role == TABELLA_FOR_COMBINED) {
    give (t, 20, ticket);
  } else {
    g_assert_cmpuint (w->tickets[election], <, G_N_ELEMENTS (of_the_desk));
    give (world_terminal (w, election, TABELLA_FOR_DESK, STAGE_OPEN),
          of_the_desk[w->tickets[election]++], ticket);
  }
  must (tabella_session_begin (t->station, ticket, &error), error);
}

/* The first contest gets as many as it takes, one stays blank, the others one each; @least: as many
 * as must be. */
static void
choose (Terminal *t, gboolean least)
{
  TabellaSession *s = tabella_station_session (t->station);

  for (guint i = 0; i < tabella_session_n_contests (s); i++) {
    const TabellaContest *c = tabella_session_contest (s, i);
    guint n = i == 0 ? c->max : i == 1 ? c->min : MAX (c->min, 1);

    if (!least && c->min > 0)
      n = c->min - 1;
    for (guint k = 0; k < n; k++)
      g_assert_true (tabella_session_toggle (s, i, (k * 7 + 2) % c->options->len));
  }
}

static void
install (World *w, Election election, guint role, Terminal *t, gboolean enrol_only)
{
  static const guint16 indexes[N_ROLES] = { 6, 1, 3 };
  Practice *p = practice_of (w, election);
  g_autoptr (TabellaPackage) package = NULL;
  GError *error = NULL;
  TabellaTerminalSecrets *secrets =
      tabella_simulated_secrets_load (p->folder, indexes[place_of (role)], &error);

  must (secrets != NULL, error);
  tabella_station_set_cost (t->station, TABELLA_VAULT_REHEARSAL);
  must (tabella_station_enrol (t->station, "tablet-1", secrets, TRUE, &t->setup_code, &t->enrolment,
                               &error),
        error);
  if (enrol_only)
    return;
  package = tabella_station_find_package (t->station, t->stick, &error);
  must (package != NULL, error);
  must (tabella_station_install (t->station, package, &error), error);
}

static void
open_poll (Terminal *t, Stage stage)
{
  GError *error = NULL;

  must (tabella_station_first_opening (t->station, t->setup_code, passphrases, 2, PRACTICE_PIN,
                                       &error),
        error);
  if (stage == STAGE_READY)
    return;
  must (tabella_station_zero_report (t->station, &error), error);
  must (tabella_station_open_poll (t->station, &error), error);
  if (stage == STAGE_PAUSED || stage == STAGE_EVENING)
    must (tabella_station_pause (t->station, &error), error);
  if (stage == STAGE_EVENING)
    must (tabella_station_end_of_day (t->station, &error), error);
}

static void
close_poll (Terminal *t)
{
  const TabellaStick stick = { t->stick, NULL };
  GError *error = NULL;

  must (tabella_export_close (t->station, &error), error);
  must (tabella_export_final (t->station, &stick, &t->text, &error), error);
}

static void
vote (World *w, Election election, guint role, Terminal *t, Stage stage)
{
  GError *error = NULL;

  begin (w, election, role, t);
  if (stage == STAGE_BEGUN)
    return;
  choose (t, stage != STAGE_INCOMPLETE);
  if (stage < STAGE_CODE)
    return;
  must (tabella_session_confirm (t->station, &error), error);
  if (stage == STAGE_CHALLENGED)
    must (tabella_session_challenge (t->station, &t->text, &error), error);
  if (stage != STAGE_DONE)
    return;
  must (tabella_session_cast (t->station, &t->text, &error), error);
  must (tabella_session_end (t->station, &error), error);
}

static void
bring (World *w, Election election, guint role, Stage stage, Terminal *t)
{
  if (stage == STAGE_NEW)
    return;
  install (w, election, role, t, stage == STAGE_ENROLLED);
  if (stage <= STAGE_INSTALLED)
    return;
  open_poll (t, stage);
  if (stage == STAGE_CLOSED)
    close_poll (t);
  else if (stage >= STAGE_BEGUN)
    vote (w, election, role, t, stage);
}

/* No window manager: the window has the panel's size. */
static void
add_window (World *w, Terminal *t)
{
  t->sticks = TABELLA_STICKS (fake_sticks_new ());
  t->speaker = TABELLA_SPEAKER (recorder_new (NULL));
  t->kiosk = tabella_kiosk_new (t->station,
                                &(TabellaHardware){ .speaker = t->speaker, .sticks = t->sticks },
                                "Try Z683365(5), B975312(7) or C123456(9)");
  t->window = tabella_assistant_new (t->kiosk);
  gtk_window_set_default_size (GTK_WINDOW (t->window), w->panel->width, w->panel->height);
  gtk_window_move (GTK_WINDOW (t->window), 0, 0);
}

Terminal *
world_terminal (World *w, Election election, guint role, Stage stage)
{
  Terminal *t = &w->terminals[election][place_of (role)][stage];
  g_autofree char *name = NULL, *dir = NULL;
  GError *error = NULL;

  if (t->station != NULL)
    return t;
  name = g_strdup_printf ("terminal-%u-%u", role, stage);
  dir = practice_file (practice_of (w, election), name);
  t->stick = practice_file (practice_of (w, election), "stick");
  t->station = tabella_station_open (dir, &error);
  must (t->station != NULL, error);
  bring (w, election, role, stage, t);
  add_window (w, t);
  return t;
}
