/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check.h"
#include "bytes.h"

/* Proofs on all cores: workers take the next record from a counter; the caller's thread reports. */
typedef struct {
  const TabellaBallotContext *ctx;
  const TabellaTerminalInfo *terminal;
  const TabellaBatch *batch;
  gint next, done, bad; /* atomic; bad: lowest index that failed + 1, 0: none */
  GMutex lock;
  GCond changed;
  guint running;
} Work;

static const TabellaBallotRecord *
record_at (const Work *w, guint i)
{
  return i < w->batch->cast->len
             ? &g_array_index (w->batch->cast, TabellaBallotRecord, i)
             : &g_array_index (w->batch->challenged, TabellaBallotRecord, i - w->batch->cast->len);
}

/* Of a challenged record every byte is made again: its proof needs no checking of its own. */
static gboolean
is_good (const Work *w, const TabellaBallotRecord *r)
{
  TabellaBallotVerdict proof, signature;

  if (r->challenged) {
    tabella_challenge_verify (w->ctx, w->terminal->index, r, &proof);
    return proof == TABELLA_BALLOT_GOOD;
  }
  tabella_ballot_verify (w->ctx, w->terminal->index, r, NULL, NULL, &proof);
  tabella_ballot_verify_signature (w->ctx, w->terminal->ballot_key, r, &signature);
  return proof == TABELLA_BALLOT_GOOD && signature == TABELLA_BALLOT_GOOD;
}

/* The lowest bad index whatever the threads' order, so that everyone names the same ballot. */
static void
note_bad (Work *w, gint i)
{
  gint bad = g_atomic_int_get (&w->bad);

  while ((bad == 0 || i + 1 < bad) && !g_atomic_int_compare_and_exchange (&w->bad, bad, i + 1))
    bad = g_atomic_int_get (&w->bad);
}

static gpointer
work (gpointer data)
{
  Work *w = data;
  gint n = (gint)(w->batch->cast->len + w->batch->challenged->len), i;

  while ((i = g_atomic_int_add (&w->next, 1)) < n) {
    gint bad = g_atomic_int_get (&w->bad);

    if ((bad == 0 || i + 1 < bad) && !is_good (w, record_at (w, (guint)i)))
      note_bad (w, i);
    g_atomic_int_inc (&w->done);
  }
  g_mutex_lock (&w->lock);
  w->running--;
  g_cond_signal (&w->changed);
  g_mutex_unlock (&w->lock);
  return NULL;
}

static void
await (Work *w, guint n, TabellaProgress progress, gpointer data)
{
  g_mutex_lock (&w->lock);
  while (w->running > 0) {
    g_cond_wait_until (&w->changed, &w->lock, g_get_monotonic_time () + G_TIME_SPAN_SECOND / 5);
    if (progress != NULL) {
      g_mutex_unlock (&w->lock);
      progress ((guint64)g_atomic_int_get (&w->done), n, data);
      g_mutex_lock (&w->lock);
    }
  }
  g_mutex_unlock (&w->lock);
}

gboolean
tabella_check_proofs (const TabellaEvidence *e, const TabellaTerminalInfo *t,
                      const TabellaBatch *batch, TabellaProgress progress, gpointer data,
                      GError **error)
{
  guint n = batch->cast->len + batch->challenged->len;
  Work w = { .ctx = e->ctx, .terminal = t, .batch = batch };
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  g_autofree char *code = NULL;

  g_mutex_init (&w.lock);
  g_cond_init (&w.changed);
  w.running = CLAMP (g_get_num_processors (), 1, MAX (n, 1));
  for (guint i = 0, workers = w.running; i < workers; i++)
    g_ptr_array_add (threads, g_thread_new ("proofs", work, &w));
  await (&w, n, progress, data);
  for (guint i = 0; i < threads->len; i++)
    g_thread_join (g_ptr_array_index (threads, i));
  g_mutex_clear (&w.lock);
  g_cond_clear (&w.changed);
  if (w.bad == 0)
    return TRUE;
  code = tabella_hex (record_at (&w, (guint)w.bad - 1)->code, 32);
  g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID,
               "the %s ballot with code %s has a wrong proof or signature",
               record_at (&w, (guint)w.bad - 1)->challenged ? "challenged" : "cast", code);
  return FALSE;
}
