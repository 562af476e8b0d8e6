/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-private.h"
#include "files.h"

#include <string.h>

gboolean
tabella_store_put_receipt (TabellaStore *s, const char *text, gboolean *is_new, GError **error)
{
  g_autoptr (sqlite3_stmt) put =
      tabella_store_prepare (s, "INSERT OR IGNORE INTO receipt (text) VALUES (?1)", error);

  *is_new = FALSE;
  if (put == NULL)
    return FALSE;
  if (tabella_store_bind_text (put, 1, text) != SQLITE_OK)
    return tabella_store_fail (s, "write", error);
  if (!tabella_store_finish (s, put, error))
    return FALSE;
  *is_new = sqlite3_changes (s->db) == 1;
  return TRUE;
}

GPtrArray *
tabella_store_receipts (TabellaStore *s, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (sqlite3_stmt) rows =
      tabella_store_prepare (s, "SELECT text FROM receipt ORDER BY text", error);
  int step;

  if (rows == NULL)
    return NULL;
  while ((step = sqlite3_step (rows)) == SQLITE_ROW) {
    g_ptr_array_add (texts, tabella_store_column_text (rows, 0));
    if (texts->pdata[texts->len - 1] == NULL) /* no memory for it */
      break;
  }
  if (step == SQLITE_DONE)
    return g_steal_pointer (&texts);
  tabella_store_fail (s, "read", error);
  return NULL;
}

/* *known: there is one, *accepted as decided. */
static gboolean
find_decision (TabellaStore *s, const TabellaDecision *d, gboolean *known, gboolean *accepted,
               GError **error)
{
  g_autoptr (sqlite3_stmt) get = tabella_store_prepare (
      s, "SELECT accepted FROM decision WHERE terminal = ?1 AND p = ?2", error);
  int step;

  *known = *accepted = FALSE;
  if (get == NULL)
    return FALSE;
  if (sqlite3_bind_int (get, 1, d->terminal) != SQLITE_OK ||
      sqlite3_bind_blob (get, 2, d->p, sizeof d->p, SQLITE_STATIC) != SQLITE_OK)
    return tabella_store_fail (s, "read", error);
  step = sqlite3_step (get);
  *known = step == SQLITE_ROW;
  *accepted = *known && sqlite3_column_int (get, 0) != 0;
  return *known || step == SQLITE_DONE || tabella_store_fail (s, "read", error);
}

static gboolean
write_decision (TabellaStore *s, const TabellaDecision *d, GError **error)
{
  g_autoptr (sqlite3_stmt) put = tabella_store_prepare (
      s, "INSERT OR REPLACE INTO decision (terminal, p, accepted, reason) VALUES (?1, ?2, ?3, ?4)",
      error);

  if (put == NULL)
    return FALSE;
  if (sqlite3_bind_int (put, 1, d->terminal) != SQLITE_OK ||
      sqlite3_bind_blob (put, 2, d->p, sizeof d->p, SQLITE_STATIC) != SQLITE_OK ||
      sqlite3_bind_int (put, 3, d->accepted) != SQLITE_OK ||
      tabella_store_bind_text (put, 4, d->reason != NULL ? d->reason : "") != SQLITE_OK)
    return tabella_store_fail (s, "write", error);
  return tabella_store_finish (s, put, error);
}

gboolean
tabella_store_put_decision (TabellaStore *s, const TabellaDecision *d, GError **error)
{
  gboolean known, accepted, tally, strike;

  if (!find_decision (s, d, &known, &accepted, error))
    return FALSE;
  if (known && accepted == d->accepted)
    return TRUE;
  if (!tabella_store_tally_asked (s, &tally, error) ||
      !tabella_store_has_request (s, "strike-", &strike, error))
    return FALSE;
  if (tally || (known && strike)) {
    g_set_error_literal (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE,
                         "decisions stay as they are: ballots were struck or counted by them");
    return FALSE;
  }
  return write_decision (s, d, error);
}

static void
decision_clear (gpointer data)
{
  g_free (((TabellaDecision *)data)->reason);
}

static GArray *
read_decisions (TabellaStore *s, GError **error)
{
  g_autoptr (GArray) all = g_array_new (FALSE, TRUE, sizeof (TabellaDecision));
  g_autoptr (sqlite3_stmt) rows = tabella_store_prepare (
      s, "SELECT terminal, p, accepted, reason FROM decision ORDER BY terminal, p", error);
  int step;

  g_array_set_clear_func (all, decision_clear);
  if (rows == NULL)
    return NULL;
  while ((step = sqlite3_step (rows)) == SQLITE_ROW) {
    TabellaDecision d = { .terminal = (guint16)sqlite3_column_int (rows, 0),
                          .accepted = sqlite3_column_int (rows, 2) != 0,
                          .reason = tabella_store_column_text (rows, 3) };

    if (sqlite3_column_bytes (rows, 1) == sizeof d.p)
      memcpy (d.p, sqlite3_column_blob (rows, 1), sizeof d.p);
    g_array_append_val (all, d);
    if (d.reason == NULL) /* no memory for it */
      break;
  }
  if (step == SQLITE_DONE)
    return g_steal_pointer (&all);
  tabella_store_fail (s, "read", error);
  return NULL;
}

/* The signature first goes, then comes: a crash between leaves unsigned decisions, never wrongly
 * signed ones. */
static gboolean
write_decisions (const TabellaStore *s, const char *text, const char *minisig, GError **error)
{
  g_autofree char *path = g_build_filename (s->folder, "decisions.json", NULL);
  g_autofree char *sig = g_build_filename (s->folder, "decisions.json.minisig", NULL);

  return tabella_folder_remove (sig, error) &&
         tabella_file_write (path, text, strlen (text), 0644, error) &&
         (minisig == NULL || tabella_file_write (sig, minisig, strlen (minisig), 0644, error));
}

gboolean
tabella_store_sign_decisions (TabellaStore *s, const TabellaMinisignSecret *key, GError **error)
{
  g_autoptr (TabellaEvidence) e = tabella_evidence_new (s->folder, error);
  g_autoptr (GArray) all = e != NULL ? read_decisions (s, error) : NULL;
  g_autofree char *text = NULL, *minisig = NULL;

  if (all == NULL)
    return FALSE;
  if (key == NULL && !e->ctx->practice)
    return TRUE;
  text = tabella_decisions_text (e->ctx->he, all);
  if (key != NULL) {
    minisig = tabella_minisign_sign (key, text, strlen (text), "tabella decisions");
    if (!tabella_minisign_verify (&e->manifest->organisers, text, strlen (text), minisig,
                                  strlen (minisig), NULL, error)) {
      g_prefix_error (error, "the key is not that of this election's organisers: ");
      return FALSE;
    }
  }
  return write_decisions (s, text, minisig, error);
}
