/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opening.h"

/* Who voted twice, and what is struck (section 8.3). Pure. */
typedef struct {
  guint32 groups;                /* persons with more than one check-in that takes part */
  guint32 struck_links, struck_ballots, unused_tickets, paper, rejected_provisionals, repeated_tickets;
} TabellaDuplicateCounts;

typedef struct {
  GArray *links;                 /* indexes into the opened check-ins that are struck by opening their link */
  TabellaDuplicateCounts counts;
} TabellaStrikeList;
void tabella_strike_list_free (TabellaStrikeList *l);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaStrikeList, tabella_strike_list_free)

/* Provisionals without a decision: indexes into @opened. */
GArray *tabella_undecided (const TabellaEvidence *e, GArray *opened);
/* The reference of a provisional: "TERMINAL:XXXX-XXXX-XXXX-XXXX-XXXX" (p's first 100 bits). */
char   *tabella_provisional_ref (guint16 terminal, const guint8 p[32]);

/* The rule over all opened check-ins. STATE: decisions missing (named). Deterministic: independent of the order of @opened. */
TabellaStrikeList *tabella_duplicates (const TabellaEvidence *e, GArray *opened, GError **error);
