/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "requests.h"

#include <string.h>
#include "must.h"

static guint
hash_of (gconstpointer p)
{
  guint hash;

  memcpy (&hash, p, sizeof hash);
  return hash;
}

static gboolean
same (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, TABELLA_POINT_BYTES) == 0;
}

/* The smallest n with n² > max, so that n·n counts reach max. */
static guint32
steps_for (guint64 max)
{
  guint32 n = 1;

  while ((guint64)n * n <= max)
    n++;
  return n;
}

/* iK for i below n, with their places. */
static GHashTable *
baby_steps (const TabellaPoint *k, guint32 n, TabellaPoint *steps)
{
  GHashTable *table = g_hash_table_new (hash_of, same);

  tabella_point_identity (&steps[0]);
  for (guint32 i = 0; i < n; i++) {
    if (i > 0)
      tabella_point_add (&steps[i], &steps[i - 1], k);
    g_hash_table_insert (table, &steps[i], &steps[i]);
  }
  return table;
}

gboolean
tabella_discrete_log (const TabellaPoint *k, const TabellaPoint *w, guint64 max, guint64 *count)
{
  g_autofree TabellaPoint *steps = NULL;
  g_autoptr (GHashTable) table = NULL;
  TabellaPoint giant, rest = *w;
  guint32 n;

  *count = 0;
  TABELLA_MUST (max <= G_GUINT64_CONSTANT (1) << 32 && !tabella_point_is_identity (k));
  n = steps_for (max);
  steps = g_new (TabellaPoint, n);
  table = baby_steps (k, n, steps);
  tabella_point_add (&giant, &steps[n - 1], k);
  for (guint32 j = 0; j < n; j++) {
    const TabellaPoint *found = g_hash_table_lookup (table, &rest);

    if (found != NULL) {
      guint64 value = (guint64)j * n + (guint64)(found - steps);

      *count = value <= max ? value : 0;
      return value <= max;
    }
    tabella_point_sub (&rest, &rest, &giant);
  }
  return FALSE;
}
