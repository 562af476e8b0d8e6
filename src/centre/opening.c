/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "opening.h"
#include "check.h"
#include "slices.h"

#include <string.h>

#define AT_R 48

enum { WHICH_CHECKINS = 1, WHICH_SEALED = 2 };

static gboolean
invalid (GError **error, const TabellaEvidence *e, guint16 terminal, const char *what)
{
  g_autofree char *where = tabella_terminal_words (e, terminal);

  g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID, "%s: %s", where, what);
  return FALSE;
}

/* Is this another file than the one whose point was asked? A final and a safety copy can claim one
 * number, too. R stands after a sealed file's header. */
static gboolean
is_of_another (const TabellaRequestPoint *p, const TabellaHeld *last)
{
  GBytes *file = p->label[2] == WHICH_SEALED ? last->sealed : last->checkins;

  return file == NULL || g_bytes_get_size (file) < AT_R + sizeof p->point.b ||
         memcmp ((const guint8 *)g_bytes_get_data (file, NULL) + AT_R, p->point.b,
                 sizeof p->point.b) != 0;
}

/* Never two numbers of one terminal: two opened states would show who came in between. Nor may an
 * amendment name the other of two files later, whose check-ins would then stay sealed. */
static gboolean
check_number (const TabellaEvidence *e, const TabellaHeld *last, GError **error)
{
  for (guint i = 0; i < e->asked->len; i++) {
    const TabellaAsked *a = g_ptr_array_index (e->asked, i);

    for (guint j = 0; a->purpose == TABELLA_REQUEST_CHECKINS && j < a->request->points->len; j++) {
      const TabellaRequestPoint *p = &g_array_index (a->request->points, TabellaRequestPoint, j);

      if (p->label[0] == last->terminal && (p->label[1] != last->number || is_of_another (p, last)))
        return invalid (error, e, last->terminal,
                        "the check-ins of another of its batches were asked for before; end it at "
                        "that one, or at 0");
    }
  }
  return TRUE;
}

static gboolean
add_point (const TabellaEvidence *e, TabellaRequest *request, const TabellaHeld *last,
           GHashTable *seen, GError **error)
{
  gboolean whole = last->interim && last->ballots == NULL, asked;
  guint16 which = whole ? WHICH_SEALED : WHICH_CHECKINS;
  GBytes *file = whole ? last->sealed : last->checkins;
  guint32 count;
  TabellaPoint r;

  if (!check_number (e, last, error) ||
      !tabella_sealed_check (e->ctx, whole, last->terminal, last->number, file, &count, &r, error))
    return FALSE;
  if (!g_hash_table_add (seen, g_bytes_new (r.b, sizeof r.b)))
    return invalid (error, e, last->terminal,
                    "its sealed file has the same key as another terminal's; end one of them at 0");
  tabella_evidence_shared (e, last->terminal, last->number, which, &asked);
  if (!asked)
    tabella_request_add (request, last->terminal, last->number, which, &r);
  return TRUE;
}

TabellaRequest *
tabella_opening_request (const TabellaEvidence *e, GError **error)
{
  g_autoptr (TabellaRequest) request = tabella_request_new (TABELLA_REQUEST_CHECKINS);
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);

  for (guint i = 0; i < e->manifest->terminals->len; i++) {
    const TabellaTerminalInfo *t = g_ptr_array_index (e->manifest->terminals, i);
    const TabellaHeld *last = tabella_evidence_last (e, t, NULL);

    if (last != NULL && !add_point (e, request, last, seen, error))
      return NULL;
  }
  tabella_request_sort (request);
  return g_steal_pointer (&request);
}

static void
unseal (TabellaEvidence *e, TabellaHeld *held, const TabellaPoint *shared)
{
  g_autoptr (GError) failed = NULL;

  if (tabella_sealed_open (e->ctx, held->terminal, held->number, held->sealed, shared,
                           &held->ballots, &held->minisig, &held->checkins, &failed) &&
      tabella_check_batch (e, held, TABELLA_CHECK_ALL, NULL, NULL, &failed))
    return;
  held->quarantine = g_strdelimit (g_strdup (failed->message), "\n\r", ' ');
}

gboolean
tabella_opening_unseal (TabellaEvidence *e, GError **error)
{
  for (guint i = 0; i < e->manifest->terminals->len; i++) {
    const TabellaTerminalInfo *t = g_ptr_array_index (e->manifest->terminals, i);
    TabellaHeld *last = tabella_evidence_last (e, t, NULL);
    const TabellaPoint *shared;

    if (last == NULL || !last->interim || last->ballots != NULL)
      continue;
    shared = tabella_evidence_shared (e, last->terminal, last->number, WHICH_SEALED, NULL);
    if (shared != NULL)
      unseal (e, last, shared);
  }
  return TRUE;
}

/* What is summed up over all terminals of a station. */
typedef struct {
  const TabellaEvidence *e;
  gint64 *balance; /* by station − 1 and style: tickets given or voted, less ballots cast */
  GArray *opened;
  TabellaSlices *slices; /* or NULL */
  GPtrArray *incidents;
} Opening;

static void
opened_clear (gpointer data)
{
  sodium_memzero (data, sizeof (TabellaOpened));
}

static gint64 *
balance_of (Opening *o, guint16 station, guint16 style)
{
  return &o->balance[(gsize)(station - 1) * o->e->ctx->n_styles + style];
}

static void
incident (Opening *o, const TabellaTerminalInfo *t, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
incident (Opening *o, const TabellaTerminalInfo *t, const char *format, ...)
{
  g_autofree char *where = tabella_terminal_words (o->e, t->index);
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (o->incidents, g_strdup_printf ("%s: %s", where, text));
}

/* May a record of this kind come without a link (section 6)? Whether p is in the lane shows the
 * slice. */
static gboolean
may_be_unlinked (const Opening *o, const TabellaTerminalStatus *status, const TabellaCheckin *c)
{
  const TabellaPolicies *p = &o->e->manifest->election->policies;

  return c->kind == TABELLA_CHECKIN_PAPER ||
         (c->kind == TABELLA_CHECKIN_ROLL && p->voting == TABELLA_VOTING_ASSIGNED &&
          p->rule == TABELLA_RULE_ASSIGNED_THEN_LOT && !p->paper_prevails && !status->took_over);
}

static void
count_records (Opening *o, const TabellaTerminalInfo *t, const TabellaBatch *b, GArray *records)
{
  const TabellaElection *election = o->e->manifest->election;
  TabellaTerminalStatus status;
  guint32 states[4] = { 0 };
  guint outside = 0, unlinked = 0, styles = 0;

  tabella_evidence_status (o->e, t, &status);
  for (guint i = 0; i < records->len; i++) {
    const TabellaCheckin *c = &g_array_index (records, TabellaCheckin, i);
    TabellaOpened one = { .terminal = t->index, .record = *c };

    states[c->state]++;
    if (c->kind != TABELLA_CHECKIN_PAPER && tabella_link_is_zero (c->link) &&
        !may_be_unlinked (o, &status, c))
      unlinked++;
    if (c->kind == TABELLA_CHECKIN_ROLL && o->slices != NULL &&
        !tabella_slices_has (o->slices, t, &status, c->p))
      outside++;
    if (!tabella_election_style_allowed (election, t->station, c->style))
      styles++;
    else if (c->state == TABELLA_CHECKIN_GIVEN || c->state == TABELLA_CHECKIN_VOTED)
      ++*balance_of (o, t->station, c->style);
    g_array_append_val (o->opened, one);
    opened_clear (&one);
  }
  if (records->len != b->counts.checked_in || states[1] != b->counts.given ||
      states[2] != b->counts.voted || states[3] != b->counts.left)
    incident (o, t, "its check-ins are not those that its batch counts");
  if (outside > 0)
    incident (o, t, "%u check-ins from the roll are of persons who are not in its part of the roll",
              outside);
  if (unlinked > 0)
    incident (o, t, "%u check-ins have no link and should have one", unlinked);
  if (styles > 0)
    incident (o, t, "%u check-ins are of a style that the station does not have", styles);
}

/* FALSE only if they are not open yet. */
static gboolean
open_one (Opening *o, const TabellaTerminalInfo *t, const TabellaHeld *last, GPtrArray *waiting)
{
  const TabellaPoint *shared;
  g_autoptr (GError) failed = NULL;
  g_autoptr (GArray) records = NULL;

  shared = last->batch == NULL
               ? NULL
               : tabella_evidence_shared (o->e, last->terminal, last->number, WHICH_CHECKINS, NULL);
  if (shared == NULL) {
    g_ptr_array_add (waiting, tabella_terminal_words (o->e, t->index));
    return FALSE;
  }
  for (guint i = 0; i < last->batch->cast->len; i++)
    --*balance_of (o, t->station, g_array_index (last->batch->cast, TabellaBallotRecord, i).style);
  records = tabella_checkins_open (o->e->ctx, last->terminal, last->number, last->checkins, shared,
                                   &failed);
  if (records == NULL) {
    incident (o, t, "its check-ins cannot be read: %s", failed->message);
    return TRUE;
  }
  count_records (o, t, last->batch, records);
  return TRUE;
}

static void
compare_balance (Opening *o)
{
  const TabellaElection *election = o->e->manifest->election;

  for (guint16 s = 1; s <= election->stations->len; s++)
    for (guint16 style = 0; style < o->e->ctx->n_styles; style++)
      if (*balance_of (o, s, style) < 0)
        g_ptr_array_add (o->incidents,
                         g_strdup_printf ("Station %u, style %s: %" G_GINT64_FORMAT
                                          " more ballots were cast than tickets given",
                                          s, tabella_election_style (election, style)->id,
                                          -*balance_of (o, s, style)));
}

static guint
expected_records (const TabellaEvidence *e)
{
  guint64 n = 0;

  for (guint i = 0; i < e->held->len; i++) {
    const TabellaHeld *h = g_ptr_array_index (e->held, i);

    /* A quarantined one may count whatever it likes. */
    n += h->batch != NULL && h->quarantine == NULL ? h->batch->counts.checked_in : 0;
  }
  return (guint)MIN (n, G_MAXINT / sizeof (TabellaOpened));
}

GArray *
tabella_opening_all (const TabellaEvidence *e, const char *slices_folder, GPtrArray *incidents,
                     GError **error)
{
  /* Sized at once: a growing array would leave copies in freed memory. */
  g_autoptr (GArray) opened =
      g_array_sized_new (FALSE, FALSE, sizeof (TabellaOpened), expected_records (e));
  g_autofree gint64 *balance =
      g_new0 (gint64, (gsize)e->manifest->election->stations->len * e->ctx->n_styles);
  g_autoptr (TabellaSlices) slices =
      slices_folder != NULL ? tabella_slices_new (e->manifest, slices_folder) : NULL;
  g_autoptr (GPtrArray) waiting = g_ptr_array_new_with_free_func (g_free);
  Opening o = { e, balance, opened, slices, incidents };

  g_array_set_clear_func (opened, opened_clear);
  for (guint i = 0; i < e->manifest->terminals->len; i++) {
    const TabellaTerminalInfo *t = g_ptr_array_index (e->manifest->terminals, i);
    const TabellaHeld *last = tabella_evidence_last (e, t, NULL);

    if (last == NULL)
      continue;
    if (!check_number (e, last, error))
      return NULL;
    open_one (&o, t, last, waiting);
  }
  if (slices != NULL && !tabella_slices_all_read (slices, error))
    return NULL;
  if (waiting->len > 0) {
    g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE,
                 "the check-ins of %s%s are not open yet: `tabella request checkins`, have it "
                 "answered and combine it",
                 (char *)g_ptr_array_index (waiting, 0), waiting->len > 1 ? " and others" : "");
    return NULL;
  }
  compare_balance (&o);
  return g_steal_pointer (&opened);
}
