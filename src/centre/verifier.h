/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "manifest.h"

/* The public verifier (section 10): reads a record folder alone. Shares no function with the rest of centre/. */
typedef enum {
  TABELLA_VERIFY_BATCHES = 12, /* checks 1–12: a record without strike and tally (request 1 and 2 folders) */
  TABELLA_VERIFY_STRIKE = 13,  /* checks 1–13 */
  TABELLA_VERIFY_ALL = 17,
} TabellaVerifyUpTo;
typedef enum { TABELLA_VERDICT_INVALID, TABELLA_VERDICT_CONSISTENT, TABELLA_VERDICT_VALID_EXCLUDED, TABELLA_VERDICT_VALID } TabellaVerdict;

typedef struct { guint number; const char *name; gboolean ran, passed; char *detail; /* what failed, where */ } TabellaCheckLine;
typedef struct {
  TabellaVerdict verdict; gboolean practice; guint excluded; TabellaCheckLine checks[18]; /* [1]…[17] */
  GPtrArray *incidents; /* char* */
  char *transcript;     /* short code of HG, for comparison with the signed paper */
  guint8 batches[32];   /* BLAKE2b-256 over the digests of the counted batches by terminal: what was checked is what was read */
} TabellaVerifyReport;
void tabella_verify_report_free (TabellaVerifyReport *r);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaVerifyReport, tabella_verify_report_free)

typedef void (*TabellaVerifyProgress) (guint check, guint64 done, guint64 of, gpointer data);
/* @key: the observer's own copy of the organisers' key, or NULL. @receipts: texts (char*) or NULL. Every check runs as far as what it needs could be read;
 * a check that could not run has ran = FALSE and the verdict is INVALID. Error only if the folder cannot be read at all. */
TabellaVerifyReport *tabella_verify_record (const char *dir, TabellaVerifyUpTo up_to, const TabellaMinisignPublic *key, GPtrArray *receipts,
                                            TabellaVerifyProgress progress, gpointer data, GError **error);
