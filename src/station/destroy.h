/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Removing for good: zeros over the content, fsync, removed, fsync of the folder. Overwriting is no
 * promise on flash; it costs nothing where it is one. */

/* TRUE if there is none. Tries every step even if one fails. STORAGE. */
gboolean tabella_destroy_file (const char *path, GError **error);
/* Every file below it, hidden ones too, then the folders; links themselves, not what they point at.
 * TRUE if there is none. STORAGE: the first file that resists; the others are gone. */
gboolean tabella_destroy_folder (const char *path, GError **error);
