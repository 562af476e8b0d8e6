/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "evidence.h"

/* The counting centre's database FOLDER/centre.db: batches as they came, quarantines, receipts, decisions. Requests and shares are files in requests/. */
typedef struct _TabellaStore TabellaStore;
TabellaStore *tabella_store_open (const char *folder, GError **error); /* created if missing; refuses another election's database */
void          tabella_store_close (TabellaStore *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaStore, tabella_store_close)
const char   *tabella_store_folder (const TabellaStore *s);

/* Everything, with requests/ and decisions, parsed. */
TabellaEvidence *tabella_store_evidence (TabellaStore *s, GError **error);

/* Keeps a batch; idempotent (same terminal, number and digest). */
gboolean tabella_store_put (TabellaStore *s, const TabellaHeld *held, gboolean *is_new, GError **error);
gboolean tabella_store_put_receipt (TabellaStore *s, const char *text, gboolean *is_new, GError **error);
GPtrArray *tabella_store_receipts (TabellaStore *s, GError **error);
gboolean tabella_store_put_decision (TabellaStore *s, const TabellaDecision *d, GError **error);
/* Writes decisions.json (and .minisig with @key) from the database. */
gboolean tabella_store_sign_decisions (TabellaStore *s, const TabellaMinisignSecret *key, GError **error);
