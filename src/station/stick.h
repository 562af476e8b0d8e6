/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "export.h"

/* Writing to a stick so that whatever happens to it, nothing half-written is taken for whole. */

typedef struct {
  const char *name;
  GBytes *bytes;
} TabellaStickFile;

/* ROOT/terminal-NNN/batch-NNNN/ with these files: under a temporary folder's name, fsynced,
 * flushed, read back from the device, compared, renamed, flushed. A batch that is there already
 * with the same bytes is only read back; one with other bytes is replaced, but one of another
 * election is kept beside it under another name. Error STICK in plain words. */
gboolean tabella_stick_write (const TabellaStick *stick, guint16 terminal, guint16 number,
                              const TabellaStickFile *files, gsize n, GError **error);
