/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include "codes.h"
#include "must.h"
#include "session-private.h"
#include "station-private.h"

#define WRONG_TICKETS_MAX 4 /* 15 seconds: no longer, whoever typed them */

/* Lies in secret memory, the selections after it. */
struct _TabellaSession {
  const TabellaElection *election;
  const TabellaStyleShape *shape;
  TabellaPending *pending; /* secret memory of its own */
  guint16 style;
  guint8 attempt;
  gboolean begun; /* FALSE: a combined terminal's ticket, given and not handed over yet */
  gboolean cast;
  gboolean doubtful; /* storage failed and it cannot be told what was stored: nothing more with this
                        ticket */
  gboolean has_record;
  TabellaCheckin record; /* combined: the check-in as stored */
  guint8 ticket[TABELLA_TICKET_SHORT], t[TABELLA_TICKET_BYTES];
  guint8 *selections; /* one byte an option, in the style's order */
};

/* sodium_malloc aligns only sizes that are multiples of the alignment. */
static TabellaSession *
session_new (TabellaStation *s, guint16 style, const guint8 t[16])
{
  const TabellaStyleShape *shape = s->ctx->styles[style];
  TabellaSession *v =
      (TabellaSession *)tabella_secret_new ((sizeof *v + shape->options + 15) & ~(gsize)15);

  v->election = s->ctx->election;
  v->shape = shape;
  v->style = style;
  v->selections = (guint8 *)(v + 1);
  memcpy (v->t, t, sizeof v->t);
  return v;
}

static void
session_free (TabellaSession *v)
{
  tabella_pending_free (v->pending);
  tabella_secret_free ((TabellaSecret *)v);
}

static void
station_take (TabellaStation *s, TabellaSession *v)
{
  TABELLA_MUST (s->session == NULL);
  s->session = v;
  s->session_free = session_free;
}

static void
station_drop (TabellaStation *s)
{
  if (s->session != NULL)
    session_free (s->session);
  s->session = NULL;
}

void
tabella_session_prepare (TabellaStation *s, const guint8 ticket[10], const guint8 t[16],
                         const TabellaCheckin *record)
{
  TabellaSession *v = session_new (s, record->style, t);

  memcpy (v->ticket, ticket, sizeof v->ticket);
  v->record = *record;
  v->has_record = TRUE;
  station_take (s, v);
}

/* What the box knows of the ticket: one that was cast is used up, challenges count as attempts. */
static gboolean
resume_attempts (TabellaStation *s, TabellaSession *v, GError **error)
{
  gboolean cast = FALSE;
  guint challenged = 0;

  if (!tabella_box_ticket_use (s->box, v->t, &cast, &challenged, error))
    return FALSE;
  if (cast)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_USED,
                                   _ ("this ticket has been used; ask an officer"));
  if (challenged > TABELLA_ATTEMPT_LAST)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_REFUSED,
                                   _ ("this ticket was used for too many checks; ask an officer"));
  v->attempt = (guint8)challenged;
  return TRUE;
}

guint
tabella_session_wait (const TabellaStation *s)
{
  return tabella_tries_wait (&s->ticket_tries);
}

static gboolean
begin_combined (TabellaStation *s, const guint8 ticket[10], GError **error)
{
  if (s->session == NULL || sodium_memcmp (s->session->ticket, ticket, TABELLA_TICKET_SHORT) != 0)
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_REFUSED,
        _ ("this is not the ticket that was just given on this tablet; check the voter in"));
  return resume_attempts (s, s->session, error);
}

/* A ticket of this station, by its check bytes, for a ballot that the station has. */
static gboolean
read_ticket (TabellaStation *s, const guint8 ticket[10], guint16 *style, guint8 t[16],
             GError **error)
{
  const TabellaElection *e = s->ctx->election;
  TabellaTicketFields fields;
  gboolean good;

  good = tabella_ticket_check (s->keys->roll->ticket_key, s->ctx->he, s->status.station, ticket,
                               &fields, t);
  *style = fields.style;
  sodium_memzero (&fields, sizeof fields);
  if (good && tabella_election_style_allowed (e, s->status.station, *style)) {
    s->ticket_tries = (TabellaTries){ .failures = 0 };
    return TRUE;
  }
  tabella_tries_wrong (&s->ticket_tries);
  s->ticket_tries.failures = MIN (s->ticket_tries.failures, WRONG_TICKETS_MAX);
  return tabella_station_refuse (
      error, TABELLA_STATION_ERROR_REFUSED,
      _ ("this is no ticket of this station; scan or type it again, or ask an officer"));
}

static gboolean
begin_booth (TabellaStation *s, const guint8 ticket[10], GError **error)
{
  const guint wait = tabella_session_wait (s);
  guint8 t[TABELLA_TICKET_BYTES];
  guint16 style;
  gboolean good;

  if (wait > 0)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                                   _ ("wait %u seconds before the next ticket"), wait);
  good = read_ticket (s, ticket, &style, t, error);
  if (good) {
    TabellaSession *v = session_new (s, style, t);

    memcpy (v->ticket, ticket, sizeof v->ticket);
    good = resume_attempts (s, v, error);
    if (good)
      station_take (s, v);
    else
      session_free (v);
  }
  sodium_memzero (t, sizeof t);
  return good;
}

gboolean
tabella_session_begin (TabellaStation *s, const guint8 ticket[10], GError **error)
{
  guint ballots = 0, checkins = 0;

  if (!tabella_station_serves (s, TABELLA_FOR_COMBINED | TABELLA_FOR_BOOTH, error))
    return FALSE;
  if (tabella_station_session (s) != NULL)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                                   _ ("a voter is at this tablet; let them finish"));
  tabella_box_free_slots (s->box, &ballots, &checkins);
  if (ballots == 0)
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_FULL,
        _ ("this tablet is full; send voters to another one and close this one"));
  if (!(s->status.role == TABELLA_ROLE_COMBINED ? begin_combined (s, ticket, error)
                                                : begin_booth (s, ticket, error)))
    return FALSE;
  s->session->begun = TRUE;
  return TRUE;
}

TabellaSession *
tabella_station_session (TabellaStation *s)
{
  return s->session != NULL && s->session->begun ? s->session : NULL;
}

guint16
tabella_session_style (const TabellaSession *v)
{
  return v->style;
}

guint
tabella_session_attempt (const TabellaSession *v)
{
  return v->attempt;
}

guint
tabella_session_n_contests (const TabellaSession *v)
{
  return v->shape->shape.n_contests;
}

const TabellaContest *
tabella_session_contest (const TabellaSession *v, guint place)
{
  const TabellaStyle *style = tabella_election_style (v->election, v->style);

  TABELLA_MUST (place < style->contests->len);
  return tabella_election_contest (v->election, g_array_index (style->contests, guint16, place));
}

/* The selections of one contest. */
static guint8 *
marks (const TabellaSession *v, guint place)
{
  gsize at = 0;

  TABELLA_MUST (place < v->shape->shape.n_contests);
  for (guint i = 0; i < place; i++)
    at += v->shape->contests[i].options;
  return v->selections + at;
}

gboolean
tabella_session_chosen (const TabellaSession *v, guint place, guint option)
{
  TABELLA_MUST (place < v->shape->shape.n_contests && option < v->shape->contests[place].options);
  return marks (v, place)[option] != 0;
}

guint
tabella_session_n_chosen (const TabellaSession *v, guint place)
{
  const guint8 *chosen = marks (v, place);
  guint n = 0;

  for (guint i = 0; i < v->shape->contests[place].options; i++)
    n += chosen[i];
  return n;
}

gboolean
tabella_session_toggle (TabellaSession *v, guint place, guint option)
{
  const gboolean chosen = tabella_session_chosen (v, place, option);

  if (!chosen && tabella_session_n_chosen (v, place) >= v->shape->contests[place].max)
    return FALSE;
  tabella_session_forget_pending (v);
  marks (v, place)[option] = chosen ? 0 : 1;
  return TRUE;
}

void
tabella_session_clear (TabellaSession *v)
{
  tabella_session_forget_pending (v);
  sodium_memzero (v->selections, v->shape->options);
}

gboolean
tabella_session_complete (const TabellaSession *v, guint place)
{
  return tabella_session_n_chosen (v, place) >= v->shape->contests[place].min;
}

void
tabella_session_forget_pending (TabellaSession *v)
{
  g_clear_pointer (&v->pending, tabella_pending_free);
}

/* The running session that still has its ballot to cast. */
static TabellaSession *
live_session (TabellaStation *s, GError **error)
{
  TabellaSession *v = tabella_station_session (s);

  if (!tabella_station_serves (s, TABELLA_FOR_COMBINED | TABELLA_FOR_BOOTH, error))
    return NULL;
  if (v == NULL) {
    tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                            _ ("no voter is at this tablet; begin with a ticket"));
    return NULL;
  }
  if (v->cast) {
    tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                            _ ("this voter's ballot is cast; end the session"));
    return NULL;
  }
  if (v->doubtful) {
    tabella_station_refuse (
        error, TABELLA_STATION_ERROR_STORAGE,
        _ ("this tablet's storage failed and cannot say whether the ballot was recorded; end the "
           "session, start the tablet again and look the voter up"));
    return NULL;
  }
  return v;
}

static TabellaSession *
pending_session (TabellaStation *s, GError **error)
{
  TabellaSession *v = live_session (s, error);

  if (v != NULL && v->pending == NULL) {
    tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                            _ ("there is no ballot code yet; confirm the review first"));
    return NULL;
  }
  return v;
}

gboolean
tabella_session_confirm (TabellaStation *s, GError **error)
{
  TabellaSession *v = live_session (s, error);
  g_autoptr (GError) local = NULL;

  if (v == NULL)
    return FALSE;
  tabella_session_forget_pending (v);
  for (guint place = 0; place < v->shape->shape.n_contests; place++)
    if (!tabella_session_complete (v, place))
      return tabella_station_refuse (error, TABELLA_STATION_ERROR_REFUSED,
                                     _ ("contest %u needs at least %u choices; go back to it"),
                                     place + 1, v->shape->contests[place].min);
  v->pending = tabella_pending_new (s->ctx, tabella_station_index (s), v->style, v->t, v->attempt,
                                    v->selections, &local);
  if (v->pending == NULL)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_REFUSED, "%s", local->message);
  return TRUE;
}

const guint8 *
tabella_session_code (const TabellaSession *v)
{
  return v->pending != NULL ? tabella_pending_code (v->pending) : NULL;
}

char *
tabella_session_short_code (const TabellaSession *v)
{
  return v->pending != NULL ? tabella_short_code (tabella_pending_code (v->pending)) : NULL;
}

char *
tabella_session_commitment (TabellaStation *s, GError **error)
{
  TabellaSession *v = pending_session (s, error);

  if (v == NULL)
    return NULL;
  return tabella_commitment_text (s->ctx, tabella_station_index (s),
                                  tabella_pending_code (v->pending),
                                  s->keys->terminal->ballot_secret);
}

gboolean
tabella_session_may_challenge (const TabellaSession *v)
{
  return v->attempt < TABELLA_ATTEMPT_LAST;
}

/* After a failed write the pending ballot is never tried again: another confirmation makes another
 * one. */
static void
after_failure (TabellaStation *s, TabellaSession *v, const GError *failure)
{
  gboolean cast = FALSE;
  guint challenged = 0;

  tabella_station_fault (s, "storage");
  tabella_session_forget_pending (v);
  if (!tabella_box_ticket_use (s->box, v->t, &cast, &challenged, NULL) || cast ||
      challenged > TABELLA_ATTEMPT_LAST ||
      !g_error_matches (failure, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_NOT_RECORDED))
    v->doubtful = TRUE;
  else
    v->attempt = (guint8)challenged;
}

gboolean
tabella_session_cast (TabellaStation *s, char **receipt, GError **error)
{
  TabellaSession *v = pending_session (s, error);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) local = NULL;
  TabellaCheckin voted;
  guint8 code[32];
  gboolean stored;
  gsize size;

  *receipt = NULL;
  if (v == NULL)
    return FALSE;
  memcpy (code, tabella_pending_code (v->pending), sizeof code);
  bytes = tabella_pending_cast (v->pending, s->keys->terminal->ballot_secret);
  voted = v->record;
  voted.state = TABELLA_CHECKIN_VOTED;
  stored = tabella_box_cast (s->box, bytes, code, v->has_record ? &voted : NULL, &local);
  sodium_memzero (&voted, sizeof voted);
  if (!stored) {
    after_failure (s, v, local);
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  tabella_session_clear (v);
  v->cast = TRUE;
  size = g_bytes_get_size (bytes);
  *receipt = tabella_receipt_text (s->ctx, tabella_station_index (s), code,
                                   (const guint8 *)g_bytes_get_data (bytes, NULL) + size -
                                       TABELLA_SIGN_BYTES);
  return TRUE;
}

/* A slot for the challenged ballot and one for the next. */
static gboolean
check_challenge (TabellaStation *s, const TabellaSession *v, GError **error)
{
  guint ballots = 0, checkins = 0;

  if (!tabella_session_may_challenge (v))
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_REFUSED,
        _ ("this voter has checked the machine three times; this ballot can only be cast"));
  tabella_box_free_slots (s->box, &ballots, &checkins);
  if (ballots < 2)
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_FULL,
        _ ("this tablet has room for one more ballot only; cast this one"));
  return TRUE;
}

/* Selections and seed are to be published: this text may lie in ordinary memory. */
static char *
challenge_text (TabellaStation *s, GBytes *bytes)
{
  const guint16 terminal = tabella_station_index (s);
  TabellaBallotRecord record;
  gsize used;

  TABELLA_MUST (tabella_record_parse (s->ctx, terminal, TRUE, g_bytes_get_data (bytes, NULL),
                                      g_bytes_get_size (bytes), &record, &used, NULL));
  return tabella_challenge_text (s->ctx, terminal, &record);
}

gboolean
tabella_session_challenge (TabellaStation *s, char **text, GError **error)
{
  TabellaSession *v = pending_session (s, error);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) local = NULL;

  *text = NULL;
  if (v == NULL || !check_challenge (s, v, error))
    return FALSE;
  bytes = tabella_pending_challenge (v->pending);
  if (!tabella_box_challenge (s->box, bytes, tabella_pending_code (v->pending), &local)) {
    after_failure (s, v, local);
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  tabella_session_clear (v);
  v->attempt++;
  *text = challenge_text (s, bytes);
  return TRUE;
}

gboolean
tabella_session_end (TabellaStation *s, GError **error)
{
  TabellaSession *v = s->session;
  TabellaCheckin left;
  gboolean stored = TRUE;

  if (v == NULL)
    return TRUE;
  /* In doubt the record stays as it is: if it is still in state 1 the voter may come back all the
   * same. */
  if (v->has_record && !v->cast && !v->doubtful) {
    left = v->record;
    left.state = TABELLA_CHECKIN_LEFT;
    stored = tabella_box_checkin_put (s->box, &left, error);
    sodium_memzero (&left, sizeof left);
    if (!stored)
      tabella_station_fault (s, "storage");
  }
  station_drop (s);
  return stored;
}
