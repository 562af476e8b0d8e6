/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each call to SQLite that the centre's database makes, failing in turn, in every step: the error
 * is the database's, what was there before stays as it was, and the step succeeds afterwards. */
#include "story.h"

#include <glib/gstdio.h>
#include <string.h>
#include "files.h"
#include "sqlite-fails.h"

WRAP (sqlite3_busy_timeout, (sqlite3 * db, int ms), db, ms)
WRAP (sqlite3_bind_int, (ROW, int value), stmt, at, value)
WRAP (sqlite3_bind_null, (ROW), stmt, at)
WRAP (sqlite3_bind_blob64, (ROW, const void *data, sqlite3_uint64 size, void (*done) (void *)),
      stmt, at, data, size, done)

/* No memory for a text: SQLite says so afterwards. */
static guint no_text; /* which one, from 1; 0: none */
static gboolean had_none;

const unsigned char *__real_sqlite3_column_text (ROW);
const unsigned char *__wrap_sqlite3_column_text (ROW);
int __real_sqlite3_errcode (sqlite3 *db);
int __wrap_sqlite3_errcode (sqlite3 *db);

const unsigned char *
__wrap_sqlite3_column_text (ROW)
{
  const unsigned char *text = __real_sqlite3_column_text (stmt, at);

  if (text == NULL || no_text == 0 || --no_text > 0)
    return text;
  had_none = TRUE;
  return NULL;
}

int
__wrap_sqlite3_errcode (sqlite3 *db)
{
  return had_none ? SQLITE_NOMEM : __real_sqlite3_errcode (db);
}

static Story *story;
static TabellaStore *store;

static void
open_again (void)
{
  GError *error = NULL;

  g_clear_pointer (&store, tabella_store_close);
  store = tabella_store_open (story->f->folder, &error);
  g_assert_no_error (error);
}

static void
run (const char *sql)
{
  g_autofree char *path = g_build_filename (story->f->folder, "centre.db", NULL);
  sqlite3 *db;

  g_assert_cmpint (__real_sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  g_assert_cmpint (__real_sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

/* --- Steps --- */

static gboolean
open_store (GError **error)
{
  g_clear_pointer (&store, tabella_store_close);
  run ("DELETE FROM meta"); /* as when it is made */
  store = tabella_store_open (story->f->folder, error);
  return store != NULL;
}

static gboolean
import (GError **error)
{
  g_autofree char *path = g_build_filename (story->sticks, "terminal-004", NULL);
  g_autoptr (GPtrArray) paths = g_ptr_array_new (), done = NULL;

  g_ptr_array_add (paths, path);
  done = tabella_import (store, paths, NULL, NULL, error);
  for (guint i = 0; done != NULL && i < done->len; i++)
    g_assert_cmpstr (((TabellaImported *)done->pdata[i])->refused, ==, NULL);
  return done != NULL;
}

static gboolean
put_receipt (GError **error)
{
  gboolean is_new;
  const gboolean done = tabella_store_put_receipt (store, "as printed", &is_new, error);

  g_assert_cmpint (is_new, ==, done);
  return done;
}

static gboolean
list_receipts (GError **error)
{
  g_autoptr (GPtrArray) texts = tabella_store_receipts (store, error);

  return texts != NULL;
}

static gboolean
decide (GError **error)
{
  const TabellaDecision d = { .terminal = 4, .accepted = TRUE };

  return tabella_store_put_decision (store, &d, error);
}

static gboolean
sign_decisions (GError **error)
{
  return tabella_store_sign_decisions (store, &story->f->key, error);
}

static gboolean
look (GError **error)
{
  g_autoptr (TabellaEvidence) e = tabella_store_evidence (store, error);

  return e != NULL;
}

/* --- What is there --- */

static char *
decisions (void)
{
  g_autofree char *path = g_build_filename (story->f->folder, "decisions.json", NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : g_strdup ("none");
}

static char *
rows_of (const char *sql)
{
  sqlite3_stmt *stmt;
  sqlite3 *db;
  char *text;
  g_autofree char *path = g_build_filename (story->f->folder, "centre.db", NULL);

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  text = g_strdup ((const char *)sqlite3_column_text (stmt, 0));
  g_assert_cmpint (sqlite3_finalize (stmt), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  return text;
}

static char *
contents (void)
{
  g_autofree char *signed_ones = decisions ();
  g_autofree char *rows = rows_of (
      "SELECT (SELECT count(*) FROM batch) || ' batches, ' ||"
      " (SELECT coalesce(group_concat(hex(digest)), '') FROM batch) || ', ' ||"
      " (SELECT coalesce(group_concat(text), '') FROM receipt) || ', ' ||"
      " (SELECT coalesce(group_concat(terminal || hex(p) || accepted), '') FROM decision)");

  return g_strconcat (rows, "; ", signed_ones, NULL);
}

typedef struct {
  const char *name;
  gboolean (*act) (GError **error);
  gboolean changes;
  const char *undo; /* SQL: so that the next try has the same to do */
  guint least;      /* calls that it makes */
} Step;

static void
undo (const Step *step)
{
  g_autofree char *signed_ones = g_build_filename (story->f->folder, "decisions.json", NULL);

  g_clear_pointer (&store, tabella_store_close);
  if (step->undo != NULL)
    run (step->undo);
  else
    g_remove (signed_ones);
}

static void
test_step (gconstpointer data)
{
  const Step *step = data;
  guint n = 0, all;

  do {
    g_autofree char *before = NULL, *between = NULL, *after = NULL;
    GError *error = NULL;
    gboolean done;

    open_again ();
    before = contents ();
    calls = 0;
    fail_at = ++n;
    done = step->act (&error);
    all = calls;
    fail_at = 0;
    if (n <= all) {
      g_assert_false (done);
      g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STORE);
      g_assert_nonnull (strstr (error->message, "centre.db"));
      g_clear_error (&error);
      between = contents ();
      g_assert_cmpstr (between, ==, before);
      if (store == NULL)
        open_again ();
      g_assert_true (step->act (&error));
    }
    g_assert_no_error (error);
    after = contents ();
    g_assert_cmpint (strcmp (before, after) != 0, ==, step->changes);
    undo (step);
  } while (n <= all);
  g_assert_cmpuint (n - 1, >=, step->least);
}

/* Neither kept nor taken back: that is said, and the next opening takes it back. */
static void
test_not_taken_back (void)
{
  g_autofree char *before = NULL, *after = NULL;
  GError *error = NULL;
  guint commit;

  open_again ();
  before = contents ();
  calls = 0;
  g_assert_true (import (&error));
  commit = calls; /* the last; ROLLBACK follows */
  g_clear_pointer (&store, tabella_store_close);
  run ("DELETE FROM batch");
  open_again ();
  calls = 0;
  fail_at = commit;
  fail_more = 1;
  g_assert_false (import (&error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STORE);
  g_assert_nonnull (strstr (error->message, "could not be taken back"));
  g_clear_error (&error);
  fail_at = fail_more = 0;
  open_again ();
  after = contents ();
  g_assert_cmpstr (after, ==, before);
  g_assert_true (import (&error));
}

/* A batch that was put aside is not a good one because there was no memory to read why. */
static void
test_no_memory_for_texts (void)
{
  GError *error = NULL;
  guint n = 0;

  open_again ();
  g_assert_true (import (&error));
  run ("UPDATE batch SET quarantine = 'not as it was', signed = 0");
  do {
    g_autoptr (TabellaEvidence) e = NULL;

    open_again ();
    no_text = ++n;
    had_none = FALSE;
    e = tabella_store_evidence (store, &error);
    no_text = 0;
    g_assert_cmpint (e == NULL, ==, had_none);
    if (had_none)
      g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STORE);
    g_clear_error (&error);
  } while (had_none);
  g_assert_cmpuint (n, >, 2); /* the signature, and the reason */
  run ("DELETE FROM batch");
}

int
main (int argc, char **argv)
{
  static const Step steps[] = {
    { "/sqlite/open", open_store, FALSE, "DELETE FROM receipt", 9 },
    { "/sqlite/import", import, TRUE, "DELETE FROM batch", 20 },
    { "/sqlite/put-receipt", put_receipt, TRUE, "DELETE FROM receipt", 3 },
    { "/sqlite/receipts", list_receipts, FALSE, "DELETE FROM receipt", 2 },
    { "/sqlite/decide", decide, TRUE, "DELETE FROM decision", 9 },
    { "/sqlite/sign-decisions", sign_decisions, TRUE, NULL, 2 },
    { "/sqlite/look", look, FALSE, "DELETE FROM batch", 2 },
  };
  int failed;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  story = story_new ();
  g_clear_pointer (&story->store, tabella_store_close);
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    g_test_add_data_func (steps[i].name, &steps[i], test_step);
  g_test_add_func ("/sqlite/not-taken-back", test_not_taken_back);
  g_test_add_func ("/sqlite/no-memory-for-texts", test_no_memory_for_texts);
  failed = g_test_run ();
  g_clear_pointer (&store, tabella_store_close);
  story_free (story);
  return failed;
}
