/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verifier-private.h"

#include <string.h>
#include "codes.h"

/* Every record of every batch: encodings, proofs, signatures, challenges (8, 10 to 12) on all
 * cores; and that nothing is there twice (9). */

#define PAIR       (2 * TABELLA_POINT_BYTES)
#define NAMED_MOST 100 /* shared ciphertexts that are named one by one */

/* --- One record --- */

typedef enum {
  RECORD_ENCODING = 1 << 0,
  RECORD_PROOF = 1 << 1,
  RECORD_SIGNATURE = 1 << 2,
  RECORD_CHALLENGE = 1 << 3,
} RecordFault;

typedef struct {
  const TabellaBallotContext *ctx;
  TabellaVerifyBatch *b;
  const TabellaBallotRecord *r;
  guint faults;
} Job;

/* A body is (α, β) for every option, then scalars. */
static gboolean
is_encoded (const TabellaStyleShape *s, const guint8 *body)
{
  gsize points = s->options * PAIR;
  TabellaPoint p;
  TabellaScalar x;

  for (gsize at = 0; at < points; at += TABELLA_POINT_BYTES)
    if (!tabella_point_read (&p, body + at))
      return FALSE;
  for (gsize at = points; at < s->body_size; at += TABELLA_SCALAR_BYTES)
    if (!tabella_scalar_read (&x, body + at))
      return FALSE;
  return TRUE;
}

/* What is no encoding has no proof either: it is named once. */
static void
work (guint64 i, gpointer jobs)
{
  Job *j = &g_array_index ((GArray *)jobs, Job, i);
  const TabellaTerminalInfo *t = j->b->info;
  TabellaBallotVerdict verdict;

  if (!is_encoded (j->ctx->styles[j->r->style], j->r->body)) {
    j->faults = RECORD_ENCODING;
    return;
  }
  if (j->r->challenged) {
    tabella_challenge_verify (j->ctx, j->b->batch->terminal, j->r, &verdict);
    j->faults = verdict == TABELLA_BALLOT_GOOD ? 0 : RECORD_CHALLENGE;
    return;
  }
  tabella_ballot_verify (j->ctx, j->b->batch->terminal, j->r, NULL, NULL, &verdict);
  j->faults = verdict == TABELLA_BALLOT_GOOD ? 0 : RECORD_PROOF;
  tabella_ballot_verify_signature (j->ctx, t->ballot_key, j->r, &verdict);
  j->faults |= verdict == TABELLA_BALLOT_GOOD ? 0 : RECORD_SIGNATURE;
}

static void
add_jobs (const TabellaVerifier *v, TabellaVerifyBatch *b, const GArray *records, GArray *jobs)
{
  for (guint i = 0; i < records->len; i++) {
    Job j = { .ctx = v->ctx, .b = b, .r = &g_array_index (records, TabellaBallotRecord, i) };

    g_array_append_val (jobs, j);
  }
}

static void
take_faults (const Job *j)
{
  static const struct {
    RecordFault fault;
    guint check;
    const char *words;
  } faults[] = {
    { RECORD_ENCODING, 8, "holds a point or number that is not in its one encoding" },
    { RECORD_PROOF, 10, "has a proof that does not hold" },
    { RECORD_CHALLENGE, 11, "is not what its seed and legal selections give" },
    { RECORD_SIGNATURE, 12, "is not signed by the terminal's ballot key" },
  };
  g_autofree char *code = NULL;

  if (j->faults == 0)
    return;
  code = tabella_short_code (j->r->code);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    if ((j->faults & faults[i].fault) != 0)
      tabella_verify_fail (&j->b->findings[faults[i].check], "%s: the %s ballot %s %s", j->b->where,
                           j->r->challenged ? "challenged" : "cast", code, faults[i].words);
}

void
tabella_verify_proofs (TabellaVerifier *v)
{
  g_autoptr (GArray) jobs = g_array_new (FALSE, TRUE, sizeof (Job));

  for (guint i = 0; i < v->batches->len; i++) {
    TabellaVerifyBatch *b = v->batches->pdata[i];

    if (b->batch == NULL)
      continue;
    add_jobs (v, b, b->batch->cast, jobs);
    add_jobs (v, b, b->batch->challenged, jobs);
  }
  tabella_verify_each (v, 10, jobs->len, work, jobs);
  for (guint i = 0; i < jobs->len; i++)
    take_faults (&g_array_index (jobs, Job, i));
}

/* --- 9 --- */

/* Something that may be there once: a code or an α. */
typedef struct {
  const guint8 *bytes;
  const TabellaBallotRecord *r;
  TabellaVerifyBatch *b;
} Once;

/* By sorting: whoever chooses the bytes cannot slow it down. */
static int
compare_whole (gconstpointer a, gconstpointer b)
{
  return memcmp (((const Once *)a)->bytes, ((const Once *)b)->bytes, 32);
}

/* The 100 bits of a short code. */
static int
compare_short (gconstpointer a, gconstpointer b)
{
  const guint8 *x = ((const Once *)a)->bytes, *y = ((const Once *)b)->bytes;
  int order = memcmp (x, y, 12);

  return order != 0 ? order : (x[12] >> 4) - (y[12] >> 4);
}

static void
take_pair (TabellaVerifier *v, const Once *x, const Once *y, const char *what, guint *named)
{
  g_autofree char *first = tabella_short_code (x->r->code);
  g_autofree char *second = tabella_short_code (y->r->code);

  if (x->b == y->b) {
    tabella_verify_fail (&x->b->findings[9], "%s: the ballots %s and %s share %s", x->b->where,
                         first, second, what);
    return;
  }
  if (x->b->quarantined || y->b->quarantined || (*named)++ >= NAMED_MOST)
    return;
  tabella_verify_incident (v, "terminals %u and %u: the ballots %s and %s share %s",
                           x->b->info->index, y->b->info->index, first, second, what);
}

/* Sorts; then equal ones lie side by side, in a run those of one batch too. */
static void
find_equal (TabellaVerifier *v, GArray *all, GCompareFunc compare, const char *what)
{
  guint named = 0;

  g_array_sort (all, compare); /* stable: batches stay in their order */
  for (guint i = 1; i < all->len; i++) {
    const Once *x = &g_array_index (all, Once, i - 1), *y = x + 1;

    if (compare (x, y) == 0)
      take_pair (v, x, y, what, &named);
  }
  if (named > NAMED_MOST)
    tabella_verify_incident (v, "%u more pairs of ballots of different terminals share %s",
                             named - NAMED_MOST, what);
}

static void
add_codes (TabellaVerifyBatch *b, const GArray *records, GArray *all)
{
  for (guint i = 0; i < records->len; i++) {
    const TabellaBallotRecord *r = &g_array_index (records, TabellaBallotRecord, i);
    Once one = { .bytes = r->code, .r = r, .b = b };

    g_array_append_val (all, one);
  }
}

static void
add_alphas (const TabellaVerifier *v, TabellaVerifyBatch *b, const GArray *records, GArray *all)
{
  for (guint i = 0; i < records->len; i++) {
    const TabellaBallotRecord *r = &g_array_index (records, TabellaBallotRecord, i);

    for (gsize o = 0; o < v->ctx->styles[r->style]->options; o++) {
      Once one = { .bytes = r->body + o * PAIR, .r = r, .b = b };

      g_array_append_val (all, one);
    }
  }
}

void
tabella_verify_unique (TabellaVerifier *v)
{
  g_autoptr (GArray) codes = g_array_new (FALSE, FALSE, sizeof (Once));
  g_autoptr (GArray) alphas = g_array_new (FALSE, FALSE, sizeof (Once));

  for (guint i = 0; i < v->batches->len; i++) {
    TabellaVerifyBatch *b = v->batches->pdata[i];

    if (b->batch == NULL)
      continue;
    add_codes (b, b->batch->cast, codes);
    add_codes (b, b->batch->challenged, codes);
    add_alphas (v, b, b->batch->cast, alphas);
    add_alphas (v, b, b->batch->challenged, alphas);
  }
  find_equal (v, codes, compare_short, "a short code");
  find_equal (v, alphas, compare_whole, "a ciphertext's first half");
}
