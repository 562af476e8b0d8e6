/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tally.h"

#include <string.h>

static void
unit_sum_free (gpointer data)
{
  TabellaUnitSum *s = data;

  g_array_unref (s->merged);
  g_free (s->a);
  g_free (s->b);
  g_free (s->counts);
  g_free (s);
}

void
tabella_tally_free (TabellaTally *t)
{
  g_ptr_array_unref (t->sums);
  g_free (t);
}

/* Where the contest's options start in a body of this style; FALSE: the style does not have it. */
static gboolean
find_contest (const TabellaElection *e, guint16 style, guint16 contest, gsize *offset)
{
  const TabellaStyle *s = tabella_election_style (e, style);

  *offset = 0;
  for (guint i = 0; i < s->contests->len; i++) {
    guint16 c = g_array_index (s->contests, guint16, i);

    if (c == contest)
      return TRUE;
    *offset += tabella_election_contest (e, c)->options->len;
  }
  return FALSE;
}

void
tabella_tally_merge (const TabellaElection *e, guint32 *ballots, guint16 *into)
{
  guint n = e->units->len, u;

  for (u = 0; u < n; u++)
    into[u] = (guint16)u;
  for (u = 0; u < n;) {
    const TabellaUnit *unit = g_ptr_array_index (e->units, u);

    if (ballots[u] == 0 || ballots[u] >= e->policies.min_unit || unit->merge_into < 0) {
      u++;
      continue;
    }
    for (guint i = 0; i < n; i++)
      if (into[i] == u)
        into[i] = (guint16)unit->merge_into;
    ballots[unit->merge_into] += ballots[u];
    ballots[u] = 0;
    u = 0; /* again from the lowest number */
  }
}

static TabellaUnitSum *
unit_sum_new (const TabellaElection *e, guint16 contest, guint16 unit, guint32 ballots,
              const guint16 *into)
{
  TabellaUnitSum *s = g_new0 (TabellaUnitSum, 1);

  s->contest = contest;
  s->unit = unit;
  s->ballots = ballots;
  s->withheld = ballots > 0 && ballots < e->policies.min_unit;
  s->merged = g_array_new (FALSE, FALSE, sizeof (guint16));
  for (guint16 i = 0; i < e->units->len; i++)
    if (into[i] == unit)
      g_array_append_val (s->merged, i);
  s->n = (guint16)tabella_election_contest (e, contest)->options->len;
  /* Zeros are the identity. */
  s->a = g_new0 (TabellaPoint, s->n);
  s->b = g_new0 (TabellaPoint, s->n);
  return s;
}

static gboolean
add_ballot (TabellaUnitSum *s, const TabellaCounted *c, gsize offset, GError **error)
{
  for (guint o = 0; o < s->n; o++) {
    const guint8 *at = c->body + 64 * (offset + o);
    TabellaPoint alpha, beta;

    /* Import checked them: reading again costs little and trusts nothing. */
    if (!tabella_point_read (&alpha, at) || !tabella_point_read (&beta, at + 32)) {
      g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID,
                   "terminal %u: a ballot with a point that is not valid: import it again",
                   c->terminal);
      return FALSE;
    }
    tabella_point_add (&s->a[o], &s->a[o], &alpha);
    tabella_point_add (&s->b[o], &s->b[o], &beta);
  }
  return TRUE;
}

/* @sizes: standing ballots by unit. */
static void
count_sizes (const TabellaElection *e, GArray *counted, guint16 contest, guint32 *sizes)
{
  gsize offset;

  memset (sizes, 0, e->units->len * sizeof *sizes);
  for (guint i = 0; i < counted->len; i++) {
    const TabellaCounted *c = &g_array_index (counted, TabellaCounted, i);

    if (!c->struck && find_contest (e, c->style, contest, &offset))
      sizes[c->unit]++;
  }
}

static gboolean
sum_contest (const TabellaElection *e, GArray *counted, guint16 contest, GPtrArray *sums,
             GError **error)
{
  g_autofree guint32 *sizes = g_new0 (guint32, e->units->len);
  g_autofree guint16 *into = g_new0 (guint16, e->units->len);
  g_autofree TabellaUnitSum **by_unit = g_new0 (TabellaUnitSum *, e->units->len);
  gsize offset;

  count_sizes (e, counted, contest, sizes);
  tabella_tally_merge (e, sizes, into);
  for (guint16 u = 0; u < e->units->len; u++) {
    if (into[u] != u)
      continue;
    by_unit[u] = unit_sum_new (e, contest, u, sizes[u], into);
    g_ptr_array_add (sums, by_unit[u]);
  }
  for (guint i = 0; i < counted->len; i++) {
    const TabellaCounted *c = &g_array_index (counted, TabellaCounted, i);

    if (!c->struck && find_contest (e, c->style, contest, &offset) &&
        !add_ballot (by_unit[into[c->unit]], c, offset, error))
      return FALSE;
  }
  return TRUE;
}

TabellaTally *
tabella_tally_sum (const TabellaEvidence *e, GArray *counted, GError **error)
{
  const TabellaElection *election = e->manifest->election;
  g_autoptr (TabellaTally) t = g_new0 (TabellaTally, 1);

  t->sums = g_ptr_array_new_with_free_func (unit_sum_free);
  for (guint16 c = 0; c < election->contests->len; c++)
    if (!sum_contest (election, counted, c, t->sums, error))
      return NULL;
  return g_steal_pointer (&t);
}

static int
compare_codes (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, 32);
}

static GBytes *
standing_codes (GArray *counted)
{
  g_autoptr (GArray) codes = g_array_new (FALSE, FALSE, 32);

  for (guint i = 0; i < counted->len; i++) {
    const TabellaCounted *c = &g_array_index (counted, TabellaCounted, i);

    if (!c->struck)
      g_array_append_vals (codes, c->code, 1);
  }
  g_array_sort (codes, compare_codes);
  return g_bytes_new (codes->data, (gsize)codes->len * 32);
}

TabellaRequest *
tabella_tally_request (const TabellaEvidence *e, const TabellaTally *t, GArray *counted,
                       GBytes **standing)
{
  TabellaRequest *request = tabella_request_new (TABELLA_REQUEST_TALLY);

  for (guint i = 0; i < t->sums->len; i++) {
    const TabellaUnitSum *s = g_ptr_array_index (t->sums, i);

    for (guint16 o = 0; !s->withheld && o < s->n; o++)
      if (!tabella_point_is_identity (&s->a[o]))
        tabella_request_add (request, s->unit, s->contest, o, &s->a[o]);
  }
  tabella_request_sort (request);
  *standing = standing_codes (counted);
  return request;
}

/* ΣλM of a label; the identity if it was not asked. */
static void
shared_of (const TabellaAsked *asked, guint16 unit, guint16 contest, guint16 option,
           TabellaPoint *out)
{
  tabella_point_identity (out);
  for (guint i = 0; i < asked->request->points->len; i++) {
    const guint16 *label = g_array_index (asked->request->points, TabellaRequestPoint, i).label;

    if (label[0] == unit && label[1] == contest && label[2] == option)
      *out = asked->shared[i];
  }
}

static gboolean
count_unit (const TabellaEvidence *e, TabellaUnitSum *s, const TabellaAsked *asked, GError **error)
{
  const TabellaElection *election = e->manifest->election;
  const TabellaContest *contest = tabella_election_contest (election, s->contest);
  const TabellaUnit *unit = g_ptr_array_index (election->units, s->unit);
  guint64 sum = 0;

  s->counts = g_new0 (guint64, s->n);
  for (guint16 o = 0; o < s->n; o++) {
    TabellaPoint shared, w;

    shared_of (asked, s->unit, s->contest, o, &shared);
    tabella_point_sub (&w, &s->b[o], &shared);
    if (!tabella_discrete_log (&e->keys.k, &w, s->ballots, &s->counts[o])) {
      g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID,
                   "contest %s, unit %s, option %u: no count from 0 to %u fits the decryption",
                   contest->id, unit->id, o, s->ballots);
      return FALSE;
    }
    sum += s->counts[o];
  }
  if (sum >= (guint64)contest->min * s->ballots && sum <= (guint64)contest->max * s->ballots)
    return TRUE;
  g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID,
               "contest %s, unit %s: the counts sum to %" G_GUINT64_FORMAT
               ", which %u ballots cannot give",
               contest->id, unit->id, sum, s->ballots);
  return FALSE;
}

gboolean
tabella_tally_count (const TabellaEvidence *e, TabellaTally *t, const TabellaAsked *asked,
                     GError **error)
{
  for (guint i = 0; i < t->sums->len; i++) {
    TabellaUnitSum *s = g_ptr_array_index (t->sums, i);

    if (!s->withheld && s->counts == NULL && !count_unit (e, s, asked, error))
      return FALSE;
  }
  return TRUE;
}
