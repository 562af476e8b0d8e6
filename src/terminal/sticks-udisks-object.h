/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sticks.h"

/* What udisks2's objects say about sticks. Nothing but sticks-udisks.c includes it. */
#define UDISKS     "org.freedesktop.UDisks2"
#define BLOCK      UDISKS ".Block"
#define FILESYSTEM UDISKS ".Filesystem"
#define DRIVE      UDISKS ".Drive"

typedef struct {
  TabellaStickInfo *info; /* its id is the drive's object path */
  char *block;            /* object path of the filesystem to use; NULL: none */
  gboolean power_off;     /* it turns, and can be stopped */
} TabellaDrive;
void tabella_drive_free (TabellaDrive *drive);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaDrive, tabella_drive_free)

/* Array of TabellaDrive, by object path. */
GPtrArray *tabella_drives_list (GDBusObjectManager *manager);
