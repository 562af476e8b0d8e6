/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "evidence.h"

/* The counting centre's database FOLDER/centre.db: batches as they came, quarantines, receipts,
 * decisions. Requests and shares are files in requests/. Opened check-ins are never in it. */
typedef struct _TabellaStore TabellaStore;
/* Created if missing; refuses another election's database (STATE). */
TabellaStore *tabella_store_open (const char *folder, GError **error);
void tabella_store_close (TabellaStore *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaStore, tabella_store_close)
const char *tabella_store_folder (const TabellaStore *s);

/* Everything, with requests/ and decisions, parsed; safety copies that were asked for are opened.
 */
TabellaEvidence *tabella_store_evidence (TabellaStore *s, GError **error);
/* *asked once requests/ has a tally: what counts is fixed. */
gboolean tabella_store_tally_asked (const TabellaStore *s, gboolean *asked, GError **error);

typedef enum {
  TABELLA_PUT_NEW,     /* kept */
  TABELLA_PUT_ALREADY, /* was here */
  TABELLA_PUT_IGNORED, /* a bad copy of a terminal's batch that is here in good order */
} TabellaPut;
/* Keeps a batch; idempotent (same terminal, number and digest). A good one takes the place of its
 * terminal's quarantined copies with a bad signature; a quarantined one never that of a good one.
 */
gboolean
tabella_store_put (TabellaStore *s, const TabellaHeld *held, TabellaPut *put, GError **error);
gboolean
tabella_store_put_receipt (TabellaStore *s, const char *text, gboolean *is_new, GError **error);
GPtrArray *tabella_store_receipts (TabellaStore *s, GError **error); /* char*, ascending */
/* STATE: changing a decision after a strike was asked, or any after the tally. */
gboolean tabella_store_put_decision (TabellaStore *s, const TabellaDecision *d, GError **error);
/* Writes decisions.json and its .minisig from the database. @key NULL: a practice election gets
 * them unsigned, an official one keeps its files as they are: the decisions wait for a signature.
 */
gboolean
tabella_store_sign_decisions (TabellaStore *s, const TabellaMinisignSecret *key, GError **error);
