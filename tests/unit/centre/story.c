/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "story.h"

#include <string.h>
#include "files.h"
#include "opening.h"
#include "verifier.h"

/* Choices are for motion-1 and motion-2; y is the first option, n the second, - blank.
 *
 *   voter  where                        choices  stands?
 *   1      T1 on its roll               yy       yes: unlinked first
 *          T2 walk-in                   nn       struck
 *   13     T1 on its roll               y-       yes
 *          desk walk-in, ticket D → 7   yy       struck
 *   5      T4 on its roll               --       yes
 *   2      T2 on its roll               n-       yes
 *          desk walk-in, ticket E       none     struck: an unused ticket
 *   6      T2 on its roll               ny       yes
 *          T4 walk-in                   yy       struck
 *   3      T3 on its roll               yy       yes: paper yields
 *          T2 on paper
 *   101    T3 walk-in                   yn       one of them, by lot
 *          desk walk-in, ticket F → 6   yn
 *   102    T3 provisional               yy       struck: rejected
 *   103    T3 provisional               yy       yes: accepted
 *   4      desk, ticket A → 6           yy       one of them, by lot: a ticket used twice
 *                         → 7           yy
 *   8      desk, ticket B → 7           ny       yes
 *   104    desk walk-in, ticket C → 6   nn       yes, after one challenge
 *   106    T1 walk-in, left             none
 *
 * Units: Hong Kong Island (T1, T4) 3 ballots; Kowloon (T2) 2, fewer than min_unit 3, so merged into
 * the New Territories (T3 and the desk's station) 6. */
#define DESK 5

static void
play_combined (Story *s)
{
  Poll *const *p = s->polls;
  guint8 ticket[16];

  poll_vote (p[0], 1, TABELLA_CHECKIN_ROLL, "yy");
  poll_vote (p[0], 13, TABELLA_CHECKIN_ROLL, "y-");
  poll_walkin (p[0], 106, TABELLA_CHECKIN_LEFT, ticket);
  poll_vote (p[1], 1, TABELLA_CHECKIN_WALKIN, "nn");
  poll_vote (p[1], 2, TABELLA_CHECKIN_ROLL, "n-");
  poll_vote (p[1], 6, TABELLA_CHECKIN_ROLL, "ny");
  poll_checkin (p[1], 3, TABELLA_CHECKIN_PAPER, TABELLA_CHECKIN_NONE, NULL);
  poll_vote (p[2], 3, TABELLA_CHECKIN_ROLL, "yy");
  poll_vote (p[2], 101, TABELLA_CHECKIN_WALKIN, "yn");
  poll_vote (p[2], 102, TABELLA_CHECKIN_PROVISIONAL, "yy");
  poll_vote (p[2], 103, TABELLA_CHECKIN_PROVISIONAL, "yy");
  poll_vote (p[3], 5, TABELLA_CHECKIN_ROLL, "--");
  poll_vote (p[3], 6, TABELLA_CHECKIN_WALKIN, "yy");
}

static void
give (Story *s, guint voter, gboolean walk_in)
{
  guint8 ticket[16];

  poll_ticket (DESK, voter, ticket);
  poll_checkin (s->polls[DESK - 1], voter, walk_in ? TABELLA_CHECKIN_WALKIN : TABELLA_CHECKIN_ROLL,
                TABELLA_CHECKIN_GIVEN, walk_in ? ticket : NULL);
}

static void
use (Story *s, guint16 booth, guint voter, guint8 attempt, const char *choices)
{
  guint8 ticket[16];

  poll_ticket (DESK, voter, ticket);
  poll_cast (s->polls[booth - 1], ticket, attempt, choices);
}

static void
play_desk (Story *s)
{
  guint8 ticket[16];

  give (s, 4, FALSE);
  give (s, 8, FALSE);
  give (s, 104, TRUE);
  give (s, 13, TRUE);
  give (s, 2, TRUE);
  give (s, 101, TRUE);
  use (s, 6, 4, 0, "yy");
  poll_ticket (DESK, 104, ticket);
  poll_challenge (s->polls[5], ticket, 0, "yn");
  use (s, 6, 104, 1, "nn");
  use (s, 6, 101, 0, "yn");
  use (s, 7, 8, 0, "ny");
  use (s, 7, 13, 0, "yy");
  use (s, 7, 4, 0, "yy");
}

Story *
story_new (void)
{
  return story_new_with ("{\"min_unit\": 3}");
}

Story *
story_new_with (const char *policies)
{
  Story *s = g_new0 (Story, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL;

  s->f = fixture_new_with (4, TRUE, 16, policies);
  s->sticks = fixture_file (s->f, "sticks");
  s->late = fixture_file (s->f, "late");
  for (guint16 t = 1; t <= 7; t++)
    s->polls[t - 1] = poll_new (s->f, t);
  play_combined (s);
  play_desk (s);
  for (guint16 t = 1; t <= 6; t++)
    poll_close (s->polls[t - 1], s->sticks);
  poll_make (s->polls[6], TABELLA_BATCH_INTERIM);
  folder = poll_write (s->polls[6], s->late);
  s->store = tabella_store_open (s->f->folder, &error);
  g_assert_no_error (error);
  return s;
}

void
story_free (Story *s)
{
  tabella_store_close (s->store);
  for (guint i = 0; i < G_N_ELEMENTS (s->polls); i++)
    g_clear_pointer (&s->polls[i], poll_free);
  fixture_free (s->f);
  g_free (s->sticks);
  g_free (s->late);
  g_free (s);
}

void
story_import (Story *s, const char *path)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new (), done = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (paths, (gpointer)path);
  done = tabella_import (s->store, paths, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < done->len; i++)
    g_assert_cmpstr (((TabellaImported *)g_ptr_array_index (done, i))->refused, ==, NULL);
}

void
story_end_booth (Story *s)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *form = NULL;
  guint16 number;

  tabella_amendment_write (s->f->manifest, s->f->folder, TABELLA_AMEND_ENDED, 7, 1, NULL, NULL,
                           &s->f->key, &number, &form, &error);
  g_assert_no_error (error);
}

char *
story_request (const Story *s, const char *name)
{
  return g_build_filename (s->f->folder, "requests", name, NULL);
}

void
story_ask (Story *s, TabellaPurpose purpose, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL, *expected = name != NULL ? story_request (s, name) : NULL;

  tabella_ask (s->store, purpose, &path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (path, ==, expected);
}

void
story_share (Story *s, const char *name, guint16 trustee)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaEvidence) e = tabella_evidence_new (s->f->folder, &error);
  g_autofree char *folder = story_request (s, name);
  g_autofree char *file = g_strdup_printf ("share-%02u", trustee);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autoptr (TabellaAsked) asked = NULL;
  g_autoptr (GBytes) share = NULL;

  g_assert_no_error (error);
  asked = tabella_asked_load (e, folder, &error);
  g_assert_no_error (error);
  share = tabella_share_make (e->ctx->he, asked->digest, trustee, asked->request,
                              tabella_trustee_secret (s->f->trustees[trustee - 1], asked->purpose));
  tabella_file_write (path, g_bytes_get_data (share, NULL), g_bytes_get_size (share), 0644, &error);
  g_assert_no_error (error);
}

void
story_answer (Story *s, const char *name, char **result)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = story_request (s, name), *text = NULL;

  story_share (s, name, 1);
  story_share (s, name, 3);
  tabella_combine (s->store, folder, NULL, &text, &error);
  g_assert_no_error (error);
  if (result != NULL)
    *result = g_steal_pointer (&text);
}

TabellaEvidence *
story_evidence (Story *s)
{
  g_autoptr (GError) error = NULL;
  TabellaEvidence *e = tabella_store_evidence (s->store, &error);

  g_assert_no_error (error);
  return e;
}

void
story_decide (Story *s)
{
  g_autoptr (GError) error = NULL;

  for (guint voter = 102; voter <= 103; voter++) {
    TabellaDecision d = { .terminal = 3,
                          .accepted = voter == 103,
                          .reason = (char *)"papers seen" };

    poll_pseudonym (s->polls[0], voter, d.p);
    tabella_store_put_decision (s->store, &d, &error);
    g_assert_no_error (error);
  }
  tabella_store_sign_decisions (s->store, &s->f->key, &error);
  g_assert_no_error (error);
}

void
story_until (Story *s, TabellaPurpose purpose)
{
  story_import (s, s->sticks);
  story_import (s, s->late);
  story_end_booth (s);
  if (purpose == TABELLA_REQUEST_CHECKINS)
    return;
  story_ask (s, TABELLA_REQUEST_CHECKINS, "checkins-0001");
  story_answer (s, "checkins-0001", NULL);
  story_ask (s, TABELLA_REQUEST_CHECKINS, "checkins-0002");
  story_answer (s, "checkins-0002", NULL);
  story_decide (s);
  if (purpose == TABELLA_REQUEST_STRIKE)
    return;
  story_ask (s, TABELLA_REQUEST_STRIKE, "strike-0001");
  story_answer (s, "strike-0001", NULL);
}

TabellaVerdict
story_verify (const Story *s, const char *record, guint *excluded)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaVerifyReport) report = tabella_verify_record (
      record, TABELLA_VERIFY_ALL, &s->f->organisers, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  for (guint i = 1; i <= TABELLA_VERIFY_ALL; i++)
    if (!report->checks[i].passed)
      g_test_message ("check %u: %s", i, report->checks[i].detail);
  *excluded = report->excluded;
  return report->verdict;
}
