/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reconciliation at closing: right for each role, and every inequality of a spoilt box seen. */
#include <sqlite3.h>
#include <string.h>
#include "checkin.h"
#include "closing.h"
#include "files.h"
#include "practice.h"
#include "session.h"
#include "station-private.h"

#define COMBINED 6
#define DESK     1
#define BOOTH    3

/* Where a check-in's slot has its state, and a ballot's its ticket. */
#define AT_STATE  33
#define AT_TICKET 3

static void
check_in (TabellaStation *s, guint n, TabellaCheckinKind kind, guint8 ticket[10])
{
  g_autofree char *id = practice_id (n);
  g_autoptr (TabellaAnswer) answer = NULL;
  GError *error = NULL;

  answer = tabella_checkin_look (s, id, &error);
  g_assert_no_error (error);
  tabella_checkin_give (s, answer, kind, 0, ticket, &error);
  g_assert_no_error (error);
}

/* @challenges checked ballots, then cast or away. */
static void
visit (TabellaStation *s, const guint8 ticket[10], guint challenges, gboolean cast)
{
  GError *error = NULL;

  tabella_session_begin (s, ticket, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < challenges + (cast ? 1 : 0); i++) {
    g_autofree char *text = NULL;

    tabella_session_confirm (s, &error);
    g_assert_no_error (error);
    if (i < challenges)
      tabella_session_challenge (s, &text, &error);
    else
      tabella_session_cast (s, &text, &error);
    g_assert_no_error (error);
  }
  tabella_session_end (s, &error);
  g_assert_no_error (error);
}

static void
vote (TabellaStation *s, guint n, guint challenges, gboolean cast)
{
  guint8 ticket[10];

  check_in (s, n, TABELLA_CHECKIN_ROLL, ticket);
  visit (s, ticket, challenges, cast);
}

static TabellaClosing
closing (TabellaStation *s)
{
  TabellaClosing c;
  GError *error = NULL;

  tabella_station_closing (s, &c, &error);
  g_assert_no_error (error);
  return c;
}

static void
assert_balance (const TabellaClosing *c, guint i, TabellaBalanceKind kind, guint32 left,
                guint32 right, guint32 more)
{
  const TabellaBalance *b = &c->balances[i];

  g_assert_cmpuint (i, <, c->n_balances);
  g_assert_cmpint (b->kind, ==, kind);
  g_assert_cmpuint (b->left, ==, left);
  g_assert_cmpuint (b->right[0], ==, right);
  g_assert_cmpuint (b->right[1], ==, more);
  g_assert_cmpint (b->equal, ==, left == right + more);
}

/* Changes bytes of the first used slot (of @n th, from 0) in the box of a terminal that is off. */
static void
spoil (const char *dir, const char *table, guint n, gsize at, const void *bytes, gsize size)
{
  g_autofree char *path = g_build_filename (dir, "box.db", NULL);
  g_autofree char *find = g_strdup_printf (
      "SELECT id, v FROM %s WHERE v <> zeroblob(length(v)) ORDER BY id LIMIT 1 OFFSET %u", table,
      n);
  g_autofree char *put = g_strdup_printf ("UPDATE %s SET v = ?1 WHERE id = ?2", table);
  g_autofree guint8 *slot = NULL;
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  gint64 id;
  int length;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, find, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  id = sqlite3_column_int64 (statement, 0);
  length = sqlite3_column_bytes (statement, 1);
  slot = g_memdup2 (sqlite3_column_blob (statement, 1), (gsize)length);
  sqlite3_finalize (statement);
  if (bytes != NULL)
    memcpy (slot + at, bytes, size);
  else
    memset (slot, 0, (gsize)length); /* gone */
  g_assert_cmpint (sqlite3_prepare_v2 (db, put, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_bind_blob (statement, 1, slot, length, SQLITE_STATIC), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_bind_int64 (statement, 2, id), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_DONE);
  sqlite3_finalize (statement);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

/* Off, spoilt, on again. */
static TabellaStation *
spoilt (Practice *p, TabellaStation *s, const char *table, guint n, gsize at, const void *bytes,
        gsize size)
{
  const guint16 terminal = tabella_station_index (s);
  g_autofree char *dir = g_strdup (s->dir);

  tabella_station_free (s);
  spoil (dir, table, n, at, bytes, size);
  return practice_restart (p, terminal);
}

static void
test_combined (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  TabellaClosing c;
  guint8 ticket[10];
  GError *error = NULL;

  vote (s, 20, 1, TRUE);
  vote (s, 21, 0, TRUE);
  vote (s, 22, 2, FALSE);
  check_in (s, 23, TABELLA_CHECKIN_ROLL, ticket);
  tabella_station_free (s); /* in the middle of a voter */
  s = practice_restart (p, COMBINED);
  c = closing (s);
  g_assert_cmpint (c.role, ==, TABELLA_ROLE_COMBINED);
  g_assert_false (c.closed);
  g_assert_cmpstr (c.clock, ==, "");
  g_assert_cmpuint (c.waiting, ==, 1);
  g_assert_cmpuint (c.counts.challenged, ==, 3);
  g_assert_cmpuint (c.n_balances, ==, 2);
  assert_balance (&c, 0, TABELLA_BALANCE_PEOPLE, 4, 2, 2);
  assert_balance (&c, 1, TABELLA_BALANCE_VOTES, 2, 2, 0);
  g_assert_cmpuint (tabella_closing_countable (&c), ==, 4);

  g_assert_true (tabella_export_close (s, &error));
  c = closing (s);
  g_assert_true (c.closed);
  g_assert_cmpuint (strlen (c.clock), ==, 16);
  g_assert_cmpuint (c.waiting, ==, 0);
  assert_balance (&c, 0, TABELLA_BALANCE_PEOPLE, 4, 2, 2);
  assert_balance (&c, 1, TABELLA_BALANCE_VOTES, 2, 2, 0);
  tabella_station_lock (s);
  assert_refused (tabella_station_closing (s, &c, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "locked");
  tabella_station_free (s);
}

/* One of the two equations is hurt by each kind of damage, and by no other. */
static void
test_combined_spoilt (void)
{
  static const guint8 given = TABELLA_CHECKIN_GIVEN, voted = TABELLA_CHECKIN_VOTED;
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  TabellaClosing c;
  GError *error = NULL;

  vote (s, 20, 0, TRUE);
  vote (s, 21, 0, FALSE);
  g_assert_true (tabella_export_close (s, &error));

  s = spoilt (p, s, "ballot", 0, 0, NULL, 0);
  c = closing (s);
  assert_balance (&c, 0, TABELLA_BALANCE_PEOPLE, 2, 1, 1);
  assert_balance (&c, 1, TABELLA_BALANCE_VOTES, 1, 0, 0);
  s = spoilt (p, s, "checkin", 0, AT_STATE, &voted, 1);
  s = spoilt (p, s, "checkin", 1, AT_STATE, &voted, 1);
  c = closing (s);
  assert_balance (&c, 0, TABELLA_BALANCE_PEOPLE, 2, 2, 0);
  assert_balance (&c, 1, TABELLA_BALANCE_VOTES, 2, 0, 0);
  /* After closing nobody is on the way any more: a ticket in hand is no one who left. */
  s = spoilt (p, s, "checkin", 0, AT_STATE, &given, 1);
  c = closing (s);
  g_assert_cmpuint (c.waiting, ==, 0);
  assert_balance (&c, 0, TABELLA_BALANCE_PEOPLE, 2, 1, 0);
  assert_balance (&c, 1, TABELLA_BALANCE_VOTES, 1, 0, 0);
  tabella_station_free (s);
}

static void
test_desk (void)
{
  static const guint8 left = TABELLA_CHECKIN_LEFT;
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, DESK);
  TabellaClosing c;
  guint8 ticket[10];

  check_in (s, 0, TABELLA_CHECKIN_ROLL, ticket);
  check_in (s, 0, TABELLA_CHECKIN_PROVISIONAL, ticket);
  check_in (s, 1, TABELLA_CHECKIN_ROLL, ticket);
  c = closing (s);
  g_assert_cmpint (c.role, ==, TABELLA_ROLE_DESK);
  g_assert_cmpuint (c.n_balances, ==, 1);
  assert_balance (&c, 0, TABELLA_BALANCE_ISSUED, 3, 3, 0);
  g_assert_cmpuint (tabella_closing_countable (&c), ==, 3);
  s = spoilt (p, s, "checkin", 2, AT_STATE, &left, 1);
  c = closing (s);
  assert_balance (&c, 0, TABELLA_BALANCE_ISSUED, 3, 2, 0);
  g_assert_cmpuint (tabella_closing_countable (&c), ==, 2);
  tabella_station_free (s);
}

static void
test_booth (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *desk = practice_open (p, DESK), *s = practice_open (p, BOOTH);
  TabellaClosing c;
  guint8 tickets[4][10];

  for (guint i = 0; i < 4; i++)
    check_in (desk, (const guint[]){ 0, 1, 3, 4 }[i], TABELLA_CHECKIN_ROLL, tickets[i]);
  visit (s, tickets[0], 0, TRUE);
  visit (s, tickets[1], 2, TRUE);
  visit (s, tickets[2], 1, FALSE); /* only checked the machine */
  visit (s, tickets[3], 0, FALSE); /* left no trace */
  c = closing (s);
  g_assert_cmpint (c.role, ==, TABELLA_ROLE_BOOTH);
  g_assert_cmpuint (c.n_balances, ==, 1);
  assert_balance (&c, 0, TABELLA_BALANCE_USED, 3, 2, 1);
  g_assert_cmpuint (c.counts.challenged, ==, 3);
  g_assert_cmpuint (c.only_challenged, ==, 1);
  g_assert_cmpuint (tabella_closing_countable (&c), ==, 3);
  tabella_station_free (desk);
  tabella_station_free (s);
}

/* Two cast ballots with one ticket: more ballots than tickets. */
static void
test_booth_spoilt (void)
{
  static const guint8 same[16] = { 1, 2, 3 };
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *desk = practice_open (p, DESK), *s = practice_open (p, BOOTH);
  TabellaClosing c;
  guint8 ticket[10];

  check_in (desk, 0, TABELLA_CHECKIN_ROLL, ticket);
  visit (s, ticket, 0, TRUE);
  check_in (desk, 1, TABELLA_CHECKIN_ROLL, ticket);
  visit (s, ticket, 0, TRUE);
  s = spoilt (p, s, "ballot", 0, AT_TICKET, same, sizeof same);
  c = closing (s);
  assert_balance (&c, 0, TABELLA_BALANCE_USED, 2, 2, 0);
  s = spoilt (p, s, "ballot", 1, AT_TICKET, same, sizeof same);
  c = closing (s);
  assert_balance (&c, 0, TABELLA_BALANCE_USED, 1, 2, 0);
  tabella_station_free (desk);
  tabella_station_free (s);
}

static void
test_voter_inside (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  guint8 ticket[10];
  GError *error = NULL;

  check_in (s, 20, TABELLA_CHECKIN_ROLL, ticket);
  g_assert_true (tabella_session_begin (s, ticket, &error));
  assert_refused (tabella_station_may_close (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "let them finish, or say that they left");
  assert_refused (tabella_export_close (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "let them finish, or say that they left");
  g_assert_true (tabella_session_end (s, &error));
  g_assert_true (tabella_station_may_close (s, &error));
  tabella_station_lock (s);
  assert_refused (tabella_station_may_close (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "locked");
  tabella_station_free (s);
}

static gboolean
fail (const char *root, GError **error)
{
  g_set_error_literal (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STICK, "pulled out");
  return FALSE;
}

/* Closing is done when a stick has the final, and a restart knows whether it was. */
static void
test_delivered (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  g_autofree char *root = practice_file (p, "usb"), *text = NULL;
  TabellaStick stick = { .root = root, .sync = fail };
  GError *error = NULL;
  guint16 number;

  g_assert_true (tabella_folder_make (root, &error));
  assert_refused (tabella_export_final_number (s, &number, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "not closed");
  g_assert_false (tabella_export_final_delivered (s));
  g_assert_true (tabella_export_close (s, &error));
  g_assert_true (tabella_export_final_number (s, &number, &error));
  g_assert_cmpuint (number, ==, 1);
  assert_refused (tabella_export_final (s, &stick, &text, &error), &error,
                  TABELLA_STATION_ERROR_STICK, "pulled out");
  g_assert_false (tabella_export_final_delivered (s));
  tabella_station_free (s);
  s = practice_restart (p, COMBINED);
  g_assert_false (tabella_export_final_delivered (s));
  stick.sync = NULL;
  g_assert_true (tabella_export_final (s, &stick, &text, &error));
  g_assert_true (tabella_export_final_delivered (s));
  tabella_station_free (s);
  s = practice_restart (p, COMBINED);
  g_assert_true (tabella_export_final_delivered (s));
  tabella_station_free (s);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/closing/combined", test_combined);
  g_test_add_func ("/closing/combined-spoilt", test_combined_spoilt);
  g_test_add_func ("/closing/desk", test_desk);
  g_test_add_func ("/closing/booth", test_booth);
  g_test_add_func ("/closing/booth-spoilt", test_booth_spoilt);
  g_test_add_func ("/closing/voter-inside", test_voter_inside);
  g_test_add_func ("/closing/delivered", test_delivered);
  return g_test_run ();
}
