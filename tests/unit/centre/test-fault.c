/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A full disk and a damaged database: an error that says so, nothing half taken, and it goes on
 * afterwards. */
#include "story.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include "files.h"
#include "record.h"

/* No file of this process grows beyond @size: what a full disk does to a write. */
static void
limit_files (rlim_t size)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = size;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static void
lift_limit (void)
{
  limit_files (RLIM_INFINITY);
}

static char *
db_of (const Story *s)
{
  return g_build_filename (s->f->folder, "centre.db", NULL);
}

static rlim_t
size_of (const char *path)
{
  struct stat st;

  g_assert_cmpint (stat (path, &st), ==, 0);
  return (rlim_t)st.st_size;
}

/* Batch by batch until one does not fit: those before it are in, whole; it is not. */
static void
test_full_import (void)
{
  g_autoptr (Story) s = story_new ();
  g_autofree char *db = db_of (s);
  g_autoptr (GPtrArray) paths = g_ptr_array_new (), done = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaEvidence) e = NULL;
  guint taken;

  g_ptr_array_add (paths, s->sticks);
  limit_files (size_of (db) + 20000);
  done = tabella_import (s->store, paths, NULL, NULL, &error);
  lift_limit ();
  g_assert_null (done);
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STORE);
  e = story_evidence (s);
  taken = e->held->len;
  g_assert_cmpuint (taken, >, 0);
  g_assert_cmpuint (taken, <, 6);
  for (guint i = 0; i < taken; i++)
    g_assert_cmpstr (((TabellaHeld *)g_ptr_array_index (e->held, i))->quarantine, ==, NULL);
  story_import (s, s->sticks);
  g_clear_pointer (&e, tabella_evidence_free);
  e = story_evidence (s);
  g_assert_cmpuint (e->held->len, ==, 6);
}

static guint
entries_in (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* A request that does not fit leaves nothing behind, not even a hidden name. */
static void
test_full_request (void)
{
  g_autoptr (Story) s = story_new ();
  g_autofree char *requests = g_build_filename (s->f->folder, "requests", NULL), *path = NULL;
  g_autoptr (GError) error = NULL;

  story_until (s, TABELLA_REQUEST_CHECKINS);
  limit_files (3000);
  g_assert_false (tabella_ask (s->store, TABELLA_REQUEST_CHECKINS, &path, &error));
  lift_limit ();
  g_assert_nonnull (error);
  g_assert_null (path);
  g_assert_cmpuint (entries_in (requests), ==, 0);
  story_ask (s, TABELLA_REQUEST_CHECKINS, "checkins-0001");
}

static void
test_full_result (void)
{
  g_autoptr (Story) s = story_new ();
  g_autofree char *tally = story_request (s, "tally-0001"), *text = NULL;
  g_autofree char *result = g_build_filename (s->f->folder, "result.json", NULL);
  g_autofree char *out = fixture_file (s->f, "record");
  g_autofree char *hidden = fixture_file (s->f, ".record.tmp");
  g_autoptr (GError) error = NULL;

  story_until (s, TABELLA_REQUEST_TALLY);
  story_ask (s, TABELLA_REQUEST_TALLY, "tally-0001");
  story_share (s, "tally-0001", 1);
  story_share (s, "tally-0001", 2);
  limit_files (100);
  g_assert_false (tabella_combine (s->store, tally, NULL, &text, &error));
  lift_limit ();
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (g_file_test (result, G_FILE_TEST_EXISTS));
  tabella_combine (s->store, tally, NULL, &text, &error);
  g_assert_no_error (error);

  limit_files (3000);
  g_assert_false (tabella_publish (s->store, out, &error));
  lift_limit ();
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (hidden, G_FILE_TEST_EXISTS));
  tabella_publish (s->store, out, &error);
  g_assert_no_error (error);
}

/* A database that is none, or whose pages were overwritten, is an error and not a crash. */
static void
test_damaged_database (void)
{
  g_autoptr (Story) s = story_new ();
  g_autofree char *db = db_of (s);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) good = NULL;
  g_autofree guint8 *bad = NULL;
  gsize size;

  story_import (s, s->sticks);
  g_clear_pointer (&s->store, tabella_store_close);
  good = tabella_file_read (db, TABELLA_FILE_LIMIT, &error);
  g_assert_no_error (error);
  bad = g_memdup2 (g_bytes_get_data (good, &size), g_bytes_get_size (good));
  g_assert_cmpuint (size, >, 40960);
  memset (bad + 20480, 0xa5, 16384);
  tabella_file_write (db, bad, size, 0644, &error);
  g_assert_no_error (error);
  s->store = tabella_store_open (s->f->folder, &error);
  if (s->store != NULL) {
    g_assert_no_error (error);
    g_assert_null (tabella_store_evidence (s->store, &error));
  }
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_clear_pointer (&s->store, tabella_store_close);

  tabella_file_write (db, "not a database at all, but long enough to look at", 49, 0644, &error);
  g_assert_no_error (error);
  g_assert_null (tabella_store_open (s->f->folder, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STORE);
  g_clear_error (&error);

  /* The batches are still on their sticks. */
  g_assert_cmpint (g_remove (db), ==, 0);
  s->store = tabella_store_open (s->f->folder, &error);
  g_assert_no_error (error);
  story_import (s, s->sticks);
}

/* A stick that cannot be read stops nothing else. */
static void
test_unreadable (void)
{
  g_autoptr (Story) s = story_new ();
  g_autofree char *folder = g_build_filename (s->sticks, "terminal-001", "batch-0001", NULL);
  g_autofree char *pipe = g_build_filename (folder, "checkins", NULL);
  g_autoptr (GPtrArray) paths = g_ptr_array_new (), done = NULL;
  g_autoptr (GError) error = NULL;
  const TabellaImported *first;

  g_assert_cmpint (g_remove (pipe), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_ptr_array_add (paths, s->sticks);
  done = tabella_import (s->store, paths, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (done->len, ==, 6);
  first = g_ptr_array_index (done, 0);
  g_assert_cmpuint (first->terminal, ==, 1);
  g_assert_nonnull (strstr (first->refused, "not an ordinary file"));
  for (guint i = 1; i < done->len; i++)
    g_assert_cmpstr (((TabellaImported *)g_ptr_array_index (done, i))->refused, ==, NULL);
  g_clear_pointer (&done, g_ptr_array_unref);

  g_ptr_array_add (paths, (gpointer) "/nowhere/at/all");
  done = tabella_import (s->store, paths, NULL, NULL, &error);
  g_assert_null (done);
  g_assert_nonnull (strstr (error->message, "/nowhere/at/all"));
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_assert_true (signal (SIGXFSZ, SIG_IGN) != SIG_ERR);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fault/full-import", test_full_import);
  g_test_add_func ("/fault/full-request", test_full_request);
  g_test_add_func ("/fault/full-result", test_full_result);
  g_test_add_func ("/fault/damaged-database", test_damaged_database);
  g_test_add_func ("/fault/unreadable", test_unreadable);
  return g_test_run ();
}
