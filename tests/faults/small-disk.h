/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A real file system, small and in memory, that another file fills: only this process and its
 * children see it, and it goes with them. Where the system lets nobody mount one, which root or a
 * user namespace may, the test fails. */

/* At the folder @path, which must be there. @size: bytes. */
void small_disk_mount (const char *path, gsize size);
/* The other file grows until only this many blocks are free. */
void small_disk_fill (const char *path, guint blocks);
/* How many are. */
guint small_disk_free (const char *path);
void small_disk_make_room (const char *path);
void small_disk_unmount (const char *path);
