/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answering.h"
#include "codes.h"
#include "count.h"
#include "files.h"
#include "trustee-evidence.h"
#include "verifier.h"

#include <string.h>

static gboolean altered (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
altered (GError **error, const char *format, ...)
{
  va_list args;
  g_autofree char *text = NULL;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_ALTERED,
               "the request is refused: %s", text);
  return FALSE;
}

/* Whatever does not hold in a request is the centre's to answer for; what cannot be read at all is
 * not. */
static gboolean
blame (GError *cause, GError **error)
{
  g_autoptr (GError) owned = cause;

  if (g_error_matches (owned, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_IO)) {
    g_propagate_error (error, g_steal_pointer (&owned));
    return FALSE;
  }
  return altered (error, "%s", owned->message);
}

/* The first point on which two requests differ. */
static gboolean
compare_points (const TabellaRequest *own, const TabellaRequest *asked, GError **error)
{
  guint n = MAX (own->points->len, asked->points->len);

  for (guint i = 0; i < n; i++) {
    const TabellaRequestPoint *a =
        i < own->points->len ? &g_array_index (own->points, TabellaRequestPoint, i) : NULL;
    const TabellaRequestPoint *b =
        i < asked->points->len ? &g_array_index (asked->points, TabellaRequestPoint, i) : NULL;
    const guint16 *label = b != NULL ? b->label : a->label;

    if (a != NULL && b != NULL && memcmp (a->label, b->label, sizeof a->label) == 0 &&
        memcmp (a->point.b, b->point.b, sizeof a->point.b) == 0)
      continue;
    return altered (
        error,
        "it asks for %u points and the record gives %u; the first that differs is point "
        "%u, labelled %u %u %u",
        asked->points->len, own->points->len, i + 1, label[0], label[1], label[2]);
  }
  return TRUE;
}

static gboolean
check_opening (const TabellaEvidence *e, const TabellaAsked *asked, GError **error)
{
  g_autoptr (TabellaRequest) own = tabella_opening_request (e, error);

  return own != NULL && compare_points (own, asked->request, error);
}

static gboolean
check_strike (const TabellaEvidence *e, const TabellaAsked *asked, GError **error)
{
  g_autoptr (TabellaCount) own = tabella_count_strike (e, NULL, error);

  if (own == NULL)
    return FALSE;
  tabella_request_sort (own->request);
  if (!compare_points (own->request, asked->request, error))
    return FALSE;
  return g_bytes_equal (own->links, asked->links) ||
         altered (error, "`links` is not what the check-ins give");
}

static gboolean
check_tally (const TabellaEvidence *e, const TabellaAsked *asked, GError **error)
{
  g_autoptr (TabellaCount) own = NULL;

  for (guint i = 0; i < e->manifest->terminals->len; i++) {
    const TabellaTerminalInfo *t = g_ptr_array_index (e->manifest->terminals, i);
    g_autofree char *why = NULL, *where = NULL;

    if (tabella_evidence_settled (e, t, &why))
      continue;
    where = tabella_terminal_words (e, t->index);
    return altered (error, "%s: %s", where, why);
  }
  own = tabella_count_all (e, NULL, error);
  if (own == NULL || !compare_points (own->sums, asked->request, error))
    return FALSE;
  return g_bytes_equal (own->standing, asked->standing) ||
         altered (error, "`standing` is not the list of codes that stand");
}

static gboolean
compare (const TabellaEvidence *e, const TabellaAsked *asked, GError **error)
{
  switch (asked->purpose) {
  case TABELLA_REQUEST_CHECKINS:
    return check_opening (e, asked, error);
  case TABELLA_REQUEST_STRIKE:
    return check_strike (e, asked, error);
  case TABELLA_REQUEST_TALLY:
    return check_tally (e, asked, error);
  default:
    return altered (error, "a purpose that does not exist");
  }
}

typedef struct {
  TabellaProgress progress;
  gpointer data;
} Reporting;

static void
on_verified (guint check, guint64 done, guint64 of, gpointer data)
{
  const Reporting *r = data;

  if (r->progress != NULL)
    r->progress (done, of, r->data);
}

/* Terminals may still be missing while check-ins are opened and struck; the tally takes all. */
static gboolean
may_fail (TabellaPurpose purpose, guint check)
{
  return check == 6 && purpose != TABELLA_REQUEST_TALLY;
}

/* The ballots that were summed are those whose proofs were checked: the folder was read twice, and
 * a stick can give other bytes each time. */
static gboolean
check_same (const TabellaEvidence *e, const TabellaVerifyReport *report, GError **error)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  guint8 own[32];

  for (guint i = 0; i < e->manifest->terminals->len; i++) {
    const TabellaHeld *last =
        tabella_evidence_last (e, g_ptr_array_index (e->manifest->terminals, i), NULL);

    if (last != NULL && last->batch != NULL)
      g_byte_array_append (all, last->batch->digest, sizeof last->batch->digest);
  }
  tabella_digest_256 (all->data, all->len, own);
  return memcmp (own, report->batches, sizeof own) == 0 ||
         altered (error, "its record changed while it was read: copy the folder from its stick and "
                         "answer the copy");
}

static gboolean
run_verifier (const char *folder, const TabellaEvidence *e, const TabellaAsked *asked,
              Reporting *reporting, GString *summary, GError **error)
{
  guint up_to =
      asked->purpose == TABELLA_REQUEST_TALLY ? TABELLA_VERIFY_STRIKE : TABELLA_VERIFY_BATCHES;
  g_autofree char *record = g_build_filename (folder, "record", NULL);
  g_autoptr (TabellaVerifyReport) report = tabella_verify_record (
      record, (TabellaVerifyUpTo)up_to, NULL, NULL, on_verified, reporting, error);

  if (report == NULL)
    return FALSE;
  for (guint i = 1; i <= up_to; i++) {
    const TabellaCheckLine *line = &report->checks[i];

    if ((!line->ran || !line->passed) && !may_fail (asked->purpose, i))
      return altered (error, "check %u of its record (%s) fails: %s", i, line->name,
                      line->detail != NULL ? line->detail : "it could not run");
  }
  if (!check_same (e, report, error))
    return FALSE;
  g_string_append_printf (summary, "Keys: %s\n", report->transcript);
  if (report->excluded > 0)
    g_string_append_printf (summary, "%u terminals are excluded.\n", report->excluded);
  for (guint i = 0; report->incidents != NULL && i < report->incidents->len; i++)
    g_string_append_printf (summary, "Incident: %s\n",
                            (char *)g_ptr_array_index (report->incidents, i));
  return TRUE;
}

static void
summarise (const TabellaEvidence *e, const TabellaAsked *asked, GString *summary)
{
  g_autofree char *code = tabella_short_code (asked->digest);

  g_string_append_printf (summary, "%s: %u points%s.\n", asked->name, asked->request->points->len,
                          asked->purpose == TABELLA_REQUEST_CHECKINS ? " of check-in files"
                          : asked->purpose == TABELLA_REQUEST_STRIKE ? " of struck check-ins"
                                                                     : " of sums");
  if (asked->purpose == TABELLA_REQUEST_TALLY)
    g_string_append_printf (summary, "%" G_GSIZE_FORMAT " ballots stand.\n",
                            g_bytes_get_size (asked->standing) / 32);
  if (e->ctx->practice)
    g_string_append (summary, "This is a practice election.\n");
  if (e->decisions->len > 0)
    g_string_append_printf (
        summary, "%u decisions on provisional ballots, %s.\n", e->decisions->len,
        e->decisions_signed ? "signed by the organisers" : "NOT SIGNED (practice allows it)");
  /* No program can tell what other trustees were asked: their people can. */
  g_string_append_printf (summary,
                          "Code of this request: %s. All trustees must see the same one.\n", code);
}

gboolean
tabella_answer_check (const char *request_folder, TabellaProgress progress, gpointer data,
                      TabellaEvidence **evidence, TabellaAsked **asked, char **summary,
                      GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (TabellaEvidence) e = tabella_trustee_evidence (request_folder, &failed);
  g_autoptr (TabellaAsked) a = e != NULL ? tabella_asked_load (e, request_folder, &failed) : NULL;
  Reporting reporting = { progress, data };

  if (a == NULL || !compare (e, a, &failed) ||
      !run_verifier (request_folder, e, a, &reporting, words, &failed)) {
    if (g_error_matches (failed, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_ALTERED)) {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
    return blame (g_steal_pointer (&failed), error);
  }
  summarise (e, a, words);
  if (evidence != NULL)
    *evidence = g_steal_pointer (&e);
  if (asked != NULL)
    *asked = g_steal_pointer (&a);
  if (summary != NULL)
    *summary = g_strchomp (g_string_free (g_steal_pointer (&words), FALSE));
  return TRUE;
}

static guint8 *
point_bytes (const TabellaRequest *request)
{
  guint8 *bytes = g_malloc (MAX ((gsize)request->points->len * 32, 1));

  for (guint i = 0; i < request->points->len; i++)
    memcpy (bytes + (gsize)i * 32, g_array_index (request->points, TabellaRequestPoint, i).point.b,
            32);
  return bytes;
}

/* Whatever this trustee opened before is in the folder: without it another number of a terminal, or
 * another person's link, would look like the first that is asked. */
static gboolean
check_earlier (const TabellaTrustee *trustee, const TabellaEvidence *e, GError **error)
{
  g_autoptr (GByteArray) digests = g_byte_array_new ();

  for (guint i = 0; i < e->asked->len; i++)
    g_byte_array_append (digests, ((const TabellaAsked *)g_ptr_array_index (e->asked, i))->digest,
                         32);
  return tabella_trustee_all_answers (trustee, e->ctx->he, digests->data, e->asked->len, error);
}

/* The answer that was given before, or a new one, stored in the trustee's file before anyone sees
 * it. */
static GBytes *
answer (TabellaTrustee *trustee, guint16 index, const TabellaEvidence *e, const TabellaAsked *asked,
        GError **error)
{
  g_autofree guint8 *points = point_bytes (asked->request);
  guint n = asked->request->points->len;
  g_autoptr (GBytes) share = NULL;

  if (!tabella_trustee_may_answer (trustee, e->ctx->he, e->ctx->practice, asked->purpose,
                                   asked->digest, points, n, &share, error))
    return NULL;
  if (share != NULL)
    return g_steal_pointer (&share);
  if (!check_earlier (trustee, e, error))
    return NULL;
  share = tabella_share_make (e->ctx->he, asked->digest, index, asked->request,
                              tabella_trustee_secret (trustee, asked->purpose));
  if (!tabella_trustee_record (trustee, e->ctx->he, e->ctx->practice, asked->purpose, asked->digest,
                               points, n, share, error))
    return NULL;
  return g_steal_pointer (&share);
}

/* The secret file is opened first: a wrong passphrase should not cost the whole verification.
 * @keys: those that it fits. */
static TabellaTrustee *
open_trustee (const char *request_folder, guint16 index, const char *secret_path,
              const char *passphrase, TabellaCeremonyKeys *keys, GError **error)
{
  g_autofree char *record = g_build_filename (request_folder, "record", NULL);
  g_autoptr (TabellaManifest) m = NULL;

  m = tabella_manifest_load (record, NULL, keys, error);
  return m != NULL ? tabella_trustee_load (secret_path, passphrase, index, keys, error) : NULL;
}

gboolean
tabella_answer_request (const char *request_folder, guint16 index, const char *secret_path,
                        const char *passphrase, TabellaProgress progress, gpointer data,
                        char **summary, GError **error)
{
  TabellaCeremonyKeys keys;
  g_autoptr (TabellaTrustee) trustee =
      open_trustee (request_folder, index, secret_path, passphrase, &keys, error);
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (TabellaAsked) asked = NULL;
  g_autoptr (GBytes) share = NULL;
  g_autofree char *words = NULL;
  g_autofree char *name = g_strdup_printf ("share-%02u", index);
  g_autofree char *path = g_build_filename (request_folder, name, NULL);

  if (trustee == NULL ||
      !tabella_answer_check (request_folder, progress, data, &e, &asked, &words, error))
    return FALSE;
  if (memcmp (keys.transcript, e->keys.transcript, sizeof keys.transcript) != 0)
    return altered (error, "its manifest changed while it was read");
  share = answer (trustee, index, e, asked, error);
  if (share == NULL || !tabella_file_write (path, g_bytes_get_data (share, NULL),
                                            g_bytes_get_size (share), 0644, error))
    return FALSE;
  if (summary != NULL)
    *summary = g_strdup_printf ("%s\n%s is written.", words, name);
  return TRUE;
}
