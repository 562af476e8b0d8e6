/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

/* Batches in (section 8.1). */
typedef struct {
  guint16 terminal, station; guint16 number; gboolean interim, already; guint32 cast, checkins;
  char *path; char *refused; /* reason, or NULL: taken. Refused with a known terminal: quarantined. */
  gboolean quarantined;
} TabellaImported;
/* Searches @paths to the bottom for batch folders, checks each (every check of section 10 that needs no trustee), stores it. Array of
 * TabellaImported, one a batch folder. Error only for trouble with the database or an unreadable path. @progress may be NULL: ballots checked. */
GPtrArray *tabella_import (TabellaStore *s, GPtrArray *paths, TabellaProgress progress, gpointer data, GError **error);
/* The checks of one batch by themselves (also for a safety copy that was opened). INVALID names the check. Proofs run on all cores. */
gboolean tabella_import_check (const TabellaEvidence *e, TabellaHeld *held, TabellaProgress progress, gpointer data, GError **error);
/* Sentence for a batch: "Station 7, tablet 2: final, 412 ballots." */
char *tabella_import_sentence (const TabellaEvidence *e, const TabellaImported *i);
