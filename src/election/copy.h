/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "files.h"

/* Copies one file (whole or not there). */
gboolean tabella_file_copy (const char *from, const char *to, int mode, GError **error);
/* Copies a folder's ordinary files and folders into @to, which may exist; names that start with a dot are left out.
 * Modes are kept. */
gboolean tabella_folder_copy (const char *from, const char *to, GError **error);
/* Puts the finished folder @made in the place of @path (there or not) and removes what was there. Both in one parent. */
gboolean tabella_folder_replace (const char *made, const char *path, GError **error);
