/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verifier-private.h"

#define CHUNK 8 /* records that a worker takes at once */

typedef struct {
  TabellaVerifyWork work;
  gpointer jobs;
  guint64 n, next, done; /* under @lock */
  guint running;
  GMutex lock;
  GCond changed;
} Run;

/* The next records, *from to *to; FALSE: none are left. @finished: how many of those before are
 * done. */
static gboolean
take (Run *r, guint64 finished, guint64 *from, guint64 *to)
{
  gboolean more;

  g_mutex_lock (&r->lock);
  r->done += finished;
  *from = r->next;
  *to = MIN (r->n, r->next + CHUNK);
  r->next = *to;
  more = *from < *to;
  g_mutex_unlock (&r->lock);
  return more;
}

static void
work_through (Run *r)
{
  guint64 from, to, finished = 0;

  while (take (r, finished, &from, &to)) {
    for (guint64 i = from; i < to; i++)
      r->work (i, r->jobs);
    finished = to - from;
  }
}

static void
worker (gpointer task, gpointer data)
{
  Run *r = data;

  work_through (r);
  g_mutex_lock (&r->lock);
  r->running--;
  g_cond_signal (&r->changed);
  g_mutex_unlock (&r->lock);
}

static void
await (TabellaVerifier *v, guint check, Run *r)
{
  g_mutex_lock (&r->lock);
  while (r->running > 0) {
    guint64 done = r->done;

    if (v->progress != NULL) {
      g_mutex_unlock (&r->lock);
      v->progress (check, done, r->n, v->data);
      g_mutex_lock (&r->lock);
    }
    if (r->running > 0)
      g_cond_wait_until (&r->changed, &r->lock, g_get_monotonic_time () + G_TIME_SPAN_SECOND / 5);
  }
  g_mutex_unlock (&r->lock);
}

void
tabella_verify_each (TabellaVerifier *v, guint check, guint64 n, TabellaVerifyWork work,
                     gpointer jobs)
{
  Run r = { .work = work, .jobs = jobs, .n = n };
  guint threads = (guint)MIN (g_get_num_processors (), (n + CHUNK - 1) / CHUNK);
  GThreadPool *pool = NULL;

  g_mutex_init (&r.lock);
  g_cond_init (&r.changed);
  /* An exclusive pool has its threads from the start, or there is none. */
  if (n > CHUNK)
    pool = g_thread_pool_new (worker, &r, (int)threads, TRUE, NULL);
  r.running = pool != NULL ? threads : 0;
  for (guint i = 1; pool != NULL && i <= threads; i++)
    g_thread_pool_push (pool, GUINT_TO_POINTER (i), NULL);
  if (pool == NULL)
    work_through (&r);
  else
    await (v, check, &r);
  if (pool != NULL)
    g_thread_pool_free (pool, FALSE, TRUE);
  if (v->progress != NULL && n > 0)
    v->progress (check, n, n, v->data);
  g_mutex_clear (&r.lock);
  g_cond_clear (&r.changed);
}
