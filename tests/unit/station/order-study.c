/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "order-study.h"

#include <math.h>
#include <stdlib.h>

#define VALUES_MIN 4
#define NUMBER     4 /* bytes that are also read as one number */

typedef struct {
  guint polls, steps_polls;
  double direction, squares, steps;
} Trace;

struct _OrderStudy {
  GHashTable *traces; /* name → Trace */
};

OrderStudy *
order_study_new (void)
{
  OrderStudy *s = g_new0 (OrderStudy, 1);

  s->traces = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return s;
}

void
order_study_free (OrderStudy *s)
{
  g_hash_table_unref (s->traces);
  g_free (s);
}

typedef struct {
  double value;
  guint time;
} Placed;

static int
by_value (const void *a, const void *b)
{
  const Placed *s = a, *t = b;

  return s->value < t->value ? -1 : s->value > t->value;
}

/* Ranks in the order of time; equal values share the middle one. TRUE if none are equal. */
static gboolean
rank (const double *values, guint n, double *ranks)
{
  g_autofree Placed *all = g_new (Placed, n);
  gboolean distinct = TRUE;
  guint end;

  for (guint i = 0; i < n; i++)
    all[i] = (Placed){ values[i], i };
  qsort (all, n, sizeof *all, by_value);
  for (guint i = 0; i < n; i = end) {
    for (end = i + 1; end < n && !(all[end].value > all[i].value); end++)
      distinct = FALSE;
    for (guint k = i; k < end; k++)
      ranks[all[k].time] = (i + end - 1) / 2.0;
  }
  return distinct;
}

/* Correlation of ranks with 0, 1, … n − 1; 0 if all are equal. */
static double
correlation (const double *ranks, guint n)
{
  const double middle = (n - 1) / 2.0;
  double both = 0, square = 0, times = 0;

  for (guint i = 0; i < n; i++) {
    both += (i - middle) * (ranks[i] - middle);
    square += (ranks[i] - middle) * (ranks[i] - middle);
    times += (i - middle) * (i - middle);
  }
  return square > 0 ? both / sqrt (square * times) : 0;
}

static double
steps (const double *ranks, guint n)
{
  const double m = n, mean = (m * m - 1) / 3, variance = (m - 2) * (m + 1) * (4 * m - 7) / 90;
  double sum = 0;

  for (guint i = 1; i < n; i++)
    sum += fabs (ranks[i] - ranks[i - 1]);
  return (sum - mean) / sqrt (variance);
}

void
order_study_add (OrderStudy *s, const char *trace, const double *values, guint n)
{
  g_autofree double *ranks = g_new (double, n + 1);
  Trace *t = g_hash_table_lookup (s->traces, trace);
  gboolean distinct, constant = TRUE;
  double z;

  for (guint i = 1; i < n; i++)
    constant = constant && !(values[i] > values[0]) && !(values[i] < values[0]);
  if (n < VALUES_MIN || constant)
    return;
  if (t == NULL) {
    t = g_new0 (Trace, 1);
    g_hash_table_insert (s->traces, g_strdup (trace), t);
  }
  distinct = rank (values, n, ranks);
  z = correlation (ranks, n) * sqrt (n - 1.0);
  t->polls++;
  t->direction += z;
  t->squares += z * z;
  if (distinct) {
    t->steps_polls++;
    t->steps += steps (ranks, n);
  }
}

static void
add_column (OrderStudy *s, const char *trace, const char *how, GPtrArray *records, gsize at,
            gsize bytes, gboolean little)
{
  g_autofree char *name = g_strdup_printf ("%s, %s %" G_GSIZE_FORMAT, trace, how, at);
  g_autofree double *values = g_new0 (double, records->len + 1);

  for (guint i = 0; i < records->len; i++) {
    const guint8 *record = records->pdata[i];

    for (gsize k = 0; k < bytes; k++)
      values[i] = values[i] * 256 + record[at + (little ? bytes - 1 - k : k)];
  }
  order_study_add (s, name, values, records->len);
}

void
order_study_add_bytes (OrderStudy *s, const char *trace, GPtrArray *records, gsize size)
{
  for (gsize at = 0; at < size; at++) {
    add_column (s, trace, "byte", records, at, 1, TRUE);
    if (at + NUMBER <= size) {
      add_column (s, trace, "little-endian number at", records, at, NUMBER, TRUE);
      add_column (s, trace, "big-endian number at", records, at, NUMBER, FALSE);
    }
  }
}

guint
order_study_traces (const OrderStudy *s)
{
  return g_hash_table_size (s->traces);
}

guint
order_study_polls (const OrderStudy *s, const char *trace)
{
  const Trace *t = g_hash_table_lookup (s->traces, trace);

  return t == NULL ? 0 : t->polls;
}

/* How far a sum of @k squares lies above what chance makes of it, in sigmas. */
static double
excess (double sum, double k)
{
  return (cbrt (sum / k) - (1 - 2 / (9 * k))) / sqrt (2 / (9 * k));
}

static double
worst_of (const Trace *t)
{
  const double direction = fabs (t->direction) / sqrt (t->polls);
  const double both = MAX (direction, excess (t->squares, t->polls));

  return t->steps_polls == 0 ? both : MAX (both, fabs (t->steps) / sqrt (t->steps_polls));
}

double
order_study_worst (const OrderStudy *s, const char **trace)
{
  GHashTableIter iter;
  gpointer key, value;
  double worst = 0;

  *trace = NULL;
  g_hash_table_iter_init (&iter, s->traces);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (*trace == NULL || worst_of (value) > worst) {
      worst = worst_of (value);
      *trace = key;
    }
  return worst;
}

void
order_study_assert (const OrderStudy *s)
{
  const char *trace;
  const double worst = order_study_worst (s, &trace);
  const Trace *t;

  g_assert_nonnull (trace);
  t = g_hash_table_lookup (s->traces, trace);
  g_test_message ("%u traces; the worst, %s: %.2f sigma over %u polls", order_study_traces (s),
                  trace, worst, t->polls);
  if (worst > ORDER_STUDY_BOUND)
    g_error ("the order of time shows in: %s (direction %+.1f, either way %+.1f, steps %+.1f "
             "sigma, %u polls)",
             trace, t->direction / sqrt (t->polls), excess (t->squares, t->polls),
             t->steps / sqrt (MAX (t->steps_polls, 1)), t->polls);
}
