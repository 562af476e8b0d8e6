/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each step of the counting centre in a child that ends in the middle of it: killed before each
 * change of a file, or short of memory. What it said to be done is there; the step done again gives
 * the right result. With "-m slow" every n; otherwise some, which the test's seed draws. */
#include "steps.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "faults.h"

typedef enum { KILLED, STARVED } Death;

/* What the child tells after the step. */
typedef struct {
  gboolean told, happened, right;
} After;

/* Never returns. */
static void
live (const Step *step, gboolean opened, Death death, guint nth, const char *right, int out)
{
  const struct rlimit none = { 0, 0 };
  const int nowhere = open ("/dev/null", O_WRONLY | O_CLOEXEC);
  g_autofree char *made = NULL;
  GError *error = NULL;
  After after;

  /* Its last words are none of the test's, and its core is of no use. */
  if (setrlimit (RLIMIT_CORE, &none) != 0 || prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
      dup2 (nowhere, STDOUT_FILENO) < 0 || dup2 (nowhere, STDERR_FILENO) < 0)
    _exit (1);
  if (opened)
    stages_open ();
  if (death == KILLED)
    faults_arm (FAULTS_CHANGES, FAULTS_KILL, 0, nth);
  else
    faults_arm_memory (nth);
  after.told = step->act (&error);
  after.happened = death == KILLED ? faults_disarm () : faults_disarm_memory ();
  made = after.told ? step->made () : NULL;
  after.right = g_strcmp0 (made, right) == 0;
  if (after.told != (error == NULL) || write (out, &after, sizeof after) != sizeof after)
    _exit (1);
  _exit (0);
}

/* How it ended: by our hand, or starved by its own, and by no crash. TRUE if it spoke before. */
static gboolean
reap (pid_t child, int in, Death death, guint nth, After *after)
{
  const gboolean spoke = read (in, after, sizeof *after) == sizeof *after;
  int status, how;

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  how = WIFSIGNALED (status) ? WTERMSIG (status) : 0;
  if (!spoke && (death == KILLED ? how != SIGKILL : how != SIGABRT && how != SIGTRAP))
    g_error ("%s %u: the program ended with status %x", death == KILLED ? "change" : "allocation",
             nth, (guint)status);
  return spoke;
}

/* FALSE: the step has no nth one. */
static gboolean
one (const Step *step, Death death, guint nth, const char *right, guint *deaths)
{
  After after = { FALSE, TRUE, FALSE };
  gboolean opened, spoke;
  int ends[2];
  pid_t child;

  step_begin (step);
  opened = story->store != NULL;
  stages_close ();
  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    close (ends[0]);
    live (step, opened, death, nth, right, ends[1]);
  }
  close (ends[1]);
  spoke = reap (child, ends[0], death, nth, &after);
  close (ends[0]);
  g_assert_true (after.told ? after.right : after.happened);
  g_test_message ("%s %u: %s", step->name, nth, !spoke ? "dead" : after.told ? "done" : "an error");
  *deaths += spoke ? 0 : 1;
  step_go_on (step, after.told && !step_leaves_nothing (step), right);
  return after.happened;
}

static void
test_killed (gconstpointer data)
{
  const Step *step = data;
  g_autofree char *right = step_expected (step);
  const guint every = g_test_slow () ? 1 : 2 * step->every;
  guint deaths = 0;

  for (guint n = g_test_slow () ? 1 : (guint)g_test_rand_int_range (1, (gint32)step->every + 1);
       one (step, KILLED, n, right, &deaths); n += every)
    ;
  g_print ("# %s: killed before %u of its changes\n", step->name, deaths);
  g_assert_cmpuint (deaths, >, 0);
}

/* There are thousands: the short run takes fewer the further it is. */
static guint
further (guint n)
{
  return g_test_slow () ? 1 : 1 + (guint)g_test_rand_int_range (0, 2 * (gint32)n);
}

static void
test_starved (gconstpointer data)
{
  const Step *step = data;
  g_autofree char *right = step_expected (step);
  guint deaths = 0, tries = 0;

  for (guint n = 1; one (step, STARVED, n, right, &deaths); n += further (n))
    tries++;
  g_print ("# %s: %u allocations failed, %u ended the program\n", step->name, tries, deaths);
}

int
main (int argc, char **argv)
{
  int done;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  steps_set_up ();
  for (guint i = 0; i < steps_count; i++) {
    g_autofree char *killed = g_strconcat ("/killed", steps[i].name, NULL);
    g_autofree char *starved = g_strconcat ("/starved", steps[i].name, NULL);

    if (!step_leaves_nothing (&steps[i]))
      g_test_add_data_func (killed, &steps[i], test_killed);
    if (FAULTS_MEMORY)
      g_test_add_data_func (starved, &steps[i], test_starved);
  }
  done = g_test_run ();
  faults_watch (NULL);
  steps_clear ();
  return done;
}
