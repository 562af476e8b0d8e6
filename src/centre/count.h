/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tally.h"

/* The whole way from opened check-ins to sums, in one place for the centre and for trustees. */
typedef struct {
  GArray *opened; /* TabellaOpened; wiped when freed */
  TabellaStrikeList *list;
  TabellaRequest *request; /* the strike that was not asked yet: no points once all is struck */
  GBytes *links;
  GArray *counted; /* TabellaCounted */
  TabellaTally *tally;
  TabellaRequest *sums; /* request 3 */
  GBytes *standing;
  TabellaDuplicateCounts counts;
  GPtrArray *incidents; /* char* */
} TabellaCount;
void tabella_count_free (TabellaCount *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaCount, tabella_count_free)

/* Up to the strike request. @slices_folder as for tabella_opening_all(). */
TabellaCount *
tabella_count_strike (const TabellaEvidence *e, const char *slices_folder, GError **error);
/* All of it. STATE: something is still to be struck. */
TabellaCount *
tabella_count_all (const TabellaEvidence *e, const char *slices_folder, GError **error);
