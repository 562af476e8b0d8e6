/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "duplicates.h"

/* Request 2 and what it strikes. */

/* Exactly the struck links that were not asked before, with their `links` file; *request has no
 * points if there is nothing to strike. A link whose proof fails, or whose R was seen before, is
 * named in @incidents and not asked. INVALID: a link was asked before that is not struck now. */
gboolean tabella_strike_request (const TabellaEvidence *e, GArray *opened,
                                 const TabellaStrikeList *list, TabellaRequest **request,
                                 GBytes **links, GPtrArray *incidents, GError **error);

/* A ballot in the count. body points into the evidence. */
typedef struct {
  guint16 terminal, station, unit, style;
  guint8 code[32], ticket[16];
  const guint8 *body;
  gboolean struck;
} TabellaCounted;
/* All cast ballots of terminals that count (not revoked, not quarantined), ascending by code, with
 * the tickets of every combined request 2 applied: openings checked, equal tickets within a station
 * resolved, counts updated (added to), incidents named (may be NULL). */
GArray *tabella_strike_apply (const TabellaEvidence *e, TabellaDuplicateCounts *counts,
                              GPtrArray *incidents, GError **error);
