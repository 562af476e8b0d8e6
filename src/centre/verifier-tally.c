/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verifier-private.h"

#include <string.h>
#include "files.h"

/* Checks 14, 15 and the combination of 16: the sums as they must be, against what was decrypted. */

#define FOLDER "tally-0001"
#define PAIR   (2 * TABELLA_POINT_BYTES)
#define BLOCK  256 /* ballots that one worker sums at once */

/* --- Units --- */

/* A contest's ballots by unit: *into[u] becomes the unit that holds u's, @sizes the merged numbers.
 */
static void
merge (const TabellaElection *e, guint32 *sizes, guint16 *into)
{
  guint n = e->units->len;
  guint u = 0;

  for (guint i = 0; i < n; i++)
    into[i] = (guint16)i;
  while (u < n) {
    gint target = ((const TabellaUnit *)e->units->pdata[u])->merge_into;

    if (sizes[u] == 0 || sizes[u] >= e->policies.min_unit || target < 0) {
      u++;
      continue;
    }
    for (guint i = 0; i < n; i++)
      into[i] = into[i] == u ? (guint16)target : into[i];
    sizes[target] += sizes[u];
    sizes[u] = 0;
    u = 0; /* the lowest-numbered one is looked for anew */
  }
}

static TabellaVerifyGroup *
group_new (const TabellaElection *e, guint16 contest, guint16 unit, guint32 ballots,
           const guint16 *into)
{
  TabellaVerifyGroup *g = g_new0 (TabellaVerifyGroup, 1);

  g->contest = contest;
  g->unit = unit;
  g->ballots = ballots;
  g->withheld = ballots < e->policies.min_unit;
  g->members = g_new0 (guint8, e->units->len);
  for (guint i = 0; i < e->units->len; i++)
    g->members[i] = into[i] == unit;
  g->n = (guint16)tabella_election_contest (e, contest)->options->len;
  /* Zeros are the identity. */
  g->a = g_new0 (TabellaPoint, g->n);
  g->b = g_new0 (TabellaPoint, g->n);
  return g;
}

/* --- Sums --- */

/* Some ballots of one group, as pointers to the contest's first (α, β) in their bodies. */
typedef struct {
  const TabellaVerifyGroup *g;
  const guint8 **pairs;
  guint n;
  TabellaPoint *a, *b;
  gboolean bad; /* a point that is none */
} Block;

static void
sum_block (guint64 i, gpointer jobs)
{
  Block *block = &g_array_index ((GArray *)jobs, Block, i);
  guint16 options = block->g->n;

  block->a = g_new0 (TabellaPoint, options);
  block->b = g_new0 (TabellaPoint, options);
  for (guint k = 0; k < block->n && !block->bad; k++)
    for (guint o = 0; o < options && !block->bad; o++) {
      const guint8 *at = block->pairs[k] + (gsize)o * PAIR;
      TabellaPoint alpha, beta;

      if (!tabella_point_read (&alpha, at) ||
          !tabella_point_read (&beta, at + TABELLA_POINT_BYTES)) {
        block->bad = TRUE;
      } else {
        tabella_point_add (&block->a[o], &block->a[o], &alpha);
        tabella_point_add (&block->b[o], &block->b[o], &beta);
      }
    }
}

static void
block_clear (gpointer data)
{
  Block *block = data;

  g_free (block->a);
  g_free (block->b);
}

static void
add_blocks (const TabellaVerifyGroup *g, GPtrArray *pairs, GArray *blocks)
{
  for (guint from = 0; from < pairs->len; from += BLOCK) {
    Block block = { .g = g,
                    .pairs = (const guint8 **)pairs->pdata + from,
                    .n = MIN (BLOCK, pairs->len - from) };

    g_array_append_val (blocks, block);
  }
}

static gboolean
take_block (const Block *block)
{
  for (guint o = 0; o < block->g->n && !block->bad; o++) {
    tabella_point_add (&block->g->a[o], &block->g->a[o], &block->a[o]);
    tabella_point_add (&block->g->b[o], &block->g->b[o], &block->b[o]);
  }
  return !block->bad;
}

/* --- One contest --- */

/* Where the contest's pairs start in a body of this style; FALSE: the style does not have it. */
static gboolean
find_contest (const TabellaElection *e, guint16 style, guint16 contest, gsize *at)
{
  const GArray *contests = tabella_election_style (e, style)->contests;

  *at = 0;
  for (guint i = 0; i < contests->len; i++) {
    guint16 c = g_array_index (contests, guint16, i);

    if (c == contest)
      return TRUE;
    *at += tabella_election_contest (e, c)->options->len * (gsize)PAIR;
  }
  return FALSE;
}

typedef struct {
  TabellaVerifier *v;
  guint16 contest;
  gsize *offsets;    /* by style: where the contest starts; G_MAXSIZE: not there */
  guint32 *sizes;    /* by unit */
  guint16 *into;     /* by unit */
  GPtrArray **pairs; /* by unit: what is summed there */
} ContestSums;

static void
count_sizes (ContestSums *c)
{
  const TabellaElection *e = c->v->manifest->election;

  for (guint16 s = 0; s < e->styles->len; s++)
    if (!find_contest (e, s, c->contest, &c->offsets[s]))
      c->offsets[s] = G_MAXSIZE;
  for (guint i = 0; i < c->v->ballots->len; i++) {
    const TabellaVerifyBallot *b = &g_array_index (c->v->ballots, TabellaVerifyBallot, i);

    if (!b->out && c->offsets[b->record->style] != G_MAXSIZE)
      c->sizes[b->unit]++;
  }
}

static void
make_groups (ContestSums *c, GPtrArray *made)
{
  const TabellaElection *e = c->v->manifest->election;

  merge (e, c->sizes, c->into);
  for (guint16 u = 0; u < e->units->len; u++) {
    TabellaVerifyGroup *g;

    if (c->sizes[u] == 0)
      continue;
    g = group_new (e, c->contest, u, c->sizes[u], c->into);
    g_ptr_array_add (c->v->groups, g);
    g_ptr_array_add (made, g);
    c->pairs[u] = g_ptr_array_new ();
  }
  for (guint i = 0; i < c->v->ballots->len; i++) {
    const TabellaVerifyBallot *b = &g_array_index (c->v->ballots, TabellaVerifyBallot, i);
    gsize offset = c->offsets[b->record->style];

    if (!b->out && offset != G_MAXSIZE)
      g_ptr_array_add (c->pairs[c->into[b->unit]], (gpointer)(b->record->body + offset));
  }
}

static gboolean
sum_contest (ContestSums *c)
{
  g_autoptr (GPtrArray) made = g_ptr_array_new ();
  g_autoptr (GArray) blocks = g_array_new (FALSE, TRUE, sizeof (Block));
  gboolean good = TRUE;

  g_array_set_clear_func (blocks, block_clear);
  count_sizes (c);
  make_groups (c, made);
  for (guint i = 0; i < made->len; i++) {
    const TabellaVerifyGroup *g = made->pdata[i];

    if (!g->withheld)
      add_blocks (g, c->pairs[g->unit], blocks);
  }
  tabella_verify_each (c->v, 14, blocks->len, sum_block, blocks);
  for (guint i = 0; i < blocks->len; i++)
    good &= take_block (&g_array_index (blocks, Block, i));
  return good;
}

static gboolean
sum_all (TabellaVerifier *v)
{
  const TabellaElection *e = v->manifest->election;
  gboolean good = TRUE;

  for (guint c = 0; c < e->contests->len && good; c++) {
    g_autofree gsize *offsets = g_new0 (gsize, e->styles->len);
    g_autofree guint32 *sizes = g_new0 (guint32, e->units->len);
    g_autofree guint16 *into = g_new0 (guint16, e->units->len);
    g_autofree GPtrArray **pairs = g_new0 (GPtrArray *, e->units->len);
    ContestSums sums = { v, (guint16)c, offsets, sizes, into, pairs };

    good = sum_contest (&sums);
    for (guint u = 0; u < e->units->len; u++)
      g_clear_pointer (&pairs[u], g_ptr_array_unref);
  }
  return good;
}

/* --- 14 --- */

static void
make_request (TabellaVerifier *v)
{
  v->request = tabella_request_new (TABELLA_REQUEST_TALLY);
  for (guint i = 0; i < v->groups->len; i++) {
    const TabellaVerifyGroup *g = v->groups->pdata[i];

    for (guint16 o = 0; !g->withheld && o < g->n; o++)
      if (!tabella_point_is_identity (&g->a[o]))
        tabella_request_add (v->request, g->unit, g->contest, o, &g->a[o]);
  }
  tabella_request_sort (v->request);
}

/* Words for the first difference between two requests. */
static char *
difference (const TabellaVerifier *v, const TabellaRequest *theirs)
{
  const TabellaElection *e = v->manifest->election;
  const GArray *a = v->request->points, *b = theirs->points;

  for (guint i = 0; i < a->len && i < b->len; i++) {
    const TabellaRequestPoint *x = &g_array_index (a, TabellaRequestPoint, i);
    const TabellaRequestPoint *y = &g_array_index (b, TabellaRequestPoint, i);
    gboolean same_label = memcmp (x->label, y->label, sizeof x->label) == 0;

    if (!same_label || !tabella_point_equal (&x->point, &y->point))
      return g_strdup_printf ("the first difference is at unit %s, contest %s, option %u",
                              ((const TabellaUnit *)e->units->pdata[x->label[0]])->id,
                              tabella_election_contest (e, x->label[1])->id, x->label[2]);
  }
  return g_strdup_printf ("it has %u points and the standing ballots give %u", b->len, a->len);
}

static void
compare_request (TabellaVerifier *v)
{
  g_autoptr (GBytes) own = tabella_request_bytes (v->request);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (TabellaRequest) theirs = NULL;
  g_autofree char *what = NULL;

  if (v->request->points->len == 0 && !tabella_verify_exists (v, 14, FOLDER))
    return; /* nothing to decrypt */
  bytes = tabella_verify_read (v, FOLDER "/request", TABELLA_FILE_LIMIT, &error);
  if (bytes != NULL && g_bytes_equal (bytes, own))
    return;
  if (bytes != NULL)
    theirs = tabella_request_parse (bytes, &error);
  if (theirs == NULL) {
    tabella_verify_fail (&v->findings[14], FOLDER "/request: %s", error->message);
    return;
  }
  what = difference (v, theirs);
  tabella_verify_fail (&v->findings[14],
                       FOLDER "/request is not the sum of the standing ballots: %s", what);
}

void
tabella_verify_sums (TabellaVerifier *v)
{
  if (v->ballots == NULL || !v->strike_known)
    return;
  if (!sum_all (v)) {
    tabella_verify_miss_all (v, 14, 16, "a ballot holds a point that cannot be summed (check 8)");
    return;
  }
  make_request (v);
  compare_request (v);
}

/* --- 15 --- */

void
tabella_verify_tally (TabellaVerifier *v)
{
  g_autoptr (GByteArray) standing = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autofree TabellaPoint *out = NULL;
  guint8 digest[32];

  if (v->request == NULL)
    return;
  out = g_new0 (TabellaPoint, MAX (v->request->points->len, 1));
  if (v->request->points->len > 0 || tabella_verify_exists (v, 15, FOLDER)) {
    for (guint i = 0; i < v->ballots->len; i++) {
      const TabellaVerifyBallot *b = &g_array_index (v->ballots, TabellaVerifyBallot, i);

      if (!b->out)
        g_byte_array_append (standing, b->record->code, 32);
    }
    bytes = tabella_request_bytes (v->request);
    tabella_request_digest (v->ctx->he, bytes, standing->data, standing->len / 32, digest);
    if (!tabella_verify_shares (v, 15, FOLDER, v->request, digest, v->keys.z, out)) {
      tabella_verify_miss (&v->findings[16], "the sums are not decrypted (check 15)");
      return;
    }
  }
  v->shared = g_steal_pointer (&out);
}

/* --- 16: W = B − ΣλM = count·K --- */

static int
compare_labels (const guint16 *a, const guint16 *b)
{
  for (guint i = 0; i < 3; i++)
    if (a[i] != b[i])
      return a[i] < b[i] ? -1 : 1;
  return 0;
}

/* ΣλM of a label; the identity if it was left out. */
static TabellaPoint
shared_of (const TabellaVerifier *v, const guint16 label[3])
{
  guint low = 0, high = v->request->points->len;
  TabellaPoint none;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    int order = compare_labels (
        g_array_index (v->request->points, TabellaRequestPoint, middle).label, label);

    if (order == 0)
      return v->shared[middle];
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  tabella_point_identity (&none);
  return none;
}

typedef struct {
  const TabellaVerifier *v;
  TabellaVerifyGroup *g;
  guint16 option;
  gboolean found;
} Count;

static void
count_one (guint64 i, gpointer jobs)
{
  Count *c = &g_array_index ((GArray *)jobs, Count, i);
  const guint16 label[3] = { c->g->unit, c->g->contest, c->option };
  TabellaPoint shared = shared_of (c->v, label), w;

  tabella_point_sub (&w, &c->g->b[c->option], &shared);
  c->found = tabella_discrete_log (&c->v->keys.k, &w, c->g->ballots, &c->g->counts[c->option]);
}

static void
check_sum (TabellaVerifier *v, const TabellaVerifyGroup *g)
{
  const TabellaElection *e = v->manifest->election;
  const TabellaContest *contest = tabella_election_contest (e, g->contest);
  guint64 sum = 0;

  for (guint o = 0; o < g->n; o++)
    sum += g->counts[o];
  if (sum < (guint64)contest->min * g->ballots || sum > (guint64)contest->max * g->ballots)
    tabella_verify_fail (&v->findings[16],
                         "unit %s, contest %s: the counts sum to %" G_GUINT64_FORMAT
                         ", which %u ballots cannot give",
                         ((const TabellaUnit *)e->units->pdata[g->unit])->id, contest->id, sum,
                         g->ballots);
}

void
tabella_verify_counts (TabellaVerifier *v)
{
  const TabellaElection *e = v->manifest->election;
  g_autoptr (GArray) jobs = g_array_new (FALSE, TRUE, sizeof (Count));

  for (guint i = 0; v->shared != NULL && i < v->groups->len; i++) {
    TabellaVerifyGroup *g = v->groups->pdata[i];

    g->counts = g_new0 (guint64, g->n);
    for (guint16 o = 0; !g->withheld && o < g->n; o++) {
      Count c = { v, g, o, FALSE };

      g_array_append_val (jobs, c);
    }
  }
  tabella_verify_each (v, 16, jobs->len, count_one, jobs);
  for (guint i = 0; i < jobs->len; i++) {
    const Count *c = &g_array_index (jobs, Count, i);

    if (!c->found)
      tabella_verify_fail (&v->findings[16],
                           "unit %s, contest %s, option %u: no count from 0 to %u fits what was "
                           "decrypted",
                           ((const TabellaUnit *)e->units->pdata[c->g->unit])->id,
                           tabella_election_contest (e, c->g->contest)->id, c->option,
                           c->g->ballots);
  }
  for (guint i = 0; v->shared != NULL && i < v->groups->len; i++) {
    const TabellaVerifyGroup *g = v->groups->pdata[i];

    if (!g->withheld)
      check_sum (v, g);
  }
}
