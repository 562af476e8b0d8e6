/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each call to SQLite that the ballot box makes, failing in turn, once and from then on, in every
 * step: what the box says is what the disk holds afterwards, and the step is done at the second
 * try. */
#include "box-fixture.h"

#include <string.h>
#include <unistd.h>
#include "sqlite-fails.h"

WRAP (sqlite3_bind_int64, (ROW, sqlite3_int64 value), stmt, at, value)
WRAP (sqlite3_bind_zeroblob, (ROW, int size), stmt, at, size)

static gboolean texts;  /* also the reads of texts fail, */
static const char *lie; /* which then give this */

const unsigned char *__real_sqlite3_column_text (ROW);
const unsigned char *__wrap_sqlite3_column_text (ROW);

const unsigned char *
__wrap_sqlite3_column_text (ROW)
{
  return texts && fails () ? (const unsigned char *)lie : __real_sqlite3_column_text (stmt, at);
}
WRAP_DONE (sqlite3_reset, (sqlite3_stmt * stmt), stmt)
WRAP_DONE (sqlite3_close, (sqlite3 * db), db)

#define LINE "{\"event\":\"enrolled\"}"

static BoxFixture *f;
static TabellaBox *box;

/* --- Steps; voter 1 has a ticket, and ballot 2 was checked --- */

static gboolean
give (GError **error)
{
  TabellaCheckin c;

  box_fixture_checkin (3, TABELLA_CHECKIN_GIVEN, &c);
  return tabella_box_checkin_put (box, &c, error);
}

static gboolean
cast (GError **error)
{
  g_autoptr (GBytes) record = NULL;
  guint8 code[32], ticket[16];
  TabellaCheckin c;

  record = box_fixture_record (f, FALSE, 1, code, ticket);
  box_fixture_checkin (1, TABELLA_CHECKIN_VOTED, &c);
  return tabella_box_cast (box, record, code, &c, error);
}

static gboolean
challenge (GError **error)
{
  g_autoptr (GBytes) record = NULL;
  guint8 code[32], ticket[16];

  record = box_fixture_record (f, TRUE, 4, code, ticket);
  return tabella_box_challenge (box, record, code, error);
}

static gboolean
journal (GError **error)
{
  return tabella_box_journal_append (box, LINE, error);
}

static gboolean
after (GError **error)
{
  return tabella_box_after_append (box, "after", error);
}

static gboolean
set (GError **error)
{
  return tabella_box_set (box, "final", "written", error);
}

static gboolean
leave_all (GError **error)
{
  return tabella_box_leave_all (box, error);
}

static gboolean
open_it (GError **error)
{
  g_clear_pointer (&box, tabella_box_close);
  box = tabella_box_open (f->path, error);
  return box != NULL && tabella_box_index (box, f->hand->ctx, HAND_TERMINAL, error);
}

static gboolean
look (GError **error)
{
  g_autoptr (GPtrArray) ballots = NULL, challenged = NULL;
  g_autoptr (GArray) checkins = NULL;
  g_autofree char *text = NULL;
  TabellaCounts counts;
  guint used, unfinished;

  if (!tabella_box_counts (box, &counts, error) ||
      !tabella_box_tickets (box, &used, &unfinished, error) ||
      !tabella_box_records (box, &ballots, &challenged, &checkins, error))
    return FALSE;
  g_assert_cmpuint (counts.checked_in, ==, checkins->len);
  g_assert_cmpuint (used, ==, ballots->len + challenged->len);
  text = tabella_box_journal_text (box, error);
  if (text != NULL && texts)
    g_assert_cmpstr (text, ==, LINE "\n");
  return text != NULL;
}

/* --- What the disk holds --- */

static char *
contents (void)
{
  static const char *const sums[] = {
    "SELECT count(*) FROM journal",
    "SELECT count(*) FROM after",
    "SELECT count(*) FROM value",
  };
  GString *text = g_string_new (NULL);
  TabellaCounts counts;
  GError *error = NULL;

  g_clear_pointer (&box, tabella_box_close);
  for (guint i = 0; i < G_N_ELEMENTS (sums); i++)
    g_string_append_printf (text, "%u ", (guint)box_fixture_ask (f, sums[i]));
  box = box_fixture_open (f);
  g_assert_true (tabella_box_counts (box, &counts, &error));
  g_string_append_printf (text, "%u %u %u %u %u %u", counts.checked_in, counts.given, counts.voted,
                          counts.left, counts.cast, counts.challenged);
  return g_string_free (text, FALSE);
}

typedef struct {
  const char *name;
  gboolean (*act) (GError **error);
  gboolean changes;
  guint least; /* calls that it makes */
} Step;

static void
begin (void)
{
  g_autoptr (GBytes) record = NULL;
  guint8 code[32], ticket[16];
  GError *error = NULL;
  TabellaCheckin c;

  f = box_fixture_new (3, 3);
  box = box_fixture_open (f);
  if (texts)
    g_assert_true (tabella_box_journal_append (box, LINE, &error));
  box_fixture_checkin (1, TABELLA_CHECKIN_GIVEN, &c);
  g_assert_true (tabella_box_checkin_put (box, &c, &error));
  record = box_fixture_record (f, TRUE, 2, code, ticket);
  g_assert_true (tabella_box_challenge (box, record, code, &error));
}

static void
end (void)
{
  fail_at = 0;
  g_clear_pointer (&box, tabella_box_close);
  g_clear_pointer (&f, box_fixture_free);
}

/* FALSE when the step makes no so many calls. */
static gboolean
try_step (const Step *step, guint n)
{
  g_autofree char *before = NULL, *now = NULL, *done = NULL;
  gboolean said, unknown, failed;
  GError *error = NULL;

  begin ();
  before = contents ();
  calls = 0;
  fail_at = n;
  said = step->act (&error);
  failed = calls >= n;
  fail_at = 0;
  unknown = box != NULL && tabella_box_doubtful (box);
  if (said) {
    g_assert_no_error (error);
  } else {
    g_assert_true (failed);
    g_assert_cmpint (error->domain, ==, TABELLA_STATION_ERROR);
    g_assert_true (error->code == TABELLA_STATION_ERROR_STORAGE ||
                   error->code == TABELLA_STATION_ERROR_NOT_RECORDED);
    g_assert_cmpint (unknown, ==, strstr (error->message, "cannot be told") != NULL);
    g_clear_error (&error);
  }
  now = contents ();
  if (!unknown)
    g_assert_cmpint (strcmp (before, now) != 0, ==, said && step->changes);
  if (g_str_equal (before, now)) {
    g_assert_true (step->act (&error));
    g_assert_no_error (error);
  }
  done = contents ();
  g_assert_cmpint (strcmp (before, done) != 0, ==, step->changes);
  end ();
  return failed;
}

static void
test_step (gconstpointer data)
{
  const Step *step = data;

  texts = step->act == look || step->act == open_it;
  for (guint on = 0; on < 2; on++) {
    guint n = 0;

    fail_more = on == 1 ? G_MAXUINT : 0;
    do
      n++;
    while (try_step (step, n));
    g_assert_cmpuint (n - 1, >=, step->least);
  }
  texts = FALSE;
}

/* A box that could not be made is not there. */
static void
test_create (void)
{
  guint n = 0, all;

  begin ();
  do {
    g_autofree char *path = g_strdup_printf ("%s/new.db", f->folder);
    g_autofree char *hot = g_strconcat (path, "-journal", NULL);
    GError *error = NULL;
    gboolean said;

    calls = 0;
    fail_at = ++n;
    fail_more = 0;
    said = tabella_box_create (path, tabella_record_size_max (f->hand->ctx), 1, 1, &error);
    all = calls;
    fail_at = 0;
    if (n <= all) {
      g_assert_false (said);
      g_assert_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE);
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
      g_clear_error (&error);
    }
    g_assert_no_error (error);
    unlink (path);
    unlink (hot);
  } while (n <= all);
  g_assert_cmpuint (n, >, 8);
  end ();
}

/* A SQLite that does not do as it was asked, or that was built another way: no box is opened with
 * settings on which nothing can rest. */
static void
test_other_settings (void)
{
  guint refused = 0, n = 0, all;

  begin ();
  do {
    GError *error = NULL;

    g_clear_pointer (&box, tabella_box_close);
    calls = 0;
    fail_at = ++n;
    fail_more = 0;
    lie = "another";
    texts = TRUE;
    box = tabella_box_open (f->path, &error);
    all = calls;
    fail_at = 0;
    lie = NULL;
    texts = FALSE;
    refused += box == NULL && strstr (error->message, "SQLite answers another to") != NULL;
    g_clear_error (&error);
  } while (n <= all);
  g_assert_cmpuint (refused, ==, 5); /* locking, journal, secure_delete, synchronous, auto_vacuum */
  end ();
}

int
main (int argc, char **argv)
{
  static const Step steps[] = {
    { "/box-sqlite/open", open_it, FALSE, 8 },       { "/box-sqlite/look", look, FALSE, 8 },
    { "/box-sqlite/give", give, TRUE, 8 },           { "/box-sqlite/cast", cast, TRUE, 12 },
    { "/box-sqlite/challenge", challenge, TRUE, 8 }, { "/box-sqlite/journal", journal, TRUE, 8 },
    { "/box-sqlite/after", after, TRUE, 8 },         { "/box-sqlite/set", set, TRUE, 8 },
    { "/box-sqlite/leave-all", leave_all, TRUE, 8 },
  };

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/box-sqlite/create", test_create);
  g_test_add_func ("/box-sqlite/other-settings", test_other_settings);
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    g_test_add_data_func (steps[i].name, &steps[i], test_step);
  return g_test_run ();
}
