/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "election-error.h"
#include "bounds.h"

/* The whole file in memory; an empty one's bytes have an address too. Refuses what is not a regular
 * file or larger than @limit. Error IO (with the path). */
GBytes *tabella_file_read (const char *path, guint64 limit, GError **error);
/* TRUE if an ordinary file lies at @path, or nothing: for what others open, who would wait for a pipe
 * or follow a link. Error IO. */
gboolean tabella_file_ordinary (const char *path, GError **error);
/* Temporary name (".NAME.tmp"), write, fsync, rename, fsync of the folder: whole or not there.
 * @mode: 0600 for secrets, 0644 else. Makes missing parent folders. */
gboolean
tabella_file_write (const char *path, gconstpointer bytes, gsize size, int mode, GError **error);
/* Like tabella_file_write, but refuses to replace an existing file (error STATE). */
gboolean tabella_file_write_new (const char *path, gconstpointer bytes, gsize size, int mode,
                                 GError **error);
/* *there: is there anything of this name? FALSE with IO if the disk does not say: that is not the
 * same as none. */
gboolean tabella_file_exists (const char *path, gboolean *there, GError **error);
/* Like tabella_file_read; TRUE with *bytes NULL if there is nothing of this name. */
gboolean tabella_file_read_if_any (const char *path, guint64 limit, GBytes **bytes, GError **error);
/* The folder and its parents, durably. TRUE if it is there already. */
gboolean tabella_folder_make (const char *path, GError **error);
/* g_strerror's words in the language of the messages. */
const char *tabella_errno_text (int err);
/* Makes what happened to the folder's names durable. */
gboolean tabella_folder_sync (const char *path, GError **error);
/* The next name, or NULL with errno 0 at the end and another one if the rest cannot be read. */
const char *tabella_folder_next (GDir *dir);
/* Removes a folder and all in it; links themselves, not what they point at. TRUE if there is none.
 */
gboolean tabella_folder_remove (const char *path, GError **error);
/* Names in a folder, sorted, without temporary and hidden ones; NULL with error if it cannot be
 * read. */
GPtrArray *tabella_folder_list (const char *path, GError **error);
/* Like tabella_folder_list; an empty list if there is nothing of this name. */
GPtrArray *tabella_folder_list_if_any (const char *path, GError **error);
