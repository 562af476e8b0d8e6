/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record.h"
#include "copy.h"
#include "files.h"

#include <string.h>

static gboolean
write_bytes (const char *folder, const char *name, GBytes *bytes, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return tabella_file_write (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 0644,
                             error);
}

static gboolean
write_text (const char *folder, const char *name, const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return tabella_file_write (path, text, strlen (text), 0644, error);
}

/* Manifest, its signature and key as they are in the election folder. */
static gboolean
write_manifest (const char *folder, const char *out, GError **error)
{
  static const char *const names[] = { "manifest.json", "manifest.json.minisig", "organisers.pub" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *from = g_build_filename (folder, names[i], NULL);
    g_autofree char *to = g_build_filename (out, names[i], NULL);

    if (!tabella_file_copy (from, to, 0644, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_ceremony (const TabellaManifest *m, const char *out, GError **error)
{
  g_autofree char *folder = g_build_filename (out, "ceremony", NULL);

  for (guint r = 0; r < 4; r++)
    for (guint i = 0; i < m->files.n; i++) {
      g_autofree char *name = g_strdup_printf ("r%u-%02u.json", r + 1, i + 1);

      if (!write_bytes (folder, name, m->files.rounds[r][i], error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_amendments (GPtrArray *amendments, const char *out, GError **error)
{
  g_autofree char *folder = g_build_filename (out, "amendments", NULL);

  for (guint i = 0; i < amendments->len; i++) {
    const TabellaAmendment *a = g_ptr_array_index (amendments, i);
    g_autofree char *name = g_strdup_printf ("%04u.json", a->number);
    g_autofree char *sig = g_strconcat (name, ".minisig", NULL);

    if (!write_bytes (folder, name, a->bytes, error) ||
        !write_text (folder, sig, a->minisig, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_ballots (const TabellaHeld *h, const char *folder, GError **error)
{
  return write_bytes (folder, "ballots", h->ballots, error) &&
         write_text (folder, "ballots.minisig", h->minisig, error);
}

/* One line, however long the words that a terminal put into its file. */
static char *
reason_line (const char *quarantine)
{
  g_autofree char *valid = g_utf8_make_valid (quarantine, -1);
  g_autofree char *start = NULL;

  if (g_utf8_strlen (valid, -1) <= TABELLA_REASON_MAX)
    return g_strconcat (valid, "\n", NULL);
  start = g_utf8_substring (valid, 0, TABELLA_REASON_MAX);
  return g_strconcat (start, "…\n", NULL);
}

/* The batch that counts, or the quarantined one that shows everyone why there is none. */
static gboolean
write_terminal (const TabellaEvidence *e, const TabellaTerminalInfo *t, const char *out,
                GError **error)
{
  const TabellaHeld *last = tabella_evidence_last (e, t, NULL);
  const TabellaHeld *bad = tabella_evidence_quarantined (e, t);
  const TabellaHeld *h = last != NULL ? last : bad;
  g_autofree char *name = NULL, *folder = NULL, *reason = NULL;

  if (h == NULL || h->ballots == NULL || h->minisig == NULL || (h == bad && !h->repeatable))
    return TRUE;
  name = tabella_batch_folder (h->terminal, h->number);
  folder = g_build_filename (out, h == bad ? "quarantine" : "", name, NULL);
  if (h != bad)
    return write_ballots (h, folder, error);
  reason = reason_line (h->quarantine);
  return write_ballots (h, folder, error) && write_text (folder, "reason", reason, error);
}

gboolean
tabella_record_write_asked (const TabellaAsked *asked, const char *out, GError **error)
{
  g_autofree char *folder = g_build_filename (out, asked->name, NULL);

  if (!write_bytes (folder, "request", asked->bytes, error) ||
      (asked->links != NULL && !write_bytes (folder, "links", asked->links, error)) ||
      (asked->tickets != NULL && !write_bytes (folder, "tickets", asked->tickets, error)))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (asked->shares); i++) {
    g_autofree char *name = g_strdup_printf ("share-%02u", i + 1);

    if (asked->shares[i] != NULL && !write_bytes (folder, name, asked->shares[i], error))
      return FALSE;
  }
  return TRUE;
}

gboolean
tabella_record_write (const TabellaEvidence *e, const char *folder, const char *out, GError **error)
{
  if (!tabella_folder_make (out, error) || !write_manifest (folder, out, error) ||
      !write_ceremony (e->manifest, out, error) || !write_amendments (e->amendments, out, error))
    return FALSE;
  for (guint i = 0; i < e->manifest->terminals->len; i++)
    if (!write_terminal (e, g_ptr_array_index (e->manifest->terminals, i), out, error))
      return FALSE;
  for (guint i = 0; i < e->asked->len; i++) {
    const TabellaAsked *a = g_ptr_array_index (e->asked, i);

    if (a->purpose == TABELLA_REQUEST_STRIKE && a->tickets != NULL &&
        !tabella_record_write_asked (a, out, error))
      return FALSE;
  }
  return TRUE;
}

/* @out may be replaced only by what it was: nothing, or a record of this election. */
static gboolean
check_target (const TabellaEvidence *e, const char *out, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *path = g_build_filename (out, "manifest.json", NULL);
  g_autoptr (GBytes) manifest = NULL;

  if (!g_file_test (out, G_FILE_TEST_EXISTS))
    return TRUE;
  names = tabella_folder_list (out, error);
  if (names == NULL)
    return FALSE;
  manifest = tabella_file_read (path, TABELLA_FILE_LIMIT, NULL);
  if (names->len == 0 ||
      (manifest != NULL && g_bytes_equal (manifest, e->manifest->bytes) &&
       g_ptr_array_find_with_equal_func (names, "result.json", g_str_equal, NULL)))
    return TRUE;
  g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE,
               "%s is there and is no record of this election: choose another folder", out);
  return FALSE;
}

static gboolean
write_all (const TabellaEvidence *e, TabellaStore *s, GBytes *result, const char *made,
           GError **error)
{
  if (!tabella_folder_remove (made, error) ||
      !tabella_record_write (e, tabella_store_folder (s), made, error))
    return FALSE;
  for (guint i = 0; i < e->asked->len; i++) {
    const TabellaAsked *a = g_ptr_array_index (e->asked, i);

    if (a->purpose == TABELLA_REQUEST_TALLY && !tabella_record_write_asked (a, made, error))
      return FALSE;
  }
  return write_bytes (made, "result.json", result, error);
}

gboolean
tabella_publish (TabellaStore *s, const char *out, GError **error)
{
  g_autoptr (TabellaEvidence) e = NULL;
  g_autofree char *path = g_build_filename (tabella_store_folder (s), "result.json", NULL);
  g_autofree char *clean = g_canonicalize_filename (out, NULL);
  g_autofree char *parent = g_path_get_dirname (clean), *base = g_path_get_basename (clean);
  g_autofree char *hidden = g_strdup_printf (".%s.tmp", base);
  g_autofree char *made = g_build_filename (parent, hidden, NULL);
  g_autoptr (GBytes) result = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error_literal (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE,
                         "there is no result yet: `tabella request tally`, have it answered and "
                         "combine it");
    return FALSE;
  }
  result = tabella_file_read (path, TABELLA_JSON_LIMIT, error);
  e = result != NULL ? tabella_store_evidence (s, error) : NULL;
  if (e == NULL || !check_target (e, clean, error))
    return FALSE;
  if (!write_all (e, s, result, made, error)) {
    tabella_folder_remove (made, NULL);
    return FALSE;
  }
  return tabella_folder_replace (made, clean, error);
}
