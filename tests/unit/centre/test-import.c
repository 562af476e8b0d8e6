/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What import takes, from where, and what becomes of copies, forks and safety copies. */
#include "import-desk.h"
#include "status.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include "bytes.h"
#include "check.h"
#include "files.h"
#include "record.h"
#include "verifier.h"

static void
test_good (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL), desk = poll_new (fixture, DESK),
                   booth = poll_new (fixture, BOOTH);
  g_autoptr (GPtrArray) done = NULL;
  g_autoptr (TabellaEvidence) e = NULL;
  guint8 ticket[16];
  static const char *const sentences[] = { "Station 2, tablet 1: final, 3 ballots.",
                                           "Station 4, tablet 1: final, 1 check-ins.",
                                           "Station 4, tablet 2: final, 1 ballots." };

  poll_walkin (desk, 105, TABELLA_CHECKIN_GIVEN, ticket);
  poll_cast (booth, ticket, 0, "yy");
  poll_close (p, d.stick);
  poll_close (desk, d.stick);
  poll_close (booth, d.stick);
  done = import (&d, d.stick);
  e = evidence (&d);
  g_assert_cmpuint (done->len, ==, G_N_ELEMENTS (sentences));
  for (guint i = 0; i < done->len; i++) {
    g_autofree char *sentence = tabella_import_sentence (e, g_ptr_array_index (done, i));

    g_assert_cmpstr (sentence, ==, sentences[i]);
  }
}

static void
test_idempotent (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autoptr (TabellaEvidence) before = NULL, after = NULL;
  gboolean already;

  poll_close (p, d.stick);
  expect_taken (&d, d.stick);
  before = evidence (&d);
  for (guint i = 0; i < 2; i++) {
    g_autofree char *reason = import_one (&d, d.stick, NULL, &already);

    g_assert_cmpstr (reason, ==, NULL);
    g_assert_true (already);
  }
  after = evidence (&d);
  g_assert_cmpuint (after->held->len, ==, before->held->len);
}

/* Folder names say nothing, at any depth; temporary names are not looked at. */
/* That many folders inside each other. */
static char *
nested (const char *path, guint depth)
{
  GString *out = g_string_new (path);

  for (guint i = 0; i < depth; i++)
    g_string_append (out, "/x");
  return g_string_free (out, FALSE);
}

static void
test_search (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL), q = day (1);
  g_autofree char *deep = nested (d.stick, TABELLA_IMPORT_DEPTH - 1);
  g_autofree char *deeper = nested (d.stick, TABELLA_IMPORT_DEPTH);
  g_autofree char *folder = NULL, *renamed = g_build_filename (d.stick, "anything", NULL);
  g_autofree char *hidden = g_build_filename (d.stick, ".terminal-001.tmp", NULL);
  g_autofree char *nothing_here = fixture_file (fixture, "nothing-here");
  g_autofree char *elsewhere = fixture_file (fixture, "elsewhere");
  g_autofree char *link_there = g_build_filename (d.stick, "link", NULL);
  g_autoptr (Poll) apart = day (3);
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (GError) error = NULL;

  poll_make (p, TABELLA_BATCH_FINAL);
  folder = poll_write (p, deep);
  g_assert_cmpint (g_rename (folder, renamed), ==, 0);
  poll_close (q, hidden);
  poll_close (apart, elsewhere); /* a stick may point anywhere */
  g_assert_cmpint (symlink (elsewhere, link_there), ==, 0);
  expect_taken (&d, d.stick);
  e = evidence (&d);
  g_assert_nonnull (last_of (e, TERMINAL));
  g_assert_null (last_of (e, 1));
  g_assert_null (last_of (e, 3));
  g_assert_true (tabella_folder_make (nothing_here, &error));
  expect_refused (&d, nothing_here, FALSE, "no batch below");
  g_assert_true (tabella_folder_remove (d.stick, &error));
  g_free (poll_write (q, deeper));
  expect_refused (&d, d.stick, FALSE, "no batch below");
}

static void
test_missing_files (void)
{
  static const char *const names[] = { "ballots.minisig", "checkins" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_auto (Desk) d = desk_new ();
    g_autoptr (Poll) p = day (TERMINAL);
    g_autofree char *folder = NULL, *path = NULL;

    poll_make (p, TABELLA_BATCH_FINAL);
    folder = poll_write (p, d.stick);
    path = g_build_filename (folder, names[i], NULL);
    g_assert_cmpint (g_remove (path), ==, 0);
    expect_refused (&d, d.stick, TRUE, names[i]);
  }
}

/* A damaged copy first: the good one takes its place. The other way round nothing changes. */
static void
test_damaged_copy (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autofree char *good = g_build_filename (d.stick, "good", NULL);
  g_autofree char *bad = g_build_filename (d.stick, "bad", NULL);
  g_autofree char *folder = NULL, *other = NULL;
  g_autoptr (TabellaEvidence) e = NULL;
  const TabellaTerminalInfo *t;

  poll_make (p, TABELLA_BATCH_FINAL);
  folder = poll_write (p, good);
  flip (p);
  other = poll_write (p, bad);
  expect_refused (&d, bad, TRUE, "signature does not fit");
  e = evidence (&d);
  t = tabella_manifest_terminal (e->manifest, TERMINAL);
  g_assert_nonnull (tabella_evidence_quarantined (e, t));
  g_assert_false (tabella_evidence_settled (e, t, NULL));
  g_clear_pointer (&e, tabella_evidence_free);

  expect_taken (&d, good);
  expect_refused (&d, bad, FALSE, "a good copy is here");
  e = evidence (&d);
  t = tabella_manifest_terminal (e->manifest, TERMINAL);
  g_assert_nonnull (last_of (e, TERMINAL));
  g_assert_null (tabella_evidence_quarantined (e, t));
  g_assert_cmpuint (e->held->len, ==, 1);
}

/* The header's number is damaged: still a copy of what is here. */
static void
test_damaged_number (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autofree char *bad = g_build_filename (d.stick, "bad", NULL), *folder = NULL;

  poll_close (p, d.stick);
  expect_taken (&d, d.stick);
  edit (&p->ballots, AT_NUMBER, "\x07", 1);
  folder = poll_write (p, bad);
  expect_refused (&d, bad, FALSE, "a good copy is here");
}

/* Two finals, both signed by the terminal: neither counts until an amendment names one. */
static void
test_fork (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL), q = day (TERMINAL);
  g_autofree char *one = g_build_filename (d.stick, "one", NULL);
  g_autofree char *two = g_build_filename (d.stick, "two", NULL);
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *why = NULL;
  const TabellaTerminalInfo *t;
  TabellaAmendment *a;

  poll_close (p, one);
  poll_close (q, two);
  expect_taken (&d, one);
  expect_taken (&d, two);
  e = evidence (&d);
  t = tabella_manifest_terminal (e->manifest, TERMINAL);
  g_assert_null (tabella_evidence_last (e, t, &why));
  g_assert_nonnull (strstr (why, "fork"));
  g_assert_false (tabella_evidence_settled (e, t, NULL));
  tabella_evidence_incidents (e, incidents);
  g_assert_cmpuint (incidents->len, ==, 1);

  /* Named without a digest it is still a fork; with one it is that one. */
  a = g_new0 (TabellaAmendment, 1);
  a->number = 1;
  a->kind = TABELLA_AMEND_ENDED;
  a->target = TERMINAL;
  a->value = 1;
  g_ptr_array_add (e->amendments, a);
  g_assert_null (tabella_evidence_last (e, t, NULL));
  a->has_digest = TRUE;
  tabella_digest_512_32 (g_bytes_get_data (q->ballots, NULL), g_bytes_get_size (q->ballots),
                         a->digest);
  g_assert_true (g_bytes_equal (tabella_evidence_last (e, t, NULL)->ballots, q->ballots));
}

/* Two tablets with one disk's keys: one closes at once, the other after a safety copy. */
static void
test_clone (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL), q = day (TERMINAL);
  g_autofree char *one = g_build_filename (d.stick, "one", NULL);
  g_autofree char *two = g_build_filename (d.stick, "two", NULL);
  g_autofree char *why = NULL;
  g_autoptr (TabellaEvidence) e = NULL;
  const TabellaTerminalInfo *t;

  poll_close (p, one);
  poll_make (q, TABELLA_BATCH_INTERIM);
  poll_close (q, two);
  g_assert_cmpuint (q->number, >, p->number);
  expect_taken (&d, one);
  expect_taken (&d, two);
  e = evidence (&d);
  t = tabella_manifest_terminal (e->manifest, TERMINAL);
  g_assert_null (tabella_evidence_last (e, t, &why));
  g_assert_nonnull (strstr (why, "fork"));
  g_assert_false (tabella_evidence_settled (e, t, NULL));
}

/* A safety copy and a final of one number: the terminal's state was doubled here, too. */
static void
test_fork_of_copy (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL), q = day (TERMINAL);
  g_autofree char *copy = NULL, *why = NULL;
  g_autofree char *final_stick = g_build_filename (d.stick, "final", NULL);
  g_autoptr (TabellaEvidence) e = NULL;

  poll_make (q, TABELLA_BATCH_INTERIM);
  copy = poll_write (q, d.stick);
  poll_close (p, final_stick);
  expect_taken (&d, copy);
  expect_taken (&d, final_stick);
  e = evidence (&d);
  g_assert_null (
      tabella_evidence_last (e, tabella_manifest_terminal (e->manifest, TERMINAL), &why));
  g_assert_nonnull (strstr (why, "fork"));
}

/* What a terminal signed and should not have is not forgotten when a good file of it comes. */
static void
test_signed_fault_stays (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL), q = day (TERMINAL);
  g_autofree char *good = g_build_filename (d.stick, "good", NULL);
  g_autofree char *bad = g_build_filename (d.stick, "bad", NULL);
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (g_free);

  cast_twice (q);
  poll_close (q, bad);
  poll_close (p, good);
  expect_refused (&d, bad, TRUE, "cast twice");
  expect_taken (&d, good);
  e = evidence (&d);
  g_assert_true (g_bytes_equal (last_of (e, TERMINAL)->ballots, p->ballots));
  tabella_evidence_incidents (e, incidents);
  g_assert_cmpuint (incidents->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (incidents, 0), "two different files are signed"));
}

/* --- Safety copies --- */

static void
test_safety_copies (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autofree char *first = NULL, *second = NULL, *final = NULL;
  g_autofree char *final_stick = g_build_filename (d.stick, "final", NULL);
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (g_free);

  poll_make (p, TABELLA_BATCH_INTERIM);
  first = poll_write (p, d.stick);
  poll_vote (p, 110, TABELLA_CHECKIN_WALKIN, "yy");
  poll_make (p, TABELLA_BATCH_INTERIM);
  second = poll_write (p, d.stick);
  poll_make (p, TABELLA_BATCH_FINAL);
  final = poll_write (p, final_stick);
  expect_taken (&d, second);
  expect_taken (&d, final_stick);
  expect_taken (&d, first);
  e = evidence (&d);
  g_assert_cmpuint (e->held->len, ==, 3);
  g_assert_cmpuint (last_of (e, TERMINAL)->number, ==, 3);
  tabella_evidence_incidents (e, incidents);
  g_assert_cmpuint (incidents->len, ==, 0);
}

static void
assert_receipt (const TabellaEvidence *e, const char *text, TabellaReceiptAt at)
{
  g_autofree char *sentence = NULL;

  g_assert_cmpint (tabella_receipt_compare (e, text, &sentence), ==, at);
  g_assert_nonnull (sentence);
}

/* A paper of a safety copy that nobody has any more: the final's journal says what that was. */
static void
test_receipts (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL), q = day (TERMINAL), other = day (1);
  g_autoptr (TabellaEvidence) empty = evidence (&d), e = NULL;
  g_autofree char *copy = NULL, *copy_of_another = NULL;

  poll_vote (q, 110, TABELLA_CHECKIN_WALKIN, "yy");
  poll_make (q, TABELLA_BATCH_INTERIM);
  poll_make (p, TABELLA_BATCH_INTERIM);
  copy = g_strdup (p->text);
  poll_make (other, TABELLA_BATCH_FINAL);
  assert_receipt (empty, copy, TABELLA_RECEIPT_MISSING);
  poll_close (p, d.stick);
  expect_taken (&d, d.stick);
  e = evidence (&d);
  assert_receipt (e, p->text, TABELLA_RECEIPT_MATCHES);     /* the final itself */
  assert_receipt (e, copy, TABELLA_RECEIPT_MATCHES);        /* by its journal */
  assert_receipt (e, q->text, TABELLA_RECEIPT_DIFFERS);     /* it knows another copy 1 */
  assert_receipt (e, other->text, TABELLA_RECEIPT_MISSING); /* another terminal */
  poll_make (q, TABELLA_BATCH_FINAL);
  assert_receipt (e, q->text, TABELLA_RECEIPT_DIFFERS); /* another final */
  copy_of_another = g_strdelimit (g_strdup (copy), "A", 'B');
  assert_receipt (e, copy_of_another, TABELLA_RECEIPT_BAD);
}

/* A safety copy that the final's journal does not know: the terminal's state was doubled. */
static void
test_other_safety_copy (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL), q = day (TERMINAL);
  g_autofree char *copy = NULL;
  g_autofree char *final_stick = g_build_filename (d.stick, "final", NULL);
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (g_free);

  poll_make (q, TABELLA_BATCH_INTERIM);
  copy = poll_write (q, d.stick);
  poll_make (p, TABELLA_BATCH_INTERIM);
  poll_close (p, final_stick);
  expect_taken (&d, copy);
  expect_taken (&d, final_stick);
  e = evidence (&d);
  g_assert_nonnull (last_of (e, TERMINAL));
  tabella_evidence_incidents (e, incidents);
  g_assert_cmpuint (incidents->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (incidents, 0), "safety copy 1"));
}

static void
test_damaged_safety_copy (void)
{
  static const gsize places[] = { 0, 9, 41, 43, 45, 60, 90, 130, 200 };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_auto (Desk) d = desk_new ();
    g_autoptr (Poll) p = day (TERMINAL);
    g_autofree char *folder = NULL;
    guint8 byte;

    poll_make (p, TABELLA_BATCH_INTERIM);
    byte = ((const guint8 *)g_bytes_get_data (p->sealed, NULL))[places[i]] ^ 4;
    edit (&p->sealed, places[i], &byte, 1);
    folder = poll_write (p, d.stick);
    expect_refused (&d, d.stick, TRUE, "");
  }
}

/* Every byte of `ballots` counts: flips over the whole file, each refused. */
static void
test_flips (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autofree char *folder = NULL, *path = NULL;
  g_autoptr (GBytes) good = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  poll_make (p, TABELLA_BATCH_FINAL);
  folder = poll_write (p, d.stick);
  path = g_build_filename (folder, "ballots", NULL);
  good = g_bytes_ref (p->ballots);
  size = g_bytes_get_size (good);
  for (gsize at = 0; at < size; at += at < AT_JOURNAL ? 5 : 211) {
    guint8 byte = ((const guint8 *)g_bytes_get_data (good, NULL))[at] ^ 0x10;
    g_autoptr (GBytes) bad = edited (good, at, &byte, 1);
    g_autofree char *reason = NULL;

    tabella_file_write (path, g_bytes_get_data (bad, NULL), size, 0644, &error);
    g_assert_no_error (error);
    reason = import_one (&d, d.stick, NULL, NULL);
    g_assert_nonnull (reason);
  }
  tabella_file_write (path, g_bytes_get_data (good, NULL), size, 0644, &error);
  g_assert_no_error (error);
  expect_taken (&d, d.stick);
}

static void
test_other_database (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (TabellaFixture) other = fixture_new (4, FALSE, 4);
  g_autofree char *from = g_build_filename (fixture->folder, "centre.db", NULL);
  g_autofree char *to = g_build_filename (other->folder, "centre.db", NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&d.store, tabella_store_close);
  bytes = tabella_file_read (from, TABELLA_FILE_LIMIT, &error);
  g_assert_no_error (error);
  tabella_file_write (to, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 0644, &error);
  g_assert_no_error (error);
  g_assert_null (tabella_store_open (other->folder, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE);
}

/* SQLite would follow a link, and wait for ever at a pipe. */
static void
test_linked_database (void)
{
  g_auto (Desk) d = desk_new ();
  g_autofree char *path = g_build_filename (fixture->folder, "centre.db", NULL);
  g_autofree char *other = g_build_filename (fixture->folder, "other.db", NULL);
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&d.store, tabella_store_close);
  g_assert_cmpint (g_rename (path, other), ==, 0);
  g_assert_cmpint (symlink (other, path), ==, 0);
  g_assert_null (tabella_store_open (fixture->folder, &error));
  g_assert_nonnull (strstr (error->message, "centre.db: not an ordinary file"));
  g_assert_cmpint (g_rename (other, path), ==, 0);
}

/* A whole good batch of another election. */
static void
test_foreign (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (TabellaFixture) other = fixture_new (4, FALSE, 4);
  g_autoptr (Poll) p = poll_new (other, 2);

  poll_vote (p, 101, TABELLA_CHECKIN_WALKIN, "yy");
  poll_close (p, d.stick);
  expect_refused (&d, d.stick, FALSE, "another election");
}

/* A journal may say anything at any length: the record's line of reason stays one that a verifier
 * takes. */
static void
long_line (Poll *p)
{
  g_autofree char *name = g_strnfill (20000, 'x');
  g_autofree char *line = g_strdup_printf ("{\"event\":\"unlocked\",\"%s\":1}\n", name);
  g_autoptr (GByteArray) longer = g_byte_array_new ();
  gsize size;
  const guint8 *old = g_bytes_get_data (p->ballots, &size);

  tabella_put (longer, old, AT_JOURNAL - 4);
  tabella_put_u32 (longer, (guint32)(p->journal->len + strlen (line)));
  tabella_put (longer, line, strlen (line));
  tabella_put (longer, old + AT_JOURNAL, size - AT_JOURNAL);
  g_bytes_unref (p->ballots);
  p->ballots = g_byte_array_free_to_bytes (g_steal_pointer (&longer));
  sign_again (p);
}

static void
test_long_reason (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autofree char *out = fixture_file (fixture, "long-reason"), *folder = NULL, *path = NULL;
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (GBytes) reason = NULL;
  g_autoptr (TabellaVerifyReport) report = NULL;
  g_autoptr (GError) error = NULL;

  poll_make (p, TABELLA_BATCH_FINAL);
  long_line (p);
  folder = poll_write (p, d.stick);
  expect_refused (&d, folder, TRUE, "unknown field");
  e = evidence (&d);
  tabella_record_write (e, fixture->folder, out, &error);
  g_assert_no_error (error);
  path = g_build_filename (out, "quarantine/terminal-002/batch-0001/reason", NULL);
  reason = tabella_file_read (path, 1 << 20, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (reason), <=, 4096);
  report = tabella_verify_record (out, TABELLA_VERIFY_BATCHES, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report->excluded, ==, 1);
}

int
main (int argc, char **argv)
{
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  fixture = fixture_new (4, TRUE, 8);
  g_test_add_func ("/import/good", test_good);
  g_test_add_func ("/import/idempotent", test_idempotent);
  g_test_add_func ("/import/search", test_search);
  g_test_add_func ("/import/missing-files", test_missing_files);
  g_test_add_func ("/import/damaged-copy", test_damaged_copy);
  g_test_add_func ("/import/damaged-number", test_damaged_number);
  g_test_add_func ("/import/fork", test_fork);
  g_test_add_func ("/import/clone", test_clone);
  g_test_add_func ("/import/fork-of-copy", test_fork_of_copy);
  g_test_add_func ("/import/signed-fault-stays", test_signed_fault_stays);
  g_test_add_func ("/import/receipts", test_receipts);
  g_test_add_func ("/import/safety-copies", test_safety_copies);
  g_test_add_func ("/import/other-safety-copy", test_other_safety_copy);
  g_test_add_func ("/import/damaged-safety-copy", test_damaged_safety_copy);
  g_test_add_func ("/import/flips", test_flips);
  g_test_add_func ("/import/other-database", test_other_database);
  g_test_add_func ("/import/linked-database", test_linked_database);
  g_test_add_func ("/import/foreign", test_foreign);
  g_test_add_func ("/import/long-reason", test_long_reason);
  result = g_test_run ();
  fixture_free (fixture);
  return result;
}
