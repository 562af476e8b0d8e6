/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "strike.h"

/* Sums, units, request 3 and the result (section 8.4). */
typedef struct {
  guint16 contest, unit; /* the unit's own index */
  GArray *merged;        /* guint16: units that went into this one, ascending, itself included */
  guint32 ballots;       /* standing ballots whose style holds the contest */
  gboolean withheld;     /* smaller than min_unit at the root: not decrypted */
  guint16 n;             /* options */
  TabellaPoint *a, *b;   /* Σα, Σβ by option */
  guint64 *counts;       /* filled by tabella_tally_count */
} TabellaUnitSum;
typedef struct {
  GPtrArray
      *sums; /* TabellaUnitSum by contest, then unit; units that were merged away are not in it */
} TabellaTally;
void tabella_tally_free (TabellaTally *t);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaTally, tabella_tally_free)

/* @counted: of tabella_strike_apply. Merges small units for every contest. */
TabellaTally *tabella_tally_sum (const TabellaEvidence *e, GArray *counted, GError **error);
/* Which (unit) each unit's ballots of one contest end in: @ballots by unit is changed to the merged
 * numbers,
 * @into[u] becomes the unit that holds u's (section 8.4). Pure. */
void tabella_tally_merge (const TabellaElection *e, guint32 *ballots, guint16 *into);
/* Request 3: all A but identities; *standing: codes ascending, 32 bytes each. */
TabellaRequest *tabella_tally_request (const TabellaEvidence *e, const TabellaTally *t,
                                       GArray *counted, GBytes **standing);
/* Counts from the combined request 3; every one in range. INVALID otherwise. */
gboolean tabella_tally_count (const TabellaEvidence *e, TabellaTally *t, const TabellaAsked *asked,
                              GError **error);
/* result.json's text. */
char *tabella_tally_result (const TabellaEvidence *e, const TabellaTally *t,
                            const TabellaDuplicateCounts *counts, guint incidents);
