/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Elections in which not everything is counted: terminals left out, units withheld. */
#include "story.h"

#include <string.h>
#include "answering.h"
#include "files.h"
#include "record.h"
#include "status.h"

static void
amend (const Story *s, TabellaAmendKind kind, guint16 target, guint32 value)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *form = NULL;
  guint16 number;

  tabella_amendment_write (s->f->manifest, s->f->folder, kind, target, value, NULL, NULL,
                           &s->f->key, &number, &form, &error);
  g_assert_no_error (error);
}

/* Terminal 2 gives a batch with a ballot that nobody was checked in for, and signs it. */
static void
forge_two (Story *s)
{
  g_autofree char *two = g_build_filename (s->sticks, "terminal-002", NULL);
  g_autoptr (Poll) bad = poll_new (s->f, 2);
  g_autoptr (GError) error = NULL;
  guint8 ticket[16];

  tabella_folder_remove (two, &error);
  g_assert_no_error (error);
  poll_ticket (2, 1, ticket);
  poll_cast (bad, ticket, 0, "yy");
  poll_close (bad, s->sticks);
}

static void
damage_three (Story *s)
{
  g_autofree char *path =
      g_build_filename (s->sticks, "terminal-003", "batch-0001", "ballots", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) ballots = tabella_file_read (path, TABELLA_FILE_LIMIT, &error);
  g_autofree guint8 *bytes = NULL;
  gsize size;

  g_assert_no_error (error);
  bytes = g_memdup2 (g_bytes_get_data (ballots, &size), g_bytes_get_size (ballots));
  bytes[size - 200] ^= 1;
  tabella_file_write (path, bytes, size, 0644, &error);
  g_assert_no_error (error);
}

static void
import_what_holds (Story *s)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new (), done = NULL;
  g_autoptr (GError) error = NULL;
  guint refused = 0;

  g_ptr_array_add (paths, s->sticks);
  done = tabella_import (s->store, paths, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < done->len; i++)
    refused += ((TabellaImported *)g_ptr_array_index (done, i))->quarantined;
  g_assert_cmpuint (refused, ==, 2);
}

/* A damaged stick may still be replaced by a good one: it must be given up explicitly. */
static void
expect_status (Story *s)
{
  static const TabellaAt expected[8] = { TABELLA_AT_FINAL,       TABELLA_AT_QUARANTINED,
                                         TABELLA_AT_QUARANTINED, TABELLA_AT_REVOKED,
                                         TABELLA_AT_FINAL,       TABELLA_AT_FINAL,
                                         TABELLA_AT_ENDED,       TABELLA_AT_UNUSED };
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaCentreStatus) status = tabella_centre_status (s->store, &error);

  g_assert_no_error (error);
  for (guint16 t = 1; t <= 8; t++) {
    const TabellaTerminalAt *at = g_ptr_array_index (status->terminals, t - 1);

    g_assert_cmpint (at->at, ==, expected[t - 1]);
    g_assert_cmpint (at->settled, ==, t != 3);
  }
}

static void
run_to_the_end (Story *s)
{
  story_ask (s, TABELLA_REQUEST_CHECKINS, "checkins-0001");
  story_answer (s, "checkins-0001", NULL);
  story_ask (s, TABELLA_REQUEST_CHECKINS, "checkins-0002");
  story_answer (s, "checkins-0002", NULL);
  story_ask (s, TABELLA_REQUEST_STRIKE, "strike-0001");
  story_answer (s, "strike-0001", NULL);
  story_ask (s, TABELLA_REQUEST_TALLY, "tally-0001");
  story_answer (s, "tally-0001", NULL);
}

/* Terminal 2 signed a batch that does not hold, terminal 4 is revoked, terminal 3's stick is
 * damaged and given up: the rest is counted, and everyone can see what is missing. */
static void
test_excluded (void)
{
  static const char *const requests[] = { "checkins-0001", "checkins-0002", "strike-0001",
                                          "tally-0001" };
  g_autoptr (Story) s = story_new ();
  g_autofree char *out = fixture_file (s->f, "record");
  g_autofree char *reason =
      g_build_filename (out, "quarantine", "terminal-002", "batch-0001", "reason", NULL);
  g_autoptr (GError) error = NULL;
  guint excluded;

  forge_two (s);
  damage_three (s);
  import_what_holds (s);
  amend (s, TABELLA_AMEND_REVOKED, 4, 0);
  story_import (s, s->late);
  story_end_booth (s);
  expect_status (s);
  amend (s, TABELLA_AMEND_ENDED, 3, 0);
  run_to_the_end (s);
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++) {
    g_autofree char *folder = story_request (s, requests[i]);

    tabella_answer_check (folder, NULL, NULL, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
  }
  tabella_publish (s->store, out, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_test (reason, G_FILE_TEST_EXISTS));
  g_assert_cmpint (story_verify (s, out, &excluded), ==, TABELLA_VERDICT_VALID_EXCLUDED);
  g_assert_cmpuint (excluded, ==, 3);
}

/* Too few ballots for any unit: nothing is decrypted, and that is a result. */
static void
test_withheld (void)
{
  g_autoptr (Story) s = story_new_with ("{\"min_unit\": 100}");
  g_autofree char *out = fixture_file (s->f, "record"), *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) result = NULL;
  guint excluded;

  story_until (s, TABELLA_REQUEST_TALLY);
  story_ask (s, TABELLA_REQUEST_TALLY, "tally-0001");
  story_answer (s, "tally-0001", &text);
  result = tabella_json_parse ("result.json", text, strlen (text), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++) {
    json_t *contest = json_array_get (json_object_get (result, "contests"), i);

    g_assert_cmpint (json_integer_value (json_object_get (contest, "ballots")), ==, 0);
    g_assert_cmpuint (json_array_size (json_object_get (contest, "units")), ==, 0);
    g_assert_cmpstr (json_string_value (json_array_get (json_object_get (contest, "withheld"), 0)),
                     ==, "new-territories");
  }
  tabella_publish (s->store, out, &error);
  g_assert_no_error (error);
  g_assert_cmpint (story_verify (s, out, &excluded), ==, TABELLA_VERDICT_VALID);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outcome/excluded", test_excluded);
  g_test_add_func ("/outcome/withheld", test_withheld);
  return g_test_run ();
}
