/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From sticks to the published result, over a story that is counted by hand (story.c). */
#include "story.h"

#include <string.h>
#include "count.h"
#include "files.h"
#include "receipts.h"
#include "record.h"
#include "status.h"
#include "verifier.h"

static Story *story;

static void
expect_state (TabellaPurpose purpose, const char *phrase)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  g_assert_false (tabella_ask (story->store, purpose, &path, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE);
  if (strstr (error->message, phrase) == NULL)
    g_error ("\"%s\" should say \"%s\"", error->message, phrase);
}

static TabellaCentreStatus *
look (void)
{
  g_autoptr (GError) error = NULL;
  TabellaCentreStatus *status = tabella_centre_status (story->store, &error);

  g_assert_no_error (error);
  return status;
}

static void
expect_at (const TabellaCentreStatus *status, const TabellaAt *at)
{
  g_assert_cmpuint (status->terminals->len, ==, 8);
  for (guint i = 0; i < 8; i++)
    g_assert_cmpint (((TabellaTerminalAt *)g_ptr_array_index (status->terminals, i))->at, ==,
                     at[i]);
}

static void
test_before (void)
{
  static const TabellaAt at[8] = { 0, 0, 0, 0, 0, 0, 0, TABELLA_AT_UNUSED };
  g_autoptr (TabellaCentreStatus) status = look ();

  expect_at (status, at);
  g_assert_cmpuint (status->needed, ==, 7);
  g_assert_cmpuint (status->settled, ==, 0);
  story_ask (story, TABELLA_REQUEST_CHECKINS, NULL);
  expect_state (TABELLA_REQUEST_TALLY, "7 terminals are missing");
}

static void
test_import (void)
{
  static const TabellaAt at[8] = { TABELLA_AT_FINAL,   TABELLA_AT_FINAL, TABELLA_AT_FINAL,
                                   TABELLA_AT_FINAL,   TABELLA_AT_FINAL, TABELLA_AT_FINAL,
                                   TABELLA_AT_WAITING, TABELLA_AT_UNUSED };
  g_autoptr (TabellaCentreStatus) status = NULL;
  const TabellaTerminalAt *t;

  story_import (story, story->sticks);
  status = look ();
  expect_at (status, at);
  g_assert_cmpuint (status->settled, ==, 6);
  t = g_ptr_array_index (status->terminals, 5);
  g_assert_cmpuint (t->cast, ==, 3);
  g_assert_cmpuint (t->challenged, ==, 1);
  expect_state (TABELLA_REQUEST_STRIKE, "not open yet");
  expect_state (TABELLA_REQUEST_TALLY, "tablet 3 (terminal 7)");
}

/* The lost booth's receipt was photographed: its batch is missed. */
static void
test_receipts (void)
{
  g_autoptr (TabellaCentreStatus) status = NULL;
  g_autoptr (TabellaEvidence) e = story_evidence (story);
  g_autoptr (GError) error = NULL;
  g_autofree char *forged = NULL;
  gboolean is_new;

  g_assert_cmpint (tabella_receipt_compare (e, story->polls[0]->text, NULL), ==,
                   TABELLA_RECEIPT_MATCHES);
  g_assert_cmpint (tabella_receipt_compare (e, story->polls[6]->text, NULL), ==,
                   TABELLA_RECEIPT_MISSING);
  forged = tabella_batch_text (story->f->ctx->he, 1, 1, TABELLA_BATCH_FINAL, 3, 2, 0,
                               (const guint8 *)"another digest, 32 bytes of it..",
                               fixture_secrets (story->f, 1)->ballot_secret);
  g_assert_cmpint (tabella_receipt_compare (e, forged, NULL), ==, TABELLA_RECEIPT_DIFFERS);
  g_clear_pointer (&forged, g_free);
  forged = tabella_batch_text (story->f->ctx->he, 1, 1, TABELLA_BATCH_FINAL, 3, 2, 0,
                               (const guint8 *)"another digest, 32 bytes of it..",
                               fixture_secrets (story->f, 2)->ballot_secret);
  g_assert_cmpint (tabella_receipt_compare (e, forged, NULL), ==, TABELLA_RECEIPT_BAD);

  for (guint i = 0; i < 2; i++) {
    tabella_store_put_receipt (story->store, story->polls[6]->text, &is_new, &error);
    g_assert_no_error (error);
    g_assert_cmpint (is_new, ==, i == 0);
  }
  status = look ();
  g_assert_cmpuint (status->receipts->len, ==, 1);
  g_assert_cmpuint (((TabellaTerminalAt *)g_ptr_array_index (status->terminals, 6))->gaps->len, ==,
                    1);
}

/* A wrong share is named and another one used; too few are not enough. */
static void
test_shares (void)
{
  g_autofree char *folder = story_request (story, "checkins-0001");
  g_autofree char *path = g_build_filename (folder, "share-02", NULL);
  g_autoptr (GPtrArray) bad = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) share = NULL;
  g_autoptr (TabellaEvidence) e = NULL;
  g_autofree guint8 *wrong = NULL;
  gsize size;

  story_ask (story, TABELLA_REQUEST_CHECKINS, "checkins-0001");
  expect_state (TABELLA_REQUEST_CHECKINS, "checkins-0001 is not answered yet");
  g_assert_false (tabella_combine (story->store, folder, bad, NULL, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE);
  g_clear_error (&error);

  story_share (story, "checkins-0001", 1);
  story_share (story, "checkins-0001", 2);
  share = tabella_file_read (path, TABELLA_FILE_LIMIT, &error);
  g_assert_no_error (error);
  wrong = g_memdup2 (g_bytes_get_data (share, &size), g_bytes_get_size (share));
  wrong[size / 2] ^= 1;
  tabella_file_write (path, wrong, size, 0644, &error);
  g_assert_no_error (error);
  g_assert_false (tabella_combine (story->store, folder, bad, NULL, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE);
  g_clear_error (&error);
  g_assert_cmpuint (bad->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (bad, 0), "trustee 2"));

  g_ptr_array_set_size (bad, 0);
  story_share (story, "checkins-0001", 3);
  tabella_combine (story->store, folder, bad, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (bad->len, ==, 1);
  e = story_evidence (story);
  g_assert_nonnull (((TabellaAsked *)g_ptr_array_index (e->asked, 0))->shares[0]);
  g_assert_null (((TabellaAsked *)g_ptr_array_index (e->asked, 0))->shares[1]);
  g_assert_nonnull (((TabellaAsked *)g_ptr_array_index (e->asked, 0))->shares[2]);
  story_ask (story, TABELLA_REQUEST_CHECKINS, NULL);
}

/* The lost booth's safety copy comes late: first the copy is opened, then the check-ins inside. */
static void
test_late_stick (void)
{
  g_autoptr (TabellaCentreStatus) status = NULL;
  g_autoptr (TabellaEvidence) e = NULL;
  const TabellaRequestPoint *point;

  story_import (story, story->late);
  story_ask (story, TABELLA_REQUEST_CHECKINS, NULL);
  story_end_booth (story);
  status = look ();
  g_assert_cmpuint (status->receipts->len, ==, 0);
  g_assert_cmpint (((TabellaTerminalAt *)g_ptr_array_index (status->terminals, 6))->at, ==,
                   TABELLA_AT_ENDED);
  g_assert_cmpuint (status->settled, ==, 7);
  story_ask (story, TABELLA_REQUEST_CHECKINS, "checkins-0002");
  story_answer (story, "checkins-0002", NULL);
  story_ask (story, TABELLA_REQUEST_CHECKINS, "checkins-0003");
  story_answer (story, "checkins-0003", NULL);
  story_ask (story, TABELLA_REQUEST_CHECKINS, NULL);
  e = story_evidence (story);
  for (guint16 i = 1; i <= 2; i++) {
    const TabellaAsked *a = g_ptr_array_index (e->asked, i);

    g_assert_cmpuint (a->request->points->len, ==, 1);
    point = &g_array_index (a->request->points, TabellaRequestPoint, 0);
    g_assert_cmpuint (point->label[0], ==, 7);
    g_assert_cmpuint (point->label[1], ==, 1);
    g_assert_cmpuint (point->label[2], ==, 3 - i);
  }
}

static void
test_decisions (void)
{
  g_autoptr (TabellaCentreStatus) status = look ();
  g_autoptr (TabellaEvidence) e = NULL;

  g_assert_cmpuint (status->undecided->len, ==, 2);
  expect_state (TABELLA_REQUEST_STRIKE, "2 provisional ballots have no decision");
  story_decide (story);
  e = story_evidence (story);
  g_assert_true (e->decisions_signed);
  g_assert_cmpuint (e->decisions->len, ==, 2);
}

static void
test_strike (void)
{
  g_autofree char *folder = story_request (story, "strike-0001");
  g_autofree char *tickets = g_build_filename (folder, "tickets", NULL);
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  TabellaDecision d = { .terminal = 3, .accepted = TRUE, .reason = (char *)"another mind" };
  const TabellaAsked *a;

  expect_state (TABELLA_REQUEST_TALLY, "6 check-ins are still to be struck");
  story_ask (story, TABELLA_REQUEST_STRIKE, "strike-0001");
  story_answer (story, "strike-0001", NULL);
  story_ask (story, TABELLA_REQUEST_STRIKE, NULL);
  e = story_evidence (story);
  a = g_ptr_array_index (e->asked, e->asked->len - 1);
  g_assert_cmpstr (a->name, ==, "strike-0001");
  g_assert_cmpuint (a->request->points->len, ==, 6);
  bytes = tabella_file_read (tickets, TABELLA_FILE_LIMIT, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (bytes, a->tickets));

  poll_pseudonym (story->polls[0], 102, d.p);
  g_assert_false (tabella_store_put_decision (story->store, &d, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE);
}

/* The same files in another folder, imported the other way round, give the same sums. */
static void
test_order (void)
{
  g_autoptr (TabellaEvidence) e = story_evidence (story), other = NULL;
  g_autofree char *db = g_build_filename (story->f->folder, "centre.db", NULL);
  g_autofree char *moved = fixture_file (story->f, "centre.db");
  g_autoptr (TabellaStore) store = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaCount) a = tabella_count_all (e, NULL, &error), b = NULL;
  g_autoptr (GBytes) sums_a = NULL, sums_b = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (rename (db, moved), ==, 0);
  store = tabella_store_open (story->f->folder, &error);
  g_assert_no_error (error);
  for (guint16 t = 7; t >= 1; t--) {
    g_autofree char *name = g_strdup_printf ("terminal-%03u", t);
    g_autofree char *path = g_build_filename (t == 7 ? story->late : story->sticks, name, NULL);
    g_autoptr (GPtrArray) paths = g_ptr_array_new (), done = NULL;

    g_ptr_array_add (paths, path);
    done = tabella_import (store, paths, NULL, NULL, &error);
    g_assert_no_error (error);
  }
  other = tabella_store_evidence (store, &error);
  g_assert_no_error (error);
  b = tabella_count_all (other, NULL, &error);
  g_assert_no_error (error);
  sums_a = tabella_request_bytes (a->sums);
  sums_b = tabella_request_bytes (b->sums);
  g_assert_true (g_bytes_equal (sums_a, sums_b));
  g_assert_true (g_bytes_equal (a->standing, b->standing));
  g_assert_cmpmem (&a->counts, sizeof a->counts, &b->counts, sizeof b->counts);
  g_clear_pointer (&store, tabella_store_close);
  g_assert_cmpint (rename (moved, db), ==, 0);
}

static const char expected_result[] =
    "{\"mode\": \"practice\", \"duplicates\": {\"rule\": \"assigned-then-lot\", \"groups\": 6,"
    " \"struck_links\": 6, \"struck_ballots\": 5, \"unused_tickets\": 1, \"paper\": 1,"
    " \"rejected_provisionals\": 1, \"incidents\": 1}, \"contests\": ["
    "{\"id\": \"motion-1\", \"ballots\": 11, \"options\": ["
    " {\"id\": \"alliance\", \"count\": 6}, {\"id\": \"people-power\", \"count\": 4},"
    " {\"id\": \"students\", \"count\": 0}, {\"id\": \"abstain\", \"count\": 0}], \"units\": ["
    " {\"id\": \"hong-kong-island\", \"merged\": [], \"ballots\": 3, \"options\": ["
    "  {\"id\": \"alliance\", \"count\": 2}, {\"id\": \"people-power\", \"count\": 0},"
    "  {\"id\": \"students\", \"count\": 0}, {\"id\": \"abstain\", \"count\": 0}]},"
    " {\"id\": \"new-territories\", \"merged\": [\"kowloon\"], \"ballots\": 8, \"options\": ["
    "  {\"id\": \"alliance\", \"count\": 4}, {\"id\": \"people-power\", \"count\": 4},"
    "  {\"id\": \"students\", \"count\": 0}, {\"id\": \"abstain\", \"count\": 0}]}],"
    " \"withheld\": []},"
    "{\"id\": \"motion-2\", \"ballots\": 11, \"options\": ["
    " {\"id\": \"veto\", \"count\": 6}, {\"id\": \"no-veto\", \"count\": 2},"
    " {\"id\": \"abstain\", \"count\": 0}], \"units\": ["
    " {\"id\": \"hong-kong-island\", \"merged\": [], \"ballots\": 3, \"options\": ["
    "  {\"id\": \"veto\", \"count\": 1}, {\"id\": \"no-veto\", \"count\": 0},"
    "  {\"id\": \"abstain\", \"count\": 0}]},"
    " {\"id\": \"new-territories\", \"merged\": [\"kowloon\"], \"ballots\": 8, \"options\": ["
    "  {\"id\": \"veto\", \"count\": 5}, {\"id\": \"no-veto\", \"count\": 2},"
    "  {\"id\": \"abstain\", \"count\": 0}]}], \"withheld\": []}]}";

static void
test_tally (void)
{
  g_autofree char *text = NULL, *again = NULL;
  g_autofree char *path = g_build_filename (story->f->folder, "result.json", NULL);
  g_autofree char *folder = story_request (story, "tally-0001");
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) expected = NULL, found = NULL;
  g_autoptr (GBytes) file = NULL;

  g_assert_false (tabella_publish (story->store, folder, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE);
  g_clear_error (&error);
  story_ask (story, TABELLA_REQUEST_TALLY, "tally-0001");
  expect_state (TABELLA_REQUEST_TALLY, "tally-0001 was asked");
  expect_state (TABELLA_REQUEST_CHECKINS, "tally-0001 was asked");
  story_answer (story, "tally-0001", &text);
  file = tabella_file_read (path, 1 << 20, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (text, strlen (text), g_bytes_get_data (file, NULL), g_bytes_get_size (file));
  expected = tabella_json_parse ("expected", expected_result, strlen (expected_result), &error);
  g_assert_no_error (error);
  found = tabella_json_parse ("result.json", text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpint (json_object_del (found, "election"), ==, 0);
  if (!json_equal (expected, found))
    g_error ("%s", text);
  tabella_combine (story->store, folder, NULL, &again, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again, ==, text);
}

/* After the tally nothing new is taken, and what was taken stays. */
static void
test_frozen (void)
{
  g_autoptr (Poll) fork = poll_new (story->f, 1);
  g_autofree char *stick = fixture_file (story->f, "fork");
  g_autoptr (GPtrArray) paths = g_ptr_array_new (), done = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = story_request (story, "tally-0001"), *text = NULL;

  story_import (story, story->sticks);
  poll_close (fork, stick);
  g_ptr_array_add (paths, stick);
  done = tabella_import (story->store, paths, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (
      strstr (((TabellaImported *)g_ptr_array_index (done, 0))->refused, "tally was asked"));
  tabella_combine (story->store, folder, NULL, &text, &error);
  g_assert_no_error (error);
}

/* The answer to one question is not taken for that to another: a terminal was revoked in between.
 */
static void
test_other_sums (void)
{
  g_autofree char *folder = story_request (story, "tally-0001"), *text = NULL, *form = NULL;
  g_autofree char *amended = g_build_filename (story->f->folder, "amendments/0002.json", NULL);
  g_autofree char *sig = g_strconcat (amended, ".minisig", NULL);
  g_autoptr (GError) error = NULL;
  guint16 number;

  g_assert_true (tabella_amendment_write (story->f->manifest, story->f->folder,
                                          TABELLA_AMEND_REVOKED, 6, 0, NULL, NULL, &story->f->key,
                                          &number, &form, &error));
  g_assert_cmpuint (number, ==, 2);
  g_assert_false (tabella_combine (story->store, folder, NULL, &text, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID);
  if (strstr (error->message, "the sums are not those of the request") == NULL)
    g_error ("%s", error->message);
  g_clear_error (&error);
  g_assert_true (tabella_folder_remove (amended, &error));
  g_assert_true (tabella_folder_remove (sig, &error));
}

/* Every file below a folder, as paths. */
static void
collect (const char *folder, GPtrArray *files)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) names = tabella_folder_list (folder, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = g_build_filename (folder, g_ptr_array_index (names, i), NULL);

    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      collect (path, files);
    else
      g_ptr_array_add (files, g_steal_pointer (&path));
  }
}

static void
expect_without (const char *path, const guint8 *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = tabella_file_read (path, TABELLA_FILE_LIMIT, &error);

  g_assert_no_error (error);
  if (memmem (g_bytes_get_data (file, NULL), g_bytes_get_size (file), bytes, size) != NULL)
    g_error ("%s holds what it must not", path);
}

static void
test_publish (void)
{
  static const char *const needed[] = { "manifest.json",
                                        "manifest.json.minisig",
                                        "organisers.pub",
                                        "ceremony/r4-03.json",
                                        "amendments/0001.json",
                                        "amendments/0001.json.minisig",
                                        "terminal-001/batch-0001/ballots",
                                        "terminal-007/batch-0001/ballots",
                                        "terminal-007/batch-0001/ballots.minisig",
                                        "strike-0001/request",
                                        "strike-0001/links",
                                        "strike-0001/tickets",
                                        "strike-0001/share-01",
                                        "tally-0001/request",
                                        "tally-0001/share-03",
                                        "result.json" };
  g_autofree char *out = fixture_file (story->f, "record");
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++) {
    tabella_publish (story->store, out, &error);
    g_assert_no_error (error);
  }
  for (guint i = 0; i < G_N_ELEMENTS (needed); i++) {
    g_autofree char *path = g_build_filename (out, needed[i], NULL);

    g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  }
  collect (out, files);
  for (guint i = 0; i < files->len; i++) {
    const char *path = g_ptr_array_index (files, i);

    expect_without (path, (const guint8 *)"TACHECK1", 8);
    expect_without (path, (const guint8 *)"TASEALED", 8);
    for (guint voter = 1; voter <= 16; voter++) {
      guint8 p[32];

      poll_pseudonym (story->polls[0], voter, p);
      expect_without (path, p, 8);
    }
  }
  g_assert_false (tabella_publish (story->store, story->sticks, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE);
}

static void
test_verify (void)
{
  g_autofree char *out = fixture_file (story->f, "record");
  guint excluded;

  g_assert_cmpint (story_verify (story, out, &excluded), ==, TABELLA_VERDICT_VALID);
  g_assert_cmpuint (excluded, ==, 0);
}

/* Opened check-ins are nowhere on the centre's disk. */
static void
test_no_identities (void)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *requests = g_build_filename (story->f->folder, "requests", NULL);
  guint8 p[32];

  collect (requests, files);
  g_ptr_array_add (files, g_build_filename (story->f->folder, "centre.db", NULL));
  for (guint i = 0; i < files->len; i++)
    for (guint voter = 1; voter <= 16; voter++) {
      poll_pseudonym (story->polls[0], voter, p);
      expect_without (g_ptr_array_index (files, i), p, 8);
    }
}

int
main (int argc, char **argv)
{
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  story = story_new ();
  g_test_add_func ("/count/1-before", test_before);
  g_test_add_func ("/count/2-import", test_import);
  g_test_add_func ("/count/3-receipts", test_receipts);
  g_test_add_func ("/count/4-shares", test_shares);
  g_test_add_func ("/count/5-late-stick", test_late_stick);
  g_test_add_func ("/count/6-decisions", test_decisions);
  g_test_add_func ("/count/7-strike", test_strike);
  g_test_add_func ("/count/8-order", test_order);
  g_test_add_func ("/count/9-tally", test_tally);
  g_test_add_func ("/count/frozen", test_frozen);
  g_test_add_func ("/count/other-sums", test_other_sums);
  g_test_add_func ("/count/publish", test_publish);
  g_test_add_func ("/count/verify", test_verify);
  g_test_add_func ("/count/no-identities", test_no_identities);
  result = g_test_run ();
  story_free (story);
  return result;
}
