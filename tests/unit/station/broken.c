/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "broken.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "box-private.h"
#include "check.h"
#include "checkin.h"
#include "copy.h"
#include "files.h"
#include "session.h"
#include "station-private.h"

#define COMBINED 6
#define DESK     1
#define BOOTH    3
#define TRIES    20000 /* more calls has no step */

static const char *const passphrases[] = { "first officer", "second officer" };

/* --- Folders to begin with --- */

static char *
template_path (const Broken *b, const char *name)
{
  g_autofree char *file = g_strconcat ("begin-", name, NULL);

  return practice_file (b->p, file);
}

static void
keep_as (Broken *b, const char *name)
{
  g_autofree char *path = template_path (b, name);
  GError *error = NULL;

  tabella_folder_copy (b->s->dir, path, &error);
  g_assert_no_error (error);
}

/* The folder as it is while the terminal is locked. */
static void
keep_locked_as (Broken *b, const char *name)
{
  tabella_station_lock (b->s);
  keep_as (b, name);
  practice_unlock (b->s);
}

void
broken_check_in (Broken *b, guint n, guint8 ticket[10])
{
  g_autofree char *id = practice_id (n);
  g_autoptr (TabellaAnswer) answer = NULL;
  GError *error = NULL;

  answer = tabella_checkin_look (b->s, id, &error);
  g_assert_no_error (error);
  tabella_checkin_give (b->s, answer, TABELLA_CHECKIN_ROLL, 0, ticket, &error);
  g_assert_no_error (error);
}

void
broken_to_code (Broken *b)
{
  TabellaSession *v = tabella_station_session (b->s);
  GError *error = NULL;

  if (v == NULL) {
    tabella_session_begin (b->s, b->ticket, &error);
    g_assert_no_error (error);
    v = tabella_station_session (b->s);
  }
  tabella_session_toggle (v, 0, 1);
  tabella_session_confirm (b->s, &error);
  g_assert_no_error (error);
  memcpy (b->code, tabella_session_code (v), 32);
}

/* @n checks in, challenges once and casts, or leaves. */
static void
vote (Broken *b, guint n, gboolean cast)
{
  g_autofree char *text = NULL, *receipt = NULL;
  GError *error = NULL;

  broken_check_in (b, n, b->ticket);
  broken_to_code (b);
  tabella_session_challenge (b->s, &text, &error);
  g_assert_no_error (error);
  if (cast) {
    broken_to_code (b);
    tabella_session_cast (b->s, &receipt, &error);
    g_assert_no_error (error);
  }
  tabella_session_end (b->s, &error);
  g_assert_no_error (error);
}

static void
set_up (Broken *b)
{
  g_autofree char *enrolment = NULL, *stick = practice_file (b->p, "stick");
  g_autoptr (TabellaPackage) package = NULL;
  TabellaTerminalSecrets *secrets;
  GError *error = NULL;

  keep_as (b, "new");
  secrets = tabella_simulated_secrets_load (b->p->folder, COMBINED, &error);
  g_assert_no_error (error);
  tabella_station_enrol (b->s, "simulated", secrets, TRUE, &b->setup_code, &enrolment, &error);
  g_assert_no_error (error);
  keep_as (b, "enrolled");
  package = tabella_station_find_package (b->s, stick, &error);
  g_assert_no_error (error);
  tabella_station_install (b->s, package, &error);
  g_assert_no_error (error);
  keep_as (b, "installed");
  tabella_station_first_opening (b->s, b->setup_code, passphrases, 2, PRACTICE_PIN, &error);
  g_assert_no_error (error);
  keep_locked_as (b, "ready");
}

static void
play (Broken *b)
{
  g_autofree char *usb = template_path (b, "usb"), *text = NULL, *final = NULL;
  const TabellaStick stick = { .root = usb };
  GError *error = NULL;

  g_assert_true (tabella_folder_make (usb, &error));
  g_assert_true (tabella_station_zero_report (b->s, &error));
  g_assert_true (tabella_station_open_poll (b->s, &error));
  vote (b, 20, TRUE);
  g_assert_true (tabella_export_safety_copy (b->s, &stick, &text, &error));
  g_assert_no_error (error);
  vote (b, 21, FALSE);
  keep_locked_as (b, "open");
  g_assert_true (tabella_station_pause (b->s, &error));
  keep_locked_as (b, "paused");
  g_assert_true (tabella_export_close (b->s, &error));
  keep_locked_as (b, "closed");
  {
    g_autofree char *other = template_path (b, "usb-final");
    const TabellaStick last = { .root = other };

    g_assert_true (tabella_folder_copy (usb, other, &error));
    g_assert_true (tabella_export_final (b->s, &last, &final, &error));
    g_assert_no_error (error);
  }
  keep_locked_as (b, "delivered");
}

/* A desk and a booth of station 1, open; one of the desk's tickets. */
static void
open_apart (Broken *b, guint16 terminal, const char *name)
{
  b->s = practice_open (b->p, terminal);
  if (terminal == DESK)
    broken_check_in (b, 0, b->booth_ticket);
  keep_locked_as (b, name);
  g_clear_pointer (&b->s, tabella_station_free);
}

Broken *
broken_new (void)
{
  Broken *b = g_new0 (Broken, 1);
  g_autofree char *dir = NULL;
  GError *error = NULL;

  b->p = practice_new (NULL);
  faults_watch (b->p->path);
  dir = practice_file (b->p, "first");
  b->s = tabella_station_open (dir, &error);
  g_assert_no_error (error);
  tabella_station_set_cost (b->s, TABELLA_VAULT_REHEARSAL);
  set_up (b);
  play (b);
  g_clear_pointer (&b->s, tabella_station_free);
  open_apart (b, DESK, "desk");
  open_apart (b, BOOTH, "booth");
  b->dir = practice_file (b->p, "state");
  b->usb = practice_file (b->p, "usb");
  b->voter = 22;
  return b;
}

void
broken_free (Broken *b)
{
  tabella_setup_code_free (b->setup_code);
  faults_watch (NULL);
  practice_free (b->p);
  g_free (b->dir);
  g_free (b->usb);
  g_free (b);
}

/* --- One try --- */

static void
fresh_copy (const Broken *b, const char *name, const char *to)
{
  g_autofree char *from = template_path (b, name);
  GError *error = NULL;

  g_assert_true (tabella_folder_remove (to, &error));
  tabella_folder_copy (from, to, &error);
  g_assert_no_error (error);
}

static void
open_and_unlock (Broken *b)
{
  GError *error = NULL;

  b->s = tabella_station_open (b->dir, &error);
  g_assert_no_error (error);
  tabella_station_set_cost (b->s, TABELLA_VAULT_REHEARSAL);
  if (tabella_station_state (b->s) == TABELLA_STATION_LOCKED ||
      tabella_station_state (b->s) == TABELLA_STATION_CLOSED)
    practice_unlock (b->s);
}

guint16
broken_terminal (const BrokenStep *step)
{
  return g_str_equal (step->folder, "desk")    ? DESK
         : g_str_equal (step->folder, "booth") ? BOOTH
                                               : COMBINED;
}

void
broken_begin (Broken *b, const BrokenStep *step)
{
  b->terminal = broken_terminal (step);
  fresh_copy (b, step->folder, b->dir);
  fresh_copy (b, g_str_equal (step->folder, "delivered") ? "usb-final" : "usb", b->usb);
  if (!step->shut)
    open_and_unlock (b);
  if (step->prepare != NULL)
    step->prepare (b);
}

void
broken_end (Broken *b)
{
  g_clear_pointer (&b->s, tabella_station_free);
  g_clear_pointer (&b->new_code, tabella_setup_code_free);
}

void
broken_restart (Broken *b)
{
  g_clear_pointer (&b->s, tabella_station_free);
  open_and_unlock (b);
}

TabellaCheckinState
broken_state_of (Broken *b, guint n)
{
  g_autofree char *typed = practice_id (n);
  char id[TABELLA_ID_MAX + 1];
  guint8 p[32];
  TabellaCheckin found;

  g_assert_cmpint (tabella_id_normalise (typed, id), ==, TABELLA_ID_OK);
  tabella_pseudonym (b->s->keys->roll->roll_key, id, p);
  return tabella_box_checkin_find (b->s->box, p, FALSE, &found) ? found.state
                                                                : TABELLA_CHECKIN_NONE;
}

gboolean
broken_has_ballot (Broken *b)
{
  GError *error = NULL;

  g_assert_true (tabella_box_require_index (b->s->box, &error));
  g_assert_no_error (error);
  return g_hash_table_contains (b->s->box->codes, b->code);
}

/* --- The end --- */

static void
go_on (Broken *b)
{
  guint8 ticket[10];
  GError *error = NULL;

  if (tabella_station_state (b->s) == TABELLA_STATION_READY) {
    g_assert_true (tabella_station_zero_report (b->s, &error));
    g_assert_true (tabella_station_open_poll (b->s, &error));
    g_assert_no_error (error);
  }
  if (tabella_station_state (b->s) == TABELLA_STATION_PAUSED)
    g_assert_true (tabella_station_resume (b->s, &error));
  g_assert_no_error (error);
  if (tabella_station_state (b->s) != TABELLA_STATION_OPEN)
    return;
  tabella_session_end (b->s, &error);
  g_assert_no_error (error);
  if (b->terminal == COMBINED)
    vote (b, 25, TRUE);
  else if (b->terminal == DESK)
    broken_check_in (b, 1, ticket);
  tabella_export_close (b->s, &error);
  g_assert_no_error (error);
}

/* What the counting centre says of it, without the ballots' proofs. */
static void
assert_taken (Broken *b)
{
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (TabellaHeld) held = NULL;
  g_autofree char *name = NULL, *folder = NULL;
  guint16 number;
  GError *error = NULL;

  g_assert_true (tabella_export_final_number (b->s, &number, &error));
  name = tabella_batch_folder (b->terminal, number);
  folder = g_build_filename (b->usb, name, NULL);
  e = tabella_evidence_new (b->p->folder, &error);
  g_assert_no_error (error);
  held = tabella_held_new (b->terminal, number, FALSE);
  {
    g_autofree char *ballots = g_build_filename (folder, "ballots", NULL);
    g_autofree char *minisig = g_build_filename (folder, "ballots.minisig", NULL);
    g_autofree char *checkins = g_build_filename (folder, "checkins", NULL);

    held->ballots = tabella_file_read (ballots, TABELLA_FILE_LIMIT, &error);
    held->checkins = tabella_file_read (checkins, TABELLA_FILE_LIMIT, &error);
    g_assert_true (g_file_get_contents (minisig, &held->minisig, NULL, &error));
    g_assert_no_error (error);
  }
  tabella_check_batch (e, held, TABELLA_CHECK_NO_PROOFS, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* Nothing half-written is left below. */
static void
assert_no_remains (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);

    if (name[0] == '.')
      g_error ("left behind: %s", inner);
    if (g_file_test (inner, G_FILE_TEST_IS_DIR))
      assert_no_remains (inner);
  }
}

void
broken_finish (Broken *b)
{
  const TabellaStick stick = { .root = b->usb };
  g_autofree char *text = NULL;
  GError *error = NULL;

  if (b->s->keys == NULL) /* enrolled, installed or retired */
    return;
  go_on (b);
  tabella_export_final (b->s, &stick, &text, &error);
  g_assert_no_error (error);
  assert_taken (b);
  assert_no_remains (b->dir);
  assert_no_remains (b->usb);
}

static guint
open_files (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

void
broken_assert_clear (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == TABELLA_STATION_ERROR || error->domain == TABELLA_ELECTION_ERROR);
  g_assert_cmpuint (strlen (error->message), >, 15);
  g_assert_null (strstr (error->message, "(null)"));
  g_assert_null (strstr (error->message, "Success"));
}

void
broken_repeat (Broken *b, const BrokenStep *step)
{
  GError *error = NULL;

  if (b->s == NULL)
    broken_restart (b);
  if (step->done (b))
    return;
  if (!(step->again != NULL ? step->again : step->act) (b, &error))
    g_error ("%s, again: %s", step->name, error->message);
  g_assert_no_error (error);
  g_assert_true (step->done (b));
}

static gboolean
one (Broken *b, const BrokenStep *step, const BrokenPlan *plan, guint n, BrokenTally *tally)
{
  g_autoptr (GError) error = NULL;
  gboolean told, happened, unknown, stop;
  const guint files = open_files ();

  broken_begin (b, step);
  b->dead = plan->how == FAULTS_STAY;
  faults_arm (plan->calls, plan->how, plan->err, n);
  told = step->act (b, &error);
  happened = faults_disarm ();
  if (told)
    g_assert_no_error (error);
  else
    broken_assert_clear (error);
  unknown = !told && strstr (error->message, "cannot be told") != NULL;
  stop = !told && strstr (error->message, "start this terminal again") != NULL;
  g_assert_true (happened || told);
  tally->tries += happened ? 1 : 0;
  tally->told_done += happened && told ? 1 : 0;
  tally->told_unknown += unknown ? 1 : 0;
  tally->told_not += told || unknown ? 0 : 1;
  g_test_message ("%s, %s %u: %s", step->name, plan->name, n, told ? "done" : error->message);
  if (!unknown && b->s != NULL) { /* what is said in the same process… */
    const gboolean done = step->done (b);

    g_assert_true (done || !told);
    g_assert_true (!done || told || !step->strict);
    if (n % 2 == 0 && !stop)
      broken_repeat (b, step);
  } else if (unknown && n % 2 == 0 && b->s != NULL) {
    step->done (b); /* somebody goes on although it was said to stop */
    broken_repeat (b, step);
  }
  broken_restart (b); /* …and by the disk */
  if (n % 2 != 0 && !unknown) {
    const gboolean done = step->done (b);

    g_assert_true (done || !told);
    g_assert_true (!done || told || !step->strict);
  }
  broken_repeat (b, step);
  if (g_test_slow () || unknown || n % 6 == 0)
    broken_finish (b);
  broken_end (b);
  g_assert_cmpuint (open_files (), ==, files);
  return happened;
}

void
broken_run (Broken *b, const BrokenStep *step, const BrokenPlan *plan, BrokenTally *tally)
{
  guint n = 1 + (plan->step > 1 ? g_test_rand_int_range (0, (gint32)plan->step) : 0);

  for (; one (b, step, plan, n, tally); n += plan->step)
    g_assert_cmpuint (n, <, TRIES);
}
