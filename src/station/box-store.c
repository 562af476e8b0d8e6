/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "box-store.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A write as it was before, to tell afterwards what the disk holds. */
typedef struct {
  guint8 *slot;
  gint64 last; /* lines: the last row's id */
  char *value;
} Before;

enum { FITS_OLD = 1, FITS_NEW = 2 };

static const char *const slot_read[] = { "SELECT v FROM ballot WHERE id = ?1",
                                         "SELECT v FROM checkin WHERE id = ?1" };
static const char *const slot_write[] = { "UPDATE ballot SET v = ?2 WHERE id = ?1",
                                          "UPDATE checkin SET v = ?2 WHERE id = ?1" };
static const char *const slot_all[] = { "SELECT v FROM ballot ORDER BY id",
                                        "SELECT v FROM checkin ORDER BY id" };

static void
before_clear (gpointer data)
{
  Before *before = data;

  g_free (before->slot);
  g_free (before->value);
}

static gboolean
read_slot (TabellaSlots *store, TabellaSlotsTable table, guint32 slot, guint8 *out, GError **error)
{
  const TabellaSlotsLayout *layout = &store->layout[table];
  g_autoptr (sqlite3_stmt) stmt =
      tabella_slots_prepare (store->db, store->path, slot_read[table], error);

  if (stmt == NULL)
    return FALSE;
  for (gsize i = 0; i < layout->chunks; i++) {
    if (sqlite3_bind_int64 (stmt, 1, (sqlite3_int64)(slot * layout->chunks + i + 1)) != SQLITE_OK ||
        sqlite3_step (stmt) != SQLITE_ROW || sqlite3_column_blob (stmt, 0) == NULL ||
        sqlite3_column_bytes (stmt, 0) != (int)layout->row)
      return tabella_slots_error (store->db, error, _ ("the ballot box %s cannot be read"),
                                  store->path);
    memcpy (out + i * layout->row, sqlite3_column_blob (stmt, 0), layout->row);
    if (sqlite3_reset (stmt) != SQLITE_OK)
      return tabella_slots_error (store->db, error, _ ("the ballot box %s cannot be read"),
                                  store->path);
  }
  return TRUE;
}

static gboolean
write_slot (TabellaSlots *store, const TabellaSlotsWrite *write, GError **error)
{
  const TabellaSlotsLayout *layout = &store->layout[write->table];
  g_autoptr (sqlite3_stmt) stmt =
      tabella_slots_prepare (store->db, store->path, slot_write[write->table], error);

  if (stmt == NULL)
    return FALSE;
  for (gsize i = 0; i < layout->chunks; i++) {
    const sqlite3_int64 id = (sqlite3_int64)(write->slot * layout->chunks + i + 1);

    if (sqlite3_bind_int64 (stmt, 1, id) != SQLITE_OK ||
        sqlite3_bind_blob (stmt, 2, write->bytes + i * layout->row, (int)layout->row,
                           SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_step (stmt) != SQLITE_DONE || sqlite3_changes (store->db) != 1 ||
        sqlite3_reset (stmt) != SQLITE_OK)
      return tabella_slots_error (store->db, error, _ ("the ballot box %s cannot be written"),
                                  store->path);
  }
  return TRUE;
}

static gboolean
write_text (TabellaSlots *store, const TabellaSlotsWrite *write, GError **error)
{
  const gboolean remove = write->table == TABELLA_SLOTS_VALUE && write->text == NULL;
  const char *sql = write->table == TABELLA_SLOTS_JOURNAL ? "INSERT INTO journal (line) VALUES (?1)"
                    : write->table == TABELLA_SLOTS_AFTER ? "INSERT INTO after (line) VALUES (?1)"
                    : remove                              ? "DELETE FROM value WHERE name = ?2"
                             : "INSERT INTO value (value, name) VALUES (?1, ?2)"
                               " ON CONFLICT (name) DO UPDATE SET value = ?1";
  g_autoptr (sqlite3_stmt) stmt = tabella_slots_prepare (store->db, store->path, sql, error);

  if (stmt == NULL)
    return FALSE;
  if ((!remove && sqlite3_bind_text (stmt, 1, write->text, -1, SQLITE_STATIC) != SQLITE_OK) ||
      (write->name != NULL &&
       sqlite3_bind_text (stmt, 2, write->name, -1, SQLITE_STATIC) != SQLITE_OK) ||
      sqlite3_step (stmt) != SQLITE_DONE)
    return tabella_slots_error (store->db, error, _ ("the ballot box %s cannot be written"),
                                store->path);
  return TRUE;
}

static const char *
line_table (TabellaSlotsTable table)
{
  return table == TABELLA_SLOTS_JOURNAL ? "journal" : "after";
}

static gboolean
last_line (TabellaSlots *store, TabellaSlotsTable table, gint64 *id, char **line, GError **error)
{
  g_autofree char *sql =
      g_strdup_printf ("SELECT id, line FROM %s ORDER BY id DESC LIMIT 1", line_table (table));
  g_autoptr (sqlite3_stmt) stmt = tabella_slots_prepare (store->db, store->path, sql, error);
  int step;

  *id = 0;
  *line = NULL;
  if (stmt == NULL)
    return FALSE;
  step = sqlite3_step (stmt);
  if (step == SQLITE_DONE)
    return TRUE;
  if (step != SQLITE_ROW)
    return tabella_slots_error (store->db, error, _ ("the ballot box %s cannot be read"),
                                store->path);
  *id = sqlite3_column_int64 (stmt, 0);
  *line = g_strdup ((const char *)sqlite3_column_text (stmt, 1));
  return *line != NULL || tabella_slots_error (store->db, error,
                                               _ ("the ballot box %s cannot be read"), store->path);
}

static gboolean
read_before (TabellaSlots *store, const TabellaSlotsWrite *write, Before *before, GError **error)
{
  g_autofree char *line = NULL;
  g_autoptr (GError) cause = NULL;

  switch (write->table) {
  case TABELLA_SLOTS_BALLOT:
  case TABELLA_SLOTS_CHECKIN:
    before->slot = g_malloc (store->layout[write->table].size);
    return read_slot (store, write->table, write->slot, before->slot, error);
  case TABELLA_SLOTS_JOURNAL:
  case TABELLA_SLOTS_AFTER:
    return last_line (store, write->table, &before->last, &line, error);
  case TABELLA_SLOTS_VALUE:
  default:
    before->value = tabella_slots_value (store, write->name, &cause);
    if (cause == NULL)
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
}

/* Which of old and new the disk shows: both bits if they are the same, none if it is something
 * else. */
static gboolean
compare (TabellaSlots *store, const TabellaSlotsWrite *write, const Before *before, guint *fits,
         GError **error)
{
  Before now = { 0 };
  g_autofree char *line = NULL;
  gboolean good;

  *fits = 0;
  good = read_before (store, write, &now, error);
  if (good && now.slot != NULL) {
    const gsize size = store->layout[write->table].size;

    *fits |= memcmp (now.slot, before->slot, size) == 0 ? FITS_OLD : 0;
    *fits |= memcmp (now.slot, write->bytes, size) == 0 ? FITS_NEW : 0;
  } else if (good && write->table == TABELLA_SLOTS_VALUE) {
    *fits |= g_strcmp0 (now.value, before->value) == 0 ? FITS_OLD : 0;
    *fits |= g_strcmp0 (now.value, write->text) == 0 ? FITS_NEW : 0;
  } else if (good) {
    good = last_line (store, write->table, &now.last, &line, error);
    *fits |= now.last == before->last ? FITS_OLD : 0;
    *fits |= now.last == before->last + 1 && g_strcmp0 (line, write->text) == 0 ? FITS_NEW : 0;
  }
  before_clear (&now);
  return good;
}

/* What all writes of one transaction have in common. */
static gboolean
compare_all (TabellaSlots *store, const TabellaSlotsWrite *writes, gsize n, GArray *before,
             guint *fits, GError **error)
{
  *fits = FITS_OLD | FITS_NEW;
  for (gsize i = 0; i < n; i++) {
    guint one;

    if (!compare (store, &writes[i], &g_array_index (before, Before, i), &one, error))
      return FALSE;
    *fits &= one;
  }
  return TRUE;
}

static gboolean
commit (TabellaSlots *store, const TabellaSlotsWrite *writes, gsize n, GArray *before,
        GError **error)
{
  guint fits;

  if (!tabella_slots_exec (store->db, store->path, "BEGIN IMMEDIATE", error))
    return FALSE;
  for (gsize i = 0; i < n; i++) {
    const gboolean slot = writes[i].table <= TABELLA_SLOTS_CHECKIN;

    if (!(slot ? write_slot (store, &writes[i], error) : write_text (store, &writes[i], error)))
      return FALSE;
  }
  if (!tabella_slots_exec (store->db, store->path, "COMMIT", error) ||
      !tabella_slots_zero_journal (store->journal, error))
    return FALSE;
  /* SQLite's own copies would only show what it meant to write. */
  sqlite3_db_release_memory (store->db);
  if (!compare_all (store, writes, n, before, &fits, error))
    return FALSE;
  if ((fits & FITS_NEW) == 0) {
    g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE,
                 _ ("the ballot box %s does not read back what was written: the disk is failing"),
                 store->path);
    return FALSE;
  }
  return TRUE;
}

static TabellaSlotsVerdict
ask_the_disk (TabellaSlots *store, const TabellaSlotsWrite *writes, gsize n, GArray *before)
{
  guint fits;

  tabella_slots_disconnect (store);
  if (!tabella_slots_connect (store, NULL) || !compare_all (store, writes, n, before, &fits, NULL))
    return TABELLA_SLOTS_UNKNOWN;
  if (fits & FITS_NEW)
    return TABELLA_SLOTS_WRITTEN;
  return fits & FITS_OLD ? TABELLA_SLOTS_NOT_WRITTEN : TABELLA_SLOTS_UNKNOWN;
}

TabellaSlotsVerdict
tabella_slots_apply (TabellaSlots *store, const TabellaSlotsWrite *writes, gsize n, GError **error)
{
  g_autoptr (GArray) before = g_array_new (FALSE, TRUE, sizeof (Before));
  g_autoptr (GError) cause = NULL;
  TabellaSlotsVerdict verdict;

  g_array_set_clear_func (before, before_clear);
  g_array_set_size (before, (guint)n);
  if (store->db == NULL && !tabella_slots_connect (store, error))
    return TABELLA_SLOTS_NOT_WRITTEN;
  for (gsize i = 0; i < n; i++)
    if (!read_before (store, &writes[i], &g_array_index (before, Before, i), error))
      return TABELLA_SLOTS_NOT_WRITTEN;
  if (commit (store, writes, n, before, &cause))
    return TABELLA_SLOTS_WRITTEN;
  verdict = ask_the_disk (store, writes, n, before);
  if (verdict != TABELLA_SLOTS_WRITTEN)
    g_propagate_error (error, g_steal_pointer (&cause));
  return verdict;
}

gboolean
tabella_slots_each (TabellaSlots *store, TabellaSlotsTable table, TabellaSlotFunc func,
                    gpointer data, GError **error)
{
  const TabellaSlotsLayout *layout = &store->layout[table];
  g_autofree guint8 *slot = g_malloc (layout->size);
  g_autoptr (sqlite3_stmt) stmt = NULL;

  if (store->db == NULL && !tabella_slots_connect (store, error))
    return FALSE;
  stmt = tabella_slots_prepare (store->db, store->path, slot_all[table], error);
  if (stmt == NULL)
    return FALSE;
  for (guint32 i = 0; i < layout->slots; i++) {
    for (gsize k = 0; k < layout->chunks; k++) {
      if (sqlite3_step (stmt) != SQLITE_ROW || sqlite3_column_blob (stmt, 0) == NULL ||
          sqlite3_column_bytes (stmt, 0) != (int)layout->row)
        return tabella_slots_error (store->db, error, _ ("the ballot box %s cannot be read"),
                                    store->path);
      memcpy (slot + k * layout->row, sqlite3_column_blob (stmt, 0), layout->row);
    }
    if (!func (i, slot, data, error))
      return FALSE;
  }
  return TRUE;
}

char *
tabella_slots_lines (TabellaSlots *store, TabellaSlotsTable table, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT line FROM %s ORDER BY id", line_table (table));
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (sqlite3_stmt) stmt = NULL;
  int step;

  if (store->db == NULL && !tabella_slots_connect (store, error))
    return NULL;
  stmt = tabella_slots_prepare (store->db, store->path, sql, error);
  if (stmt == NULL)
    return NULL;
  while ((step = sqlite3_step (stmt)) == SQLITE_ROW) {
    const char *line = (const char *)sqlite3_column_text (stmt, 0);

    if (line == NULL) /* no memory for it: a journal without it would be another one */
      break;
    g_string_append (text, line);
    g_string_append_c (text, '\n');
  }
  if (step != SQLITE_DONE) {
    tabella_slots_error (store->db, error, _ ("the ballot box %s cannot be read"), store->path);
    return NULL;
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
tabella_slots_value (TabellaSlots *store, const char *name, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = NULL;
  int step;

  if (store->db == NULL && !tabella_slots_connect (store, error))
    return NULL;
  stmt = tabella_slots_prepare (store->db, store->path, "SELECT value FROM value WHERE name = ?1",
                                error);
  if (stmt == NULL)
    return NULL;
  if (sqlite3_bind_text (stmt, 1, name, -1, SQLITE_STATIC) != SQLITE_OK)
    step = SQLITE_ERROR;
  else
    step = sqlite3_step (stmt);
  if (step == SQLITE_ROW && sqlite3_column_text (stmt, 0) != NULL)
    return g_strdup ((const char *)sqlite3_column_text (stmt, 0));
  if (step != SQLITE_DONE)
    tabella_slots_error (store->db, error, _ ("the ballot box %s cannot be read"), store->path);
  return NULL;
}
