/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "status.h"
#include "files.h"
#include "count.h"
#include "receipts.h"

#include <string.h>

typedef struct {
  TabellaStore *store;
  TabellaEvidence *e;
  GArray *receipts; /* Receipt: read and checked once */
  TabellaCentreStatus *status;
} Looking;

/* A receipt whose signature fits. */
typedef struct {
  TabellaBatchText batch;
  const char *text;
} Receipt;

static void
terminal_at_free (gpointer data)
{
  TabellaTerminalAt *t = data;

  g_array_unref (t->gaps);
  g_free (t->note);
  g_free (t);
}

void
tabella_centre_status_free (TabellaCentreStatus *s)
{
  g_clear_pointer (&s->terminals, g_ptr_array_unref);
  g_clear_pointer (&s->missing, g_ptr_array_unref);
  g_clear_pointer (&s->undecided, g_ptr_array_unref);
  g_clear_pointer (&s->receipts, g_ptr_array_unref);
  g_clear_pointer (&s->incidents, g_ptr_array_unref);
  g_free (s);
}

const char *
tabella_at_name (TabellaAt at)
{
  static const char *const names[] = {
    [TABELLA_AT_WAITING] = "waiting", [TABELLA_AT_FINAL] = "final",
    [TABELLA_AT_ENDED] = "ended",     [TABELLA_AT_REVOKED] = "revoked",
    [TABELLA_AT_FORK] = "fork",       [TABELLA_AT_QUARANTINED] = "quarantined",
    [TABELLA_AT_UNUSED] = "unused",
  };

  return (guint)at < G_N_ELEMENTS (names) ? names[at] : "unknown";
}

/* The `copied` line of a number in an open batch; NULL: none. */
static GArray *
journal_of (const TabellaEvidence *e, const TabellaHeld *h)
{
  guint8 head[32];

  return h->batch == NULL ? NULL
                          : tabella_journal_parse (e->ctx->he, h->batch->journal,
                                                   h->batch->journal_size, head, NULL);
}

static const TabellaEventLine *
find_copied (GArray *lines, guint16 number)
{
  for (guint i = 0; lines != NULL && i < lines->len; i++) {
    const TabellaEventLine *line = &g_array_index (lines, TabellaEventLine, i);

    if (line->kind == TABELLA_EVENT_COPIED && line->number == number)
      return line;
  }
  return NULL;
}

static gboolean
same_batch (const TabellaHeld *h, const TabellaBatchText *r)
{
  return memcmp (h->digest, r->digest, sizeof h->digest) == 0 &&
         h->interim == (r->kind == TABELLA_BATCH_INTERIM) &&
         (h->batch == NULL ||
          (h->batch->counts.cast == r->cast && h->batch->counts.checked_in == r->checked_in &&
           h->batch->counts.challenged == r->challenged));
}

static TabellaReceiptAt
compare_receipt (const TabellaEvidence *e, const TabellaBatchText *r)
{
  TabellaReceiptAt found = TABELLA_RECEIPT_MISSING;

  for (guint i = 0; i < e->held->len; i++) {
    const TabellaHeld *h = g_ptr_array_index (e->held, i);
    g_autoptr (GArray) lines = NULL;
    const TabellaEventLine *line;

    if (h->terminal != r->terminal || h->quarantine != NULL || h->number < r->number)
      continue;
    if (h->number == r->number && same_batch (h, r))
      return TABELLA_RECEIPT_MATCHES;
    lines = h->number > r->number ? journal_of (e, h) : NULL;
    line = find_copied (lines, r->number);
    if (line != NULL && memcmp (line->digest, r->digest, sizeof line->digest) == 0)
      return TABELLA_RECEIPT_MATCHES;
    if (h->number == r->number || line != NULL)
      found = TABELLA_RECEIPT_DIFFERS;
  }
  return found;
}

static gboolean
read_receipt (const TabellaEvidence *e, const char *text, TabellaBatchText *r)
{
  const TabellaTerminalInfo *t;

  if (!tabella_batch_text_parse (text, r, NULL))
    return FALSE;
  t = tabella_manifest_terminal (e->manifest, r->terminal);
  return t != NULL && tabella_batch_text_check (r, e->ctx->he, t->ballot_key);
}

TabellaReceiptAt
tabella_receipt_compare (const TabellaEvidence *e, const char *text, char **sentence)
{
  TabellaReceiptAt at = TABELLA_RECEIPT_BAD;
  g_autofree char *where = NULL;
  TabellaBatchText r;
  const char *what;

  if (read_receipt (e, text, &r)) {
    at = compare_receipt (e, &r);
    where = tabella_terminal_words (e, r.terminal);
  }
  if (sentence == NULL)
    return at;
  what = at == TABELLA_RECEIPT_MATCHES ? "its receipt matches"
         : at == TABELLA_RECEIPT_MISSING
             ? "there is a receipt, but the batch is not here: import it"
             : "its receipt is not of the batch that is here";
  *sentence = at == TABELLA_RECEIPT_BAD
                  ? g_strdup ("not a batch receipt of this election: scan the station's code again")
                  : g_strdup_printf ("%s, %s %u: %s", where,
                                     r.kind == TABELLA_BATCH_FINAL ? "final" : "safety copy",
                                     r.number, what);
  return at;
}

/* The highest number that anything names. */
static guint
highest_named (const Looking *l, const TabellaTerminalInfo *t)
{
  guint highest = 0;

  for (guint i = 0; i < l->e->held->len; i++) {
    const TabellaHeld *h = g_ptr_array_index (l->e->held, i);

    if (h->terminal == t->index && h->quarantine == NULL)
      highest = MAX (highest, h->number);
  }
  for (guint i = 0; i < l->receipts->len; i++) {
    const Receipt *r = &g_array_index (l->receipts, Receipt, i);

    if (r->batch.terminal == t->index)
      highest = MAX (highest, r->batch.number);
  }
  return highest;
}

static void
find_gaps (const Looking *l, const TabellaTerminalInfo *t, GArray *gaps)
{
  guint highest = highest_named (l, t);

  for (guint n = 1; n <= highest; n++) {
    gboolean here = FALSE;
    guint16 number = (guint16)n;

    for (guint i = 0; i < l->e->held->len; i++) {
      const TabellaHeld *h = g_ptr_array_index (l->e->held, i);

      here |= h->terminal == t->index && h->number == n && h->quarantine == NULL;
    }
    if (!here)
      g_array_append_val (gaps, number);
  }
}

static gboolean
has_fork (const TabellaEvidence *e, guint16 terminal)
{
  guint finals = 0;
  const TabellaHeld *before = NULL;

  for (guint i = 0; i < e->held->len; i++) {
    const TabellaHeld *h = g_ptr_array_index (e->held, i);

    if (h->terminal != terminal || h->quarantine != NULL)
      continue;
    if (before != NULL && before->number == h->number)
      return TRUE;
    finals += !h->interim;
    before = h;
  }
  return finals > 1;
}

static TabellaAt
place (const TabellaEvidence *e, const TabellaTerminalInfo *t, const TabellaTerminalStatus *status,
       const TabellaHeld *last)
{
  const TabellaHeld *bad = tabella_evidence_quarantined (e, t);

  if (status->revoked)
    return TABELLA_AT_REVOKED;
  if (last == NULL && bad != NULL)
    return bad->waits > 0 ? TABELLA_AT_WAITING : TABELLA_AT_QUARANTINED;
  if (last == NULL && !(status->ended && status->ended_batch == 0) && has_fork (e, t->index))
    return TABELLA_AT_FORK;
  if (status->ended)
    return TABELLA_AT_ENDED;
  if (last != NULL)
    return TABELLA_AT_FINAL;
  return status->role == TABELLA_ROLE_SPARE ? TABELLA_AT_UNUSED : TABELLA_AT_WAITING;
}

static void
add_note (TabellaTerminalAt *at, const char *text)
{
  g_autofree char *before = g_steal_pointer (&at->note);

  at->note = before != NULL ? g_strdup_printf ("%s; %s", before, text) : g_strdup (text);
}

static void
note_receipts (Looking *l, TabellaTerminalAt *at)
{
  for (guint i = 0; i < l->receipts->len; i++) {
    const Receipt *r = &g_array_index (l->receipts, Receipt, i);
    g_autofree char *sentence = NULL;

    if (r->batch.terminal != at->terminal ||
        tabella_receipt_compare (l->e, r->text, &sentence) == TABELLA_RECEIPT_MATCHES)
      continue;
    add_note (at, sentence);
    g_ptr_array_add (l->status->receipts, g_steal_pointer (&sentence));
  }
}

static TabellaTerminalAt *
look_at (Looking *l, const TabellaTerminalInfo *t)
{
  TabellaTerminalAt *at = g_new0 (TabellaTerminalAt, 1);
  const TabellaHeld *last;
  g_autofree char *why = NULL, *where = NULL;
  TabellaTerminalStatus status;

  tabella_evidence_status (l->e, t, &status);
  last = tabella_evidence_last (l->e, t, &why);
  at->terminal = t->index;
  at->station = t->station;
  at->role = status.role;
  at->gaps = g_array_new (FALSE, FALSE, sizeof (guint16));
  at->settled = tabella_evidence_settled (l->e, t, NULL);
  at->at = place (l->e, t, &status, last);
  at->last_number = last != NULL ? last->number : 0;
  if (last != NULL && last->batch != NULL) {
    at->cast = last->batch->counts.cast;
    at->checkins = last->batch->counts.checked_in;
    at->challenged = last->batch->counts.challenged;
  }
  find_gaps (l, t, at->gaps);
  if (at->at == TABELLA_AT_QUARANTINED || at->at == TABELLA_AT_FORK ||
      (at->at == TABELLA_AT_WAITING && tabella_evidence_quarantined (l->e, t) != NULL))
    add_note (at, why);
  note_receipts (l, at);
  if (!at->settled) {
    where = tabella_terminal_words (l->e, t->index);
    g_ptr_array_add (l->status->missing,
                     g_strdup_printf ("%s (terminal %u): %s", where, t->index, why));
  }
  return at;
}

/* TRUE if a request waits for answers: nothing else can be asked meanwhile. */
static gboolean
find_waiting (Looking *l)
{
  gboolean waiting = FALSE;

  for (guint i = 0; i < l->e->asked->len; i++) {
    const TabellaAsked *a = g_ptr_array_index (l->e->asked, i);

    if (a->shared != NULL || a->purpose == TABELLA_REQUEST_TALLY)
      continue;
    waiting = TRUE;
    g_ptr_array_add (l->status->missing,
                     g_strdup_printf ("requests/%s needs %u trustees' answers: `tabella trustee "
                                      "decrypt requests/%s`, then `tabella combine requests/%s`",
                                      a->name, l->e->keys.t, a->name, a->name));
  }
  return waiting;
}

static void
list_undecided (Looking *l, GArray *opened)
{
  g_autoptr (GArray) undecided = tabella_undecided (l->e, opened);

  for (guint i = 0; i < undecided->len; i++) {
    const TabellaOpened *o =
        &g_array_index (opened, TabellaOpened, g_array_index (undecided, guint, i));

    g_ptr_array_add (l->status->undecided, tabella_provisional_ref (o->terminal, o->record.p));
  }
}

/* What comes next on the way from check-ins to the strike. */
static void
look_at_checkins (Looking *l)
{
  g_autofree char *roll = g_build_filename (tabella_store_folder (l->store), "roll", NULL);
  g_autoptr (GError) failed = NULL;
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) opened = tabella_opening_all (l->e, roll, found, &failed);
  g_autoptr (TabellaCount) c = NULL;
  gboolean waiting = find_waiting (l);

  if (opened != NULL) {
    list_undecided (l, opened);
    c = tabella_count_strike (l->e, roll, &failed);
  }
  if (c == NULL) {
    tabella_evidence_incidents (l->e, l->status->incidents);
    for (guint i = 0; opened != NULL && i < found->len; i++)
      g_ptr_array_add (l->status->incidents, g_strdup (g_ptr_array_index (found, i)));
    if (!waiting)
      g_ptr_array_add (l->status->missing, g_strdup (failed->message));
    return;
  }
  for (guint i = 0; i < c->incidents->len; i++)
    g_ptr_array_add (l->status->incidents, g_strdup (g_ptr_array_index (c->incidents, i)));
  if (c->request->points->len > 0 && !waiting)
    g_ptr_array_add (l->status->missing,
                     g_strdup_printf ("%u check-ins are to be struck: `tabella request strike`",
                                      c->request->points->len));
}

static GArray *
read_receipts (const TabellaEvidence *e, GPtrArray *texts)
{
  GArray *receipts = g_array_new (FALSE, FALSE, sizeof (Receipt));

  for (guint i = 0; i < texts->len; i++) {
    Receipt r = { .text = g_ptr_array_index (texts, i) };

    if (read_receipt (e, r.text, &r.batch))
      g_array_append_val (receipts, r);
  }
  return receipts;
}

TabellaCentreStatus *
tabella_centre_status (TabellaStore *s, GError **error)
{
  g_autoptr (TabellaCentreStatus) status = g_new0 (TabellaCentreStatus, 1);
  g_autoptr (TabellaEvidence) e = tabella_store_evidence (s, error);
  g_autoptr (GPtrArray) texts = e != NULL ? tabella_store_receipts (s, error) : NULL;
  g_autofree char *result = g_build_filename (tabella_store_folder (s), "result.json", NULL);
  g_autoptr (GArray) receipts = NULL;
  Looking l = { s, e, NULL, status };

  if (texts == NULL || !tabella_store_tally_asked (s, &status->tally_asked, error) ||
      !tabella_file_exists (result, &status->result, error))
    return NULL;
  l.receipts = receipts = read_receipts (e, texts);
  status->terminals = g_ptr_array_new_with_free_func (terminal_at_free);
  status->missing = g_ptr_array_new_with_free_func (g_free);
  status->undecided = g_ptr_array_new_with_free_func (g_free);
  status->receipts = g_ptr_array_new_with_free_func (g_free);
  status->incidents = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < e->manifest->terminals->len; i++) {
    TabellaTerminalAt *at = look_at (&l, g_ptr_array_index (e->manifest->terminals, i));

    g_ptr_array_add (status->terminals, at);
    if (at->at != TABELLA_AT_UNUSED) {
      status->needed++;
      status->settled += at->settled;
    }
  }
  look_at_checkins (&l);
  return g_steal_pointer (&status);
}
