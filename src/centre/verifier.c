/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verifier.h"

#include <string.h>
#include "codes.h"
#include "files.h"
#include "verifier-private.h"

#define DETAIL_MAX 600 /* characters */

static const char *const names[TABELLA_VERIFY_LAST + 1] = {
  [1] = "manifest and its signature",
  [2] = "trustees' ceremony",
  [3] = "election keys",
  [4] = "amendments",
  [5] = "batch signatures",
  [6] = "terminals and counts",
  [7] = "journals",
  [8] = "encodings and limits",
  [9] = "nothing twice",
  [10] = "ballot proofs",
  [11] = "challenged ballots",
  [12] = "ballot signatures",
  [13] = "strike list",
  [14] = "sums",
  [15] = "decryption shares",
  [16] = "result",
  [17] = "receipts",
};

void
tabella_verify_fail (TabellaVerifyFinding *finding, const char *format, ...)
{
  va_list args;

  finding->problems++;
  if (finding->problem != NULL)
    return;
  va_start (args, format);
  finding->problem = g_strdup_vprintf (format, args);
  va_end (args);
}

void
tabella_verify_miss (TabellaVerifyFinding *finding, const char *format, ...)
{
  va_list args;

  if (finding->missing != NULL)
    return;
  va_start (args, format);
  finding->missing = g_strdup_vprintf (format, args);
  va_end (args);
}

void
tabella_verify_miss_all (TabellaVerifier *v, guint first, guint last, const char *reason)
{
  for (guint i = first; i <= last; i++)
    tabella_verify_miss (&v->findings[i], "%s", reason);
}

/* One line that a terminal can show, whatever a file's name or text holds. */
static char *
plain (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *out = g_string_new (NULL);
  guint n = 0;

  for (const char *p = valid; *p != '\0' && n < DETAIL_MAX; p = g_utf8_next_char (p), n++) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_isspace (c))
      g_string_append_c (out, ' ');
    else if (g_unichar_isprint (c))
      g_string_append_unichar (out, c);
    else
      g_string_append_c (out, '?');
    if (n + 1 == DETAIL_MAX)
      g_string_append (out, "…");
  }
  return g_string_free (out, FALSE);
}

void
tabella_verify_incident (TabellaVerifier *v, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (v->incidents, plain (text));
}

static void
terminal_free (gpointer data)
{
  g_free (data);
}

static void
group_free (gpointer data)
{
  TabellaVerifyGroup *g = data;

  g_free (g->members);
  g_free (g->a);
  g_free (g->b);
  g_free (g->counts);
  g_free (g);
}

static void
verifier_init (TabellaVerifier *v)
{
  v->incidents = g_ptr_array_new_with_free_func (g_free);
  v->amendments = g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_amendment_free);
  v->terminals = g_ptr_array_new_with_free_func (terminal_free);
  v->batches = g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_verify_batch_free);
  v->groups = g_ptr_array_new_with_free_func (group_free);
}

static void
verifier_clear (TabellaVerifier *v)
{
  for (guint i = 0; i <= TABELLA_VERIFY_LAST; i++) {
    g_free (v->findings[i].problem);
    g_free (v->findings[i].missing);
  }
  g_clear_pointer (&v->incidents, g_ptr_array_unref);
  g_clear_pointer (&v->groups, g_ptr_array_unref);
  g_clear_pointer (&v->ballots, g_array_unref);
  g_clear_pointer (&v->request, tabella_request_free);
  g_free (v->shared);
  g_clear_pointer (&v->batches, g_ptr_array_unref);
  g_clear_pointer (&v->terminals, g_ptr_array_unref);
  g_clear_pointer (&v->amendments, g_ptr_array_unref);
  g_clear_pointer (&v->ctx, tabella_ballot_context_free);
  g_clear_pointer (&v->manifest, tabella_manifest_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TabellaVerifier, verifier_clear)

void
tabella_verify_report_free (TabellaVerifyReport *r)
{
  if (r == NULL)
    return;
  for (guint i = 0; i <= TABELLA_VERIFY_LAST; i++)
    g_free (r->checks[i].detail);
  g_clear_pointer (&r->incidents, g_ptr_array_unref);
  g_free (r->transcript);
  g_free (r);
}

/* What was found in the batches that the record counts is the record's; quarantined ones are judged
 * by check 6. */
static void
take_findings (TabellaVerifier *v)
{
  for (guint i = 0; i < v->batches->len; i++) {
    TabellaVerifyBatch *b = v->batches->pdata[i];

    for (guint c = 1; c <= TABELLA_VERIFY_LAST && !b->quarantined; c++) {
      TabellaVerifyFinding *to = &v->findings[c], *from = &b->findings[c];

      if (to->problem == NULL)
        to->problem = g_steal_pointer (&from->problem);
      to->problems += from->problems;
      if (to->missing == NULL)
        to->missing = g_steal_pointer (&from->missing);
    }
  }
}

static void
run_batches (TabellaVerifier *v)
{
  tabella_verify_amendments (v);
  tabella_verify_names (v);
  tabella_verify_batches (v);
  tabella_verify_unique (v);
  tabella_verify_proofs (v);
  tabella_verify_complete (v);
  take_findings (v);
}

static void
run_count (TabellaVerifier *v)
{
  tabella_verify_strike (v);
  if (v->up_to < TABELLA_VERIFY_ALL)
    return;
  tabella_verify_sums (v);
  tabella_verify_tally (v);
  tabella_verify_counts (v);
  tabella_verify_result (v);
  tabella_verify_receipts (v);
}

static void
run (TabellaVerifier *v)
{
  tabella_verify_manifest (v);
  if (v->manifest == NULL) {
    tabella_verify_miss_all (v, 2, TABELLA_VERIFY_LAST, "needs a manifest (check 1)");
    return;
  }
  tabella_verify_ceremony (v);
  if (v->ctx == NULL) {
    tabella_verify_miss_all (v, 3, TABELLA_VERIFY_LAST, "needs the trustees' keys (check 2)");
    return;
  }
  run_batches (v);
  if (v->up_to >= TABELLA_VERIFY_STRIKE)
    run_count (v);
}

static void
write_line (const TabellaVerifier *v, guint number, TabellaCheckLine *line)
{
  const TabellaVerifyFinding *f = &v->findings[number];
  g_autofree char *first = NULL;

  line->number = number;
  line->name = names[number];
  if (number > v->up_to)
    return;
  line->ran = f->problem != NULL || f->missing == NULL;
  line->passed = f->problem == NULL && f->missing == NULL;
  if (line->passed)
    return;
  first = plain (f->problem != NULL ? f->problem : f->missing);
  line->detail = f->problems > 1 ? g_strdup_printf ("%s (and %u more)", first, f->problems - 1)
                                 : g_steal_pointer (&first);
}

static TabellaVerdict
judge (const TabellaVerifier *v, const TabellaVerifyReport *r)
{
  for (guint i = 1; i <= v->up_to; i++)
    if (!r->checks[i].passed)
      return TABELLA_VERDICT_INVALID;
  if (v->key == NULL)
    return TABELLA_VERDICT_CONSISTENT;
  return v->excluded > 0 ? TABELLA_VERDICT_VALID_EXCLUDED : TABELLA_VERDICT_VALID;
}

/* Whoever reads the folder too compares: a stick can give other bytes each time. */
static void
name_batches (const TabellaVerifier *v, guint8 out[32])
{
  g_autoptr (GByteArray) all = g_byte_array_new ();

  for (guint i = 0; i < v->batches->len; i++) {
    const TabellaVerifyBatch *b = v->batches->pdata[i];

    if (!b->quarantined && b->batch != NULL)
      g_byte_array_append (all, b->batch->digest, sizeof b->batch->digest);
  }
  tabella_digest_256 (all->data, all->len, out);
}

static TabellaVerifyReport *
report (TabellaVerifier *v)
{
  TabellaVerifyReport *r = g_new0 (TabellaVerifyReport, 1);

  r->verdict = TABELLA_VERDICT_INVALID;
  for (guint i = 1; i <= TABELLA_VERIFY_LAST; i++)
    write_line (v, i, &r->checks[i]);
  r->practice = v->manifest != NULL && v->manifest->practice;
  r->excluded = v->excluded;
  r->incidents = g_steal_pointer (&v->incidents);
  name_batches (v, r->batches);
  if (v->ctx != NULL)
    r->transcript = tabella_short_code (v->keys.transcript);
  r->verdict = judge (v, r);
  return r;
}

TabellaVerifyReport *
tabella_verify_record (const char *dir, TabellaVerifyUpTo up_to, const TabellaMinisignPublic *key,
                       GPtrArray *receipts, TabellaVerifyProgress progress, gpointer data,
                       GError **error)
{
  g_autoptr (GPtrArray) there = tabella_folder_list (dir, error);
  g_auto (TabellaVerifier) v = {
    .dir = dir, .up_to = up_to, .key = key, .receipts = receipts, .progress = progress, .data = data
  };

  if (there == NULL)
    return NULL;
  verifier_init (&v);
  run (&v);
  return report (&v);
}
