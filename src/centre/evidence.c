/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evidence.h"
#include "check.h"

#include <string.h>

TabellaHeld *
tabella_held_new (guint16 terminal, guint16 number, gboolean interim)
{
  TabellaHeld *h = g_new0 (TabellaHeld, 1);

  h->terminal = terminal;
  h->number = number;
  h->interim = interim;
  return h;
}

void
tabella_held_free (TabellaHeld *h)
{
  if (h == NULL)
    return;
  g_clear_pointer (&h->batch, tabella_batch_free);
  g_clear_pointer (&h->ballots, g_bytes_unref);
  g_clear_pointer (&h->checkins, g_bytes_unref);
  g_clear_pointer (&h->sealed, g_bytes_unref);
  g_free (h->minisig);
  g_free (h->sealed_minisig);
  g_free (h->quarantine);
  g_free (h);
}

static void
decision_clear (gpointer data)
{
  g_free (((TabellaDecision *)data)->reason);
}

TabellaEvidence *
tabella_evidence_new (const char *folder, GError **error)
{
  g_autoptr (TabellaEvidence) e = g_new0 (TabellaEvidence, 1);

  e->held = g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_held_free);
  e->asked = g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_asked_free);
  e->decisions = g_array_new (FALSE, TRUE, sizeof (TabellaDecision));
  g_array_set_clear_func (e->decisions, decision_clear);
  e->manifest = tabella_manifest_load (folder, NULL, &e->keys, error);
  if (e->manifest == NULL)
    return NULL;
  e->ctx = tabella_ballot_context_new (e->manifest, &e->keys);
  e->amendments = tabella_amendments_load (e->manifest, folder, TRUE, error);
  if (e->amendments == NULL)
    return NULL;
  return g_steal_pointer (&e);
}

void
tabella_evidence_free (TabellaEvidence *e)
{
  if (e == NULL)
    return;
  g_clear_pointer (&e->held, g_ptr_array_unref);
  g_clear_pointer (&e->asked, g_ptr_array_unref);
  g_clear_pointer (&e->decisions, g_array_unref);
  g_clear_pointer (&e->amendments, g_ptr_array_unref);
  g_clear_pointer (&e->ctx, tabella_ballot_context_free);
  g_clear_pointer (&e->manifest, tabella_manifest_free);
  g_clear_pointer (&e->decisions_file, g_bytes_unref);
  g_free (e->decisions_minisig);
  g_free (e);
}

static int
compare_held (const TabellaHeld *a, const TabellaHeld *b)
{
  if (a->terminal != b->terminal)
    return a->terminal < b->terminal ? -1 : 1;
  if (a->number != b->number)
    return a->number < b->number ? -1 : 1;
  return memcmp (a->digest, b->digest, sizeof a->digest);
}

void
tabella_evidence_add (TabellaEvidence *e, TabellaHeld *held)
{
  guint at = e->held->len;

  while (at > 0 && compare_held (held, g_ptr_array_index (e->held, at - 1)) < 0)
    at--;
  g_ptr_array_insert (e->held, (int)at, held);
}

/* Where a terminal's batches start. */
static guint
first_held (const TabellaEvidence *e, guint16 terminal)
{
  guint low = 0, high = e->held->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    const TabellaHeld *h = g_ptr_array_index (e->held, middle);

    if (h->terminal < terminal)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static TabellaHeld *
held_at (const TabellaEvidence *e, guint i, guint16 terminal)
{
  TabellaHeld *h = i < e->held->len ? g_ptr_array_index (e->held, i) : NULL;

  return h != NULL && h->terminal == terminal ? h : NULL;
}

static void say (char **why, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
say (char **why, const char *format, ...)
{
  va_list args;

  if (why == NULL)
    return;
  va_start (args, format);
  g_free (*why);
  *why = g_strdup_vprintf (format, args);
  va_end (args);
}

/* Another good file of the same number: the two exclude each other. */
static gboolean
is_forked (const TabellaEvidence *e, const TabellaHeld *held)
{
  TabellaHeld *h;

  for (guint i = first_held (e, held->terminal); (h = held_at (e, i, held->terminal)) != NULL; i++)
    if (h != held && h->quarantine == NULL && h->number == held->number)
      return TRUE;
  return FALSE;
}

/* Of two that do not count the one that says more about its terminal: waiting, then signed by it.
 */
static TabellaHeld *
weightier (TabellaHeld *a, TabellaHeld *b)
{
  if (a == NULL || b->waits > a->waits)
    return b;
  return a->waits == 0 && b->is_signed && !a->is_signed ? b : a;
}

static TabellaHeld *
find_ended (const TabellaEvidence *e, guint16 terminal, const TabellaTerminalStatus *status,
            char **why)
{
  TabellaHeld *h, *found = NULL, *bad = NULL;

  for (guint i = first_held (e, terminal); (h = held_at (e, i, terminal)) != NULL; i++) {
    if (h->number != status->ended_batch ||
        (status->has_digest && memcmp (h->digest, status->digest, sizeof h->digest) != 0))
      continue;
    if (h->quarantine != NULL) {
      bad = weightier (bad, h);
      continue;
    }
    if (found != NULL) {
      say (why,
           "an amendment ends it at batch %u, but two different files claim that number: amend "
           "again "
           "with --digest",
           h->number);
      return NULL;
    }
    found = h;
  }
  if (bad != NULL && bad->waits > 0) {
    say (why, "the batch %u at which it ended %s", bad->number, bad->quarantine);
    return NULL;
  }
  if (found == NULL && bad != NULL)
    say (why, "the batch %u at which it ended is quarantined (%s): import a good copy of it",
         bad->number, bad->quarantine);
  else if (found == NULL)
    say (why, "an amendment ends it at batch %u, which is not here: import it",
         status->ended_batch);
  return found;
}

static TabellaHeld *
find_final (const TabellaEvidence *e, guint16 terminal, char **why)
{
  TabellaHeld *h, *found = NULL, *bad = NULL;

  for (guint i = first_held (e, terminal); (h = held_at (e, i, terminal)) != NULL; i++) {
    if (h->interim)
      continue;
    if (h->quarantine != NULL) {
      bad = weightier (bad, h);
      continue;
    }
    if (found != NULL || is_forked (e, h)) {
      say (why,
           "a fork: two different files, both signed, of which only one can be its last: find out "
           "which and amend it as ended with --batch and --digest");
      return NULL;
    }
    found = h;
  }
  /* Another one beside it would make a fork, once the amendment is there. */
  if (bad != NULL && bad->waits > 0) {
    say (why, "its final %s", bad->quarantine);
    return NULL;
  }
  if (found == NULL && bad != NULL)
    say (why, "its final is quarantined (%s): import a good copy, or amend it as ended or revoked",
         bad->quarantine);
  else if (found == NULL)
    say (why, "no final yet: import its stick, or amend it as ended or revoked");
  return found;
}

TabellaHeld *
tabella_evidence_last (const TabellaEvidence *e, const TabellaTerminalInfo *t, char **why)
{
  TabellaTerminalStatus status;

  tabella_amendments_status (e->manifest, e->amendments, t, &status);
  if (status.ended && status.ended_batch == 0) {
    say (why, "ended without a batch");
    return NULL;
  }
  return status.ended ? find_ended (e, t->index, &status, why) : find_final (e, t->index, why);
}

TabellaHeld *
tabella_evidence_quarantined (const TabellaEvidence *e, const TabellaTerminalInfo *t)
{
  TabellaTerminalStatus status;
  TabellaHeld *h, *found = NULL;

  if (tabella_evidence_last (e, t, NULL) != NULL)
    return NULL;
  tabella_amendments_status (e->manifest, e->amendments, t, &status);
  for (guint i = first_held (e, t->index); (h = held_at (e, i, t->index)) != NULL; i++) {
    gboolean last =
        status.ended && status.ended_batch > 0 ? h->number == status.ended_batch : !h->interim;

    if (h->quarantine != NULL && last)
      found = weightier (found, h);
  }
  return found;
}

gboolean
tabella_evidence_settled (const TabellaEvidence *e, const TabellaTerminalInfo *t, char **why)
{
  TabellaTerminalStatus status;
  const TabellaHeld *bad;

  tabella_amendments_status (e->manifest, e->amendments, t, &status);
  if (tabella_evidence_last (e, t, why) != NULL)
    return TRUE;
  /* A seized or stolen terminal may never give its files; of an unassigned spare none are expected.
   */
  if (status.revoked || (status.ended && status.ended_batch == 0) ||
      (status.role == TABELLA_ROLE_SPARE && !status.ended &&
       held_at (e, first_held (e, t->index), t->index) == NULL))
    return TRUE;
  bad = tabella_evidence_quarantined (e, t);
  return bad != NULL && bad->is_signed && bad->repeatable && bad->waits == 0;
}

gboolean
tabella_held_status (const TabellaEvidence *e, const TabellaHeld *held,
                     TabellaTerminalStatus *status, GError **error)
{
  const TabellaTerminalInfo *t = tabella_manifest_terminal (e->manifest, held->terminal);

  if (t == NULL || held->batch == NULL) {
    g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID,
                 "terminal %u, batch %u: its journal is not open", held->terminal, held->number);
    return FALSE;
  }
  return tabella_check_journal (e, t, held->batch, status, NULL, error);
}

void
tabella_evidence_status (const TabellaEvidence *e, const TabellaTerminalInfo *t,
                         TabellaTerminalStatus *status)
{
  const TabellaHeld *last = tabella_evidence_last (e, t, NULL);
  TabellaTerminalStatus now;

  tabella_amendments_status (e->manifest, e->amendments, t, &now);
  *status = now;
  if (last == NULL || last->batch == NULL || !tabella_held_status (e, last, status, NULL)) {
    *status = now;
    return;
  }
  status->revoked = now.revoked;
  status->ended = now.ended;
  status->ended_batch = now.ended_batch;
  status->has_digest = now.has_digest;
  memcpy (status->digest, now.digest, sizeof now.digest);
}

guint
tabella_terminal_tablet (const TabellaEvidence *e, guint16 terminal)
{
  const TabellaTerminalInfo *t = tabella_manifest_terminal (e->manifest, terminal);
  guint tablet = 0;

  for (guint i = 0; t != NULL && i < e->manifest->terminals->len; i++) {
    const TabellaTerminalInfo *other = g_ptr_array_index (e->manifest->terminals, i);

    if (other->station == t->station && other->index <= terminal)
      tablet++;
  }
  return tablet;
}

char *
tabella_terminal_words (const TabellaEvidence *e, guint16 terminal)
{
  const TabellaTerminalInfo *t = tabella_manifest_terminal (e->manifest, terminal);
  const TabellaElection *election = e->manifest->election;
  const char *language = g_ptr_array_index (election->languages, 0);

  if (t == NULL)
    return g_strdup_printf ("terminal %u", terminal);
  return g_strdup_printf (
      "Station %u (%s), tablet %u", t->station,
      tabella_text (tabella_election_station (election, t->station)->name, language, language),
      tabella_terminal_tablet (e, terminal));
}

/* Earlier safety copies against the journal of the batch that counts. */
static void
compare_copied (const TabellaEvidence *e, const TabellaHeld *last, GPtrArray *incidents)
{
  guint8 head[32];
  g_autofree char *where = tabella_terminal_words (e, last->terminal);
  g_autoptr (GArray) lines = tabella_journal_parse (e->ctx->he, last->batch->journal,
                                                    last->batch->journal_size, head, NULL);
  TabellaHeld *h;

  for (guint i = first_held (e, last->terminal); (h = held_at (e, i, last->terminal)) != NULL;
       i++) {
    if (h == last || h->quarantine != NULL)
      continue;
    if (h->number > last->number)
      g_ptr_array_add (incidents, g_strdup_printf ("%s: batch %u is here, but its last batch is %u",
                                                   where, h->number, last->number));
    for (guint j = 0; lines != NULL && j < lines->len; j++) {
      const TabellaEventLine *line = &g_array_index (lines, TabellaEventLine, j);

      if (line->kind == TABELLA_EVENT_COPIED && line->number == h->number &&
          memcmp (line->digest, h->digest, sizeof h->digest) != 0)
        g_ptr_array_add (
            incidents, g_strdup_printf ("%s: safety copy %u is not the one that its journal names",
                                        where, h->number));
    }
  }
}

static void
compare_signed (const TabellaEvidence *e, const TabellaTerminalInfo *t, GPtrArray *incidents)
{
  TabellaHeld *h, *before = NULL;

  for (guint i = first_held (e, t->index); (h = held_at (e, i, t->index)) != NULL; i++) {
    g_autofree char *where = NULL;

    if (!h->is_signed)
      continue;
    if (before != NULL && before->number == h->number) {
      where = tabella_terminal_words (e, t->index);
      g_ptr_array_add (
          incidents,
          g_strdup_printf ("%s: two different files are signed as its batch %u", where, h->number));
    }
    before = h;
  }
}

void
tabella_evidence_incidents (const TabellaEvidence *e, GPtrArray *incidents)
{
  for (guint i = 0; i < e->manifest->terminals->len; i++) {
    const TabellaTerminalInfo *t = g_ptr_array_index (e->manifest->terminals, i);
    const TabellaHeld *last = tabella_evidence_last (e, t, NULL);

    compare_signed (e, t, incidents);
    if (last != NULL && last->batch != NULL)
      compare_copied (e, last, incidents);
  }
}
