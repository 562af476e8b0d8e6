/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "station.h"

/* Batches out. A stick is a folder behind an interface: the real one will be a mounted device, the
 * simulated one a folder that can be made to fail. */
typedef struct {
  const char *root;
  gboolean (*sync) (const char *root,
                    GError **error); /* syncfs, caches dropped; NULL: the default */
  guint64 *needed; /* set before the first byte: what it needs free, at most; NULL: not asked */
} TabellaStick;

/* Safety copy: numbered and journaled (copied) before its first byte goes to the stick. Written
 * under temporary names, fsynced, read back, renamed. *text: TB1. A copy that was journaled but did
 * not reach a stick (it is kept in the state folder) is written first, same bytes; if the box holds
 * no more since, that is all. A kept copy that the disk spoilt is made again from the box, if that
 * gives the journaled digest; otherwise STORAGE says once that it is lost, and the next call makes
 * a new copy. Errors STATE (not open), STICK, STORAGE. */
gboolean tabella_export_safety_copy (TabellaStation *s, const TabellaStick *stick, char **text,
                                     GError **error);
/* OPEN or PAUSED → CLOSED: journaled "closed", the final built and kept in the state folder; on a
 * CLOSED one only the latter, for a disk that had no place for it. Refuses while a voter's session
 * lives. Combined: records in state GIVEN become LEFT first. */
gboolean tabella_export_close (TabellaStation *s, GError **error);
/* Writes the final (again): same bytes, from what is kept, or if anything of that is spoilt from
 * the box (the terminal must be unlocked then; a retired one cannot make it again). *text: TB1. */
gboolean
tabella_export_final (TabellaStation *s, const TabellaStick *stick, char **text, GError **error);
/* The final has reached a stick and was read back: closing is done. */
gboolean tabella_export_final_delivered (TabellaStation *s);
/* The final's number. STATE if not closed. */
gboolean tabella_export_final_number (TabellaStation *s, guint16 *number, GError **error);
char *tabella_export_batch_text (TabellaStation *s, GError **error); /* TB1 of the final */
