/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small units merge, in order, until none is left that could. */
#include "tally.h"

#include <string.h>

#define UNITS 6

typedef struct {
  const char *name;
  guint min_unit;
  gint merge_into[UNITS]; /* −1: the root */
  guint32 before[UNITS], after[UNITS];
  guint16 into[UNITS];
} Table;

static const Table tables[] = {
  /* Nothing is small. */
  { "none",
    10,
    { -1, 0, 0, 0, 0, 0 },
    { 10, 11, 12, 10, 99, 10 },
    { 10, 11, 12, 10, 99, 10 },
    { 0, 1, 2, 3, 4, 5 } },
  /* No limit. */
  { "zero",
    0,
    { -1, 0, 0, 0, 0, 0 },
    { 1, 1, 1, 1, 1, 1 },
    { 1, 1, 1, 1, 1, 1 },
    { 0, 1, 2, 3, 4, 5 } },
  /* Each small one into the root; an empty one stays as it is. */
  { "star",
    10,
    { -1, 0, 0, 0, 0, 0 },
    { 20, 9, 10, 0, 1, 30 },
    { 30, 0, 10, 0, 0, 30 },
    { 0, 0, 2, 3, 0, 5 } },
  /* A chain: 4 goes first although 5 would have filled it; 5 then finds it empty and follows. */
  { "chain",
    10,
    { -1, 0, 1, 2, 3, 4 },
    { 50, 50, 50, 50, 6, 5 },
    { 50, 50, 50, 61, 0, 0 },
    { 0, 1, 2, 3, 3, 3 } },
  /* A chain that stops where there are enough. */
  { "chain-stops",
    10,
    { -1, 2, 3, 4, 5, 0 },
    { 50, 4, 4, 4, 30, 50 },
    { 50, 0, 0, 12, 30, 50 },
    { 0, 3, 3, 3, 4, 5 } },
  /* The lowest number goes first: 1 merges before 2, so 2 finds 1 empty, fills it, and goes on. */
  { "refill",
    10,
    { -1, 0, 1, 2, 3, 4 },
    { 50, 4, 3, 20, 20, 20 },
    { 57, 0, 0, 20, 20, 20 },
    { 0, 0, 0, 3, 4, 5 } },
  /* All the way down to the root, which stays small: the caller withholds it. */
  { "root-small",
    10,
    { -1, 0, 1, 2, 3, 4 },
    { 0, 1, 1, 1, 1, 1 },
    { 5, 0, 0, 0, 0, 0 },
    { 0, 0, 0, 0, 0, 0 } },
  /* The root need not have the lowest number. */
  { "root-last",
    10,
    { 5, 5, 4, 4, 5, -1 },
    { 3, 12, 4, 5, 0, 0 },
    { 0, 12, 0, 0, 0, 12 },
    { 5, 1, 5, 5, 5, 5 } },
};

static void
test_table (gconstpointer data)
{
  const Table *t = data;
  g_autoptr (GPtrArray) units = g_ptr_array_new_with_free_func (g_free);
  TabellaElection e = { .units = units };
  guint32 ballots[UNITS];
  guint16 into[UNITS];

  e.policies.min_unit = t->min_unit;
  for (guint i = 0; i < UNITS; i++) {
    TabellaUnit *unit = g_new0 (TabellaUnit, 1);

    unit->merge_into = t->merge_into[i];
    g_ptr_array_add (units, unit);
  }
  memcpy (ballots, t->before, sizeof ballots);
  tabella_tally_merge (&e, ballots, into);
  for (guint i = 0; i < UNITS; i++) {
    g_assert_cmpuint (ballots[i], ==, t->after[i]);
    g_assert_cmpuint (into[i], ==, t->into[i]);
  }
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++) {
    g_autofree char *path = g_strconcat ("/units/", tables[i].name, NULL);

    g_test_add_data_func (path, &tables[i], test_table);
  }
  return g_test_run ();
}
