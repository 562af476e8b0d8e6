/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>
#include "station-error.h"

/* The SQLite side of the ballot box: slots, lines and values as bytes, without knowing what they
 * mean. Laid down in data/doc/station-store.md. */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

typedef enum {
  TABELLA_SLOTS_BALLOT,  /* slots */
  TABELLA_SLOTS_CHECKIN, /* slots */
  TABELLA_SLOTS_JOURNAL, /* lines */
  TABELLA_SLOTS_AFTER,   /* lines */
  TABELLA_SLOTS_VALUE,   /* named values */
} TabellaSlotsTable;

/* A slot is @chunks consecutive rows of @row bytes: one row, unless a record is larger than the
 * largest page. */
typedef struct {
  guint32 slots;
  gsize chunks, row, size; /* size = chunks × row */
} TabellaSlotsLayout;

typedef struct {
  char *path, *journal;
  sqlite3 *db;                  /* NULL after a failure, until it opens again */
  TabellaSlotsLayout layout[2]; /* BALLOT, CHECKIN */
  gboolean recovered;           /* a transaction that a crash had cut was rolled back */
} TabellaSlots;

/* Makes PATH with every slot zero. Slots are at least @ballot_size and @checkin_size bytes.
 * STORAGE. */
gboolean tabella_slots_create (const char *path, gsize ballot_size, guint32 ballots,
                               gsize checkin_size, guint32 checkins, GError **error);
TabellaSlots *tabella_slots_open (const char *path, GError **error);
void tabella_slots_close (TabellaSlots *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaSlots, tabella_slots_close)

/* Shared by box-file.c and box-store.c. */
gboolean tabella_slots_error (sqlite3 *db, GError **error, const char *format, ...)
    G_GNUC_PRINTF (3, 4); /* FALSE, STORAGE; the disk's own words are added */
gboolean tabella_slots_connect (TabellaSlots *store, GError **error);
void tabella_slots_disconnect (TabellaSlots *store);
gboolean tabella_slots_zero_journal (const char *journal, GError **error);
gboolean tabella_slots_exec (sqlite3 *db, const char *path, const char *sql, GError **error);
sqlite3_stmt *
tabella_slots_prepare (sqlite3 *db, const char *path, const char *sql, GError **error);

typedef struct {
  TabellaSlotsTable table;
  guint32 slot;        /* slots: from 0 */
  const guint8 *bytes; /* slots: layout size */
  const char *name;    /* values */
  const char *text;    /* lines and values; NULL removes a value */
} TabellaSlotsWrite;

typedef enum {
  TABELLA_SLOTS_WRITTEN,     /* durable and read back */
  TABELLA_SLOTS_NOT_WRITTEN, /* certainly nothing of it */
  TABELLA_SLOTS_UNKNOWN,     /* the disk does not say */
} TabellaSlotsVerdict;

/* One transaction: all of @writes or none (at most one line a table), the rollback journal zeroed,
 * everything read back. After any error the database is closed, opened again and compared, so that
 * the verdict is what the disk says and not what a call returned. @error: set unless WRITTEN. */
TabellaSlotsVerdict
tabella_slots_apply (TabellaSlots *store, const TabellaSlotsWrite *writes, gsize n, GError **error);

/* Each slot in order, free ones too. @func FALSE (with error) stops. */
typedef gboolean (*TabellaSlotFunc) (guint32 slot, const guint8 *bytes, gpointer data,
                                     GError **error);
gboolean tabella_slots_each (TabellaSlots *store, TabellaSlotsTable table, TabellaSlotFunc func,
                             gpointer data, GError **error);
/* LF-ended lines. */
char *tabella_slots_lines (TabellaSlots *store, TabellaSlotsTable table, GError **error);
/* NULL without error: no such value. */
char *tabella_slots_value (TabellaSlots *store, const char *name, GError **error);
