/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verifier-private.h"

#include <string.h>

/* Check 6 over the whole record: what each terminal owes, and whether what was put aside is bad
 * indeed. */

/* Why the batch that the record has is not the terminal's last; NULL: it is. */
static const char *
wrong_batch (const TabellaVerifyTerminal *t)
{
  const TabellaVerifyBatch *b = t->batch;
  const TabellaTerminalStatus *s = &t->status;
  gboolean interim = b->batch != NULL && b->batch->kind == TABELLA_BATCH_INTERIM;

  if (!s->ended)
    return interim ? "a safety copy, and no amendment ends the terminal at it" : NULL;
  if (s->ended_batch == 0)
    return "an amendment ends the terminal without a batch, and there is one";
  if (b->number != s->ended_batch)
    return "an amendment ends the terminal at another batch";
  /* A safety copy's digest is that of its sealed form, which only trustees see. */
  if (s->has_digest && b->batch != NULL && !interim &&
      memcmp (b->batch->digest, s->digest, sizeof s->digest) != 0)
    return "not the file whose digest the amendment names";
  return NULL;
}

/* A terminal whose batches are all missing. */
static gboolean
owes_nothing (const TabellaVerifyTerminal *t)
{
  const TabellaTerminalStatus *s = &t->status;

  return s->revoked || t->quarantined || (s->ended && s->ended_batch == 0) ||
         (s->role == TABELLA_ROLE_SPARE && !s->ended);
}

static void
check_terminal (TabellaVerifier *v, const TabellaVerifyTerminal *t)
{
  const char *wrong;

  if (t->batch == NULL) {
    if (!owes_nothing (t))
      tabella_verify_fail (&v->findings[6],
                           "terminal %u: its last batch is not here, and no amendment ended it "
                           "without one or revoked it",
                           t->info->index);
    return;
  }
  wrong = wrong_batch (t);
  if (wrong != NULL)
    tabella_verify_fail (&v->findings[6], "%s: %s", t->batch->where, wrong);
}

/* --- Quarantine --- */

static char *
read_reason (TabellaVerifier *v, const TabellaVerifyBatch *b)
{
  g_autofree char *name = g_build_filename (b->place, "reason", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = tabella_verify_read_text (v, name, TABELLA_LINE_LIMIT, &error);

  if (text == NULL) {
    tabella_verify_fail (&v->findings[6], "%s: %s", b->where, error->message);
    return NULL;
  }
  g_strchomp (text);
  if (*text != '\0' && strchr (text, '\n') == NULL)
    return g_steal_pointer (&text);
  tabella_verify_fail (&v->findings[6], "%s: reason is not one line of text", b->where);
  return NULL;
}

static guint
first_failing (const TabellaVerifyBatch *b)
{
  for (guint i = 1; i <= TABELLA_VERIFY_LAST; i++)
    if (b->findings[i].problem != NULL)
      return i;
  return 0;
}

/* Nothing speaks against it but an amendment that the organisers did not publish so. They can, or
 * they give the terminal up by one that everyone sees. */
static void
check_waiting (TabellaVerifier *v, const TabellaVerifyTerminal *t, const TabellaVerifyBatch *b)
{
  const TabellaTerminalStatus *s = &t->status;

  if (s->revoked || (s->ended && (s->ended_batch == 0 || t->batch != NULL)))
    tabella_verify_incident (v,
                             "%s does not count; its journal names amendment %u, which is not so "
                             "in amendments/",
                             b->where, b->waits);
  else
    tabella_verify_fail (&v->findings[6],
                         "%s fails no check but that its journal names amendment %u, which is not "
                         "so in amendments/: get that from the organisers",
                         b->where, b->waits);
}

/* Repeats the check for which a batch was put aside. A file that the terminal did not sign speaks
 * of its carrier only: anybody could have damaged it to be rid of the terminal. */
static void
check_quarantined (TabellaVerifier *v, const TabellaVerifyTerminal *t, const TabellaVerifyBatch *b)
{
  g_autofree char *reason = read_reason (v, b);
  guint failing = first_failing (b);

  /* It may be one that must be counted. */
  if (b->unread)
    tabella_verify_fail (&v->findings[6], "%s", b->findings[5].problem);
  if (failing == 0 && b->waits > 0)
    check_waiting (v, t, b);
  else if (failing == 0)
    tabella_verify_fail (&v->findings[6], "%s fails no check: it must be counted (reason: %s)",
                         b->where, reason != NULL ? reason : "none");
  else if (!b->is_signed && t->quarantined && !t->status.revoked &&
           !(t->status.ended && t->status.ended_batch == 0))
    tabella_verify_fail (
        &v->findings[6],
        "%s is not signed by the terminal and cannot stand for its last batch: get "
        "that, or amend the terminal as ended or revoked (%s)",
        b->where, b->findings[failing].problem);
  else
    tabella_verify_incident (v, "%s does not count (%s); check %u fails again: %s", b->where,
                             reason != NULL ? reason : "no reason", failing,
                             b->findings[failing].problem);
}

/* --- All terminals --- */

TabellaVerifyTerminal *
tabella_verify_terminal (const TabellaVerifier *v, guint16 index)
{
  guint low = 0, high = v->terminals->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    TabellaVerifyTerminal *t = v->terminals->pdata[middle];

    if (t->info->index == index)
      return t;
    if (t->info->index < index)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

static void
list_terminals (TabellaVerifier *v)
{
  for (guint i = 0; i < v->manifest->terminals->len; i++) {
    TabellaVerifyTerminal *t = g_new0 (TabellaVerifyTerminal, 1);

    t->info = v->manifest->terminals->pdata[i];
    tabella_amendments_status (v->manifest, v->amendments, t->info, &t->status);
    g_ptr_array_add (v->terminals, t);
  }
  for (guint i = 0; i < v->batches->len; i++) {
    TabellaVerifyBatch *b = v->batches->pdata[i];
    TabellaVerifyTerminal *t = tabella_verify_terminal (v, b->info->index);

    if (b->batch != NULL && b->batch->number != b->number)
      tabella_verify_fail (&v->findings[6], "%s: its header says batch %u", b->where,
                           b->batch->number);
    if (b->quarantined) {
      t->quarantined = t->batch == NULL;
      continue;
    }
    if (t->batch != NULL)
      tabella_verify_fail (&v->findings[6], "%s and batch %u: only its last one counts", b->where,
                           t->batch->number);
    if (t->batch == NULL || t->batch->number < b->number)
      t->batch = b;
  }
}

/* By amendments alone the organisers can leave votes out: nobody shall have to look for those. */
static void
say_what_is_missing (TabellaVerifier *v, const TabellaVerifyTerminal *t)
{
  if (t->status.revoked)
    tabella_verify_incident (v, "terminal %u is revoked: its ballots do not count", t->info->index);
  else if (t->status.ended && t->status.ended_batch == 0)
    tabella_verify_incident (
        v, "terminal %u was ended by an amendment without a batch: no ballot of it counts",
        t->info->index);
  else if (t->status.ended)
    tabella_verify_incident (
        v, "terminal %u was ended by an amendment at batch %u: what came later does not count",
        t->info->index, t->status.ended_batch);
}

void
tabella_verify_complete (TabellaVerifier *v)
{
  list_terminals (v);
  for (guint i = 0; i < v->terminals->len; i++) {
    const TabellaVerifyTerminal *t = v->terminals->pdata[i];

    check_terminal (v, t);
    say_what_is_missing (v, t);
    if (t->status.revoked || t->quarantined)
      v->excluded++;
  }
  for (guint i = 0; i < v->batches->len; i++) {
    const TabellaVerifyBatch *b = v->batches->pdata[i];

    if (b->quarantined)
      check_quarantined (v, tabella_verify_terminal (v, b->info->index), b);
  }
}
