/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "evidence.h"

/* Opening check-ins (section 8.2). */

/* The points of request 1 that have not been asked yet; no points if there are none. A terminal
 * ended at a safety copy first gives its `sealed`, and after that was opened its inner `checkins`.
 * INVALID: another number of a terminal was asked before, or two R are equal. */
TabellaRequest *tabella_opening_request (const TabellaEvidence *e, GError **error);
/* Opens the safety copies for which a shared point is there: fills ballots, minisig, checkins and
 * batch of the held batch, with every check of import; one that fails is quarantined. */
gboolean tabella_opening_unseal (TabellaEvidence *e, GError **error);

typedef struct {
  guint16 terminal;
  TabellaCheckin record;
} TabellaOpened;
/* All opened check-ins of the last batches, ascending by terminal, p, kind; with the checks after
 * request 1 (counts as in the header; per station and style tickets = cast + unused).
 * @slices_folder: FOLDER/roll to check kind 1 against, or NULL where it is not there. @incidents:
 * char*, appended. In memory only: freeing the array wipes it. STATE: some terminal's check-ins are
 * not open yet (named). */
GArray *tabella_opening_all (const TabellaEvidence *e, const char *slices_folder,
                             GPtrArray *incidents, GError **error);
