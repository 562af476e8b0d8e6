/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Greedy all-pairs: each case begins with the first pair not yet seen and takes for the other
 * factors, one after the other, the value that adds most new pairs. */
#include <string.h>
#include "gallery.h"

#define MAX_FACTORS 8
#define MAX_VALUES  16
#define UNSET       G_MAXUINT

typedef struct {
  const guint *sizes;
  guint n;
  gboolean seen[MAX_FACTORS][MAX_VALUES][MAX_FACTORS][MAX_VALUES];
} Pairs;

static guint
gain (const Pairs *p, const guint *c, guint factor, guint value)
{
  guint n = 0;

  for (guint f = 0; f < p->n; f++)
    if (f != factor && c[f] != UNSET && !p->seen[factor][value][f][c[f]])
      n++;
  return n;
}

static gboolean
first_unseen (const Pairs *p, guint *c)
{
  for (guint f = 0; f < p->n; f++)
    for (guint g = f + 1; g < p->n; g++)
      for (guint i = 0; i < p->sizes[f]; i++)
        for (guint j = 0; j < p->sizes[g]; j++)
          if (!p->seen[f][i][g][j]) {
            c[f] = i;
            c[g] = j;
            return TRUE;
          }
  return FALSE;
}

/* Ties go round, so that values that add nothing are not always the first. */
static void
complete (const Pairs *p, guint *c, guint turn)
{
  for (guint f = 0; f < p->n; f++) {
    guint best = turn % p->sizes[f];

    if (c[f] != UNSET)
      continue;
    for (guint i = 0; i < p->sizes[f]; i++)
      if (gain (p, c, f, i) > gain (p, c, f, best))
        best = i;
    c[f] = best;
  }
}

GPtrArray *
pairwise (const guint *sizes, guint n_factors)
{
  GPtrArray *cases = g_ptr_array_new_with_free_func (g_free);
  g_autofree Pairs *p = g_new0 (Pairs, 1);
  guint c[MAX_FACTORS];

  g_assert_cmpuint (n_factors, <=, MAX_FACTORS);
  p->sizes = sizes;
  p->n = n_factors;
  for (;;) {
    for (guint f = 0; f < n_factors; f++) {
      g_assert_cmpuint (sizes[f], <=, MAX_VALUES);
      c[f] = UNSET;
    }
    if (!first_unseen (p, c))
      return cases;
    complete (p, c, cases->len);
    for (guint f = 0; f < n_factors; f++)
      for (guint g = 0; g < n_factors; g++)
        p->seen[f][c[f]][g][c[g]] = TRUE;
    g_ptr_array_add (cases, g_memdup2 (c, sizeof c));
  }
}
