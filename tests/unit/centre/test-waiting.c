/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batches whose journal names an amendment that the centre does not have. Whoever keeps one back
 * must not be rid of the terminals that took it: nothing is counted without them. */
#include "import-desk.h"

#include <string.h>
#include "answering.h"
#include "check.h"
#include "files.h"
#include "record.h"
#include "status.h"
#include "story.h"

static void
amend (const TabellaFixture *f, TabellaAmendKind kind, guint16 target, guint32 value)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *form = NULL;
  guint16 number;

  tabella_amendment_write (f->manifest, f->folder, kind, target, value, NULL, NULL, &f->key,
                           &number, &form, &error);
  g_assert_no_error (error);
}

static void
forget_amendments (void)
{
  g_autofree char *path = g_build_filename (fixture->folder, "amendments", NULL);
  g_autoptr (GError) error = NULL;

  tabella_folder_remove (path, &error);
  g_assert_no_error (error);
}

/* It is kept, for this amendment, and nothing is settled; the words name it. */
static void
expect_waiting (const Desk *d, const char *path, guint16 terminal, guint16 number)
{
  g_autoptr (GPtrArray) done = import (d, path);
  const TabellaImported *i = g_ptr_array_index (done, 0);
  g_autoptr (TabellaEvidence) e = evidence (d);
  const TabellaTerminalInfo *t = tabella_manifest_terminal (e->manifest, terminal);
  g_autofree char *words = g_strdup_printf ("%u", number), *why = NULL, *sentence = NULL;
  g_autoptr (TabellaCentreStatus) status = NULL;
  g_autoptr (GError) error = NULL;
  const TabellaTerminalAt *at;

  g_assert_cmpuint (done->len, ==, 1);
  g_assert_cmpuint (i->waits, ==, number);
  g_assert_false (i->quarantined);
  g_assert_false (i->already);
  sentence = tabella_import_sentence (e, i);
  g_assert_nonnull (strstr (sentence, ": kept: Station "));
  g_assert_nonnull (strstr (sentence, "waits for "));
  g_assert_nonnull (strstr (sentence, words));
  g_assert_null (tabella_evidence_last (e, t, &why));
  g_assert_nonnull (strstr (why, "waits for "));
  g_assert_cmpuint (tabella_evidence_quarantined (e, t)->waits, ==, number);
  g_assert_false (tabella_evidence_settled (e, t, NULL));
  status = tabella_centre_status (d->store, &error);
  g_assert_no_error (error);
  at = g_ptr_array_index (status->terminals, terminal - 1);
  g_assert_cmpint (at->at, ==, TABELLA_AT_WAITING);
  g_assert_false (at->settled);
  g_assert_nonnull (strstr (at->note, "waits for "));
}

/* An amendment that arrives after the batch that names it: importing the batch again takes it, and
 * so does looking again. */
static void
test_late_amendment (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autoptr (TabellaEvidence) e = NULL;

  poll_amended (p, 1, TABELLA_AMEND_REVOKED, 3, 0);
  poll_amended (p, 2, TABELLA_AMEND_REVOKED, 4, 0);
  poll_close (p, d.stick);
  expect_waiting (&d, d.stick, TERMINAL, 1);
  expect_waiting (&d, d.stick, TERMINAL, 1);
  amend (fixture, TABELLA_AMEND_REVOKED, 3, 0);
  expect_waiting (&d, d.stick, TERMINAL, 2);
  amend (fixture, TABELLA_AMEND_REVOKED, 4, 0);
  e = evidence (&d);
  g_assert_nonnull (last_of (e, TERMINAL));
  expect_taken (&d, d.stick);
  forget_amendments ();
}

/* The number has gone to another amendment meanwhile: that is no way to be rid of it either. */
static void
test_other_amendment (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);

  poll_amended (p, 1, TABELLA_AMEND_REVOKED, 3, 0);
  poll_close (p, d.stick);
  amend (fixture, TABELLA_AMEND_REVOKED, 4, 0);
  expect_waiting (&d, d.stick, TERMINAL, 1);
  forget_amendments ();
}

/* What a spare was made is judged by the amendment as its journal has it. */
static void
test_spare (void)
{
  const guint32 value = tabella_amend_spare_value (4, 0, TABELLA_ROLE_BOOTH);
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = poll_new (fixture, SPARE);
  guint8 ticket[16];

  poll_amended (p, 1, TABELLA_AMEND_SPARE, SPARE, value);
  poll_ticket (DESK, 105, ticket);
  poll_cast (p, ticket, 0, "yn");
  poll_close (p, d.stick);
  expect_waiting (&d, d.stick, SPARE, 1);
  amend (fixture, TABELLA_AMEND_SPARE, SPARE, value);
  expect_taken (&d, d.stick);
  forget_amendments ();
}

/* As a booth it should have no check-ins. */
static void
booth_with_checkin (Poll *p)
{
  guint8 ticket[16];

  poll_walkin (p, 105, TABELLA_CHECKIN_GIVEN, ticket);
}

/* A fault that the amendment would not mend: the terminal's own, which settles it. */
static void
test_other_fault (void)
{
  static const struct {
    guint16 terminal;
    void (*play) (Poll *p);
    const char *phrase;
  } cases[] = {
    { TERMINAL, cast_twice, "a ticket was cast twice" },
    { SPARE, booth_with_checkin, "it is a booth and has check-ins" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Desk) d = desk_new ();
    g_autoptr (Poll) p =
        cases[i].terminal == SPARE ? poll_new (fixture, SPARE) : day (cases[i].terminal);
    g_autoptr (TabellaEvidence) e = NULL;
    const TabellaTerminalInfo *t;

    poll_amended (p, 1, TABELLA_AMEND_SPARE, SPARE,
                  tabella_amend_spare_value (4, 0, TABELLA_ROLE_BOOTH));
    cases[i].play (p);
    poll_close (p, d.stick);
    expect_refused (&d, d.stick, TRUE, cases[i].phrase);
    e = evidence (&d);
    t = tabella_manifest_terminal (e->manifest, cases[i].terminal);
    g_assert_cmpuint (tabella_evidence_quarantined (e, t)->waits, ==, 0);
    g_assert_true (tabella_evidence_settled (e, t, NULL));
  }
}

/* Damaged besides: it is not the terminal's word, whatever amendments come. */
static void
test_damaged_checkins (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autoptr (TabellaEvidence) e = NULL;
  g_autofree char *folder = NULL;
  const TabellaTerminalInfo *t;

  poll_amended (p, 1, TABELLA_AMEND_REVOKED, 3, 0);
  poll_make (p, TABELLA_BATCH_FINAL);
  damage_checkins (p);
  folder = poll_write (p, d.stick);
  expect_refused (&d, d.stick, TRUE, "`checkins` is not the file that belongs");
  amend (fixture, TABELLA_AMEND_REVOKED, 3, 0);
  e = evidence (&d);
  t = tabella_manifest_terminal (e->manifest, TERMINAL);
  g_assert_false (tabella_evidence_settled (e, t, NULL));
  forget_amendments ();
}

/* Beside a good final: with the amendment there the two would be a fork, so none counts before. An
 * amendment that names the good one decides, as for every fork; a revoked terminal needs nothing.
 */
static void
test_fork (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL), q = day (TERMINAL);
  g_autofree char *one = g_build_filename (d.stick, "one", NULL);
  g_autofree char *two = g_build_filename (d.stick, "two", NULL);
  g_autoptr (TabellaEvidence) e = NULL;
  const TabellaTerminalInfo *t;
  TabellaAmendment *a;

  poll_close (p, one);
  poll_amended (q, 1, TABELLA_AMEND_REVOKED, 3, 0);
  poll_close (q, two);
  expect_taken (&d, one);
  expect_waiting (&d, two, TERMINAL, 1);
  e = evidence (&d);
  t = tabella_manifest_terminal (e->manifest, TERMINAL);
  a = g_new0 (TabellaAmendment, 1);
  *a = (TabellaAmendment){
    .number = 1, .kind = TABELLA_AMEND_ENDED, .target = TERMINAL, .value = 1
  };
  g_ptr_array_add (e->amendments, a);
  g_assert_null (tabella_evidence_last (e, t, NULL));
  g_assert_false (tabella_evidence_settled (e, t, NULL));
  a->has_digest = TRUE;
  tabella_digest_512_32 (g_bytes_get_data (p->ballots, NULL), g_bytes_get_size (p->ballots),
                         a->digest);
  g_assert_true (g_bytes_equal (tabella_evidence_last (e, t, NULL)->ballots, p->ballots));
  g_assert_true (tabella_evidence_settled (e, t, NULL));
  a->kind = TABELLA_AMEND_REVOKED;
  g_assert_null (tabella_evidence_last (e, t, NULL));
  g_assert_true (tabella_evidence_settled (e, t, NULL));
}

/* --- A whole election --- */

/* Terminal 2's batch names amendment 2, which only terminals were given. */
static void
withhold (Story *s)
{
  g_autofree char *two = g_build_filename (s->sticks, "terminal-002", NULL);
  g_autoptr (Poll) p = poll_new (s->f, 2);
  g_autoptr (GError) error = NULL;

  tabella_folder_remove (two, &error);
  g_assert_no_error (error);
  poll_amended (p, 2, TABELLA_AMEND_SPARE, 8, tabella_amend_spare_value (4, 0, TABELLA_ROLE_BOOTH));
  poll_vote (p, 2, TABELLA_CHECKIN_ROLL, "n-");
  poll_close (p, s->sticks);
}

static void
import_all (Story *s)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new (), done = NULL;
  g_autoptr (GError) error = NULL;
  guint waiting = 0;

  g_ptr_array_add (paths, s->sticks);
  done = tabella_import (s->store, paths, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < done->len; i++)
    waiting += ((TabellaImported *)g_ptr_array_index (done, i))->waits > 0;
  g_assert_cmpuint (waiting, ==, 1);
  story_import (s, s->late);
}

/* Everything that can be asked without terminal 2; trustees do answer that. */
static void
run_to_the_tally (Story *s)
{
  static const char *const requests[] = { "checkins-0001", "checkins-0002", "strike-0001" };
  g_autoptr (GError) error = NULL;

  story_end_booth (s);
  story_ask (s, TABELLA_REQUEST_CHECKINS, requests[0]);
  story_answer (s, requests[0], NULL);
  story_ask (s, TABELLA_REQUEST_CHECKINS, requests[1]);
  story_answer (s, requests[1], NULL);
  story_decide (s);
  story_ask (s, TABELLA_REQUEST_STRIKE, requests[2]);
  story_answer (s, requests[2], NULL);
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++) {
    g_autofree char *folder = story_request (s, requests[i]);

    tabella_answer_check (folder, NULL, NULL, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
  }
}

static void
expect_no_tally (Story *s)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  g_assert_false (tabella_ask (s->store, TABELLA_REQUEST_TALLY, &path, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE);
  g_assert_nonnull (strstr (error->message, "1 terminal is missing before a tally"));
  g_assert_nonnull (strstr (error->message, "(terminal 2): its final waits for amendment 2"));
}

static TabellaVerdict
finish (Story *s, guint *excluded)
{
  g_autofree char *out = fixture_file (s->f, "record"), *folder = story_request (s, "tally-0001");
  g_autoptr (GError) error = NULL;

  story_ask (s, TABELLA_REQUEST_TALLY, "tally-0001");
  tabella_answer_check (folder, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  story_answer (s, "tally-0001", NULL);
  tabella_publish (s->store, out, &error);
  g_assert_no_error (error);
  return story_verify (s, out, excluded);
}

/* The amendment comes: everybody is counted. */
static void
test_until_it_comes (void)
{
  g_autoptr (Story) s = story_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  guint excluded;

  withhold (s);
  import_all (s);
  run_to_the_tally (s);
  expect_no_tally (s);
  amend (s->f, TABELLA_AMEND_SPARE, 8, tabella_amend_spare_value (4, 0, TABELLA_ROLE_BOOTH));
  amend (s->f, TABELLA_AMEND_ENDED, 8, 0);
  story_import (s, s->sticks);
  story_ask (s, TABELLA_REQUEST_CHECKINS, "checkins-0003");
  story_answer (s, "checkins-0003", NULL);
  g_assert_true (tabella_ask (s->store, TABELLA_REQUEST_STRIKE, &path, &error));
  g_assert_no_error (error);
  if (path != NULL)
    story_answer (s, "strike-0002", NULL);
  g_assert_cmpint (finish (s, &excluded), ==, TABELLA_VERDICT_VALID);
  g_assert_cmpuint (excluded, ==, 0);
}

/* It never comes: the organisers must say in public that they give the terminal up, and everyone
 * sees what was put aside. */
static void
test_given_up (void)
{
  g_autoptr (Story) s = story_new ();
  g_autofree char *aside =
      g_build_filename (s->f->path, "record", "quarantine", "terminal-002", "batch-0001", NULL);
  guint excluded;

  withhold (s);
  import_all (s);
  run_to_the_tally (s);
  expect_no_tally (s);
  amend (s->f, TABELLA_AMEND_REVOKED, 2, 0);
  g_assert_cmpint (finish (s, &excluded), ==, TABELLA_VERDICT_VALID_EXCLUDED);
  g_assert_cmpuint (excluded, ==, 1);
  g_assert_true (g_file_test (aside, G_FILE_TEST_IS_DIR));
}

/* The lost booth's only copy names it: that shows when the trustees have opened it. */
static void
test_lost_booth (void)
{
  g_autoptr (Story) s = story_new ();
  g_autoptr (Poll) p = poll_new (s->f, 7);
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL, *path = NULL, *strike = story_request (s, "strike-0001");
  guint8 ticket[16];
  guint excluded;

  tabella_folder_remove (s->late, &error);
  g_assert_no_error (error);
  poll_amended (p, 2, TABELLA_AMEND_SPARE, 8, tabella_amend_spare_value (4, 0, TABELLA_ROLE_BOOTH));
  poll_ticket (DESK, 8, ticket);
  poll_cast (p, ticket, 0, "ny");
  poll_make (p, TABELLA_BATCH_INTERIM);
  folder = poll_write (p, s->late);
  story_import (s, s->sticks);
  story_import (s, s->late); /* nobody can see into it */
  story_end_booth (s);
  story_ask (s, TABELLA_REQUEST_CHECKINS, "checkins-0001");
  story_answer (s, "checkins-0001", NULL);
  story_ask (s, TABELLA_REQUEST_CHECKINS, NULL);
  story_decide (s);
  story_ask (s, TABELLA_REQUEST_STRIKE, "strike-0001");
  tabella_answer_check (strike, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  story_answer (s, "strike-0001", NULL);
  g_assert_false (tabella_ask (s->store, TABELLA_REQUEST_TALLY, &path, &error));
  g_assert_nonnull (strstr (error->message, "the batch 1 at which it ended waits for amendment 2"));
  amend (s->f, TABELLA_AMEND_SPARE, 8, tabella_amend_spare_value (4, 0, TABELLA_ROLE_BOOTH));
  amend (s->f, TABELLA_AMEND_ENDED, 8, 0);
  story_ask (s, TABELLA_REQUEST_CHECKINS, "checkins-0002");
  story_answer (s, "checkins-0002", NULL);
  g_assert_cmpint (finish (s, &excluded), ==, TABELLA_VERDICT_VALID);
  g_assert_cmpuint (excluded, ==, 0);
}

int
main (int argc, char **argv)
{
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  fixture = fixture_new (4, TRUE, 8);
  g_test_add_func ("/waiting/late-amendment", test_late_amendment);
  g_test_add_func ("/waiting/other-amendment", test_other_amendment);
  g_test_add_func ("/waiting/spare", test_spare);
  g_test_add_func ("/waiting/other-fault", test_other_fault);
  g_test_add_func ("/waiting/damaged-checkins", test_damaged_checkins);
  g_test_add_func ("/waiting/fork", test_fork);
  g_test_add_func ("/waiting/until-it-comes", test_until_it_comes);
  g_test_add_func ("/waiting/given-up", test_given_up);
  g_test_add_func ("/waiting/lost-booth", test_lost_booth);
  result = g_test_run ();
  fixture_free (fixture);
  return result;
}
