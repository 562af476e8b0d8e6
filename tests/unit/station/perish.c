/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "broken.h"

#define CODE_TEXT 20

/* What the child tells before and after the step. */
typedef struct {
  guint8 ticket[10], code[32];
  guint voter;
  char new_code[CODE_TEXT];
} Before;

typedef struct {
  gboolean told, happened;
} After;

/* Never returns. A core of a program that ends itself is of no use here. */
static void
live (Broken *b, const BrokenStep *step, BrokenDeath death, guint nth, int out)
{
  const struct rlimit none = { 0, 0 };
  const int nowhere = open ("/dev/null", O_WRONLY | O_CLOEXEC);
  GError *error = NULL;
  Before before = { 0 };
  After after;

  /* Its last words are none of the test's. */
  if (setrlimit (RLIMIT_CORE, &none) != 0 || prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
      dup2 (nowhere, STDOUT_FILENO) < 0 || dup2 (nowhere, STDERR_FILENO) < 0)
    _exit (1);
  broken_begin (b, step);
  memcpy (before.ticket, b->ticket, sizeof before.ticket);
  memcpy (before.code, b->code, sizeof before.code);
  before.voter = b->voter;
  if (b->new_code != NULL)
    g_strlcpy (before.new_code, b->new_code, CODE_TEXT);
  if (write (out, &before, sizeof before) != sizeof before)
    _exit (1);
  if (death == BROKEN_STARVED)
    faults_arm_memory (nth);
  else
    faults_arm (FAULTS_CHANGES, FAULTS_KILL, 0, nth);
  after.told = step->act (b, &error);
  after.happened = death == BROKEN_STARVED ? faults_disarm_memory () : faults_disarm ();
  if (after.told != (error == NULL) || write (out, &after, sizeof after) != sizeof after)
    _exit (1);
  _exit (0);
}

static void
take_over (Broken *b, const Before *before)
{
  memcpy (b->ticket, before->ticket, sizeof b->ticket);
  memcpy (b->code, before->code, sizeof b->code);
  b->voter = before->voter;
  g_clear_pointer (&b->new_code, tabella_setup_code_free);
  if (before->new_code[0] != '\0') {
    b->new_code = tabella_setup_code_new ();
    memcpy (b->new_code, before->new_code, CODE_TEXT);
  }
}

static BrokenEnd
reap (pid_t child, int in, BrokenDeath death, guint nth)
{
  After after = { FALSE, TRUE };
  gboolean spoke;
  int status;

  spoke = read (in, &after, sizeof after) == sizeof after;
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  close (in);
  /* By our hand, or starved by its own, and by no crash. */
  if (!spoke &&
      (!WIFSIGNALED (status) ||
       (death == BROKEN_KILLED ? WTERMSIG (status) != SIGKILL
                               : WTERMSIG (status) != SIGABRT && WTERMSIG (status) != SIGTRAP)))
    g_error ("%s %u: the program ended with status %x",
             death == BROKEN_KILLED ? "change" : "allocation", nth, (guint)status);
  if (!after.happened)
    return BROKEN_UNHARMED;
  return !spoke ? BROKEN_DEAD : after.told ? BROKEN_DONE : BROKEN_NOT_DONE;
}

BrokenEnd
broken_perish (Broken *b, const BrokenStep *step, BrokenDeath death, guint nth)
{
  Before before = { 0 };
  BrokenEnd end;
  int ends[2];
  pid_t child;

  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    close (ends[0]);
    live (b, step, death, nth, ends[1]);
  }
  close (ends[1]);
  g_assert_cmpint (read (ends[0], &before, sizeof before), ==, sizeof before);
  end = reap (child, ends[0], death, nth);
  b->terminal = broken_terminal (step);
  take_over (b, &before);
  b->dead = TRUE;
  broken_restart (b);
  if (end == BROKEN_DONE || end == BROKEN_UNHARMED)
    g_assert_true (step->done (b) || b->new_code == NULL);
  broken_repeat (b, step);
  if (g_test_slow () || nth % 3 == 0)
    broken_finish (b);
  broken_end (b);
  return end;
}
