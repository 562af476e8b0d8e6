/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "checkin.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include "session-private.h"
#include "station-private.h"

/* What an earlier record of the same person leaves possible. */
typedef enum { SLOT_FREE, SLOT_RETURN, SLOT_USED } SlotUse;

void
tabella_answer_free (TabellaAnswer *a)
{
  if (a == NULL)
    return;
  if (a->name != NULL)
    sodium_memzero (a->name, strlen (a->name));
  g_free (a->name);
  g_free (a->place);
  sodium_memzero (a, sizeof *a);
  g_free (a);
}

guint
tabella_checkin_misses (const TabellaStation *s)
{
  return s->misses;
}

static const TabellaElection *
election_of (const TabellaStation *s)
{
  return s->package->manifest->election;
}

/* A combined terminal's ticket lived in one process: whoever has no ballot yet may have another,
 * also after a crash. A desk's ticket works for ever. */
static SlotUse
slot_use (TabellaStation *s, const guint8 p[32], gboolean provisional, TabellaCheckin *record)
{
  if (!tabella_box_checkin_find (s->box, p, provisional, record))
    return SLOT_FREE;
  if (s->status.role == TABELLA_ROLE_COMBINED &&
      (record->state == TABELLA_CHECKIN_GIVEN || record->state == TABELLA_CHECKIN_LEFT))
    return SLOT_RETURN;
  return SLOT_USED;
}

/* The lane in which @digit is served at this station now. */
static guint16
lane_with (TabellaStation *s, guint digit)
{
  const TabellaManifest *m = s->package->manifest;

  for (guint i = 0; i < m->terminals->len; i++) {
    TabellaTerminalStatus status;

    tabella_amendments_status (m, s->amendments, m->terminals->pdata[i], &status);
    if (status.station == s->status.station && tabella_role_checks_in (status.role) &&
        !status.revoked && !status.ended && (status.lane >> digit & 1) != 0)
      return status.lane;
  }
  return 0;
}

/* The voter's record in a slice that this terminal serves; NULL without error if there is none. */
static TabellaVoter *
find_voter (TabellaStation *s, const guint8 p[32], const char *id, GError **error)
{
  for (guint i = 0; i < s->slices->len; i++) {
    const TabellaStationSlice *slice = &g_array_index (s->slices, TabellaStationSlice, i);

    if (tabella_slice_has (slice->slice, p))
      return tabella_slice_find (slice->slice, slice->key, p, id, error);
  }
  return NULL;
}

static void
answer_other_station (TabellaStation *s, TabellaAnswer *a)
{
  const TabellaElection *e = election_of (s);
  const TabellaStationInfo *place = tabella_election_station (e, a->station);

  a->kind = TABELLA_ANSWER_OTHER_STATION;
  a->may_provisional = FALSE;
  if (e->policies.directory && place != NULL)
    a->place = g_strdup (tabella_text (place->name, e->languages->pdata[0], NULL));
  else
    a->station = 0;
}

/* @main: what is left of the person's own slot, given that they could use it at all. */
static void
answer_again (TabellaAnswer *a, const TabellaCheckin *record, SlotUse use)
{
  if (use == SLOT_RETURN) {
    a->kind = TABELLA_ANSWER_LEFT;
    a->style = record->style;
    a->may_walk_in = record->kind == TABELLA_CHECKIN_WALKIN;
    return;
  }
  a->may_walk_in = FALSE;
  a->kind = a->may_provisional ? TABELLA_ANSWER_ALREADY : TABELLA_ANSWER_PROVISIONAL_DONE;
}

static void
answer_not_found (TabellaStation *s, TabellaAnswer *a, SlotUse provisional)
{
  s->misses++;
  a->kind = TABELLA_ANSWER_NOT_ON_ROLL;
  a->may_walk_in = a->walk_ins == TABELLA_WALKINS_ACCEPTED;
  a->may_provisional = a->walk_ins == TABELLA_WALKINS_PROVISIONAL && provisional != SLOT_USED;
  if (a->walk_ins == TABELLA_WALKINS_PROVISIONAL && provisional == SLOT_USED)
    a->kind = TABELLA_ANSWER_PROVISIONAL_DONE;
}

static gboolean
look_up (TabellaStation *s, const char *id, TabellaAnswer *a, GError **error)
{
  g_autoptr (TabellaVoter) voter = NULL;
  g_autoptr (GError) local = NULL;
  TabellaCheckin main_record, provisional_record;
  SlotUse main_use, provisional;

  tabella_pseudonym (s->keys->roll->roll_key, id, a->p);
  voter = find_voter (s, a->p, id, &local);
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  main_use = slot_use (s, a->p, FALSE, &main_record);
  provisional = slot_use (s, a->p, TRUE, &provisional_record);
  if (voter != NULL) {
    a->kind = TABELLA_ANSWER_ON_ROLL;
    a->name = g_strdup (voter->name);
    a->style = voter->style;
    a->station = voter->station;
    a->may_provisional = provisional != SLOT_USED;
  }
  if (main_use != SLOT_FREE) {
    a->may_provisional = provisional != SLOT_USED;
    answer_again (a, &main_record, main_use);
  } else if (voter == NULL) {
    answer_not_found (s, a, provisional);
  } else if (!tabella_election_style_allowed (election_of (s), s->status.station, voter->style)) {
    answer_other_station (s, a);
  }
  sodium_memzero (&main_record, sizeof main_record);
  sodium_memzero (&provisional_record, sizeof provisional_record);
  return TRUE;
}

void
tabella_checkin_doubt (TabellaStation *s, const TabellaAnswer *answer)
{
  memcpy (s->doubted, answer->p, sizeof s->doubted);
  s->has_doubt = TRUE;
}

gboolean
tabella_checkin_in_doubt (const TabellaStation *s)
{
  return s->has_doubt;
}

void
tabella_checkin_forget_doubt (TabellaStation *s)
{
  sodium_memzero (s->doubted, sizeof s->doubted);
  s->has_doubt = FALSE;
}

static TabellaIdVerdict
read_number (TabellaStation *s, const char *typed, char id[TABELLA_ID_MAX + 1])
{
  const TabellaIdVerdict verdict = tabella_id_normalise (typed, id);

  return verdict == TABELLA_ID_OK ? tabella_id_check (&election_of (s)->ids, id) : verdict;
}

TabellaAnswer *
tabella_checkin_look (TabellaStation *s, const char *typed, GError **error)
{
  g_autoptr (TabellaAnswer) a = g_new0 (TabellaAnswer, 1);
  char id[TABELLA_ID_MAX + 1];
  TabellaIdVerdict verdict;
  gboolean done = TRUE;
  guint digit;

  if (!tabella_station_serves (s, TABELLA_FOR_COMBINED | TABELLA_FOR_DESK, error))
    return NULL;
  a->walk_ins = election_of (s)->policies.walk_ins;
  verdict = read_number (s, typed, id);
  if (verdict != TABELLA_ID_OK) { /* a doubt lasts until a number that can be right */
    a->kind = TABELLA_ANSWER_NUMBER_INVALID;
    a->mistake = verdict == TABELLA_ID_BAD_CHECK ? TABELLA_MISTAKE_CHECK : TABELLA_MISTAKE_SHAPE;
  } else {
    digit = tabella_id_lane (&election_of (s)->ids, id);
    if ((s->status.lane >> digit & 1) == 0) {
      a->kind = TABELLA_ANSWER_OTHER_LANE;
      a->lane = lane_with (s, digit);
    } else {
      done = look_up (s, id, a, error);
      a->doubted = s->has_doubt && memcmp (s->doubted, a->p, sizeof s->doubted) == 0;
    }
    tabella_checkin_forget_doubt (s);
  }
  sodium_memzero (id, sizeof id);
  return done ? g_steal_pointer (&a) : NULL;
}

/* Fills kind and style of @record as the answer and the box allow; *again: it replaces one. */
static gboolean
decide_record (TabellaStation *s, const TabellaAnswer *a, TabellaCheckinKind kind, guint16 style,
               TabellaCheckin *record, gboolean *again, GError **error)
{
  const gboolean roll = kind == TABELLA_CHECKIN_ROLL,
                 provisional = kind == TABELLA_CHECKIN_PROVISIONAL;
  TabellaCheckin earlier = { .kind = 0 };
  const SlotUse use = slot_use (s, a->p, provisional, &earlier);
  gboolean allowed = FALSE;

  if (roll)
    allowed = use == (a->kind == TABELLA_ANSWER_LEFT ? SLOT_RETURN : SLOT_FREE) &&
              (a->kind == TABELLA_ANSWER_LEFT || a->kind == TABELLA_ANSWER_ON_ROLL);
  else if (kind == TABELLA_CHECKIN_WALKIN)
    allowed = a->may_walk_in && (use == SLOT_FREE || (use == SLOT_RETURN && earlier.kind == kind));
  else if (provisional)
    allowed = a->may_provisional && use != SLOT_USED;
  if (!allowed)
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_REFUSED,
        _ ("this voter cannot be checked in like this here; look the number up again"));

  record->kind = roll && use == SLOT_RETURN ? earlier.kind : (guint8)kind;
  record->style = roll ? a->style : style;
  *again = use == SLOT_RETURN;
  if (!tabella_election_style_allowed (election_of (s), s->status.station, record->style))
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_REFUSED,
        _ ("this station does not have that ballot; choose one of its own"));
  return TRUE;
}

/* A combined terminal needs room for the ballot too. */
static gboolean
check_room (TabellaStation *s, gboolean again, GError **error)
{
  guint ballots = 0, checkins = 0;

  tabella_box_free_slots (s->box, &ballots, &checkins);
  if ((!again && checkins == 0) || (s->status.role == TABELLA_ROLE_COMBINED && ballots == 0))
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_FULL,
        _ ("this tablet is full; send voters to another one and close this one"));
  return TRUE;
}

/* By index among the station's desk, combined and spare terminals, from 0. Those that an amendment
 * added come after the manifest's. */
static guint
desk_rank (const TabellaStation *s)
{
  const TabellaTerminalInfo *own = s->package->terminal;
  const GPtrArray *all = s->package->manifest->terminals;
  guint rank = 0;

  for (guint i = 0; i < all->len; i++) {
    const TabellaTerminalInfo *t = all->pdata[i];

    if (t->station == own->station && t->role != TABELLA_ROLE_BOOTH && t->index < own->index)
      rank++;
  }
  return rank;
}

/* The six bytes X; the random ones never twice in a run. */
static gboolean
draw_fields (TabellaStation *s, guint16 style, TabellaTicketFields *fields, GError **error)
{
  const guint rank = desk_rank (s);
  guint drawn;

  if (rank > G_MAXUINT8 || style > G_MAXUINT8)
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_STATE,
        _ ("this station has more tablets or ballots than a ticket can name"));
  if (g_hash_table_size (s->drawn) >= 1u << 20)
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_STATE,
        _ ("too many tickets since unlocking; lock and unlock this tablet"));
  do
    drawn = randombytes_uniform (1u << 24);
  while (!g_hash_table_add (s->drawn, GUINT_TO_POINTER (drawn)));
  *fields = (TabellaTicketFields){
    .style = (guint8)style,
    .desk = (guint8)rank,
    .run = s->run,
    .random = { (guint8)drawn, (guint8)(drawn >> 8), (guint8)(drawn >> 16) },
  };
  return TRUE;
}

/* Section 6: an unlinked record stands before every other of its p, so only where that is sure to
 * be right. */
static gboolean
goes_unlinked (const TabellaStation *s, guint8 kind)
{
  const TabellaPolicies *policies = &election_of (s)->policies;

  return kind == TABELLA_CHECKIN_ROLL && policies->voting == TABELLA_VOTING_ASSIGNED &&
         policies->rule == TABELLA_RULE_ASSIGNED_THEN_LOT && !policies->paper_prevails &&
         !s->status.took_over;
}

gboolean
tabella_checkin_give (TabellaStation *s, const TabellaAnswer *answer, TabellaCheckinKind kind,
                      guint16 style, guint8 ticket[10], GError **error)
{
  const guint8 *he;
  TabellaCheckin record = { .state = TABELLA_CHECKIN_GIVEN };
  TabellaTicketFields fields;
  guint8 t[TABELLA_TICKET_BYTES];
  gboolean again = FALSE, stored;

  memset (ticket, 0, TABELLA_TICKET_SHORT);
  if (!tabella_station_serves (s, TABELLA_FOR_COMBINED | TABELLA_FOR_DESK, error))
    return FALSE;
  if (s->session != NULL)
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_STATE,
        _ ("a voter has a ticket on this tablet; let them vote or say that they left"));
  memcpy (record.p, answer->p, sizeof record.p);
  if (!decide_record (s, answer, kind, style, &record, &again, error) ||
      !check_room (s, again, error) || !draw_fields (s, record.style, &fields, error))
    return FALSE;

  he = s->ctx->he;
  tabella_ticket_make (s->keys->roll->ticket_key, he, s->status.station, &fields, ticket, t);
  if (!goes_unlinked (s, record.kind))
    tabella_link_make (he, &s->ctx->k2, tabella_station_index (s), t, record.link);
  stored = tabella_box_checkin_put (s->box, &record, error);
  if (!stored) {
    tabella_station_fault (s, "storage");
    sodium_memzero (ticket, TABELLA_TICKET_SHORT);
  } else if (s->status.role == TABELLA_ROLE_COMBINED) {
    tabella_session_prepare (s, ticket, t, &record);
  }
  sodium_memzero (t, sizeof t);
  sodium_memzero (&fields, sizeof fields);
  sodium_memzero (&record, sizeof record);
  return stored;
}
