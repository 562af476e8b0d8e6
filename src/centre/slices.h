/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "amendments.h"
#include "roll.h"

/* The encrypted roll at the centre: who is in which slice, by pseudonym only. */
typedef struct _TabellaSlices TabellaSlices;
/* Slices are read from @folder when they are first needed. */
TabellaSlices *tabella_slices_new (const TabellaManifest *m, const char *folder);
void tabella_slices_free (TabellaSlices *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaSlices, tabella_slices_free)
/* Is p in the slice of this terminal, for a spare that took over in one of its station's? FALSE too
 * if the slice is not there or is not the manifest's. */
gboolean tabella_slices_has (TabellaSlices *s, const TabellaTerminalInfo *t,
                             const TabellaTerminalStatus *status, const guint8 p[32]);
/* No slice that is there failed to be read so far. IO. */
gboolean tabella_slices_all_read (const TabellaSlices *s, GError **error);
