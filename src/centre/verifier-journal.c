/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verifier-private.h"

#include <string.h>

/* A batch's journal: its chain and its story (7), its copies (6), its amendments (4). */

typedef struct {
  const TabellaVerifier *v;
  TabellaVerifyBatch *b;
  guint zero_reports, opened, closed, copied;
  guint16 amended; /* the last number */
  const guint8 *last_copy;
  GPtrArray *amendments;
  GPtrArray *absent; /* TabellaAmendment: those that only this journal tells of */
} Story;

/* A quarantined batch that names an amendment which the record does not have, or has otherwise:
 * whoever kept the right one back must gain nothing, so this alone is no reason to put the batch
 * aside (check 6). */
static void
suppose (Story *s, const TabellaEventLine *line, guint number)
{
  TabellaAmendment *a = g_new0 (TabellaAmendment, 1);

  a->number = line->number;
  a->kind = (TabellaAmendKind)line->amend_kind;
  a->target = line->target;
  a->value = line->value;
  g_ptr_array_add (s->absent, a);
  if (!tabella_amendment_possible (s->v->manifest, a)) {
    tabella_verify_fail (&s->b->findings[4],
                         "%s: journal line %u: no amendment of kind %u has target %u and value %u",
                         s->b->where, number, line->amend_kind, line->target, line->value);
    return;
  }
  g_ptr_array_add (s->amendments, a);
  if (s->b->waits == 0)
    s->b->waits = line->number;
}

static void
take_amended (Story *s, const TabellaEventLine *line, guint number)
{
  TabellaVerifyFinding *f = &s->b->findings[4];
  TabellaAmendment *a = tabella_verify_amendment (s->v, line->number);
  gboolean same;

  if (line->number <= s->amended)
    tabella_verify_fail (f, "%s: journal line %u: amendment %u after amendment %u", s->b->where,
                         number, line->number, s->amended);
  s->amended = line->number;
  same = a != NULL && (guint)a->kind == line->amend_kind && a->target == line->target &&
         a->value == line->value;
  if (!same && s->b->quarantined) {
    suppose (s, line, number);
    return;
  }
  if (a == NULL) {
    tabella_verify_fail (f, "%s: journal line %u: amendment %u is not in amendments/", s->b->where,
                         number, line->number);
    return;
  }
  if (!same)
    tabella_verify_fail (f, "%s: journal line %u: amendment %u reads otherwise in amendments/",
                         s->b->where, number, line->number);
  g_ptr_array_add (s->amendments, a);
}

static void
take_zero_report (Story *s, const TabellaEventLine *line, guint number)
{
  TabellaVerifyFinding *f = &s->b->findings[7];

  if (++s->zero_reports > 1)
    tabella_verify_fail (f, "%s: journal line %u: a second zero report", s->b->where, number);
  if (line->checked_in != 0 || line->cast != 0 || line->challenged != 0)
    tabella_verify_fail (f, "%s: journal line %u: the zero report does not count zero", s->b->where,
                         number);
}

static void
take_closed (Story *s, const TabellaEventLine *line, guint number)
{
  const TabellaCounts *c = &s->b->batch->counts;

  s->closed++;
  if (line->checked_in != c->checked_in || line->cast != c->cast ||
      line->challenged != c->challenged)
    tabella_verify_fail (
        &s->b->findings[7],
        "%s: journal line %u: closed with %u check-ins, %u cast, %u challenged; the "
        "header says %u, %u, %u",
        s->b->where, number, line->checked_in, line->cast, line->challenged, c->checked_in, c->cast,
        c->challenged);
}

static void
take_line (Story *s, const TabellaEventLine *line, guint number)
{
  TabellaVerifyFinding *f = &s->b->findings[7];

  if ((line->kind == TABELLA_EVENT_ENROLLED) != (number == 1))
    tabella_verify_fail (f, "%s: journal line %u: the first line and no other is `enrolled`",
                         s->b->where, number);
  if (line->kind == TABELLA_EVENT_ZERO_REPORT) {
    take_zero_report (s, line, number);
  } else if (line->kind == TABELLA_EVENT_OPENED) {
    if (s->zero_reports == 0)
      tabella_verify_fail (f, "%s: journal line %u: opened without a zero report", s->b->where,
                           number);
    s->opened++;
  } else if (line->kind == TABELLA_EVENT_CLOSED) {
    take_closed (s, line, number);
  } else if (line->kind == TABELLA_EVENT_AMENDED) {
    take_amended (s, line, number);
  } else if (line->kind == TABELLA_EVENT_COPIED) {
    if (line->number != ++s->copied)
      tabella_verify_fail (&s->b->findings[6],
                           "%s: journal line %u: safety copy %u where number %u comes", s->b->where,
                           number, line->number, s->copied);
    s->last_copy = line->digest;
  }
}

/* What the whole journal must hold. */
static void
conclude (const Story *s)
{
  static const guint8 zeros[32];
  TabellaVerifyBatch *b = s->b;
  const GArray *lines = b->journal;
  gboolean final = b->batch->kind == TABELLA_BATCH_FINAL;
  gboolean closed_last =
      lines->len > 0 &&
      g_array_index (lines, TabellaEventLine, lines->len - 1).kind == TABELLA_EVENT_CLOSED;

  if (s->opened == 0)
    tabella_verify_fail (&b->findings[7], "%s: its journal has no opening", b->where);
  if (final && (s->closed != 1 || !closed_last))
    tabella_verify_fail (&b->findings[7], "%s: a final's journal ends with its one `closed` line",
                         b->where);
  if (!final && s->closed > 0)
    tabella_verify_fail (&b->findings[7], "%s: a safety copy with a `closed` line", b->where);
  if (b->batch->number != s->copied + 1)
    tabella_verify_fail (&b->findings[6], "%s: its header says batch %u after %u safety copies",
                         b->where, b->batch->number, s->copied);
  if (memcmp (b->batch->previous, s->last_copy != NULL ? s->last_copy : zeros, 32) != 0)
    tabella_verify_fail (&b->findings[6],
                         "%s: the header's previous digest is not that of the last safety copy in "
                         "its journal",
                         b->where);
}

void
tabella_verify_journal (const TabellaVerifier *v, TabellaVerifyBatch *b)
{
  g_autoptr (GPtrArray) amendments = g_ptr_array_new ();
  g_autoptr (GPtrArray) absent =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_amendment_free);
  g_autoptr (GError) error = NULL;
  Story s = { .v = v, .b = b, .amendments = amendments, .absent = absent };
  guint8 head[32];

  b->journal =
      tabella_journal_parse (b->batch->he, b->batch->journal, b->batch->journal_size, head, &error);
  if (b->journal == NULL) {
    tabella_verify_fail (&b->findings[7], "%s: %s", b->where, error->message);
    tabella_verify_miss (&b->findings[4], "%s: its journal cannot be read", b->where);
    tabella_verify_miss (&b->findings[6], "%s: its journal cannot be read", b->where);
    tabella_amendments_status (v->manifest, v->amendments, b->info, &b->status);
    return;
  }
  if (memcmp (head, b->batch->journal_head, sizeof head) != 0)
    tabella_verify_fail (&b->findings[7],
                         "%s: its journal's chain does not end in the header's journal head",
                         b->where);
  for (guint i = 0; i < b->journal->len; i++)
    take_line (&s, &g_array_index (b->journal, TabellaEventLine, i), i + 1);
  conclude (&s);
  tabella_amendments_status (v->manifest, amendments, b->info, &b->status);
}
