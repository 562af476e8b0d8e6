/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "box-fixture.h"

#include <sqlite3.h>
#include <string.h>
#include "files.h"

#define AT_TICKET 2 /* in a record: after the style */

BoxFixture *
box_fixture_new (guint ballots, guint checkins)
{
  BoxFixture *f = g_new0 (BoxFixture, 1);
  GError *error = NULL;

  f->hand = hand_new ("box", TRUE);
  f->folder = g_dir_make_tmp ("tabella-box-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->folder, "box.db", NULL);
  f->journal = g_strconcat (f->path, "-journal", NULL);
  f->model = hand_cast (f->hand, 0, 0, 0, 1);
  f->challenged = hand_challenged (f->hand, 0, 0, 0, 1);
  tabella_box_create (f->path, tabella_record_size_max (f->hand->ctx), ballots, checkins, &error);
  g_assert_no_error (error);
  return f;
}

void
box_fixture_free (BoxFixture *f)
{
  GError *error = NULL;

  tabella_folder_remove (f->folder, &error);
  g_assert_no_error (error);
  hand_free (f->hand);
  g_bytes_unref (f->model);
  g_bytes_unref (f->challenged);
  g_free (f->folder);
  g_free (f->path);
  g_free (f->journal);
  g_free (f);
}

TabellaBox *
box_fixture_open (BoxFixture *f)
{
  GError *error = NULL;
  TabellaBox *box = tabella_box_open (f->path, &error);

  g_assert_no_error (error);
  tabella_box_index (box, f->hand->ctx, HAND_TERMINAL, &error);
  g_assert_no_error (error);
  return box;
}

/* A ticket that is nowhere else by chance. */
static void
make_ticket (guint32 n, guint8 ticket[16])
{
  g_autofree char *word = g_strdup_printf ("ticket %u", n);
  guint8 bytes[32];

  hand_bytes (word, bytes);
  memcpy (ticket, bytes, 16);
}

GBytes *
box_fixture_record (BoxFixture *f, gboolean challenged, guint32 n, guint8 code[32],
                    guint8 ticket[16])
{
  GBytes *model = challenged ? f->challenged : f->model;
  gsize size, used;
  guint8 *bytes = g_memdup2 (g_bytes_get_data (model, &size), g_bytes_get_size (model));
  TabellaBallotRecord record;
  GError *error = NULL;

  make_ticket (n, bytes + AT_TICKET);
  memcpy (ticket, bytes + AT_TICKET, 16);
  size = g_bytes_get_size (model);
  tabella_record_parse (f->hand->ctx, HAND_TERMINAL, challenged, bytes, size, &record, &used,
                        &error);
  g_assert_no_error (error);
  memcpy (code, record.code, 32);
  return g_bytes_new_take (bytes, size);
}

void
box_fixture_checkin (guint32 n, TabellaCheckinState state, TabellaCheckin *c)
{
  g_autofree char *word = g_strdup_printf ("voter %u", n);
  g_autofree char *link = g_strdup_printf ("link %u", n);

  memset (c, 0, sizeof *c);
  hand_bytes (word, c->p);
  c->kind = TABELLA_CHECKIN_ROLL;
  c->state = (guint8)state;
  for (gsize i = 0; i + 32 <= sizeof c->link; i += 32)
    hand_bytes (link, c->link + i);
}

void
box_fixture_vote (BoxFixture *f, TabellaBox *box, guint32 n)
{
  g_autoptr (GBytes) record = NULL;
  guint8 code[32], ticket[16];
  TabellaCheckin c;
  GError *error = NULL;

  box_fixture_checkin (n, TABELLA_CHECKIN_GIVEN, &c);
  tabella_box_checkin_put (box, &c, &error);
  g_assert_no_error (error);
  record = box_fixture_record (f, FALSE, n, code, ticket);
  c.state = TABELLA_CHECKIN_VOTED;
  tabella_box_cast (box, record, code, &c, &error);
  g_assert_no_error (error);
}

GBytes *
box_fixture_read (const char *path)
{
  GError *error = NULL;
  GBytes *bytes = tabella_file_read (path, TABELLA_FILE_LIMIT, &error);

  g_assert_no_error (error);
  return bytes;
}

gboolean
box_fixture_all_zero (const char *path)
{
  g_autoptr (GBytes) bytes = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  bytes = box_fixture_read (path);
  return sodium_is_zero (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) == 1;
}

guint
box_fixture_find (GBytes *haystack, gconstpointer needle, gsize size, gsize *at)
{
  gsize all;
  const guint8 *start = g_bytes_get_data (haystack, &all);
  const guint8 *p = start, *found;
  guint n = 0;

  while ((found = memmem (p, all - (gsize)(p - start), needle, size)) != NULL) {
    n++;
    if (at != NULL)
      *at = (gsize)(found - start);
    p = found + 1;
  }
  return n;
}

gboolean
box_fixture_has (BoxFixture *f, TabellaBox *box, guint32 n)
{
  guint8 ticket[16];
  gboolean cast;
  guint challenged;

  make_ticket (n, ticket);
  g_assert_true (tabella_box_ticket_use (box, ticket, &cast, &challenged, NULL));
  return cast;
}

gint64
box_fixture_ask (BoxFixture *f, const char *sql)
{
  sqlite3 *db;
  sqlite3_stmt *stmt;
  gint64 value;

  g_assert_cmpint (sqlite3_open_v2 (f->path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  value = sqlite3_column_int64 (stmt, 0);
  sqlite3_finalize (stmt);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  return value;
}
