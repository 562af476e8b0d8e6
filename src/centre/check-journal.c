/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check.h"

#include <string.h>

typedef struct {
  guint lines, zero_reports, opened, closed;
  gboolean closed_last;
  guint16 copied, amended; /* the last numbers */
  guint8 digest[32];       /* of the last copied */
  GPtrArray *amendments;   /* those that the journal names */
  GPtrArray *absent;       /* TabellaAmendment: those of them that are not there, as it has them */
} Seen;

static gboolean invalid (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
invalid (GError **error, const char *format, ...)
{
  va_list args;
  g_autofree char *text = NULL;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID, "journal: %s", text);
  return FALSE;
}

static gboolean
is_same (const TabellaAmendment *a, const TabellaEventLine *line)
{
  return a->number == line->number && (guint)a->kind == line->amend_kind &&
         a->target == line->target && a->value == line->value;
}

/* Nobody may be rid of a terminal by keeping back an amendment that it took, or by giving its
 * number to another one: what else is to be said of its batch is said as if the amendment were
 * there. */
static gboolean
see_absent (const TabellaEvidence *e, const TabellaEventLine *line, Seen *seen, GError **error)
{
  TabellaAmendment *a = g_new0 (TabellaAmendment, 1);

  a->number = line->number;
  a->kind = (TabellaAmendKind)line->amend_kind;
  a->target = line->target;
  a->value = line->value;
  g_ptr_array_add (seen->absent, a);
  if (!tabella_amendment_possible (e->manifest, a))
    return invalid (error, "amendment %u: no amendment of kind %u has target %u and value %u",
                    line->number, line->amend_kind, line->target, line->value);
  g_ptr_array_add (seen->amendments, a);
  return TRUE;
}

static gboolean
see_amended (const TabellaEvidence *e, const TabellaEventLine *line, Seen *seen, GError **error)
{
  if (line->number <= seen->amended)
    return invalid (error, "amendment %u after amendment %u", line->number, seen->amended);
  seen->amended = line->number;
  for (guint i = 0; i < e->amendments->len; i++) {
    TabellaAmendment *a = g_ptr_array_index (e->amendments, i);

    if (!is_same (a, line))
      continue;
    g_ptr_array_add (seen->amendments, a);
    return TRUE;
  }
  return see_absent (e, line, seen, error);
}

static gboolean
see (const TabellaEvidence *e, const TabellaBatch *b, const TabellaEventLine *line, Seen *seen,
     GError **error)
{
  seen->closed_last = line->kind == TABELLA_EVENT_CLOSED;
  if ((line->kind == TABELLA_EVENT_ENROLLED) != (seen->lines++ == 0))
    return invalid (error, "the first line and no other must be `enrolled`");
  if (line->kind == TABELLA_EVENT_ZERO_REPORT) {
    if (++seen->zero_reports > 1)
      return invalid (error, "more than one zero report");
    if (line->checked_in != 0 || line->cast != 0 || line->challenged != 0)
      return invalid (error, "the zero report does not count zero");
  } else if (line->kind == TABELLA_EVENT_OPENED) {
    if (seen->zero_reports != 1)
      return invalid (error, "opened without a zero report");
    seen->opened++;
  } else if (line->kind == TABELLA_EVENT_CLOSED) {
    seen->closed++;
    if (line->checked_in != b->counts.checked_in || line->cast != b->counts.cast ||
        line->challenged != b->counts.challenged)
      return invalid (error, "closed with other counts than the header has");
  } else if (line->kind == TABELLA_EVENT_COPIED) {
    if (line->number != seen->copied + 1)
      return invalid (error, "safety copy %u after safety copy %u", line->number, seen->copied);
    seen->copied = line->number;
    memcpy (seen->digest, line->digest, sizeof seen->digest);
  } else if (line->kind == TABELLA_EVENT_AMENDED) {
    return see_amended (e, line, seen, error);
  }
  return TRUE;
}

static gboolean
conclude (const TabellaBatch *b, const Seen *seen, GError **error)
{
  gboolean final = b->kind == TABELLA_BATCH_FINAL;

  if (seen->opened == 0)
    return invalid (error, "never opened");
  if (seen->closed != (final ? 1 : 0) || seen->closed_last != final)
    return invalid (error, final ? "a final must end with its one `closed` line"
                                 : "a safety copy has a `closed` line");
  if (b->number != seen->copied + 1)
    return invalid (error, "batch %u after %u safety copies", b->number, seen->copied);
  if (memcmp (b->previous, seen->digest, sizeof seen->digest) != 0)
    return invalid (error, "the header's previous digest is not that of the last safety copy");
  return TRUE;
}

gboolean
tabella_check_journal (const TabellaEvidence *e, const TabellaTerminalInfo *t,
                       const TabellaBatch *batch, TabellaTerminalStatus *status, guint16 *waits,
                       GError **error)
{
  g_autoptr (GPtrArray) amendments = g_ptr_array_new ();
  g_autoptr (GPtrArray) absent =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_amendment_free);
  g_autoptr (GArray) lines = NULL;
  Seen seen = { .amendments = amendments, .absent = absent };
  guint16 first = 0;
  guint8 head[32];

  lines = tabella_journal_parse (batch->he, batch->journal, batch->journal_size, head, error);
  if (lines == NULL)
    return FALSE;
  if (memcmp (head, batch->journal_head, sizeof head) != 0)
    return invalid (error, "its chain does not end in the header's journal head");
  for (guint i = 0; i < lines->len; i++) {
    if (!see (e, batch, &g_array_index (lines, TabellaEventLine, i), &seen, error)) {
      g_prefix_error (error, "line %u: ", i + 1);
      return FALSE;
    }
  }
  if (!conclude (batch, &seen, error))
    return FALSE;
  if (absent->len > 0)
    first = ((const TabellaAmendment *)g_ptr_array_index (absent, 0))->number;
  if (waits != NULL)
    *waits = first;
  else if (first > 0)
    return invalid (error, "amendment %u is not in amendments/ as it has it", first);
  tabella_amendments_status (e->manifest, amendments, t, status);
  return TRUE;
}
