/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rehearsal.h"

#include <string.h>

void
tabella_rehearsal_terminal_free (TabellaRehearsalTerminal *t)
{
  tabella_station_free (t->station);
  g_free (t);
}

TabellaRehearsalTerminal *
tabella_rehearsal_find (const TabellaRehearsal *r, guint16 index)
{
  for (guint i = 0; i < r->terminals->len; i++) {
    TabellaRehearsalTerminal *t = r->terminals->pdata[i];

    if (t->info->index == index)
      return t;
  }
  return NULL;
}

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_REFUSED, message);
  return FALSE;
}

/* Why a terminal that a line names does nothing in this rehearsal; NULL if it takes part. */
static const char *
absence (const TabellaRehearsalTerminal *t)
{
  if (t == NULL)
    return "is not in the manifest";
  if (!t->info->simulated)
    return "is a real tablet; only simulated ones take part";
  if (t->status.revoked || t->status.ended)
    return "was revoked or ended by an amendment";
  return t->takes_part ? NULL : "is a spare without a station; amend spare gives it one";
}

static gboolean
is_free_booth (const TabellaRehearsalTerminal *t, guint16 station)
{
  return t->takes_part && t->status.role == TABELLA_ROLE_BOOTH && t->status.station == station &&
         t->voter == NULL;
}

/* The next booth that nobody is in, lines taking turns; not @other. */
static TabellaRehearsalTerminal *
choose_booth (const TabellaRehearsal *r, const TabellaDeckLine *line, guint16 station,
              const TabellaRehearsalTerminal *other)
{
  for (guint i = 0; i < r->terminals->len; i++) {
    TabellaRehearsalTerminal *t = r->terminals->pdata[(line->number + i) % r->terminals->len];

    if (t != other && is_free_booth (t, station))
      return t;
  }
  return NULL;
}

static void
check_booth (const TabellaRehearsal *r, const TabellaDeckLine *line,
             const TabellaRehearsalTerminal *desk, const char *name, GPtrArray *problems)
{
  const TabellaRehearsalTerminal *booth = tabella_rehearsal_find (r, line->booth);

  if (absence (booth) != NULL)
    tabella_problem (problems, name, "booth: terminal %u %s", line->booth, absence (booth));
  else if (booth->status.role != TABELLA_ROLE_BOOTH)
    tabella_problem (problems, name, "booth: terminal %u is a %s; name a booth", line->booth,
                     tabella_role_name (booth->status.role));
  else if (booth->status.station != desk->status.station)
    tabella_problem (problems, name, "booth: terminal %u is at another station than terminal %u",
                     line->booth, line->terminal);
  else if (desk->status.role == TABELLA_ROLE_COMBINED && line->ticket == 0)
    tabella_problem (problems, name, "booth: voters of terminal %u, a combined one, vote on it",
                     line->terminal);
}

static void
check_line (const TabellaRehearsal *r, const TabellaDeckLine *line, GPtrArray *problems)
{
  const TabellaRehearsalTerminal *t = tabella_rehearsal_find (r, line->terminal);
  g_autofree char *name = tabella_deck_line_name (line->number);

  if (absence (t) != NULL) {
    tabella_problem (problems, name, "terminal %u %s", line->terminal, absence (t));
    return;
  }
  if (!tabella_role_checks_in (t->status.role)) {
    tabella_problem (problems, name,
                     "terminal %u is a %s; voters check in at a desk or a combined one",
                     line->terminal, tabella_role_name (t->status.role));
    return;
  }
  if (line->booth != 0)
    check_booth (r, line, t, name, problems);
  else if (t->status.role == TABELLA_ROLE_DESK && line->action != TABELLA_DECK_LEAVE &&
           choose_booth (r, line, t->status.station, NULL) == NULL)
    tabella_problem (problems, name, "the station of terminal %u has no simulated booth",
                     line->terminal);
}

void
tabella_rehearsal_check (const TabellaRehearsal *r, GPtrArray *problems)
{
  for (guint i = 0; i < r->lines->len; i++)
    check_line (r, r->lines->pdata[i], problems);
}

static gboolean
refuse_answer (const TabellaAnswer *a, GError **error)
{
  switch (a->kind) {
  case TABELLA_ANSWER_ON_ROLL:
    return refuse (error, "this voter is on the roll; kind must be roll or provisional");
  case TABELLA_ANSWER_ALREADY:
    return refuse (error, "this voter has been checked in here already; only provisional is left");
  case TABELLA_ANSWER_LEFT:
    return refuse (error, "this voter left without voting; kind must be the same as then");
  case TABELLA_ANSWER_OTHER_LANE:
    return refuse (error, "this number belongs to another desk of the station");
  case TABELLA_ANSWER_OTHER_STATION:
    return refuse (error, "this station does not have this voter's ballot");
  case TABELLA_ANSWER_NOT_ON_ROLL:
    return refuse (error, "this voter is not on the roll here and the election's rule for walk-ins "
                          "does not allow this kind");
  case TABELLA_ANSWER_PROVISIONAL_DONE:
    return refuse (error, "this voter has been given a provisional ballot already");
  case TABELLA_ANSWER_NUMBER_INVALID:
  default:
    return refuse (error, "the number is not valid");
  }
}

static gboolean
kind_fits (const TabellaDeckLine *line, const TabellaAnswer *a)
{
  if (line->kind == TABELLA_CHECKIN_WALKIN)
    return a->may_walk_in;
  if (line->kind == TABELLA_CHECKIN_PROVISIONAL)
    return a->may_provisional;
  return a->kind == TABELLA_ANSWER_ON_ROLL || (a->kind == TABELLA_ANSWER_LEFT && !a->may_walk_in);
}

/* The line's style; else what is known of the voter; else the station's only one. */
static gboolean
choose_style (const TabellaRehearsal *r, const TabellaRehearsalTerminal *t,
              const TabellaDeckLine *line, const TabellaAnswer *a, guint16 *style, GError **error)
{
  const TabellaStationInfo *place = tabella_election_station (r->election, t->status.station);
  const gboolean known = a->name != NULL || a->kind == TABELLA_ANSWER_LEFT;

  *style = line->style >= 0 ? (guint16)line->style : a->style;
  if (line->kind == TABELLA_CHECKIN_ROLL && *style != a->style)
    return refuse (error, "style: the roll has another one for this voter; leave it empty");
  if (line->style >= 0 || known)
    return TRUE;
  if (place->styles->len != 1)
    return refuse (error, "style: empty, but this station has several; name one");
  *style = g_array_index (place->styles, guint16, 0);
  return TRUE;
}

static gboolean
check_in (TabellaRehearsal *r, TabellaRehearsalTerminal *t, const TabellaDeckLine *line,
          GError **error)
{
  TabellaRehearsalTicket *ticket = &r->tickets[line->number - 1];
  g_autoptr (TabellaAnswer) answer = tabella_checkin_look (t->station, line->id, error);
  guint16 style;

  if (answer == NULL)
    return FALSE;
  if (!kind_fits (line, answer))
    return refuse_answer (answer, error);
  ticket->given =
      choose_style (r, t, line, answer, &style, error) &&
      tabella_checkin_give (t->station, answer, line->kind, style, ticket->ticket, error);
  return ticket->given;
}

/* The place of the contest on the voter's ballot; -1 if it is not there. */
static gint
find_place (const TabellaSession *v, const TabellaContest *contest)
{
  for (guint i = 0; i < tabella_session_n_contests (v); i++)
    if (g_str_equal (tabella_session_contest (v, i)->id, contest->id))
      return (gint)i;
  return -1;
}

static gboolean
choose (TabellaRehearsal *r, TabellaSession *v, const TabellaDeckLine *line, GError **error)
{
  for (guint i = 0; i < line->choices->len; i++) {
    const TabellaDeckChoice *c = &g_array_index (line->choices, TabellaDeckChoice, i);
    const TabellaContest *contest = tabella_election_contest (r->election, c->contest);
    const gint place = find_place (v, contest);

    if (place < 0)
      return refuse (error, "selections: contest \"%s\" is not on this voter's ballot",
                     contest->id);
    if (!tabella_session_toggle (v, (guint)place, c->option))
      return refuse (error, "selections: too many in contest \"%s\"", contest->id);
  }
  return TRUE;
}

/* What the voter does at @t, where the session runs. */
static gboolean
vote (TabellaRehearsal *r, TabellaRehearsalTerminal *t, const TabellaDeckLine *line, GError **error)
{
  g_autofree char *text = NULL;

  if (!choose (r, tabella_station_session (t->station), line, error))
    return FALSE;
  t->voter = line->action == TABELLA_DECK_CHALLENGE ? line : NULL;
  switch (line->action) {
  case TABELLA_DECK_CAST:
    return tabella_session_confirm (t->station, error) &&
           tabella_session_cast (t->station, &text, error) &&
           tabella_session_end (t->station, error);
  case TABELLA_DECK_CHALLENGE:
    return tabella_session_confirm (t->station, error) &&
           tabella_session_challenge (t->station, &text, error);
  case TABELLA_DECK_LEAVE:
  default:
    return tabella_session_end (t->station, error);
  }
}

/* Where this line's voter goes on after a challenge; NULL if there is no such session. */
static TabellaRehearsalTerminal *
find_session (const TabellaRehearsal *r, const TabellaDeckLine *line)
{
  for (guint i = 0; i < r->terminals->len; i++) {
    TabellaRehearsalTerminal *t = r->terminals->pdata[i];

    if (t->voter != NULL && tabella_deck_same_voter (t->voter, line))
      return t;
  }
  return NULL;
}

/* An earlier line's ticket, as this line's. */
static gboolean
reuse_ticket (TabellaRehearsal *r, const TabellaDeckLine *line, guint number, GError **error)
{
  const TabellaRehearsalTicket *earlier = &r->tickets[number - 1];

  if (!earlier->given)
    return refuse (error, "ticket: line %u has none at this station", number);
  r->tickets[line->number - 1] = *earlier;
  return TRUE;
}

/* Where the line's ticket is used; NULL without error: nowhere. */
static TabellaRehearsalTerminal *
voting_terminal (TabellaRehearsal *r, TabellaRehearsalTerminal *t, const TabellaDeckLine *line,
                 GError **error)
{
  TabellaRehearsalTerminal *booth;

  if (line->booth != 0)
    return tabella_rehearsal_find (r, line->booth);
  if (t->status.role == TABELLA_ROLE_COMBINED)
    return t;
  if (line->action == TABELLA_DECK_LEAVE)
    return NULL;
  booth = choose_booth (r, line, t->status.station, r->tickets[line->number - 1].used);
  if (booth == NULL)
    refuse (error, "no booth of this station is free for this voter");
  return booth;
}

static gboolean
begin_and_vote (TabellaRehearsal *r, TabellaRehearsalTerminal *t, const TabellaDeckLine *line,
                GError **error)
{
  TabellaRehearsalTicket *ticket = &r->tickets[line->number - 1];
  g_autoptr (GError) local = NULL;
  TabellaRehearsalTerminal *place = voting_terminal (r, t, line, &local);

  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (place == NULL)
    return TRUE;
  ticket->used = place;
  return tabella_session_begin (place->station, ticket->ticket, error) &&
         vote (r, place, line, error);
}

static gboolean
run_line (TabellaRehearsal *r, const TabellaDeckLine *line, GError **error)
{
  TabellaRehearsalTerminal *t = tabella_rehearsal_find (r, line->terminal);
  TabellaRehearsalTerminal *session = find_session (r, line);
  guint earlier = line->ticket;

  if (session != NULL && line->ticket == 0 &&
      (line->booth == 0 || line->booth == session->info->index)) {
    r->tickets[line->number - 1] = r->tickets[session->voter->number - 1];
    return vote (r, session, line, error);
  }
  if (session != NULL) { /* the voter walks to another booth with the same ticket */
    earlier = earlier != 0 ? earlier : session->voter->number;
    session->voter = NULL;
    if (!tabella_session_end (session->station, error))
      return FALSE;
  }
  if (earlier != 0 ? !reuse_ticket (r, line, earlier, error) : !check_in (r, t, line, error))
    return FALSE;
  return begin_and_vote (r, t, line, error);
}

gboolean
tabella_rehearsal_line (TabellaRehearsal *r, const TabellaDeckLine *line, GError **error)
{
  g_autofree char *name = tabella_deck_line_name (line->number);

  if (run_line (r, line, error))
    return TRUE;
  g_prefix_error (error, "%s: ", name);
  return FALSE;
}
