/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "steps.h"

#include <string.h>
#include "files.h"
#include "record.h"
#include "status.h"

static void
no_database (void)
{
  g_autofree char *db = g_build_filename (story->f->folder, "centre.db", NULL);
  GError *error = NULL;

  stages_close ();
  g_assert_true (tabella_folder_remove (db, &error));
}

static gboolean
open_database (GError **error)
{
  stages_close ();
  story->store = tabella_store_open (story->f->folder, error);
  return story->store != NULL;
}

static gboolean
take (const char *path, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new (), done = NULL;

  g_ptr_array_add (paths, (gpointer)path);
  done = tabella_import (story->store, paths, NULL, NULL, error);
  for (guint i = 0; done != NULL && i < done->len; i++) {
    const TabellaImported *one = g_ptr_array_index (done, i);

    if (one->refused != NULL) {
      g_set_error_literal (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID, one->refused);
      return FALSE;
    }
  }
  return done != NULL;
}

static gboolean
import_final (GError **error)
{
  g_autofree char *path = g_build_filename (story->sticks, "terminal-004", NULL);

  return take (path, error);
}

static gboolean
import_copy (GError **error)
{
  return take (story->late, error);
}

/* The batches that are here in good order. */
static char *
batches (void)
{
  g_autoptr (TabellaEvidence) e = story_evidence (story);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < e->held->len; i++) {
    const TabellaHeld *h = g_ptr_array_index (e->held, i);

    if (h->quarantine == NULL)
      g_string_append_printf (text, "%u %u %d\n", h->terminal, h->number, h->interim);
  }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static gboolean
put_receipt (GError **error)
{
  gboolean is_new;

  return tabella_store_put_receipt (story->store, story->polls[0]->text, &is_new, error);
}

static char *
receipts (void)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) all = tabella_store_receipts (story->store, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (all->len, <=, 1);
  return all->len > 0 ? g_strdup (g_ptr_array_index (all, 0)) : NULL;
}

static guint8 provisional[2][32]; /* whose ballots are decided on */

static gboolean
decide (GError **error)
{
  for (guint voter = 102; voter <= 103; voter++) {
    TabellaDecision d = { .terminal = 3,
                          .accepted = voter == 103,
                          .reason = (char *)"papers seen" };

    memcpy (d.p, provisional[voter - 102], sizeof d.p);
    if (!tabella_store_put_decision (story->store, &d, error))
      return FALSE;
  }
  return tabella_store_sign_decisions (story->store, &story->f->key, error);
}

/* With its signature, or not there yet. */
static char *
decisions (void)
{
  g_autoptr (TabellaEvidence) e = story_evidence (story);

  return e->decisions_signed ? stages_files_in_folder ("decisions.json") : NULL;
}

static char *seen; /* what the last look gave */

static gboolean
look (GError **error)
{
  g_autoptr (TabellaCentreStatus) status = tabella_centre_status (story->store, error);
  g_autoptr (GString) text = g_string_new (NULL);

  g_clear_pointer (&seen, g_free);
  if (status == NULL)
    return FALSE;
  /* What is missing has words for what could not be read. */
  g_string_append_printf (text, "%u of %u; %u undecided, %u incidents; %d %d\n", status->settled,
                          status->needed, status->undecided->len, status->incidents->len,
                          status->tally_asked, status->result);
  for (guint i = 0; i < status->terminals->len; i++) {
    const TabellaTerminalAt *at = g_ptr_array_index (status->terminals, i);

    g_string_append_printf (text, "%u %s %u\n", at->terminal, tabella_at_name (at->at), at->cast);
  }
  seen = g_string_free (g_steal_pointer (&text), FALSE);
  return TRUE;
}

static char *
look_seen (void)
{
  return g_strdup (seen);
}

static void
forget_look (void)
{
  g_clear_pointer (&seen, g_free);
}

#define ASK(name, purpose, folder)                                                                 \
  static gboolean ask_##name (GError **error)                                                      \
  {                                                                                                \
    g_autofree char *path = NULL;                                                                  \
                                                                                                   \
    return tabella_ask (story->store, purpose, &path, error);                                      \
  }                                                                                                \
  static char *name##_files (void)                                                                 \
  {                                                                                                \
    return stages_files_in_folder ("requests/" folder);                                            \
  }

ASK (checkins, TABELLA_REQUEST_CHECKINS, "checkins-0001")
ASK (strike, TABELLA_REQUEST_STRIKE, "strike-0001")
ASK (tally, TABELLA_REQUEST_TALLY, "tally-0001")

static gboolean
combine (const char *name, GError **error)
{
  g_autofree char *folder = story_request (story, name), *text = NULL;

  return tabella_combine (story->store, folder, NULL, &text, error);
}

static gboolean
combine_strike (GError **error)
{
  return combine ("strike-0001", error);
}

static char *
tickets (void)
{
  return stages_files_in_folder ("requests/strike-0001/tickets");
}

static gboolean
combine_tally (GError **error)
{
  return combine ("tally-0001", error);
}

static char *
result (void)
{
  return stages_files_in_folder ("result.json");
}

static gboolean
publish (GError **error)
{
  g_autofree char *out = g_build_filename (story->f->folder, "record", NULL);

  return tabella_publish (story->store, out, error);
}

static char *
record (void)
{
  return stages_files_in_folder ("record");
}

const Step steps[] = {
  { "/nth/open", "empty", no_database, open_database, batches, 3 },
  { "/nth/import-final", "empty", NULL, import_final, batches, 2 },
  { "/nth/import-copy", "empty", NULL, import_copy, batches, 2 },
  { "/nth/receipt", "imported", NULL, put_receipt, receipts, 1 },
  { "/nth/decide", "opened", NULL, decide, decisions, 2 },
  { "/nth/status", "counted", forget_look, look, look_seen, 4 },
  { "/nth/ask-checkins", "imported", NULL, ask_checkins, checkins_files, 15 },
  { "/nth/ask-strike", "decided", NULL, ask_strike, strike_files, 25 },
  { "/nth/ask-tally", "struck", NULL, ask_tally, tally_files, 30 },
  { "/nth/combine-strike", "strike", NULL, combine_strike, tickets, 4 },
  { "/nth/combine-tally", "tally", NULL, combine_tally, result, 1 },
  { "/nth/publish", "counted", NULL, publish, record, 25 },
};

const guint steps_count = G_N_ELEMENTS (steps);

void
steps_set_up (void)
{
  stages_set_up ();
  for (guint i = 0; i < G_N_ELEMENTS (provisional); i++)
    poll_pseudonym (story->polls[0], 102 + i, provisional[i]);
}

void
steps_clear (void)
{
  g_clear_pointer (&seen, g_free);
  g_clear_pointer (&story, story_free);
}

gboolean
step_leaves_nothing (const Step *step)
{
  return step->made == look_seen;
}

void
step_begin (const Step *step)
{
  stages_back_to (step->stage);
  if (step->prepare != NULL)
    step->prepare ();
}

char *
step_expected (const Step *step)
{
  GError *error = NULL;

  step_begin (step);
  step->act (&error);
  g_assert_no_error (error);
  return step->made ();
}

/* Hidden names of the election folder: what a step left half-written. */
static void
assert_no_remains (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (name[0] == '.')
      g_error ("left behind: %s/%s", path, name);
}

void
step_go_on (const Step *step, gboolean told, const char *right)
{
  g_autofree char *made = NULL, *requests = g_build_filename (story->f->folder, "requests", NULL);
  GError *error = NULL;

  stages_close ();
  stages_open ();
  made = step->made ();
  g_assert_true (made != NULL || !told || right == NULL);
  if (made != NULL)
    g_assert_cmpstr (made, ==, right); /* whole, and as it is without a fault */
  if (told || (made != NULL && right != NULL))
    return;
  step->act (&error);
  g_assert_no_error (error);
  g_clear_pointer (&made, g_free);
  made = step->made ();
  g_assert_cmpstr (made, ==, right);
  assert_no_remains (story->f->folder);
  assert_no_remains (requests);
}
