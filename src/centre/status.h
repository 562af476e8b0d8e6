/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

/* Where the count stands. */
typedef enum {
  TABELLA_AT_WAITING, /* no final, no amendment; or its batch waits for an amendment */
  TABELLA_AT_FINAL,
  TABELLA_AT_ENDED, /* by amendment, at batch last_number (0: none) */
  TABELLA_AT_REVOKED,
  TABELLA_AT_QUARANTINED,
  TABELLA_AT_FORK,
  TABELLA_AT_UNUSED, /* a spare that no amendment assigned */
} TabellaAt;
typedef struct {
  guint16 terminal, station;
  TabellaRole role;
  TabellaAt at;
  gboolean settled;                   /* nothing more is needed from it before a tally */
  guint16 last_number;                /* the batch that counts, or the highest one here */
  guint32 cast, checkins, challenged; /* of the batch that counts */
  GArray
      *gaps;  /* guint16 batch numbers that a later batch or receipt names and that are not here */
  char *note; /* quarantine reason, fork, what is awaited … or NULL */
} TabellaTerminalAt;
typedef struct {
  GPtrArray *terminals;  /* TabellaTerminalAt, by index */
  guint settled, needed; /* "41 of 60" */
  GPtrArray *missing;    /* char*: what is missing before a tally, each with the next command */
  GPtrArray *undecided;  /* char*: references of provisionals without decision */
  GPtrArray *receipts;   /* char*: receipts that do not fit what is here */
  GPtrArray *incidents;  /* char* */
  gboolean tally_asked, result;
} TabellaCentreStatus;
void tabella_centre_status_free (TabellaCentreStatus *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaCentreStatus, tabella_centre_status_free)
TabellaCentreStatus *tabella_centre_status (TabellaStore *s, GError **error);
const char *tabella_at_name (TabellaAt at); /* "final", "waiting" … */

typedef enum {
  TABELLA_RECEIPT_MATCHES, /* the batch, or the line of a later one, has its digest */
  TABELLA_RECEIPT_MISSING, /* the batch is not here */
  TABELLA_RECEIPT_DIFFERS, /* what is here has another digest or other counts */
  TABELLA_RECEIPT_BAD,     /* not a batch receipt of this election, or its signature does not fit */
} TabellaReceiptAt;
/* A TB1 text against what is here; *sentence (may be NULL) says it in words. */
TabellaReceiptAt
tabella_receipt_compare (const TabellaEvidence *e, const char *text, char **sentence);
