/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>
#include "store.h"

/* Between the store's two files. Errors of the database are STORE, with its own words. */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

struct _TabellaStore {
  char *folder;
  sqlite3 *db;
};

gboolean tabella_store_fail (TabellaStore *s, const char *doing, GError **error);
sqlite3_stmt *tabella_store_prepare (TabellaStore *s, const char *sql, GError **error);
int tabella_store_bind_text (sqlite3_stmt *stmt, int at, const char *text);
/* Runs a statement without rows. */
gboolean tabella_store_finish (TabellaStore *s, sqlite3_stmt *stmt, GError **error);
char *tabella_store_column_text (sqlite3_stmt *stmt, int at);
/* *has: requests/ has one whose name starts so. FALSE: it cannot be read, which is not the same. */
gboolean tabella_store_has_request (const TabellaStore *s, const char *prefix, gboolean *has,
                                    GError **error);
