/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-private.h"
#include "check.h"
#include "files.h"
#include "json.h"
#include "opening.h"

#include <string.h>

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS batch (terminal INTEGER NOT NULL, number INTEGER NOT NULL,"
    " digest BLOB NOT NULL, interim INTEGER NOT NULL, ballots BLOB, minisig TEXT, checkins BLOB,"
    " sealed BLOB, sealed_minisig TEXT, quarantine TEXT, signed INTEGER NOT NULL,"
    " repeatable INTEGER NOT NULL, PRIMARY KEY (terminal, number, digest));"
    "CREATE TABLE IF NOT EXISTS receipt (text TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS decision (terminal INTEGER NOT NULL, p BLOB NOT NULL,"
    " accepted INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (terminal, p)) WITHOUT ROWID;";

/* What a person can do about it. */
static const char *
advice (int code)
{
  switch (code & 0xff) {
  case SQLITE_FULL:
    return "make room, then do it again";
  case SQLITE_NOTADB:
  case SQLITE_CORRUPT:
    return "move it away, then import the sticks and the receipts again";
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return "another program works with it; wait for it, then do it again";
  default:
    return "check the disk, and whether this folder may be written";
  }
}

gboolean
tabella_store_fail (TabellaStore *s, const char *doing, GError **error)
{
  /* It may quote what the database says. */
  g_autofree char *reason = tabella_disarmed (sqlite3_errmsg (s->db));

  g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STORE,
               "cannot %s %s/centre.db: %s; %s", doing, s->folder, reason,
               advice (sqlite3_errcode (s->db)));
  return FALSE;
}

static gboolean
run (TabellaStore *s, const char *sql, GError **error)
{
  return sqlite3_exec (s->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
         tabella_store_fail (s, "use", error);
}

sqlite3_stmt *
tabella_store_prepare (TabellaStore *s, const char *sql, GError **error)
{
  sqlite3_stmt *stmt = NULL;

  if (sqlite3_prepare_v2 (s->db, sql, -1, &stmt, NULL) != SQLITE_OK) {
    tabella_store_fail (s, "use", error);
    return NULL;
  }
  return stmt;
}

static int
bind_bytes (sqlite3_stmt *stmt, int at, GBytes *bytes)
{
  gsize size;
  const void *data;

  if (bytes == NULL)
    return sqlite3_bind_null (stmt, at);
  data = g_bytes_get_data (bytes, &size);
  return sqlite3_bind_blob64 (stmt, at, data != NULL ? data : "", size, SQLITE_STATIC);
}

int
tabella_store_bind_text (sqlite3_stmt *stmt, int at, const char *text)
{
  return sqlite3_bind_text (stmt, at, text, -1, SQLITE_STATIC);
}

/* A statement without rows. */
gboolean
tabella_store_finish (TabellaStore *s, sqlite3_stmt *stmt, GError **error)
{
  return sqlite3_step (stmt) == SQLITE_DONE || tabella_store_fail (s, "write", error);
}

/* All writes between one BEGIN and one COMMIT, or none. */
static gboolean
conclude (TabellaStore *s, gboolean good, GError **error)
{
  if (good && run (s, "COMMIT", error))
    return TRUE;
  /* After some errors SQLite has rolled back already. */
  if (!sqlite3_get_autocommit (s->db) &&
      sqlite3_exec (s->db, "ROLLBACK", NULL, NULL, NULL) != SQLITE_OK)
    g_prefix_error (error, "what was begun could not be taken back: ");
  return FALSE;
}

/* The database belongs to one election for good. */
static gboolean
check_election (TabellaStore *s, const guint8 he[32], GError **error)
{
  g_autoptr (sqlite3_stmt) get =
      tabella_store_prepare (s, "SELECT value FROM meta WHERE name = 'he'", error);
  g_autoptr (sqlite3_stmt) put = NULL;
  int step;

  if (get == NULL)
    return FALSE;
  step = sqlite3_step (get);
  if (step == SQLITE_ROW) {
    if (sqlite3_column_bytes (get, 0) == 32 && memcmp (sqlite3_column_blob (get, 0), he, 32) == 0)
      return TRUE;
    g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE,
                 "%s/centre.db is of another election: move it away, then import again", s->folder);
    return FALSE;
  }
  if (step != SQLITE_DONE)
    return tabella_store_fail (s, "read", error);
  put = tabella_store_prepare (s, "INSERT INTO meta (name, value) VALUES ('he', ?1)", error);
  if (put == NULL)
    return FALSE;
  if (sqlite3_bind_blob (put, 1, he, 32, SQLITE_STATIC) != SQLITE_OK)
    return tabella_store_fail (s, "write", error);
  return tabella_store_finish (s, put, error);
}

TabellaStore *
tabella_store_open (const char *folder, GError **error)
{
  g_autoptr (TabellaStore) s = NULL;
  g_autoptr (TabellaManifest) m = NULL;
  g_autofree char *path = g_build_filename (folder, "centre.db", NULL);
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);
  TabellaCeremonyKeys keys;

  m = tabella_manifest_load (folder, NULL, &keys, error);
  if (m == NULL || !tabella_file_ordinary (path, error) || !tabella_file_ordinary (journal, error))
    return NULL;
  s = g_new0 (TabellaStore, 1);
  s->folder = g_strdup (folder);
  if (sqlite3_open_v2 (path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
          SQLITE_OK ||
      sqlite3_busy_timeout (s->db, 5000) != SQLITE_OK) {
    tabella_store_fail (s, "open", error);
    return NULL;
  }
  if (!run (s, "PRAGMA synchronous = EXTRA", error) || !run (s, schema, error) ||
      !check_election (s, m->he, error))
    return NULL;
  return g_steal_pointer (&s);
}

void
tabella_store_close (TabellaStore *s)
{
  if (s == NULL)
    return;
  /* No statement outlives its function: closing cannot fail for one that is open. */
  if (sqlite3_close (s->db) != SQLITE_OK)
    g_warning ("%s/centre.db did not close: %s", s->folder, sqlite3_errmsg (s->db));
  g_free (s->folder);
  g_free (s);
}

const char *
tabella_store_folder (const TabellaStore *s)
{
  return s->folder;
}

gboolean
tabella_store_has_request (const TabellaStore *s, const char *prefix, gboolean *has, GError **error)
{
  g_autofree char *path = g_build_filename (s->folder, "requests", NULL);
  g_autoptr (GPtrArray) names = tabella_folder_list_if_any (path, error);

  *has = FALSE;
  if (names == NULL)
    return FALSE;
  for (guint i = 0; i < names->len; i++)
    *has |= g_str_has_prefix (g_ptr_array_index (names, i), prefix);
  return TRUE;
}

gboolean
tabella_store_tally_asked (const TabellaStore *s, gboolean *asked, GError **error)
{
  return tabella_store_has_request (s, "tally-", asked, error);
}

static GBytes *
column_bytes (sqlite3_stmt *stmt, int at)
{
  if (sqlite3_column_type (stmt, at) == SQLITE_NULL)
    return NULL;
  return g_bytes_new (sqlite3_column_blob (stmt, at), (gsize)sqlite3_column_bytes (stmt, at));
}

char *
tabella_store_column_text (sqlite3_stmt *stmt, int at)
{
  return g_strdup ((const char *)sqlite3_column_text (stmt, at));
}

#define COLUMNS                                                                                    \
  "terminal, number, digest, interim, ballots, minisig, checkins, sealed, sealed_minisig, "        \
  "quarantine, signed, repeatable"

static TabellaHeld *
read_held (const TabellaEvidence *e, sqlite3_stmt *row, GError **error)
{
  g_autoptr (TabellaHeld) h =
      tabella_held_new ((guint16)sqlite3_column_int (row, 0), (guint16)sqlite3_column_int (row, 1),
                        sqlite3_column_int (row, 3) != 0);

  if (sqlite3_column_bytes (row, 2) == sizeof h->digest)
    memcpy (h->digest, sqlite3_column_blob (row, 2), sizeof h->digest);
  h->ballots = column_bytes (row, 4);
  h->minisig = tabella_store_column_text (row, 5);
  h->checkins = column_bytes (row, 6);
  h->sealed = column_bytes (row, 7);
  h->sealed_minisig = tabella_store_column_text (row, 8);
  h->quarantine = tabella_store_column_text (row, 9);
  h->is_signed = sqlite3_column_int (row, 10) != 0;
  h->repeatable = sqlite3_column_int (row, 11) != 0;
  if (h->ballots != NULL && h->quarantine == NULL) {
    h->batch = tabella_batch_parse (e->ctx, h->ballots, error);
    if (h->batch == NULL) {
      g_prefix_error (error, "centre.db, terminal %u, batch %u: ", h->terminal, h->number);
      return NULL;
    }
  }
  return g_steal_pointer (&h);
}

static gboolean
read_batches (TabellaStore *s, TabellaEvidence *e, GError **error)
{
  g_autoptr (sqlite3_stmt) rows = tabella_store_prepare (
      s, "SELECT " COLUMNS " FROM batch ORDER BY terminal, number, digest", error);
  int step;

  if (rows == NULL)
    return FALSE;
  while ((step = sqlite3_step (rows)) == SQLITE_ROW) {
    TabellaHeld *h = read_held (e, rows, error);

    if (h == NULL)
      return FALSE;
    tabella_evidence_add (e, h);
    /* A text that found no memory reads as none: a quarantined batch would be a good one. */
    if (sqlite3_errcode (s->db) == SQLITE_NOMEM)
      return tabella_store_fail (s, "read", error);
  }
  return step == SQLITE_DONE || tabella_store_fail (s, "read", error);
}

static gboolean
write_batch (TabellaStore *s, const TabellaHeld *h, GError **error)
{
  g_autoptr (sqlite3_stmt) put =
      tabella_store_prepare (s,
                             "INSERT OR REPLACE INTO batch (" COLUMNS
                             ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                             error);

  if (put == NULL)
    return FALSE;
  if (sqlite3_bind_int (put, 1, h->terminal) != SQLITE_OK ||
      sqlite3_bind_int (put, 2, h->number) != SQLITE_OK ||
      sqlite3_bind_blob (put, 3, h->digest, sizeof h->digest, SQLITE_STATIC) != SQLITE_OK ||
      sqlite3_bind_int (put, 4, h->interim) != SQLITE_OK ||
      bind_bytes (put, 5, h->ballots) != SQLITE_OK ||
      tabella_store_bind_text (put, 6, h->minisig) != SQLITE_OK ||
      bind_bytes (put, 7, h->checkins) != SQLITE_OK ||
      bind_bytes (put, 8, h->sealed) != SQLITE_OK ||
      tabella_store_bind_text (put, 9, h->sealed_minisig) != SQLITE_OK ||
      tabella_store_bind_text (put, 10, h->quarantine) != SQLITE_OK ||
      sqlite3_bind_int (put, 11, h->is_signed) != SQLITE_OK ||
      sqlite3_bind_int (put, 12, h->repeatable) != SQLITE_OK)
    return tabella_store_fail (s, "write", error);
  return tabella_store_finish (s, put, error);
}

/* What was refused for want of an amendment may hold by now. */
static gboolean
judge_again (TabellaStore *s, const TabellaEvidence *e, GError **error)
{
  for (guint i = 0; i < e->held->len; i++) {
    TabellaHeld *h = g_ptr_array_index (e->held, i);

    g_autoptr (GError) failed = NULL;

    /* A fault that only this copy on its stick has cannot go away here. */
    if (h->quarantine == NULL || !h->is_signed || !h->repeatable)
      continue;
    if (tabella_check_batch (e, h, TABELLA_CHECK_ALL, NULL, NULL, &failed)) {
      g_clear_pointer (&h->quarantine, g_free);
      if (!write_batch (s, h, error))
        return FALSE;
      continue;
    }
    h->is_signed = h->repeatable = TRUE;
    /* It may wait for another amendment by now, or for none any more. */
    g_free (h->quarantine);
    h->quarantine = g_strdelimit (g_strdup (failed->message), "\n\r", ' ');
  }
  return TRUE;
}

TabellaEvidence *
tabella_store_evidence (TabellaStore *s, GError **error)
{
  g_autoptr (TabellaEvidence) e = tabella_evidence_new (s->folder, error);
  g_autofree char *requests = g_build_filename (s->folder, "requests", NULL);

  if (e == NULL || !read_batches (s, e, error) || !judge_again (s, e, error) ||
      !tabella_evidence_read_decisions (e, s->folder, error) ||
      !tabella_evidence_read_asked (e, requests, error) || !tabella_opening_unseal (e, error))
    return NULL;
  return g_steal_pointer (&e);
}

/* What is here of a terminal's number. */
typedef struct {
  gboolean same, same_good; /* this very file */
  gboolean other_good;      /* the number or a final, in good order */
} Here;

static gboolean
look (TabellaStore *s, const TabellaHeld *held, Here *here, GError **error)
{
  g_autoptr (sqlite3_stmt) rows = tabella_store_prepare (
      s, "SELECT number, digest, interim, quarantine IS NULL FROM batch WHERE terminal = ?1",
      error);
  int step;

  memset (here, 0, sizeof *here);
  if (rows == NULL)
    return FALSE;
  if (sqlite3_bind_int (rows, 1, held->terminal) != SQLITE_OK)
    return tabella_store_fail (s, "read", error);
  while ((step = sqlite3_step (rows)) == SQLITE_ROW) {
    gboolean good = sqlite3_column_int (rows, 3) != 0;
    gboolean number = sqlite3_column_int (rows, 0) == held->number;

    if (number && sqlite3_column_bytes (rows, 1) == sizeof held->digest &&
        memcmp (sqlite3_column_blob (rows, 1), held->digest, sizeof held->digest) == 0) {
      here->same = TRUE;
      here->same_good = good;
    }
    here->other_good |= good && (number || sqlite3_column_int (rows, 2) == 0);
  }
  return step == SQLITE_DONE || tabella_store_fail (s, "read", error);
}

/* Copies that the terminal did not sign as they are: gone once there is a good one, or a newer bad
 * one. */
static gboolean
drop_damaged (TabellaStore *s, const TabellaHeld *held, GError **error)
{
  g_autoptr (sqlite3_stmt) drop = tabella_store_prepare (
      s, "DELETE FROM batch WHERE terminal = ?1 AND quarantine IS NOT NULL AND NOT signed", error);

  if (drop == NULL)
    return FALSE;
  if (sqlite3_bind_int (drop, 1, held->terminal) != SQLITE_OK)
    return tabella_store_fail (s, "write", error);
  return tabella_store_finish (s, drop, error);
}

gboolean
tabella_store_put (TabellaStore *s, const TabellaHeld *held, TabellaPut *put, GError **error)
{
  Here here;

  *put = TABELLA_PUT_IGNORED;
  if (!look (s, held, &here, error))
    return FALSE;
  if (held->quarantine != NULL &&
      (here.same_good || (here.other_good && (!held->is_signed || !held->repeatable))))
    return TRUE;
  *put = here.same_good ? TABELLA_PUT_ALREADY : TABELLA_PUT_NEW;
  if (here.same_good)
    return TRUE;
  if (held->quarantine != NULL && here.same)
    *put = TABELLA_PUT_ALREADY;
  return run (s, "BEGIN IMMEDIATE", error) &&
         conclude (s, drop_damaged (s, held, error) && write_batch (s, held, error), error);
}
