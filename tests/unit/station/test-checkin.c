/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sodium.h>
#include "checkin.h"
#include "freed.h"
#include "practice.h"
#include "session.h"
#include "station-private.h"

#define NOT_ON_ROLL 100 /* practice_id (100) and up are on no roll */

/* The random bytes of the next tickets, from the last; then they are drawn. */
static guint32 fixed[2];
static guint n_fixed;

uint32_t __real_randombytes_uniform (uint32_t below);
uint32_t __wrap_randombytes_uniform (uint32_t below);

uint32_t
__wrap_randombytes_uniform (uint32_t below)
{
  return below == 1u << 24 && n_fixed > 0 ? fixed[--n_fixed] : __real_randombytes_uniform (below);
}

static TabellaAnswer *
look (TabellaStation *s, guint n)
{
  g_autofree char *id = practice_id (n);
  GError *error = NULL;
  TabellaAnswer *a = tabella_checkin_look (s, id, &error);

  g_assert_no_error (error);
  return a;
}

static TabellaAnswer *
look_for (TabellaStation *s, guint n, TabellaAnswerKind kind)
{
  TabellaAnswer *a = look (s, n);

  g_assert_cmpint (a->kind, ==, kind);
  return a;
}

static void
give (TabellaStation *s, const TabellaAnswer *a, TabellaCheckinKind kind, guint8 ticket[10])
{
  GError *error = NULL;

  tabella_checkin_give (s, a, kind, 0, ticket, &error);
  g_assert_no_error (error);
}

static void
give_to (TabellaStation *s, guint n, TabellaCheckinKind kind, guint8 ticket[10])
{
  g_autoptr (TabellaAnswer) a = look (s, n);

  give (s, a, kind, ticket);
}

static void
give_refused (TabellaStation *s, const TabellaAnswer *a, TabellaCheckinKind kind, guint16 style,
              TabellaStationError code, const char *part)
{
  static const guint8 zeros[10] = { 0 };
  GError *error = NULL;
  guint8 ticket[10];

  memset (ticket, 1, sizeof ticket);
  assert_refused (tabella_checkin_give (s, a, kind, style, ticket, &error), &error, code, part);
  g_assert_cmpmem (ticket, 10, zeros, 10);
}

static void
leave (TabellaStation *s)
{
  GError *error = NULL;

  tabella_session_end (s, &error);
  g_assert_no_error (error);
}

static TabellaCheckin
record_of (TabellaStation *s, guint n, gboolean provisional)
{
  g_autofree char *id = practice_id (n);
  TabellaCheckin record;
  guint8 p[32];

  tabella_pseudonym (s->keys->roll->roll_key, id, p);
  g_assert_true (tabella_box_checkin_find (s->box, p, provisional, &record));
  return record;
}

static guint
checked_in (TabellaStation *s)
{
  GError *error = NULL;
  TabellaCounts counts;

  tabella_station_counts (s, &counts, &error);
  g_assert_no_error (error);
  return counts.checked_in;
}

static void
test_desk (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 1);
  g_autoptr (TabellaAnswer) a = look_for (s, 2, TABELLA_ANSWER_ON_ROLL);
  g_autoptr (TabellaAnswer) again = NULL, last = NULL;
  TabellaCheckin record;
  guint8 ticket[10];

  g_assert_cmpstr (a->name, ==, "Voter 2");
  g_assert_cmpuint (a->style, ==, 1);
  g_assert_cmpuint (a->station, ==, 1);
  g_assert_true (a->may_provisional);
  g_assert_false (a->may_walk_in);
  g_assert_cmpuint (checked_in (s), ==, 0);
  give_refused (s, a, TABELLA_CHECKIN_WALKIN, 0, TABELLA_STATION_ERROR_REFUSED, "look the number");
  give_refused (s, a, TABELLA_CHECKIN_PAPER, 0, TABELLA_STATION_ERROR_REFUSED, "look the number");
  g_assert_cmpuint (checked_in (s), ==, 0);

  give (s, a, TABELLA_CHECKIN_ROLL, ticket);
  record = record_of (s, 2, FALSE);
  g_assert_cmpint (record.kind, ==, TABELLA_CHECKIN_ROLL);
  g_assert_cmpint (record.state, ==, TABELLA_CHECKIN_GIVEN);
  g_assert_cmpuint (record.style, ==, 1);
  give_refused (s, a, TABELLA_CHECKIN_ROLL, 0, TABELLA_STATION_ERROR_REFUSED, "look the number");

  again = look_for (s, 2, TABELLA_ANSWER_ALREADY);
  give_refused (s, again, TABELLA_CHECKIN_ROLL, 0, TABELLA_STATION_ERROR_REFUSED, "look the");
  give (s, again, TABELLA_CHECKIN_PROVISIONAL, ticket);
  g_assert_cmpuint (record_of (s, 2, TRUE).style, ==, 0);
  last = look_for (s, 2, TABELLA_ANSWER_PROVISIONAL_DONE);
  give_refused (s, last, TABELLA_CHECKIN_PROVISIONAL, 0, TABELLA_STATION_ERROR_REFUSED, "look");
  g_assert_cmpuint (checked_in (s), ==, 2);
  g_assert_cmpuint (tabella_checkin_misses (s), ==, 0);
}

/* A wrong name: provisional first, and the right person can still vote. */
static void
test_provisional_first (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 1);
  g_autoptr (TabellaAnswer) before = look (s, 3), after = NULL;
  guint8 ticket[10];

  give (s, before, TABELLA_CHECKIN_PROVISIONAL, ticket);
  give_refused (s, before, TABELLA_CHECKIN_PROVISIONAL, 0, TABELLA_STATION_ERROR_REFUSED, "look");
  after = look_for (s, 3, TABELLA_ANSWER_ON_ROLL);
  g_assert_false (after->may_provisional);
  give_refused (s, after, TABELLA_CHECKIN_PROVISIONAL, 0, TABELLA_STATION_ERROR_REFUSED, "look");
  give (s, after, TABELLA_CHECKIN_ROLL, ticket);
}

static void
test_numbers (void)
{
  static const char *const bad[] = {
    "", "A0000021", "A000002", "A00000AB", "XYZ", "A 000 002 4 5"
  };
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 1);
  g_autofree char *id = practice_id (2);
  g_autofree char *lower = g_ascii_strdown (id, -1);
  g_autofree char *spaced = g_strdup_printf (" %.4s-%.3s(%s)", id, id + 4, id + 7);
  g_autofree char *wide = g_strdup_printf ("\xEF\xBC\xA1%s", id + 1); /* full-width A */
  const char *const good[] = { id, lower, spaced, wide };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (TabellaAnswer) a = tabella_checkin_look (s, good[i], NULL);

    g_assert_cmpint (a->kind, ==, TABELLA_ANSWER_ON_ROLL);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (TabellaAnswer) a = tabella_checkin_look (s, bad[i], NULL);

    g_assert_cmpint (a->kind, ==, TABELLA_ANSWER_NUMBER_INVALID);
    g_assert_false (a->may_walk_in || a->may_provisional);
    give_refused (s, a, TABELLA_CHECKIN_ROLL, 0, TABELLA_STATION_ERROR_REFUSED, "look");
  }
  g_assert_cmpuint (tabella_checkin_misses (s), ==, 0);
}

/* The other desk is named by its digits, for voters on the roll and others alike. */
static void
test_other_lane (void)
{
  g_autoptr (Practice) p = practice_new ("{\"directory\": true}");
  g_autoptr (TabellaStation) s = practice_open (p, 1);
  g_autoptr (TabellaAnswer) voter = look_for (s, 7, TABELLA_ANSWER_OTHER_LANE);
  g_autoptr (TabellaAnswer) stranger = look_for (s, NOT_ON_ROLL + 8, TABELLA_ANSWER_OTHER_LANE);

  g_assert_cmpuint (voter->lane, ==, 0x3E0);
  g_assert_cmpuint (stranger->lane, ==, 0x3E0);
  g_assert_null (voter->name);
  give_refused (s, stranger, TABELLA_CHECKIN_WALKIN, 0, TABELLA_STATION_ERROR_REFUSED, "look");
  give_refused (s, voter, TABELLA_CHECKIN_PROVISIONAL, 0, TABELLA_STATION_ERROR_REFUSED, "look");
  g_assert_cmpuint (tabella_checkin_misses (s), ==, 0);
}

static void
check_walk_in (const char *policies, gboolean walk_in, gboolean provisional)
{
  g_autoptr (Practice) p = practice_new (policies);
  g_autoptr (TabellaStation) s = practice_open (p, 1);
  g_autoptr (TabellaAnswer) a = look_for (s, NOT_ON_ROLL, TABELLA_ANSWER_NOT_ON_ROLL);
  guint8 ticket[10];

  g_assert_cmpint (a->may_walk_in, ==, walk_in);
  g_assert_cmpint (a->may_provisional, ==, provisional);
  g_assert_null (a->name);
  g_assert_cmpuint (tabella_checkin_misses (s), ==, 1);
  give_refused (s, a, TABELLA_CHECKIN_ROLL, 0, TABELLA_STATION_ERROR_REFUSED, "look");
  if (!walk_in)
    give_refused (s, a, TABELLA_CHECKIN_WALKIN, 0, TABELLA_STATION_ERROR_REFUSED, "look");
  if (!provisional)
    give_refused (s, a, TABELLA_CHECKIN_PROVISIONAL, 0, TABELLA_STATION_ERROR_REFUSED, "look");
  if (walk_in) {
    g_autoptr (TabellaAnswer) again = NULL;

    give_refused (s, a, TABELLA_CHECKIN_WALKIN, 2, TABELLA_STATION_ERROR_REFUSED, "that ballot");
    give (s, a, TABELLA_CHECKIN_WALKIN, ticket);
    again = look_for (s, NOT_ON_ROLL, TABELLA_ANSWER_ALREADY);
    g_assert_false (again->may_walk_in);
    g_assert_true (again->may_provisional);
    g_assert_cmpint (record_of (s, NOT_ON_ROLL, FALSE).kind, ==, TABELLA_CHECKIN_WALKIN);
  }
  if (provisional) {
    g_autoptr (TabellaAnswer) again = NULL;

    give (s, a, TABELLA_CHECKIN_PROVISIONAL, ticket);
    again = look_for (s, NOT_ON_ROLL, TABELLA_ANSWER_PROVISIONAL_DONE);
    g_assert_false (again->may_walk_in || again->may_provisional);
  }
  tabella_station_lock (s);
  practice_unlock (s);
  g_assert_cmpuint (tabella_checkin_misses (s), ==, 0);
}

static void
test_walk_ins (void)
{
  check_walk_in ("{\"walk_ins\": \"accepted\"}", TRUE, FALSE);
  check_walk_in ("{\"walk_ins\": \"provisional\"}", FALSE, TRUE);
  check_walk_in ("{\"walk_ins\": \"refused\"}", FALSE, FALSE);
}

/* Anywhere: everyone is on the roll, but not every station has every ballot. */
static void
check_other_station (gboolean directory)
{
  g_autofree char *policies =
      g_strdup_printf ("{\"voting\": \"anywhere\", \"duplicates\": \"lot\", \"directory\": %s}",
                       directory ? "true" : "false");
  g_autoptr (Practice) p = practice_new (policies);
  g_autoptr (TabellaStation) s = practice_open (p, 6);
  g_autoptr (TabellaAnswer) plain = look_for (s, 3, TABELLA_ANSWER_ON_ROLL);
  g_autoptr (TabellaAnswer) wide = look_for (s, 5, TABELLA_ANSWER_OTHER_STATION);

  g_assert_cmpuint (plain->station, ==, 1);
  g_assert_cmpstr (wide->place, ==, directory ? "Causeway Bay" : NULL);
  g_assert_cmpuint (wide->station, ==, directory ? 1 : 0);
  give_refused (s, wide, TABELLA_CHECKIN_ROLL, 0, TABELLA_STATION_ERROR_REFUSED, "look");
}

static void
test_other_station (void)
{
  check_other_station (FALSE);
  check_other_station (TRUE);
}

static void
test_combined_left (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 6);
  g_autoptr (TabellaAnswer) voter = NULL, stranger = NULL;
  guint8 first[10], second[10];

  give_to (s, 22, TABELLA_CHECKIN_ROLL, first);
  {
    g_autoptr (TabellaAnswer) other = look (s, 23);

    give_refused (s, other, TABELLA_CHECKIN_ROLL, 0, TABELLA_STATION_ERROR_STATE, "has a ticket");
  }
  leave (s);
  g_assert_cmpint (record_of (s, 22, FALSE).state, ==, TABELLA_CHECKIN_LEFT);
  voter = look_for (s, 22, TABELLA_ANSWER_LEFT);
  g_assert_cmpstr (voter->name, ==, "Voter 22");
  give (s, voter, TABELLA_CHECKIN_ROLL, second);
  g_assert_cmpint (memcmp (first, second, 10), !=, 0);
  g_assert_cmpint (record_of (s, 22, FALSE).state, ==, TABELLA_CHECKIN_GIVEN);
  leave (s);

  give_to (s, NOT_ON_ROLL, TABELLA_CHECKIN_WALKIN, first);
  leave (s);
  stranger = look_for (s, NOT_ON_ROLL, TABELLA_ANSWER_LEFT);
  g_assert_true (stranger->may_walk_in);
  give (s, stranger, TABELLA_CHECKIN_ROLL, second);
  g_assert_cmpint (record_of (s, NOT_ON_ROLL, FALSE).kind, ==, TABELLA_CHECKIN_WALKIN);
  leave (s);
  give (s, stranger, TABELLA_CHECKIN_WALKIN, second);
  leave (s);
  g_assert_cmpuint (checked_in (s), ==, 2);
}

/* The ticket died with the process, whether locked or cut off: checked in, no ballot. */
static void
test_combined_restart (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, 6);
  TabellaCheckin before, after;
  guint8 first[10], second[10];

  give_to (s, 24, TABELLA_CHECKIN_ROLL, first);
  before = record_of (s, 24, FALSE);
  tabella_station_free (s);
  s = practice_restart (p, 6);
  g_assert_null (tabella_station_session (s));
  {
    GError *error = NULL;
    g_autoptr (TabellaAnswer) a = look_for (s, 24, TABELLA_ANSWER_LEFT);

    assert_refused (tabella_session_begin (s, first, &error), &error, TABELLA_STATION_ERROR_REFUSED,
                    "just given");
    give (s, a, TABELLA_CHECKIN_ROLL, second);
  }
  after = record_of (s, 24, FALSE);
  g_assert_cmpint (after.state, ==, TABELLA_CHECKIN_GIVEN);
  g_assert_cmpmem (before.p, 32, after.p, 32);
  g_assert_cmpuint (checked_in (s), ==, 1);
  g_assert_cmpuint (second[2], ==, (guint8)(first[2] + 1)); /* the next run */
  tabella_station_free (s);
}

static void
test_roles_and_states (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) desk = practice_open (p, 1);
  g_autoptr (TabellaStation) booth = practice_open (p, 3), combined = practice_open (p, 6);
  g_autoptr (TabellaAnswer) a = look_for (desk, 2, TABELLA_ANSWER_ON_ROLL);
  g_autofree char *id = practice_id (2);
  GError *error = NULL;
  guint8 ticket[10];

  g_assert_null (tabella_checkin_look (booth, id, &error));
  assert_refused (FALSE, &error, TABELLA_STATION_ERROR_STATE, "is a booth");
  assert_refused (tabella_station_serves (desk, TABELLA_FOR_BOOTH, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "is a desk");
  assert_refused (tabella_station_serves (combined, TABELLA_FOR_DESK, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "is a combined");
  combined->status.ended = TRUE;
  assert_refused (tabella_station_serves (combined, TABELLA_FOR_ALL, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "was ended");
  g_assert_true (tabella_station_pause (desk, &error));
  g_assert_null (tabella_checkin_look (desk, id, &error));
  assert_refused (FALSE, &error, TABELLA_STATION_ERROR_STATE, "");
  assert_refused (tabella_checkin_give (desk, a, TABELLA_CHECKIN_ROLL, 0, ticket, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "");
  g_assert_true (tabella_station_resume (desk, &error));
  tabella_station_lock (desk);
  g_assert_null (tabella_checkin_look (desk, id, &error));
  assert_refused (FALSE, &error, TABELLA_STATION_ERROR_STATE, "");
}

static void
test_full (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 1);
  g_autoptr (TabellaAnswer) a = NULL;
  guint8 ticket[10];

  for (guint i = 0; i < PRACTICE_CAPACITY; i++)
    give_to (s, NOT_ON_ROLL + i / 5 * 10 + i % 5, TABELLA_CHECKIN_WALKIN, ticket);
  a = look_for (s, 2, TABELLA_ANSWER_ON_ROLL);
  give_refused (s, a, TABELLA_CHECKIN_ROLL, 0, TABELLA_STATION_ERROR_FULL, "full");
  g_assert_cmpuint (checked_in (s), ==, PRACTICE_CAPACITY);
}

/* A combined tablet gives nobody a ticket whose ballot would find no place. */
static void
test_no_room_for_ballots (void)
{
  g_autoptr (Practice) p = practice_new ("{\"capacity\": {\"ballots\": 1, \"checkins\": 30}}");
  g_autoptr (TabellaStation) s = practice_open (p, 6);
  g_autoptr (TabellaAnswer) a = NULL;
  GError *error = NULL;
  char *receipt;
  guint8 ticket[10];

  give_to (s, 20, TABELLA_CHECKIN_ROLL, ticket);
  g_assert_true (tabella_session_begin (s, ticket, &error));
  g_assert_true (tabella_session_confirm (s, &error));
  g_assert_true (tabella_session_cast (s, &receipt, &error));
  g_free (receipt);
  leave (s);
  a = look_for (s, 21, TABELLA_ANSWER_ON_ROLL);
  give_refused (s, a, TABELLA_CHECKIN_ROLL, 0, TABELLA_STATION_ERROR_FULL, "full");
  g_assert_cmpuint (checked_in (s), ==, 1);
}

/* What was answered before somebody was checked in, left or came back says nothing afterwards. */
static void
test_stale_answers (void)
{
  g_autoptr (Practice) p = practice_new ("{\"walk_ins\": \"accepted\"}");
  g_autoptr (TabellaStation) s = practice_open (p, 6);
  g_autoptr (TabellaAnswer) first = look_for (s, 20, TABELLA_ANSWER_ON_ROLL), left = NULL;
  guint8 ticket[10];

  give (s, first, TABELLA_CHECKIN_ROLL, ticket);
  leave (s);
  give_refused (s, first, TABELLA_CHECKIN_ROLL, 0, TABELLA_STATION_ERROR_REFUSED, "look the");
  left = look_for (s, 20, TABELLA_ANSWER_LEFT);
  left->may_walk_in = TRUE; /* a person's record keeps its kind */
  give_refused (s, left, TABELLA_CHECKIN_WALKIN, 0, TABELLA_STATION_ERROR_REFUSED, "look the");
  give (s, left, TABELLA_CHECKIN_ROLL, ticket);
  g_assert_cmpuint (checked_in (s), ==, 1);
}

/* Chance gives the same three bytes again: nobody else gets that ticket. */
static void
test_ticket_drawn_again (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 1);
  guint8 first[10], second[10];

  fixed[0] = fixed[1] = 0x030201;
  n_fixed = 1;
  give_to (s, 0, TABELLA_CHECKIN_ROLL, first);
  g_assert_cmpmem (first + 3, 3, "\1\2\3", 3);
  n_fixed = 2;
  give_to (s, 1, TABELLA_CHECKIN_ROLL, second);
  g_assert_cmpuint (n_fixed, ==, 0);
  g_assert_cmpint (memcmp (first + 3, second + 3, 3), !=, 0);
}

/* A run's tickets stay so few that a guessed one is none. */
static void
test_tickets_of_a_run (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 1);
  g_autoptr (TabellaAnswer) a = look_for (s, 2, TABELLA_ANSWER_ON_ROLL);

  for (guint i = 0; i < 1u << 20; i++)
    g_hash_table_add (s->drawn, GUINT_TO_POINTER (i));
  give_refused (s, a, TABELLA_CHECKIN_ROLL, 0, TABELLA_STATION_ERROR_STATE, "too many tickets");
}

/* A ticket has one byte for the desk: the 257th has no tickets instead of the first one's. */
static void
test_too_many_desks (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 2);
  g_autoptr (TabellaAnswer) a = look_for (s, 8, TABELLA_ANSWER_ON_ROLL);
  GPtrArray *all = s->package->manifest->terminals;

  for (guint i = 0; i < G_MAXUINT8; i++) {
    TabellaTerminalInfo *t = g_new0 (TabellaTerminalInfo, 1);

    t->role = TABELLA_ROLE_DESK;
    t->station = 1;
    g_ptr_array_add (all, t); /* their number, 0, is below the tablet's own */
  }
  give_refused (s, a, TABELLA_CHECKIN_ROLL, 0, TABELLA_STATION_ERROR_STATE, "more tablets");
}

#ifndef __SANITIZE_ADDRESS__
static void
test_name_wiped (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 1);
  TabellaAnswer *a = look_for (s, 2, TABELLA_ANSWER_ON_ROLL);
  guint8 person[32];

  memcpy (person, a->p, sizeof person);
  freed_watch ("Voter 2", strlen ("Voter 2"));
  tabella_answer_free (a);
  g_assert_cmpuint (freed_found (), ==, 0);
  a = look_for (s, 2, TABELLA_ANSWER_ON_ROLL);
  freed_watch (person, sizeof person);
  tabella_answer_free (a);
  g_assert_cmpuint (freed_found (), ==, 0);
  freed_watch (NULL, 0);
}
#endif

/* X: style, rank among desk, combined and spare terminals, run; never the same ticket twice. */
static void
test_tickets (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) first = practice_open (p, 1);
  g_autoptr (TabellaStation) second = practice_open (p, 2);
  g_autoptr (TabellaStation) combined = practice_open (p, 9);
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
  TabellaTicketFields fields;
  guint8 ticket[10], t[16];

  for (guint i = 0; i < 24; i++) {
    if (i == 12) {
      tabella_station_lock (first);
      practice_unlock (first);
    }
    give_to (first, NOT_ON_ROLL + i / 5 * 10 + i % 5, TABELLA_CHECKIN_WALKIN, ticket);
    g_assert_true (tabella_ticket_check (first->keys->roll->ticket_key, first->ctx->he, 1, ticket,
                                         &fields, t));
    g_assert_cmpuint (fields.desk, ==, 0);
    g_assert_cmpuint (fields.run, ==, i < 12 ? 1 : 2);
    g_assert_true (g_hash_table_add (seen, g_bytes_new (t, sizeof t)));
  }
  give_to (second, 8, TABELLA_CHECKIN_ROLL, ticket);
  g_assert_true (
      tabella_ticket_check (first->keys->roll->ticket_key, first->ctx->he, 1, ticket, &fields, t));
  g_assert_cmpuint (fields.desk, ==, 1);
  g_assert_cmpuint (fields.style, ==, 1);
  give_to (combined, 35, TABELLA_CHECKIN_ROLL, ticket);
  g_assert_true (tabella_ticket_check (combined->keys->roll->ticket_key, first->ctx->he, 3, ticket,
                                       &fields, t));
  g_assert_cmpuint (fields.desk, ==, 1);
  g_assert_false (
      tabella_ticket_check (first->keys->roll->ticket_key, first->ctx->he, 1, ticket, &fields, t));
}

/* The link's T is that of the ticket, and nobody else's. */
static void
check_link (const Practice *p, TabellaStation *s, const TabellaCheckin *record,
            const guint8 ticket[10])
{
  const guint16 terminal = tabella_station_terminal (s)->index;
  TabellaProofVerdict verdict;
  TabellaTicketFields fields;
  TabellaPoint r, shared;
  guint8 t[16], opened[16];

  tabella_link_verify (p->ctx->he, terminal, record->link, &r, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_GOOD);
  practice_shared (p, &r, &shared);
  tabella_link_open (p->ctx->he, terminal, record->link, &shared, opened);
  g_assert_true (tabella_ticket_check (s->keys->roll->ticket_key, p->ctx->he,
                                       tabella_station_status (s)->station, ticket, &fields, t));
  g_assert_cmpmem (opened, 16, t, 16);
}

static void
check_links (const char *policies, gboolean roll_linked)
{
  static const struct {
    guint voter;
    TabellaCheckinKind kind;
  } cases[] = {
    { 3, TABELLA_CHECKIN_ROLL },
    { NOT_ON_ROLL, TABELLA_CHECKIN_WALKIN },
    { 3, TABELLA_CHECKIN_PROVISIONAL },
  };
  g_autoptr (Practice) p = practice_new (policies);
  g_autoptr (TabellaStation) s = practice_open (p, 1);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const gboolean provisional = cases[i].kind == TABELLA_CHECKIN_PROVISIONAL;
    TabellaCheckin record;
    guint8 ticket[10];

    give_to (s, cases[i].voter, cases[i].kind, ticket);
    record = record_of (s, cases[i].voter, provisional);
    g_assert_cmpint (record.kind, ==, cases[i].kind);
    if (cases[i].kind == TABELLA_CHECKIN_ROLL && !roll_linked)
      g_assert_true (tabella_link_is_zero (record.link));
    else
      check_link (p, s, &record, ticket);
  }
}

static void
test_links (void)
{
  check_links (NULL, FALSE); /* assigned, assigned-then-lot, paper yields */
  check_links ("{\"paper\": \"prevails\"}", TRUE);
  check_links ("{\"duplicates\": \"lot\"}", TRUE);
  check_links ("{\"duplicates\": \"strike-all\"}", TRUE);
  check_links ("{\"voting\": \"anywhere\", \"duplicates\": \"lot\"}", TRUE);
}

static void
test_fresh_links (void)
{
  g_autoptr (Practice) p = practice_new ("{\"duplicates\": \"lot\"}");
  g_autoptr (TabellaStation) s = practice_open (p, 6);
  TabellaCheckin before, after;
  guint8 first[10], second[10];

  give_to (s, 25, TABELLA_CHECKIN_ROLL, first);
  before = record_of (s, 25, FALSE);
  check_link (p, s, &before, first);
  leave (s);
  give_to (s, 25, TABELLA_CHECKIN_ROLL, second);
  after = record_of (s, 25, FALSE);
  check_link (p, s, &after, second);
  g_assert_cmpint (memcmp (before.link, after.link, 32), !=, 0);
  leave (s);
  g_assert_cmpmem (record_of (s, 25, FALSE).link, TABELLA_LINK_BYTES, after.link,
                   TABELLA_LINK_BYTES);
}

/* Desk 1 is gone; the spare has its lane and always links. */
static void
test_took_over (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) spare = NULL, other = NULL;
  g_autoptr (TabellaAnswer) away = NULL;
  TabellaTicketFields fields;
  TabellaCheckin record;
  guint8 ticket[10], t[16];

  practice_amend (p, TABELLA_AMEND_ENDED, 1, 0);
  practice_amend (p, TABELLA_AMEND_SPARE, 5,
                  tabella_amend_spare_value (1, 0x01F, TABELLA_ROLE_DESK));
  spare = practice_open (p, 5);
  give_to (spare, 3, TABELLA_CHECKIN_ROLL, ticket);
  record = record_of (spare, 3, FALSE);
  g_assert_cmpint (record.kind, ==, TABELLA_CHECKIN_ROLL);
  check_link (p, spare, &record, ticket);
  g_assert_true (
      tabella_ticket_check (spare->keys->roll->ticket_key, p->ctx->he, 1, ticket, &fields, t));
  g_assert_cmpuint (fields.desk, ==, 2);
  away = look_for (spare, 7, TABELLA_ANSWER_OTHER_LANE);
  g_assert_cmpuint (away->lane, ==, 0x3E0);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checkin/desk", test_desk);
  g_test_add_func ("/checkin/provisional-first", test_provisional_first);
  g_test_add_func ("/checkin/numbers", test_numbers);
  g_test_add_func ("/checkin/other-lane", test_other_lane);
  g_test_add_func ("/checkin/walk-ins", test_walk_ins);
  g_test_add_func ("/checkin/other-station", test_other_station);
  g_test_add_func ("/checkin/combined-left", test_combined_left);
  g_test_add_func ("/checkin/combined-restart", test_combined_restart);
  g_test_add_func ("/checkin/roles-and-states", test_roles_and_states);
  g_test_add_func ("/checkin/full", test_full);
  g_test_add_func ("/checkin/no-room-for-ballots", test_no_room_for_ballots);
  g_test_add_func ("/checkin/stale-answers", test_stale_answers);
  g_test_add_func ("/checkin/ticket-drawn-again", test_ticket_drawn_again);
  g_test_add_func ("/checkin/tickets-of-a-run", test_tickets_of_a_run);
  g_test_add_func ("/checkin/too-many-desks", test_too_many_desks);
#ifndef __SANITIZE_ADDRESS__
  g_test_add_func ("/checkin/name-wiped", test_name_wiped);
#endif
  g_test_add_func ("/checkin/tickets", test_tickets);
  g_test_add_func ("/checkin/links", test_links);
  g_test_add_func ("/checkin/fresh-links", test_fresh_links);
  g_test_add_func ("/checkin/took-over", test_took_over);
  return g_test_run ();
}
