/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders for files, files for folders, huge counts, names that a terminal must not show: never a
 * good verdict, never a crash. Files that are missing, cut or changed are in test-regions. */
#include "mutation.h"

#include <string.h>

static void
expect_invalid (const Record *r, const char *name, const char *what)
{
  g_autoptr (TabellaVerifyReport) report =
      record_verify (r, TABELLA_VERIFY_ALL, &r->f->organisers, NULL);

  if (report->verdict != TABELLA_VERDICT_INVALID)
    g_error ("%s %s, and the verdict is %d", name, what, report->verdict);
}

/* Where a file is expected lies a folder, and the other way round. */
static void
test_folders (gconstpointer data)
{
  static const char *const names[] = {
    "manifest.json",        "result.json",
    "amendments/0001.json", "terminal-003/batch-0001/ballots",
    "strike-0001/request",  "strike-0001/tickets",
    "tally-0001/request",   "tally-0001/share-01",
    "ceremony/r1-01.json",
  };
  const Record *base = data;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (Record) r = record_new (base, RECORD_FILES, NULL);
    g_autofree char *inside = g_build_filename (names[i], "x.html", NULL);

    record_put (r, names[i], NULL, 0);
    record_put_text (r, inside, "x");
    expect_invalid (r, names[i], "is a folder");
  }
}

static void
test_other_files (gconstpointer data)
{
  static const char *const folders[] = { "terminal-004", "strike-0003", "tally-0001", "quarantine",
                                         "amendments" };
  const Record *base = data;

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autoptr (Record) r = record_new (base, RECORD_FILES, NULL);
    GHashTableIter iter;
    gpointer name;

    g_hash_table_iter_init (&iter, r->files);
    while (g_hash_table_iter_next (&iter, &name, NULL))
      if (g_str_has_prefix (name, folders[i]))
        g_hash_table_iter_remove (&iter);
    record_put_text (r, folders[i], "a file");
    expect_invalid (r, folders[i], "is a file");
  }
}

/* Counts and lengths far beyond the file. */
static void
huge_counts (Record *r)
{
  memset (r->terminals[3].bytes->data + 112, 0xff, 24);
}

static void
huge_journal (Record *r)
{
  memset (r->terminals[3].bytes->data + 168, 0xff, 4);
}

static void
test_huge (gconstpointer data)
{
  static const RecordChange changes[] = { huge_counts, huge_journal };
  static const guint8 request[] = { 2, 0xff, 0xff, 0xff, 0xff };
  const Record *base = data;
  g_autoptr (Record) strike = record_new (base, RECORD_FILES, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autoptr (Record) r = record_new (base, RECORD_BYTES, changes[i]);

    expect_invalid (r, "terminal-003/batch-0001/ballots", "claims to be huge");
  }
  record_put (strike, "strike-0001/request", request, sizeof request);
  expect_invalid (strike, "strike-0001/request", "claims to be huge");
}

/* What is printed is one line of text, whatever a name holds. */
static void
test_names (gconstpointer data)
{
  const Record *base = data;
  g_autoptr (Record) r = record_new (base, RECORD_FILES, NULL);
  g_autoptr (TabellaVerifyReport) report = NULL;
  const char *detail;

  record_put_text (r, "tally-0001/\033[2J\n\xff\xe2\x80\xae", "x");
  report = record_verify (r, TABELLA_VERIFY_ALL, &r->f->organisers, NULL);
  detail = report->checks[6].detail;
  g_assert_nonnull (detail);
  g_assert_true (g_utf8_validate (detail, -1, NULL));
  for (const char *p = detail; *p != '\0'; p = g_utf8_next_char (p))
    g_assert_true (g_unichar_isprint (g_utf8_get_char (p)));
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (gconstpointer);
  } tests[] = {
    { "/hostile/folders", test_folders },
    { "/hostile/files", test_other_files },
    { "/hostile/huge", test_huge },
    { "/hostile/names", test_names },
  };
  g_autoptr (TabellaFixture) f = NULL;
  g_autoptr (Record) base = NULL;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  f = record_fixture ();
  base = record_poll (f, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_data_func (tests[i].path, base, tests[i].test);
  return g_test_run ();
}
