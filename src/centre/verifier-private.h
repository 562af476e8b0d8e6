/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "amendments.h"
#include "requests.h"
#include "verifier.h"

/* Between the verifier's files. They use crypto/, election/ and ballot/ and nothing else of
 * centre/: a test compares the symbols. */

#define TABELLA_VERIFY_LAST 17

/* What was found for one check: the first problem, how many there are, and what kept the check (or
 * a part of it) from running. */
typedef struct {
  char *problem;
  guint problems;
  char *missing;
} TabellaVerifyFinding;

/* Notes a problem. */
void
tabella_verify_fail (TabellaVerifyFinding *finding, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Notes that something could not be looked at; the first reason is kept. */
void
tabella_verify_miss (TabellaVerifyFinding *finding, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* A folder that holds `ballots`. */
typedef struct {
  const TabellaTerminalInfo *info;
  guint16 number; /* of the folder */
  gboolean quarantined;
  gboolean unread;              /* a file is there and the disk does not give it */
  gboolean is_signed;           /* by the terminal's batch key, as this batch of it */
  char *place;                  /* "quarantine/terminal-007/batch-0001" */
  char *where;                  /* "terminal 7, batch 1" */
  TabellaBatch *batch;          /* NULL: not read, since the file is not signed or not a batch */
  GArray *journal;              /* TabellaEventLine; NULL: not readable */
  TabellaTerminalStatus status; /* by the amendments that its journal names */
  guint16 waits; /* quarantined: the first amendment that its journal names and the record does not
                  * have as it has it; the rest is judged as if it did */
  TabellaVerifyFinding findings[TABELLA_VERIFY_LAST + 1];
} TabellaVerifyBatch;

typedef struct {
  const TabellaTerminalInfo *info;
  TabellaTerminalStatus status; /* by all amendments */
  TabellaVerifyBatch *batch;    /* what the record has as its last one, or NULL */
  gboolean quarantined;         /* quarantined files only */
} TabellaVerifyTerminal;

/* A cast ballot of a terminal that counts. */
typedef struct {
  const TabellaBallotRecord *record;
  guint16 terminal, station, unit;
  gboolean out; /* struck, or lost the lot between equal tickets */
} TabellaVerifyBallot;

/* The standing ballots of one contest that are summed together. */
typedef struct {
  guint16 contest, unit;
  guint8 *members; /* by unit: 1 if its ballots are in here, the group's own unit included */
  guint32 ballots;
  gboolean withheld; /* smaller than min_unit: not decrypted */
  guint16 n;         /* options */
  TabellaPoint *a, *b;
  guint64 *counts; /* NULL before check 16 */
} TabellaVerifyGroup;

typedef struct {
  const char *dir;
  TabellaVerifyUpTo up_to;
  const TabellaMinisignPublic *key;
  GPtrArray *receipts;
  TabellaVerifyProgress progress;
  gpointer data;
  TabellaVerifyFinding findings[TABELLA_VERIFY_LAST + 1];
  GPtrArray *incidents;

  TabellaManifest *manifest;
  TabellaCeremonyKeys keys;
  TabellaBallotContext *ctx; /* NULL: the ceremony gives no keys */
  GPtrArray *amendments;     /* TabellaAmendment: the good ones, ascending */
  GPtrArray *terminals;      /* TabellaVerifyTerminal, as in the manifest */
  GPtrArray *batches;        /* TabellaVerifyBatch: counted ones by terminal, then quarantined */
  guint excluded;

  GArray *ballots; /* TabellaVerifyBallot ascending by code; NULL: some batch was not read */
  guint32 struck_links, struck_ballots, unused_tickets, strike_incidents;
  gboolean strike_known;
  GPtrArray *groups;       /* TabellaVerifyGroup by contest, then unit; NULL: not summed */
  TabellaRequest *request; /* request 3 as it must be */
  TabellaPoint *shared;    /* ΣλM by point of the request; NULL: too few good shares */
} TabellaVerifier;

void tabella_verify_incident (TabellaVerifier *v, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Nothing from @first to @last can run, for one reason. */
void tabella_verify_miss_all (TabellaVerifier *v, guint first, guint last, const char *reason);

/* --- Files --- */

/* DIR/@name, at most @limit bytes; NULL with @error. */
GBytes *
tabella_verify_read (const TabellaVerifier *v, const char *name, guint64 limit, GError **error);
/* The same as text. Files with a NUL in them are none (error FORMAT). */
char *tabella_verify_read_text (const TabellaVerifier *v, const char *name, guint64 limit,
                                GError **error);
/* Is there anything of this name? What the disk does not answer for is a problem of @check. */
gboolean tabella_verify_exists (TabellaVerifier *v, guint check, const char *name);
/* Names in DIR/@name (NULL: DIR itself); empty if there is no such folder. One that cannot be read
 * is empty too, and a problem of @check. */
GPtrArray *tabella_verify_list (TabellaVerifier *v, guint check, const char *name);
/* The number in "@prefix" ‖ number ‖ "@suffix" written with at least @digits digits and no zero too
 * many; 0 for every other name. */
guint16
tabella_verify_number (const char *name, const char *prefix, guint digits, const char *suffix);
/* Every file whose name the record does not have (part of check 6). */
void tabella_verify_names (TabellaVerifier *v);

/* --- The checks, in this order --- */

void tabella_verify_manifest (TabellaVerifier *v);   /* 1 */
void tabella_verify_ceremony (TabellaVerifier *v);   /* 2 and 3; makes ctx */
void tabella_verify_amendments (TabellaVerifier *v); /* 4, the files */
/* The amendment of that number among the good ones, or NULL. */
TabellaAmendment *tabella_verify_amendment (const TabellaVerifier *v, guint16 number);

void tabella_verify_batches (TabellaVerifier *v); /* finds and reads all: 4 to 8 and 11, in each */
void tabella_verify_batch_free (TabellaVerifyBatch *b);
/* Reads and inspects one folder: all but proofs, signatures and what is compared between batches.
 */
void tabella_verify_batch_inspect (const TabellaVerifier *v, TabellaVerifyBatch *b);
/* The journal of a parsed batch: 4, 6, 7; fills journal and status. */
void tabella_verify_journal (const TabellaVerifier *v, TabellaVerifyBatch *b);
void tabella_verify_unique (TabellaVerifier *v);   /* 9 */
void tabella_verify_proofs (TabellaVerifier *v);   /* 8, 10, 11, 12 of every record */
void tabella_verify_complete (TabellaVerifier *v); /* 6: terminals and quarantine; excluded */
TabellaVerifyTerminal *
tabella_verify_terminal (const TabellaVerifier *v, guint16 index); /* or NULL */
void tabella_verify_strike (TabellaVerifier *v);                   /* 13; fills ballots */
void tabella_verify_sums (TabellaVerifier *v);                     /* 14 */
void tabella_verify_tally (TabellaVerifier *v);                    /* 15; fills shared */
void tabella_verify_counts (TabellaVerifier *v);   /* 16: combination; fills the groups' counts */
void tabella_verify_result (TabellaVerifier *v);   /* 16: result.json */
void tabella_verify_receipts (TabellaVerifier *v); /* 17 */

/* --- Tools --- */

/* An opened link. */
typedef struct {
  guint16 terminal, station, style;
  guint8 ticket[TABELLA_TICKET_BYTES];
} TabellaVerifyOpened;
/* Applies opened tickets (TabellaVerifyOpened) and the rule for equal tickets to v->ballots. */
void tabella_verify_apply (TabellaVerifier *v, const GArray *opened);

/* The shares in DIR/@folder: each must hold; the first t of them are combined into @out (as many as
 * the request's points). Problems go to @check. FALSE: fewer than t good ones. */
gboolean tabella_verify_shares (TabellaVerifier *v, guint check, const char *folder,
                                const TabellaRequest *request, const guint8 digest[32],
                                const TabellaPoint *public_shares, TabellaPoint *out);

/* Calls @work for 0 … @n − 1 on all cores and reports progress of @check from the calling thread.
 */
typedef void (*TabellaVerifyWork) (guint64 i, gpointer jobs);
void tabella_verify_each (TabellaVerifier *v, guint check, guint64 n, TabellaVerifyWork work,
                          gpointer jobs);
