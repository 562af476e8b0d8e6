/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "box-store.h"

#include <glib/gi18n-lib.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "files.h"
#include "json.h"

#define PAGE_MIN 4096
#define PAGE_MAX 65536
/* A table's leaf cell stays on its page while the record is at most page − 35 bytes; the record
 * adds a header of at most 5 bytes to the blob (its own length, the row id's place, the blob's
 * length). */
#define PAGE_OVERHEAD 40
/* What a day needs on a disk that has become full: pages for some hundreds of lines, and a rollback
 * journal of its greatest length. */
#define SPARE_PAGES   16
#define JOURNAL_PAGES 8 /* besides those of two slots */
#define JOURNAL_HEAD  4096
#define MODE_SECRET   0600
#define BALLOT_SIZE   "ballot-size" /* the value that keeps the layout */

gboolean
tabella_slots_error (sqlite3 *db, GError **error, const char *format, ...)
{
  /* The database's own words may quote what is in it. */
  g_autofree char *what = NULL, *words = db != NULL ? tabella_disarmed (sqlite3_errmsg (db)) : NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE,
               _ ("%s (%s): look at the disk's free space and health"), what,
               words != NULL ? words : _ ("it is closed"));
  return FALSE;
}

static gboolean
create_error (const char *path, int err, GError **error)
{
  g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE,
               _ ("%s cannot be created (%s): look at the disk's free space and health"), path,
               tabella_errno_text (err));
  return FALSE;
}

static gboolean
clear_error (const char *path, int err, GError **error)
{
  g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE,
               _ ("%s cannot be cleared (%s): look at the disk's free space and health"), path,
               tabella_errno_text (err));
  return FALSE;
}

static void
layout_init (TabellaSlotsLayout *layout, gsize size, guint32 slots)
{
  const gsize most = PAGE_MAX - PAGE_OVERHEAD;

  layout->slots = slots;
  layout->chunks = (size + most - 1) / most;
  layout->row = (size + layout->chunks - 1) / layout->chunks;
  layout->size = layout->row * layout->chunks;
}

static guint
page_size_for (gsize row)
{
  guint page = PAGE_MIN;

  while (page - PAGE_OVERHEAD < row && page < PAGE_MAX)
    page *= 2;
  return page;
}

gboolean
tabella_slots_exec (sqlite3 *db, const char *path, const char *sql, GError **error)
{
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) != SQLITE_OK)
    return tabella_slots_error (db, error, _ ("the ballot box %s cannot be written"), path);
  return TRUE;
}

sqlite3_stmt *
tabella_slots_prepare (sqlite3 *db, const char *path, const char *sql, GError **error)
{
  sqlite3_stmt *stmt = NULL;

  if (db == NULL || sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL) != SQLITE_OK) {
    tabella_slots_error (db, error, _ ("the ballot box %s cannot be read"), path);
    return NULL;
  }
  return stmt;
}

/* A setting that the disk's guarantees rest on is asked for and then compared. */
static gboolean
pragma (sqlite3 *db, const char *path, const char *sql, const char *expected, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = tabella_slots_prepare (db, path, sql, error);
  const char *answer = NULL;

  if (stmt == NULL)
    return FALSE;
  if (sqlite3_step (stmt) == SQLITE_ROW)
    answer = (const char *)sqlite3_column_text (stmt, 0); /* NULL too without memory for it */
  if (answer == NULL)
    return tabella_slots_error (db, error, _ ("the ballot box %s cannot be opened"), path);
  if (!g_str_equal (answer, expected)) {
    g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE,
                 _ ("the ballot box %s cannot be opened: SQLite answers %s to \"%s\""), path,
                 answer, sql);
    return FALSE;
  }
  return TRUE;
}

static gboolean
fill (sqlite3 *db, const char *path, const char *sql, const TabellaSlotsLayout *layout,
      GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = tabella_slots_prepare (db, path, sql, error);

  if (stmt == NULL)
    return FALSE;
  for (guint64 i = 0; i < (guint64)layout->slots * layout->chunks; i++) {
    if (sqlite3_bind_zeroblob (stmt, 1, (int)layout->row) != SQLITE_OK ||
        sqlite3_step (stmt) != SQLITE_DONE || sqlite3_reset (stmt) != SQLITE_OK)
      return tabella_slots_error (db, error, _ ("the ballot box %s cannot be created"), path);
  }
  return TRUE;
}

/* A table that is dropped leaves its pages to the others. */
static gboolean
reserve (sqlite3 *db, const char *path, const TabellaSlotsLayout *layout, GError **error)
{
  const guint page = page_size_for (MAX (layout[0].row, layout[1].row));
  const gsize pages = JOURNAL_PAGES + 2 * (layout[0].chunks + layout[1].chunks);
  const gsize size = JOURNAL_HEAD + pages * (page + 8);
  g_autofree char *sql = g_strdup_printf ("CREATE TABLE spare (v BLOB);"
                                          "INSERT INTO spare VALUES (zeroblob (%u));"
                                          "DROP TABLE spare",
                                          SPARE_PAGES * page);
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);
  g_autofree guint8 *zeros = g_malloc0 (size);

  return tabella_slots_exec (db, path, sql, error) &&
         tabella_file_write (journal, zeros, size, MODE_SECRET, error);
}

static gboolean
create_tables (sqlite3 *db, const char *path, gsize ballot_size, const TabellaSlotsLayout *layout,
               GError **error)
{
  const guint page = page_size_for (MAX (layout[0].row, layout[1].row));
  g_autofree char *setup = g_strdup_printf (
      "PRAGMA page_size = %u; PRAGMA auto_vacuum = NONE; PRAGMA journal_mode = OFF;"
      "PRAGMA synchronous = FULL; BEGIN;"
      "CREATE TABLE ballot (id INTEGER PRIMARY KEY, v BLOB NOT NULL);"
      "CREATE TABLE checkin (id INTEGER PRIMARY KEY, v BLOB NOT NULL);"
      "CREATE TABLE journal (id INTEGER PRIMARY KEY, line TEXT NOT NULL);"
      "CREATE TABLE after (id INTEGER PRIMARY KEY, line TEXT NOT NULL);"
      "CREATE TABLE value (name TEXT PRIMARY KEY, value TEXT NOT NULL);"
      "INSERT INTO value VALUES ('" BALLOT_SIZE "', '%" G_GSIZE_FORMAT "');",
      page, ballot_size);

  return tabella_slots_exec (db, path, setup, error) &&
         fill (db, path, "INSERT INTO ballot (v) VALUES (?1)", &layout[0], error) &&
         fill (db, path, "INSERT INTO checkin (v) VALUES (?1)", &layout[1], error) &&
         reserve (db, path, layout, error) && tabella_slots_exec (db, path, "COMMIT", error);
}

gboolean
tabella_slots_create (const char *path, gsize ballot_size, guint32 ballots, gsize checkin_size,
                      guint32 checkins, GError **error)
{
  TabellaSlotsLayout layout[2];
  sqlite3 *db = NULL;
  gboolean good;

  layout_init (&layout[0], ballot_size, ballots);
  layout_init (&layout[1], checkin_size, checkins);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return create_error (path, EEXIST, error);
  good = sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) == SQLITE_OK;
  if (!good)
    tabella_slots_error (db, error, _ ("the ballot box %s cannot be created"), path);
  else if (chmod (path, MODE_SECRET) != 0)
    good = create_error (path, errno, error);
  else
    good = create_tables (db, path, ballot_size, layout, error);
  if (sqlite3_close (db) != SQLITE_OK && good)
    good = tabella_slots_error (db, error, _ ("the ballot box %s cannot be closed"), path);
  if (!good) {
    g_autofree char *journal = g_strconcat (path, "-journal", NULL);

    unlink (path);
    unlink (journal);
  }
  return good;
}

/* A cut transaction leaves the journal's first byte set; afterwards it is zero. */
static gboolean
journal_is_hot (const char *journal)
{
  guint8 first = 0;
  int fd = open (journal, O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    return FALSE;
  if (read (fd, &first, 1) != 1)
    first = 0;
  close (fd);
  return first != 0;
}

static gboolean
write_zeros (int fd)
{
  static const guint8 zeros[65536];
  struct stat st;
  off_t at = 0;

  if (fstat (fd, &st) != 0)
    return FALSE;
  while (at < st.st_size) {
    ssize_t put = pwrite (fd, zeros, MIN ((gsize)(st.st_size - at), sizeof zeros), at);

    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return FALSE;
    at += put;
  }
  return fsync (fd) == 0;
}

/* The rollback journal holds the page that was changed last: it would say who voted last. SQLite
 * keeps the file and begins again at its front, so zeros there are what it expects of an ended
 * transaction. The file is not the database: closing it drops no lock. */
gboolean
tabella_slots_zero_journal (const char *journal, GError **error)
{
  int fd = open (journal, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  int err = 0;

  if (fd < 0)
    return errno == ENOENT || clear_error (journal, errno, error);
  if (!write_zeros (fd))
    err = errno;
  if (close (fd) != 0 && err == 0)
    err = errno;
  return err == 0 || clear_error (journal, err, error);
}

/* EXCLUSIVE comes first: it and PERSIST keep the journal file where it is, also while a cut
 * transaction is rolled back. */
static gboolean
configure (sqlite3 *db, const char *path, GError **error)
{
  return pragma (db, path, "PRAGMA locking_mode = EXCLUSIVE", "exclusive", error) &&
         pragma (db, path, "PRAGMA journal_mode = PERSIST", "persist", error) &&
         tabella_slots_exec (db, path,
                             "PRAGMA synchronous = EXTRA; PRAGMA temp_store = MEMORY;"
                             "PRAGMA cache_spill = OFF; PRAGMA cell_size_check = ON;"
                             "BEGIN EXCLUSIVE; COMMIT",
                             error) &&
         pragma (db, path, "PRAGMA secure_delete = ON", "1", error) &&
         pragma (db, path, "PRAGMA synchronous", "3", error) &&
         pragma (db, path, "PRAGMA auto_vacuum", "0", error);
}

gboolean
tabella_slots_connect (TabellaSlots *store, GError **error)
{
  sqlite3 *db = NULL;

  if (sqlite3_open_v2 (store->path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
    tabella_slots_error (db, error, _ ("the ballot box %s cannot be opened"), store->path);
  else if (configure (db, store->path, error) &&
           tabella_slots_zero_journal (store->journal, error)) {
    store->db = db;
    return TRUE;
  }
  sqlite3_close (db);
  return FALSE;
}

static gboolean
table_rows (TabellaSlots *store, const char *sql, guint64 *rows, gsize *row, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = tabella_slots_prepare (store->db, store->path, sql, error);

  if (stmt == NULL)
    return FALSE;
  if (sqlite3_step (stmt) != SQLITE_ROW)
    return tabella_slots_error (store->db, error, _ ("the ballot box %s cannot be read"),
                                store->path);
  *rows = (guint64)sqlite3_column_int64 (stmt, 0);
  *row = (gsize)sqlite3_column_int64 (stmt, 1);
  return TRUE;
}

static gboolean
read_layout (TabellaSlots *store, GError **error)
{
  g_autofree char *size = tabella_slots_value (store, BALLOT_SIZE, error);
  guint64 rows[2];
  gsize row[2];

  if (size == NULL) {
    if (error != NULL && *error == NULL)
      g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE,
                   _ ("%s is not a ballot box"), store->path);
    return FALSE;
  }
  if (!table_rows (store, "SELECT count(*), max(length(v)) FROM ballot", &rows[0], &row[0],
                   error) ||
      !table_rows (store, "SELECT count(*), max(length(v)) FROM checkin", &rows[1], &row[1], error))
    return FALSE;
  layout_init (&store->layout[0], MAX (g_ascii_strtoull (size, NULL, 10), 1), 0);
  layout_init (&store->layout[1], MAX (row[1], 1), 0);
  for (guint i = 0; i < 2; i++) {
    store->layout[i].slots = (guint32)(rows[i] / store->layout[i].chunks);
    if (row[i] != store->layout[i].row || rows[i] % store->layout[i].chunks != 0) {
      g_set_error (
          error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE,
          _ ("the ballot box %s is damaged: its slots have another size than when it was made"),
          store->path);
      return FALSE;
    }
  }
  return TRUE;
}

/* SQLite would wait for a pipe, or follow a link. */
static gboolean
are_ordinary (const TabellaSlots *store, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (tabella_file_ordinary (store->path, &cause) && tabella_file_ordinary (store->journal, &cause))
    return TRUE;
  g_set_error_literal (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE, cause->message);
  return FALSE;
}

TabellaSlots *
tabella_slots_open (const char *path, GError **error)
{
  g_autoptr (TabellaSlots) store = g_new0 (TabellaSlots, 1);

  store->path = g_strdup (path);
  store->journal = g_strconcat (path, "-journal", NULL);
  if (!are_ordinary (store, error))
    return NULL;
  store->recovered = journal_is_hot (store->journal);
  if (!tabella_slots_connect (store, error) || !read_layout (store, error))
    return NULL;
  return g_steal_pointer (&store);
}

void
tabella_slots_disconnect (TabellaSlots *store)
{
  /* Every statement is finalized by its scope, so this cannot be refused. A transaction that is
   * still open is rolled back, now or by whoever opens next. */
  sqlite3_close (store->db);
  store->db = NULL;
}

void
tabella_slots_close (TabellaSlots *store)
{
  if (store == NULL)
    return;
  tabella_slots_disconnect (store);
  g_free (store->path);
  g_free (store->journal);
  g_free (store);
}
