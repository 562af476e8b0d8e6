/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "manifest.h"

/* The public verifier (section 10): reads a record folder alone. Shares no function with the rest
 * of centre/. */
typedef enum {
  TABELLA_VERIFY_BATCHES = 12, /* a record without strike and tally (request 1 and 2 folders) */
  TABELLA_VERIFY_STRIKE = 13,  /* one without tally and result (request 3 folders) */
  TABELLA_VERIFY_ALL = 17,
} TabellaVerifyUpTo;
typedef enum {
  TABELLA_VERDICT_INVALID,
  TABELLA_VERDICT_CONSISTENT,     /* all passed, but no key was given */
  TABELLA_VERDICT_VALID_EXCLUDED, /* all passed; terminals are quarantined or revoked */
  TABELLA_VERDICT_VALID,
} TabellaVerdict;

/* @name: a few words. @detail: what failed and where, one line; NULL if it passed. ran = FALSE: a
 * part of what the check needs could not be read, and nothing was wrong with the rest. */
typedef struct {
  guint number;
  const char *name;
  gboolean ran, passed;
  char *detail;
} TabellaCheckLine;
typedef struct {
  TabellaVerdict verdict;
  gboolean practice;
  guint excluded;              /* terminals */
  TabellaCheckLine checks[18]; /* [1]…[17] */
  GPtrArray *incidents;        /* char*, one line each: not failures, but people should know */
  char *transcript;            /* short code of HG, to compare with the signed paper; or NULL */
  guint8 batches[32]; /* BLAKE2b-256 over the digests of the counted batches by terminal: what was
                         checked is what was read */
} TabellaVerifyReport;
void tabella_verify_report_free (TabellaVerifyReport *r);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaVerifyReport, tabella_verify_report_free)

/* From the calling thread; proofs run on all cores meanwhile. */
typedef void (*TabellaVerifyProgress) (guint check, guint64 done, guint64 of, gpointer data);
/* @key: the observer's own copy of the organisers' key, or NULL. @receipts: texts (char*) or NULL.
 * Every check up to @up_to runs as far as what it needs could be read; those after it have ran =
 * FALSE and no detail. What nobody signed is not parsed. Two readings of section 10 that are ours:
 * - A file that a record does not have (section 9) fails check 6 by its name, so that check-ins,
 *   rolls and keys are not published by mistake. Web pages (.html .css .js .svg .png .ico .txt) may
 *   lie beside the record's own folders; hidden names are not looked at.
 * - A quarantined batch must fail a check, and be signed by its terminal unless an amendment ended
 *   the terminal without a batch or revoked it: anybody could damage a copy to be rid of a terminal.
 * Error IO only if the folder cannot be read at all. */
TabellaVerifyReport *tabella_verify_record (const char *dir, TabellaVerifyUpTo up_to,
                                            const TabellaMinisignPublic *key, GPtrArray *receipts,
                                            TabellaVerifyProgress progress, gpointer data,
                                            GError **error);
