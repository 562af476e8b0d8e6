/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nth.h"

#include <errno.h>

/* "-m slow" takes every n of each. */
static const BrokenPlan plans[] = {
  { "change refused", FAULTS_CHANGES, FAULTS_REFUSE, EIO, 1 },
  { "change done and called failed", FAULTS_CHANGES, FAULTS_LIE, EIO, 1 },
  { "dead from change", FAULTS_CHANGES, FAULTS_STAY, EIO, 1 },
  { "full from", FAULTS_WRITE | FAULTS_NAME, FAULTS_STAY, ENOSPC, 3 },
  { "short", FAULTS_READ | FAULTS_WRITE, FAULTS_SHORT, 0, 5 },
  { "interrupted", FAULTS_READ | FAULTS_WRITE | FAULTS_SYNC, FAULTS_REFUSE, EINTR, 5 },
  { "look refused", FAULTS_LOOK, FAULTS_REFUSE, EIO, 1 },
  { "refused", FAULTS_ALL, FAULTS_REFUSE, EIO, 13 },
  { "dead from", FAULTS_ALL, FAULTS_STAY, EIO, 29 },
};

static Broken *broken;

static void
test_step (gconstpointer data)
{
  const BrokenStep *step = data;
  BrokenTally all = { 0, 0, 0, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (plans); i++) {
    BrokenPlan plan = plans[i];
    BrokenTally tally = { 0, 0, 0, 0 };

    plan.step = g_test_slow () ? 1 : plan.step * step->every;
    broken_run (broken, step, &plan, &tally);
    all.tries += tally.tries;
    all.told_done += tally.told_done;
    all.told_not += tally.told_not;
    all.told_unknown += tally.told_unknown;
  }
  g_print ("# %s: %u failures; told done %u, not done %u, cannot be told %u\n", step->name,
           all.tries, all.told_done, all.told_not, all.told_unknown);
  g_assert_cmpuint (all.tries, >, 0);
  g_assert_cmpuint (all.told_not, >, 0);
}

/* kill -9 before each change of a file. */
static void
test_killed (gconstpointer data)
{
  const BrokenStep *step = data;
  const guint every = g_test_slow () ? 1 : step->every;
  guint lives = 0;

  for (guint n = (guint)g_test_rand_int_range (1, (gint32)every + 1);
       broken_perish (broken, step, BROKEN_KILLED, n) != BROKEN_UNHARMED; n += every)
    lives++;
  g_print ("# %s: killed before %u of its changes\n", step->name, lives);
  g_assert_cmpuint (lives, >, 0);
}

/* The n-th allocation fails, SQLite's too: that is an error, or the end of the program. */
static void
test_starved (gconstpointer data)
{
  const BrokenStep *step = data;
  const guint every = g_test_slow () ? 1 + step->every : 30 * step->every + 30;
  guint deaths = 0, tries = 0;
  BrokenEnd end;

  for (guint n = (guint)g_test_rand_int_range (1, (gint32)every + 1);
       (end = broken_perish (broken, step, BROKEN_STARVED, n)) != BROKEN_UNHARMED; n += every) {
    tries++;
    deaths += end == BROKEN_DEAD ? 1 : 0;
  }
  g_print ("# %s: %u allocations failed, %u ended the program\n", step->name, tries, deaths);
}

/* The n-th block is the first that the disk no longer has. */
static void
test_full (gconstpointer data)
{
  const BrokenStep *step = data;
  guint tries[2] = { 0, 0 };

  broken_move_to_disks (broken);
  for (guint disk = BROKEN_TABLET; disk <= BROKEN_STICK; disk++)
    for (guint n = 0; !broken_full (broken, step, disk, n); n++)
      tries[disk]++;
  g_print ("# %s: failed on %u full tablets and %u full sticks\n", step->name, tries[BROKEN_TABLET],
           tries[BROKEN_STICK]);
  g_assert_true (step->room != BROKEN_IN_PLACE || tries[BROKEN_TABLET] == 0);
}

static void
test_full_all_day (void)
{
  broken_move_to_disks (broken);
  broken_full_all_day (broken);
}

int
nth_main (int argc, char **argv, const BrokenStep *steps, guint n)
{
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  broken = broken_new ();
  practice_amend (broken->p, TABELLA_AMEND_ENDED, 4, 0);
  practice_amend (broken->p, TABELLA_AMEND_OPENED, 1, 0);
  for (guint i = 0; i < n; i++) {
    g_autofree char *killed = g_strconcat ("/killed", steps[i].name, NULL);
    g_autofree char *starved = g_strconcat ("/starved", steps[i].name, NULL);

    g_test_add_data_func (steps[i].name, &steps[i], test_step);
    g_test_add_data_func (killed, &steps[i], test_killed);
    if (FAULTS_MEMORY)
      g_test_add_data_func (starved, &steps[i], test_starved);
  }
  for (guint i = 0; i < n; i++) {
    g_autofree char *full = g_strconcat ("/full", steps[i].name, NULL);

    g_test_add_data_func (full, &steps[i], test_full);
  }
  g_test_add_func ("/full/all-day", test_full_all_day);
  result = g_test_run ();
  broken_leave_disks (broken);
  broken_free (broken);
  return result;
}
