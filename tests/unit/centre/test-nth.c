/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each step of the counting centre while the n-th call to the system fails. An error is said, or
 * what was done is the same as without it; nothing is half there; and it goes on afterwards. With
 * "-m slow" every n; otherwise some, which the test's seed draws. */
#include "stages.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "faults.h"
#include "files.h"
#include "record.h"
#include "status.h"

#define TRIES      20000
#define LONGEST_US 200000 /* about as long as a step takes */

typedef struct {
  const char *name, *stage;
  void (*prepare) (void); /* or NULL */
  gboolean (*act) (GError **error);
  char *(*made) (void); /* what is there, as text; NULL: nothing */
  guint every;          /* the short run takes one n in so many times the plan's step */
} Step;

typedef struct {
  const char *name;
  guint calls;
  FaultsHow how;
  int err;
  guint step;
} Plan;

/* --- Steps --- */

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

static const Step steps[] = {
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

static const Plan plans[] = {
  { "change refused", FAULTS_CHANGES, FAULTS_REFUSE, EIO, 1 },
  { "change done and called failed", FAULTS_CHANGES, FAULTS_LIE, EIO, 2 },
  { "full from", FAULTS_WRITE | FAULTS_NAME, FAULTS_STAY, ENOSPC, 2 },
  { "short", FAULTS_READ | FAULTS_WRITE, FAULTS_SHORT, 0, 9 },
  { "interrupted", FAULTS_READ | FAULTS_WRITE, FAULTS_REFUSE, EINTR, 9 },
  { "refused", FAULTS_ALL, FAULTS_REFUSE, EIO, 5 },
};

static void
assert_clear (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_cmpuint (strlen (error->message), >, 15);
  g_assert_null (strstr (error->message, "(null)"));
  g_assert_null (strstr (error->message, "Success"));
}

/* What the step gives when nothing fails. */
static char *
expected (const Step *step)
{
  GError *error = NULL;
  char *made;

  stages_back_to (step->stage);
  if (step->prepare != NULL)
    step->prepare ();
  step->act (&error);
  g_assert_no_error (error);
  made = step->made ();
  return made;
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

static gboolean
one (const Step *step, const Plan *plan, guint n, const char *right)
{
  g_autofree char *made = NULL, *requests = g_build_filename (story->f->folder, "requests", NULL);
  g_autoptr (GError) error = NULL;
  gboolean told, happened;

  stages_back_to (step->stage);
  if (step->prepare != NULL)
    step->prepare ();
  faults_arm (plan->calls, plan->how, plan->err, n);
  told = step->act (&error);
  happened = faults_disarm ();
  g_test_message ("%s, %s %u: %s", step->name, plan->name, n, told ? "done" : error->message);
  g_assert_true (told || happened);
  if (!told)
    assert_clear (error);
  g_clear_error (&error);
  stages_close ();
  stages_open (); /* the program ended, and starts again */
  made = step->made ();
  g_assert_true (made != NULL || !told || right == NULL);
  if (made != NULL)
    g_assert_cmpstr (made, ==, right); /* whole, and as it is without a fault */
  if (!told && (made == NULL || right == NULL)) {
    step->act (&error);
    g_assert_no_error (error);
    g_clear_pointer (&made, g_free);
    made = step->made ();
    g_assert_cmpstr (made, ==, right);
    assert_no_remains (story->f->folder);
    assert_no_remains (requests);
  }
  return happened;
}

static void
test_step (gconstpointer data)
{
  const Step *step = data;
  g_autofree char *right = expected (step);
  guint tries = 0;

  for (guint i = 0; i < G_N_ELEMENTS (plans); i++) {
    const guint every = g_test_slow () ? 1 : 2 * plans[i].step * step->every;
    guint n = every > 1 ? (guint)g_test_rand_int_range (1, (gint32)every + 1) : 1;

    for (; one (step, &plans[i], n, right); n += every) {
      g_assert_cmpuint (n, <, TRIES);
      tries++;
    }
  }
  g_print ("# %s: %u failures\n", step->name, tries);
}

/* kill -9 at any moment of a step, in a child; then the step again. */
static void
kill_once (const Step *step, const char *right)
{
  g_autofree char *made = NULL;
  GError *error = NULL;
  int ends[2], status;
  char byte;
  pid_t child;

  stages_back_to (step->stage);
  if (step->prepare != NULL)
    step->prepare ();
  stages_close ();
  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    stages_open ();
    if (step->act (&error) && write (ends[1], "x", 1) == 1)
      pause ();
    _exit (1);
  }
  close (ends[1]);
  g_usleep ((gulong)g_test_rand_int_range (0, LONGEST_US));
  g_assert_cmpint (kill (child, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  stages_open ();
  made = step->made ();
  if (made != NULL || read (ends[0], &byte, 1) == 1)
    g_assert_cmpstr (made, ==, right); /* what was said to be done is there, whole */
  close (ends[0]);
  if (made == NULL)
    step->act (&error);
  g_assert_no_error (error);
  g_clear_pointer (&made, g_free);
  made = step->made ();
  g_assert_cmpstr (made, ==, right);
}

static void
test_killed (gconstpointer data)
{
  const Step *step = data;
  g_autofree char *right = expected (step);

  for (guint i = 0; i < (g_test_slow () ? 100u : 1u); i++)
    kill_once (step, right);
}

int
main (int argc, char **argv)
{
  int done;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  stages_set_up ();
  for (guint i = 0; i < G_N_ELEMENTS (provisional); i++)
    poll_pseudonym (story->polls[0], 102 + i, provisional[i]);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    g_autofree char *killed = g_strconcat ("/killed", steps[i].name, NULL);

    g_test_add_data_func (steps[i].name, &steps[i], test_step);
    if (steps[i].made != look_seen) /* a look leaves nothing */
      g_test_add_data_func (killed, &steps[i], test_killed);
  }
  done = g_test_run ();
  faults_watch (NULL);
  g_free (seen);
  story_free (story);
  return done;
}
