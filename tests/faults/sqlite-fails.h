/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

/* Calls to SQLite that fail in turn, for a test program that is linked with --wrap for each of them:
 * the first from fail_at on (counted from 1; 0: none) and fail_more after it. */
static guint calls, fail_at, fail_more;

static gboolean
fails (void)
{
  calls++;
  return fail_at > 0 && calls >= fail_at && calls - fail_at <= fail_more;
}

/* The call is not made. */
#define WRAP(name, parameters, ...)                                                                \
  int __real_##name parameters;                                                                    \
  int __wrap_##name parameters;                                                                    \
  int __wrap_##name parameters                                                                     \
  {                                                                                                \
    return fails () ? SQLITE_IOERR : __real_##name (__VA_ARGS__);                                  \
  }
/* The call is made and said to have failed. */
#define WRAP_DONE(name, parameters, ...)                                                           \
  int __real_##name parameters;                                                                    \
  int __wrap_##name parameters;                                                                    \
  int __wrap_##name parameters                                                                     \
  {                                                                                                \
    int status = __real_##name (__VA_ARGS__);                                                      \
                                                                                                   \
    return fails () ? SQLITE_IOERR : status;                                                       \
  }
#define ROW sqlite3_stmt *stmt, int at

WRAP (sqlite3_open_v2, (const char *path, sqlite3 **db, int flags, const char *vfs), path, db,
      flags, vfs)
WRAP (sqlite3_exec,
      (sqlite3 * db, const char *sql, int (*row) (void *, int, char **, char **), void *data,
       char **message),
      db, sql, row, data, message)
WRAP (sqlite3_prepare_v2,
      (sqlite3 * db, const char *sql, int size, sqlite3_stmt **stmt, const char **rest), db, sql,
      size, stmt, rest)
WRAP (sqlite3_bind_blob, (ROW, const void *data, int size, void (*done) (void *)), stmt, at, data,
      size, done)
WRAP (sqlite3_bind_text, (ROW, const char *text, int size, void (*done) (void *)), stmt, at, text,
      size, done)
WRAP (sqlite3_step, (sqlite3_stmt * stmt), stmt)
