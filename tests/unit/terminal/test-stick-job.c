/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that can happen between "put the stick in" and "take it out". */
#include <glib/gstdio.h>
#include "fake-sticks.h"
#include "secret.h"
#include "station-error.h"
#include "stick-job.h"

#define DEADLINE (20 * G_USEC_PER_SEC)

/* What the work does, and whether it may go on; one test at a time. */
typedef struct {
  GMutex mutex;
  GCond cond;
  gboolean held;
  int domain_is_stick; /* -1: it succeeds */
  guint64 needed;
  int n; /* how often it was done */
  char root[64];
} Script;

static Script script;
static char *folder;

static gboolean
work (TabellaStation *station, const TabellaStick *stick, const char *input, gpointer *result,
      GError **error)
{
  gboolean ok;

  g_mutex_lock (&script.mutex);
  while (script.held)
    g_cond_wait (&script.cond, &script.mutex);
  script.n++;
  g_strlcpy (script.root, stick->root, sizeof script.root);
  *stick->needed = script.needed;
  ok = script.domain_is_stick < 0;
  if (ok)
    *result = g_strdup (input);
  else
    g_set_error (error, TABELLA_STATION_ERROR,
                 script.domain_is_stick ? TABELLA_STATION_ERROR_STICK
                                        : TABELLA_STATION_ERROR_STORAGE,
                 "as the test says");
  g_mutex_unlock (&script.mutex);
  return ok;
}

static void
hold (gboolean held)
{
  g_mutex_lock (&script.mutex);
  script.held = held;
  g_cond_broadcast (&script.cond);
  g_mutex_unlock (&script.mutex);
}

static const TabellaStickTask writes = { .writes = TRUE, .work = work, .free_result = g_free };
static const TabellaStickTask at_once = {
  .writes = TRUE, .at_once = TRUE, .work = work, .free_result = g_free
};
static const TabellaStickTask another = {
  .writes = TRUE, .another = TRUE, .work = work, .free_result = g_free
};
static const TabellaStickTask reads = { .work = work, .free_result = g_free };

typedef struct {
  FakeSticks *sticks;
  TabellaStickJob *job;
  guint n_changed;
} Fixture;

static void
on_changed (Fixture *f)
{
  f->n_changed++;
}

static void
begin (Fixture *f, const TabellaStickTask *task, const char *not_this)
{
  f->job = tabella_stick_job_new (TABELLA_STICKS (f->sticks), NULL, task, "words", not_this);
  g_signal_connect_swapped (f->job, "changed", G_CALLBACK (on_changed), f);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->sticks = fake_sticks_new ();
  script.held = FALSE;
  script.domain_is_stick = -1;
  script.needed = 1;
  script.n = 0;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (f->n_changed, >, 0); /* a screen heard of it */
  while (g_main_context_iteration (NULL, FALSE)) /* what was given back last */
    ;
  g_assert_finalize_object (f->job);
  g_assert_finalize_object (f->sticks);
}

static void
wait_for (Fixture *f, TabellaStickPhase phase)
{
  const gint64 end = g_get_monotonic_time () + DEADLINE;

  while (tabella_stick_job_phase (f->job) != phase) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    g_main_context_iteration (NULL, FALSE);
  }
}

/* All that is pending happens, and the phase is that. */
static void
still (Fixture *f, TabellaStickPhase phase)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (tabella_stick_job_phase (f->job), ==, phase);
}

static void
trouble (Fixture *f, TabellaStickTrouble expected)
{
  wait_for (f, TABELLA_STICK_TROUBLE);
  g_assert_cmpint (tabella_stick_job_trouble (f->job), ==, expected);
}

static void
put_in (Fixture *f, const char *id)
{
  fake_sticks_put_in (f->sticks, id, folder, FALSE);
}

static void
is_done (Fixture *f, int times)
{
  wait_for (f, TABELLA_STICK_DONE);
  g_assert_cmpint (script.n, ==, times);
  g_assert_cmpstr (script.root, ==, folder);
  g_assert_cmpstr (tabella_stick_job_result (f->job), ==, "words");
  g_assert_cmpint (tabella_stick_job_trouble (f->job), ==, TABELLA_STICK_FINE);
  g_assert_cmpuint (fake_sticks_n_mounted (f->sticks), ==, 0);
}

static void
test_put_in (Fixture *f, gconstpointer data)
{
  begin (f, &writes, NULL);
  still (f, TABELLA_STICK_NONE);
  tabella_stick_job_start (f->job); /* nothing to start with */
  still (f, TABELLA_STICK_NONE);
  put_in (f, "a");
  is_done (f, 1);
  g_assert_false (tabella_stick_job_taken_out (f->job));
  g_assert_false (tabella_stick_job_held (f->job));
  put_in (f, "b"); /* not asked for any more */
  still (f, TABELLA_STICK_DONE);
  fake_sticks_take_out (f->sticks, "a");
  g_assert_true (tabella_stick_job_taken_out (f->job));
  g_assert_cmpint (script.n, ==, 1);
}

static void
test_in_already (Fixture *f, gconstpointer data)
{
  put_in (f, "a");
  begin (f, &writes, NULL);
  still (f, TABELLA_STICK_READY);
  g_assert_cmpstr (tabella_stick_job_stick (f->job)->label, ==, "A");
  tabella_stick_job_start (f->job);
  is_done (f, 1);
}

static void
test_at_once (Fixture *f, gconstpointer data)
{
  put_in (f, "a");
  begin (f, &at_once, NULL);
  is_done (f, 1);
}

static void
test_several (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) choice = NULL;

  put_in (f, "a");
  put_in (f, "b");
  begin (f, &at_once, NULL);
  still (f, TABELLA_STICK_SEVERAL);
  choice = tabella_stick_job_choice (f->job);
  g_assert_cmpuint (choice->len, ==, 2);
  tabella_stick_job_start (f->job); /* with which? */
  tabella_stick_job_choose (f->job, "c");
  still (f, TABELLA_STICK_SEVERAL);
  tabella_stick_job_choose (f->job, "b");
  is_done (f, 1);
  g_assert_cmpstr (tabella_stick_job_stick (f->job)->id, ==, "b");
}

static void
test_several_but_one (Fixture *f, gconstpointer data)
{
  put_in (f, "a");
  put_in (f, "b");
  begin (f, &writes, NULL);
  still (f, TABELLA_STICK_SEVERAL);
  fake_sticks_take_out (f->sticks, "a");
  is_done (f, 1);
  g_assert_cmpstr (tabella_stick_job_stick (f->job)->id, ==, "b");
}

/* What was said about the chosen one stays while the other is in. */
static void
test_trouble_of_several (Fixture *f, gconstpointer data)
{
  put_in (f, "a");
  fake_sticks_put_in (f->sticks, "b", folder, TRUE);
  begin (f, &writes, NULL);
  tabella_stick_job_choose (f->job, "b");
  trouble (f, TABELLA_STICK_PROTECTED);
  tabella_sticks_changed (TABELLA_STICKS (f->sticks));
  still (f, TABELLA_STICK_TROUBLE);
  fake_sticks_take_out (f->sticks, "b");
  is_done (f, 1);
  g_assert_cmpstr (tabella_stick_job_stick (f->job)->id, ==, "a");
}

/* A partition that is found late makes a stick readable. */
static void
test_unreadable (Fixture *f, gconstpointer data)
{
  begin (f, &writes, NULL);
  fake_sticks_put_in (f->sticks, "a", NULL, FALSE);
  trouble (f, TABELLA_STICK_UNREADABLE);
  put_in (f, "a");
  is_done (f, 1);
}

static void
test_protected (Fixture *f, gconstpointer data)
{
  begin (f, &writes, NULL);
  fake_sticks_put_in (f->sticks, "a", folder, TRUE);
  trouble (f, TABELLA_STICK_PROTECTED);
  fake_sticks_take_out (f->sticks, "a");
  still (f, TABELLA_STICK_NONE);
  g_assert_cmpint (tabella_stick_job_trouble (f->job), ==, TABELLA_STICK_FINE);
  put_in (f, "a");
  is_done (f, 1);
}

static void
test_protected_is_read (Fixture *f, gconstpointer data)
{
  begin (f, &reads, NULL);
  fake_sticks_put_in (f->sticks, "a", folder, TRUE);
  is_done (f, 1);
}

static void
test_not_mounted (Fixture *f, gconstpointer data)
{
  static const struct {
    int code;
    TabellaStickTrouble trouble;
  } cases[] = {
    { TABELLA_STICKS_ERROR_UNKNOWN, TABELLA_STICK_UNREADABLE },
    { TABELLA_STICKS_ERROR_REFUSED, TABELLA_STICK_REFUSED },
    { TABELLA_STICKS_ERROR_FAILED, TABELLA_STICK_STUCK },
  };

  begin (f, &writes, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    fake_sticks_fail_mount (f->sticks, cases[i].code);
    put_in (f, "a");
    trouble (f, cases[i].trouble);
    tabella_sticks_changed (TABELLA_STICKS (f->sticks)); /* the same one is not tried for ever */
    still (f, TABELLA_STICK_TROUBLE);
    if (cases[i].trouble == TABELLA_STICK_STUCK)
      g_assert_cmpstr (tabella_stick_job_message (f->job), ==, "the system said no");
    if (i + 1 < G_N_ELEMENTS (cases))
      fake_sticks_take_out (f->sticks, "a");
  }
  fake_sticks_fail_mount (f->sticks, -1);
  tabella_stick_job_start (f->job); /* "Try again" */
  is_done (f, 1);
}

static void
test_pulled_before (Fixture *f, gconstpointer data)
{
  begin (f, &writes, NULL);
  fake_sticks_hold (f->sticks);
  put_in (f, "a");
  still (f, TABELLA_STICK_OPENING);
  g_assert_false (tabella_stick_job_busy (f->job));
  fake_sticks_take_out (f->sticks, "a");
  fake_sticks_go_on (f->sticks);
  wait_for (f, TABELLA_STICK_NONE);
  put_in (f, "a");
  is_done (f, 1);
}

static void
test_pulled (Fixture *f, gconstpointer data)
{
  begin (f, &writes, NULL);
  hold (TRUE);
  put_in (f, "a");
  wait_for (f, TABELLA_STICK_WORKING);
  g_assert_true (tabella_stick_job_busy (f->job));
  script.domain_is_stick = TRUE;
  fake_sticks_take_out (f->sticks, "a");
  still (f, TABELLA_STICK_WORKING);
  hold (FALSE);
  wait_for (f, TABELLA_STICK_NONE);
  g_assert_cmpint (tabella_stick_job_trouble (f->job), ==, TABELLA_STICK_PULLED);
  script.domain_is_stick = -1;
  put_in (f, "a");
  is_done (f, 2);
}

/* The write fails before the system tells that the stick went. */
static void
test_pulled_and_told_later (Fixture *f, gconstpointer data)
{
  begin (f, &writes, NULL);
  script.domain_is_stick = TRUE;
  put_in (f, "a");
  trouble (f, TABELLA_STICK_BROKEN);
  fake_sticks_take_out (f->sticks, "a");
  still (f, TABELLA_STICK_NONE);
  g_assert_cmpint (tabella_stick_job_trouble (f->job), ==, TABELLA_STICK_PULLED);
  script.domain_is_stick = -1;
  put_in (f, "a");
  is_done (f, 2);
}

/* Nobody said that the other one was meant. */
static void
test_pulled_beside_another (Fixture *f, gconstpointer data)
{
  begin (f, &writes, NULL);
  hold (TRUE);
  put_in (f, "a");
  wait_for (f, TABELLA_STICK_WORKING);
  put_in (f, "b");
  fake_sticks_take_out (f->sticks, "a");
  script.domain_is_stick = TRUE;
  hold (FALSE);
  wait_for (f, TABELLA_STICK_READY);
  g_assert_cmpstr (tabella_stick_job_stick (f->job)->id, ==, "b");
  g_assert_cmpint (script.n, ==, 1);
}

static void
test_full (Fixture *f, gconstpointer data)
{
  guint64 needed, available;

  begin (f, &writes, NULL);
  script.domain_is_stick = TRUE;
  script.needed = G_MAXUINT64;
  put_in (f, "a");
  trouble (f, TABELLA_STICK_FULL);
  tabella_stick_job_space (f->job, &needed, &available);
  g_assert_cmpuint (needed, ==, G_MAXUINT64);
  g_assert_cmpuint (available, >, 0);
  g_assert_cmpuint (fake_sticks_n_mounted (f->sticks), ==, 0); /* it can be taken out */
  script.domain_is_stick = -1;
  fake_sticks_take_out (f->sticks, "a");
  put_in (f, "b");
  is_done (f, 2);
}

static void
test_whose_fault (Fixture *f, gconstpointer data)
{
  const gboolean writing = GPOINTER_TO_INT (data);

  begin (f, writing ? &writes : &reads, NULL);
  script.domain_is_stick = FALSE;
  put_in (f, "a");
  trouble (f, writing ? TABELLA_STICK_TABLET : TABELLA_STICK_CONTENT);
  g_assert_cmpstr (tabella_stick_job_message (f->job), ==, "as the test says");
}

static void
test_another (Fixture *f, gconstpointer data)
{
  put_in (f, "a");
  begin (f, &another, "a");
  still (f, TABELLA_STICK_SAME);
  put_in (f, "b");
  is_done (f, 1);
  g_assert_cmpstr (tabella_stick_job_stick (f->job)->id, ==, "b");
}

static void
test_held (Fixture *f, gconstpointer data)
{
  begin (f, &writes, NULL);
  fake_sticks_fail_eject (f->sticks, TRUE);
  put_in (f, "a");
  wait_for (f, TABELLA_STICK_DONE);
  g_assert_true (tabella_stick_job_held (f->job));
  g_assert_cmpstr (tabella_stick_job_result (f->job), ==, "words");
}

/* It went because it was stopped: nobody has taken it out yet. */
static void
test_stopped (Fixture *f, gconstpointer data)
{
  begin (f, &writes, NULL);
  fake_sticks_stop_at_eject (f->sticks);
  put_in (f, "a");
  wait_for (f, TABELLA_STICK_DONE);
  g_assert_false (tabella_stick_job_taken_out (f->job));
}

static void
test_nobody_finds_any (Fixture *f, gconstpointer data)
{
  fake_sticks_set_state (f->sticks, TABELLA_STICKS_LOOKING);
  put_in (f, "a");
  begin (f, &writes, NULL);
  still (f, TABELLA_STICK_LOOKING);
  fake_sticks_set_state (f->sticks, TABELLA_STICKS_MISSING);
  still (f, TABELLA_STICK_MISSING);
  fake_sticks_set_state (f->sticks, TABELLA_STICKS_READY);
  still (f, TABELLA_STICK_READY); /* it was in before, and nobody asked for it */
  fake_sticks_set_state (f->sticks, TABELLA_STICKS_MISSING);
  still (f, TABELLA_STICK_MISSING);
  fake_sticks_set_state (f->sticks, TABELLA_STICKS_READY);
  tabella_stick_job_start (f->job);
  is_done (f, 1);
}

/* The screen went while the stick was being mounted. */
static void
test_abandoned (Fixture *f, gconstpointer data)
{
  begin (f, &writes, NULL);
  fake_sticks_hold (f->sticks);
  put_in (f, "a");
  still (f, TABELLA_STICK_OPENING);
  tabella_stick_job_abandon (f->job);
  fake_sticks_go_on (f->sticks);
  still (f, TABELLA_STICK_OPENING);
  put_in (f, "b");
  still (f, TABELLA_STICK_OPENING);
  g_assert_cmpint (script.n, ==, 0);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/stick-job/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  tabella_crypto_init ();
  folder = g_dir_make_tmp ("stick-job-XXXXXX", NULL);
  ADD ("put-in", test_put_in);
  ADD ("in-already", test_in_already);
  ADD ("at-once", test_at_once);
  ADD ("several", test_several);
  ADD ("several-but-one", test_several_but_one);
  ADD ("trouble-of-several", test_trouble_of_several);
  ADD ("unreadable", test_unreadable);
  ADD ("protected", test_protected);
  ADD ("protected-is-read", test_protected_is_read);
  ADD ("not-mounted", test_not_mounted);
  ADD ("pulled-before", test_pulled_before);
  ADD ("pulled", test_pulled);
  ADD ("pulled-and-told-later", test_pulled_and_told_later);
  ADD ("pulled-beside-another", test_pulled_beside_another);
  ADD ("full", test_full);
  g_test_add ("/stick-job/fault-of-the-tablet", Fixture, GINT_TO_POINTER (TRUE), set_up,
              test_whose_fault, tear_down);
  g_test_add ("/stick-job/fault-of-the-content", Fixture, GINT_TO_POINTER (FALSE), set_up,
              test_whose_fault, tear_down);
  ADD ("another", test_another);
  ADD ("held", test_held);
  ADD ("stopped", test_stopped);
  ADD ("nobody-finds-any", test_nobody_finds_any);
  ADD ("abandoned", test_abandoned);
  status = g_test_run ();
  g_rmdir (folder);
  g_free (folder);
  return status;
}
