/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Power cuts at every moment of a terminal's life, with unsynced sectors, lengths and names lost.
 * --long tries more choices at each place, --seed=N others. */
#include "cuts-large.h"

#include <string.h>

#define COMBINED 6
#define BOOTH    3
#define DESK     1

/* How much is tried at each place, and how many states that must give for each terminal. */
static CutsPlan plan = { .singles = 2, .choices = 8, .seed = 1, .judge = cuts_judge };
static guint64 at_least = 10000;

static void
explore (const char *name, guint16 terminal, gboolean retires)
{
  g_autoptr (CutsDay) d = cuts_day_new (terminal, retires);
  const char *const folders[] = { d->state, d->stick, NULL };
  g_auto (CutsResult) result = { 0 };

  plan.name = name;
  plan.folders = folders;
  plan.data = d;
  g_assert_true (cuts_explore (d->before, d->log, &plan, &result));
  g_assert_cmpuint (result.states, >=, at_least);
  g_test_message ("%" G_GUINT64_FORMAT " states more of starts that were cut too", d->again);
}

static void
test_combined (void)
{
  explore ("combined terminal, leaves practice", COMBINED, FALSE);
}

static void
test_booth (void)
{
  explore ("booth, retires", BOOTH, TRUE);
}

static void
test_desk (void)
{
  explore ("desk, leaves practice", DESK, FALSE);
}

static void
test_large (void)
{
  CutsPlan how = plan;

  how.singles = plan.singles * 4;
  how.choices = plan.choices * 3;
  cuts_large (&how);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  for (int i = 1; i < argc; i++) {
    if (g_str_has_prefix (argv[i], "--seed="))
      plan.seed = g_ascii_strtoull (argv[i] + strlen ("--seed="), NULL, 10);
    if (!g_str_equal (argv[i], "--long"))
      continue;
    plan.singles = 24;
    plan.choices = 80;
    at_least = 50000;
  }
  g_test_add_func ("/cuts/combined", test_combined);
  g_test_add_func ("/cuts/booth", test_booth);
  g_test_add_func ("/cuts/desk", test_desk);
  g_test_add_func ("/cuts/large-records", test_large);
  return g_test_run ();
}
