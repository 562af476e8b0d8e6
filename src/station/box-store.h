/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>
#include "station-error.h"

/* The SQLite side of the ballot box: slots, lines and values as bytes, without knowing what they mean. Laid down in
 * data/doc/station-store.md. */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

typedef enum {
  TABELLA_STORE_BALLOT,  /* slots */
  TABELLA_STORE_CHECKIN, /* slots */
  TABELLA_STORE_JOURNAL, /* lines */
  TABELLA_STORE_AFTER,   /* lines */
  TABELLA_STORE_VALUE,   /* named values */
} TabellaStoreTable;

/* A slot is @chunks consecutive rows of @row bytes: one row, unless a record is larger than the largest page. */
typedef struct {
  guint32 slots;
  gsize chunks, row, size; /* size = chunks × row */
} TabellaStoreLayout;

typedef struct {
  char *path, *journal;
  sqlite3 *db; /* NULL after a failure, until it opens again */
  TabellaStoreLayout layout[2]; /* BALLOT, CHECKIN */
  gboolean recovered;           /* a transaction that a crash had cut was rolled back */
} TabellaStore;

/* Makes PATH with every slot zero. Slots are at least @ballot_size and @checkin_size bytes. STORAGE. */
gboolean      tabella_store_create (const char *path, gsize ballot_size, guint32 ballots, gsize checkin_size, guint32 checkins,
                                    GError **error);
TabellaStore *tabella_store_open (const char *path, GError **error);
void          tabella_store_close (TabellaStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaStore, tabella_store_close)

/* Shared by box-file.c and box-store.c. */
gboolean      tabella_store_error (sqlite3 *db, const char *path, const char *doing, GError **error); /* FALSE, STORAGE */
gboolean      tabella_store_connect (TabellaStore *store, GError **error);
void          tabella_store_disconnect (TabellaStore *store);
gboolean      tabella_store_zero_journal (const char *journal, GError **error);
gboolean      tabella_store_exec (sqlite3 *db, const char *path, const char *sql, GError **error);
sqlite3_stmt *tabella_store_prepare (sqlite3 *db, const char *path, const char *sql, GError **error);

typedef struct {
  TabellaStoreTable table;
  guint32 slot;        /* slots: from 0 */
  const guint8 *bytes; /* slots: layout size */
  const char *name;    /* values */
  const char *text;    /* lines and values; NULL removes a value */
} TabellaStoreWrite;

typedef enum {
  TABELLA_STORE_WRITTEN,     /* durable and read back */
  TABELLA_STORE_NOT_WRITTEN, /* certainly nothing of it */
  TABELLA_STORE_UNKNOWN,     /* the disk does not say */
} TabellaStoreVerdict;

/* One transaction: all of @writes or none (at most one line a table), the rollback journal zeroed, everything read back. After any error the database is closed,
 * opened again and compared, so that the verdict is what the disk says and not what a call returned. @error: set unless WRITTEN. */
TabellaStoreVerdict tabella_store_apply (TabellaStore *store, const TabellaStoreWrite *writes, gsize n, GError **error);

/* Each slot in order, free ones too. @func FALSE (with error) stops. */
typedef gboolean (*TabellaStoreSlotFunc) (guint32 slot, const guint8 *bytes, gpointer data, GError **error);
gboolean tabella_store_each (TabellaStore *store, TabellaStoreTable table, TabellaStoreSlotFunc func, gpointer data, GError **error);
/* LF-ended lines. */
char    *tabella_store_lines (TabellaStore *store, TabellaStoreTable table, GError **error);
/* NULL without error: no such value. */
char    *tabella_store_value (TabellaStore *store, const char *name, GError **error);
