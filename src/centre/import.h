/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

/* Batches in (section 8.1). */
typedef struct {
  guint16 terminal, station, number; /* 0: not known */
  gboolean interim, already;         /* already: held before, nothing changed */
  guint32 cast, checkins;
  char *path;
  char *refused;        /* reason, or NULL: taken */
  gboolean quarantined; /* refused, and kept: there is no good copy of it */
  guint16 waits;        /* refused for now, and kept: it waits for this amendment; 0: no */
} TabellaImported;
void tabella_imported_free (TabellaImported *i);

/* Searches @paths (char*) to the bottom for batch folders, checks each (every check of section 10
 * that needs no trustee), stores it. Array of TabellaImported, one a batch folder, and one for a
 * path without any. Error only for trouble with the database or an unreadable path. @progress may
 * be NULL: ballots checked. */
GPtrArray *tabella_import (TabellaStore *s, GPtrArray *paths, TabellaProgress progress,
                           gpointer data, GError **error);
/* Sentence for a batch: "Station 7, tablet 2: final, 412 ballots." or the refusal with its path. */
char *tabella_import_sentence (const TabellaEvidence *e, const TabellaImported *i);
