/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each check has mutations that it alone sees. */
#include "mutation.h"

#include <string.h>

#define ALL TABELLA_VERIFY_ALL

typedef struct {
  const Record *base;
  const Mutation *m;
  guint *alone; /* by check: mutations that it alone saw, everything else having passed */
} Case;

static void
test_one (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (Record) r = record_new (c->base, c->m->stage, c->m->change);
  g_autoptr (TabellaVerifyReport) report = record_verify (r, ALL, &r->f->organisers, NULL);
  const char *detail = report->checks[c->m->check].detail;
  guint32 failed = 0, not_run = 0;

  for (guint i = 1; i <= ALL; i++) {
    failed |= report->checks[i].ran && !report->checks[i].passed ? 1u << i : 0;
    not_run |= report->checks[i].ran ? 0 : 1u << i;
  }
  if (failed == 0 && not_run == 0)
    g_error ("no check refuses \"%s\"", c->m->name);
  g_assert_cmphex (failed, ==, 1u << c->m->check);
  g_assert_cmphex (not_run, ==, c->m->not_run);
  g_assert_cmpint (report->verdict, ==, TABELLA_VERDICT_INVALID);
  g_assert_nonnull (detail);
  if (strstr (detail, c->m->words) == NULL)
    g_error ("\"%s\" does not hold \"%s\"", detail, c->m->words);
  c->alone[c->m->check] += not_run == 0 ? 1 : 0;
}

/* What is changed is the only thing that is wrong. */
static void
test_unchanged (gconstpointer data)
{
  const Record *base = data;
  g_autoptr (Record) r = record_new (base, RECORD_FILES, NULL);
  g_autoptr (TabellaVerifyReport) report = record_verify (r, ALL, &r->f->organisers, NULL);

  g_assert_cmpint (report->verdict, ==, TABELLA_VERDICT_VALID);
}

/* A suite of its own, which runs after the others. Check 17 is about what comes from outside the
 * record: test-receipts. */
static void
test_each_alone (gconstpointer data)
{
  const guint *alone = data;

  for (guint i = 1; i <= 16; i++) {
    g_test_message ("check %u: %u", i, alone[i]);
    g_assert_cmpuint (alone[i], >, 0);
  }
}

static void
add_all (const Record *base, const Mutation *mutations, guint *alone, GPtrArray *cases)
{
  for (const Mutation *m = mutations; m->name != NULL; m++) {
    g_autofree char *path = g_strdup_printf ("/verifier/mutation/%02u/%s", m->check, m->name);
    Case *c = g_new0 (Case, 1);

    *c = (Case){ base, m, alone };
    g_ptr_array_add (cases, c);
    g_test_add_data_func (path, c, test_one);
  }
}

int
main (int argc, char **argv)
{
  static guint alone[ALL + 1];
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (TabellaFixture) f = NULL;
  g_autoptr (Record) base = NULL;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  f = record_fixture ();
  base = record_poll (f, NULL);
  g_test_add_data_func ("/verifier/unchanged", base, test_unchanged);
  add_all (base, paper_mutations, alone, cases);
  add_all (base, batch_mutations, alone, cases);
  add_all (base, ballot_mutations, alone, cases);
  add_all (base, count_mutations, alone, cases);
  add_all (base, lie_mutations, alone, cases);
  g_test_add_data_func ("/alone/each", alone, test_each_alone);
  return g_test_run ();
}
