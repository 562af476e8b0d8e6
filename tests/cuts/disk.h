/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include "recorder.h"

/* Disks as a log of recorder.h leaves them: what is on them for certain, and the changes that no
 * sync has made certain yet. Any of these may be lost or kept by a power cut, each for itself:
 * - every 512 bytes of a write,
 * - a file's new length (what was not written inside it reads as zeros),
 * - a name in a folder: made, taken away, or moved. Syncing a file does not make its name certain,
 *   syncing its folder does.
 * A rename is one change, as on ext4. With @fat, as on a stick, it is two, the new name and the old
 * one's end, and syncing a folder does nothing: names are certain once the whole disk is synced. */
#define CUTS_SECTOR 512

typedef struct _CutsDisks CutsDisks;

/* @folders: absolute, NULL-ended, as they are now (before the log begins); bit n of @fat is for
 * folder n. */
CutsDisks *cuts_disks_new (const char *const *folders, guint fat);
/* One disk that was empty when the log began, and need not be any more. */
CutsDisks *cuts_disks_new_empty (const char *folder);
void cuts_disks_free (CutsDisks *d);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CutsDisks, cuts_disks_free)

/* Applies the change at *at of @log and steps over it. FALSE with @why for one that cannot be
 * followed. */
gboolean cuts_disks_apply (CutsDisks *d, GBytes *log, gsize *at, CutsEntry *entry, char **path,
                           char **other, GString *why);

typedef enum { CUTS_DATA, CUTS_LENGTH, CUTS_NAME } CutsKind;
/* The uncertain changes, in the order in which they were made. */
guint cuts_disks_pending (const CutsDisks *d);
CutsKind cuts_disks_kind (const CutsDisks *d, guint n);
/* Changes with the same answer are in one block of 4096 bytes of one file (0: in none). */
guint64 cuts_disks_block (const CutsDisks *d, guint n);

typedef struct {
  guint disk;
  char *path;
  gboolean folder;
  const guint8 *bytes;
  gsize size;
  guint8 hash[16];
} CutsFile;

typedef struct {
  GPtrArray *files;    /* CutsFile, folders before what is in them */
  GHashTable *by_name; /* "disk/path" → CutsFile */
  GPtrArray *unnamed;  /* CutsFile without a path: on the disk, but in no folder */
  GPtrArray *own;      /* bytes made for this image */
  guint8 hash[16];     /* of names and bytes */
} CutsImage;

/* What is there if those changes are kept for which @kept has a byte that is not 0. Valid until the
 * next change. */
CutsImage *cuts_disks_image (CutsDisks *d, const guint8 *kept);
void cuts_image_free (CutsImage *i);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CutsImage, cuts_image_free)
const CutsFile *cuts_image_file (const CutsImage *i, guint disk, const char *path);
/* Makes @folder hold what disk @disk of the image does; what is there and the same is not written
 * again. @memory: a table of its own for each folder, from cuts_memory_new(). */
GHashTable *cuts_memory_new (void);
void cuts_image_write (const CutsImage *i, guint disk, const char *folder, GHashTable *memory);
/* Is @folder the same? Names what differs. */
gboolean cuts_image_equals (const CutsImage *i, guint disk, const char *folder, GString *why);
