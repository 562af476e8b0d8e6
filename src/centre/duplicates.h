/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opening.h"

/* Who voted twice, and what is struck (section 8.3). Pure. */
typedef struct {
  guint32 groups;       /* persons with more than one check-in that takes part, paper included */
  guint32 struck_links; /* check-ins struck by opening their link */
  guint32 struck_ballots;
  guint32 unused_tickets;
  guint32 paper; /* paper check-ins of persons who also checked in electronically */
  guint32 rejected_provisionals;
  guint32 repeated_tickets; /* ballots set aside because another of the station has their ticket */
} TabellaDuplicateCounts;

typedef struct {
  GArray *links; /* guint: indexes into the opened check-ins that are struck, ascending */
  TabellaDuplicateCounts counts;
  GPtrArray *incidents; /* char* */
} TabellaStrikeList;
void tabella_strike_list_free (TabellaStrikeList *l);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaStrikeList, tabella_strike_list_free)

/* Provisionals that take part and have no decision: indexes (guint) into @opened. */
GArray *tabella_undecided (const TabellaEvidence *e, GArray *opened);
/* The reference of a provisional: "TERMINAL:XXXX-XXXX-XXXX-XXXX-XXXX" (p's first 100 bits). */
char *tabella_provisional_ref (guint16 terminal, const guint8 p[32]);
/* The provisional of a reference (letters in any case, hyphens free): index into @opened. INVALID:
 * there is none. */
gboolean tabella_provisional_find (GArray *opened, const char *ref, guint *index, GError **error);

/* The rule over all opened check-ins. STATE: decisions missing (named). Deterministic: independent
 * of the order of @opened. */
TabellaStrikeList *tabella_duplicates (const TabellaEvidence *e, GArray *opened, GError **error);
