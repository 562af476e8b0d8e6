/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verifier-private.h"

#include <string.h>
#include "codes.h"
#include "receipts.h"

/* Check 17: texts that observers bring. */

typedef struct {
  TabellaVerifier *v;
  guint number; /* the text's place, from 1 */
  const char *kind;
  const TabellaVerifyTerminal *t;
  guint16 terminal;
} Receipt;

static void mismatch (const Receipt *r, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
mismatch (const Receipt *r, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  tabella_verify_fail (&r->v->findings[17], "receipt %u (%s of terminal %u): %s", r->number,
                       r->kind, r->terminal, text);
}

static void
odd (const Receipt *r, const char *what)
{
  tabella_verify_incident (r->v, "receipt %u (%s of terminal %u): %s", r->number, r->kind,
                           r->terminal, what);
}

/* Of this election, and of a terminal whose ballots count. FALSE: it has been dealt with. */
static gboolean
takes (Receipt *r, const guint8 he8[8], gboolean is_signed)
{
  if (memcmp (he8, r->v->ctx->he, 8) != 0) {
    mismatch (r, "it is of another election");
  } else if (r->t == NULL) {
    mismatch (r, "there is no such terminal");
  } else if (!is_signed) {
    mismatch (r, "its signature is not the terminal's: it proves nothing; leave it out");
  } else if (r->t->status.revoked || r->t->quarantined) {
    odd (r, r->t->status.revoked ? "the terminal is revoked: what it says does not count"
                                 : "the terminal is quarantined: what it says does not count");
  } else if (r->t->batch != NULL && r->t->batch->batch == NULL) {
    tabella_verify_miss (&r->v->findings[17], "%s was not read", r->t->batch->where);
  } else {
    return TRUE;
  }
  return FALSE;
}

static const guint8 *
ballot_key (const Receipt *r)
{
  static const guint8 none[32];

  return r->t != NULL ? r->t->info->ballot_key : none;
}

/* --- Batches --- */

static void
check_copy (const Receipt *r, const TabellaBatchText *text)
{
  const GArray *lines = r->t->batch->journal;

  for (guint i = 0; lines != NULL && i < lines->len; i++) {
    const TabellaEventLine *line = &g_array_index (lines, TabellaEventLine, i);

    if (line->kind == TABELLA_EVENT_COPIED && line->number == text->number &&
        text->kind == TABELLA_BATCH_INTERIM &&
        memcmp (line->digest, text->digest, sizeof line->digest) == 0)
      return;
  }
  mismatch (r, "batch %u: it is not the safety copy that the journal names", text->number);
}

static void
check_last (const Receipt *r, const TabellaBatchText *text)
{
  const TabellaBatch *batch = r->t->batch->batch;
  const TabellaTerminalStatus *s = &r->t->status;

  if (text->kind != batch->kind || text->checked_in != batch->counts.checked_in ||
      text->cast != batch->counts.cast || text->challenged != batch->counts.challenged)
    mismatch (r, "batch %u: its counts are not those of the record's batch", text->number);
  /* A safety copy's digest is that of its sealed form: only an amendment can name it. */
  else if (batch->kind == TABELLA_BATCH_FINAL
               ? memcmp (text->digest, batch->digest, sizeof text->digest) != 0
               : s->has_digest && memcmp (text->digest, s->digest, sizeof text->digest) != 0)
    mismatch (r, "batch %u: its digest is not that of the record's batch", text->number);
}

static void
check_batch_text (Receipt *r, const char *text)
{
  TabellaBatchText b;
  g_autoptr (GError) error = NULL;

  if (!tabella_batch_text_parse (text, &b, &error)) {
    tabella_verify_fail (&r->v->findings[17], "receipt %u: %s", r->number, error->message);
    return;
  }
  r->terminal = b.terminal;
  r->t = tabella_verify_terminal (r->v, b.terminal);
  if (!takes (r, b.he8, tabella_batch_text_check (&b, r->v->ctx->he, ballot_key (r))))
    return;
  if (r->t->batch == NULL || b.number > r->t->batch->number) {
    if (r->t->status.ended)
      odd (r, "a batch that came after the one at which an amendment ended the terminal");
    else
      mismatch (r, "batch %u is not in the record", b.number);
  } else if (b.number < r->t->batch->number) {
    check_copy (r, &b);
  } else {
    check_last (r, &b);
  }
}

/* --- Codes --- */

/* Codes ascend. */
static gboolean
has_code (const GArray *records, const guint8 code[32])
{
  guint low = 0, high = records->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    int order = memcmp (g_array_index (records, TabellaBallotRecord, middle).code, code, 32);

    if (order == 0)
      return TRUE;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return FALSE;
}

/* @commitment: the code was shown and may have been challenged, or given up. */
static void
look_up (const Receipt *r, const guint8 code[32], gboolean commitment)
{
  const TabellaBatch *batch = r->t->batch != NULL ? r->t->batch->batch : NULL;
  g_autofree char *words = tabella_short_code (code);
  g_autofree char *text = g_strdup_printf ("the ballot %s is not in the record", words);

  if (batch != NULL &&
      (has_code (batch->cast, code) || (commitment && has_code (batch->challenged, code))))
    return;
  if (commitment || r->t->status.ended)
    odd (r, text);
  else
    mismatch (r, "%s", text);
}

static void
check_voter_text (Receipt *r, const char *text)
{
  TabellaReceiptText p;
  g_autoptr (GError) error = NULL;

  if (!tabella_receipt_parse (text, &p, &error)) {
    tabella_verify_fail (&r->v->findings[17], "receipt %u: %s", r->number, error->message);
    return;
  }
  r->terminal = p.terminal;
  r->t = tabella_verify_terminal (r->v, p.terminal);
  if (takes (r, p.he8, tabella_receipt_check (&p, r->v->ctx->he, ballot_key (r))))
    look_up (r, p.code, FALSE);
}

static void
check_commitment_text (Receipt *r, const char *text)
{
  TabellaCommitmentText p;
  g_autoptr (GError) error = NULL;

  if (!tabella_commitment_parse (text, &p, &error)) {
    tabella_verify_fail (&r->v->findings[17], "receipt %u: %s", r->number, error->message);
    return;
  }
  r->terminal = p.terminal;
  r->t = tabella_verify_terminal (r->v, p.terminal);
  if (takes (r, p.he8, tabella_commitment_check (&p, r->v->ctx->he, ballot_key (r))))
    look_up (r, p.code, TRUE);
}

void
tabella_verify_receipts (TabellaVerifier *v)
{
  for (guint i = 0; v->receipts != NULL && i < v->receipts->len; i++) {
    const char *payload;
    TabellaTextKind kind = tabella_text_kind (v->receipts->pdata[i], &payload);
    Receipt r = { .v = v, .number = i + 1 };

    r.kind = kind == TABELLA_TEXT_TB1 ? "TB1" : kind == TABELLA_TEXT_TV1 ? "TV1" : "TK1";
    if (kind == TABELLA_TEXT_TB1)
      check_batch_text (&r, payload);
    else if (kind == TABELLA_TEXT_TV1)
      check_voter_text (&r, payload);
    else if (kind == TABELLA_TEXT_TK1)
      check_commitment_text (&r, payload);
    else
      tabella_verify_fail (&v->findings[17],
                           "receipt %u is no receipt (TB1, TV1 or TK1): leave it out", i + 1);
  }
}
