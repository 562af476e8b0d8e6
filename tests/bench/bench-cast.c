/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A durable cast with few and with many ballots inside, one after the other on the same disk: the
 * ratio of their medians. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "box-fixture.h"

#define CAPACITY 6000
#define FEW      10
#define MANY     5000
#define CASTS    201

/* Puts votes into the first slots without a sync for each: where they lie makes no difference here.
 */
static void
fill (BoxFixture *f, guint32 votes)
{
  sqlite3 *db;
  sqlite3_stmt *ballot, *checkin;

  g_assert_cmpint (sqlite3_open (f->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "PRAGMA journal_mode = OFF; BEGIN", NULL, NULL, NULL), ==,
                   SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (
                       db, "UPDATE ballot SET v = CAST(?1 || substr(v, ?2) AS BLOB) WHERE id = ?3",
                       -1, &ballot, NULL),
                   ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_prepare_v2 (db, "UPDATE checkin SET v = ?1 WHERE id = ?2", -1, &checkin, NULL), ==,
      SQLITE_OK);
  for (guint32 n = 0; n < votes; n++) {
    guint8 code[32], ticket[16], slot[TABELLA_CHECKIN_BYTES];
    g_autoptr (GBytes) record = box_fixture_record (f, FALSE, n, code, ticket);
    const gsize size = g_bytes_get_size (record);
    g_autofree guint8 *bytes = g_malloc (size + 1);
    TabellaCheckin c;

    bytes[0] = 1;
    memcpy (bytes + 1, g_bytes_get_data (record, NULL), size);
    box_fixture_checkin (n, TABELLA_CHECKIN_VOTED, &c);
    tabella_checkin_write (&c, slot);
    sqlite3_bind_blob (ballot, 1, bytes, (int)size + 1, SQLITE_TRANSIENT);
    sqlite3_bind_int64 (ballot, 2, (sqlite3_int64)size + 2);
    sqlite3_bind_int64 (ballot, 3, n + 1);
    sqlite3_bind_blob (checkin, 1, slot, sizeof slot, SQLITE_TRANSIENT);
    sqlite3_bind_int64 (checkin, 2, n + 1);
    g_assert_cmpint (sqlite3_step (ballot), ==, SQLITE_DONE);
    g_assert_cmpint (sqlite3_step (checkin), ==, SQLITE_DONE);
    sqlite3_reset (ballot);
    sqlite3_reset (checkin);
  }
  sqlite3_finalize (ballot);
  sqlite3_finalize (checkin);
  g_assert_cmpint (sqlite3_exec (db, "COMMIT", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

/* One voter: check-in and ballot in one transaction. */
static double
cast (BoxFixture *f, TabellaBox *box, guint32 n)
{
  guint8 code[32], ticket[16];
  g_autoptr (GBytes) record = box_fixture_record (f, FALSE, n, code, ticket);
  TabellaCheckin c;
  GError *error = NULL;
  gint64 start;

  box_fixture_checkin (n, TABELLA_CHECKIN_VOTED, &c);
  start = g_get_monotonic_time ();
  tabella_box_cast (box, record, code, &c, &error);
  start = g_get_monotonic_time () - start;
  g_assert_no_error (error);
  return (double)start;
}

static int
ascending (const void *a, const void *b)
{
  const double s = *(const double *)a, t = *(const double *)b;

  return s < t ? -1 : s > t;
}

static double
median (double *values)
{
  qsort (values, CASTS, sizeof *values, ascending);
  return values[CASTS / 2];
}

int
main (void)
{
  static const guint32 inside[] = { FEW, MANY };
  static double times[2][CASTS];
  BoxFixture *f[2];
  TabellaBox *box[2];
  double few, many;

  tabella_crypto_init ();
  for (guint i = 0; i < 2; i++) {
    f[i] = box_fixture_new (CAPACITY, CAPACITY);
    fill (f[i], inside[i]);
    box[i] = box_fixture_open (f[i]);
  }
  for (guint n = 0; n < CASTS; n++)
    for (guint i = 0; i < 2; i++)
      times[i][n] = cast (f[i], box[i], inside[i] + n);
  few = median (times[0]);
  many = median (times[1]);
  printf (
      "durable cast, median of %d: %.0f us with %d ballots inside, %.0f us with %d; ratio %.3f\n",
      CASTS, few, FEW, many, MANY, many / few);
  for (guint i = 0; i < 2; i++) {
    tabella_box_close (box[i]);
    box_fixture_free (f[i]);
  }
  return 0;
}
